package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// clockAt moves the clock of the installation, as the demo does, and lets the
// sweep look at it.
func (o office) clockAt(t *testing.T, on string) {
	t.Helper()
	at, err := time.Parse(time.DateOnly, on)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.s.App.DB.MoveClock(context.Background(), at.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	o.sweep(t)
}

func (o office) sweep(t *testing.T) {
	t.Helper()
	if err := o.s.App.Deadlines.Sweep(harness.System(o.g)); err != nil {
		t.Fatal(err)
	}
}

// clock finds the one running clock of an object.
func (o office) clock(t *testing.T, object string) string {
	t.Helper()
	got := o.officer.Get("/deadlines?object_id=" + object).Expect(200)
	if got.Len("items") != 1 {
		t.Fatalf("clocks of %s: %s", object, got.Body)
	}
	return got.Text("items.0.id")
}

// noted reads what the journal keeps of an object under an action.
func (o office) noted(t *testing.T, object, action string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), o.s.Database.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(t.Context(), `SELECT details::text FROM journal WHERE object_id = $1 AND action = $2 ORDER BY at, id`, object, action)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// letter records a recommendation received on a day.
func (o office) letter(person, received string) string {
	bkn := o.s.As(authz.PlatformAdmin, o.g).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "BKN " + o.g.Code, "valid_from": "2000-01-01"}).
		Expect(201).Text("id")
	return o.officer.Post("/recommendations", map[string]any{"organisation_id": bkn, "number": "R-612", "issued_on": "2024-02-26", "received_on": received,
		"subjects": []map[string]any{{"asn_id": person, "text": "Sanksi moral"}}}).Expect(201).Text("id")
}

// Proves K2, X5: the calculator gives the dates of the law, says why, and that
// official examples disagree; a later decree moves the answer; nonsense names
// its rule.
func TestDeadline_Calculator(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("32.01", "Kabupaten Bogor")
	o := s.As(authz.ASN, g)
	ask := func(body map[string]any) *harness.Answer { return o.Post("/deadline-calculations", body) }

	effect := ask(map[string]any{"rule": "sanction_effective", "from": "2026-07-14", "as_of": "2026-07-14"}).Expect(200)
	if effect.Text("explanation.day") != "2026-08-04" || effect.Text("explanation.disputed") != "true" || effect.Len("explanation.skipped") != 6 ||
		effect.Text("explanation.examples.1.agrees") != "false" || effect.Text("explanation.examples.1.computed_day") != "2022-03-09" ||
		effect.Text("explanation.examples.0.agrees") != "true" || !strings.Contains(effect.Text("explanation.legal_basis"), "PP 94/2021") ||
		effect.Text("explanation.confidence") != "medium" || effect.Text("explanation.first_counted") != "2026-07-15" {
		t.Errorf("a sanction received on 14 July 2026: %s", effect.Body)
	}
	if got := ask(map[string]any{"rule": "objection_filing", "from": "2026-07-14", "as_of": "2026-07-14"}).Expect(200); got.Text("explanation.day") != "2026-08-03" ||
		got.Text("explanation.earliest_day") != "2026-07-28" || got.Text("explanation.confidence") != "low" {
		t.Errorf("objection: %s", got.Body)
	}
	for asOf, want := range map[string]string{"2024-11-20": "2024-11-28", "2024-11-22": "2024-11-29"} {
		if got := ask(map[string]any{"unit": "working_days", "amount": 3, "from": "2024-11-25", "as_of": asOf}).Expect(200).Text("explanation.day"); got != want {
			t.Errorf("known on %s: %s, want %s", asOf, got, want)
		}
	}
	if got := ask(map[string]any{"unit": "calendar_days", "amount": 1, "from": "2024-02-28"}).Expect(200).Text("explanation.day"); got != "2024-02-29" {
		t.Errorf("the day after 28 February 2024 is %s", got)
	}
	if got := ask(map[string]any{"unit": "working_days", "amount": 14, "from": "2026-12-22", "as_of": "2026-12-22"}).Expect(200); got.Text("explanation.preliminary") != "true" ||
		got.Text("explanation.years_without_holidays") != "[2027]" {
		t.Errorf("into a year without a decree: %s", got.Body)
	}
	if got := ask(map[string]any{"rule": "personal_data_breach_notice", "from_at": "2024-12-24T23:30:00+07:00"}).Expect(200); got.Text("explanation.day") != "2024-12-27" ||
		got.Text("explanation.due_at") != "2024-12-27T23:30:00+07:00" && got.Text("explanation.due_at") != "2024-12-27T16:30:00Z" {
		t.Errorf("hours: %s", got.Body)
	}
	for name, c := range map[string]struct {
		body map[string]any
		code string
	}{
		"no such rule":          {map[string]any{"rule": "no_such_rule", "from": "2024-02-28"}, "reference.code_unknown"},
		"neither rule nor unit": {map[string]any{"from": "2024-02-28"}, "deadline.question"},
		"both":                  {map[string]any{"rule": "appeal_filing", "unit": "hours", "amount": 3, "from": "2024-02-28"}, "deadline.question"},
		"no start":              {map[string]any{"rule": "appeal_filing"}, "deadline.question"},
		"a pause the law does not know": {map[string]any{"rule": "appeal_filing", "from": "2024-02-28", "pauses": []map[string]any{{"from": "2024-03-01", "until": "2024-03-02"}}},
			"deadline.not_pausable"},
		"an extension beyond the limit": {map[string]any{"rule": "bawaslu_pilkada_handling", "from": "2024-10-01", "extended": 3}, "deadline.limit_reached"},
		"an inverted pause": {map[string]any{"unit": "hours", "amount": 3, "from": "2024-02-28", "pauses": []map[string]any{{"from": "2024-03-02", "until": "2024-03-01"}}},
			"deadline.question"},
	} {
		if got := ask(c.body).ExpectCode(422, c.code); strings.HasPrefix(c.code, "deadline.limit") && !strings.Contains(got.Text("rule"), "UU 1/2015") {
			t.Errorf("%s: %s", name, got.Body)
		}
	}
}

