package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/attest"
	"github.com/netral-asn/netral/internal/platform/authz"
	handed "github.com/netral-asn/netral/internal/referral"
)

// handedOver is a referral that names somebody nobody knows.
func handedOver(number string) map[string]any {
	return map[string]any{"kind": "report", "number": number, "narrative": "Hadir pada kampanye.", "subjects": []map[string]any{{"name": "Rahasia Terlapor"}}}
}

// receiptKeys are the public keys as anybody gets them.
func receiptKeys(t *testing.T, s *harness.Server) (keys attest.JWKS) {
	t.Helper()
	wellKnown(t, s, "/.well-known/receipt-keys.json", &keys)
	return keys
}

// proven verifies the receipt of an answer with the public keys alone.
func proven(t *testing.T, keys attest.JWKS, a *harness.Answer) handed.Receipt {
	t.Helper()
	r, err := handed.Verify(a.Text("receipt"), keys)
	if err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
	return r
}

// Proves X4, O2, O8, G6, T-37: what an office sends with a document becomes a
// report by the one intake, is acknowledged with our number and a receipt that
// proves without us what came, and is seen at once as received under the same
// identifier; each person named becomes a case, and both know the number. Neither
// receipt nor database tell a person.
func TestReferral_IsReceivedAcknowledgedAndSeen(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	office := sendingOffice(t, s, o.g)
	if err := s.App.DB.MoveClock(context.Background(), time.Date(2024, time.October, 10, 3, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	c := s.As(authz.Bawaslu, o.g, speaksFor(office))
	file := pdfOf(5000)
	body := handedOver("004/Reg/LP/PB/Kab/13.13/XI/2024")
	body["their_status"], body["upload_ids"] = "diteruskan ke instansi berwenang", []string{uploaded(c, file)}
	body["subjects"] = []map[string]any{{"name": "Rahasia Terlapor"}, {"name": "Rahasia Kedua"}}
	sent := c.Post("/referrals", body).Expect(201)
	rid := sent.Text("id")
	if sent.Header.Get("Location") != "/api/v1/referrals/"+rid || !strings.HasPrefix(sent.Text("receipt_number"), "TT-3201-") || sent.Text("their_status.code") != "referred" ||
		sent.Text("documents.0.sha256") != hexSum(file) || sent.Text("subject_count") != "2" {
		t.Errorf("got %s", sent.Body)
	}
	r := proven(t, receiptKeys(t, s), sent)
	content, err := handed.ContentOf(body)
	if err != nil {
		t.Fatal(err)
	}
	if r.ID.String() != rid || r.Number != sent.Text("receipt_number") || r.TheirNumber != body["number"] || r.OrganisationID != office || r.GovernmentCode != "32.01" ||
		r.Content != content.String() || len(r.Documents) != 1 || r.Documents[0].SHA256 != hexSum(file) || r.Issuer == "" {
		t.Errorf("the receipt says %+v", r)
	}
	if b, _ := json.Marshal(r); bytes.Contains(b, []byte("Rahasia")) || bytes.Contains(b, []byte("kampanye")) {
		t.Errorf("the receipt tells of persons: %s", b)
	}
	if again := c.Get("/referrals/" + rid).Expect(200); again.Text("receipt") != sent.Text("receipt") {
		t.Errorf("another receipt: %s", again.Body)
	}
	seen := c.Get("/case-statuses?their_number=" + url.QueryEscape("004 reg lp pb kab 13.13 xi 2024")).Expect(200)
	if seen.Len("items") != 1 || seen.Text("items.0.id") != rid || seen.Text("items.0.status") != "received" || seen.Text("items.0.receipt_number") != r.Number {
		t.Errorf("not seen at once: %s", seen.Body)
	}
	found := o.officer.Get("/reports/" + rid).Expect(200)
	if found.Text("origin") != "bawaslu" || found.Text("receipt_number") != r.Number || found.Text("their_status.word") != body["their_status"] || found.Text("documents.0.file_name") != "Surat Penerusan.pdf" {
		t.Errorf("the officer sees %s", found.Body)
	}
	document := o.officer.Get("/reports/" + rid + "/documents/1").Expect(200)
	if !bytes.Equal(document.Body, file) || !strings.Contains(document.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the document is another one: %d bytes, %s", len(document.Body), document.Header)
	}
	if n := s.Count("SELECT count(*) FROM journal WHERE action IN ('report.document_read', 'referral.acknowledged') AND object_id = '" + rid + "'"); n != 2 {
		t.Errorf("%d notes of receipt and reading", n)
	}
	nowhereInDatabase(t, s, "Rahasia", secretWords, "Surat Penerusan")
	nowhereOnDisk(t, s.Files, secretWords)

	for i, person := range []string{o.subject, o.pengawas} {
		o.officer.Post("/reports/"+rid+"/subjects", map[string]any{"subject_sequence": i + 1, "asn_id": person}).Expect(200)
	}
	o.officer.Post("/reports/"+rid+"/verification", map[string]any{}).Expect(200)
	o.accept(rid, o.subject, o.pengawas)
	cases := c.Get("/case-statuses?our_number=" + r.Number).Expect(200)
	if cases.Len("items") != 2 || cases.Text("items.0.status") != "verifying" || cases.Text("items.1.receipt_number") != r.Number {
		t.Errorf("two cases of one referral: %s", cases.Body)
	}
}

// Proves O5, X4: a referral stands once, however often and at whatever moment it
// is sent: under its key, under its number, many at once. Another content under
// the number is told, with our number; the number is the office's own in each
// government.
func TestReferral_StandsOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o, other := newOffice(t, s, "32.01"), newOffice(t, s, "36.03")
	office := sendingOffice(t, s, o.g)
	c := s.As(authz.Bawaslu, o.g, speaksFor(office))
	file, body := pdfOf(900), handedOver("004/LP/2024")
	body["upload_ids"] = []string{uploaded(c, file)}
	first := keyed(c, aKey, "/referrals", asJSON(t, body)).Expect(201)
	if again := keyed(c, aKey, "/referrals", asJSON(t, body)).Expect(201); !replayed(again) || again.Text("receipt") != first.Text("receipt") {
		t.Errorf("repeated: %s", again.Body)
	}
	keyed(c, aKey, "/referrals", asJSON(t, changedTo(body, "narrative", "Lain."))).ExpectCode(422, "request.key_reused")

	same := func(what string, b map[string]any) {
		t.Helper()
		if got := c.Post("/referrals", b).Expect(201); got.Text("id") != first.Text("id") || got.Text("receipt") != first.Text("receipt") {
			t.Errorf("%s: %s", what, got.Body)
		}
	}
	same("without a key", body)
	same("sent up anew", changedTo(body, "upload_ids", []string{uploaded(c, file)}))
	pass(t, s, 48*time.Hour)
	same("two days later, when the upload is over", body)
	for name, changed := range map[string]map[string]any{"another text": changedTo(body, "narrative", "Lain."), "without the document": changedTo(body, "upload_ids", []string{}),
		"another document": changedTo(body, "upload_ids", []string{uploaded(c, pdfOf(901))}), "an upload that is not there": changedTo(body, "upload_ids", []string{nowhere})} {
		got := c.Post("/referrals", changedTo(changed, "number", "004 lp 2024"))
		if got.Status != 409 || got.Text("code") != "referral.number_taken" || !strings.Contains(got.Text("title"), first.Text("receipt_number")) {
			t.Errorf("%s: got %d %s", name, got.Status, got.Body)
		}
	}
	elsewhere := s.As(authz.Bawaslu, other.g, speaksFor(office)).Post("/referrals", handedOver("004/LP/2024")).Expect(201)
	rival := s.As(authz.Bawaslu, o.g, speaksFor(sendingOffice(t, s, other.g))).Post("/referrals", handedOver("004/LP/2024")).Expect(201)
	if elsewhere.Text("id") == first.Text("id") || rival.Text("id") == first.Text("id") {
		t.Error("a number of another office or government is taken for this one")
	}

	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() { ids[i] = c.Post("/referrals", handedOver("005/LP/2024")).Expect(201).Text("id") })
	}
	wg.Wait()
	for _, x := range ids {
		if x != ids[0] {
			t.Errorf("several at once: %v", ids)
		}
	}
	if n := s.Count("SELECT count(*) FROM report"); n != 4 {
		t.Errorf("%d reports, want 4", n)
	}
}

