package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves E1, T-48: the pact has the national clauses or the government's own,
// two different people approve its exact words, and once published neither the
// API nor the program's database role can change them.
func TestPactText_ApprovedByTwoAndFrozen(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, other := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	officer, sekda, mayor := s.As(authz.AgencyOfficer, g), s.As(authz.AuthorisedOfficial, g), s.As(authz.AppointingAuth, g)
	text := draftText(s, g)
	officer.Post("/pact-texts", map[string]any{"election_id": nowhere, "title": pactTitle, "consent": pactConsent}).ExpectCode(404, "request.not_found")
	path := "/pact-texts/" + text
	draft := officer.Get(path).Expect(200)
	if draft.Len("clauses") != 4 || draft.Text("edition") != "1" || draft.Text("state") != "draft" || draft.Text("clauses.0.catalog_code") != "national_1" ||
		!strings.HasSuffix(draft.Text("clauses.0.text"), "pelaksanaan Pemilihan Kepala Daerah Serentak Tahun 2024.") {
		t.Errorf("the draft is %s", draft.Body)
	}
	officer.Patch(path, map[string]any{"clauses": []any{map[string]any{"catalog_code": "kota_tangerang_1"}, map[string]any{"text": "Tidak memakai kendaraan dinas.\r\n"}}}).Expect(200)
	if got := officer.Get(path).Expect(200); got.Len("clauses") != 2 || got.Text("clauses.1.text") != "Tidak memakai kendaraan dinas." || got.Text("text_sha256") == draft.Text("text_sha256") {
		t.Errorf("after the change: %s", got.Body)
	}
	officer.Patch(path, map[string]any{"clauses": []any{map[string]any{"catalog_code": "nowhere"}}}).ExpectCode(422, "pact_text.clause_unknown")
	officer.Patch(path, map[string]any{"clauses": []any{map[string]any{"catalog_code": "national_1", "text": "x"}}}).ExpectCode(422, "pact_text.clause_source")
	officer.Patch(path, map[string]any{"title": "  "}).ExpectCode(422, "pact_text.incomplete")
	sekda.Patch(path, map[string]any{"title": "Lain"}).ExpectCode(403, "auth.not_permitted")
	officer.Post(path+"/publication", nil).ExpectCode(409, "pact_text.wrong_state")

	sha := officer.Post(path+"/submission", nil).Expect(200).Text("text_sha256")
	sekda.Post(path+"/approvals", map[string]any{"text_sha256": strings.Repeat("0", 64)}).ExpectCode(409, "pact.text_differs")
	sekda.Post(path+"/approvals", map[string]any{"text_sha256": sha}).Expect(200)
	mayor.Post(path+"/return", nil).Expect(200)
	officer.Patch(path, map[string]any{"preamble": "Saya menyatakan bahwa saya:"}).Expect(200)
	sha = officer.Post(path+"/submission", nil).Expect(200).Text("text_sha256")
	if n := sekda.Post(path+"/approvals", map[string]any{"text_sha256": sha}).Expect(200).Len("approvals"); n != 1 {
		t.Errorf("after it came back %d have approved", n)
	}
	sekda.Post(path+"/approvals", map[string]any{"text_sha256": sha}).ExpectCode(409, "pact_text.approved_before")
	officer.Post(path+"/publication", nil).ExpectCode(409, "pact_text.approvals_missing")
	officer.Patch(path, map[string]any{"title": "Lain"}).ExpectCode(409, "pact_text.wrong_state")
	s.As(authz.GovernmentAdmin, g).Post(path+"/approvals", map[string]any{"text_sha256": sha}).ExpectCode(403, "auth.not_permitted")
	mayor.Post(path+"/approvals", map[string]any{"text_sha256": sha}).Expect(200)
	published := officer.Post(path+"/publication", nil).Expect(200)
	sum := sha256.Sum256([]byte(published.Text("body")))
	if published.Text("text_sha256") != hex.EncodeToString(sum[:]) || published.Len("allowed_steps") != 0 || published.Text("published_at") == "" {
		t.Errorf("published: %s", published.Body)
	}

	for _, step := range []string{"submission", "return", "publication"} {
		s.As(authz.AgencyOfficer, g).Post(path+"/"+step, nil).ExpectCode(409, "pact_text.wrong_state")
	}
	officer.Patch(path, map[string]any{"consent": "Tidak."}).ExpectCode(409, "pact_text.wrong_state")
	if got := officer.Get(path).Expect(200); got.Text("body") != published.Text("body") || got.Text("version") != published.Text("version") {
		t.Errorf("a published text changed: %s", got.Body)
	}
	frozen(t, s)
	s.As(authz.AgencyOfficer, other).Get(path).ExpectCode(404, "request.not_found")
	s.As(authz.ASN, g).Get(path).ExpectCode(403, "auth.not_permitted")

	next := officer.Post("/pact-texts", map[string]any{"election_id": pilkada, "title": pactTitle, "consent": pactConsent, "replaces_id": text}).Expect(201)
	if next.Text("edition") != "2" || next.Text("replaces_id") != text {
		t.Errorf("the next edition: %s", next.Body)
	}
	officer.Post("/pact-texts", map[string]any{"election_id": pilkada, "title": pactTitle, "consent": pactConsent, "replaces_id": next.Text("id")}).ExpectCode(422, "pact_text.not_replaceable")
	publishText(s, g, next.Text("id"))
	third := officer.Post("/pact-texts", map[string]any{"election_id": pilkada, "title": pactTitle, "consent": pactConsent, "replaces_id": text}).Expect(201).Text("id")
	sha = officer.Post("/pact-texts/"+third+"/submission", nil).Expect(200).Text("text_sha256")
	for _, c := range []*harness.Caller{sekda, mayor} {
		c.Post("/pact-texts/"+third+"/approvals", map[string]any{"text_sha256": sha}).Expect(200)
	}
	officer.Post("/pact-texts/"+third+"/publication", nil).ExpectCode(409, "pact_text.replaced_before")
	if n := officer.Get("/pact-texts?state=published&election_id=" + pilkada).Expect(200).Len("items"); n != 2 {
		t.Errorf("published are %d", n)
	}
}

