package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// at writes an instant as the API does.
func at(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// outcomes holds the outcomes of a bulk answer against what is wanted.
func outcomes(t *testing.T, a *harness.Answer, want ...string) {
	t.Helper()
	a.Expect(200)
	if a.Len("items") != len(want) {
		t.Fatalf("%d outcomes, want %v: %s", a.Len("items"), want, a.Body)
	}
	for i, w := range want {
		if got := a.Text(fmt.Sprintf("items.%d.outcome", i)); got != w {
			t.Errorf("line %d is %s, want %s", i, got, w)
		}
	}
}

// Proves D1, D3, D12, A3, K5: a coordination meeting is planned with all that
// belongs to it, opened by a delegate of the day, moved with a reason, held with
// its guests, and leaves minutes and action points.
func TestEvent_CoordinationMeetingFromPlanToActionPoints(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("32.01", "Kabupaten Bogor")
	officer := s.As(authz.AgencyOfficer, g)
	pj := regent(s, g, "Pj. Bupati Bogor", "2023-12-30", "2025-02-20")
	delegate := officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "delegate", "holder_name": "Asisten Pemkesra",
		"title": "a.n. Pj. Bupati Bogor", "basis": "Surat tugas", "powers": []string{"open_events"}, "delegates_id": pj, "valid_from": "2024-07-30", "valid_until": "2024-07-30"}).Expect(201).Text("id")
	draft := eventDraft(map[string]any{"kind": "rapat_koordinasi", "mode": "on_site", "starts_at": "2024-07-29T17:30:00Z", "ends_at": "2024-07-30T05:00:00Z",
		"venue":     map[string]any{"name": "Hotel", "address": "Bogor", "capacity": 120},
		"agenda":    []any{map[string]any{"starts_at": "2024-07-30T02:00:00Z", "title": "Pembukaan"}},
		"speakers":  []any{map[string]any{"name": "Bambang", "title": "Analis", "institution": "Badan Kepegawaian Negara"}},
		"materials": []any{map[string]any{"title": "SKB", "legal_source_codes": []string{"skb_netralitas_2022"}}},
		"guests":    []any{map[string]any{"name": "Ridwan", "title": "Ketua", "institution": "Bawaslu Kabupaten Bogor", "kind": "bawaslu"}},
		"opening":   map[string]any{"office": "appointing_authority", "mandate_id": delegate}})
	e := officer.Post("/sosialisasi-events", draft).Expect(201)
	if e.Text("legal_day") != "2024-07-30" || e.Text("opening.title") != "a.n. Pj. Bupati Bogor" || e.Text("speakers.0.institution") != "Badan Kepegawaian Negara" ||
		e.Text("materials.0.legal_source_codes") != `["skb_netralitas_2022"]` || e.Text("state") != "draft" {
		t.Errorf("the draft: %s", e.Body)
	}
	path := "/sosialisasi-events/" + e.Text("id")
	officer.Patch(path, map[string]any{"starts_at": "2024-07-31T02:00:00Z", "ends_at": "2024-07-31T05:00:00Z"}).ExpectCode(422, "event.no_mandate")
	officer.Patch(path, map[string]any{"materials": []any{map[string]any{"title": "x", "legal_source_codes": []string{"tidak_ada"}}}}).ExpectCode(422, "reference.code_unknown")
	officer.Post(path+"/minutes", map[string]any{"text": "x"}).ExpectCode(409, "event.wrong_step")
	officer.Post(path+"/publication", nil).Expect(200)
	officer.Patch(path, map[string]any{"venue": map[string]any{"name": "Pendopo"}}).ExpectCode(422, "event.move_reason_needed")
	moved := officer.Patch(path, map[string]any{"venue": map[string]any{"name": "Pendopo"}, "move_reason": "hotel penuh"}).Expect(200)
	if moved.Text("moves.0.venue_name") != "Hotel" || moved.Text("venue.name") != "Pendopo" {
		t.Errorf("moved: %s", moved.Body)
	}
	held := officer.Post(path+"/holding", map[string]any{"guests": []any{map[string]any{"name": "Sekretaris", "institution": "Bawaslu Kabupaten Bogor", "kind": "bawaslu",
		"represents": "Ketua", "attended": true}}}).Expect(200)
	if held.Text("state") != "held" || held.Text("guests.0.represents") != "Ketua" || held.Text("recorded_later") != "true" {
		t.Errorf("held: %s", held.Body)
	}
	if got := officer.Post(path+"/minutes", map[string]any{"text": "Sepakat. \r\n"}).Expect(200).Text("minutes"); got != "Sepakat." {
		t.Errorf("minutes are %q", got)
	}
	point := officer.Post(path+"/action-points", map[string]any{"text": "Kanal bersama", "owner": "Ketua Bawaslu", "due_on": "2024-08-15"}).Expect(201).Text("id")
	done := path + "/action-points/" + point + "/completion"
	officer.Post(done, map[string]any{"done_on": "2024-07-29"}).ExpectCode(422, "event.day_impossible")
	officer.Post(done, map[string]any{"done_on": "2024-08-12", "result": "Dibuka"}).Expect(200)
	officer.Post(done, map[string]any{"done_on": "2024-08-12"}).ExpectCode(409, "event.action_point_done")
	if got := officer.Get(path + "/action-points").Expect(200); got.Text("items.0.done_on") != "2024-08-12" {
		t.Errorf("action points: %s", got.Body)
	}
	officer.Post(path+"/cancellation", map[string]any{"reason": "x"}).ExpectCode(409, "event.wrong_step")
	other := s.Government("36.03", "Kabupaten Tangerang")
	s.As(authz.AgencyOfficer, other).Get(path).ExpectCode(404, "request.not_found")
	if n := s.As(authz.AgencyOfficer, other).Get("/sosialisasi-events").Expect(200).Len("items"); n != 0 {
		t.Errorf("another government lists %d events", n)
	}
}

