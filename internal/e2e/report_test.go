package e2e

import (
	"context"
	"net/url"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/report"
)

const like = "Seorang kepala seksi menyukai unggahan bakal calon."

// file sends a report as the public does and gives the tracking code.
func file(s *harness.Server, government string, more map[string]any) *harness.Answer {
	body := map[string]any{"government": government, "narrative": like}
	for k, v := range more {
		body[k] = v
	}
	return s.Nobody().Post("/public/reports", body).Expect(201)
}

func status(s *harness.Server, code string) *harness.Answer {
	return s.Nobody().Post("/public/report-status", map[string]any{"code": code})
}

// moveClock sets the program's clock ahead, as the demo does.
func moveClock(t *testing.T, s *harness.Server, seconds int64) {
	t.Helper()
	ctx := context.Background()
	conn := s.Conn(s.Database.AppURL)
	if _, err := conn.Exec(ctx, "UPDATE clock SET offset_seconds = $1", seconds); err != nil {
		t.Fatal(err)
	}
}

// onlyReport is the one report an officer sees.
func onlyReport(t *testing.T, c *harness.Caller) string {
	t.Helper()
	l := c.Get("/reports").Expect(200)
	if l.Len("items") != 1 {
		t.Fatalf("the queue is %s", l.Body)
	}
	return l.Text("items.0.id")
}

