package e2e

import (
	"strconv"
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
)

// Proves U2, M1: a government's own row goes before the national one of the
// same code while it holds, in the list, in the history and for the program
// itself; the other government keeps the national row.
func TestReference_OwnRowGoesBeforeTheNational(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a, b := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	officer, neighbour := s.As(authz.AgencyOfficer, a), s.As(authz.AgencyOfficer, b)
	const path = "/reference-data/deadline_rule"
	const code = "first_summons_notice"
	national := neighbour.Get(path + "/" + code + "?on=2024-10-07").Expect(200)
	if national.Text("in_force.national") != "true" || national.Text("in_force.data.amount") == "3" {
		t.Fatalf("got %s", national.Body)
	}
	own := officer.Post(path, map[string]any{"code": code, "name": map[string]any{"id": "Panggilan pertama", "en": "First summons"},
		"valid_from": "2024-10-01", "valid_until": "2024-10-31", "legal_basis": "Peraturan Bupati 12/2024", "legal_sources": []string{"pp_94_2021"},
		"source": map[string]any{"id": "salinan peraturan"}, "confidence": "high", "data": map[string]any{"unit": "working_days", "amount": 3, "counting": "not_before"}}).Expect(201)
	if own.Text("national") != "false" || own.Text("government_id") != a.ID.String() || own.Text("recorded_later") != "true" ||
		own.Text("source.en") != "salinan peraturan" || own.Header.Get("Location") != "/api/v1"+path+"/"+code {
		t.Errorf("got %s", own.Body)
	}
	for on, want := range map[string]string{"2024-09-30": "true", "2024-10-01": "false", "2024-10-31": "false", "2024-11-01": "true"} {
		got := officer.Get(path + "/" + code + "?on=" + on).Expect(200)
		if got.Text("in_force.national") != want || got.Len("rows") < 2 {
			t.Errorf("on %s: %s", on, got.Body)
		}
		list := officer.Get(path + "?code=" + code + "&on=" + on).Expect(200)
		if list.Len("items") != 1 || list.Text("items.0.national") != want {
			t.Errorf("on %s the list says %s", on, list.Body)
		}
	}
	if got := neighbour.Get(path + "/" + code + "?on=2024-10-07").Expect(200); got.Text("in_force.national") != "true" || got.Len("rows") != national.Len("rows") {
		t.Errorf("the neighbour sees %s", got.Body)
	}
	for g, want := range map[int32]int{a.Tenant: 3, b.Tenant: int(national.Value("in_force.data.amount").(float64))} {
		err := s.App.DB.Read(authz.With(t.Context(), authz.ForSystem(g)), func(tx *db.Tx) error {
			r, err := catalog.ViewTx[catalog.DeadlineRule](tx, catalog.DeadlineRuleKind, code, day.New(2024, 10, 7))
			if err != nil || r.Amount != want {
				t.Errorf("the program counts %d days, want %d (%v)", r.Amount, want, err)
			}
			_, err = catalog.FindTx(tx, catalog.DeadlineRuleKind, "no_such_rule", day.New(2024, 10, 7))
			return err
		})
		if err == nil {
			t.Error("a code that does not hold was found")
		}
	}
}