// frozen tries, with the program's own database role, to change what nobody may.
func frozen(t *testing.T, s *harness.Server) {
	t.Helper()
	ctx := context.Background()
	conn := s.Conn(s.Database.AppURL)
	for _, q := range []string{"UPDATE pact_text_published SET body = 'x'", "DELETE FROM pact_text_published", "UPDATE pact_text_approval SET round = 9",
		"UPDATE pact_signature SET signed_on = '2020-01-01'", "DELETE FROM pact_signature", "DELETE FROM pact_signature_strike", "UPDATE pact_refusal SET reason = ''",
		"DELETE FROM pact_obligation", "UPDATE pact_obligation SET opd_id = asn_id"} {
		if _, err := conn.Exec(ctx, q); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// Proves E1, T-23: nobody approves twice through a second account, and two
// people at once are counted as two.
func TestPactText_OnePersonCountsOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	p := parsed(t, person(s, g, unit(s, g, "bkpsdm", ""), "Siti Aminah", 1))
	text := draftText(s, g)
	path := "/pact-texts/" + text
	sha := s.As(authz.AgencyOfficer, g).Post(path+"/submission", nil).Expect(200).Text("text_sha256")
	s.As(authz.AgencyOfficer, g, harness.Being(p)).Post(path+"/approvals", map[string]any{"text_sha256": sha}).Expect(200)
	s.As(authz.AuthorisedOfficial, g, harness.Being(p)).Post(path+"/approvals", map[string]any{"text_sha256": sha}).ExpectCode(409, "pact_text.approved_before")
}

// Proves E2, E10: opening freezes who must sign by the rule, with the unit of
// that day and the witness with the title of that day; newcomers are enrolled;
// who is missing is known per unit, each officer's own.
func TestPactCampaign_WhoMustSignAndWhoHasNot(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, foreign := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	officer := s.As(authz.AgencyOfficer, g)
	a, b := unit(s, g, "dinas-a", ""), unit(s, g, "dinas-b", "")
	sub := unit(s, g, "a-1", a)
	inA, inSub, inB, ill := person(s, g, a, "Siti Aminah", 1), person(s, g, sub, "Budi Santoso", 2), person(s, g, b, "Rina Wati", 3), person(s, g, b, "Joko Susilo", 4)
	officer.Post("/asn/"+ill+"/absences", map[string]any{"kind": "illness", "valid_from": "2024-01-01"}).Expect(201)
	text := draftText(s, g)
	plan := map[string]any{"pact_text_id": text, "title": "Pakta", "due_on": "2099-01-01", "rule": map[string]any{}, "witness": map[string]any{"mandate_id": mandate(s, g)}}
	officer.Post("/pact-campaigns", plan).ExpectCode(422, "pact_campaign.text_unpublished")
	sha := publishText(s, g, text)
	officer.Post("/pact-campaigns", map[string]any{"pact_text_id": text, "title": "Pakta", "due_on": "2099-01-01", "rule": map[string]any{},
		"witness": map[string]any{"mandate_id": mandate(s, foreign)}}).ExpectCode(404, "request.not_found")
	cid := officer.Post("/pact-campaigns", plan).Expect(201).Text("id")
	path := "/pact-campaigns/" + cid
	pactSigner(t, s, g, inA).Post("/pact-signatures", consentTo(cid, sha)).ExpectCode(404, "request.not_found")
	officer.Post(path+"/enrolments", map[string]any{}).ExpectCode(409, "pact_campaign.wrong_state")
	officer.Post(path+"/opening", map[string]any{"opened_on": "2098-01-01"}).ExpectCode(422, "pact.day_ahead")
	officer.Post(path+"/opening", map[string]any{"opened_on": "2022-01-01"}).ExpectCode(409, "pact_campaign.witness_not_in_office")
	open := officer.Post(path+"/opening", map[string]any{"opened_on": "2024-08-05"}).Expect(200)
	if open.Text("state") != "open" || open.Text("recorded_later") != "true" || open.Text("witness.name") != "Kepala BKPSDM" || open.Text("opened_on") != "2024-08-05" {
		t.Errorf("open: %s", open.Body)
	}
	officer.Post(path+"/opening", map[string]any{}).ExpectCode(409, "pact_campaign.wrong_state")

	late := person(s, g, a, "Dewi Lestari", 5)
	if n := officer.Post(path+"/enrolments", map[string]any{}).Expect(200).Text("enrolled"); n != "1" {
		t.Errorf("enrolled by rule: %s", n)
	}
	if n := officer.Post(path+"/enrolments", map[string]any{"asn_ids": []string{late, late, inA}}).Expect(200).Text("enrolled"); n != "0" {
		t.Errorf("enrolled again: %s", n)
	}
	officer.Post(path+"/enrolments", map[string]any{"asn_ids": []string{nowhere}}).ExpectCode(404, "request.not_found")

	pactSigner(t, s, g, inA).Post("/pact-signatures", consentTo(cid, sha)).Expect(201)
	pactSigner(t, s, g, inB).Post("/pact-refusals", map[string]any{"campaign_id": cid, "reason": "Belum paham"}).Expect(201)
	officer.Post("/asn/"+inSub+"/departure", map[string]any{"reason": "retired", "last_day": "2024-08-10"}).Expect(200)
	got := officer.Get(path + "/progress").Expect(200)
	if got.Text("total") != `{"excused":2,"obliged":5,"open":1,"refused":1,"signed":1}` || got.Len("items") != 2 {
		t.Errorf("progress: %s", got.Body)
	}
	if got.Text("items.0.name") != "Unit dinas-a" || got.Text("items.0.obliged") != "3" || got.Text("items.1.refused") != "1" {
		t.Errorf("progress by unit: %s", got.Body)
	}
	headOfB := s.As(authz.OPDHead, g, harness.Under(parsed(t, b)))
	own := headOfB.Get(path + "/progress").Expect(200)
	if own.Text("total") != `{"excused":1,"obliged":2,"open":1,"signed":0}` || own.Len("items") != 1 || own.Text("items.0.opd_id") != b {
		t.Errorf("the head of b sees %s", own.Body)
	}
	officerOfSub := s.As(authz.OPDOfficer, g, harness.Under(parsed(t, sub)))
	if got := officerOfSub.Get(path + "/progress").Expect(200); got.Text("items.0.opd_id") != sub || got.Text("total.obliged") != "1" {
		t.Errorf("the officer of the unit below sees %s", got.Body)
	}

	names := func(c *harness.Caller, query string) string {
		t.Helper()
		var list struct {
			Items []struct{ Name, State string }
		}
		c.Get(path + "/obligations" + query).Expect(200).Into(&list)
		var out []string
		for _, x := range list.Items {
			out = append(out, x.Name+" "+x.State)
		}
		return strings.Join(out, ", ")
	}
	for query, want := range map[string]string{
		"": "Budi Santoso excused, Dewi Lestari open, Joko Susilo excused, Rina Wati refused, Siti Aminah signed", "?state=open": "Dewi Lestari open",
		"?state=refused": "Rina Wati refused", "?opd_id=" + a: "Budi Santoso excused, Dewi Lestari open, Siti Aminah signed", "?state=signed&opd_id=" + b: "",
	} {
		if got := names(officer, query); got != want {
			t.Errorf("obligations%s: %s, want %s", query, got, want)
		}
	}
	if got := names(headOfB, "?state=open"); got != "Rina Wati open" {
		t.Errorf("the head of b learns of the refusal: %s", got)
	}
	if got := names(headOfB, "?state=refused"); got != "" {
		t.Errorf("the head of b learns who refused: %s", got)
	}
	if got := officer.Get(path + "/obligations?limit=2").Expect(200); got.Len("items") != 2 || officer.Get(path+"/obligations?limit=2&cursor="+got.Text("next_cursor")).Expect(200).Text("items.0.name") != "Joko Susilo" {
		t.Errorf("the second page does not follow the first")
	}
	s.As(authz.AgencyOfficer, foreign).Get(path+"/progress").ExpectCode(404, "request.not_found")
	s.As(authz.ASN, g).Get(path+"/obligations").ExpectCode(403, "auth.not_permitted")

	closed := officer.Post(path+"/closing", nil).Expect(200)
	if closed.Text("state") != "closed" || closed.Text("allowed_steps") != `["paper_signatures"]` {
		t.Errorf("closed: %s", closed.Body)
	}
	pactSigner(t, s, g, late).Post("/pact-signatures", consentTo(cid, sha)).ExpectCode(409, "pact_campaign.not_open")
	pactSigner(t, s, g, late).Post("/pact-refusals", map[string]any{"campaign_id": cid, "reason": "x"}).ExpectCode(409, "pact_campaign.not_open")
	pactSigner(t, s, g, inA).Post("/pact-signatures", consentTo(cid, sha)).Expect(200)
}

// Proves E4, T-49, T-50: people sign by their own login alone, what was shown is
// what is signed, twice is once, and the record says exactly what it may.
func TestPactSignature_OwnLoginOnceAndWhatWasShown(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, foreign := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	a, b := unit(s, g, "dinas-a", ""), unit(s, g, "dinas-b", "")
	siti, budi := person(s, g, a, "Siti Aminah", 1), person(s, g, b, "Budi Santoso", 2)
	cid, sha := openPact(s, g, map[string]any{"opd_ids": []string{a}})
	me := pactSigner(t, s, g, siti)
	mine := me.Get("/me/pacts").Expect(200)
	sum := sha256.Sum256([]byte(mine.Text("items.0.text.body")))
	if mine.Len("items") != 1 || mine.Text("items.0.text.text_sha256") != sha || hex.EncodeToString(sum[:]) != sha || mine.Text("items.0.allowed_steps") != `["signature","refusal"]` {
		t.Fatalf("mine: %s", mine.Body)
	}
	me.Post("/pact-signatures", consentTo(cid, strings.Repeat("0", 64))).ExpectCode(409, "pact.text_differs")
	me.Post("/pact-signatures", map[string]any{"campaign_id": cid, "text_sha256": sha, "consent": false}).ExpectCode(422, "pact_signature.consent_needed")
	me.Post("/pact-signatures", map[string]any{"campaign_id": cid, "text_sha256": sha, "consent": true, "asn_id": budi}).ExpectCode(400, "request.invalid")
	pactSigner(t, s, g, budi).Post("/pact-signatures", consentTo(cid, sha)).ExpectCode(404, "request.not_found")
	for _, r := range []authz.Role{authz.AgencyOfficer, authz.GovernmentAdmin, authz.OPDOfficer, authz.OPDHead, authz.PlatformAdmin} {
		s.As(r, g, harness.Under(parsed(t, a)), harness.Being(parsed(t, siti))).Post("/pact-signatures", consentTo(cid, sha)).ExpectCode(403, "auth.not_permitted")
	}
	if n := me.Get("/pact-signatures").Expect(200).Len("items"); n != 0 {
		t.Fatalf("%d signatures before the first", n)
	}

	first := me.Post("/pact-signatures", consentTo(cid, sha)).Expect(201)
	again := me.Post("/pact-signatures", consentTo(cid, sha)).Expect(200)
	if again.Text("id") != first.Text("id") || again.Text("record") != first.Text("record") || again.Text("receipt_code") != first.Text("receipt_code") {
		t.Errorf("first %s, again %s", first.Body, again.Body)
	}
	me.Post("/pact-signatures", consentTo(cid, strings.Repeat("0", 64))).ExpectCode(409, "pact.text_differs")
	me.Post("/pact-refusals", map[string]any{"campaign_id": cid, "reason": "Berubah pikiran"}).ExpectCode(409, "pact_refusal.signed")
	sum = sha256.Sum256([]byte(first.Text("record")))
	if first.Text("record_sha256") != hex.EncodeToString(sum[:]) || first.Text("assurance") != "second_factor" || first.Text("method") != "account" ||
		first.Text("intact") != "true" || first.Text("account_id") != me.Principal.ID.String() || first.Text("recorded_later") != "false" {
		t.Errorf("the signature is %s", first.Body)
	}
	for _, bound := range []string{siti, cid, sha, me.Principal.ID.String(), `"assurance":"second_factor"`, `"government":"36.71"`} {
		if !strings.Contains(first.Text("record"), bound) {
			t.Errorf("the record does not bind %s: %s", bound, first.Text("record"))
		}
	}
	en := first.Text("statement.en")
	if !strings.HasPrefix(en, "Approved electronically by the account of Siti Aminah, after authentication by a second factor, at ") || !strings.Contains(en, sha) ||
		strings.Contains(strings.ToLower(string(first.Body)), "digitally") {
		t.Errorf("the statement is %q", en)
	}
	if mine := me.Get("/me/pacts").Expect(200); mine.Text("items.0.signature.id") != first.Text("id") || mine.Len("items.0.allowed_steps") != 0 {
		t.Errorf("mine after signing: %s", mine.Body)
	}

	path := "/pact-signatures/" + first.Text("id")
	me.Get(path).Expect(200)
	s.As(authz.OPDOfficer, g, harness.Under(parsed(t, a))).Get(path).Expect(200)
	pactSigner(t, s, g, budi).Get(path).ExpectCode(404, "request.not_found")
	s.As(authz.OPDOfficer, g, harness.Under(parsed(t, b))).Get(path).ExpectCode(404, "request.not_found")
	s.As(authz.AgencyOfficer, foreign).Get(path).ExpectCode(404, "request.not_found")
	if n := s.As(authz.OPDOfficer, g, harness.Under(parsed(t, b))).Get("/pact-signatures").Expect(200).Len("items"); n != 0 {
		t.Errorf("the officer of b sees %d signatures of a", n)
	}
	if n := s.As(authz.Inspector, g).Get("/pact-signatures?method=account&struck=false&campaign_id=" + cid + "&opd_id=" + a).Expect(200).Len("items"); n != 1 {
		t.Errorf("an inspector sees %d", n)
	}
}

// Proves T-50: twenty requests of one person at once make one signature and one
// note in the journal.
func TestPactSignature_AtOnceIsOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	siti := person(s, g, unit(s, g, "dinas-a", ""), "Siti Aminah", 1)
	cid, sha := openPact(s, g, map[string]any{})
	me := pactSigner(t, s, g, siti)
	var mu sync.Mutex
	created, ids := 0, map[string]bool{}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range 20 {
		wg.Go(func() {
			<-start
			a := me.Post("/pact-signatures", consentTo(cid, sha))
			mu.Lock()
			defer mu.Unlock()
			if a.Status == 201 {
				created++
			} else if a.Status != 200 {
				t.Errorf("got %d: %s", a.Status, a.Body)
			}
			ids[a.Text("id")] = true
		})
	}
	close(start)
	wg.Wait()
	if created != 1 || len(ids) != 1 {
		t.Errorf("%d were new, %d different ones", created, len(ids))
	}
	if n := s.Count("SELECT count(*) FROM journal WHERE action = 'pact_signature.created'"); n != 1 {
		t.Errorf("the journal has %d notes", n)
	}
	if n := s.Count("SELECT count(*) FROM pact_signature"); n != 1 {
		t.Errorf("there are %d signatures", n)
	}
}

