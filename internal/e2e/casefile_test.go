package e2e

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// staff adds a person with a post of one's choice.
func staff(s *harness.Server, g government.Government, unit, name string, n int, with map[string]any) string {
	body := map[string]any{"name": name, "nip": nipOf(n), "employment_type": "pns", "rank_code": "pns_iii_c", "position_title": "Analis",
		"position_type": "pelaksana", "opd_id": unit, "valid_from": "2022-01-01"}
	maps.Copy(body, with)
	maps.DeleteFunc(body, func(_ string, v any) bool { return v == nil })
	return s.As(authz.AgencyOfficer, g).Post("/asn", body).Expect(201).Text("id")
}

// office is a government with a line of superiors and an appointing authority.
type office struct {
	s                                        *harness.Server
	g                                        government.Government
	unit                                     string
	subject, pengawas, administrator, head   string // a line, the subject lowest
	mandate                                  string // of the appointing authority, from 2023-12-26
	officer, regent, inspector, theSubject   *harness.Caller
	thePengawas, theAdministrator, colleague *harness.Caller
}

func newOffice(t *testing.T, s *harness.Server, code string) office {
	t.Helper()
	g := s.Government(code, "Kabupaten "+code)
	o := office{s: s, g: g, unit: unit(s, g, "dinas-a", ""), officer: s.As(authz.AgencyOfficer, g), regent: s.As(authz.AppointingAuth, g),
		inspector: s.As(authz.Inspector, g)}
	o.head = staff(s, g, o.unit, "Kepala Dinas", 1, map[string]any{"position_type": "jpt_pratama", "position_title": "Kepala Dinas Pendidikan"})
	o.administrator = staff(s, g, o.unit, "Kepala Bidang", 2, map[string]any{"position_type": "administrator", "position_title": "Kepala Bidang SD", "superior_id": o.head})
	o.pengawas = staff(s, g, o.unit, "Kepala Seksi", 3, map[string]any{"position_type": "pengawas", "position_title": "Kepala Seksi", "superior_id": o.administrator})
	o.subject = staff(s, g, o.unit, "Rina Kartika", 4, map[string]any{"superior_id": o.pengawas})
	o.theSubject = s.As(authz.ASN, g, harness.Being(parsed(t, o.subject)))
	o.thePengawas = s.As(authz.ASN, g, harness.Being(parsed(t, o.pengawas)))
	o.theAdministrator = s.As(authz.ASN, g, harness.Being(parsed(t, o.administrator)))
	o.colleague = s.As(authz.ASN, g, harness.Being(parsed(t, staff(s, g, o.unit, "Rekan", 5, nil))))
	o.mandate = o.officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "pj", "holder_name": "Asmawa Tosepu",
		"title": "Pj. Bupati", "basis": "Keputusan Mendagri", "valid_from": "2023-12-26", "valid_until": "2025-02-20"}).Expect(201).Text("id")
	return o
}

// opening is a like for a determined candidate, as an own finding.
func (o office) opening(subject string, with map[string]any) map[string]any {
	body := map[string]any{"kind": "own_finding", "registered_on": "2024-10-10", "received_on": "2024-10-08", "act_on": "2024-10-05", "known_on": "2024-10-08",
		"track": "discipline", "violation_types": []string{"candidate_social_media_engagement"}, "acts": []string{"like"}, "election_id": election.IDOf("pilkada_2024"),
		"candidate_status": "determined", "accusation": "Menyukai unggahan pasangan calon.", "subjects": []map[string]any{{"asn_id": subject}}}
	maps.Copy(body, with)
	maps.DeleteFunc(body, func(_ string, v any) bool { return v == nil })
	return body
}

func (o office) open(with map[string]any) string {
	return o.officer.Post("/cases", o.opening(o.subject, with)).Expect(201).Text("items.0.id")
}