// Proves K5, X2: a clock is warned, overdue and rises to the appointing authority
// and to oversight as the days pass, each once in the journal; who has to see it
// finds it; nobody finds what they may not see.
func TestDeadline_RisesWithTheClock(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "36.03")
	r := o.letter(o.subject, "2024-03-04") // to be followed up by 26 March
	d := o.clock(t, r)
	for _, c := range []struct{ on, level, left string }{
		{"2024-03-05", "running", "21"}, {"2024-03-23", "warned", "3"}, {"2024-03-26", "warned", "0"}, {"2024-03-27", "overdue", "-1"},
		{"2024-04-04", "to_appointing_authority", "-9"}, {"2024-04-15", "to_oversight", "-20"},
	} {
		o.clockAt(t, c.on)
		o.sweep(t) // a second look finds nothing new
		got := o.regent.Get("/deadlines?object_kind=recommendation").Expect(200)
		if got.Text("items.0.level") != c.level || got.Text("items.0.days_left") != c.left || got.Text("items.0.due_on") != "2024-03-26" ||
			got.Text("items.0.href") != "/api/v1/recommendations/"+r {
			t.Errorf("on %s: %s", c.on, got.Body)
		}
	}
	for action, want := range map[string]int{"deadline.warned": 1, "deadline.overdue": 1, "deadline.escalated": 2, "deadline.moved": 0} {
		if got := o.noted(t, r, action); len(got) != want {
			t.Errorf("%s is noted %d times, want %d: %v", action, len(got), want, got)
		}
	}
	for name, who := range map[string]*harness.Caller{"inspectorate": o.inspector, "regent": o.regent, "auditor": s.As(authz.Auditor, o.g)} {
		if got := who.Get("/deadlines?level=overdue").Expect(200); got.Len("items") != 1 {
			t.Errorf("%s finds %s", name, got.Body)
		}
		if got := who.Get("/deadlines/" + d).Expect(200); got.Text("explanation.rule") != "ppk_follow_up_recommendation" || got.Text("explanation.overdue") != "true" {
			t.Errorf("%s reads %s", name, got.Body)
		}
	}
	other := s.Government("36.71", "Kota Tangerang")
	s.As(authz.AgencyOfficer, other).Get("/deadlines/"+d).ExpectCode(404, "request.not_found")
	o.theSubject.Get("/deadlines").Expect(403)
	o.officer.Post("/recommendations/"+r+"/follow-ups", map[string]any{"text": "Pernyataan disampaikan", "completes": true}).Expect(200)
	if got := o.officer.Get("/deadlines?object_id=" + r).Expect(200); got.Len("items") != 0 {
		t.Errorf("the clock still runs: %s", got.Body)
	}
	if got := o.officer.Get("/deadlines/" + d).Expect(200); got.Text("ended_on") != "2024-04-15" || len(steps(got)) != 0 {
		t.Errorf("ended: %s", got.Body)
	}
	o.officer.Post("/deadlines/"+d+"/pauses", map[string]any{"reason": "terlambat"}).ExpectCode(409, "deadline.ended")
}