// Proves T-11, T-14, T-35: nobody but the office reads its acknowledgement; who
// has not the scope, is no office of Bawaslu or names a government that is not its
// own is refused; what somebody else sent up, or what is used, over or not
// complete, becomes no document; who is behind the wall opens none.
func TestReferral_IsTheOfficesOwn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o, other := newOffice(t, s, "32.01"), newOffice(t, s, "36.03")
	mine, theirs := sendingOffice(t, s, o.g), sendingOffice(t, s, other.g)
	c, rival := s.As(authz.Bawaslu, o.g, speaksFor(mine)), s.As(authz.Bawaslu, o.g, speaksFor(theirs))
	with := func(number, upload string) map[string]any {
		return changedTo(handedOver(number), "upload_ids", []string{upload})
	}
	rid := c.Post("/referrals", with("001", uploaded(c, pdfOf(700)))).Expect(201).Text("id")
	rival.Get("/referrals/" + rid).Expect(404)
	s.As(authz.Bawaslu, other.g, speaksFor(mine)).Get("/referrals/" + rid).Expect(404)
	narrow := func(p *authz.Principal) { p.Scopes = []authz.Permission{"casestatus.read", "upload.write"} }
	for name, refused := range map[string]*harness.Caller{"no scope": s.As(authz.Bawaslu, o.g, speaksFor(mine), narrow), "BKN": s.As(authz.BKN, o.g, speaksFor(mine)),
		"an officer": o.officer, "no office": s.As(authz.Bawaslu, o.g, func(p *authz.Principal) { p.Organisation = [16]byte{} })} {
		if got := refused.Post("/referrals", handedOver("002")); got.Status != 403 {
			t.Errorf("%s sends: got %d", name, got.Status)
		}
		if got := refused.Get("/referrals/" + rid); got.Status != 403 {
			t.Errorf("%s reads: got %d", name, got.Status)
		}
	}
	c.Post("/referrals", changedTo(handedOver("002"), "government_code", "36.03")).Expect(404)
	both := s.As(authz.Bawaslu, o.g, speaksFor(mine), func(p *authz.Principal) {
		p.Tenants = append(p.Tenants, other.g.Tenant)
		p.Grants = append(p.Grants, authz.Grant{Role: authz.Bawaslu, Tenant: other.g.Tenant})
	})
	both.Post("/referrals", handedOver("002")).ExpectCode(400, "request.government_needed")
	if got := both.Post("/referrals", changedTo(handedOver("002"), "government_code", "36.03")).Expect(201); got.Text("government_code") != "36.03" {
		t.Errorf("got %s", got.Body)
	}
	clerk := s.As(authz.OversightOfficer, o.g, speaksFor(mine), func(p *authz.Principal) {
		for _, g := range []int32{o.g.Tenant, other.g.Tenant} {
			p.Tenants, p.Grants = append(p.Tenants, g), append(p.Grants, authz.Grant{Role: authz.Bawaslu, Tenant: g})
		}
	})
	clerk.Post("/referrals", handedOver("002/K")).ExpectCode(400, "request.government_needed")
	byHand := clerk.Post("/referrals", changedTo(handedOver("002/K"), "government_code", "36.03")).Expect(201)
	if byHand.Text("government_code") != "36.03" || both.Get("/referrals/"+byHand.Text("id")).Expect(200).Text("receipt") != byHand.Text("receipt") {
		t.Errorf("by a person of the office: %s", byHand.Body)
	}
	bkn := parsed(t, s.As(authz.PlatformAdmin, o.g).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "BKN", "valid_from": "2018-08-15"}).Expect(201).Text("id"))
	s.As(authz.Bawaslu, o.g, speaksFor(bkn)).Post("/referrals", handedOver("002")).ExpectCode(422, "report.organisation_unfit")

	c.Post("/referrals", with("003", uploaded(rival, pdfOf(701)))).ExpectCode(404, "request.not_found")
	used := uploaded(c, pdfOf(702))
	c.Post("/referrals", with("003", used)).Expect(201)
	c.Post("/referrals", with("004", used)).ExpectCode(422, "upload.used")
	c.Post("/referrals", with("004", sendParts(c, pdfType, pdfOf(703)))).ExpectCode(422, "upload.not_complete")
	over := uploaded(c, pdfOf(704))
	foreign := changedTo(with("004", over), "government_code", "36.03")
	both.Post("/referrals", foreign).Expect(404) // in another government, and not this client's
	pass(t, s, 25*time.Hour)
	c.Post("/referrals", with("004", over)).ExpectCode(404, "request.not_found")

	head := s.As(authz.TaskForceMember, o.g, harness.Being(parsed(t, o.subject)))
	head.Get("/reports/" + rid + "/documents/1").Expect(200)
	o.officer.Post("/reports/"+rid+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": o.subject}).Expect(200)
	head.Get("/reports/" + rid + "/documents/1").Expect(404)
	other.officer.Get("/reports/" + rid + "/documents/1").Expect(404)
	o.officer.Get("/reports/" + rid + "/documents/2").Expect(404)
}