// Proves U2: a row is closed or withdrawn and another follows; none is
// rewritten, none overlaps, and the national rows are not a government's.
func TestReference_ClosedNeverRewritten(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a := s.Government("36.03", "Kabupaten Tangerang")
	officer, admin := s.As(authz.AgencyOfficer, a), s.As(authz.PlatformAdmin, a)
	const path = "/reference-data/sanction_type"
	kind := func(code, from string) map[string]any {
		return map[string]any{"code": code, "name": map[string]any{"id": "Pemutusan perjanjian kerja"}, "valid_from": from, "source": map[string]any{"id": "Peraturan Bupati"},
			"confidence": "medium", "data": map[string]any{"class": "discipline", "level": "severe", "authority_level": "severe", "employment_types": []string{"pppk"}}}
	}
	first := officer.Post(path, kind("pppk_contract_end", "2024-01-01")).Expect(201)
	step := func(c *harness.Caller, what, code string, body map[string]any) *harness.Answer {
		return c.Post(path+"/"+code+"/"+what, body)
	}
	overlap := officer.Post(path, kind("pppk_contract_end", "2024-06-01")).ExpectCode(409, "reference.overlaps")
	if overlap.Text("allowed_steps") != `["closing","withdrawal","verification"]` {
		t.Errorf("got %s", overlap.Body)
	}
	row := first.Text("id")
	step(officer, "closing", "pppk_contract_end", map[string]any{"row_id": row, "last_day": "2023-12-31"}).ExpectCode(422, "reference.period_inverted")
	closed := step(officer, "closing", "pppk_contract_end", map[string]any{"row_id": row, "last_day": "2024-05-31"}).Expect(200)
	if closed.Text("valid_until") != "2024-05-31" || closed.Text("version") != "2" || closed.Text("allowed_steps") != `["withdrawal","verification"]` {
		t.Errorf("got %s", closed.Body)
	}
	step(officer, "closing", "pppk_contract_end", map[string]any{"row_id": row, "last_day": "2024-07-31"}).ExpectCode(409, "reference.closed")
	second := officer.Post(path, kind("pppk_contract_end", "2024-06-01")).Expect(201)
	withdrawn := step(officer, "withdrawal", "pppk_contract_end", map[string]any{"row_id": second.Text("id")}).Expect(200)
	if withdrawn.Text("withdrawn_at") == "" || withdrawn.Text("allowed_steps") != "[]" {
		t.Errorf("got %s", withdrawn.Body)
	}
	step(officer, "withdrawal", "pppk_contract_end", map[string]any{"row_id": second.Text("id")}).ExpectCode(409, "reference.withdrawn")
	officer.Post(path, kind("pppk_contract_end", "2024-06-01")).Expect(201)
	history := officer.Get(path + "/pppk_contract_end?on=2024-05-31").Expect(200)
	if history.Len("rows") != 3 || history.Text("in_force.id") != row {
		t.Errorf("got %s", history.Body)
	}

	const national = "/reference-data/holiday/holiday_2024_11_27"
	vote := officer.Get(national + "?on=2024-11-27").Expect(200).Text("in_force.id")
	body := map[string]any{"row_id": vote, "last_day": "2024-11-28"}
	refused := officer.Post(national+"/closing", body).ExpectCode(409, "reference.national")
	if refused.Text("allowed_steps") != `["verification"]` {
		t.Errorf("got %s", refused.Body)
	}
	officer.Post(national+"/withdrawal", map[string]any{"row_id": vote}).ExpectCode(409, "reference.national")
	officer.Post("/reference-data/sanction_type/pppk_contract_end/closing", body).ExpectCode(404, "request.not_found")
	if got := admin.Post(national+"/closing", body).Expect(200); got.Text("national") != "true" || got.Text("valid_until") != "2024-11-28" {
		t.Errorf("got %s", got.Body)
	}
	s.As(authz.OPDHead, a).Post(path, kind("x", "2024-01-01")).ExpectCode(403, "auth.not_permitted")
}

