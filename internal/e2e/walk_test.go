package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/netral-asn/netral/api/client"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// walk is one government's programme from first to last, through the generated
// client alone, everybody signed in as in production.
type walk struct {
	t       *testing.T
	s       *harness.Server
	g       government.Government
	bawaslu string // the oversight body's id

	unit, siti, budi          string // a unit and its people: Budi is Siti's superior
	officer, sekda, mayor     *client.ClientWithResponses
	theSiti, anybody, machine *client.ClientWithResponses
	mandate, sitiCase         string
	reader                    *harness.Caller // the officer, for ETags
}

// Proves A1, A3, D1, E1, F1, G1, G7, K1, M5, O1, O2, O6, X18: the whole programme
// through the generated client: event and attendance, circular, a pact signed
// as an ASN, an anonymous report read by its code, a case, a decision, a
// sanction in force, and what Bawaslu's machine pulls of it.
func TestWalk_TheProgrammeThroughTheGeneratedClient(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := &walk{t: t, s: s, g: s.Government("36.71", "Kota Tangerang")}
	w.anybody = w.client("")
	w.signIn()
	w.registry()
	w.event()
	w.circular()
	w.pact()
	w.report()
	w.examination()
	w.sanction()
	w.oversight()
}

func (w *walk) client(token string) *client.ClientWithResponses {
	w.t.Helper()
	c, err := client.NewClientWithResponses(w.s.URL+"/api/v1", client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	}))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// as opens an account with a role and signs it in.
func (w *walk) as(role authz.Role, person *id.ID) *client.ClientWithResponses {
	w.t.Helper()
	a := w.s.Account(w.g, string(role)+"@tangerangkota.example", person, role)
	in := w.s.SignedIn(a.ID, w.g.ID)
	if role == authz.AgencyOfficer {
		w.reader = in
	}
	return w.client(in.Token())
}

// seen is the version of a resource that the officer decides upon.
func (w *walk) seen(path string) string {
	w.t.Helper()
	return w.reader.Get(path).Expect(http.StatusOK).Header.Get("ETag")
}

func (w *walk) signIn() {
	w.officer, w.sekda, w.mayor = w.as(authz.AgencyOfficer, nil), w.as(authz.AuthorisedOfficial, nil), w.as(authz.AppointingAuth, nil)
	me, err := w.officer.GetMeWithResponse(w.t.Context())
	w.want(200, me, err)
	m, err := w.officer.CreateMandateWithResponse(w.t.Context(), nil, body[client.CreateMandateJSONRequestBody](w.t, map[string]any{"office": "appointing_authority",
		"holder_kind": "pj", "holder_name": "Nurdin Saleh", "title": "Pj. Wali Kota Tangerang", "basis": "Keputusan Mendagri", "valid_from": "2023-12-26", "valid_until": "2025-02-20"}))
	w.want(201, m, err)
	w.mandate = m.JSON201.Id
}

func (w *walk) registry() {
	u, err := w.officer.CreateOpdWithResponse(w.t.Context(), nil, body[client.CreateOpdJSONRequestBody](w.t, map[string]any{"code": "dinkes",
		"name": "Dinas Kesehatan", "type": "dinas", "valid_from": "2022-01-01"}))
	w.want(201, u, err)
	w.unit = u.JSON201.Id
	w.budi = w.person("Budi Santoso", nipOf(1), "administrator", nil)
	w.siti = w.person("Siti Aminah", nipOf(2), "pelaksana", &w.budi)
	siti := parsed(w.t, w.siti)
	w.theSiti = w.as(authz.ASN, &siti)
}

func (w *walk) person(name, number, level string, superior *string) string {
	w.t.Helper()
	b := map[string]any{"name": name, "nip": number, "employment_type": "pns", "rank_code": "pns_iii_c", "position_title": name + "'s post",
		"position_type": level, "opd_id": w.unit, "valid_from": "2022-01-01"}
	if superior != nil {
		b["superior_id"] = *superior
	}
	p, err := w.officer.CreateAsnWithResponse(w.t.Context(), nil, body[client.CreateAsnJSONRequestBody](w.t, b))
	w.want(201, p, err)
	return p.JSON201.Id
}