// Proves G1, G2, H1, H3, H7, J5, T-06, T-14: a report without an account or a
// NIP is taken, its code opens status and inbox in public words, questions are
// answered through it, a foreign code is simply not there, and the reporter may
// take it back.
func TestReport_AnonymousFromIntakeToWithdrawal(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, h := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	filed := file(s, "36.71", map[string]any{"act_on": "2024-08-19", "violation_type": "prospective_social_media_engagement", "acts": []string{"like"},
		"links": []string{"https://contoh.id/p/1"}, "subjects": []map[string]any{{"description": "akun @ade"}}})
	code := filed.Text("tracking_code")
	if filed.Header.Get("Cache-Control") != "no-store" || filed.Header.Get("X-Request-Id") != "" || filed.Text("missing") != `["known_on","place"]` {
		t.Errorf("the receipt is %v %s", filed.Header, filed.Body)
	}
	satgas := s.As(authz.TaskForceMember, g)
	rid := onlyReport(t, satgas)
	path := "/reports/" + rid
	if n := s.As(authz.TaskForceMember, h).Get("/reports").Expect(200).Len("items"); n != 0 {
		t.Errorf("another government sees %d", n)
	}
	satgas.Post(path+"/rejection", map[string]any{"reason": "terlalu cepat"}).ExpectCode(409, "report.step_not_allowed")
	satgas.Post(path+"/verification", map[string]any{}).Expect(200)
	if got := status(s, code).Expect(200); got.Text("status") != "being_checked" || got.Text("words.en") == "" || got.Text("words.id") == "" || got.Text("government_id") != g.ID.String() {
		t.Errorf("the status is %s", got.Body)
	}
	asked := satgas.Post(path+"/completion-requests", map[string]any{"question": "Di mana?", "answer_by": "2999-01-01"}).Expect(200)
	if asked.Text("state") != "incomplete" || asked.Text("answer_by") != "2999-01-01" {
		t.Errorf("asked: %s", asked.Body)
	}
	if got := status(s, code).Expect(200); got.Text("status") != "answer_awaited" || got.Text("messages.0.text") != "Di mana?" || got.Text("messages.0.kind") != "question" {
		t.Errorf("the inbox is %s", got.Body)
	}
	answered := s.Nobody().Post("/public/report-messages", map[string]any{"code": code, "text": "Di kantor."}).Expect(200)
	if answered.Text("status") != "received" || answered.Len("messages") != 2 {
		t.Errorf("answered: %s", answered.Body)
	}
	if got := satgas.Get(path).Expect(200); got.Text("messages.1.text") != "Di kantor." || got.Text("narrative") != like || got.Header.Get("ETag") != `"4"` {
		t.Errorf("the report is %s", got.Body)
	}
	satgas.Post(path+"/messages", map[string]any{"text": "Terima kasih."}).Expect(200)
	taken := s.Nobody().Post("/public/report-withdrawals", map[string]any{"code": code}).Expect(200)
	if taken.Text("status") != "withdrawn" || taken.Len("messages") != 3 {
		t.Errorf("taken back: %s", taken.Body)
	}
	s.Nobody().Post("/public/report-withdrawals", map[string]any{"code": code}).ExpectCode(409, "report.step_not_allowed")

	for name, c := range map[string]string{"another government": "36.03" + code[5:], "an unknown one": "99.99" + code[5:],
		"a code of nobody": "36.71-0000-0000-0000-0000-0000-0000-0"} {
		if got := status(s, c); got.Status != 404 || got.Text("code") != "request.not_found" || got.Text("request_id") != "" {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
	status(s, code[:len(code)-3]).ExpectCode(422, "report.code_mistyped")
	file(s, g.ID.String(), nil)
	s.Nobody().Post("/public/reports", map[string]any{"government": "99.99", "narrative": "x"}).ExpectCode(404, "request.not_found")
}

// Proves J5: a report that waits for an answer nobody gives goes on by itself.
func TestReport_IncompleteGoesOnByDate(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	file(s, "36.71", nil)
	satgas := s.As(authz.TaskForceMember, g)
	path := "/reports/" + onlyReport(t, satgas)
	today := satgas.Get(path).Expect(200).Text("received_on")
	satgas.Post(path+"/completion-requests", map[string]any{"question": "Siapa?", "answer_by": "2024-01-01"}).ExpectCode(422, "report.days_wrong")
	satgas.Post(path+"/completion-requests", map[string]any{"question": "Siapa?", "answer_by": today}).Expect(200)
	if n := satgas.Get("/reports?state=incomplete").Expect(200).Len("items"); n != 1 {
		t.Errorf("%d wait for an answer", n)
	}
	moveClock(t, s, 24*3600)
	if n := satgas.Get("/reports?state=incomplete").Expect(200).Len("items"); n != 0 {
		t.Errorf("%d still wait for an answer", n)
	}
	if got := satgas.Get("/reports?state=received").Expect(200); got.Len("items") != 1 || got.Text("items.0.state") != "received" || got.Text("items.0.answer_by") != "" {
		t.Errorf("the queue is %s", got.Body)
	}
	if got := satgas.Post(path+"/verification", map[string]any{}).Expect(200); got.Text("state") != "under_verification" {
		t.Errorf("verified: %s", got.Body)
	}
}

// Proves G3, G5, G6: what came from Bawaslu, by phone or letter or from own
// monitoring is entered with its origin, number and real day; a number is found
// however it is written; everybody enters only what is theirs to enter.
func TestReport_EnteredByOfficers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("32.01", "Kabupaten Bogor")
	o := parsed(t, unit(s, g, "dishub", ""))
	who := parsed(t, person(s, g, o.String(), "Dedi", 1))
	body := s.As(authz.PlatformAdmin, g).Post("/organisations", map[string]any{"kind": "bawaslu", "level": "regency_city", "name": "Bawaslu Kabupaten Bogor",
		"region_code": "32.01", "valid_from": "2018-08-15"}).Expect(201).Text("id")
	officer := s.As(authz.AgencyOfficer, g)
	finding := map[string]any{"origin": "bawaslu", "kind": "finding", "organisation_id": body, "number": "001/TM/PB/Kab/13.13/IX/2024",
		"received_on": "2024-10-02", "act_on": "2024-09-28", "known_on": "2024-09-29", "narrative": "Memakai atribut partai.",
		"violation_type": "campaign_with_attributes", "subjects": []map[string]any{{"nip": nipOf(1)}}}
	made := officer.Post("/reports", finding).Expect(201)
	if made.Text("recorded_later") != "true" || made.Text("channel") != "none" || made.Text("tracking_code") != "" || made.Text("subjects.0.asn_id") != who.String() {
		t.Errorf("entered: %s", made.Body)
	}
	officer.Post("/reports/"+made.Text("id")+"/messages", map[string]any{"text": "x"}).ExpectCode(422, "report.no_reporter")
	for _, number := range []string{"001/TM/PB/Kab/13.13/IX/2024", "001 tm pb kab 1313 ix 2024", "001.TM.PB.KAB.13.13.IX.2024"} {
		if got := officer.Get("/reports?number=" + url.QueryEscape(number)).Expect(200); got.Len("items") != 1 || got.Text("items.0.id") != made.Text("id") {
			t.Errorf("%q finds %s", number, got.Body)
		}
	}
	for query, want := range map[string]int{"origin=bawaslu": 1, "origin=phone": 0, "organisation_id=" + body: 1, "updated_since=2999-01-01": 0, "number=002": 0} {
		if n := officer.Get("/reports?" + query).Expect(200).Len("items"); n != want {
			t.Errorf("%s finds %d", query, n)
		}
	}
	phone := officer.Post("/reports", map[string]any{"origin": "phone", "kind": "report", "narrative": "Lewat telepon."}).Expect(201)
	if got := status(s, phone.Text("tracking_code")).Expect(200); got.Text("status") != "received" {
		t.Errorf("the caller reads %s", got.Body)
	}
	without := func(key string, value any) map[string]any {
		m := map[string]any{}
		for k, v := range finding {
			m[k] = v
		}
		m[key] = value
		if value == nil {
			delete(m, key)
		}
		return m
	}
	officer.Post("/reports", without("organisation_id", nil)).ExpectCode(422, "report.organisation_needed")
	officer.Post("/reports", without("organisation_id", nowhere)).ExpectCode(404, "request.not_found")
	officer.Post("/reports", without("election_id", nowhere)).ExpectCode(404, "request.not_found")
	officer.Post("/reports", without("election_id", id.ForName("election/pilkada-2024").String())).Expect(201)
	officer.Post("/reports", without("origin", "bkn")).ExpectCode(422, "report.organisation_unfit")
	officer.Post("/reports", without("origin", "public")).ExpectCode(422, "report.origin_not_yours")
	officer.Post("/reports", without("violation_type", "murder")).ExpectCode(422, "reference.code_unknown")
	if got := officer.Post("/reports", without("known_on", "2024-09-27")).ExpectCode(422, "report.days_wrong"); got.Text("errors.0.pointer") != "/known_on" {
		t.Errorf("wrong days: %s", got.Body)
	}
	officer.Post("/reports", without("act_on", "2999-09-27")).ExpectCode(422, "report.days_wrong")

	kasubag := s.As(authz.OPDOfficer, g, harness.Under(o))
	own := kasubag.Post("/reports", map[string]any{"origin": "own_monitoring", "kind": "finding", "narrative": "Spanduk di kantor."}).Expect(201)
	kasubag.Post("/reports", map[string]any{"origin": "letter", "kind": "report", "narrative": "x"}).ExpectCode(422, "report.origin_not_yours")
	if got := onlyReport(t, kasubag); got != own.Text("id") {
		t.Errorf("the personnel officer sees %s", got)
	}
	kasubag.Get("/reports/"+made.Text("id")).ExpectCode(404, "request.not_found")
	for _, role := range []authz.Role{authz.GovernmentAdmin, authz.PlatformAdmin, authz.Auditor, authz.AppointingAuth, authz.Bawaslu} {
		s.As(role, g).Get("/reports").ExpectCode(403, "auth.not_permitted")
	}
}

// Proves G1, T-24, T-29: an ASN reports with the own account, answers there, and
// sees the own words but neither what officers found nor whether the registry
// knows the person named.
func TestReport_FiledWithAnAccount(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	o := unit(s, g, "dinkes", "")
	other := unit(s, g, "dishub", "")
	self := s.As(authz.ASN, g, harness.Being(parsed(t, person(s, g, o, "Ade", 1))))
	person(s, g, other, "Budi", 2)
	made := self.Post("/reports", map[string]any{"origin": "asn", "kind": "report", "narrative": "Rekan kerja.",
		"subjects": []map[string]any{{"nip": nipOf(2)}}}).Expect(201)
	path := "/reports/" + made.Text("id")
	satgas := s.As(authz.TaskForceMember, g)
	satgas.Post(path+"/completion-requests", map[string]any{"question": "Kapan?", "answer_by": "2999-01-01"}).Expect(200)
	seen := self.Get(path).Expect(200)
	if seen.Text("messages.0.text") != "Kapan?" || seen.Text("subjects.0.asn_id") != "" || seen.Text("subjects.0.kind") != "unknown" || seen.Value("steps") != nil {
		t.Errorf("the filer sees %s", seen.Body)
	}
	if got := satgas.Get(path).Expect(200); got.Text("subjects.0.asn_id") == "" || got.Len("steps") != 2 {
		t.Errorf("the officer sees %s", got.Body)
	}
	if got := self.Post(path+"/messages", map[string]any{"text": "Kemarin."}).Expect(200); got.Text("state") != "received" || got.Text("messages.1.from") != "reporter" {
		t.Errorf("answered: %s", got.Body)
	}
	self.Post(path+"/verification", map[string]any{}).ExpectCode(403, "auth.not_permitted")
	if got := self.Post(path+"/withdrawal", map[string]any{"reason": "salah orang"}).Expect(200); got.Text("state") != "withdrawn" {
		t.Errorf("withdrawn: %s", got.Body)
	}
}

// Proves G9, J3: rejected, joined and referred reports keep their history and
// tell the reporter in public words; a wrong step lists the right ones.
func TestReport_Endings(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	satgas := s.As(authz.TaskForceMember, g)
	begun := func() (string, string) {
		code := file(s, "36.71", nil).Text("tracking_code")
		return "/reports/" + satgas.Get("/reports?state=received").Expect(200).Text("items.0.id"), code
	}
	first, code := begun()
	satgas.Post(first+"/verification", map[string]any{}).Expect(200)
	rejected := satgas.Post(first+"/rejection", map[string]any{"reason": "Bukan pegawai."}).Expect(200)
	if rejected.Text("steps.2.reason") != "Bukan pegawai." || status(s, code).Text("status") != "not_taken_further" {
		t.Errorf("rejected: %s", rejected.Body)
	}
	if got := satgas.Post(first+"/verification", map[string]any{}).ExpectCode(409, "report.step_not_allowed"); got.Text("allowed_steps") != `["subject","assignment","recusal","message"]` {
		t.Errorf("allowed: %s", got.Body)
	}
	second, code := begun()
	satgas.Post(second+"/duplicate", map[string]any{"report_id": second[len("/reports/"):]}).ExpectCode(422, "report.duplicate_ring")
	satgas.Post(second+"/duplicate", map[string]any{"report_id": nowhere}).ExpectCode(404, "request.not_found")
	joined := satgas.Post(second+"/duplicate", map[string]any{"report_id": first[len("/reports/"):]}).Expect(200)
	if joined.Text("duplicate_of_id") != first[len("/reports/"):] || status(s, code).Text("status") != "joined" {
		t.Errorf("joined: %s", joined.Body)
	}
	third, code := begun()
	satgas.Post(third+"/referral", map[string]any{"reason": "Kepala desa."}).ExpectCode(422, "report.addressee_needed")
	satgas.Post(third+"/verification", map[string]any{"taken_on": "2024-01-01"}).ExpectCode(422, "report.days_wrong")
	satgas.Post(third+"/verification", map[string]any{"taken_on": "2999-01-01"}).ExpectCode(422, "report.days_wrong")
	referred := satgas.Post(third+"/referral", map[string]any{"reason": "Kepala desa.", "addressee": "Inspektorat", "receipt": "700/1"}).Expect(200)
	if referred.Text("steps.1.receipt") != "700/1" || status(s, code).Text("status") != "passed_on" {
		t.Errorf("referred: %s", referred.Body)
	}
	if got := s.Nobody().Post("/public/report-withdrawals", map[string]any{"code": code}).Expect(200); got.Text("status") != "passed_on" {
		t.Errorf("a wish to withdraw stopped what is with another body: %s", got.Body)
	}
}

// wallCast is an OPD with a head, a section below it with its own head, the one
// reported there, and people elsewhere.
type wallCast struct {
	g                                           government.Government
	subject, superior, head, secretary, neutral string
}

func newWallCast(s *harness.Server) wallCast {
	g := s.Government("36.71", "Kota Tangerang")
	setda, dinas := unit(s, g, "setda", ""), unit(s, g, "dinkes", "")
	section := unit(s, g, "seksi", dinas)
	c := wallCast{g, person(s, g, section, "Ade", 1), person(s, g, section, "Budi", 2), person(s, g, dinas, "Cici", 3),
		person(s, g, setda, "Dedi", 4), person(s, g, dinas, "Eka", 5)}
	officer := s.As(authz.AgencyOfficer, g)
	for _, x := range [][2]string{{c.subject, c.superior}, {c.superior, c.head}, {c.head, c.secretary}} {
		officer.Post("/asn/"+x[0]+"/assigned-superiors", map[string]any{"superior_id": x[1], "valid_from": "2023-01-01"}).Expect(200)
	}
	officer.Post("/opd/"+dinas+"/officers", map[string]any{"office": "head", "asn_id": c.head, "holder_kind": "definitive", "valid_from": "2023-01-01"}).Expect(201)
	return c
}

// Proves J5, H7: a verified report is accepted into the cases that later stages
// open, never before; when they have ended the reporter is told in public words;
// those stages too see nothing behind the wall, and no words.
func TestReport_AcceptedIntoCases(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	c := newWallCast(s)
	code := file(s, "36.71", nil).Text("tracking_code")
	satgas := s.As(authz.TaskForceMember, c.g)
	rid := parsed(t, onlyReport(t, satgas))
	path := "/reports/" + rid.String()
	satgas.Post(path+"/subjects", map[string]any{"name": "Ade", "asn_id": c.subject}).Expect(200)
	within := func(ctx context.Context, f func(tx *db.Tx) error) error { return s.App.DB.Write(ctx, f) }
	one := parsed(t, nowhere)
	accept := func(tx *db.Tx) error { return report.AcceptTx(tx, rid, []id.ID{one}) }
	if err := within(harness.System(c.g), accept); !fault.Is(err, "report.step_not_allowed") {
		t.Errorf("accepted before it was verified: %v", err)
	}
	satgas.Post(path+"/verification", map[string]any{}).Expect(200)
	walled := authz.Principal{Kind: authz.User, ID: one, Tenants: []int32{c.g.Tenant}, Person: parsed(t, c.superior),
		Grants: []authz.Grant{{Role: authz.TaskForceMember, Tenant: c.g.Tenant}}}
	scope, err := authz.Decide(walled, "report.verify")
	if err != nil {
		t.Fatal(err)
	}
	if err := within(authz.With(context.Background(), scope), accept); !fault.Is(err, "request.not_found") {
		t.Errorf("accepted by somebody behind the wall: %v", err)
	}
	if err := within(harness.System(c.g), accept); err != nil {
		t.Fatal(err)
	}
	if got := satgas.Get(path).Expect(200); got.Text("state") != "accepted" || got.Text("case_ids.0") != nowhere || status(s, code).Text("status") != "being_handled" {
		t.Errorf("accepted: %s", got.Body)
	}
	err = within(harness.System(c.g), func(tx *db.Tx) error {
		r, err := report.GetTx(tx, rid)
		if err != nil {
			return err
		}
		if r.Words.Narrative != "" || len(r.Cases) != 1 || len(r.Subjects) != 1 || r.Subjects[0].ASN.String() != c.subject || r.Subjects[0].Detail.Name != "" {
			t.Errorf("a later stage reads %+v", r)
		}
		if behind, err := report.WalledTx(tx, rid, parsed(t, c.head)); err != nil || !behind {
			t.Errorf("the head is behind the wall: %v, %v", behind, err)
		}
		return report.FinishTx(tx, rid, "not_proven")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := status(s, code).Expect(200); got.Text("status") != "finished_not_proven" {
		t.Errorf("the end is told as %s", got.Body)
	}
}

// Proves L1, T-11, T-13, T-14: the person reported, their superiors up to the
// head of the OPD, who was wrongly matched before and who is recused know
// nothing of a report, whatever their role and operation; the regional
// secretary above does, and nobody behind the wall can be put in charge.
func TestReport_Wall(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	c := newWallCast(s)
	as := func(who string) *harness.Caller {
		return s.As(authz.TaskForceMember, c.g, harness.Being(parsed(t, who)))
	}
	file(s, "36.71", map[string]any{"subjects": []map[string]any{{"name": "Ade", "workplace": "Dinkes"}}})
	path := "/reports/" + onlyReport(t, as(c.neutral))
	as(c.neutral).Post(path+"/assignments", map[string]any{"asn_id": c.superior}).Expect(200) // nobody knows yet
	if got := as(c.neutral).Post(path+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": c.secretary}).Expect(200); got.Text("handler_asn_id") != c.superior {
		t.Errorf("a handler without a part in it was relieved: %s", got.Body)
	}
	if got := as(c.secretary); got.Get(path).Status != 404 {
		t.Error("who was matched sees the report")
	}
	if got := as(c.subject).Post(path+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": c.subject}); got.Status != 204 || len(got.Body) != 0 {
		t.Errorf("who matches oneself reads %d %s", got.Status, got.Body)
	}
	if got := as(c.neutral).Get(path).Expect(200); got.Text("handler_asn_id") != "" {
		t.Errorf("the superior of the accused is still in charge: %s", got.Body)
	}
	for name, who := range map[string]string{"subject": c.subject, "superior": c.superior, "head": c.head, "matched before": c.secretary} {
		x := as(who)
		if n := x.Get("/reports").Expect(200).Len("items"); n != 0 {
			t.Errorf("the %s lists it", name)
		}
		for _, call := range []*harness.Answer{x.Get(path), x.Post(path+"/verification", map[string]any{}), x.Post(path+"/messages", map[string]any{"text": "x"}),
			x.Post(path+"/recusals", map[string]any{"reason": "x"}), x.Post(path+"/subjects", map[string]any{"name": "x"})} {
			call.ExpectCode(404, "request.not_found")
		}
		if got := as(c.neutral).Post(path+"/assignments", map[string]any{"asn_id": who}).ExpectCode(422, "report.handler_conflicted"); got.Text("errors.0.pointer") != "/asn_id" {
			t.Errorf("assigned the %s: %s", name, got.Body)
		}
	}
	if got := as(c.neutral).Post(path+"/assignments", map[string]any{"asn_id": c.neutral}).Expect(200); got.Text("handler_asn_id") != c.neutral {
		t.Errorf("assigned: %s", got.Body)
	}
	if n := as(c.neutral).Get("/reports?handler_asn_id=" + c.neutral).Expect(200).Len("items"); n != 1 {
		t.Errorf("the handler finds %d", n)
	}
	as(c.neutral).Post(path+"/recusals", map[string]any{"reason": "Saudara."}).Expect(204)
	as(c.neutral).Get(path).ExpectCode(404, "request.not_found")
	outside := s.As(authz.Inspector, c.g) // an account without a record in the registry
	if got := outside.Get(path).Expect(200); got.Text("handler_asn_id") != "" {
		t.Errorf("a recused handler is still in charge: %s", got.Body)
	}
	outside.Post(path+"/recusals", map[string]any{"reason": "Teman."}).Expect(204)
	outside.Get(path).ExpectCode(404, "request.not_found")
}