// Proves K3: a holiday decreed late moves what runs, the day of effect of a
// delivered sanction too, with both days in the journal; withdrawn, it moves
// back; a day that an official set stays.
func TestDeadline_LateDecreeMovesWhatRuns(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	o.clockAt(t, "2024-11-18")
	r := o.letter(o.administrator, "2024-11-12")
	c := o.recommended(nil)
	sanction := o.officer.Post("/sanctions", o.decision(c, "position_release", nil)).Expect(201).Text("id")
	delivered := o.officer.Post("/sanctions/"+sanction+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}).Expect(200)
	if delivered.Text("computed_effective_on") != "2024-12-09" || delivered.Text("effective_count.disputed") != "true" {
		t.Fatalf("delivered %s", delivered.Body)
	}
	if got := o.officer.Get("/recommendations/" + r).Expect(200); got.Text("due.day") != "2024-12-02" {
		t.Fatalf("recommendation %s", got.Body)
	}

	// the decree for voting day of 21 November
	o.clockAt(t, "2024-11-22")
	if got := o.officer.Get("/sanctions/" + sanction).Expect(200); got.Text("computed_effective_on") != "2024-12-10" || got.Text("version") == delivered.Text("version") {
		t.Errorf("the sanction %s", got.Body)
	}
	if got := o.officer.Get("/recommendations/" + r).Expect(200); got.Text("due.day") != "2024-12-03" || got.Text("due.computed_on") != "2024-12-03" {
		t.Errorf("the recommendation %s", got.Body)
	}
	moved := o.noted(t, r, "deadline.moved")
	if len(moved) != 1 || !strings.Contains(moved[0], "2024-12-02") || !strings.Contains(moved[0], "2024-12-03") {
		t.Errorf("noted %v", moved)
	}
	if got := o.noted(t, c, "deadline.moved"); len(got) < 1 {
		t.Errorf("of the case nothing is noted")
	}

	// a holiday of the government's own, then withdrawn
	row := o.officer.Post("/reference-data/holiday", aHoliday("hari_jadi", "2024-12-02", "2024-11-22")).Expect(201).Text("id")
	o.sweep(t)
	if got := o.officer.Get("/recommendations/" + r).Expect(200).Text("due.day"); got != "2024-12-04" {
		t.Errorf("with a day off of the government's own: %s", got)
	}
	o.officer.Post("/recommendations/"+r+"/due-day", map[string]any{"due_on": "2024-12-20", "due_reason": "Menunggu putusan"}).Expect(200)
	o.officer.Post("/reference-data/holiday/hari_jadi/withdrawal", map[string]any{"row_id": row}).Expect(200)
	o.sweep(t)
	if got := o.officer.Get("/recommendations/" + r).Expect(200); got.Text("due.day") != "2024-12-20" || got.Text("due.computed_on") != "2024-12-03" {
		t.Errorf("the day an official set: %s", got.Body)
	}
}