// Proves E8: a refusal is kept with its reason sealed, read by the personnel
// agency alone, and the person may sign later.
func TestPactRefusal_SealedAndNotFinal(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, foreign := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	siti := person(s, g, unit(s, g, "dinas-a", ""), "Siti Aminah", 1)
	cid, sha := openPact(s, g, map[string]any{})
	me := pactSigner(t, s, g, siti)
	no := map[string]any{"campaign_id": cid, "reason": "Butir ketiga belum jelas"}
	first := me.Post("/pact-refusals", no).Expect(201)
	if again := me.Post("/pact-refusals", map[string]any{"campaign_id": cid, "reason": "Lain"}).Expect(200); again.Text("id") != first.Text("id") {
		t.Errorf("refused twice: %s", again.Body)
	}
	if strings.Contains(string(first.Body), "Butir") {
		t.Errorf("the answer repeats the reason: %s", first.Body)
	}
	if n := s.Count("SELECT count(*) FROM pact_refusal WHERE position('Butir'::bytea IN reason) > 0"); n != 0 {
		t.Error("the reason lies in the database in clear")
	}
	got := s.As(authz.AgencyOfficer, g).Get("/pact-refusals?campaign_id=" + cid).Expect(200)
	if got.Len("items") != 1 || got.Text("items.0.reason") != "Butir ketiga belum jelas" || got.Text("items.0.asn_id") != siti {
		t.Errorf("the agency reads %s", got.Body)
	}
	if n := s.As(authz.AgencyOfficer, foreign).Get("/pact-refusals").Expect(200).Len("items"); n != 0 {
		t.Errorf("another government reads %d refusals", n)
	}
	for _, r := range []authz.Role{authz.OPDHead, authz.OPDOfficer, authz.GovernmentAdmin, authz.Inspector, authz.ASN, authz.AppointingAuth} {
		s.As(r, g).Get("/pact-refusals").ExpectCode(403, "auth.not_permitted")
	}
	if mine := me.Get("/me/pacts").Expect(200); mine.Text("items.0.refused_at") == "" || mine.Text("items.0.allowed_steps") != `["signature"]` {
		t.Errorf("mine after refusing: %s", mine.Body)
	}
	me.Post("/pact-signatures", consentTo(cid, sha)).Expect(201)
	if got := s.As(authz.AgencyOfficer, g).Get("/pact-campaigns/" + cid + "/progress").Expect(200).Text("total"); got != `{"excused":0,"obliged":1,"open":0,"refused":0,"signed":1}` {
		t.Errorf("progress after signing: %s", got)
	}
}