// accept opens cases from a report.
func (o office) accept(report string, subjects ...string) *harness.Answer {
	named := make([]map[string]any, 0, len(subjects))
	for _, p := range subjects {
		named = append(named, map[string]any{"asn_id": p})
	}
	return o.officer.Post("/cases", o.opening("", map[string]any{"kind": "report", "report_id": report, "subjects": named})).Expect(201)
}

// recommended opens a case and brings it to where it is decided.
func (o office) recommended(with map[string]any) string { return o.examined(o.open(with)) }

// examined brings an open case to where it is decided.
func (o office) examined(c string) string {
	o.officer.Post("/cases/"+c+"/summonses", map[string]any{"issued_on": "2024-10-14", "appear_on": "2024-10-24", "place": "Ruang rapat"}).Expect(200)
	o.officer.Post("/cases/"+c+"/examination", map[string]any{"held_on": "2024-10-24", "outcome": "signed", "examiner_ids": []string{o.pengawas},
		"record": "Terperiksa hadir.", "answer": "Saya tidak tahu."}).Expect(200)
	o.officer.Post("/cases/"+c+"/recommendation", map[string]any{"given_on": "2024-11-04", "given_by": "examiners", "proven": true, "opinion": "Terbukti."}).Expect(200)
	return c
}

func (o office) decision(caseID, kind string, with map[string]any) map[string]any {
	body := map[string]any{"case_id": caseID, "sanction_type": kind, "decision_number": "800/32/2024", "decided_on": "2024-11-11",
		"signatory": map[string]any{"mandate_id": o.mandate}, "legal_basis": "PP 94/2021"}
	maps.Copy(body, with)
	return body
}

func steps(a *harness.Answer) []string {
	var out []string
	list, _ := a.Value("allowed_steps").([]any)
	for _, v := range list {
		out = append(out, v.(string))
	}
	return out
}