// hall is a government with two units, one below the first, and a head each.
type hall struct {
	g                       government.Government
	own, below, far         string
	head, andi, budi, chief string // head and andi of own, budi below, chief of far
}

func newHall(s *harness.Server) hall {
	h := hall{g: s.Government("36.03", "Kabupaten Tangerang")}
	h.own, h.far = unit(s, h.g, "dinas-a", ""), unit(s, h.g, "dinas-b", "")
	h.below = unit(s, h.g, "a-1", h.own)
	h.head, h.andi, h.budi, h.chief = person(s, h.g, h.own, "Hasan", 1), person(s, h.g, h.own, "Andi", 2), person(s, h.g, h.below, "Budi", 3), person(s, h.g, h.far, "Chandra", 4)
	for u, p := range map[string]string{h.own: h.head, h.far: h.chief} {
		s.As(authz.AgencyOfficer, h.g).Post("/opd/"+u+"/officers", map[string]any{"office": "head", "asn_id": p, "holder_kind": "definitive", "valid_from": "2023-01-01"}).Expect(201)
	}
	return h
}

// headsOnSite invites heads to the hall and all others online.
var headsOnSite = []any{map[string]any{"mode": "on_site", "people": map[string]any{"offices": []string{"head"}}}, invitedOnline[0]}

