package e2e

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// importing is an agency officer who sends files.
type importing struct {
	*harness.Caller
	s *harness.Server
}

func officerOf(s *harness.Server, g government.Government) importing {
	return importing{s.As(authz.AgencyOfficer, g), s}
}

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// send posts a file.
func (o importing) send(t *testing.T, query, media string, body io.Reader) *harness.Answer {
	t.Helper()
	h := http.Header{}
	h.Set("Content-Type", media)
	return o.Raw(http.MethodPost, "/imports"+query, h, body)
}

// await polls until the import has the state, as a front end does.
func (o importing) await(t *testing.T, id, state string) *harness.Answer {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		a := o.Get("/imports/" + id).Expect(200)
		switch got := a.Text("state"); {
		case got == state:
			return a
		case got != "queued" && got != "reading" && got != "applying" && got != "undoing" || time.Now().After(end):
			t.Fatalf("import is %s, want %s: %s", got, state, a.Body)
		}
	}
}

// run sends a file and waits for where it ends.
func (o importing) run(t *testing.T, query, media string, body io.Reader, state string) (string, *harness.Answer) {
	t.Helper()
	a := o.send(t, query, media, body).Expect(202)
	id := a.Text("id")
	if a.Header.Get("Location") != "/api/v1/imports/"+id {
		t.Errorf("Location is %s", a.Header.Get("Location"))
	}
	return id, o.await(t, id, state)
}

func (o importing) counts(t *testing.T, a *harness.Answer, want map[string]int) {
	t.Helper()
	for k, n := range want {
		if got := a.Text("counts." + k); got != fmt.Sprint(n) {
			t.Errorf("counts.%s is %s, want %d: %s", k, got, n, a.Text("counts"))
		}
	}
}

func sheetCSV(lines ...string) *strings.Reader {
	return strings.NewReader(strings.Join(lines, "\r\n") + "\r\n")
}