// Proves K4: a term of a case stands still and is extended, with reason, up to
// the limit, as steps of the case; what the rule does not allow names the rule.
func TestDeadline_PausesAndExtensionsAreStepsOfTheCase(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "36.03")
	r := o.letter(o.subject, "2024-10-08")
	o.clockAt(t, "2024-10-15")
	cid := o.open(map[string]any{"kind": "recommendation", "recommendation_id": r})
	d := o.clock(t, cid)
	path := "/deadlines/" + d
	if got := o.officer.Get(path).Expect(200); got.Text("explanation.day") != "2024-10-28" || !slices.Equal(steps(got), []string{"pauses", "extensions"}) {
		t.Fatalf("the clock: %s", got.Body)
	}
	if got := o.regent.Get(path).Expect(200); len(steps(got)) != 0 {
		t.Errorf("the appointing authority grants no time to itself: %s", got.Body)
	}
	o.regent.Post(path+"/pauses", map[string]any{"reason": "x"}).Expect(403)
	o.officer.Post(path+"/resumptions", map[string]any{}).ExpectCode(409, "deadline.step_not_allowed")
	o.officer.Post(path+"/pauses", map[string]any{"reason": "Sakit", "taken_on": "2024-10-16"}).ExpectCode(422, "deadline.days_wrong")
	o.officer.Post(path+"/pauses", map[string]any{"reason": "Sakit", "taken_on": "2024-10-07"}).ExpectCode(422, "deadline.days_wrong")
	o.officer.Post(path+"/extensions", map[string]any{"reason": "Sakit", "amount": 15}).ExpectCode(422, "deadline.limit_reached")

	paused := o.officer.Post(path+"/pauses", map[string]any{"reason": "Terperiksa dirawat"}).Expect(200)
	if paused.Text("explanation.paused") != "true" || paused.Text("explanation.pauses.0.reason") != "Terperiksa dirawat" || !slices.Equal(steps(paused), []string{"resumptions", "extensions"}) {
		t.Errorf("paused: %s", paused.Body)
	}
	o.clockAt(t, "2024-10-22")
	if got := o.officer.Get("/deadlines?object_id=" + cid).Expect(200); got.Text("items.0.paused") != "true" || got.Text("items.0.level") != "running" {
		t.Errorf("while it stands still: %s", got.Body)
	}
	if got := o.noted(t, cid, "deadline.moved"); len(got) != 0 {
		t.Errorf("standing still is no news: %v", got)
	}
	resumed := o.officer.Post(path+"/resumptions", map[string]any{"reason": "Pulih"}).Expect(200)
	if resumed.Text("explanation.day") != "2024-11-04" || resumed.Text("explanation.paused") != "false" || resumed.Text("explanation.pauses.0.until") != "2024-10-21" {
		t.Errorf("resumed: %s", resumed.Body)
	}
	longer := o.officer.Post(path+"/extensions", map[string]any{"reason": "Saksi di luar kota", "amount": 14}).Expect(200)
	if longer.Text("explanation.amount") != "28" || slices.Contains(steps(longer), "extensions") {
		t.Errorf("longer: %s", longer.Body)
	}
	o.officer.Post(path+"/extensions", map[string]any{"reason": "Lagi", "amount": 1}).ExpectCode(422, "deadline.limit_reached")

	var taken []string
	history := o.officer.Get("/cases/" + cid + "/history").Expect(200)
	for i := range history.Len("items") {
		at := "items." + string(rune('0'+i))
		taken = append(taken, history.Text(at+".step")+" "+history.Text(at+".reason"))
	}
	for _, want := range []string{"pauses Terperiksa dirawat", "resumptions Pulih", "extensions Saksi di luar kota"} {
		if !slices.Contains(taken, want) {
			t.Errorf("the history of the case lacks %q: %v", want, taken)
		}
	}
	// a term of the law that stands still for nobody
	o.officer.Post("/cases/"+cid+"/summonses", map[string]any{"issued_on": "2024-10-22", "appear_on": "2024-11-04", "place": "Ruang rapat"}).Expect(200)
	for i := range 2 {
		if at := o.officer.Get("/deadlines?object_id=" + cid).Expect(200); at.Text("items."+string(rune('0'+i))+".rule") == "first_summons_notice" {
			o.officer.Post("/deadlines/"+at.Text("items."+string(rune('0'+i))+".id")+"/pauses", map[string]any{"reason": "Sakit"}).ExpectCode(422, "deadline.not_pausable")
		}
	}
	// the superior sees that it stood still, not why
	o.officer.Get("/cases/" + cid).Expect(200)
	if got := o.thePengawas.Get("/cases/" + cid).Expect(200); strings.Contains(string(got.Body), "dirawat") || got.Text("deadlines.0.rule") == "" {
		t.Errorf("the superior sees %s", got.Body)
	}
}