// event: invited by rule, held on site and online at once, attended.
func (w *walk) event() {
	ctx := w.t.Context()
	e, err := w.officer.CreateEventWithResponse(ctx, nil, body[client.CreateEventJSONRequestBody](w.t, map[string]any{"kind": "pembinaan",
		"title": "Pembinaan netralitas", "mode": "hybrid", "venue": map[string]any{"name": "Ruang Akhlakul Karimah", "capacity": 100},
		"stream_url": "https://rapat.example/netral", "starts_at": "2024-05-20T02:00:00Z", "ends_at": "2024-05-20T05:00:00Z"}))
	w.want(201, e, err)
	eid := e.JSON201.Id
	i, err := w.officer.SetEventInvitationsWithResponse(ctx, eid, nil, body[client.SetEventInvitationsJSONRequestBody](w.t, map[string]any{"rules": []any{
		map[string]any{"mode": "on_site", "people": map[string]any{"position_types": []string{"administrator"}}},
		map[string]any{"mode": "online", "people": map[string]any{}}}}))
	w.want(200, i, err)
	p, err := w.officer.PublishEventWithResponse(ctx, eid, &client.PublishEventParams{IfMatch: w.seen("/sosialisasi-events/" + eid)})
	w.want(200, p, err)
	h, err := w.officer.HoldEventWithResponse(ctx, eid, &client.HoldEventParams{IfMatch: w.seen("/sosialisasi-events/" + eid)}, client.HoldEventJSONRequestBody{})
	w.want(200, h, err)
	a, err := w.officer.RecordEventAttendancesWithResponse(ctx, eid, nil, body[client.RecordEventAttendancesJSONRequestBody](w.t, map[string]any{"proof": "list",
		"items": []any{map[string]any{"asn_id": w.budi, "mode": "on_site"}, map[string]any{"asn_id": w.siti, "mode": "online"}}}))
	w.want(200, a, err)
	for _, o := range a.JSON200.Items {
		if o.Outcome != "recorded" {
			w.t.Errorf("attendance: %+v", o)
		}
	}
	c, err := w.officer.GetEventCoverageWithResponse(ctx, eid, &client.GetEventCoverageParams{})
	w.want(200, c, err)
}

func (w *walk) circular() {
	ctx := w.t.Context()
	c, err := w.officer.CreateCircularWithResponse(ctx, nil, body[client.CreateCircularJSONRequestBody](w.t, map[string]any{
		"number": "100.3.4.3/1234/BKPSDM/2024", "signed_on": "2024-05-02", "subject": "Netralitas ASN", "signatory_office": "appointing_authority",
		"points": []string{"ASN wajib netral."}, "addressees": map[string]any{}}))
	w.want(201, c, err)
	i, err := w.officer.IssueCircularWithResponse(ctx, c.JSON201.Id, &client.IssueCircularParams{IfMatch: w.seen("/circulars/" + c.JSON201.Id)})
	w.want(200, i, err)
	a, err := w.theSiti.AcknowledgeCircularWithResponse(ctx, c.JSON201.Id, nil, body[client.AcknowledgeCircularJSONRequestBody](w.t, map[string]any{"text_sha256": *i.JSON200.TextSha256}))
	w.want(201, a, err)
}

