package e2e

import (
	"maps"
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// Proves M1, M5, M6, N1, K2: a severe sanction from the decision over delivery,
// effect on the fifteenth working day with the days passed over, execution,
// service and the national record to the closure of its case; each step takes
// the case along, a wrong one is answered with those that are open.
func TestSanction_SevereFromDecisionToClosure(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := o.recommended(nil)
	imposed := o.officer.Post("/sanctions", o.decision(c, "position_release", nil)).Expect(201)
	sid := imposed.Text("id")
	path := "/sanctions/" + sid
	if imposed.Text("state") != "imposed" || imposed.Text("level") != "severe" || imposed.Text("signatory_title") != "Pj. Bupati" || imposed.Text("duration_months") != "12" {
		t.Errorf("imposed: %s", imposed.Body)
	}
	state := func(want string) {
		t.Helper()
		if got := o.officer.Get("/cases/" + c).Expect(200).Text("state"); got != want {
			t.Errorf("the case is %s, want %s", got, want)
		}
	}
	state("decided")
	if got := o.theSubject.Get("/cases/" + c).Expect(200); got.Text("decision") != "" {
		t.Errorf("the subject reads the decision before its delivery: %s", got.Body)
	}
	o.theSubject.Get(path).ExpectCode(404, "request.not_found")
	o.officer.Post("/sanctions", o.decision(c, "position_release", nil)).ExpectCode(409, "case.step_not_allowed")
	wrong := o.officer.Post(path+"/execution", map[string]any{"executed_on": "2024-11-12", "executed_by": "x", "proof": "x"}).ExpectCode(409, "case.step_not_allowed")
	if got := steps(wrong); !slices.Equal(got, []string{"delivery"}) {
		t.Errorf("open instead: %v", got)
	}
	o.regent.Post(path+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}).ExpectCode(403, "auth.not_permitted")
	delivered := o.officer.Post(path+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}).Expect(200)
	// 19 Nov is the first, 27 Nov is voting day: the fifteenth is 10 December.
	if delivered.Text("computed_effective_on") != "2024-12-10" || delivered.Text("effective_count.rule") != "sanction_effective" || delivered.Len("effective_count.skipped") != 7 {
		t.Errorf("delivered: %s", delivered.Body)
	}
	if got := o.officer.Get("/cases/" + c).Expect(200); got.Len("deadlines") != 2 || got.Text("deadlines.0.rule") != "objection_filing" || got.Text("deadlines.0.confidence") != "low" {
		t.Errorf("running after delivery: %s", got.Text("deadlines"))
	}
	if got := o.theSubject.Get(path).Expect(200); len(steps(got)) != 0 {
		t.Errorf("the subject may %v", steps(got))
	}
	o.colleague.Get(path).ExpectCode(404, "request.not_found")
	o.officer.Post(path+"/effect", map[string]any{"effective_on": "2024-12-11"}).ExpectCode(422, "sanction.override_needs_reason")
	o.officer.Post(path+"/effect", map[string]any{"effective_on": "2999-12-11", "reason": "x"}).ExpectCode(422, "case.day_in_future")
	inForce := o.officer.Post(path+"/effect", map[string]any{"effective_on": "2024-12-11", "reason": "Penghitungan Kantor Regional."}).Expect(200)
	if inForce.Text("effective_on") != "2024-12-11" || inForce.Text("computed_effective_on") != "2024-12-10" || inForce.Text("ends_on") != "2025-12-10" {
		t.Errorf("in force: %s", inForce.Body)
	}
	state("in_force")
	o.officer.Post(path+"/execution", map[string]any{"executed_on": "2024-12-12", "executed_by": "Kepala BKPSDM", "proof": "SK 821.2/77/2024"}).Expect(200)
	state("serving")
	o.officer.Post(path+"/completion", map[string]any{"completed_on": "2025-12-01"}).ExpectCode(422, "sanction.still_serving")
	o.officer.Post(path+"/completion", map[string]any{"completed_on": "2025-12-10"}).Expect(200)
	state("completed")
	o.officer.Post("/cases/"+c+"/closing", map[string]any{"closed_on": "2025-12-15", "closing_reason": "completed", "reason": "Selesai."}).ExpectCode(422, "case.not_completed")
	o.officer.Post(path+"/national-record", map[string]any{"recorded_on": "2025-12-12"}).ExpectCode(422, "sanction.record_number_needed")
	recorded := o.officer.Post(path+"/national-record", map[string]any{"recorded_on": "2025-12-12", "idis_number": "IDIS-1", "siasn_number": "HD-1"}).Expect(200)
	if recorded.Text("idis_number") != "IDIS-1" || recorded.Text("state") != "completed" || recorded.Text("recorded_later") != "true" {
		t.Errorf("recorded: %s", recorded.Body)
	}
	o.officer.Post("/cases/"+c+"/closing", map[string]any{"closed_on": "2025-12-15", "closing_reason": "completed", "reason": "Selesai."}).Expect(200)
	o.regent.Post("/cases/"+c+"/reopening", map[string]any{"taken_on": "2025-12-16", "reason": "x"}).ExpectCode(409, "case.step_not_allowed")
	if got := o.officer.Get("/sanctions?state=completed").Expect(200); got.Len("items") != 1 || got.Text("items.0.subject_name") != "Rina Kartika" {
		t.Errorf("listed: %s", got.Body)
	}
}