// Proves E6: signatures on paper are entered in one go with an outcome each,
// marked as such and with their real day; a wrong one is struck, never erased,
// and the person may sign again.
func TestPactSignature_PaperAndStriking(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	a, b := unit(s, g, "dinas-a", ""), unit(s, g, "dinas-b", "")
	siti, budi, rina := person(s, g, a, "Siti Aminah", 1), person(s, g, a, "Budi Santoso", 2), person(s, g, b, "Rina Wati", 3)
	officer := s.As(authz.AgencyOfficer, g)
	text := draftText(s, g)
	sha := publishText(s, g, text)
	cid := officer.Post("/pact-campaigns", map[string]any{"pact_text_id": text, "title": "Pakta", "due_on": "2024-12-01", "rule": map[string]any{}}).Expect(201).Text("id")
	path := "/pact-campaigns/" + cid
	paper := func(items ...any) map[string]any {
		return map[string]any{"signed_on": "2024-08-12", "place": "Plaza Puspem", "witness": "Sekda", "items": items}
	}
	byID := func(p string) map[string]any { return map[string]any{"asn_id": p} }
	officer.Post(path+"/paper-signatures", paper(byID(siti))).ExpectCode(409, "pact_campaign.wrong_state")
	officer.Post(path+"/opening", map[string]any{"opened_on": "2024-08-05"}).Expect(200)
	pactSigner(t, s, g, budi).Post("/pact-signatures", consentTo(cid, sha)).Expect(201)

	early := paper(byID(siti))
	early["signed_on"] = "2024-08-04"
	officer.Post(path+"/paper-signatures", early).ExpectCode(422, "pact.before_opening")
	officer.Post(path+"/paper-signatures", paper(map[string]any{"asn_id": siti, "nip": nipOf(1)})).ExpectCode(422, "pact_signature.item_source")
	outcomes := func(a *harness.Answer) string {
		t.Helper()
		var list struct{ Items []struct{ Outcome string } }
		a.Expect(200).Into(&list)
		var out []string
		for _, x := range list.Items {
			out = append(out, x.Outcome)
		}
		return strings.Join(out, " ")
	}
	spaced := nipOf(1)[:8] + " " + nipOf(1)[8:]
	list := paper(map[string]any{"nip": spaced}, byID(siti), byID(budi), byID(nowhere), byID("nobody"), map[string]any{"nip": "199001012020121001"})
	got := officer.Post(path+"/paper-signatures", list)
	if o := outcomes(got); o != "recorded signed_before signed_before not_found not_found not_found" || got.Text("items.0.signature_id") != got.Text("items.1.signature_id") {
		t.Errorf("outcomes: %s", got.Body)
	}
	if o := outcomes(officer.Post(path+"/paper-signatures", list)); o != "signed_before signed_before signed_before not_found not_found not_found" {
		t.Errorf("outcomes of the same list again: %s", o)
	}
	if o := outcomes(s.As(authz.OPDOfficer, g, harness.Under(parsed(t, a))).Post(path+"/paper-signatures", paper(byID(rina)))); o != "not_found" {
		t.Errorf("an officer of another unit: %s", o)
	}
	s.As(authz.GovernmentAdmin, g).Post(path+"/paper-signatures", paper(byID(rina))).ExpectCode(403, "auth.not_permitted")

	sid := got.Text("items.0.signature_id")
	one := officer.Get("/pact-signatures/" + sid).Expect(200)
	if one.Text("method") != "paper" || one.Text("assurance") != "" || one.Text("signed_on") != "2024-08-12" || one.Text("recorded_later") != "true" ||
		one.Text("asn_id") != siti || one.Text("intact") != "true" || !strings.HasPrefix(one.Text("statement.en"), "Recorded as signed on paper by Siti Aminah on 2024-08-12 at Plaza Puspem, witnessed by Sekda") {
		t.Errorf("on paper: %s", one.Body)
	}
	if again := pactSigner(t, s, g, siti).Post("/pact-signatures", consentTo(cid, sha)).Expect(200); again.Text("id") != sid {
		t.Errorf("who signed on paper signed again: %s", again.Body)
	}

	s.As(authz.OPDOfficer, g, harness.Under(parsed(t, a))).Post("/pact-signatures/"+sid+"/striking", map[string]any{"reason": "x"}).ExpectCode(403, "auth.not_permitted")
	struck := officer.Post("/pact-signatures/"+sid+"/striking", map[string]any{"reason": "Bukan orangnya"}).Expect(200)
	if struck.Text("strike.reason") != "Bukan orangnya" || struck.Text("record") != one.Text("record") || struck.Len("allowed_steps") != 0 ||
		struck.Text("statement.en") != "This signature is struck and does not stand." {
		t.Errorf("struck: %s", struck.Body)
	}
	officer.Post("/pact-signatures/"+sid+"/striking", map[string]any{"reason": "lagi"}).ExpectCode(409, "pact_signature.struck")
	if got := officer.Get(path + "/obligations?state=open&opd_id=" + a).Expect(200); got.Len("items") != 1 || got.Text("items.0.asn_id") != siti {
		t.Errorf("after striking open are %s", got.Body)
	}
	anew := pactSigner(t, s, g, siti).Post("/pact-signatures", consentTo(cid, sha)).Expect(201)
	if anew.Text("id") == sid || anew.Text("method") != "account" {
		t.Errorf("signed anew: %s", anew.Body)
	}
	officer.Post("/pact-signatures/"+anew.Text("id")+"/striking", map[string]any{"reason": "x"}).Expect(200)
	if o := outcomes(officer.Post(path+"/paper-signatures", paper(byID(siti)))); o != "recorded" {
		t.Errorf("the third time: %s", o)
	}
	if n := officer.Get("/pact-signatures?asn_id=" + siti).Expect(200).Len("items"); n != 3 {
		t.Errorf("history has %d", n)
	}
	if n := officer.Get("/pact-signatures?struck=true").Expect(200).Len("items"); n != 2 {
		t.Errorf("struck are %d", n)
	}

	officer.Post(path+"/closing", nil).Expect(200)
	if o := outcomes(officer.Post(path+"/paper-signatures", paper(byID(rina)))); o != "recorded" {
		t.Errorf("paper that came in after the end: %s", o)
	}
}

