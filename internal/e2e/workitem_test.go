package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// work lists what waits for somebody, as "kind object".
func work(c *harness.Caller) []string {
	var list struct {
		Items []struct {
			Kind     string `json:"kind"`
			ObjectID string `json:"object_id"`
		} `json:"items"`
	}
	c.Get("/me/work-items").Expect(200).Into(&list)
	out := make([]string, 0, len(list.Items))
	for _, i := range list.Items {
		out = append(out, i.Kind+" "+i.ObjectID)
	}
	return out
}

// waits holds what waits for somebody against what is wanted, in order.
func waits(t *testing.T, who string, c *harness.Caller, want ...string) {
	t.Helper()
	if got := work(c); !slices.Equal(got, want) {
		t.Errorf("%s: %v waits, want %v", who, got, want)
	}
}

// as calls with the role of a real account, which may be given a task.
func as(s *harness.Server, g government.Government, a identity.Account, r authz.Role, with ...func(*authz.Principal)) *harness.Caller {
	return s.As(r, g, append(with, func(p *authz.Principal) { p.ID = a.ID })...)
}

// Proves O9, C3: what a civil servant must do stands in one list by due date
// until it is done, in pages that lose nothing, with a cheap answer when nothing
// has changed; nobody sees another's.
func TestWork_OfACivilServant(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	mandate(s, h.g)
	andi := s.As(authz.ASN, h.g, harness.Being(parsed(t, h.andi)))
	chief := s.As(authz.ASN, h.g, harness.Being(parsed(t, h.chief)))
	waits(t, "at first", andi)

	circular := circularOf(s, h.g, "SE/1/2024")
	campaign, sha := openPact(s, h.g, map[string]any{"opd_ids": []string{h.own}})
	soon := time.Now().Add(30 * time.Minute)
	meeting := publishedEvent(s, h.g, eventDraft(map[string]any{"starts_at": at(soon), "ends_at": at(soon.Add(time.Hour))}), invitedOnline)
	waits(t, "with all", andi, "event_invitation "+meeting, "pact_signature "+campaign, "circular_acknowledgement "+circular)
	if got := work(s.As(authz.ASN, s.Government("36.71", "Kota Tangerang"), harness.Being(parsed(t, h.andi)))); len(got) != 0 {
		t.Errorf("another government shows %v", got)
	}

	first := andi.Get("/me/work-items").Expect(200)
	if first.Text("items.1.due_on") != "2099-01-01" || first.Text("items.1.overdue") != "false" || first.Text("items.1.href") != "/api/v1/me/pacts" ||
		first.Text("items.1.allowed_steps") != `["signature","refusal"]` || first.Text("items.2.due_on") != "" ||
		!strings.Contains(first.Text("items.2.title.id"), "SE/1/2024") || !strings.HasPrefix(first.Text("items.2.title.en"), "Read circular SE/1/2024 on ") {
		t.Errorf("got %s", first.Body)
	}
	andi.Raw(http.MethodGet, "/me/work-items", http.Header{"If-None-Match": {first.Header.Get("ETag")}}, http.NoBody).Expect(304)
	paged(t, andi, work(andi))

	andi.Post("/circulars/"+circular+"/acknowledgements", map[string]any{"text_sha256": andi.Get("/circulars/" + circular).Expect(200).Text("text_sha256")}).Expect(201)
	andi.Post("/pact-signatures", consentTo(campaign, sha)).Expect(201)
	waits(t, "after reading and signing", andi, "event_invitation "+meeting)
	s.As(authz.AgencyOfficer, h.g).Post("/sosialisasi-events/"+meeting+"/delegations", map[string]any{"asn_id": h.andi, "delegate_id": h.chief}).Expect(200)
	waits(t, "after sending a delegate", andi)
	waits(t, "somebody not asked to sign", chief, "event_invitation "+meeting, "circular_acknowledgement "+circular)
	andi.Raw(http.MethodGet, "/me/work-items", http.Header{"If-None-Match": {first.Header.Get("ETag")}}, http.NoBody).Expect(200)
}

// paged walks the list one by one.
func paged(t *testing.T, c *harness.Caller, want []string) {
	t.Helper()
	var got []string
	path := "/me/work-items?limit=1"
	for range want {
		a := c.Get(path).Expect(200)
		got = append(got, a.Text("items.0.kind")+" "+a.Text("items.0.object_id"))
		if a.Text("next_cursor") == "" {
			break
		}
		path = "/me/work-items?limit=1&cursor=" + a.Text("next_cursor")
	}
	if !slices.Equal(got, want) {
		t.Errorf("in pages of one: %v, want %v", got, want)
	}
}