// Proves K1, K8, K12, B5, T-11: a case goes from registration to the
// recommendation with the post of the day of the act, answers a wrong step with
// those that are open, and shows each viewer what is theirs: the superior who
// must act, the subject from the summons on, nobody else; never the notes.
func TestCase_RegisteredSummonedExaminedRecommended(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	o.officer.Post("/asn/"+o.subject+"/positions", map[string]any{"position_title": "Kepala Seksi Baru", "position_type": "pengawas", "opd_id": o.unit, "valid_from": "2024-12-01"}).Expect(200)

	opened := o.officer.Post("/cases", o.opening(o.subject, nil)).Expect(201)
	c := opened.Text("items.0.id")
	if n := opened.Text("items.0.number"); !regexp.MustCompile(`^KN-3201-2024-[0-9A-HJKMNP-TV-Z]{5}$`).MatchString(n) {
		t.Errorf("the number is %s", n)
	}
	if opened.Text("items.0.subject.position_type") != "pelaksana" || opened.Text("items.0.superior_id") != o.pengawas || opened.Text("items.0.recorded_later") != "true" {
		t.Errorf("opened %s", opened.Body)
	}
	if p := opened.Text("items.0.phases"); p != `["after_determination","campaign"]` {
		t.Errorf("phases of the day of the act: %s", p)
	}
	path := "/cases/" + c
	o.theSubject.Get(path).ExpectCode(404, "request.not_found")
	o.theAdministrator.Get(path).ExpectCode(404, "request.not_found")
	o.colleague.Get(path).ExpectCode(404, "request.not_found")
	if got := o.thePengawas.Get(path).Expect(200); got.Text("view") != "superior" || got.Text("origins") != "" || !slices.Equal(steps(got), []string{"summonses"}) {
		t.Errorf("the superior sees %s", got.Body)
	}

	wrong := o.officer.Post(path+"/recommendation", map[string]any{"given_on": "2024-10-11", "given_by": "examiners", "proven": true}).ExpectCode(409, "case.step_not_allowed")
	if got := steps(wrong); !slices.Equal(got, []string{"summonses", "closing", "notes", "assignments", "recusals"}) {
		t.Errorf("open instead: %v", got)
	}
	o.officer.Post(path+"/summonses", map[string]any{"issued_on": "2024-10-09", "appear_on": "2024-10-24", "place": "R"}).ExpectCode(422, "case.before_last_step")
	o.officer.Post(path+"/summonses", map[string]any{"issued_on": "2999-10-09", "appear_on": "2999-10-24", "place": "R"}).ExpectCode(422, "case.day_in_future")
	summoned := o.thePengawas.Post(path+"/summonses", map[string]any{"issued_on": "2024-10-14", "appear_on": "2024-10-17", "place": "Ruang rapat"}).Expect(200)
	if summoned.Text("summonses.0.short_notice") != "true" || summoned.Text("deadlines.0.rule") != "first_summons_notice" || summoned.Text("deadlines.0.day") != "2024-10-23" {
		t.Errorf("summoned %s", summoned.Body)
	}
	if summoned.Len("deadlines.0.skipped") != 2 || summoned.Text("deadlines.0.confidence") != "medium" {
		t.Errorf("the deadline explains itself as %s", summoned.Text("deadlines.0"))
	}
	o.officer.Post(path+"/summonses", map[string]any{"issued_on": "2024-10-15", "appear_on": "2024-10-24", "place": "R"}).ExpectCode(422, "case.summons_not_missed")
	o.officer.Post(path+"/notes", map[string]any{"body": "Rahasia internal."}).Expect(201)

	if got := o.theSubject.Get(path).Expect(200); got.Text("view") != "subject" || len(steps(got)) != 0 || strings.Contains(string(got.Body), "Rahasia") || got.Text("origins") != "" {
		t.Errorf("the subject sees %s", got.Body)
	}
	o.theSubject.Post(path+"/examination", map[string]any{"held_on": "2024-10-17", "outcome": "signed", "examiner_ids": []string{o.pengawas}, "record": "x"}).ExpectCode(404, "request.not_found")
	o.theSubject.Get(path+"/notes").ExpectCode(403, "auth.not_permitted")

	o.officer.Post(path+"/examination", map[string]any{"held_on": "2024-10-17", "outcome": "signed"}).ExpectCode(422, "case.record_incomplete")
	missed := o.officer.Post(path+"/examination", map[string]any{"held_on": "2024-10-17", "outcome": "absent"}).Expect(200)
	if missed.Text("state") != "summoned" || missed.Text("summonses.0.missed_on") != "2024-10-17" || missed.Text("deadlines.0.rule") != "second_summons" {
		t.Errorf("after a missed summons: %s", missed.Body)
	}
	o.officer.Post(path+"/examination", map[string]any{"held_on": "2024-10-18", "outcome": "absent"}).ExpectCode(422, "case.summons_missed")
	o.officer.Post(path+"/summonses", map[string]any{"issued_on": "2024-10-18", "appear_on": "2024-10-30", "place": "Ruang rapat"}).Expect(200)
	absent := o.officer.Post(path+"/examination", map[string]any{"held_on": "2024-10-30", "outcome": "absent"}).Expect(200)
	if absent.Text("state") != "examined" || absent.Len("deadlines") != 0 {
		t.Errorf("after two missed summonses: %s", absent.Body)
	}
	o.officer.Post(path+"/recommendation", map[string]any{"given_on": "2024-11-04", "given_by": "examiners", "proven": true, "sanction_type": "rank_demotion", "opinion": "Terbukti."}).Expect(200)
	o.regent.Post(path+"/returns", map[string]any{"taken_on": "2024-11-05", "reason": "Bukti kurang."}).Expect(200)
	if got := o.officer.Get(path).Expect(200); got.Text("state") != "examined" || got.Header.Get("ETag") != `"7"` || got.Len("recommendations") != 1 {
		t.Errorf("returned %s", got.Body)
	}
	if got := o.theSubject.Get(path + "/history").Expect(200); got.Len("items") != 7 || strings.Contains(string(got.Body), "Bukti kurang") {
		t.Errorf("the subject's history: %s", got.Body)
	}
	if got := o.officer.Get(path + "/history").Expect(200); got.Text("items.6.reason") != "Bukti kurang." {
		t.Errorf("the history: %s", got.Body)
	}
}