// Proves U2, F4: what does not keep the rules of its kind is refused with every
// wrong field, and the words of the program are not to be added to.
func TestReference_RowsKeepTheRulesOfTheirKind(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	officer := s.As(authz.GovernmentAdmin, s.Government("36.03", "Kabupaten Tangerang"))
	bad := aHoliday("hari_jadi", "besok", "2024-01-02")
	bad["legal_sources"], bad["replaced_by"] = []string{"perda_tak_ada"}, []string{"hari_jadi_lama"}
	bad["data"].(map[string]any)["warna"] = 1
	got := officer.Post("/reference-data/holiday", bad).ExpectCode(422, "reference.invalid")
	if got.Len("errors") != 4 {
		t.Errorf("got %s", got.Body)
	}
	bad["data"] = map[string]any{"date": map[string]any{}}
	officer.Post("/reference-data/holiday", bad).ExpectCode(400, "request.invalid")
	officer.Post("/reference-data/election_phase", aHoliday("fase_baru", "2024-10-14", "2024-01-02")).ExpectCode(422, "reference.kind_fixed")
	officer.Post("/reference-data/moon_phase", aHoliday("purnama", "2024-10-14", "2024-01-02")).ExpectCode(404, "request.not_found")
	officer.Get("/reference-data/moon_phase").ExpectCode(404, "request.not_found")
	officer.Get("/reference-data/holiday/purnama").ExpectCode(404, "request.not_found")
	kinds := officer.Get("/reference-data").Expect(200)
	if kinds.Len("items") != len(catalog.Kinds()) {
		t.Errorf("%d kinds", kinds.Len("items"))
	}
	// The law of a region enters the library, and rows may then cite it.
	officer.Post("/reference-data/legal_source", map[string]any{"code": "perbup_12_2024", "name": map[string]any{"id": "Tata cara penegakan netralitas"},
		"valid_from": "2024-03-01", "source": map[string]any{"id": "JDIH"}, "confidence": "high",
		"data": map[string]any{"legal_kind": "perkada", "number": "12", "year": 2024}}).Expect(201)
	good := aHoliday("hari_jadi", "2024-10-14", "2024-03-02")
	good["legal_sources"] = []string{"perbup_12_2024"}
	officer.Post("/reference-data/holiday", good).Expect(201)
}

// Proves U2: verification is kept with who and when; a government verifies a
// national row for itself alone, and its own word goes before the nation's.
func TestReference_Verified(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a, b := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	officer, admin, neighbour := s.As(authz.AgencyOfficer, a), s.As(authz.PlatformAdmin, a), s.As(authz.AgencyOfficer, b)
	const path = "/reference-data/violation_type/candidate_social_media_engagement"
	row := officer.Get(path + "?on=2024-10-07").Expect(200).Text("in_force.id")
	got := officer.Post(path+"/verification", map[string]any{"row_id": row, "note": "Lembaran Negara 2021 Nomor 202"}).Expect(200)
	if got.Text("verification.verified_by") != officer.Principal.ID.String() || got.Text("verification.national") != "false" {
		t.Errorf("got %s", got.Body)
	}
	if got := neighbour.Get(path + "?on=2024-10-07").Expect(200); got.Text("in_force.verification") != "" {
		t.Errorf("the neighbour sees %s", got.Body)
	}
	admin.Post(path+"/verification", map[string]any{"row_id": row}).Expect(200)
	if got := neighbour.Get(path + "?on=2024-10-07").Expect(200); got.Text("in_force.verification.national") != "true" {
		t.Errorf("the neighbour sees %s", got.Body)
	}
	if got := officer.Get("/reference-data/violation_type?on=2024-10-07&code=candidate_social_media_engagement").Expect(200); got.Text("items.0.verification.national") != "false" {
		t.Errorf("got %s", got.Body)
	}
}

