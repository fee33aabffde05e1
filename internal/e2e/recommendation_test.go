package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/recommendation"
)

// Proves K10, X2, G6: a recommendation keeps sender, number and days, has a day
// to act by whose low confidence is shown and who owes it, ages, is overdue,
// contested and followed up with proof, and leads to cases; the person concerned
// does not see it.
func TestRecommendation_FromReceiptToProof(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	officer := s.As(authz.AgencyOfficer, g)
	who := person(s, g, unit(s, g, "disporabudpar", ""), "Kepala Bidang", 1)
	kasn := s.As(authz.PlatformAdmin, g).Post("/organisations", map[string]any{"kind": "kasn", "level": "national", "name": "Komisi Aparatur Sipil Negara",
		"valid_from": "2014-01-15", "valid_until": "2024-09-04"}).Expect(201).Text("id")
	pj := officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "pj", "holder_name": "Andika", "title": "Pj. Bupati Tangerang",
		"basis": "Keputusan Mendagri", "valid_from": "2023-09-21"}).Expect(201).Text("id")
	letter := map[string]any{"organisation_id": kasn, "number": "R-612/NK.01.00/02/2024", "issued_on": "2024-02-26", "received_on": "2024-03-04",
		"subjects": []map[string]any{{"asn_id": who, "sanction_type": "moral_statement_open", "text": "Pernyataan secara terbuka"}}}
	made := officer.Post("/recommendations", letter).Expect(201)
	if made.Text("due.day") != "2024-03-26" || made.Text("due.confidence") != "low" || made.Text("mandate_id") != pj || made.Text("state") != "open" ||
		made.Text("overdue") != "true" || made.Text("recorded_later") != "true" {
		t.Errorf("recorded: %s", made.Body)
	}
	path := "/recommendations/" + made.Text("id")
	with := func(key string, value any) map[string]any {
		m := map[string]any{}
		for k, v := range letter {
			m[k] = v
		}
		m[key] = value
		return m
	}
	officer.Post("/recommendations", with("number", "r 612 nk 0100 02 2024")).ExpectCode(409, "recommendation.number_taken")
	officer.Post("/recommendations", with("organisation_id", nowhere)).ExpectCode(404, "request.not_found")
	late := with("issued_on", "2024-10-01")
	late["received_on"] = "2024-10-02"
	officer.Post("/recommendations", late).ExpectCode(422, "recommendation.sender_not_existing")
	officer.Post("/recommendations", with("received_on", "2024-02-25")).ExpectCode(422, "recommendation.days_wrong")
	officer.Post("/recommendations", with("subjects", []map[string]any{{"asn_id": who, "sanction_type": "flogging"}})).ExpectCode(422, "reference.code_unknown")
	officer.Post("/recommendations", with("subjects", []map[string]any{{"asn_id": who}})).ExpectCode(422, "recommendation.demand_needed")
	officer.Post("/recommendations", with("subjects", []map[string]any{{"asn_id": nowhere, "text": "x"}})).ExpectCode(404, "request.not_found")

	own := map[string]any{"number": "R-700/2024", "due_on": "2024-04-05"}
	for k, v := range own {
		letter[k] = v
	}
	officer.Post("/recommendations", letter).ExpectCode(422, "recommendation.reason_needed")
	letter["due_reason"] = "Surat KASN memberi waktu sampai 5 April 2024."
	if got := officer.Post("/recommendations", letter).Expect(201); got.Text("due.day") != "2024-04-05" || got.Text("due.computed_on") != "2024-03-26" {
		t.Errorf("with its own day: %s", got.Body)
	}

	if got := officer.Post(path+"/contestation", map[string]any{"text": "Sedang cuti.", "number": "800/298", "taken_on": "2024-03-18"}).Expect(200); got.Text("state") != "contested" || got.Text("overdue") != "true" {
		t.Errorf("contested: %s", got.Body)
	}
	if got := officer.Post(path+"/contestation", map[string]any{"text": "Lagi."}).ExpectCode(409, "recommendation.step_not_allowed"); got.Text("allowed_steps") != `["follow_up","due_day"]` {
		t.Errorf("allowed: %s", got.Body)
	}
	moved := officer.Post(path+"/due-day", map[string]any{"due_on": "2999-01-01", "due_reason": "Permintaan KASN."}).Expect(200)
	if moved.Text("overdue") != "false" || moved.Text("due.reason") == "" {
		t.Errorf("moved: %s", moved.Body)
	}
	for query, want := range map[string]int{"overdue=true": 1, "state=contested": 1, "state=open": 1, "number=r.612.nk.0100.02.2024": 1, "organisation_id=" + nowhere: 0} {
		if n := officer.Get("/recommendations?" + query).Expect(200).Len("items"); n != want {
			t.Errorf("%s finds %d", query, n)
		}
	}
	err := s.App.DB.Write(harness.System(g), func(tx *db.Tx) error {
		if err := recommendation.LinkCaseTx(tx, parsed(t, made.Text("id")), parsed(t, nowhere)); err != nil {
			return err
		}
		one := parsed(t, nowhere)
		_, err := recommendation.FollowUpTx(tx, parsed(t, made.Text("id")), recommendation.FollowUp{Kind: recommendation.Interim, Wording: "Diperiksa.", Case: &one})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	officer.Post(path+"/follow-ups", map[string]any{"completes": true, "text": "x", "taken_on": "2024-03-03"}).ExpectCode(422, "recommendation.days_wrong")
	done := officer.Post(path+"/follow-ups", map[string]any{"completes": true, "text": "Dibacakan pada apel.", "number": "800/311", "taken_on": "2024-03-25"}).Expect(200)
	if done.Text("state") != "followed_up" || done.Text("closed_on") != "2024-03-25" || done.Text("age_days") != "21" || done.Len("follow_ups") != 3 ||
		done.Text("case_ids.0") != nowhere || done.Text("follow_ups.1.case_id") != nowhere || done.Text("allowed_steps") != "[]" {
		t.Errorf("followed up: %s", done.Body)
	}
	if got := officer.Get(path).Expect(200); got.Header.Get("ETag") != `"6"` || got.Text("follow_ups.2.number") != "800/311" {
		t.Errorf("read: %v %s", got.Header, got.Body)
	}
	officer.Post(path+"/due-day", map[string]any{"due_on": "2999-01-02", "due_reason": "x"}).ExpectCode(409, "recommendation.step_not_allowed")

	concerned := s.As(authz.TaskForceMember, g, harness.Being(parsed(t, who)))
	concerned.Get(path).ExpectCode(404, "request.not_found")
	concerned.Post(path+"/follow-ups", map[string]any{"completes": true, "text": "Selesai."}).ExpectCode(404, "request.not_found")
	if n := concerned.Get("/recommendations").Expect(200).Len("items"); n != 0 {
		t.Errorf("the person concerned lists %d", n)
	}
	s.As(authz.AppointingAuth, g).Get(path).Expect(200)
	s.As(authz.AgencyOfficer, s.Government("36.71", "Kota Tangerang")).Get(path).ExpectCode(404, "request.not_found")
	s.As(authz.GovernmentAdmin, g).Get(path).ExpectCode(403, "auth.not_permitted")
}