// Proves T-11, L2: who is involved or steps back neither sees nor handles the
// case, whatever the role, and the next higher superior must act.
func TestCase_WallAndTheNextSuperior(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := o.open(map[string]any{"subjects": []map[string]any{{"asn_id": o.subject, "involved_asn_ids": []string{o.pengawas}}}})
	path := "/cases/" + c
	o.thePengawas.Get(path).ExpectCode(404, "request.not_found")
	o.theAdministrator.Get(path).Expect(200)
	taskForce := s.As(authz.TaskForceMember, o.g, harness.Being(parsed(t, o.head)))
	taskForce.Get(path).Expect(200)
	o.officer.Post(path+"/recusals", map[string]any{"asn_id": o.head, "reason": "recused"}).Expect(200)
	taskForce.Get(path).ExpectCode(404, "request.not_found")
	if n := taskForce.Get("/cases").Expect(200).Len("items"); n != 0 {
		t.Errorf("a walled member lists %d", n)
	}
	o.officer.Post(path+"/recusals", map[string]any{"asn_id": o.head, "reason": "recused"}).ExpectCode(409, "case.already_walled")
	o.officer.Post(path+"/recusals", map[string]any{"asn_id": o.subject, "reason": "involved"}).ExpectCode(422, "case.subject_walled")
	if got := o.officer.Post(path+"/recusals", map[string]any{"asn_id": o.administrator, "reason": "relative"}).Expect(200); got.Text("superior_id") != "" {
		t.Errorf("all superiors are walled off, yet %s must act", got.Text("superior_id"))
	}
	accused := s.As(authz.AgencyOfficer, o.g, harness.Being(parsed(t, o.subject)))
	accused.Get(path).ExpectCode(404, "request.not_found")
	o.officer.Post(path+"/summonses", map[string]any{"issued_on": "2024-10-14", "appear_on": "2024-10-24", "place": "R"}).Expect(200)
	if got := accused.Get(path).Expect(200); got.Text("view") != "subject" || got.Text("walls") != "" {
		t.Errorf("an officer who is the subject sees %s", got.Body)
	}
	accused.Post(path+"/closing", map[string]any{"closed_on": "2024-10-15", "closing_reason": "cancelled", "reason": "x"}).ExpectCode(404, "request.not_found")
	accused.Get(path+"/notes").ExpectCode(404, "request.not_found")
	// Joined to another record, the subject is the same human under another id.
	twin := staff(s, o.g, o.unit, "Rina Kartika S", 30, nil)
	c2 := o.open(nil)
	o.officer.Post("/asn/mergers", map[string]any{"stays_id": twin, "goes_id": o.subject, "reason": "Orang yang sama."}).Expect(200)
	joined := s.As(authz.AgencyOfficer, o.g, harness.Being(parsed(t, twin)))
	joined.Get("/cases/"+c2).ExpectCode(404, "request.not_found")
	if got := joined.Get(path).Expect(200).Text("view"); got != "subject" {
		t.Errorf("under the other record the subject sees the case as %s", got)
	}
	joined.Get(path+"/notes").ExpectCode(404, "request.not_found")
	for _, caller := range []*harness.Caller{s.As(authz.GovernmentAdmin, o.g), s.As(authz.Auditor, o.g), s.As(authz.Bawaslu, o.g)} {
		caller.Get(path).ExpectCode(403, "auth.not_permitted")
	}
}