// pact: approved by two, published, signed by the ASN's own login.
func (w *walk) pact() {
	ctx := w.t.Context()
	d, err := w.officer.CreatePactTextWithResponse(ctx, nil, body[client.CreatePactTextJSONRequestBody](w.t, map[string]any{"election_id": pilkada, "title": pactTitle, "consent": pactConsent}))
	w.want(201, d, err)
	text := d.JSON201.Id
	sub, err := w.officer.SubmitPactTextWithResponse(ctx, text, &client.SubmitPactTextParams{IfMatch: w.seen("/pact-texts/" + text)})
	w.want(200, sub, err)
	for _, by := range []*client.ClientWithResponses{w.sekda, w.mayor} {
		a, err := by.ApprovePactTextWithResponse(ctx, text, &client.ApprovePactTextParams{IfMatch: w.seen("/pact-texts/" + text)}, client.ApprovePactTextJSONRequestBody{TextSha256: sub.JSON200.TextSha256})
		w.want(200, a, err)
	}
	pub, err := w.officer.PublishPactTextWithResponse(ctx, text, &client.PublishPactTextParams{IfMatch: w.seen("/pact-texts/" + text)})
	w.want(200, pub, err)
	c, err := w.officer.CreatePactCampaignWithResponse(ctx, nil, body[client.CreatePactCampaignJSONRequestBody](w.t, map[string]any{"pact_text_id": text,
		"title": "Pakta integritas Pilkada 2024", "due_on": "2099-01-01", "rule": map[string]any{}}))
	w.want(201, c, err)
	o, err := w.officer.OpenPactCampaignWithResponse(ctx, c.JSON201.Id, &client.OpenPactCampaignParams{IfMatch: w.seen("/pact-campaigns/" + c.JSON201.Id)}, client.OpenPactCampaignJSONRequestBody{})
	w.want(200, o, err)
	sig, err := w.theSiti.SignPactWithResponse(ctx, nil, client.SignPactJSONRequestBody{CampaignId: c.JSON201.Id, TextSha256: pub.JSON200.TextSha256, Consent: true})
	w.want(201, sig, err)
	v, err := w.anybody.VerifyPactWithResponse(ctx, client.VerifyPactJSONRequestBody{Code: sig.JSON201.ReceiptCode})
	w.want(200, v, err)
	if !v.JSON200.Valid {
		w.t.Errorf("the receipt does not verify: %s", v.Body)
	}
}

// report: without an account; the code tells how it stands; it becomes a case.
func (w *walk) report() {
	ctx := w.t.Context()
	r, err := w.anybody.CreatePublicReportWithResponse(ctx, nil, body[client.CreatePublicReportJSONRequestBody](w.t, map[string]any{"government": "36.71",
		"narrative": "Menyukai unggahan pasangan calon nomor satu.", "act_on": "2024-10-05", "acts": []string{"like"},
		"subjects": []any{map[string]any{"name": "Siti Aminah", "workplace": "Dinas Kesehatan"}}}))
	w.want(201, r, err)
	code := client.ReadReportStatusJSONRequestBody{Code: r.JSON201.TrackingCode}
	st, err := w.anybody.ReadReportStatusWithResponse(ctx, code)
	w.want(200, st, err)
	if st.JSON200.Status != "received" {
		w.t.Errorf("the reporter reads %s", st.JSON200.Status)
	}
	list, err := w.officer.ListReportsWithResponse(ctx, &client.ListReportsParams{})
	w.want(200, list, err)
	rid := list.JSON200.Items[0].Id
	v, err := w.officer.VerifyReportWithResponse(ctx, rid, &client.VerifyReportParams{IfMatch: w.seen("/reports/" + rid)}, client.VerifyReportJSONRequestBody{})
	w.want(200, v, err)
	m, err := w.officer.MatchReportSubjectWithResponse(ctx, rid, nil, body[client.MatchReportSubjectJSONRequestBody](w.t, map[string]any{"subject_sequence": 1, "asn_id": w.siti}))
	w.want(200, m, err)
	c, err := w.officer.OpenCasesWithResponse(ctx, nil, body[client.OpenCasesJSONRequestBody](w.t, map[string]any{"kind": "report", "report_id": rid,
		"act_on": "2024-10-05", "track": "discipline", "violation_types": []string{"candidate_social_media_engagement"}, "acts": []string{"like"},
		"election_id": pilkada, "candidate_status": "determined", "accusation": "Menyukai unggahan pasangan calon.",
		"subjects": []any{map[string]any{"asn_id": w.siti}}}))
	w.want(201, c, err)
	if st, err = w.anybody.ReadReportStatusWithResponse(ctx, code); err != nil || st.JSON200 == nil || st.JSON200.Status != "being_handled" {
		w.t.Errorf("after a case was opened the reporter reads %s (%v)", st.Body, err)
	}
	done, err := w.officer.CloseCaseWithResponse(ctx, c.JSON201.Items[0].Id, &client.CloseCaseParams{IfMatch: w.seen("/cases/" + c.JSON201.Items[0].Id)}, body[client.CloseCaseJSONRequestBody](w.t, map[string]any{
		"closed_on": w.today(), "closing_reason": "already_sanctioned", "reason": "Diperiksa atas temuan Bawaslu."}))
	w.want(200, done, err)
}