// Proves M1, M4: a moral statement takes effect on its receipt, is complete when
// stated, knows no appeal; what the agency calls a reprimand is coaching.
func TestSanction_MoralStatement(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "36.71")
	c := o.recommended(map[string]any{"act_on": "2024-08-01", "known_on": "2024-08-02", "candidate_status": "prospective", "track": "ethics", "violation_types": []string{"prospective_social_media_engagement"}})
	for _, word := range []string{"reprimand", "enlightenment", "teguran"} {
		o.officer.Post("/sanctions", o.decision(c, word, nil)).ExpectCode(422, "sanction.coaching")
	}
	o.officer.Post("/sanctions", o.decision(c, "position_demotion", nil)).ExpectCode(422, "sanction.not_for_track")
	o.officer.Post("/sanctions", o.decision(c, "moral_statement_open", map[string]any{"signatory": map[string]any{"asn_id": o.head}})).ExpectCode(422, "case.not_entitled")
	o.officer.Post("/sanctions", o.decision(c, "moral_statement_open", map[string]any{"effective_rule": "objection_filing"})).ExpectCode(422, "sanction.rule_without_effect")
	sid := o.officer.Post("/sanctions", o.decision(c, "moral_statement_open", map[string]any{"legal_basis": "PP 42/2004 Pasal 15"})).Expect(201).Text("id")
	path := "/sanctions/" + sid
	got := o.officer.Post(path+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}).Expect(200)
	if got.Text("computed_effective_on") != "2024-11-18" || got.Text("effective_rule") != "on_receipt" || got.Text("effective_count") != "" {
		t.Errorf("delivered: %s", got.Body)
	}
	o.officer.Post(path+"/contests", map[string]any{"kind": "appeal", "filed_on": "2024-11-19"}).ExpectCode(422, "sanction.no_appeal_in_ethics")
	o.officer.Post(path+"/effect", map[string]any{}).Expect(200)
	if got := o.officer.Post(path+"/execution", map[string]any{"executed_on": "2024-11-18", "executed_by": "Pj. Wali Kota", "proof": "Apel 18 November"}).Expect(200); got.Text("state") != "completed" || got.Text("ends_on") != "" {
		t.Errorf("stated: %s", got.Body)
	}
}