// workbook makes an XLSX; a number makes a number cell, "=" a formula.
func workbook(t testing.TB, rows ...[]any) *bytes.Reader {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range rows {
		for j, v := range row {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			var err error
			if s, ok := v.(string); ok && strings.HasPrefix(s, "=") {
				err = f.SetCellFormula("Sheet1", cell, s[1:])
			} else {
				err = f.SetCellValue("Sheet1", cell, v)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

// registry opens a government with two units.
func registry(t *testing.T, with ...func(*app.Config)) (*harness.Server, government.Government, importing, [2]string) {
	t.Helper()
	s := harness.Start(t, with...)
	g := s.Government("36.03", "Kabupaten Tangerang")
	return s, g, officerOf(s, g), [2]string{unit(s, g, "dinkes", ""), unit(s, g, "bkpsdm", "")}
}

// found searches one person by name.
func (o importing) found(t *testing.T, name string) *harness.Answer {
	t.Helper()
	return o.Post("/asn/searches", map[string]any{"q": name}).Expect(200)
}

const heads = "NIP;Nama;Gol. Ruang;TMT Golongan;Jabatan;Jenis Jabatan;TMT Jabatan;OPD"

func line(n int, name, rank, since, unit string) string {
	return strings.Join([]string{nipOf(n), name, rank, since, "Analis", "Pelaksana", "01-01-2022", unit}, ";")
}

// Proves B1, B2, B3, F4: a SIASN export as XLSX goes in without a mapping, with
// the history its dates tell; the answers bind to the journal; sending the same
// file again changes nothing.
func TestImport_SIASNWorkbook(t *testing.T) {
	t.Parallel()
	s, g, o, _ := registry(t)
	heads := []any{"PNS ID", "NIP BARU", "NAMA", "GELAR BELAKANG", "TANGGAL LAHIR", "JENIS KELAMIN", "STATUS CPNS PNS", "TMT CPNS", "GOL AKHIR NAMA", "TMT GOLONGAN",
		"JENIS JABATAN NAMA", "JABATAN NAMA", "TMT JABATAN", "SATUAN KERJA KERJA NAMA", "AGAMA NAMA"}
	row := func(n int, name, rank string) []any {
		return []any{"A5EB03E2", nipOf(n), name, "S.Sos.", "26-09-1986", map[int]string{0: "M", 1: "F"}[n%2], "P", "01-05-2015", rank, "01-04-2023", "Pelaksana", "Analis", "02-01-2024", "Unit dinkes Kab. Tangerang", "Islam"}
	}
	file := func() io.Reader {
		return workbook(t, []any{"DAFTAR PEGAWAI"}, heads, row(2, "DEWI LESTARI", "III/c"), row(4, "AGUS SALIM", "III/d"))
	}
	id, a := o.run(t, "?mode=all_or_nothing&file_name=siasn.xlsx", xlsxType, file(), "applied")
	o.counts(t, a, map[string]int{"rows": 2, "created": 2, "refused": 0})
	if a.Text("columns.header_row") != "2" || a.Header.Get("ETag") == "" {
		t.Errorf("%s", a.Body)
	}
	p := o.found(t, "lestari dewi")
	if p.Len("items") != 1 || p.Text("items.0.rank_code") != "pns_iii_c" || p.Text("items.0.title_back") != "S.Sos." || p.Text("items.0.birth_date") != "1986-09-26" {
		t.Fatalf("%s", p.Body)
	}
	st := o.Get("/asn/" + p.Text("items.0.id") + "/status?on=2023-12-31").Expect(200)
	if st.Text("rank_code") != "pns_iii_c" || st.Text("position_title") != "" {
		t.Errorf("on 31 December 2023: %s", st.Body)
	}
	rows := o.Get("/imports/" + id + "/rows").Expect(200)
	if rows.Text("items.0.outcome") != "created" || rows.Text("items.0.asn_id") != p.Text("items.0.id") || rows.Text("items.0.row") != "3" {
		t.Errorf("%s", rows.Body)
	}
	var noted string
	s.Row("SELECT details->>'answers_sha256' FROM journal WHERE action = 'import.applied' AND object_id = $1", []any{id}, &noted)
	if noted == "" || noted != a.Text("answers_sha256") {
		t.Errorf("the journal binds %q, the import says %q", noted, a.Text("answers_sha256"))
	}
	_, a = o.run(t, "?mode=accept_valid", xlsxType, file(), "applied")
	o.counts(t, a, map[string]int{"created": 0, "changed": 0, "moved": 0, "unchanged": 2})
	var facts, kept int
	s.Row("SELECT count(*) FROM asn_fact WHERE tenant_id = $1", []any{g.Tenant}, &facts)
	s.Row("SELECT count(*) FROM import_chunk", nil, &kept)
	if facts != 2*5 || kept != 0 {
		t.Errorf("%d entries of history, %d pieces of files kept", facts, kept)
	}
}

// Proves B3, B5: a dry run tells the difference and changes nothing: promotion,
// mutation, new, unchanged; gone only inside the declared scope. The application
// applies just that, and records as gone only who is named.
func TestImport_DryRunDifferenceApplication(t *testing.T) {
	t.Parallel()
	for name, multiRow := range map[string]bool{"one database": false, "for Citus": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dryRunDifferenceApplication(t, func(c *app.Config) { c.Database.MultiRow = multiRow })
		})
	}
}

func dryRunDifferenceApplication(t *testing.T, with func(*app.Config)) {
	s, g, o, units := registry(t, with)
	_, _ = o.run(t, "?mode=all_or_nothing&valid_from=2022-01-01", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes"),
		line(2, "RUDI HARTONO", "III/a", "01-04-2020", "dinkes"), line(3, "MAYA SARI", "III/b", "01-04-2020", "dinkes"), line(4, "JOKO SUSILO", "III/b", "01-04-2020", "bkpsdm"),
		line(5, "TETAP SAMA", "III/b", "01-04-2020", "dinkes")), "applied")
	before := snapshot(t, s, g)
	id, a := o.run(t, "?mode=dry_run&valid_from=2024-05-01&opd_id="+units[0], "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/d", "01-04-2024", "Unit dinkes"),
		line(5, "TETAP SAMA", "III/b", "01-04-2020", "dinkes"), line(6, "BARU SEKALI", "III/a", "01-03-2024", "dinkes"),
		line(4, "JOKO SUSILO", "III/b", "01-04-2020", "dinkes")), "ready")
	o.counts(t, a, map[string]int{"rows": 4, "created": 1, "changed": 1, "moved": 1, "unchanged": 1, "gone": 2})
	if got := snapshot(t, s, g); got != before {
		t.Errorf("the dry run changed the registry:\n%s\n%s", before, got)
	}
	c := o.Get("/imports/" + id + "/changes").Expect(200)
	if c.Len("items") != 3 || c.Text("items.0.kind") != "changed" || c.Text("items.0.fields.0.field") != "rank_code" || c.Text("items.0.fields.0.old") != "pns_iii_c" ||
		c.Text("items.0.fields.0.new") != "pns_iii_d" || c.Text("items.1.kind") != "created" || c.Text("items.1.asn_id") != "" || c.Text("items.1.name") != "BARU SEKALI" ||
		c.Text("items.2.fields.0.old_name") != "Unit bkpsdm" || c.Text("items.2.fields.0.new_name") != "Unit dinkes" {
		t.Errorf("%s", c.Body)
	}
	gone := o.Get("/imports/" + id + "/changes?kind=gone").Expect(200)
	if gone.Len("items") != 2 {
		t.Fatalf("%s", gone.Body)
	}
	maya := o.found(t, "maya sari").Text("items.0.id")
	joko := o.found(t, "joko susilo").Text("items.0.id")
	o.Post("/imports/"+id+"/application", map[string]any{"mode": "all_or_nothing", "gone": []any{map[string]any{"asn_id": joko, "reason": "retired", "last_day": "2024-04-30"}}}).
		ExpectCode(422, "import.gone_not_proposed")
	o.Post("/imports/"+id+"/application", map[string]any{"mode": "all_or_nothing", "gone": []any{map[string]any{"asn_id": maya, "reason": "retired", "last_day": "2024-04-30"}}}).Expect(202)
	a = o.await(t, id, "applied")
	o.counts(t, a, map[string]int{"created": 1, "changed": 1, "moved": 1})
	if got := o.Get("/asn/" + maya).Expect(200).Text("state"); got != "departed" {
		t.Errorf("who was named is %s", got)
	}
	if got := o.found(t, "rudi hartono").Text("items.0.state"); got != "active" {
		t.Errorf("who was proposed and not named is %s", got)
	}
	siti := o.found(t, "siti aminah").Text("items.0.id")
	for on, want := range map[string]string{"2024-03-31": "pns_iii_c", "2024-04-01": "pns_iii_d"} {
		if got := o.Get("/asn/" + siti + "/status?on=" + on).Expect(200).Text("rank_code"); got != want {
			t.Errorf("rank on %s is %s, want %s", on, got, want)
		}
	}
	for on, want := range map[string]string{"2024-04-30": units[1], "2024-05-01": units[0]} {
		if got := o.Get("/asn/" + joko + "/status?on=" + on).Expect(200).Text("opd_id"); got != want {
			t.Errorf("unit on %s is %s, want %s", on, got, want)
		}
	}
	o.Post("/imports/"+id+"/application", map[string]any{"mode": "accept_valid"}).ExpectCode(409, "import.state")

	// Proves X24: undo of the whole import.
	o.Post("/imports/"+id+"/undo", nil).Expect(202)
	o.await(t, id, "undone")
	if got := snapshot(t, s, g); got != before {
		t.Errorf("taken back, the registry is not as it was:\n%s\n%s", before, got)
	}
	if n := o.found(t, "baru sekali").Len("items"); n != 0 {
		t.Errorf("who was created is still found %d times", n)
	}
	var people, lost int
	s.Row("SELECT count(*) FROM asn", nil, &people)
	s.Row("SELECT count(*) FROM asn_fact f WHERE NOT EXISTS (SELECT FROM asn a WHERE a.id = f.asn_id)", nil, &lost)
	if people != 6 || lost != 0 {
		t.Errorf("%d persons, %d entries without one: somebody was deleted", people, lost)
	}
}