// Proves D2, D4, D8, D13, T-28: heads on site and all others online; the officer
// of a unit confirms the own office by exception, sends a delegate, strikes and
// corrects, and fills no other unit; coverage adds up; nothing is erased.
func TestEvent_HybridAttendanceByUnits(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	agency, kasubag := s.As(authz.AgencyOfficer, h.g), s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.own)))
	agency.Post("/asn/"+h.budi+"/absences", map[string]any{"kind": "unpaid_state_leave", "valid_from": "2024-05-01"}).Expect(201)
	eid := publishedEvent(s, h.g, eventDraft(nil), headsOnSite)
	path := "/sosialisasi-events/" + eid
	newcomer, walker := person(s, h.g, h.own, "Zaki", 5), person(s, h.g, h.far, "Yusuf", 6)

	mine := kasubag.Get(path + "/invitees").Expect(200)
	if mine.Len("items") != 3 || mine.Text("items.0.name") != "Andi" || mine.Text("items.0.invited") != "online" || mine.Text("items.2.invited") != "on_site" || mine.Text("items.1.excused") != "true" {
		t.Errorf("invitees of the unit: %s", mine.Body)
	}
	kasubag.Post(path+"/office-groups", map[string]any{"opd_id": h.far, "except_ids": []string{}}).ExpectCode(404, "request.not_found")
	line := func(p, mode string) map[string]any { return map[string]any{"asn_id": p, "mode": mode} }
	outcomes(t, kasubag.Post(path+"/attendances", map[string]any{"proof": "list", "items": []any{line(h.chief, "on_site"), line(nowhere, "online")}}), "not_found", "not_found")
	s.As(authz.OPDHead, h.g, harness.Under(parsed(t, h.own))).Post(path+"/attendances", map[string]any{"proof": "list", "items": []any{line(h.andi, "online")}}).ExpectCode(403, "auth.not_permitted")
	kasubag.Post(path+"/delegations", map[string]any{"asn_id": h.head, "delegate_id": h.chief}).ExpectCode(404, "request.not_found")
	kasubag.Post(path+"/delegations", map[string]any{"asn_id": h.head, "delegate_id": h.head}).ExpectCode(422, "event.delegate_self")
	if got := kasubag.Post(path+"/delegations", map[string]any{"asn_id": h.head, "delegate_id": newcomer}).Expect(200); got.Text("delegate_id") != newcomer {
		t.Errorf("the delegate: %s", got.Body)
	}

	group := kasubag.Post(path+"/office-groups", map[string]any{"opd_id": h.own, "place": "Aula", "except_ids": []string{}}).Expect(201)
	if group.Text("confirmed") != "1" || group.Text("recorded_later") != "true" { // Andi; Budi is excused, the head was invited to the hall
		t.Errorf("the office: %s", group.Body)
	}
	kasubag.Post(path+"/office-groups", map[string]any{"opd_id": h.own, "except_ids": []string{}}).ExpectCode(409, "event.nobody_to_confirm")
	outcomes(t, agency.Post(path+"/attendances", map[string]any{"proof": "paper", "note": "Daftar hadir", "items": []any{line(newcomer, "on_site"), line(h.chief, "on_site"),
		line(walker, "on_site"), line(h.andi, "on_site")}}), "recorded", "recorded", "walk_in", "already")

	total := func(c *harness.Caller) string { return c.Get(path + "/coverage").Expect(200).Text("total") }
	if got, want := total(kasubag), `{"excused":1,"invited":3,"office_group":1,"on_site":1,"online":0,"represented":1,"unreached":0,"walk_ins":0}`; got != want {
		t.Errorf("the unit's coverage is %s, want %s", got, want)
	}
	if got, want := total(agency), `{"excused":1,"invited":4,"office_group":1,"on_site":3,"online":0,"represented":1,"unreached":0,"walk_ins":1}`; got != want {
		t.Errorf("the coverage is %s, want %s", got, want)
	}

	outcomes(t, kasubag.Post(path+"/attendance-strikes", map[string]any{"asn_ids": []string{h.andi, h.chief}, "reason": "tidak hadir"}), "struck", "not_found")
	outcomes(t, kasubag.Post(path+"/attendance-strikes", map[string]any{"asn_ids": []string{h.andi}, "reason": "lagi"}), "not_found")
	if got := kasubag.Get(path + "/invitees?attended=false").Expect(200); got.Len("items") != 2 || got.Text("items.0.asn_id") != h.andi {
		t.Errorf("who did not attend: %s", got.Body)
	}
	outcomes(t, kasubag.Post(path+"/attendances", map[string]any{"proof": "office_statement", "items": []any{line(h.andi, "online")}}), "recorded")
	if got := kasubag.Get(path + "/attendances?struck=true").Expect(200); got.Len("items") != 1 || got.Text("items.0.strike_reason") != "tidak hadir" || got.Text("items.0.entry") != "1" {
		t.Errorf("struck entries: %s", got.Body)
	}
	if got := kasubag.Get(path + "/attendances").Expect(200); got.Len("items") != 2 || got.Text("items.0.entry") != "2" || got.Text("items.1.delegate_of_id") != h.head {
		t.Errorf("standing entries: %s", got.Body)
	}
	if got := kasubag.Get(path + "/office-groups").Expect(200); got.Len("items") != 1 || got.Text("items.0.opd_id") != h.own {
		t.Errorf("offices: %s", got.Body)
	}
	s.As(authz.OPDHead, h.g, harness.Under(parsed(t, h.far))).Get(path + "/office-groups").Expect(200)
}