// Proves K10 (own findings), B5: five people named open five cases, each with
// the post of the day; the kinds must be of the track, and what the calendar
// does not propose needs a reason.
func TestCase_OpeningIsHeldAgainstTheRules(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	both := o.officer.Post("/cases", o.opening(o.subject, map[string]any{"subjects": []map[string]any{{"asn_id": o.subject}, {"asn_id": o.pengawas, "spouse_is_candidate": true}}})).Expect(201)
	if both.Len("items") != 2 || both.Text("items.0.number") == both.Text("items.1.number") || both.Text("items.1.spouse_is_candidate") != "true" {
		t.Errorf("two subjects: %s", both.Body)
	}
	for code, with := range map[string]map[string]any{
		"case.subject_twice":       {"subjects": []map[string]any{{"asn_id": o.subject}, {"asn_id": o.subject}}},
		"case.days_inverted":       {"act_on": "2024-10-11"},
		"case.classification":      {"track": "ethics"},
		"reference.code_unknown":   {"acts": []string{"dancing"}},
		"case.no_post_on_that_day": {"act_on": "2021-06-01", "known_on": "2021-06-02", "violation_types": []string{"partisan_activity"}},
	} {
		o.officer.Post("/cases", o.opening(o.subject, with)).ExpectCode(422, code)
	}
	before := map[string]any{"act_on": "2024-08-01", "known_on": "2024-08-02", "candidate_status": "prospective"}
	if got := o.officer.Post("/cases", o.opening(o.subject, before)).ExpectCode(422, "case.classification"); got.Text("errors.0.code") != "case.classification_reason_needed" {
		t.Errorf("a like before the determination as discipline: %s", got.Body)
	}
	before["classification_reason"] = "Diputus oleh Satgas."
	o.officer.Post("/cases", o.opening(o.subject, before)).Expect(201)
	ethics := map[string]any{"act_on": "2024-08-01", "known_on": "2024-08-02", "candidate_status": "prospective", "track": "ethics", "violation_types": []string{"prospective_social_media_engagement"}}
	if got := o.officer.Post("/cases", o.opening(o.subject, ethics)).Expect(201); got.Text("items.0.phases") != `["before_determination"]` {
		t.Errorf("before the determination: %s", got.Body)
	}
	candidate := o.officer.Post("/elections/"+election.IDOf("pilkada_2024").String()+"/candidates", map[string]any{"contest": "regent", "name": "Calon",
		"status": "prospective", "valid_from": "2024-07-15", "source": "Pers"}).Expect(201).Text("id")
	o.officer.Post("/candidates/"+candidate+"/statuses", map[string]any{"status": "determined", "valid_from": "2024-09-22", "source": "KPU"}).Expect(200)
	for act, want := range map[string]string{"2024-09-21": "prospective", "2024-09-22": "determined"} {
		named := map[string]any{"act_on": act, "known_on": act, "candidate_id": candidate, "candidate_status": nil, "classification_reason": "Diputus Satgas."}
		if got := o.officer.Post("/cases", o.opening(o.subject, named)).Expect(201); got.Text("items.0.candidate_status") != want {
			t.Errorf("on %s the candidate was %s, want %s", act, got.Text("items.0.candidate_status"), want)
		}
	}
	outsider := staff(s, o.g, o.unit, "Tenaga Kontrak", 9, map[string]any{"employment_type": "non_asn", "nip": nil})
	o.officer.Post("/cases", o.opening(outsider, nil)).ExpectCode(422, "case.subject_not_asn")
	other := newOffice(t, s, "36.03")
	other.officer.Post("/cases", other.opening(o.subject, nil)).ExpectCode(404, "request.not_found")
	if n := other.officer.Get("/cases").Expect(200).Len("items"); n != 0 {
		t.Errorf("another government lists %d", n)
	}
	if got := o.officer.Get("/cases?number=" + strings.ToLower(both.Text("items.0.number"))).Expect(200); got.Len("items") != 1 {
		t.Errorf("by number: %s", got.Body)
	}
	if got := o.officer.Get("/cases?state=registered&limit=2").Expect(200); got.Len("items") != 2 || got.Header.Get("Link") == "" {
		t.Errorf("the first page: %s", got.Body)
	}
}