// Proves M2, M3, X18: the authority matrix by post, employment and level, with
// the mandate of the day; suspended kinds name those in their place; kinds that
// do not fit the employment are refused with their source.
func TestSanction_WhoMayImposeWhat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	moderate := map[string]any{"act_on": "2024-10-05", "violation_types": []string{"campaign_with_attributes"}, "acts": []string{"wear_attributes"}}
	c := o.recommended(moderate)
	by := func(who string) map[string]any { return map[string]any{"signatory": map[string]any{"asn_id": who}} }
	refused := o.officer.Post("/sanctions", o.decision(c, "allowance_cut_25_6_months", nil)).ExpectCode(422, "sanction.suspended")
	if got := refused.Text("title"); got != "Jenis ini ditangguhkan; penggantinya: periodic_raise_delay, promotion_delay, rank_demotion" || refused.Text("rule") == "" {
		t.Errorf("suspended: %s", refused.Body)
	}
	// An executant's moderate sanction is the administrator's, two levels up.
	notMine := o.officer.Post("/sanctions", o.decision(c, "rank_demotion", nil)).ExpectCode(422, "case.not_entitled")
	if notMine.Text("title") != "Yang berwenang menjatuhkan tingkat moderate: administrator" || notMine.Text("rule") != "PP 94/2021" {
		t.Errorf("the appointing authority signed a moderate sanction of an executant: %s", notMine.Body)
	}
	o.officer.Post("/sanctions", o.decision(c, "rank_demotion", by(o.pengawas))).ExpectCode(422, "case.not_entitled")
	stranger := staff(s, o.g, o.unit, "Kepala Bidang Lain", 20, map[string]any{"position_type": "administrator"})
	o.officer.Post("/sanctions", o.decision(c, "rank_demotion", by(stranger))).ExpectCode(422, "case.not_entitled")
	o.officer.Post("/sanctions", o.decision(c, "rank_demotion", by(o.subject))).ExpectCode(422, "case.signatory_is_subject")
	o.officer.Post("/sanctions", o.decision(c, "unheard_of", nil)).ExpectCode(422, "reference.code_unknown")
	vacant := map[string]any{"signatory": map[string]any{"asn_id": o.head, "exception": "post_vacant"}}
	o.officer.Post("/sanctions", o.decision(c, "rank_demotion", vacant)).ExpectCode(422, "case.exception_needs_reason")
	vacant["reason"] = "Jabatan Kepala Bidang kosong."
	lower := map[string]any{"signatory": map[string]any{"asn_id": o.pengawas, "exception": "post_vacant"}, "reason": "x"}
	o.officer.Post("/sanctions", o.decision(c, "rank_demotion", lower)).ExpectCode(422, "case.not_entitled")
	o.officer.Post("/cases/"+c+"/recusals", map[string]any{"asn_id": o.administrator, "reason": "involved"}).Expect(200)
	o.officer.Post("/sanctions", o.decision(c, "rank_demotion", by(o.administrator))).ExpectCode(422, "case.signatory_walled")
	imposed := o.officer.Post("/sanctions", o.decision(c, "rank_demotion", vacant)).Expect(201)
	if imposed.Text("signatory_title") != "Kepala Dinas Pendidikan" {
		t.Errorf("signed by the next higher official: %s", imposed.Body)
	}

	severe := o.recommended(nil)
	o.officer.Post("/sanctions", o.decision(severe, "position_demotion", by(o.head))).ExpectCode(422, "case.not_entitled")
	o.officer.Post("/sanctions", o.decision(severe, "position_demotion", map[string]any{"decided_on": "2025-03-03"})).ExpectCode(422, "case.no_mandate")
	secretary := o.officer.Post("/mandates", map[string]any{"office": "authorised_official", "holder_kind": "definitive", "holder_name": "Sekda", "title": "Sekretaris Daerah",
		"basis": "SK", "valid_from": "2022-01-01"}).Expect(201).Text("id")
	o.officer.Post("/sanctions", o.decision(severe, "position_demotion", map[string]any{"signatory": map[string]any{"mandate_id": secretary}})).ExpectCode(422, "case.no_mandate")
	powerless := o.officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "plh", "holder_name": "Plh", "title": "Plh. Bupati",
		"basis": "SK", "valid_from": "2024-11-01", "valid_until": "2024-11-30", "powers": []string{"sign_letters"}}).Expect(201).Text("id")
	o.officer.Post("/sanctions", o.decision(severe, "position_demotion", map[string]any{"signatory": map[string]any{"mandate_id": powerless}})).ExpectCode(422, "case.no_mandate")

	contract := staff(s, o.g, o.unit, "Guru PPPK", 21, map[string]any{"employment_type": "pppk", "nip": "198609262015211021", "rank_code": "pppk_ix", "superior_id": o.pengawas})
	p := o
	p.subject = contract
	pppk := p.recommended(nil)
	notForPPPK := o.officer.Post("/sanctions", o.decision(pppk, "rank_demotion", nil)).ExpectCode(422, "sanction.not_for_employment")
	if notForPPPK.Text("rule") == "" {
		t.Errorf("a refusal names its source: %s", notForPPPK.Body)
	}
	o.officer.Post("/sanctions", o.decision(pppk, "pppk_local_discipline", by(o.head))).ExpectCode(422, "case.not_entitled")
	o.officer.Post("/sanctions", o.decision(pppk, "pppk_local_discipline", nil)).Expect(201)
}

// Proves M1, K13 begun: no breach is punished twice, a repeated one of the same
// kind more heavily or with a reason.
func TestSanction_NeverTwiceAndHeavierOnRepetition(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	first := o.recommended(nil)
	o.officer.Post("/sanctions", o.decision(first, "position_release", nil)).Expect(201)
	same := o.recommended(nil)
	o.officer.Post("/sanctions", o.decision(same, "position_demotion", nil)).ExpectCode(422, "case.already_sanctioned")
	o.officer.Post("/cases/"+same+"/closing", map[string]any{"closed_on": "2024-11-12", "closing_reason": "already_sanctioned", "reason": "Sudah dijatuhi sanksi."}).Expect(200)
	repeated := o.recommended(map[string]any{"act_on": "2024-10-06"})
	o.officer.Post("/sanctions", o.decision(repeated, "position_demotion", nil)).ExpectCode(422, "case.heavier_on_repetition")
	heavier := o.officer.Post("/sanctions", o.decision(repeated, "honourable_dismissal_not_own_request", nil)).Expect(201)
	if heavier.Text("level") != "severe" {
		t.Errorf("heavier: %s", heavier.Body)
	}
	third := o.recommended(map[string]any{"act_on": "2024-10-07"})
	o.officer.Post("/sanctions", o.decision(third, "position_demotion", map[string]any{"reason": "Unggahan tidak sengaja."})).Expect(201)
}

