package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

// Days of the random organisations; the clock stands at noon of the last one.
var (
	firstDay = day.MustParse("2024-09-01")
	lastDay  = firstDay.AddDays(9)
)

// span is from one day to another, both included.
type span struct{ from, until int }

func (s span) has(d int) bool { return s.from <= d && d <= s.until }

type placed struct {
	span
	at int // unit or person
}

// on is what holds on a day, -1 for nothing.
func on(list []placed, d int) int {
	for _, p := range list {
		if p.has(d) {
			return p.at
		}
	}
	return -1
}

type human struct {
	positions, superiors []placed
	mergedInto           int // -1: nobody
}

type headship struct {
	span
	unit, who int
}

type submission struct {
	act, received     int // act -1: unknown
	subjects, recused []int
}

// organisation is a random government: a forest of units, people who move
// between them, superiors in no order at all (rings of old data included), heads
// and joined records.
type org struct {
	parents []int // of units, -1 for an OPD
	people  []human
	heads   []headship
	reports []submission
}

const today = 9

func drawOrg(t *rapid.T) org {
	o := org{}
	for i := range rapid.IntRange(1, 6).Draw(t, "units") {
		o.parents = append(o.parents, rapid.IntRange(-1, i-1).Draw(t, "parent"))
	}
	n := rapid.IntRange(2, 8).Draw(t, "people")
	for range n {
		o.people = append(o.people, human{mergedInto: -1})
	}
	living := rapid.IntRange(2, n).Draw(t, "living")
	for i := living; i < n; i++ { // joined to another; their history is with that one
		o.people[i].mergedInto = rapid.IntRange(0, living-1).Draw(t, "merged into")
	}
	for i := range living {
		o.people[i].positions = drawTimeline(t, "position", len(o.parents), -1)
		o.people[i].superiors = drawTimeline(t, "superior", living, i)
	}
	for range rapid.IntRange(0, 4).Draw(t, "heads") {
		o.heads = append(o.heads, headship{drawSpan(t), rapid.IntRange(0, len(o.parents)-1).Draw(t, "unit"), rapid.IntRange(0, living-1).Draw(t, "head")})
	}
	for range rapid.IntRange(1, 4).Draw(t, "reports") {
		o.reports = append(o.reports, submission{act: rapid.IntRange(-1, today).Draw(t, "act"), received: rapid.IntRange(0, today).Draw(t, "received"),
			subjects: rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, 2, rapid.ID).Draw(t, "subjects"),
			recused:  rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, 1, rapid.ID).Draw(t, "recused")})
	}
	return o
}

func drawSpan(t *rapid.T) span {
	from := rapid.IntRange(0, today).Draw(t, "from")
	return span{from, rapid.IntRange(from, today).Draw(t, "until")}
}

// drawTimeline is up to two entries that do not overlap, never not.
func drawTimeline(t *rapid.T, label string, choices, not int) []placed {
	var out []placed
	from := 0
	for range rapid.IntRange(0, 2).Draw(t, label+" entries") {
		if from > today {
			break
		}
		until := rapid.IntRange(from, today).Draw(t, label+" until")
		at := rapid.IntRange(0, choices-1).Draw(t, label)
		if at != not {
			out = append(out, placed{span{from, until}, at})
		}
		from = until + 1
	}
	return out
}

// walledBy is the oracle: the words of T-11 told as a walk, without SQL.
func (o org) walledBy(r submission, viewer int) bool {
	viewer = o.survivor(viewer)
	for _, x := range r.recused {
		if o.survivor(x) == viewer {
			return true
		}
	}
	for _, s := range r.subjects {
		s = o.survivor(s)
		for _, d := range []int{r.act, r.received, today} {
			if d >= 0 && (slices.Contains(o.lineOf(s, d), viewer) || slices.Contains(o.headsAbove(s, d), viewer)) {
				return true
			}
		}
	}
	return false
}

func (o org) survivor(p int) int {
	if m := o.people[p].mergedInto; m >= 0 {
		return m
	}
	return p
}

// lineOf is the person and the superiors up to the first who heads an OPD.
func (o org) lineOf(p, d int) []int {
	line := []int{}
	for p >= 0 && !slices.Contains(line, p) {
		line = append(line, p)
		if o.headsOPD(p, d) {
			break
		}
		p = on(o.people[p].superiors, d)
	}
	return line
}