// Proves O9, T-11, T-26: officers find what waits for them and nobody else:
// reports not behind the wall, the cases given to them, what they examine and
// decide, what needs a second person, what was imposed, recommended, planned.
func TestWork_OfOfficers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	handler := s.Account(o.g, "penangan@x.example", nil, authz.AgencyOfficer)
	officer := as(s, o.g, handler, authz.AgencyOfficer)
	accused := s.As(authz.AgencyOfficer, o.g, harness.Being(parsed(t, o.subject)))

	report := o.officer.Post("/reports", map[string]any{"origin": "letter", "kind": "report", "narrative": "Surat warga.", "subjects": []map[string]any{{"name": "Pegawai"}}}).Expect(201).Text("id")
	o.officer.Post("/reports/"+report+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": o.subject}).Expect(200)
	waits(t, "an officer", officer, "report_verification "+report)
	waits(t, "the accused, an officer too", accused)
	neutral := person(s, o.g, unit(s, o.g, "inspektorat", ""), "Netral", 77)
	o.officer.Post("/reports/"+report+"/assignments", map[string]any{"asn_id": neutral}).Expect(200)
	waits(t, "an officer not in charge", officer)
	waits(t, "the officer in charge", s.As(authz.AgencyOfficer, o.g, harness.Being(parsed(t, neutral)), func(p *authz.Principal) { p.ID = id.ForName("head") }), "report_verification "+report)

	c := o.open(nil)
	o.officer.Post("/cases/"+c+"/assignments", map[string]any{"account_id": handler.ID.String()}).Expect(200)
	waits(t, "who handles the case", officer, "case_handling "+c)
	waits(t, "another officer", s.As(authz.AgencyOfficer, o.g))
	waits(t, "the superior", o.thePengawas, "case_examination "+c)
	waits(t, "the next higher one", o.theAdministrator)
	o.examined(c)
	waits(t, "the superior, when it is done", o.thePengawas)
	waits(t, "who decides", o.regent, "case_decision "+c)
	waits(t, "the subject, an official too", s.As(authz.AppointingAuth, o.g, harness.Being(parsed(t, o.subject))))
	sanction := o.officer.Post("/sanctions", o.decision(c, "position_release", nil)).Expect(201).Text("id")
	waits(t, "who hands it over", o.officer, "sanction_step "+sanction)
	// 14 working days after 11 November; 27 November is a holiday, the day of voting.
	if got := o.officer.Get("/me/work-items").Expect(200); got.Text("items.0.due_on") != "2024-12-02" || got.Text("items.0.overdue") != "true" || !strings.Contains(got.Text("items.0.allowed_steps"), "delivery") {
		t.Errorf("the delivery: %s", got.Body)
	}
	waits(t, "who decided", o.regent)
}

// Proves T-26, C5, B3, X2: what waits for a second person shows to others than
// the first; planned follow-ups, compared files and open recommendations show.
func TestWork_SecondPersonsAndPlans(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	agency := s.As(authz.AgencyOfficer, h.g)
	text := draftText(s, h.g)
	sha := agency.Post("/pact-texts/"+text+"/submission", nil).Expect(200).Text("text_sha256")
	sekda, regent := s.As(authz.AuthorisedOfficial, h.g), s.As(authz.AppointingAuth, h.g)
	sekda.Post("/pact-texts/"+text+"/approvals", map[string]any{"text_sha256": sha}).Expect(200)
	waits(t, "who approved", sekda)
	waits(t, "the second", regent, "pact_text_approval "+text)
	regent.Post("/pact-texts/"+text+"/approvals", map[string]any{"text_sha256": sha}).Expect(200)
	waits(t, "the second, afterwards", regent)
	waits(t, "who publishes", agency, "pact_text_publication "+text)
	agency.Post("/pact-texts/"+text+"/publication", nil).Expect(200)

	kasubag := s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.own)), harness.Being(parsed(t, h.head)))
	recent, next := time.Now().AddDate(0, 0, -7).Format("2006-01-02"), time.Now().AddDate(0, 1, 0).Format("2006-01-02")
	entry := coached(s, h.g, map[string]any{"asn_id": h.andi, "held_on": recent, "follow_up_on": next})
	waits(t, "the unit's officer", kasubag, "coaching_follow_up "+entry)
	waits(t, "another unit's officer", s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.far))))

	imports := officerOf(s, h.g)
	file := imports.send(t, "?mode=dry_run", "text/csv", sheetCSV("NIP;Nama;OPD", nipOf(20)+";RUDI HARTONO;dinas-a")).Expect(202).Text("id")
	imports.await(t, file, "ready")
	body := s.As(authz.PlatformAdmin, h.g).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "Badan Kepegawaian Negara", "valid_from": "1972-07-15"}).Expect(201).Text("id")
	rec := agency.Post("/recommendations", map[string]any{"organisation_id": body, "number": "R-1", "issued_on": "2024-02-26", "received_on": "2024-03-04",
		"subjects": []map[string]any{{"asn_id": h.budi, "text": "Sanksi moral"}}}).Expect(201).Text("id")
	meeting := publishedEvent(s, h.g, eventDraft(map[string]any{"kind": "rapat_koordinasi"}), invitedOnline)
	waits(t, "the agency", agency, "recommendation_follow_up "+rec, "event_holding "+meeting, "coaching_follow_up "+entry, "import_application "+file)
	agency.Post("/sosialisasi-events/"+meeting+"/holding", map[string]any{}).Expect(200)
	point := agency.Post("/sosialisasi-events/"+meeting+"/action-points", map[string]any{"text": "Kanal bersama", "owner": "BKPSDM"}).Expect(201).Text("id")
	waits(t, "the agency, after the meeting", agency, "recommendation_follow_up "+rec, "coaching_follow_up "+entry, "event_action_point "+point, "import_application "+file)
	waits(t, "the operator of the installation", s.As(authz.PlatformAdmin, h.g))
}