// examination: Bawaslu's finding becomes the case that is examined.
func (w *walk) examination() {
	ctx := w.t.Context()
	org, err := w.client(w.platform()).CreateOrganisationWithResponse(ctx, nil, body[client.CreateOrganisationJSONRequestBody](w.t, map[string]any{"kind": "bawaslu",
		"level": "regency_city", "name": "Bawaslu Kota Tangerang", "abbreviation": "Bawaslu", "region_code": "36.71", "valid_from": "2018-08-15"}))
	w.want(201, org, err)
	w.bawaslu = org.JSON201.Id
	r, err := w.officer.CreateReportWithResponse(ctx, nil, body[client.CreateReportJSONRequestBody](w.t, map[string]any{"origin": "bawaslu", "kind": "finding",
		"organisation_id": w.bawaslu, "number": "001/Reg/TM/PW/Kota/36.71/X/2024", "narrative": "Temuan pengawas.", "act_on": "2024-10-05",
		"received_on": "2024-10-08", "subjects": []any{map[string]any{"name": "Siti Aminah"}}}))
	w.want(201, r, err)
	rid := r.JSON201.Id
	m, err := w.officer.MatchReportSubjectWithResponse(ctx, rid, nil, body[client.MatchReportSubjectJSONRequestBody](w.t, map[string]any{"subject_sequence": 1, "asn_id": w.siti}))
	w.want(200, m, err)
	v, err := w.officer.VerifyReportWithResponse(ctx, rid, &client.VerifyReportParams{IfMatch: w.seen("/reports/" + rid)}, client.VerifyReportJSONRequestBody{})
	w.want(200, v, err)
	c, err := w.officer.OpenCasesWithResponse(ctx, nil, body[client.OpenCasesJSONRequestBody](w.t, map[string]any{"kind": "report", "report_id": rid, "registered_on": "2024-10-10",
		"act_on": "2024-10-05", "track": "discipline", "violation_types": []string{"candidate_social_media_engagement"}, "acts": []string{"like"},
		"election_id": pilkada, "candidate_status": "determined", "accusation": "Menyukai unggahan pasangan calon.",
		"subjects": []any{map[string]any{"asn_id": w.siti}}}))
	w.want(201, c, err)
	w.sitiCase = c.JSON201.Items[0].Id
	s, err := w.officer.SummonCaseSubjectWithResponse(ctx, w.sitiCase, &client.SummonCaseSubjectParams{IfMatch: w.seen("/cases/" + w.sitiCase)}, body[client.SummonCaseSubjectJSONRequestBody](w.t, map[string]any{
		"issued_on": "2024-10-14", "appear_on": "2024-10-24", "place": "Ruang rapat"}))
	w.want(200, s, err)
	x, err := w.officer.ExamineCaseSubjectWithResponse(ctx, w.sitiCase, &client.ExamineCaseSubjectParams{IfMatch: w.seen("/cases/" + w.sitiCase)}, body[client.ExamineCaseSubjectJSONRequestBody](w.t, map[string]any{
		"held_on": "2024-10-24", "outcome": "signed", "examiner_ids": []string{w.budi}, "record": "Terperiksa hadir.", "answer": "Benar."}))
	w.want(200, x, err)
	n, err := w.officer.RecommendInCaseWithResponse(ctx, w.sitiCase, &client.RecommendInCaseParams{IfMatch: w.seen("/cases/" + w.sitiCase)}, body[client.RecommendInCaseJSONRequestBody](w.t, map[string]any{
		"given_on": "2024-11-04", "given_by": "examiners", "proven": true, "opinion": "Terbukti."}))
	w.want(200, n, err)
}