func (o org) headsOPD(p, d int) bool {
	return slices.ContainsFunc(o.heads, func(h headship) bool { return h.who == p && h.has(d) && o.parents[h.unit] < 0 })
}

// headsAbove are the heads of the person's unit and of all above it.
func (o org) headsAbove(p, d int) []int {
	var out []int
	for u := on(o.people[p].positions, d); u >= 0; u = o.parents[u] {
		for _, h := range o.heads {
			if h.unit == u && h.has(d) {
				out = append(out, h.who)
			}
		}
	}
	return out
}

// Proves L1, T-11, T-13, T-14: in random organisations with moves, acting heads,
// rings and joined records, what each person can list and read is exactly what
// an oracle written without SQL allows. -rapid.checks makes it larger.
func TestWall_AgreesWithTheOracle(t *testing.T) {
	t.Parallel()
	d, database := testkit.Open(t)
	master, err := seal.FromText(seal.Generate())
	if err != nil {
		t.Fatal(err)
	}
	w := &walls{s: NewService(d, master, nil, nil), d: d, super: connect(t, database.SuperURL)}
	w.exec(t, "UPDATE clock SET offset_seconds = $1", int64(time.Until(lastDay.Time().Add(5*time.Hour)).Seconds()))
	rapid.Check(t, func(rt *rapid.T) {
		for range 3 {
			w.compare(rt, drawOrg(rt))
		}
	})
	t.Logf("%d organisations, %d pairs behind the wall, %d not", w.orgs.Load(), w.hidden.Load(), w.shown.Load())
	if w.hidden.Load() == 0 || w.shown.Load() == 0 {
		t.Error("the comparison is blind")
	}
}