// Proves E11, T-14: anybody may check a receipt and learns validity, campaign,
// day and masked name; whatever is wrong with a code looks the same.
func TestPactVerification_NoMoreThanValid(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	s.Government("36.03", "Kabupaten Tangerang")
	siti := person(s, g, unit(s, g, "dinas-a", ""), "Siti Aminah", 1)
	cid, sha := openPact(s, g, map[string]any{})
	signed := pactSigner(t, s, g, siti).Post("/pact-signatures", consentTo(cid, sha)).Expect(201)
	code := signed.Text("receipt_code")
	verify := func(code string) string {
		return string(s.Nobody().Post("/public/pact-verifications", map[string]any{"code": code}).Expect(200).Body)
	}
	want := `{"campaign":"Pakta Pilkada 2024","campaign_id":"` + cid + `","masked_name":"S*** A***","method":"account","signed_on":"` + signed.Text("signed_on") + `","valid":true}`
	for _, typed := range []string{code, strings.ToLower(code)} {
		if got := strings.TrimSpace(verify(typed)); got != want {
			t.Errorf("%s: %s", typed, got)
		}
	}
	miss := strings.TrimSpace(verify("36.71-0000-0000-0000-0000-0000-0000-0"))
	if miss != `{"valid":false}` {
		t.Errorf("a miss is %s", miss)
	}
	for _, wrong := range []string{strings.Replace(code, "36.71", "36.03", 1), strings.Replace(code, "36.71", "99.99", 1), code[:len(code)-3], "x", "' OR 1=1 --"} {
		if got := strings.TrimSpace(verify(wrong)); got != miss {
			t.Errorf("%s: %s", wrong, got)
		}
	}
	s.As(authz.AgencyOfficer, g).Post("/pact-signatures/"+signed.Text("id")+"/striking", map[string]any{"reason": "Salah orang"}).Expect(200)
	if got := strings.TrimSpace(verify(code)); got != miss {
		t.Errorf("struck: %s", got)
	}
}