// Proves X4: a dry run tells everything that is wrong at once, in the words of the
// real thing, and changes nothing; a word that nobody knows is kept as it is, and
// those that are known are named.
func TestReferral_DryRun(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := s.As(authz.Bawaslu, o.g, speaksFor(sendingOffice(t, s, o.g)))
	file := uploaded(c, pdfOf(800))
	before := everything(s)
	bad := handedOver("006/TM")
	bad["act_on"], bad["known_on"] = "2099-01-01", "2099-02-01"
	bad["violation_type"], bad["acts"], bad["election_id"], bad["upload_ids"] = "nonsense", []string{"like", "nonsense"}, nowhere, []string{file, nowhere}
	for _, path := range []string{"/referrals?dry_run=true", "/referrals"} {
		got := c.Post(path, bad).ExpectCode(422, "request.rules_broken")
		told := map[string]string{}
		for i := range got.Len("errors") {
			n := "errors." + string(rune('0'+i))
			told[got.Text(n+".pointer")] = got.Text(n + ".code")
		}
		for pointer, code := range map[string]string{"/act_on": "report.day_in_future", "/known_on": "report.day_in_future", "/violation_type": "reference.code_unknown",
			"/acts": "reference.code_unknown", "/election_id": "request.not_found", "/upload_ids/1": "request.not_found"} {
			if told[pointer] != code {
				t.Errorf("%s: %s is told as %q, want %s", path, pointer, told[pointer], code)
			}
		}
	}
	good := handedOver("006/TM")
	good["their_status"], good["upload_ids"] = "Dilimpahkan", []string{file}
	tried := c.Post("/referrals?dry_run=true", good).Expect(200)
	content, err := handed.ContentOf(good)
	if err != nil {
		t.Fatal(err)
	}
	if tried.Text("their_status.word") != "Dilimpahkan" || tried.Text("their_status.code") != "" || tried.Len("their_status.known_words") < 8 || tried.Text("content_sha256") != content.String() || tried.Text("receipt_number") != "" {
		t.Errorf("got %s", tried.Body)
	}
	if after := everything(s); after != before {
		t.Errorf("a dry run changed something: %s, before %s", after, before)
	}
	if got := c.Get("/uploads/" + file).Expect(200); got.Text("state") != "complete" {
		t.Errorf("the upload was used: %s", got.Body)
	}
	sent := c.Post("/referrals", good).Expect(201)
	if sent.Text("their_status.word") != "Dilimpahkan" || sent.Text("their_status.code") != "" {
		t.Errorf("got %s", sent.Body)
	}
	if again := c.Post("/referrals?dry_run=true", good).Expect(200); again.Text("receipt_number") != sent.Text("receipt_number") {
		t.Errorf("tried again: %s", again.Body)
	}
	c.Post("/referrals?dry_run=true", changedTo(good, "narrative", "Lain.")).ExpectCode(409, "referral.number_taken")
	for word, code := range map[string]string{"Diregistrasi": "registered", "TIDAK  DIREGISTRASI": "not_registered", "dalam kajian": "under_review", "bukan-pelanggaran": "not_a_violation"} {
		if got := c.Post("/referrals?dry_run=true", changedTo(handedOver("007"), "their_status", word)).Expect(200); got.Text("their_status.code") != code {
			t.Errorf("%s: %s", word, got.Body)
		}
	}
}