// Proves D3, D13: over the rounds of a series one can tell who was never
// reached, and invite those alone; a round exists once.
func TestEvent_SeriesTellsWhoWasNeverReached(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	agency, kasubag := s.As(authz.AgencyOfficer, h.g), s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.own)))
	agency.Post("/event-series", map[string]any{"name": "x", "election_id": nowhere}).ExpectCode(404, "request.not_found")
	series := agency.Post("/event-series", map[string]any{"name": "Sosialisasi Pilkada 2024", "election_id": pilkada}).Expect(201).Text("id")
	first := publishedEvent(s, h.g, eventDraft(map[string]any{"series_id": series, "round": 1}), headsOnSite)
	agency.Post("/sosialisasi-events", eventDraft(map[string]any{"series_id": series, "round": 1})).ExpectCode(409, "event.round_taken")
	agency.Post("/sosialisasi-events", eventDraft(map[string]any{"series_id": series})).ExpectCode(422, "event.invalid")
	agency.Post("/sosialisasi-events", eventDraft(map[string]any{"series_id": nowhere, "round": 2})).ExpectCode(404, "request.not_found")
	outcomes(t, agency.Post("/sosialisasi-events/"+first+"/attendances", map[string]any{"proof": "list", "items": []any{
		map[string]any{"asn_id": h.head, "mode": "on_site"}, map[string]any{"asn_id": h.chief, "mode": "on_site"}}}), "recorded", "recorded")
	agency.Post("/asn/"+h.budi+"/absences", map[string]any{"kind": "study", "valid_from": "2024-05-01"}).Expect(201)

	if got := agency.Get("/event-series/" + series + "/coverage").Expect(200); got.Len("items") != 3 || got.Text("total") != `{"excused":1,"in_service":4,"reached":2,"unreached":1}` {
		t.Errorf("coverage of the series: %s", got.Body)
	}
	if got := kasubag.Get("/event-series/" + series + "/coverage").Expect(200).Text("total"); got != `{"excused":1,"in_service":3,"reached":1,"unreached":1}` {
		t.Errorf("coverage of the unit: %s", got)
	}
	never := agency.Get("/event-series/" + series + "/unreached").Expect(200)
	if never.Len("items") != 2 || never.Text("items.0.asn_id") != h.andi || never.Text("items.1.excused") != "true" {
		t.Errorf("never reached: %s", never.Body)
	}
	if got := kasubag.Get("/event-series/" + series + "/unreached?opd_id=" + h.far).Expect(200); got.Len("items") != 0 {
		t.Errorf("of another unit the officer sees %s", got.Body)
	}
	second := publishedEvent(s, h.g, eventDraft(map[string]any{"series_id": series, "round": 2, "starts_at": "2024-08-01T02:00:00Z", "ends_at": "2024-08-01T04:00:00Z"}),
		[]any{map[string]any{"mode": "online", "people": map[string]any{}, "unreached_only": true}})
	if got := agency.Get("/sosialisasi-events/" + second).Expect(200).Text("invited"); got != "2" {
		t.Errorf("the second round invites %s", got)
	}
	if got := agency.Get("/sosialisasi-events?series_id=" + series).Expect(200); got.Len("items") != 2 || got.Text("items.0.round") != "2" {
		t.Errorf("rounds: %s", got.Body)
	}
	late := person(s, h.g, h.own, "Zaki", 5)
	if got := agency.Post("/sosialisasi-events/"+second+"/invitations", map[string]any{"rules": []any{map[string]any{"mode": "online", "people": map[string]any{"opd_types": []string{"kecamatan"}, "also_ids": []string{late}}}}}).Expect(200); got.Text("invited") != "3" {
		t.Errorf("after a latecomer: %s", got.Body)
	}
}