type walls struct {
	s     *Service
	d     *db.DB
	super *pgx.Conn

	orgs, hidden, shown atomic.Int64
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func (w *walls) exec(t fataler, sql string, args ...any) {
	t.Helper()
	if _, err := w.super.Exec(context.Background(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// built is an organisation in the database.
type built struct {
	tenant          int32
	people, reports []id.ID
}

func (w *walls) compare(t *rapid.T, o org) {
	b := w.build(t, o)
	w.orgs.Add(1)
	for viewer, person := range b.people {
		want := map[id.ID]bool{}
		for i, r := range o.reports {
			want[b.reports[i]] = !o.walledBy(r, viewer)
		}
		scope, err := authz.Decide(authz.Principal{Kind: authz.User, ID: id.New(context.Background()), Tenants: []int32{b.tenant}, Person: person,
			Grants: []authz.Grant{{Role: authz.TaskForceMember, Tenant: b.tenant}}}, "report.read")
		if err != nil {
			t.Fatal(err)
		}
		w.look(t, authz.With(context.Background(), scope), viewer, want)
	}
}

// look lists and reads as one viewer.
func (w *walls) look(t *rapid.T, ctx context.Context, viewer int, want map[id.ID]bool) {
	p, err := w.s.List(ctx, Filter{}, page.Request{Limit: page.Max})
	if err != nil {
		t.Fatal(err)
	}
	listed := map[id.ID]bool{}
	for _, r := range p.Items {
		listed[r.ID] = true
	}
	one := rapid.SampledFrom(slices.SortedFunc(maps.Keys(want), func(a, b id.ID) int { return strings.Compare(a.String(), b.String()) })).Draw(t, "read")
	_, err = w.s.Get(ctx, one)
	if f, ok := fault.As(err); err != nil && (!ok || f.Kind != fault.NotFound) {
		t.Fatal(err)
	}
	if (err == nil) != want[one] {
		t.Fatalf("person %d reads a report: %v, the oracle says %v", viewer, err == nil, want[one])
	}
	for rid, visible := range want {
		if listed[rid] != visible {
			t.Fatalf("person %d lists a report: %v, the oracle says %v", viewer, listed[rid], visible)
		}
		if visible {
			w.shown.Add(1)
		} else {
			w.hidden.Add(1)
		}
	}
}

func (w *walls) build(t *rapid.T, o org) built {
	ctx := context.Background()
	b := built{}
	if err := w.super.QueryRow(ctx, `INSERT INTO tenant (id, code, name, kind, zone, created_at) VALUES ($1, $2, 'X', 'regency', 'Asia/Jakarta', now()) RETURNING tenant_id`,
		id.New(ctx), id.New(ctx).String()).Scan(&b.tenant); err != nil {
		t.Fatal(err)
	}
	units, paths := make([]id.ID, len(o.parents)), make([]string, len(o.parents))
	for i, parent := range o.parents {
		units[i], paths[i] = id.New(ctx), "/"
		var above *id.ID
		if parent >= 0 {
			above, paths[i] = &units[parent], paths[parent]+"/"
		}
		paths[i] += strings.ReplaceAll(units[i].String(), "-", "")
		w.exec(t, `INSERT INTO opd (tenant_id, id, code, name, type, parent_id, path, valid_from, version, created_at) VALUES ($1, $2, $3, 'X', 'dinas', $4, $5, '2020-01-01', 1, now())`,
			b.tenant, units[i], fmt.Sprint(i), above, paths[i])
	}
	for i := range o.people {
		b.people = append(b.people, id.New(ctx))
		var into *id.ID
		state := "active"
		if m := o.people[i].mergedInto; m >= 0 {
			into, state = &b.people[m], "merged"
		}
		w.exec(t, `INSERT INTO asn (tenant_id, id, name, name_key, title_front, title_back, birth_place, email, phone, employment_type, position_title, opd_id, legal_status, state, merged_into, version, created_at, updated_at)
			VALUES ($1, $2, 'X', 'x', '', '', '', '', '', 'non_asn', '', $3, 'active', $4, $5, 1, now(), now())`, b.tenant, b.people[i], units[0], state, into)
	}
	for i, p := range o.people {
		for _, x := range p.positions {
			w.fact(t, b, i, "position", x, &units[x.at], nil)
		}
		for _, x := range p.superiors {
			w.fact(t, b, i, "superior", x, nil, &b.people[x.at])
		}
	}
	for _, h := range o.heads {
		w.exec(t, `INSERT INTO opd_officer (tenant_id, id, opd_id, office, asn_id, holder_kind, valid_from, valid_until, recorded_later, version, created_at)
			VALUES ($1, $2, $3, 'head', $4, 'plh', $5, $6, false, 1, now())`, b.tenant, id.New(ctx), units[h.unit], b.people[h.who], dayOf(h.from), dayOf(h.until))
	}
	for _, r := range o.reports {
		b.reports = append(b.reports, w.report(t, b, r))
	}
	return b
}

func dayOf(n int) time.Time { return firstDay.AddDays(n).Time() }

func (w *walls) fact(t *rapid.T, b built, who int, aspect string, x placed, unit, superior *id.ID) {
	w.exec(t, `INSERT INTO asn_fact (tenant_id, asn_id, aspect, valid_from, valid_until, opd_id, superior_id, recorded_later, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, false, now())`,
		b.tenant, b.people[who], aspect, dayOf(x.from), dayOf(x.until), unit, superior)
}

func (w *walls) report(t *rapid.T, b built, r submission) id.ID {
	rid := id.NewUnordered(context.Background())
	l := w.s.vault.of(b.tenant, rid)
	words, err := l.seal("report", "narrative", 0, "x")
	if err != nil {
		t.Fatal(err)
	}
	var act *time.Time
	if r.act >= 0 {
		d := dayOf(r.act)
		act = &d
	}
	w.exec(t, `INSERT INTO report (tenant_id, id, state, origin, kind, number, number_key, received_on, act_on, act_codes, narrative, channel, recorded_later, updated_on, version)
		VALUES ($1, $2, 'received', 'letter', 'report', '', '', $3, $4, '[]', $5, 'none', false, $3, 1)`, b.tenant, rid, dayOf(r.received), act, words)
	for i, s := range r.subjects {
		detail, err := l.seal("report_subject", "detail", int32(i+1), SubjectDetail{})
		if err != nil {
			t.Fatal(err)
		}
		w.exec(t, `INSERT INTO report_subject (tenant_id, report_id, no, kind, detail, asn_id, added_by) VALUES ($1, $2, $3, 'asn', $4, $5, 'officer')`,
			b.tenant, rid, i+1, detail, b.people[s])
		w.exec(t, `INSERT INTO report_subject_person (tenant_id, report_id, no, asn_id, matched_on) VALUES ($1, $2, $3, $4, $5)`,
			b.tenant, rid, i+1, b.people[s], dayOf(r.received))
	}
	for i, x := range r.recused {
		w.exec(t, `INSERT INTO report_recusal (tenant_id, report_id, no, asn_id, reason, recused_on) VALUES ($1, $2, $3, $4, '', $5)`,
			b.tenant, rid, i+1, b.people[x], dayOf(r.received))
	}
	return rid
}