// Proves N1, X5: the accused sees the earliest defensible last day of an unsure
// term, the handlers the computed one; what comes later is accepted and marked.
func TestDeadline_TheAccusedSeesTheEarliestDay(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := o.recommended(nil)
	sanction := o.officer.Post("/sanctions", o.decision(c, "position_release", nil)).Expect(201).Text("id")
	o.officer.Post("/sanctions/"+sanction+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}).Expect(200)
	day := func(who *harness.Caller, field string) string {
		got := who.Get("/cases/" + c).Expect(200)
		for i := range got.Len("deadlines") {
			at := "deadlines." + string(rune('0'+i))
			if got.Text(at+".rule") == "objection_filing" {
				return got.Text(at + "." + field)
			}
		}
		t.Fatalf("no objection runs: %s", got.Body)
		return ""
	}
	if got := day(o.theSubject, "day"); got != "2024-12-02" {
		t.Errorf("the accused is shown %s", got)
	}
	if got := day(o.officer, "day"); got != "2024-12-09" {
		t.Errorf("the officer is shown %s", got)
	}
	if got := day(o.theSubject, "computed_day"); got != "2024-12-09" {
		t.Errorf("the accused is not told the computed day: %s", got)
	}
	late := o.officer.Post("/sanctions/"+sanction+"/contests", map[string]any{"kind": "objection", "filed_on": "2024-12-20"}).Expect(200)
	if late.Text("contests.0.late") != "true" {
		t.Errorf("filed late: %s", late.Body)
	}
}