// Proves K2, K3: working days pass over weekends and holidays and say why; a
// holiday decreed late moves the day from then on, and not before.
func TestWorkingDays_LateDecreeMovesThem(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a, b := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	officer := s.As(authz.AgencyOfficer, a)
	const ask = "/calendar/working-days?from=2024-11-20&days=7&as_of="
	// Keppres 33/2024 of 21 November made voting day, 27 November, a holiday.
	before, after := officer.Get(ask+"2024-11-20").Expect(200), officer.Get(ask+"2024-11-21").Expect(200)
	if before.Text("day") != "2024-11-29" || after.Text("day") != "2024-12-02" || after.Text("first_counted") != "2024-11-21" || after.Text("government_id") != a.ID.String() {
		t.Errorf("%s then %s", before.Body, after.Body)
	}
	if after.Text("skipped.2.reason") != "national" || after.Text("skipped.2.code") != "holiday_2024_11_27" || after.Text("skipped.0.reason") != "weekend" {
		t.Errorf("got %s", after.Body)
	}
	officer.Post("/reference-data/holiday", aHoliday("libur_daerah", "2024-11-29", "2024-11-25")).Expect(201)
	if got := officer.Get(ask + "2024-11-25").Expect(200); got.Text("day") != "2024-12-03" || got.Text("skipped.3.reason") != "regional" {
		t.Errorf("got %s", got.Body)
	}
	if got := s.As(authz.AgencyOfficer, b).Get(ask + "2024-11-25").Expect(200); got.Text("day") != "2024-12-02" {
		t.Errorf("a neighbour's holiday counts: %s", got.Body)
	}
	if got := officer.Get("/calendar/working-days?from=2031-01-01&days=1").Expect(200); got.Text("years_without_holidays") != "[2031]" {
		t.Errorf("got %s", got.Body)
	}
	if got := s.As(authz.PlatformAdmin, a).Get("/calendar/working-days?from=2024-11-20&days=0").Expect(200); got.Text("day") != "2024-11-20" || got.Text("first_counted") != "" {
		t.Errorf("got %s", got.Body)
	}
}

// Proves F5, G3: the public reads what is not allowed, with acts and law, as it
// was on a day; nothing a government added shows.
func TestPublicViolationTypes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a := s.Government("36.03", "Kabupaten Tangerang")
	s.As(authz.AgencyOfficer, a).Post("/reference-data/violation_type", map[string]any{"code": "bentuk_lokal", "name": map[string]any{"id": "Bentuk lokal"}, "valid_from": "2024-01-01",
		"source": map[string]any{"id": "Satgas"}, "confidence": "low", "data": map[string]any{"class": "ethics", "harms_or_favours": "either", "sanction_level": "moral"}}).Expect(201)
	got := s.Nobody().Get("/public/violation-types?on=2024-10-07").Expect(200)
	if got.Header.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("Cache-Control is %q", got.Header.Get("Cache-Control"))
	}
	var list struct {
		Items []struct {
			Code       string
			LegalBasis string `json:"legal_basis"`
			Class      struct{ Code string }
			Acts       []struct {
				Code string
				Name struct{ ID string }
			}
		}
	}
	got.Into(&list)
	seen := map[string]bool{}
	for _, v := range list.Items {
		seen[v.Code] = true
		for _, act := range v.Acts {
			if act.Name.ID == "" || act.Name.ID == act.Code && v.Code == "candidate_social_media_engagement" {
				t.Errorf("%s has no words for %s", v.Code, act.Code)
			}
		}
	}
	if !seen["candidate_social_media_engagement"] || !seen["prospective_social_media_engagement"] || seen["bentuk_lokal"] || len(list.Items) < 25 {
		t.Errorf("%d types: %v", len(list.Items), seen)
	}
	if n := s.Nobody().Get("/public/violation-types?on=2003-01-01").Expect(200).Len("items"); n >= len(list.Items) {
		t.Errorf("%d were not allowed in 2003", n)
	}
}

// Proves U2: a list longer than a page is read whole and once, rows without a
// first day among them.
func TestReference_PagesHoldEveryRowOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	officer := s.As(authz.AgencyOfficer, s.Government("36.03", "Kabupaten Tangerang"))
	national, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []catalog.Kind{catalog.RankKind, catalog.ViolationTypeKind} {
		seen := map[string]bool{}
		for next := ""; ; {
			got := officer.Get("/reference-data/" + string(kind) + "?limit=10" + next).Expect(200)
			for i := range got.Len("items") {
				seen[got.Text("items."+strconv.Itoa(i)+".id")] = true
			}
			if got.Text("next_cursor") == "" {
				break
			}
			next = "&cursor=" + got.Text("next_cursor")
		}
		if len(seen) != len(national.Rows(kind)) {
			t.Errorf("%s: %d rows, want %d", kind, len(seen), len(national.Rows(kind)))
		}
	}
}