// Proves K1, M2, X18: a decision that nothing was proven closes the case; only
// whom the matrix allows, holding a mandate that day, signs it; a closed case is
// opened again with a reason and goes back to the evidence.
func TestCase_NotProvenClosedReopened(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := o.recommended(nil)
	path := "/cases/" + c
	letter := func(with map[string]any) map[string]any {
		body := map[string]any{"decided_on": "2024-11-11", "number": "800/31/2024", "legal_basis": "PP 94/2021", "signatory": map[string]any{"mandate_id": o.mandate}, "reason": "Akun tiruan."}
		maps.Copy(body, with)
		return body
	}
	o.officer.Post(path+"/decision", letter(map[string]any{"signatory": map[string]any{}})).ExpectCode(422, "case.signatory_one")
	o.officer.Post(path+"/decision", letter(map[string]any{"signatory": map[string]any{"asn_id": o.head}})).ExpectCode(422, "case.not_entitled")
	o.officer.Post(path+"/decision", letter(map[string]any{"decided_on": "2025-03-03"})).ExpectCode(422, "case.no_mandate")
	s.As(authz.TaskForceMember, o.g).Post(path+"/decision", letter(nil)).ExpectCode(403, "auth.not_permitted")
	o.officer.Post(path+"/closing", map[string]any{"closed_on": "2024-11-11", "closing_reason": "not_proven", "reason": "x"}).ExpectCode(422, "case.not_proven_by_decision")
	decided := o.officer.Post(path+"/decision", letter(nil)).Expect(200)
	if decided.Text("state") != "closed" || decided.Text("closing_reason") != "not_proven" || decided.Text("decision.signatory_title") != "Pj. Bupati" || decided.Len("deadlines") != 0 {
		t.Errorf("not proven: %s", decided.Body)
	}
	if got := steps(o.regent.Get(path).Expect(200)); !slices.Equal(got, []string{"reopening"}) {
		t.Errorf("open to the regent: %v", got)
	}
	o.officer.Post(path+"/reopening", map[string]any{"taken_on": "2024-12-02", "reason": "Bukti baru."}).ExpectCode(403, "auth.not_permitted")
	again := o.regent.Post(path+"/reopening", map[string]any{"taken_on": "2024-12-02", "reason": "Bukti baru."}).Expect(200)
	if again.Text("state") != "examined" || again.Text("closing_reason") != "" {
		t.Errorf("reopened: %s", again.Body)
	}
	o.officer.Post(path+"/closing", map[string]any{"closed_on": "2024-12-03", "closing_reason": "bored", "reason": "x"}).ExpectCode(422, "reference.code_unknown")
	o.officer.Post(path+"/closing", map[string]any{"closed_on": "2024-12-03", "closing_reason": "completed", "reason": "x"}).ExpectCode(422, "case.not_completed")
	o.officer.Post(path+"/closing", map[string]any{"closed_on": "2024-12-03", "closing_reason": "subject_left_service", "reason": "Pensiun."}).Expect(200)
	o.officer.Post(path+"/closing", map[string]any{"closed_on": "2024-12-03", "closing_reason": "cancelled", "reason": "x"}).ExpectCode(409, "case.step_not_allowed")
}