// Proves D2, D6: a person checks in under the own account while the event runs,
// with a code of the place; once; and sees the own events alone.
func TestEvent_OwnCheckIn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	agency := s.As(authz.AgencyOfficer, h.g)
	now := time.Now()
	running := publishedEvent(s, h.g, eventDraft(map[string]any{"starts_at": at(now.Add(30 * time.Minute)), "ends_at": at(now.Add(2 * time.Hour))}), headsOnSite)
	over := publishedEvent(s, h.g, eventDraft(nil), headsOnSite)
	code := func(eid, mode string) string {
		return agency.Post("/sosialisasi-events/"+eid+"/check-in-codes", map[string]any{"mode": mode}).Expect(201).Text("code")
	}
	old := code(running, "on_site")
	inHall, online, closed := code(running, "on_site"), code(running, "online"), code(over, "online")

	head, andi := s.As(authz.ASN, h.g, harness.Being(parsed(t, h.head))), s.As(authz.ASN, h.g, harness.Being(parsed(t, h.andi)))
	head.Post("/me/check-ins", map[string]any{"code": old}).ExpectCode(422, "event.code_unknown")
	andi.Post("/me/check-ins", map[string]any{"code": closed}).ExpectCode(409, "event.check_in_closed")
	if got := head.Post("/me/check-ins", map[string]any{"code": " " + inHall}).Expect(201); got.Text("mode") != "on_site" || got.Text("proof") != "code" || got.Text("walk_in") != "false" {
		t.Errorf("in the hall: %s", got.Body)
	}
	if got := head.Post("/me/check-ins", map[string]any{"code": online}).Expect(200); got.Text("mode") != "on_site" {
		t.Errorf("checked in again: %s", got.Body)
	}
	andi.Post("/me/check-ins", map[string]any{"code": online}).Expect(201)
	stranger := s.As(authz.ASN, h.g, harness.Being(parsed(t, person(s, h.g, h.far, "Yusuf", 6))))
	if got := stranger.Post("/me/check-ins", map[string]any{"code": online}).Expect(201).Text("walk_in"); got != "true" {
		t.Error("who was not invited is no walk-in")
	}
	other := s.Government("36.71", "Kota Tangerang")
	far := s.As(authz.ASN, other, harness.Being(parsed(t, person(s, other, unit(s, other, "dinas-a", ""), "Siti", 1))))
	far.Post("/me/check-ins", map[string]any{"code": online}).ExpectCode(422, "event.code_unknown")
	if got := far.Get("/me/events").Expect(200); got.Len("items") != 0 {
		t.Errorf("another government's person sees %s", got.Body)
	}
	if got := head.Get("/me/events").Expect(200); got.Len("items") != 2 || got.Text("items.0.attended") != "on_site" || got.Text("items.1.attended") != "" || got.Text("items.1.invited") != "on_site" {
		t.Errorf("own events: %s", got.Body)
	}
	if got := stranger.Get("/me/events").Expect(200); got.Len("items") != 1 || got.Text("items.0.invited") != "" {
		t.Errorf("a walk-in's events: %s", got.Body)
	}
	head.Get("/sosialisasi-events").ExpectCode(403, "auth.not_permitted")
	agency.Post("/sosialisasi-events/"+running+"/attendances", map[string]any{"proof": "list", "items": []any{map[string]any{"asn_id": h.budi, "mode": "online"}}}).ExpectCode(409, "event.not_begun")
	agency.Post("/sosialisasi-events/"+running+"/holding", map[string]any{}).ExpectCode(409, "event.not_begun")
	agency.Post("/sosialisasi-events/"+running+"/cancellation", map[string]any{"reason": "Narasumber berhalangan"}).Expect(200)
	s.As(authz.ASN, h.g, harness.Being(parsed(t, h.budi))).Post("/me/check-ins", map[string]any{"code": online}).ExpectCode(409, "event.check_in_closed")
}

// Proves D1, D2, T-26: what cannot be is refused with the reason and leaves
// nothing behind.
func TestEvent_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	agency := s.As(authz.AgencyOfficer, h.g)
	draft := eventDraft(map[string]any{"ends_at": "2024-05-21T02:00:00Z"})
	delete(draft, "venue")
	if got := agency.Post("/sosialisasi-events", draft).ExpectCode(422, "event.invalid"); got.Len("errors") != 2 {
		t.Errorf("names %s", got.Body)
	}
	path := "/sosialisasi-events/" + agency.Post("/sosialisasi-events", eventDraft(map[string]any{"venue": map[string]any{"name": "Aula", "capacity": 1}})).Expect(201).Text("id")
	agency.Post(path+"/publication", nil).ExpectCode(422, "event.nobody_invited")
	agency.Post(path+"/attendances", map[string]any{"proof": "list", "items": []any{map[string]any{"asn_id": h.andi, "mode": "online"}}}).ExpectCode(409, "event.wrong_step")
	s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.own))).Get(path).ExpectCode(404, "request.not_found")
	agency.Post(path+"/invitations", map[string]any{"rules": headsOnSite}).Expect(200)
	agency.Post(path+"/publication", nil).ExpectCode(422, "event.over_capacity")
	if got := agency.Get(path).Expect(200); got.Text("state") != "draft" || got.Text("version") != "2" {
		t.Errorf("a refused publication left %s", got.Body)
	}
	if got := agency.Get(path + "/invitees").Expect(200); got.Len("items") != 0 {
		t.Errorf("a refused publication invited %s", got.Body)
	}
	agency.Post(path+"/invitations", map[string]any{"rules": []any{map[string]any{"mode": "online", "people": map[string]any{}, "unreached_only": true}}}).ExpectCode(422, "event.no_series")
	agency.Post(path+"/invitations", map[string]any{"rules": invitedOnline}).Expect(200)
	agency.Post(path+"/publication", nil).Expect(200)
	wrong := agency.Post(path+"/publication", nil).ExpectCode(409, "event.wrong_step")
	if wrong.Len("allowed_steps") != 8 {
		t.Errorf("what is open: %s", wrong.Body)
	}
	agency.Post(path+"/minutes", map[string]any{"text": "x"}).ExpectCode(422, "event.not_a_meeting")
	agency.Patch(path, map[string]any{"mode": "on_site"}).ExpectCode(422, "event.invalid")
}