// Proves N1, N2 begun: an objection or an appeal stops the effect; confirmed,
// changed and annulled are told apart, a late one is marked, history stays.
func TestSanction_Remedies(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	delivered := func(act, kind string, with map[string]any) (caseID, path string) {
		opening := map[string]any{"act_on": act}
		maps.Copy(opening, with)
		caseID = o.recommended(opening)
		path = "/sanctions/" + o.officer.Post("/sanctions", o.decision(caseID, kind, map[string]any{"reason": "Alasan."})).Expect(201).Text("id")
		o.officer.Post(path+"/delivery", map[string]any{"delivery_kind": "dispatched", "received_on": "2024-11-18"}).Expect(200)
		return caseID, path
	}
	ruling := func(outcome string, with map[string]any) map[string]any {
		body := map[string]any{"outcome": outcome, "decided_on": "2024-12-16", "decided_by": "Gubernur", "decision_number": "188/12/2024"}
		maps.Copy(body, with)
		return body
	}

	_, confirmed := delivered("2024-10-01", "position_release", nil)
	o.officer.Post(confirmed+"/contests", map[string]any{"kind": "appeal", "filed_on": "2024-11-20"}).ExpectCode(422, "sanction.objection_not_appeal")
	filed := o.officer.Post(confirmed+"/contests", map[string]any{"kind": "objection", "filed_on": "2024-11-20", "number": "K/1"}).Expect(200)
	if filed.Text("state") != "contested" || filed.Text("contests.0.late") != "false" {
		t.Errorf("filed: %s", filed.Body)
	}
	o.officer.Post(confirmed+"/effect", map[string]any{}).ExpectCode(409, "case.step_not_allowed")
	o.officer.Post(confirmed+"/contest-decision", ruling("confirm", map[string]any{"sanction_type": "position_demotion"})).ExpectCode(422, "sanction.ruling_kind")
	if got := o.officer.Post(confirmed+"/contest-decision", ruling("confirm", nil)).Expect(200); got.Text("state") != "in_force" || got.Text("effective_on") != "2024-12-16" {
		t.Errorf("confirmed: %s", got.Body)
	}

	_, changed := delivered("2024-10-02", "position_release", nil)
	o.officer.Post(changed+"/contests", map[string]any{"kind": "objection", "filed_on": "2024-12-13"}).Expect(200)
	o.officer.Post(changed+"/contest-decision", ruling("lighten", nil)).ExpectCode(422, "sanction.ruling_kind")
	o.officer.Post(changed+"/contest-decision", ruling("aggravate", map[string]any{"sanction_type": "rank_demotion"})).ExpectCode(422, "sanction.change_misnamed")
	got := o.officer.Post(changed+"/contest-decision", ruling("lighten", map[string]any{"sanction_type": "rank_demotion", "received_on": "2024-12-17"})).Expect(200)
	if got.Text("state") != "delivered" || got.Text("sanction_type") != "rank_demotion" || got.Text("level") != "moderate" || got.Text("contests.0.late") != "true" ||
		got.Text("contests.0.old_sanction_type") != "position_release" || got.Text("received_on") != "2024-12-17" || got.Text("computed_effective_on") != "2025-01-10" {
		t.Errorf("lightened: %s", got.Body)
	}
	o.officer.Post(changed+"/effect", map[string]any{}).Expect(200)

	caseID, annulled := delivered("2024-10-03", "dishonourable_dismissal", map[string]any{"track": "dismissal", "violation_types": []string{"party_membership"}, "acts": []string{"party_member"}})
	if got := o.officer.Get("/cases/" + caseID).Expect(200).Text("deadlines.0.rule"); got != "appeal_filing" {
		t.Errorf("against dismissal runs %s", got)
	}
	o.officer.Post(annulled+"/contests", map[string]any{"kind": "objection", "filed_on": "2024-11-20"}).ExpectCode(422, "sanction.appeal_not_objection")
	o.officer.Post(annulled+"/contests", map[string]any{"kind": "appeal", "filed_on": "2024-11-20"}).Expect(200)
	if got := o.officer.Post(annulled+"/contest-decision", ruling("annul", nil)).Expect(200); got.Text("state") != "annulled" || len(steps(got)) != 0 {
		t.Errorf("annulled: %s", got.Body)
	}
	if got := o.officer.Get("/cases/" + caseID).Expect(200); got.Text("state") != "closed" || got.Text("closing_reason") != "cancelled" || got.Text("decision.annulled") != "true" {
		t.Errorf("the case of an annulled sanction: %s", got.Body)
	}
	s.As(authz.Inspector, o.g).Post("/cases/"+caseID+"/reopening", map[string]any{"taken_on": "2024-12-20", "reason": "Diperiksa ulang."}).Expect(200)
}