// Proves K7, T-11: a case is handed to who may handle it, and whoever reads a
// case leaves a trace.
func TestCase_AssignedAndReadingsNoted(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := o.open(nil)
	subject := parsed(t, o.subject)
	accused := s.Account(o.g, "rina@x.example", &subject, authz.TaskForceMember)
	auditor := s.Account(o.g, "auditor@x.example", nil, authz.Auditor)
	member := s.Account(o.g, "satgas@x.example", nil, authz.TaskForceMember)
	for _, a := range []identity.Account{accused, auditor} {
		o.officer.Post("/cases/"+c+"/assignments", map[string]any{"account_id": a.ID}).ExpectCode(422, "case.not_a_handler")
	}
	o.officer.Post("/cases/"+c+"/assignments", map[string]any{"account_id": nowhere}).ExpectCode(404, "request.not_found")
	if got := o.officer.Post("/cases/"+c+"/assignments", map[string]any{"account_id": member.ID}).Expect(200); got.Text("handler_account_id") != member.ID.String() {
		t.Errorf("assigned: %s", got.Body)
	}
	if n := o.officer.Get("/cases?handler_account_id=" + member.ID.String()).Expect(200).Len("items"); n != 1 {
		t.Errorf("assigned to the member are %d", n)
	}
	o.inspector.Get("/cases/" + c).Expect(200)
	o.inspector.Get("/cases").Expect(200)
	conn := s.Conn(s.Database.SuperURL)
	for _, want := range []string{"case.read", "case.listed"} {
		var n int
		err := conn.QueryRow(t.Context(), "SELECT count(*) FROM journal WHERE action = $1 AND actor_id = $2", want, o.inspector.Principal.ID).Scan(&n)
		if err != nil || n != 1 {
			t.Errorf("%s was noted %d times (%v)", want, n, err)
		}
	}
}

// Proves G11, K12: the reporter is told in public words how the case ended and
// nothing else of it; nothing of the report's words is in the case.
func TestCase_ReporterIsToldHowItEnded(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	code := s.Nobody().Post("/public/reports", map[string]any{"government": "32.01", "narrative": "Kata-kata pelapor.", "act_on": "2024-10-05",
		"subjects": []map[string]any{{"name": "Rina"}}}).Expect(201).Text("tracking_code")
	rid := o.officer.Get("/reports?state=received").Expect(200).Text("items.0.id")
	o.officer.Post("/reports/"+rid+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": o.subject}).Expect(200)
	o.officer.Post("/reports/"+rid+"/verification", map[string]any{}).Expect(200)
	today := o.officer.Get("/reports/" + rid).Expect(200).Text("received_on")
	opened := o.officer.Post("/cases", o.opening(o.subject, map[string]any{"kind": "report", "report_id": rid, "registered_on": today})).Expect(201)
	c := "/cases/" + opened.Text("items.0.id")
	if strings.Contains(string(opened.Body), "Kata-kata") {
		t.Errorf("the report's words are in the case: %s", opened.Body)
	}
	before := status(s, code).Text("status")
	o.officer.Post(c+"/summonses", map[string]any{"issued_on": today, "appear_on": today, "place": "R"}).Expect(200)
	o.officer.Post(c+"/examination", map[string]any{"held_on": today, "outcome": "signed", "examiner_ids": []string{o.pengawas}, "record": "x"}).Expect(200)
	o.officer.Post(c+"/recommendation", map[string]any{"given_on": today, "given_by": "examiners", "proven": false}).Expect(200)
	if got := status(s, code).Text("status"); got != before {
		t.Errorf("inner steps show to the reporter: %s, then %s", before, got)
	}
	now := o.officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "definitive", "holder_name": "Bupati", "title": "Bupati",
		"basis": "Pelantikan", "valid_from": "2025-02-21"}).Expect(201).Text("id")
	o.officer.Post(c+"/decision", map[string]any{"decided_on": today, "number": "1", "legal_basis": "PP 94/2021", "signatory": map[string]any{"mandate_id": now}, "reason": "Akun tiruan."}).Expect(200)
	if got := status(s, code).Expect(200).Text("status"); got != "finished_not_proven" {
		t.Errorf("the reporter reads %s", got)
	}
}