// snapshot is the registry as one sees it: persons in service and their living
// history, without versions and times.
func snapshot(t *testing.T, s *harness.Server, g government.Government) (out string) {
	t.Helper()
	s.Row(`SELECT (SELECT string_agg(concat_ws('|', name, nip, sex, birth_date, employment_type, rank_code, position_title, position_type, opd_id, superior_id, legal_status, state, departed_on), E'\n' ORDER BY nip)
			FROM asn WHERE tenant_id = $1 AND state IN ('active', 'departed')) || E'\n' ||
		(SELECT string_agg(concat_ws('|', a.nip, f.aspect, f.valid_from, f.valid_until, f.value, f.title, f.opd_id, f.superior_id, f.recorded_later), E'\n' ORDER BY a.nip, f.aspect, f.valid_from)
			FROM asn_fact f JOIN asn a ON a.tenant_id = f.tenant_id AND a.id = f.asn_id WHERE f.tenant_id = $1 AND a.state IN ('active', 'departed')
			AND (f.valid_until IS NULL OR f.valid_until >= f.valid_from)) || (SELECT count(*) FROM asn_name_token WHERE tenant_id = $1)`, []any{g.Tenant}, &out)
	return out
}

// Proves B3, T-54, T-56: accept_valid applies the good rows and gives the others
// back as a workbook with reasons, safe to open; corrected and sent again it
// goes in. A NIP that Excel damaged does not come back as a whole one.
func TestImport_RefusedRowsComeBackToBeCorrected(t *testing.T) {
	t.Parallel()
	_, _, o, _ := registry(t)
	file := workbook(t, []any{"NIP", "Nama", "Gol", "OPD"}, []any{nipOf(1), "BAIK SEKALI", "III/c", "dinkes"}, []any{1.98609262015051e17, "RUSAK EXCEL", "III/c", "dinkes"},
		[]any{nipOf(3), "SALAH GOLONGAN", "Kapten", "dinkes"}, []any{nipOf(4), "SALAH UNIT", "III/c", "Dinas Antah Berantah"}, []any{nipOf(1), "DUA KALI", "III/c", "dinkes"},
		[]any{nipOf(5), "-2+3|cmd", "III/c", "=1+1"}, []any{nil, nil, nil, "Tigaraksa, 21 Mei 2024"})
	id, a := o.run(t, "?mode=accept_valid", xlsxType, file, "applied")
	o.counts(t, a, map[string]int{"rows": 6, "created": 1, "refused": 5, "skipped": 1})
	r := o.Get("/imports/" + id + "/rows?outcome=refused&limit=2").Expect(200)
	if r.Len("items") != 2 || r.Text("items.0.findings.0.code") != "import.nip_number" || r.Text("items.0.findings.0.column") != "1" ||
		r.Text("items.0.findings.0.heading") != "NIP" || !strings.HasPrefix(r.Text("items.0.findings.0.reason"), "NIP tersimpan sebagai bilangan") {
		t.Errorf("%s", r.Body)
	}
	r = o.Get("/imports/"+id+"/rows?outcome=refused&limit=3&cursor="+r.Text("next_cursor")).ExpectCode(200, "")
	if r.Len("items") != 3 || r.Text("items.0.findings.0.code") != "import.opd_unknown" || r.Text("items.1.findings.0.code") != "import.nip_twice" || r.Text("items.1.findings.0.heading") != "NIP" {
		t.Errorf("%s", r.Body)
	}
	h := http.Header{}
	h.Set("Accept-Language", "en")
	if en := o.Raw("GET", "/imports/"+id+"/rows?outcome=refused&limit=1", h, strings.NewReader("")).Expect(200); !strings.HasPrefix(en.Text("items.0.findings.0.reason"), "The NIP is stored as a number") {
		t.Errorf("%s", en.Body)
	}

	back := o.Get("/imports/" + id + "/refused").Expect(200)
	f, err := excelize.OpenReader(bytes.NewReader(back.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil || len(rows) != 6 || rows[0][4] != "Alasan Penolakan" {
		t.Fatalf("%v %q", err, rows)
	}
	if rows[1][0] != "" || !strings.Contains(rows[1][4], "Excel") {
		t.Errorf("the damaged NIP came back: %q", rows[1])
	}
	if rows[5][1] != "'-2+3|cmd" || !strings.HasPrefix(rows[4][4], "NIP yang sama") || rows[4][1] != "DUA KALI" {
		t.Errorf("%q", rows[4:])
	}
	for cell, v := range map[string]string{"A2": nipOf(2), "C3": "III/a", "D4": "dinkes", "A5": nipOf(7), "B6": "JADI BENAR", "D6": "dinkes"} {
		if err := f.SetCellStr(f.GetSheetName(0), cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var corrected bytes.Buffer
	if err := f.Write(&corrected); err != nil {
		t.Fatal(err)
	}
	_, a = o.run(t, "?mode=all_or_nothing", xlsxType, &corrected, "applied")
	o.counts(t, a, map[string]int{"rows": 5, "created": 5, "refused": 0})
	if n := a.Len("columns.findings"); n != 0 {
		t.Errorf("the reason column is not passed over: %s", a.Body)
	}
}

// Proves B3: all or nothing means nothing; an explicit mapping decides; a file
// without what it needs is refused at once and names what is missing.
func TestImport_AllOrNothingAndMapping(t *testing.T) {
	t.Parallel()
	s, g, o, units := registry(t)
	_, a := o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes"), line(2, "SALAH", "XX", "", "dinkes")), "refused")
	o.counts(t, a, map[string]int{"created": 1, "refused": 1})
	if got := snapshotCount(t, s, g); got != 0 {
		t.Errorf("%d persons were imported", got)
	}
	body := func() io.Reader {
		return sheetCSV("Nomor Induk;Sebutan;Bagian;Kota", nipOf(1)+";SITI AMINAH;dinkes;Tigaraksa")
	}
	m := o.send(t, "", "text/csv", body())
	m.Expect(422)
	if !strings.Contains(string(m.Body), "/columns/") {
		t.Errorf("%s", m.Body)
	}
	q := url.Values{"map": {"Nomor Induk=nip", "B=name", "Bagian=opd_name", "D=ignore"}, "mode": {"all_or_nothing"}}
	_, a = o.run(t, "?"+q.Encode(), "text/csv", body(), "applied")
	o.counts(t, a, map[string]int{"created": 1})
	o.send(t, "?map=Sebutan%3Dnama_orang", "text/csv", body()).ExpectCode(422, "import.mapping_unknown_field")

	// The scope refuses who lies outside it.
	_, a = o.run(t, "?mode=accept_valid&employment_type=pppk&opd_id="+units[1], "text/csv", sheetCSV(heads, line(8, "BUKAN PPPK", "III/c", "01-04-2020", "bkpsdm")), "applied")
	o.counts(t, a, map[string]int{"created": 0, "refused": 1})
	_, a = o.run(t, "?mode=accept_valid&opd_id="+units[1], "text/csv", sheetCSV(heads, line(8, "UNIT LAIN", "III/c", "01-04-2020", "dinkes")), "applied")
	o.counts(t, a, map[string]int{"created": 0, "refused": 1})
	o.send(t, "?valid_from=2999-01-01", "text/csv", body()).ExpectCode(422, "import.valid_from_ahead")
	o.send(t, "?opd_id="+nowhere, "text/csv", body()).ExpectCode(404, "request.not_found")
}

func snapshotCount(t *testing.T, s *harness.Server, g government.Government) (n int) {
	t.Helper()
	s.Row("SELECT count(*) FROM asn WHERE tenant_id = $1", []any{g.Tenant}, &n)
	return n
}

// Proves X24, B5: an import is taken back only while nothing stands on it, the
// later one first; the corrected file then brings the same people again.
func TestImport_UndoWhileNothingStandsOnIt(t *testing.T) {
	t.Parallel()
	s, g, o, units := registry(t)
	first, _ := o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes"), line(2, "RUDI HARTONO", "III/a", "01-04-2020", "dinkes")), "applied")
	before := snapshot(t, s, g)
	second, _ := o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH BINTI", "III/d", "01-04-2021", "bkpsdm")), "applied")
	o.Post("/imports/"+first+"/undo", nil).ExpectCode(409, "import.later_changes")
	o.Post("/imports/"+second+"/undo", nil).Expect(202)
	o.await(t, second, "undone")
	if got := snapshot(t, s, g); got != before {
		t.Errorf("got\n%s\nwant\n%s", got, before)
	}
	siti := o.found(t, "siti aminah").Text("items.0.id")
	officer := o.Post("/opd/"+units[0]+"/officers", map[string]any{"office": "head", "asn_id": siti, "holder_kind": "definitive", "valid_from": "2024-01-01"}).Expect(201).Text("id")
	o.Post("/imports/"+first+"/undo", nil).ExpectCode(409, "import.later_changes")
	s.Exec("DELETE FROM opd_officer WHERE id = $1", officer)
	o.Post("/imports/"+first+"/undo", nil).Expect(202)
	o.await(t, first, "undone")
	_, a := o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes")), "applied")
	o.counts(t, a, map[string]int{"created": 1})
	if o.found(t, "siti aminah").Len("items") != 1 {
		t.Error("she is not found once")
	}
}

// Proves B3: what was looked at is what is applied: when the registry changed
// in between, nothing is, and the new difference is shown.
func TestImport_RegistryChangedSinceTheDryRun(t *testing.T) {
	t.Parallel()
	_, _, o, _ := registry(t)
	_, _ = o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes")), "applied")
	id, _ := o.run(t, "?mode=dry_run", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/d", "01-04-2023", "dinkes")), "ready")
	siti := o.found(t, "siti aminah").Text("items.0.id")
	o.Post("/asn/"+siti+"/ranks", map[string]any{"rank_code": "pns_iv_a", "valid_from": "2024-01-01"}).Expect(200)
	o.Post("/imports/"+id+"/application", map[string]any{"mode": "all_or_nothing"}).Expect(202)
	a := o.await(t, id, "ready")
	if a.Text("problem.code") != "import.registry_changed" || a.Text("problem.remedy") == "" {
		t.Errorf("%s", a.Body)
	}
	if got := o.Get("/asn/" + siti).Text("rank_code"); got != "pns_iv_a" {
		t.Errorf("the rank became %s", got)
	}
	if got := o.Get("/imports/" + id + "/changes").Text("items.0.fields.0.old"); got != "pns_iv_a" {
		t.Errorf("the new difference begins from %s", got)
	}
	o.Post("/imports/"+id+"/cancellation", nil).Expect(200)
	o.Post("/imports/"+id+"/cancellation", nil).ExpectCode(409, "import.state")
}

// Proves B1, B3, B7: staff who are not ASN are known again by name and birth
// date; superiors are found by NIP in the same file, rings are left out and
// said; OPD that are not there are made when that was asked for.
func TestImport_OthersSuperiorsAndNewUnits(t *testing.T) {
	t.Parallel()
	_, _, o, _ := registry(t)
	h := "NIP;Nama;Jenis Pegawai;Tanggal Lahir;OPD;NIP Atasan"
	file := func() io.Reader {
		return sheetCSV(h, nipOf(1)+";KEPALA BADAN;PNS;;Dinas Perikanan;", nipOf(2)+";ANAK BUAH;PNS;;Dinas Perikanan;"+nipOf(1), nipOf(3)+";LINGKAR SATU;PNS;;dinkes;"+nipOf(4),
			nipOf(4)+";LINGKAR DUA;PNS;;dinkes;"+nipOf(3), nipOf(5)+";TANPA ATASAN;PNS;;dinkes;"+nipOf(9), ";SOPIR KANTOR;Honorer;17-08-1990;dinkes;"+nipOf(1))
	}
	id, a := o.run(t, "?mode=accept_valid&create_units=true", "text/csv", file(), "applied")
	o.counts(t, a, map[string]int{"created": 6, "units": 1, "refused": 0, "warned": 4})
	boss, staff := o.found(t, "kepala badan"), o.found(t, "anak buah")
	if staff.Text("items.0.superior_id") != boss.Text("items.0.id") {
		t.Errorf("%s", staff.Body)
	}
	if o.found(t, "lingkar dua").Text("items.0.superior_id") != "" {
		t.Error("a ring was stored")
	}
	if u := o.Get("/opd/" + boss.Text("items.0.opd_id")).Expect(200); u.Text("type") != "dinas" || u.Text("name") != "Dinas Perikanan" || u.Text("code") != "dinas-perikanan" {
		t.Errorf("%s", u.Body)
	}
	warned := o.Get("/imports/" + id + "/rows?with_findings=true").Expect(200)
	for i, code := range []string{"import.opd_created", "import.superior_ring", "import.superior_ring", "import.superior_unknown"} {
		if got := warned.Text(fmt.Sprintf("items.%d.findings.0.code", i)); got != code {
			t.Errorf("row %d: %s, want %s", i, got, code)
		}
	}
	_, a = o.run(t, "?mode=accept_valid", "text/csv", file(), "applied")
	o.counts(t, a, map[string]int{"created": 0, "unchanged": 6})
}

// Proves T-55, T-56, T-64: files that are none are refused with a stable code,
// and nothing of them is kept.
func TestImport_BadFilesAreRefused(t *testing.T) {
	t.Parallel()
	s, _, o, _ := registry(t)
	good := workbook(t, []any{"NIP", "Nama", "OPD"}, []any{nipOf(1), "SITI", "dinkes"})
	whole, _ := io.ReadAll(good)
	for name, c := range map[string]struct {
		body  io.Reader
		media string
		want  int
		code  string
	}{
		"empty":       {strings.NewReader(""), "text/csv", 422, "sheet.empty"},
		"cut off":     {bytes.NewReader(whole[:len(whole)/2]), xlsxType, 422, "sheet.broken"},
		"zip bomb":    {bomb(t), xlsxType, 422, "sheet.dangerous"},
		"pdf":         {strings.NewReader("%PDF-1.7 nothing"), xlsxType, 422, "sheet.pdf"},
		"html":        {strings.NewReader("<html><table><tr><td>NIP</td></tr></table></html>"), "application/octet-stream", 422, "sheet.web_page"},
		"no headings": {strings.NewReader("a;b\r\n1;2\r\n"), "text/csv", 422, "import.no_headings"},
		"nul":         {strings.NewReader("NIP;Nama;OPD\r\n1\x00;2;3\r\n"), "text/csv", 422, "sheet.nul_byte"},
		"json":        {strings.NewReader("{}"), "application/json", 415, "request.unsupported_media_type"},
	} {
		a := o.send(t, "", c.media, c.body)
		if a.Status != c.want || a.Text("code") != c.code {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	// Found only when the file is read to its end: the import fails, nothing is changed.
	id, a := o.run(t, "?mode=accept_valid", "text/csv", sheetCSV(append([]string{heads}, append(lines(1, 40), "x;\"open")...)...), "failed")
	if a.Text("problem.code") != "sheet.unclosed_quote" || a.Text("problem.reason") == "" || o.Get("/imports/"+id+"/rows").Len("items") != 0 {
		t.Errorf("%s", a.Body)
	}
	_, a = o.run(t, "?mode=accept_valid", "text/csv", strings.NewReader(heads+"\r\n"), "failed")
	if a.Text("problem.code") != "import.no_rows" {
		t.Errorf("%s", a.Body)
	}
	var imports, chunks, people int
	s.Row("SELECT (SELECT count(*) FROM import), (SELECT count(*) FROM import_chunk), (SELECT count(*) FROM asn)", nil, &imports, &chunks, &people)
	if imports != 2 || chunks != 0 || people != 0 {
		t.Errorf("%d imports, %d pieces, %d persons", imports, chunks, people)
	}
}

func lines(from, n int) []string {
	out := make([]string, 0, n)
	for i := range n {
		out = append(out, line(from+i, "ORANG KE "+strings.Repeat("I", i%7+1), "III/c", "01-04-2020", "dinkes"))
	}
	return out
}

// bomb is a workbook whose sheet unpacks to far more than it holds.
func bomb(t *testing.T) io.Reader {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 200 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// Proves T-64: a body beyond the limit is refused, announced or not, and
// nothing of it is kept.
func TestImport_BodyBeyondTheLimit(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, func(c *app.Config) { c.ImportBytes = 3 << 20 })
	o := officerOf(s, s.Government("36.03", "Kabupaten Tangerang"))
	big := bytes.Repeat([]byte("1;2;3\r\n"), 1<<20)
	o.send(t, "", "text/csv", bytes.NewReader(big)).ExpectCode(413, "request.too_large")
	o.send(t, "", "text/csv", io.MultiReader(bytes.NewReader(big))).ExpectCode(413, "request.too_large")
	var kept int
	s.Row("SELECT (SELECT count(*) FROM import) + (SELECT count(*) FROM import_chunk)", nil, &kept)
	if kept != 0 {
		t.Errorf("%d rows were kept", kept)
	}
}

// Proves A1, T-16, T-20: units of another government are unknown, and a NIP of
// another government is no match.
func TestImport_OtherGovernmentsAreInvisible(t *testing.T) {
	t.Parallel()
	s, _, o, _ := registry(t)
	b := s.Government("36.71", "Kota Tangerang")
	other := officerOf(s, b)
	unit(s, b, "dinsos", "")
	_, _ = other.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "ORANG KOTA", "III/c", "01-04-2020", "dinsos")), "applied")
	id, a := o.run(t, "?mode=accept_valid", "text/csv", sheetCSV(heads, line(1, "ORANG KABUPATEN", "III/c", "01-04-2020", "dinkes"), line(2, "UNIT KOTA", "III/c", "", "dinsos")), "applied")
	o.counts(t, a, map[string]int{"created": 1, "refused": 1})
	other.Get("/imports/"+id).ExpectCode(404, "request.not_found")
	other.Get("/imports/"+id+"/rows").ExpectCode(404, "request.not_found")
	other.Get("/imports/"+id+"/refused").ExpectCode(404, "request.not_found")
	if got := other.found(t, "orang kota").Text("items.0.name"); got != "ORANG KOTA" {
		t.Errorf("the other government's person is %s", got)
	}
}

// Proves T-56: an import is whole or not at all: its database connection is
// killed again and again while it works, and in the end every person is there
// once. Two imports of one government at once do not mix.
func TestImport_KilledAndRacing(t *testing.T) {
	t.Parallel()
	s, g, o, _ := registry(t)
	file := sheetCSV(append([]string{heads}, manyLines(6000)...)...)
	first := o.send(t, "?mode=all_or_nothing", "text/csv", file).Expect(202).Text("id")
	second := o.send(t, "?mode=accept_valid", "text/csv", sheetCSV(append([]string{heads}, manyLines(6000)...)...)).Expect(202).Text("id")
	killed := 0
	for end := time.Now().Add(20 * time.Second); killed < 2 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var n int
		s.Row(`SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database()
			AND a.xact_start < clock_timestamp() - interval '100 ms' WHERE l.locktype = 'advisory' AND l.classid = 742002 AND l.granted`, nil, &n)
		if n > 0 {
			killed++
			time.Sleep(300 * time.Millisecond)
		}
	}
	if killed == 0 {
		t.Error("no import was caught at work")
	}
	a := o.await(t, first, "applied")
	b := o.await(t, second, "applied")
	total := func(k string) string { return a.Text("counts."+k) + " " + b.Text("counts."+k) }
	if c := total("created"); c != "6000 0" && c != "0 6000" {
		t.Errorf("created %s, unchanged %s", c, total("unchanged"))
	}
	var people, facts, doubled int
	s.Row(`SELECT (SELECT count(*) FROM asn WHERE tenant_id = $1), (SELECT count(*) FROM asn_fact WHERE tenant_id = $1),
		(SELECT count(*) FROM journal WHERE tenant_id = $1 AND action = 'import.applied')`, []any{g.Tenant}, &people, &facts, &doubled)
	if people != 6000 || facts != 6000*5 || doubled != 2 {
		t.Errorf("%d persons, %d entries, %d notes", people, facts, doubled)
	}
}

func manyLines(n int) []string {
	out := make([]string, 0, n)
	for i := range n {
		nip := fmt.Sprintf("19%02d0926201505%d%03d", 70+i/900, 1+i%2, 1+i%900)
		out = append(out, strings.Join([]string{nip, "ORANG BANYAK", "III/c", "01-04-2020", "Analis", "Pelaksana", "01-01-2022", "dinkes"}, ";"))
	}
	return out
}

// Proves B3: a template opens, names the units, and its example is passed over.
func TestImport_Template(t *testing.T) {
	t.Parallel()
	_, _, o, _ := registry(t)
	for _, format := range []string{"xlsx", "csv"} {
		a := o.Get("/import-templates/" + format).Expect(200)
		if !strings.Contains(a.Header.Get("Content-Disposition"), "templat-pegawai."+format) {
			t.Errorf("%s", a.Header.Get("Content-Disposition"))
		}
		_, r := o.run(t, "?mode=accept_valid", "application/octet-stream", bytes.NewReader(a.Body), "failed")
		if r.Text("problem.code") != "import.no_rows" || r.Len("columns.findings") != 0 {
			t.Errorf("%s: %s", format, r.Body)
		}
	}
	o.Get("/import-templates/ods").ExpectCode(404, "request.not_found")
}

// Proves T-56: work whose worker was killed is taken up again, pieces of
// uploads that broke off and answers past their time are dropped.
func TestImport_Sweep(t *testing.T) {
	t.Parallel()
	s, g, o, _ := registry(t)
	id, _ := o.run(t, "?mode=dry_run", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes")), "ready")
	s.Exec("UPDATE import SET state = 'reading', touched_at = touched_at - interval '2 minutes' WHERE id = $1", id)
	s.Exec("INSERT INTO import_chunk VALUES ($1, gen_random_uuid(), 0, 'x', now() - interval '2 days')", g.Tenant)
	if err := s.App.Imports.Sweep(harness.System(g)); err != nil {
		t.Fatal(err)
	}
	o.await(t, id, "ready")
	done, _ := o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes")), "applied")
	s.Exec("UPDATE import SET finished_at = finished_at - interval '61 days' WHERE id = $1", done)
	s.Exec("UPDATE import SET touched_at = touched_at - interval '25 hours' WHERE id = $1", id)
	if err := s.App.Imports.Sweep(harness.System(g)); err != nil {
		t.Fatal(err)
	}
	o.await(t, id, "cancelled")
	a := o.Get("/imports/" + done).Expect(200)
	if a.Text("expired_at") == "" || a.Text("counts.created") != "1" || a.Text("allowed_steps") != "[]" || o.Get("/imports/"+done+"/rows").Len("items") != 0 {
		t.Errorf("%s", a.Body)
	}
	o.Post("/imports/"+done+"/undo", nil).ExpectCode(409, "import.state")
	var kept int
	s.Row("SELECT count(*) FROM import_chunk", nil, &kept)
	if kept != 0 {
		t.Errorf("%d pieces are kept", kept)
	}
}

// Proves B3: an import that is at work can be stopped, and nothing of it stays.
func TestImport_CancelledAtWork(t *testing.T) {
	t.Parallel()
	s, g, o, _ := registry(t)
	id := o.send(t, "?mode=all_or_nothing", "text/csv", sheetCSV(append([]string{heads}, manyLines(8000)...)...)).Expect(202).Text("id")
	for o.Get("/imports/"+id).Text("state") == "queued" {
		time.Sleep(10 * time.Millisecond)
	}
	a := o.Post("/imports/"+id+"/cancellation", nil)
	if a.Status == 409 {
		t.Skip("it was finished before it could be stopped")
	}
	a.Expect(200)
	time.Sleep(1500 * time.Millisecond)
	if got := o.Get("/imports/" + id).Text("state"); got != "cancelled" {
		t.Errorf("it is %s", got)
	}
	if n := snapshotCount(t, s, g); n != 0 {
		t.Errorf("%d persons came in", n)
	}
}
