package importer

import (
	"os"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

var today = day.New(2024, 5, 21)

func textRow(number int, cells ...string) sheet.Row {
	row := sheet.Row{Number: number}
	for _, c := range cells {
		row.Cells = append(row.Cells, sheet.Cell{Text: c, Type: sheet.Text})
	}
	return row
}

func codes(findings []Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, string(f.Severity)+" "+strings.TrimPrefix(f.Code, "import."))
	}
	return strings.Join(out, ", ")
}

// recognise maps one row of headings and demands that nothing is wrong.
func recognise(t testing.TB, headings ...string) Mapping {
	t.Helper()
	m, findings := Recognise([]sheet.Row{textRow(1, headings...)}, RecogniseOptions{})
	if Refused(findings) {
		t.Fatalf("%v: %s", headings, codes(findings))
	}
	return m
}

// siasn is the order of SIASN's own export, abridged to what is read and some
// of what is not.
var siasn = []string{
	"PNS ID", "NIP BARU", "NIP LAMA", "NAMA", "GELAR DEPAN", "GELAR BELAKANG", "TEMPAT LAHIR NAMA", "TANGGAL LAHIR", "JENIS KELAMIN",
	"AGAMA NAMA", "NIK", "NOMOR HP", "EMAIL", "EMAIL GOV", "KEDUDUKAN HUKUM ID", "KEDUDUKAN HUKUM NAMA", "STATUS CPNS PNS", "TMT CPNS",
	"GOL AKHIR ID", "GOL AKHIR NAMA", "TMT GOLONGAN", "JENIS JABATAN ID", "JENIS JABATAN NAMA", "JABATAN NAMA", "TMT JABATAN",
	"UNOR ID", "UNOR NAMA", "SATUAN KERJA KERJA NAMA", "ESELON NAMA",
}