func (w *walk) sanction() {
	ctx := w.t.Context()
	s, err := w.officer.ImposeSanctionWithResponse(ctx, nil, body[client.ImposeSanctionJSONRequestBody](w.t, map[string]any{"case_id": w.sitiCase,
		"sanction_type": "position_release", "decision_number": "800/32/2024", "decided_on": "2024-11-11",
		"signatory": map[string]any{"mandate_id": w.mandate}, "legal_basis": "PP 94/2021 Pasal 14"}))
	w.want(201, s, err)
	sid := s.JSON201.Id
	d, err := w.officer.DeliverSanctionWithResponse(ctx, sid, &client.DeliverSanctionParams{IfMatch: w.seen("/sanctions/" + sid)}, body[client.DeliverSanctionJSONRequestBody](w.t, map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}))
	w.want(200, d, err)
	f, err := w.officer.PutSanctionIntoEffectWithResponse(ctx, sid, &client.PutSanctionIntoEffectParams{IfMatch: w.seen("/sanctions/" + sid)}, client.PutSanctionIntoEffectJSONRequestBody{})
	w.want(200, f, err)
	x, err := w.officer.ExecuteSanctionWithResponse(ctx, sid, &client.ExecuteSanctionParams{IfMatch: w.seen("/sanctions/" + sid)}, body[client.ExecuteSanctionJSONRequestBody](w.t, map[string]any{
		"executed_on": "2024-12-16", "executed_by": "BKPSDM", "proof": "SK 800/40/2024"}))
	w.want(200, x, err)
	c, err := w.theSiti.GetCaseWithResponse(ctx, w.sitiCase)
	w.want(403, c, err) // opened with a printed code: not enough for an own case
}

// oversight: Bawaslu's machine signs in with its own secret and pulls its own
// matter, by its own number.
func (w *walk) oversight() {
	ctx := w.t.Context()
	admin := w.client(w.platform())
	c, err := admin.CreateClientWithResponse(ctx, nil, body[client.CreateClientJSONRequestBody](w.t, map[string]any{"name": "Bawaslu Kota Tangerang",
		"organisation_id": w.bawaslu, "government_ids": []string{w.g.ID.String()}, "scopes": []string{"casestatus.read"}, "expires_on": "2099-01-01"}))
	w.want(201, c, err)
	secret, err := admin.CreateClientSecretWithResponse(ctx, c.JSON201.Id, nil, client.CreateClientSecretJSONRequestBody{})
	w.want(201, secret, err)
	token := w.s.Token("grant_type", "client_credentials", "client_id", c.JSON201.Id, "client_secret", secret.JSON201.ClientSecret).Expect(200).Text("access_token")
	w.machine = w.client(token)
	number := "001 REG TM PW KOTA 36.71 X 2024"
	st, err := w.machine.ListCaseStatusesWithResponse(ctx, &client.ListCaseStatusesParams{TheirNumber: &number})
	w.want(200, st, err)
	if len(st.JSON200.Items) != 1 || st.JSON200.Items[0].Status != "sanction_in_force" {
		w.t.Errorf("Bawaslu reads %s", st.Body)
	}
	all, err := w.machine.ListCaseStatusesWithResponse(ctx, &client.ListCaseStatusesParams{})
	w.want(200, all, err)
	if len(all.JSON200.Items) != 1 {
		w.t.Errorf("Bawaslu sees matters that are not its own: %s", all.Body)
	}
	hidden, err := w.machine.ListReportsWithResponse(ctx, &client.ListReportsParams{})
	w.want(403, hidden, err)
}

// platform is a token of the installation's administrator.
func (w *walk) platform() string {
	w.t.Helper()
	a := w.s.Account(government.Government{Tenant: authz.Platform}, fmt.Sprintf("admin-%s@example.id", id.New(w.t.Context())), nil, authz.PlatformAdmin)
	return w.s.SignedIn(a.ID, id.Nil).Token()
}

// today is the legal day in the government's zone, UTC+7.
func (w *walk) today() string { return w.s.Now().UTC().Add(7 * time.Hour).Format(time.DateOnly) }

// body makes a typed request from a map; an unknown field fails the test.
func body[T any](t *testing.T, fields map[string]any) (out T) {
	t.Helper()
	b, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%s does not fit the contract: %v", b, err)
	}
	return out
}

// want ends the test when an answer has another status.
func (w *walk) want(status int, answer interface {
	StatusCode() int
	GetBody() []byte
}, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	if answer.StatusCode() != status {
		w.t.Fatalf("got %d, want %d: %s", answer.StatusCode(), status, answer.GetBody())
	}
}