// Proves X2, K5: a term that passes without the step it asked for becomes a fact,
// once, with whose turn it was and by which mandate; the body that sent the
// matter sees it; more time and the late step take nothing back; the program
// itself cannot.
func TestDeadline_InactionStaysOnRecord(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "36.03")
	r := o.letter(o.subject, "2024-03-04") // to be followed up by 26 March
	bkn := s.As(authz.BKN, o.g, speaksFor(parsed(t, o.officer.Get("/recommendations/"+r).Expect(200).Text("organisation_id"))))
	missed := func(query string) *harness.Answer { return o.regent.Get("/missed-deadlines" + query).Expect(200) }

	o.clockAt(t, "2024-03-26")
	if got := missed(""); got.Len("items") != 0 {
		t.Fatalf("on the last day nothing is missed: %s", got.Body)
	}
	o.clockAt(t, "2024-03-27")
	o.sweep(t)
	got := missed("?must_act=appointing_authority&open=true")
	if got.Len("items") != 1 || got.Text("items.0.object_id") != r || got.Text("items.0.rule") != "ppk_follow_up_recommendation" || got.Text("items.0.due_on") != "2024-03-26" ||
		got.Text("items.0.mandate_id") != o.mandate || got.Text("items.0.found_on") != "2024-03-27" || got.Text("items.0.days_late") != "1" {
		t.Fatalf("the fact: %s", got.Body)
	}
	if got := bkn.Get("/case-statuses").Expect(200); got.Text("items.0.missed_deadlines") != "1" || got.Text("items.0.waits_for") != "appointing_authority" {
		t.Errorf("BKN sees %s", got.Body)
	}
	if got := missed("?must_act=task_force"); got.Len("items") != 0 {
		t.Errorf("it was not the task force's turn: %s", got.Body)
	}

	// more time, which passes too, and then the step
	o.officer.Post("/recommendations/"+r+"/due-day", map[string]any{"due_on": "2024-04-16", "due_reason": "Menunggu pejabat"}).Expect(200)
	if got := missed(""); got.Len("items") != 1 || got.Text("items.0.due_on") != "2024-03-26" {
		t.Errorf("more time took the fact back: %s", got.Body)
	}
	o.clockAt(t, "2024-04-22")
	o.officer.Post("/recommendations/"+r+"/follow-ups", map[string]any{"text": "Pernyataan disampaikan", "completes": true, "taken_on": "2024-04-18"}).Expect(200)
	got = missed("")
	if got.Len("items") != 2 || got.Text("items.1.due_on") != "2024-04-16" || got.Text("items.1.done_on") != "2024-04-18" || got.Text("items.1.days_late") != "2" ||
		got.Text("items.0.days_late") != "23" {
		t.Errorf("after the step: %s", got.Body)
	}
	if got := missed("?open=true"); got.Len("items") != 0 {
		t.Errorf("still open: %s", got.Body)
	}
	if got := o.noted(t, r, "deadline.missed"); len(got) != 2 || !strings.Contains(got[0], o.mandate) {
		t.Errorf("noted %v", got)
	}

	other := s.Government("36.71", "Kota Tangerang")
	if got := s.As(authz.AgencyOfficer, other).Get("/missed-deadlines").Expect(200); got.Len("items") != 0 {
		t.Errorf("another government finds %s", got.Body)
	}
	o.theSubject.Get("/missed-deadlines").Expect(403)
	program := s.Conn(s.Database.AppURL)
	for _, q := range []string{"UPDATE deadline_missed SET must_act = 'bkn'", "DELETE FROM deadline_missed"} {
		if _, err := program.Exec(t.Context(), q); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// Proves X2, N1: a step that was entered after the fact, later than its term,
// leaves the fact although no sweep saw it; what the accused may file or leave is
// no inaction; who sees the case sees what was missed in it.
func TestDeadline_InactionOfACase(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	c := o.recommended(nil)
	sanction := o.officer.Post("/sanctions", o.decision(c, "position_release", nil)).Expect(201).Text("id") // decided on 11 November, to be handed over by 2 December
	o.officer.Post("/sanctions/"+sanction+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-12-09"}).Expect(200)
	for name, who := range map[string]*harness.Caller{"officer": o.officer, "accused": o.theSubject} {
		got := who.Get("/cases/" + c).Expect(200)
		if got.Len("missed_deadlines") != 1 || got.Text("missed_deadlines.0.rule") != "decision_delivery" || got.Text("missed_deadlines.0.must_act") != "personnel_agency" ||
			got.Text("missed_deadlines.0.done_on") != "2024-12-09" {
			t.Errorf("%s sees %s", name, got.Body)
		}
	}
	o.sweep(t) // the term to object is long over
	if got := o.officer.Get("/missed-deadlines?object_id=" + c).Expect(200); got.Len("items") != 1 {
		t.Errorf("an objection that nobody filed is no inaction: %s", got.Body)
	}
}

// Proves K5: what passed while the program was down is found by the program
// that starts next, without anybody asking.
func TestDeadline_TheNextProgramFindsWhatPassed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "36.03")
	r := o.letter(o.subject, "2024-03-04")
	if err := s.App.Jobs.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.Fixtures(func(c *app.Config) { c.Held = nil })
	var got *harness.Answer
	eventually(t, "the sweep finds it", func() bool {
		got = o.regent.Get("/missed-deadlines").Expect(200)
		return got.Len("items") == 1
	})
	if got.Text("items.0.object_id") != r {
		t.Errorf("found %s", got.Body)
	}
}