func TestRecognise_ReadsTheSIASNExport(t *testing.T) {
	t.Parallel()
	// Proves B3: SIASN's headings need no mapping, words go before identifiers,
	// and what must not be stored is not read.
	m, findings := Recognise([]sheet.Row{textRow(1, siasn...)}, RecogniseOptions{NeedNIP: true, NeedOPD: true})
	if len(findings) > 0 {
		t.Fatal(codes(findings))
	}
	got := m.Fields()
	want := map[Field][]int{
		FieldSiasnID: {1}, FieldNIP: {2}, FieldName: {4}, FieldTitleFront: {5}, FieldTitleBack: {6}, FieldBirthPlace: {7}, FieldBirthDate: {8},
		FieldSex: {9}, FieldPhone: {12}, FieldEmail: {14, 13}, FieldLegalStatus: {16, 15}, FieldEmploymentType: {17}, FieldAppointedSince: {18},
		FieldRankCode: {20, 19}, FieldRankSince: {21}, FieldPositionType: {23, 22}, FieldPositionTitle: {24}, FieldPositionSince: {25},
		FieldUnitSiasnID: {26}, FieldUnitName: {27}, FieldOPDName: {28}, FieldEchelon: {29},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestRecognise_LocalSheets(t *testing.T) {
	t.Parallel()
	// Proves B3: spellings people use, in any case and punctuation, below title
	// rows; ambiguous headings are settled by their neighbours.
	for name, c := range map[string]struct {
		headings []string
		want     map[Field][]int
	}{
		"plain":        {[]string{"No.", " n i p ", "Nama_Lengkap", "GOL / RUANG", "T M T", "Jabatan", "TMT", "Unit Kerja"}, map[Field][]int{FieldNIP: {2}, FieldName: {3}, FieldRankCode: {4}, FieldRankSince: {5}, FieldPositionTitle: {6}, FieldPositionSince: {7}, FieldOPDName: {8}}},
		"unit and opd": {[]string{"NIP/NI PPPK", "NAMA\nPEGAWAI", "Unit  Kerja", "Perangkat Daerah"}, map[Field][]int{FieldNIP: {1}, FieldName: {2}, FieldUnitName: {3}, FieldOPDName: {4}}},
		"agency":       {[]string{"NIP", "Nama", "Unit Kerja", "Instansi"}, map[Field][]int{FieldNIP: {1}, FieldName: {2}, FieldUnitName: {3}, FieldOPDName: {4}}},
		"status":       {[]string{"NIP", "Nama", "Status", "Jenis ASN"}, map[Field][]int{FieldNIP: {1}, FieldName: {2}, FieldLegalStatus: {3}, FieldEmploymentType: {4}}},
		"two in one":   {[]string{"Nama / NIP", "Tempat, Tanggal Lahir", "Pangkat", "Gol"}, map[Field][]int{FieldNameAndNIP: {1}, FieldBirthPlaceAndDate: {2}, FieldRankCode: {4, 3}}},
		"english":      {[]string{"Employee Number", "Full Name", "Date of Birth", "Gender", "Rank", "Position", "Agency", "Supervisor NIP"}, map[Field][]int{FieldNIP: {1}, FieldName: {2}, FieldBirthDate: {3}, FieldSex: {4}, FieldRankCode: {5}, FieldPositionTitle: {6}, FieldOPDName: {7}, FieldSuperiorNIP: {8}}},
	} {
		rows := []sheet.Row{textRow(1, "DAFTAR NAMA PEGAWAI"), textRow(2, "TAHUN 2024"), textRow(6, c.headings...), textRow(7, "1", "199001012015011999")}
		m, findings := Recognise(rows, RecogniseOptions{})
		if m.HeaderRow != 6 {
			t.Errorf("%s: headings in row %d", name, m.HeaderRow)
		}
		got := m.Fields()
		if Refused(findings) || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %s\ngot  %v\nwant %v", name, codes(findings), got, c.want)
		}
	}
}

func TestRecognise_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	// Proves B3: unknown, missing and doubled columns, and a mapping that names
	// what is not there.
	all := RecogniseOptions{NeedNIP: true, NeedOPD: true}
	with := func(explicit map[string]Field) RecogniseOptions { o := all; o.Explicit = explicit; return o }
	for name, c := range map[string]struct {
		headings []string
		options  RecogniseOptions
		want     string
	}{
		"nothing":        {[]string{"a", "b"}, all, "error no_headings"},
		"unknown":        {[]string{"NIP", "Nama", "OPD", "Ukuran Sepatu"}, all, "warning column_unknown"},
		"missing":        {[]string{"Nama", "Jabatan"}, all, "error column_missing, error column_missing"},
		"missing, OPD":   {[]string{"Nama", "NIP", "Kode OPD"}, all, ""},
		"twice":          {[]string{"NIP", "NIP PNS", "Nama", "OPD"}, all, "error column_twice"},
		"lone TMT":       {[]string{"NIP", "TMT", "Nama", "OPD"}, all, "warning column_unknown"},
		"explicit":       {[]string{"NIP", "Nama", "Ukuran Sepatu"}, with(map[string]Field{"ukuran sepatu": FieldOPDName}), ""},
		"letters":        {[]string{"NIP", "Nama", "Ukuran Sepatu"}, with(map[string]Field{"C": FieldOPDName}), ""},
		"ignored":        {[]string{"NIP", "NIP PNS", "Nama", "OPD"}, with(map[string]Field{"NIP PNS": FieldIgnore}), ""},
		"mapped twice":   {[]string{"NIP", "Nama", "X"}, with(map[string]Field{"X": FieldOPDName, "C": FieldUnitName}), "error column_twice, error column_missing"},
		"no such column": {[]string{"NIP", "Nama", "OPD"}, with(map[string]Field{"Bagian X": FieldUnitName, "ZZ": FieldUnitName}), "error mapping_unknown_column, error mapping_unknown_column"},
		"no such field":  {[]string{"NIP", "Nama", "OPD"}, with(map[string]Field{"OPD": "opd"}), "error mapping_unknown_field"},
	} {
		_, findings := Recognise([]sheet.Row{textRow(1, c.headings...)}, c.options)
		if got := codes(findings); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestRecognise_HeadingsBelowTheTenthRowAreNotLookedFor(t *testing.T) {
	t.Parallel()
	rows := []sheet.Row{textRow(1, "judul"), textRow(11, "NIP", "Nama")}
	if _, findings := Recognise(rows, RecogniseOptions{}); codes(findings) != "error no_headings" {
		t.Error(codes(findings))
	}
}

func TestHeadings_AreWellFormed(t *testing.T) {
	t.Parallel()
	for key, h := range headings {
		for _, f := range h.fields {
			if !knownField(f) && f != leftSince {
				t.Errorf("%s: unknown field %s", key, f)
			}
		}
	}
}

func TestParseRow_SIASNRowBecomesARecord(t *testing.T) {
	t.Parallel()
	// Proves B1, B2, B3.
	m := recognise(t, siasn...)
	row := textRow(7, "A5EB03E2", "'199001012015011999", "", "NAMA  CONTOH", "dr.", "S.Sos., M.Si.", "Tangerang", "01-01-1990", "M",
		"Islam", "3603990101909999", "0812-0000-0000", "contoh@example.org", "", "01", "Aktif", "P", "01-01-2015",
		"33", "III/c", "01-04-2023", "2", "Jabatan Fungsional", "GURU AHLI MUDA", "02-01-2024", "U1", "SDN Contoh", "Dinas Pendidikan", "")
	got, findings := ParseRow(m, row, Lookups{Today: today})
	if len(findings) > 0 {
		t.Fatal(codes(findings))
	}
	want := Record{
		Row: 7, NIP: "199001012015011999", SiasnID: "A5EB03E2", EmploymentType: PNS, Name: "NAMA CONTOH",
		TitleFront: "dr.", TitleBack: "S.Sos., M.Si.", BirthPlace: "Tangerang", BirthDate: day.New(1990, 1, 1), Sex: Male,
		AppointedSince: day.New(2015, 1, 1), RankCode: "pns_iii_c", RankSince: day.New(2023, 4, 1), PositionTitle: "GURU AHLI MUDA",
		PositionType: "jf_ahli_muda", PositionSince: day.New(2024, 1, 2), OPDName: "Dinas Pendidikan", UnitName: "SDN Contoh",
		UnitSiasnID: "U1", LegalStatus: "active", Email: "contoh@example.org", Phone: "+6281200000000",
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseRow_EachRule(t *testing.T) {
	t.Parallel()
	// Proves B3: one case for each finding, beside an otherwise good row.
	const nip, pppk = "199001012015011999", "199001012024211001"
	cases := map[string]struct {
		set    map[string]any // heading -> string or sheet.Cell
		look   Lookups
		want   string
		expect func(Record) bool
	}{
		"good": {nil, Lookups{}, "", func(r Record) bool {
			return r.Sex == Male && r.BirthDate == day.New(1990, 1, 1) && r.EmploymentType == PNS
		}},
		"nip with spaces": {map[string]any{"NIP": "19900101 201501 1 999"}, Lookups{}, "", func(r Record) bool { return r.NIP == nip }},
		"nip full width":  {map[string]any{"NIP": "１９９００１０１２０１５０１１９９９"}, Lookups{}, "", func(r Record) bool { return r.NIP == nip }},
		"nip scientific":  {map[string]any{"NIP": "1.98E+17"}, Lookups{}, "error nip_scientific", nil},
		"nip with comma":  {map[string]any{"NIP": "1,98609E+17"}, Lookups{}, "error nip_scientific", nil},
		"nip number cell": {map[string]any{"NIP": sheet.Cell{Text: "199001012015011999", Type: sheet.Number}}, Lookups{}, "error nip_number", nil},
		"nip number sci":  {map[string]any{"NIP": sheet.Cell{Text: "1.9900101201501199E+17", Type: sheet.Number}}, Lookups{}, "error nip_scientific", nil},
		"nip date cell":   {map[string]any{"NIP": sheet.Cell{Text: "32874", Type: sheet.Date}}, Lookups{}, "error nip_number", nil},
		"nip lost digits": {map[string]any{"NIP": "199001012015011000"}, Lookups{}, "error nip_lost_digits", nil},
		"nip letter":      {map[string]any{"NIP": "19900101201501199O"}, Lookups{}, "error nip_not_digits", nil},
		"nip short":       {map[string]any{"NIP": "19900101201501199"}, Lookups{}, "error nip_length", nil},
		"nip old":         {map[string]any{"NIP": "131234567"}, Lookups{}, "error nip_old", nil},
		"nip birth":       {map[string]any{"NIP": "199002302015011999"}, Lookups{}, "error nip_parts", nil},
		"nip sex digit":   {map[string]any{"NIP": "199001012015013999"}, Lookups{}, "error nip_parts", nil},
		"nip month":       {map[string]any{"NIP": "199001012015151999"}, Lookups{}, "warning nip_unusual", nil},
		"nip year":        {map[string]any{"NIP": "199001011995011999"}, Lookups{}, "warning nip_unusual", nil},
		"nip missing":     {map[string]any{"NIP": ""}, Lookups{}, "error nip_missing", nil},
		"non asn":         {map[string]any{"NIP": "-", "Status Pegawai": "Honorer", "Gol": ""}, Lookups{}, "", func(r Record) bool { return r.EmploymentType == NonASN && r.NIP == "" }},
		"name missing":    {map[string]any{"Nama": ""}, Lookups{}, "error name_missing", nil},
		"name dots":       {map[string]any{"Nama": "..."}, Lookups{}, "error name_missing", nil},
		"name digit":      {map[string]any{"Nama": "N4MA"}, Lookups{}, "warning name_unusual", nil},
		"name mojibake":   {map[string]any{"Nama": "ZoÃ«"}, Lookups{}, "warning name_unusual", nil},
		"name long":       {map[string]any{"Nama": strings.Repeat("nama ", 100)}, Lookups{}, "error text_too_long, error name_missing", nil},
		"name with titles": {map[string]any{"Nama": "Dr. Ir. H. Nama D'Contoh, S.Sos., M.Si."}, Lookups{}, "", func(r Record) bool {
			return r.TitleFront == "Dr. Ir." && r.Name == "H. Nama D'Contoh" && r.TitleBack == "S.Sos., M.Si."
		}},
		"formula error":       {map[string]any{"Jabatan": sheet.Cell{Text: "#REF!", Type: sheet.Invalid}}, Lookups{}, "error cell_error", nil},
		"employment unknown":  {map[string]any{"Status Pegawai": "Tetap"}, Lookups{}, "warning employment_unknown", func(r Record) bool { return r.EmploymentType == PNS }},
		"employment no way":   {map[string]any{"Status Pegawai": "Tetap", "NIP": ""}, Lookups{}, "error employment_unknown, error nip_missing", nil},
		"employment declared": {map[string]any{"Status Pegawai": ""}, Lookups{EmploymentTypes: []string{PNS}}, "", nil},
		"cpns among pns":      {map[string]any{"Status Pegawai": "C"}, Lookups{EmploymentTypes: []string{PNS}}, "", func(r Record) bool { return r.EmploymentType == CPNS }},
		"outside scope":       {map[string]any{"Status Pegawai": "PNS"}, Lookups{EmploymentTypes: []string{PPPK}}, "error employment_outside_scope", nil},
		"pppk":                {map[string]any{"NIP": pppk, "Status Pegawai": "P3K", "Gol": "IX"}, Lookups{}, "", func(r Record) bool { return r.RankCode == "pppk_ix" && r.EmploymentType == PPPK }},
		"pppk from nip":       {map[string]any{"NIP": pppk, "Gol": "9"}, Lookups{}, "", func(r Record) bool { return r.RankCode == "pppk_ix" && r.EmploymentType == PPPK }},
		"pppk part time":      {map[string]any{"NIP": pppk, "Status Pegawai": "PPPK Paruh Waktu", "Gol": "V"}, Lookups{}, "", func(r Record) bool { return r.EmploymentType == PPPKPartTime }},
		"pns with pppk nip":   {map[string]any{"NIP": pppk, "Status Pegawai": "PNS"}, Lookups{}, "warning employment_differs", nil},
		"birth differs":       {map[string]any{"Tanggal Lahir": "02-01-1990"}, Lookups{}, "warning birth_date_differs", func(r Record) bool { return r.BirthDate == day.New(1990, 1, 2) }},
		"birth unreadable":    {map[string]any{"Tanggal Lahir": "12/31/1990"}, Lookups{}, "error date_unreadable", nil},
		"birth two digits":    {map[string]any{"Tanggal Lahir": "01-01-90"}, Lookups{}, "error date_two_digit_year", nil},
		"birth child":         {map[string]any{"NIP": "201501012030011999"}, Lookups{}, "warning nip_unusual, warning age_implausible", nil},
		"sex differs":         {map[string]any{"JK": "P"}, Lookups{}, "warning sex_differs", func(r Record) bool { return r.Sex == Female }},
		"sex unknown":         {map[string]any{"JK": "X"}, Lookups{}, "warning sex_unknown", func(r Record) bool { return r.Sex == Male }},
		"tmt cpns differs":    {map[string]any{"TMT CPNS": "01-02-2015"}, Lookups{}, "warning appointment_differs", nil},
		"tmt cpns agrees":     {map[string]any{"TMT CPNS": "15 Januari 2015"}, Lookups{}, "", nil},
		"rank unknown":        {map[string]any{"Gol": "Kapten"}, Lookups{}, "error rank_unknown", nil},
		"rank incomplete":     {map[string]any{"Gol": "III"}, Lookups{}, "error rank_incomplete", nil},
		"rank contradicts":    {map[string]any{"Gol": "Penata (III/d)"}, Lookups{}, "warning rank_contradicts", func(r Record) bool { return r.RankCode == "pns_iii_d" }},
		"rank wrong scheme":   {map[string]any{"Gol": "IX"}, Lookups{}, "error rank_wrong_scheme", nil},
		"pppk with III/c":     {map[string]any{"NIP": pppk, "Gol": "III/c"}, Lookups{}, "error rank_wrong_scheme", nil},
		"rank since too soon": {map[string]any{"TMT Golongan": "01-01-2000"}, Lookups{}, "warning date_implausible", nil},
		"rank since far":      {map[string]any{"TMT Golongan": "01-01-2034"}, Lookups{}, "warning date_implausible", nil},
		"rank since next":     {map[string]any{"TMT Golongan": "01-08-2024"}, Lookups{}, "", nil},
		"functional unclear":  {map[string]any{"Jenis Jabatan": "Fungsional", "Jabatan": "Guru"}, Lookups{}, "warning position_type_unclear", nil},
		"structural":          {map[string]any{"Jenis Jabatan": "Struktural", "Eselon": "IV.a"}, Lookups{}, "", func(r Record) bool { return r.PositionType == "pengawas" }},
		"executant":           {map[string]any{"Jenis Jabatan": "JFU"}, Lookups{}, "", func(r Record) bool { return r.PositionType == "pelaksana" }},
		"opd missing":         {map[string]any{"OPD": ""}, Lookups{}, "error opd_missing", nil},
		"opd declared":        {map[string]any{"OPD": ""}, Lookups{OPDDeclared: true}, "", nil},
		"legal status":        {map[string]any{"Kedudukan": "CLTN"}, Lookups{}, "", func(r Record) bool { return r.LegalStatus == "unpaid_state_leave" }},
		"legal status number": {map[string]any{"Kedudukan": "03"}, Lookups{}, "", func(r Record) bool { return r.LegalStatus == "study_assignment" }},
		"legal unknown":       {map[string]any{"Kedudukan": "Entah"}, Lookups{}, "warning legal_status_unknown", nil},
		"superior":            {map[string]any{"Atasan Langsung": "198001012005012001"}, Lookups{}, "", func(r Record) bool { return r.SuperiorNIP == "198001012005012001" }},
		"superior by name":    {map[string]any{"Atasan Langsung": "Nama Atasan"}, Lookups{}, "", func(r Record) bool { return r.SuperiorName == "Nama Atasan" }},
		"superior damaged":    {map[string]any{"Atasan Langsung": "1.98E+17"}, Lookups{}, "warning superior_unreadable", nil},
		"superior self":       {map[string]any{"Atasan Langsung": nip}, Lookups{}, "warning superior_self", func(r Record) bool { return r.SuperiorNIP == "" }},
		"email":               {map[string]any{"E-mail": "bukan surel"}, Lookups{}, "warning email_invalid", func(r Record) bool { return r.Email == "" }},
		"email two":           {map[string]any{"E-mail": "a@b.id, c@d.id"}, Lookups{}, "warning email_invalid", nil},
		"phone":               {map[string]any{"No HP": "123"}, Lookups{}, "warning phone_invalid", nil},
		"phone number cell":   {map[string]any{"No HP": sheet.Cell{Text: "81200000000", Type: sheet.Number}}, Lookups{}, "", func(r Record) bool { return r.Phone == "+6281200000000" }},
		"phone with 62":       {map[string]any{"No HP": "+62 (0)812-0000-0000"}, Lookups{}, "", func(r Record) bool { return r.Phone == "+6281200000000" }},
		"serial date":         {map[string]any{"Tanggal Lahir": sheet.Cell{Text: "32874", Type: sheet.Date}}, Lookups{}, "", nil},
	}
	headings := []string{
		"NIP", "Nama", "Tanggal Lahir", "JK", "Status Pegawai", "Kedudukan", "TMT CPNS", "Gol", "TMT Golongan", "Jabatan", "Jenis Jabatan", "Eselon",
		"OPD", "Atasan Langsung", "E-mail", "No HP",
	}
	base := map[string]any{"NIP": nip, "Nama": "NAMA CONTOH", "Gol": "III/c", "OPD": "Dinas Sosial", "Jabatan": "Pengelola Data"}
	m := recognise(t, headings...)
	seen := map[string]bool{}
	for name, c := range cases {
		row := sheet.Row{Number: 5}
		for _, h := range headings {
			v, ok := c.set[h]
			if !ok {
				v = base[h]
			}
			switch v := v.(type) {
			case sheet.Cell:
				row.Cells = append(row.Cells, v)
			case string:
				row.Cells = append(row.Cells, sheet.Cell{Text: v, Type: sheet.Text})
			default:
				row.Cells = append(row.Cells, sheet.Cell{})
			}
		}
		c.look.Today = today
		rec, findings := ParseRow(m, row, c.look)
		if got := codes(findings); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if c.expect != nil && !c.expect(rec) {
			t.Errorf("%s: %+v", name, rec)
		}
		for _, f := range findings {
			seen[f.Code] = true
			if f.Row != 5 || f.Column < 1 || f.Heading != headings[f.Column-1] || f.Field == "" {
				t.Errorf("%s: a finding without its place: %+v", name, f)
			}
		}
	}
	// Proves that no rule goes untested.
	elsewhere := []string{CodeNoHeadings, CodeColumnUnknown, CodeColumnMissing, CodeColumnTwice, CodeMappingUnknownField, CodeMappingUnknownColumn, CodeRowWithoutPerson, CodeNIPTwice, CodeNIPFormer,
		CodeNoRows, CodeOPDUnknown, CodeOPDAmbiguous, CodeOPDOutsideScope, CodeOPDEnded, CodeOPDCreated, CodeUnitUnknown, CodeRetirementReached, CodeStartsLater,
		CodePersonTwice, CodePersonAmbiguous, CodePersonReturns, CodeSuperiorUnknown, CodeSuperiorRing, CodeSinceNotLater, CodeRegistryChanged, CodeUnexpected}
	for _, code := range elsewhere {
		seen[code] = true
	}
	for _, code := range allCodes(t) {
		if !seen[code] {
			t.Errorf("no case gives %s", code)
		}
	}
}

func TestParseRow_TwoFactsInOneCell(t *testing.T) {
	t.Parallel()
	m := recognise(t, "Nama / NIP", "Tempat, Tanggal Lahir", "OPD")
	for _, cell := range []string{"NAMA CONTOH, S.Sos.\nNIP. 19900101 201501 1 999", "NAMA CONTOH, S.Sos. / 199001012015011999", "199001012015011999\nNAMA CONTOH, S.Sos."} {
		rec, findings := ParseRow(m, textRow(2, cell, "Bogor, 1 Januari 1990", "Dinas Sosial"), Lookups{Today: today})
		if len(findings) > 0 || rec.NIP != "199001012015011999" || rec.Name != "NAMA CONTOH" || rec.TitleBack != "S.Sos." ||
			rec.BirthPlace != "Bogor" || rec.BirthDate != day.New(1990, 1, 1) {
			t.Errorf("%q: %s %+v", cell, codes(findings), rec)
		}
	}
}

func TestParseRow_RowsOfThePageAreSkipped(t *testing.T) {
	t.Parallel()
	// Proves B3: what belongs to the page is passed over, said aloud when it
	// holds text; a person without a NIP is not passed over.
	m := recognise(t, "No", "NIP", "Nama", "Gol", "OPD")
	for name, c := range map[string]struct {
		row     sheet.Row
		skipped bool
		want    string
	}{
		"numbering":       {textRow(3, "1", "2", "3", "4", "5"), true, ""},
		"in brackets":     {textRow(3, "(1)", "(2)", "(3)"), true, ""},
		"headings again":  {textRow(60, "NO", "NIP", "NAMA", "GOL.", "OPD"), true, ""},
		"signature":       {textRow(90, "", "", "", "", "Tigaraksa, 21 Mei 2024"), true, "warning row_without_person"},
		"signature, name": {textRow(90, "", "", "Kepala Dinas"), true, "warning row_without_person"},
		"person":          {textRow(9, "7", "", "NAMA CONTOH", "III/c", "Dinas Sosial"), false, "error nip_missing"},
	} {
		rec, findings := ParseRow(m, c.row, Lookups{Today: today})
		if rec.Skipped != c.skipped || codes(findings) != c.want {
			t.Errorf("%s: skipped %v, %q", name, rec.Skipped, codes(findings))
		}
	}
}

func TestFinding_RepeatsAtMost64Bytes(t *testing.T) {
	t.Parallel()
	// Proves T-56, T-53.
	for _, s := range []string{strings.Repeat("é", 100), strings.Repeat("x", 100_000), "a\x00\nb\xff", strings.Repeat("𝔸", 64)} {
		got := shorten(s)
		if len(got) > 64 || !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\n") {
			t.Errorf("%q became %q", s[:4], got)
		}
	}
	if shorten("III/c") != "III/c" {
		t.Error("a short value was changed")
	}
}

func TestParseDate_Forms(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"31-12-1990": "1990-12-31", "1990-12-31": "1990-12-31", "31/12/1990": "1990-12-31", "31.12.1990": "1990-12-31", "1-1-1990": "1990-01-01",
		"1 Januari 1990": "1990-01-01", "01 JAN 1990": "1990-01-01", "17 Agustus 1990": "1990-08-17", "1 Nopember 1990": "1990-11-01",
		"5 Pebruari 1990": "1990-02-05", "Senin, 1 Januari 1990": "1990-01-01", "1-Mei-1990": "1990-05-01", "1 May 1990": "1990-05-01",
		"1990-12-31 00:00:00": "1990-12-31", "1990-12-31T00:00:00Z": "1990-12-31", "'31-12-1990": "1990-12-31", "32874": "1990-01-01",
		" 31 - 12 - 1990 ": "1990-12-31",
		"":                 "", "-": "", "00-00-0000": "", "0000-00-00 00:00:00": "", "0": "",
		"12/31/1990": CodeDateUnreadable, "30 Februari 1990": CodeDateUnreadable, "31 Foo 1990": CodeDateUnreadable, "1990": CodeDateUnreadable,
		"19900101": CodeDateUnreadable, "Januari 1990": CodeDateUnreadable, "1-1-0990": CodeDateUnreadable, "besok": CodeDateUnreadable,
		"1-1-90": CodeDateTwoDigitYear, "1 Jan 90": CodeDateTwoDigitYear,
	} {
		d, code := parseDate(sheet.Cell{Text: in, Type: sheet.Text})
		if got := d.String() + code; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestParseRank_Forms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, employment, rank, code string }{
		{"III/a", PNS, "pns_iii_a", ""}, {"IIIa", PNS, "pns_iii_a", ""}, {"III a", PNS, "pns_iii_a", ""}, {"III-A", PNS, "pns_iii_a", ""},
		{"3A", PNS, "pns_iii_a", ""}, {"Penata Muda (III/a)", PNS, "pns_iii_a", ""}, {"Penata Muda - III/a", PNS, "pns_iii_a", ""},
		{"Penata Muda Tk. I, III/b", PNS, "pns_iii_b", ""}, {"PENATA MUDA TINGKAT I / III.b", PNS, "pns_iii_b", ""}, {"Penata Tk.I", PNS, "pns_iii_d", ""},
		{"(III/d) Penata Tk I", PNS, "pns_iii_d", ""}, {"Pembina Utama Madya", PNS, "pns_iv_d", ""}, {"IV/e", PNS, "pns_iv_e", ""}, {"Juru", CPNS, "pns_i_c", ""},
		{"33", PNS, "pns_iii_c", ""}, {"33", "", "pns_iii_c", ""}, {"11", PNS, "pns_i_a", ""}, {"11", PPPK, "pppk_xi", ""}, {"9", PPPK, "pppk_ix", ""},
		{"IX", PPPK, "pppk_ix", ""}, {"Gol. IX", PPPK, "pppk_ix", ""}, {"Golongan XVII", PPPKPartTime, "pppk_xvii", ""}, {"V", "", "pppk_v", ""}, {"III", PPPK, "pppk_iii", ""},
		{"", PNS, "", ""}, {"-", PNS, "", ""},
		{"III", PNS, "", CodeRankIncomplete}, {"III/e", PNS, "", CodeRankUnknown}, {"V/a", PNS, "", CodeRankUnknown}, {"15", PNS, "", CodeRankUnknown},
		{"Letnan", PNS, "", CodeRankUnknown}, {"XVIII", PPPK, "", CodeRankUnknown}, {"9", PNS, "", CodeRankUnknown},
		{"Penata (III/d)", PNS, "pns_iii_d", CodeRankContradicts},
		{"III/c", PPPK, "pns_iii_c", CodeRankWrongScheme}, {"IX", PNS, "pppk_ix", CodeRankWrongScheme},
	} {
		rank, code := parseRank(c.in, c.employment)
		if rank != c.rank || code != c.code {
			t.Errorf("%q as %q: got %q %q, want %q %q", c.in, c.employment, rank, code, c.rank, c.code)
		}
	}
}

// allCodes reads the codes of findings from the source, so that a new one
// cannot be forgotten.
func allCodes(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("findings.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile(`Code\w+ += "(import\.\w+)"`).FindAllSubmatch(source, -1) {
		all = append(all, string(m[1]))
	}
	if len(all) < 40 {
		t.Fatalf("only %d codes found in the source", len(all))
	}
	return all
}

func TestExplain_KnowsEveryCodeInBothLanguages(t *testing.T) {
	t.Parallel()
	all := allCodes(t)
	for _, r := range sheet.Reasons() {
		all = append(all, string(r))
	}
	for _, code := range all {
		for _, l := range []lang.Lang{lang.Indonesian, lang.English} {
			reason, remedy, ok := Explain(l, code)
			if !ok || len(reason) < 10 || len(remedy) < 10 || reason == remedy {
				t.Errorf("%s in %s: %q %q", code, l, reason, remedy)
			}
		}
		id, _, _ := Explain(lang.Indonesian, code)
		en, _, _ := Explain(lang.English, code)
		if id == en {
			t.Errorf("%s is not translated", code)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"31-12-1990", "1 Januari 1990", "32874", "1990-12-31T00:00:00Z", "00-00-0000"} {
		f.Add(s, uint8(sheet.Text))
	}
	f.Fuzz(func(t *testing.T, s string, kind uint8) {
		d, code := parseDate(sheet.Cell{Text: s, Type: sheet.CellType(kind % 6)})
		if code != "" && !d.IsZero() {
			t.Fatalf("%q: a day and a refusal", s)
		}
		if d.IsZero() {
			return
		}
		if d.Year() < 1900 || d.Year() > 2200 {
			t.Fatalf("%q: %s", s, d)
		}
		// What was read must be read the same when it is written plainly.
		if again, code := parseDate(sheet.Cell{Text: d.String(), Type: sheet.Text}); code != "" || again != d {
			t.Fatalf("%q: %s, then %s %s", s, d, again, code)
		}
	})
}

func FuzzParseRank(f *testing.F) {
	for _, s := range []string{"III/c", "Penata (III/c)", "33", "IX", "Penata Muda Tk. I, III/b"} {
		f.Add(s, uint8(0))
	}
	known := map[string]bool{}
	for _, code := range rankNames {
		known[code] = true
	}
	for _, roman := range pppkRomans[1:] {
		known["pppk_"+roman] = true
	}
	f.Fuzz(func(t *testing.T, s string, kind uint8) {
		employment := []string{"", PNS, CPNS, PPPK, PPPKPartTime, NonASN}[kind%6]
		rank, code := parseRank(s, employment)
		if rank != "" && !known[rank] {
			t.Fatalf("%q: a rank that does not exist: %s", s, rank)
		}
		if code == "" && rank != "" && (isPNS(employment) || isPPPK(employment)) && isPPPK(employment) != strings.HasPrefix(rank, "pppk") {
			t.Fatalf("%q as %s: %s passed", s, employment, rank)
		}
	})
}

func FuzzParseRow(f *testing.F) {
	f.Add("199001012015011999", "NAMA, S.Sos.", "Bogor, 1 Januari 1990", "III/c", "0812", "a@b.id")
	f.Add("1.98E+17", "", "-", "9", "x", "@")
	m := recognise(f, "NIP", "Nama", "TTL", "Gol", "No HP", "E-mail", "Nama / NIP", "OPD")
	f.Fuzz(func(t *testing.T, nip, name, birth, rank, phone, email string) {
		rec, findings := ParseRow(m, textRow(2, nip, name, birth, rank, phone, email, name+nip, "x"), Lookups{Today: today})
		for _, finding := range findings {
			if len(finding.Value) > maxValueBytes || !utf8.ValidString(finding.Value) {
				t.Fatalf("value %q", finding.Value)
			}
			if _, _, ok := Explain(lang.English, finding.Code); !ok {
				t.Fatalf("no text for %s", finding.Code)
			}
		}
		if !rec.Skipped && !Refused(findings) && (len(rec.NIP) != 18 || rec.Name == "" || rec.BirthDate.IsZero()) {
			t.Fatalf("passed: %+v", rec)
		}
	})
}

func BenchmarkParseRow_SIASN(b *testing.B) {
	m := recognise(b, siasn...)
	row := textRow(7, "A5EB03E2", "199001012015011999", "", "NAMA CONTOH", "dr.", "S.Sos., M.Si.", "Tangerang", "01-01-1990", "M",
		"Islam", "3603990101909999", "081200000000", "contoh@example.org", "", "01", "Aktif", "P", "01-01-2015",
		"33", "III/c", "01-04-2023", "2", "Jabatan Fungsional", "GURU AHLI MUDA", "02-01-2024", "U1", "SDN Contoh", "Dinas Pendidikan", "")
	b.ReportAllocs()
	for b.Loop() {
		if _, findings := ParseRow(m, row, Lookups{Today: today}); len(findings) > 0 {
			b.Fatal(codes(findings))
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	runtime.KeepAlive(m)
}