// crowd adds n persons in service to the units, in one statement, behind the
// program's back: what is measured is what the program then does with them.
func crowd(t *testing.T, s *harness.Server, g government.Government, units []string, n int) {
	t.Helper()
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	_, err := conn.Exec(ctx, `INSERT INTO asn (tenant_id, id, name, name_key, title_front, title_back, nip, birth_place, email, phone, employment_type, position_title,
			position_type, opd_id, legal_status, state, version, created_at, updated_at)
		SELECT $1, gen_random_uuid(), 'Orang ' || i, 'orang ' || lpad(i::text, 6, '0'), '', '', '1986092620150' || lpad(i::text, 5, '0'), '', '', '', 'pns', 'Analis',
			'pelaksana', ($2::uuid[])[1 + i % cardinality($2::uuid[])], 'active', 'active', 1, now(), now() FROM generate_series(1, $3) i`, g.Tenant, units, n)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "ANALYZE asn"); err != nil { // as the server does on its own after an import
		t.Fatal(err)
	}
}

// Proves D4, D8, D13: inviting 14,000 people is one statement a rule and confirming
// an office is one statement, whatever their number: rows of one statement carry
// the same command number.
func TestEvent_FourteenThousandInvitedInOneStatementARule(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	const n = 14_000
	crowd(t, s, h.g, []string{h.own, h.below, h.far}, n-4)
	agency := s.As(authz.AgencyOfficer, h.g)
	series := agency.Post("/event-series", map[string]any{"name": "Sosialisasi"}).Expect(201).Text("id")
	path := "/sosialisasi-events/" + publishedEvent(s, h.g, eventDraft(map[string]any{"series_id": series, "round": 1}), headsOnSite)
	if got := agency.Get(path).Expect(200).Text("invited"); got != fmt.Sprint(n) {
		t.Fatalf("invited are %s", got)
	}
	kasubag := s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.own)))
	group := kasubag.Post(path+"/office-groups", map[string]any{"opd_id": h.own, "except_ids": []string{h.andi}}).Expect(201)
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	for table, want := range map[string]int{"event_invitee": 2, "event_attendance": 1} {
		var statements int
		if err := conn.QueryRow(ctx, "SELECT count(DISTINCT (xmin::text, cmin::text)) FROM "+table).Scan(&statements); err != nil {
			t.Fatal(err)
		}
		if statements != want {
			t.Errorf("%s was filled by %d statements, want %d", table, statements, want)
		}
	}
	if got := agency.Get(path + "/invitees?attended=false&limit=1").Expect(200).Text("items.0.asn_id"); got != h.andi {
		t.Errorf("the first who did not attend is %s", got)
	}
	if got := kasubag.Get(path + "/attendances?limit=1").Expect(200); got.Text("next_cursor") == "" {
		t.Errorf("the attendance list: %s", got.Body)
	}
	cov := agency.Get(path + "/coverage").Expect(200)
	if cov.Text("total.invited") != fmt.Sprint(n) || cov.Text("total.office_group") != group.Text("confirmed") {
		t.Errorf("coverage: %s", cov.Body)
	}
	if got := agency.Get("/event-series/" + series + "/coverage").Expect(200); got.Text("total.reached") != group.Text("confirmed") || got.Text("total.in_service") != fmt.Sprint(n) {
		t.Errorf("coverage of the series: %s", got.Body)
	}
	if got := kasubag.Get("/event-series/" + series + "/unreached").Expect(200); got.Len("items") != 2 || got.Text("items.0.asn_id") != h.andi || got.Text("items.1.asn_id") != h.head {
		t.Errorf("the unit's never reached: %s", got.Body)
	}
}