// everything counts the rows that a referral touches.
func everything(s *harness.Server) string {
	var out string
	s.Row(`SELECT concat_ws(' ', (SELECT count(*) FROM report), (SELECT count(*) FROM report_document), (SELECT count(*) FROM referral),
		(SELECT count(*) FROM case_status), (SELECT count(*) FROM journal), (SELECT count(*) FROM identity_receipt_key), (SELECT max(version) FROM upload))`, nil, &out)
	return out
}

// Proves T-49 for receipts: a new key signs from now on, and what the old one
// signed verifies on; under a revoked one nothing does, and the office gets its
// receipt anew.
func TestReferral_KeysTurn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := s.As(authz.Bawaslu, o.g, speaksFor(sendingOffice(t, s, o.g)))
	if keys := receiptKeys(t, s); keys.Keys == nil || len(keys.Keys) != 0 {
		t.Errorf("keys before anything was signed: %+v", keys)
	}
	first := c.Post("/referrals", handedOver("001")).Expect(201)
	old := receiptKeys(t, s)
	said := proven(t, old, first)
	kid, err := s.App.Identity.RotateReceiptKeys(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	keys := receiptKeys(t, s)
	second := c.Post("/referrals", handedOver("002")).Expect(201)
	if len(keys.Keys) != 2 || keys.Keys[1].ID != kid {
		t.Errorf("keys: %+v", keys)
	}
	proven(t, keys, first)
	proven(t, keys, second)
	if _, err := handed.Verify(second.Text("receipt"), old); !errors.Is(err, attest.ErrUnknownKey) {
		t.Errorf("the new one under the old key: %v", err)
	}
	if _, err := s.App.Identity.RotateReceiptKeys(context.Background(), old.Keys[0].ID); err != nil {
		t.Fatal(err)
	}
	keys = receiptKeys(t, s)
	if _, err := handed.Verify(first.Text("receipt"), keys); !errors.Is(err, attest.ErrRevoked) {
		t.Errorf("under a revoked key: %v", err)
	}
	again, _ := json.Marshal(proven(t, keys, c.Get("/referrals/"+first.Text("id")).Expect(200)))
	before, _ := json.Marshal(said)
	if !bytes.Equal(again, before) {
		t.Errorf("the receipt says another thing: %s, before %s", again, before)
	}
	if _, err := s.App.Identity.RotateReceiptKeys(context.Background(), "nope"); err == nil {
		t.Error("a key that is not there was revoked")
	}
}