// Proves T-49: a row changed behind the program's back is not valid any more.
func TestPactSignature_ChangedRowShows(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	siti := person(s, g, unit(s, g, "dinas-a", ""), "Siti Aminah", 1)
	cid, sha := openPact(s, g, map[string]any{})
	me := pactSigner(t, s, g, siti)
	signed := me.Post("/pact-signatures", consentTo(cid, sha)).Expect(201)
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	if _, err := conn.Exec(ctx, "UPDATE pact_signature SET assurance = 'sheet_code'"); err != nil {
		t.Fatal(err)
	}
	got := me.Get("/pact-signatures/" + signed.Text("id")).Expect(200)
	if got.Text("intact") != "false" || got.Text("statement.en") != "The record of this signature no longer agrees with its hash." {
		t.Errorf("got %s", got.Body)
	}
	if v := s.Nobody().Post("/public/pact-verifications", map[string]any{"code": signed.Text("receipt_code")}).Expect(200).Text("valid"); v != "false" {
		t.Errorf("the changed signature is valid: %s", v)
	}
}

// Proves E2, E3, E10: a list of thousands is frozen in one statement, thousands
// sign side by side, and every signature is noted once.
func TestPactSignature_Thousands(t *testing.T) {
	t.Parallel()
	const people = 1000
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	root := unit(s, g, "dinas-a", "")
	crowd := addCrowd(t, s, g, root, people)
	cid, sha := openPact(s, g, map[string]any{})
	words, _ := canon.ParseHash(sha)
	start := time.Now()
	todo := make(chan id.ID)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for p := range todo {
				if _, isNew, err := s.App.Pacts.Sign(signing(t, g, p), parsed(t, cid), words, true); err != nil || !isNew {
					t.Errorf("new=%v: %v", isNew, err)
				}
			}
		})
	}
	for _, p := range crowd {
		todo <- p
	}
	close(todo)
	wg.Wait()
	t.Logf("%.0f signatures a second", people/time.Since(start).Seconds())
	if got := s.As(authz.AgencyOfficer, g).Get("/pact-campaigns/" + cid + "/progress").Expect(200).Text("total"); got != `{"excused":0,"obliged":1000,"open":0,"refused":0,"signed":1000}` {
		t.Errorf("progress: %s", got)
	}
	if n := s.Count(`SELECT count(*) FROM pact_signature s JOIN journal j ON j.tenant_id = s.tenant_id AND j.object_id = s.id
		AND j.action = 'pact_signature.created' AND j.details->>'record_sha256' = encode(s.record_sha256, 'hex')`); n != people {
		t.Errorf("%d signatures agree with their note", n)
	}
}

// signing is a context in which a person signs: the way of the demo programme.
func signing(t *testing.T, g government.Government, person id.ID) context.Context {
	t.Helper()
	scope, err := authz.Decide(authz.Principal{Kind: authz.User, ID: id.New(context.Background()), Tenants: []int32{g.Tenant}, Person: person,
		Grants: []authz.Grant{{Role: authz.ASN, Tenant: g.Tenant}}, Assurance: authz.BoundContact}, "pact.sign")
	if err != nil {
		t.Fatal(err)
	}
	return authz.With(context.Background(), scope)
}

// addCrowd adds many persons to a unit at once.
func addCrowd(t *testing.T, s *harness.Server, g government.Government, unit string, n int) []id.ID {
	t.Helper()
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	rows, err := conn.Query(ctx, `INSERT INTO asn (tenant_id, id, name, name_key, title_front, title_back, birth_place, email, phone, nip, employment_type,
		position_title, opd_id, legal_status, state, version, created_at, updated_at)
		SELECT $1, gen_random_uuid(), 'Orang ' || i, 'orang ' || i, '', '', '', '', '', lpad(i::text, 18, '0'), 'pns', '', $2, 'active', 'active', 1, now(), now()
		FROM generate_series(1, $3::int) i RETURNING id`, g.Tenant, unit, n)
	if err == nil {
		var out []id.ID
		if out, err = pgx.CollectRows(rows, pgx.RowTo[id.ID]); err == nil {
			return out
		}
	}
	t.Fatal(err)
	return nil
}
