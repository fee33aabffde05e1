package deadline

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag deadlines.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// CalculateDeadline handles POST /deadline-calculations.
func (h Handlers) CalculateDeadline(ctx context.Context, in api.CalculateDeadlineRequestObject) (api.CalculateDeadlineResponseObject, error) {
	b := *in.Body
	q := Question{Rule: wire.Value(b.Rule), Unit: catalog.Unit(wire.Value(b.Unit)), Amount: int(wire.Value(b.Amount)), At: b.FromAt,
		AsOf: wire.ToDayPtr(b.AsOf), Extended: int(wire.Value(b.Extended))}
	f := fault.New(fault.Rule, "deadline.question")
	if own := b.Unit != nil && b.Amount != nil; own == (b.Rule != nil) {
		f.At("/rule", "deadline.rule_or_unit")
	}
	if (b.From == nil) == (b.FromAt == nil) {
		f.At("/from", "deadline.one_start")
	}
	if b.From != nil {
		q.From = wire.ToDay(*b.From)
	}
	for _, p := range wire.Value(b.Pauses) {
		from, until := wire.ToDay(p.From), wire.ToDay(p.Until)
		if until.Before(from) || from.DaysUntil(until) > longestPause {
			f.At("/pauses", "deadline.pause_wrong", "limit", longestPause)
			break
		}
		q.Pauses = append(q.Pauses, Pause{From: from, Until: &until})
	}
	if len(f.Fields) > 0 {
		return nil, f
	}
	t, asOf, err := h.s.Calculate(ctx, q)
	if err != nil {
		return nil, err
	}
	return api.CalculateDeadline200JSONResponse{AsOf: wire.Day(asOf), Explanation: ToAPI(t, asOf, false)}, nil
}

// longestPause bounds what the calculator passes over.
const longestPause = 3660

// ListDeadlines handles GET /deadlines.
func (h Handlers) ListDeadlines(ctx context.Context, in api.ListDeadlinesRequestObject) (api.ListDeadlinesResponseObject, error) {
	f := Filter{Kind: Kind(wire.Value(in.Params.ObjectKind)), Level: Level(wire.Value(in.Params.Level))}
	var err error
	if f.Object, err = wire.ToID(in.Params.ObjectId); err != nil {
		return nil, err
	}
	r, err := page.Read("listDeadlines", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, toAPISummary).Items
	out := api.ListDeadlines200JSONResponse{Body: api.DeadlineList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/deadlines")
	return out, nil
}

// GetDeadline handles GET /deadlines/{deadlineId}.
func (h Handlers) GetDeadline(ctx context.Context, in api.GetDeadlineRequestObject) (api.GetDeadlineResponseObject, error) {
	did, err := id.Parse(in.DeadlineId)
	if err != nil {
		return nil, err
	}
	a, err := h.s.Get(ctx, did)
	if err != nil {
		return nil, err
	}
	return api.GetDeadline200JSONResponse{Body: toAPI(ctx, a), Headers: api.GetDeadline200ResponseHeaders{ETag: wire.ETag(a.Clock.Version)}}, nil
}

// PauseDeadline handles POST /deadlines/{deadlineId}/pauses.
func (h Handlers) PauseDeadline(ctx context.Context, in api.PauseDeadlineRequestObject) (api.PauseDeadlineResponseObject, error) {
	a, err := h.change(ctx, in.DeadlineId, Change{Step: Pausing, On: wire.Value(wire.ToDayPtr(in.Body.TakenOn)), Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return api.PauseDeadline200JSONResponse{Body: toAPI(ctx, a), Headers: api.PauseDeadline200ResponseHeaders{ETag: wire.ETag(a.Clock.Version)}}, nil
}

// ResumeDeadline handles POST /deadlines/{deadlineId}/resumptions.
func (h Handlers) ResumeDeadline(ctx context.Context, in api.ResumeDeadlineRequestObject) (api.ResumeDeadlineResponseObject, error) {
	a, err := h.change(ctx, in.DeadlineId, Change{Step: Resuming, On: wire.Value(wire.ToDayPtr(in.Body.TakenOn)), Reason: wire.Value(in.Body.Reason)})
	if err != nil {
		return nil, err
	}
	return api.ResumeDeadline200JSONResponse{Body: toAPI(ctx, a), Headers: api.ResumeDeadline200ResponseHeaders{ETag: wire.ETag(a.Clock.Version)}}, nil
}

// ExtendDeadline handles POST /deadlines/{deadlineId}/extensions.
func (h Handlers) ExtendDeadline(ctx context.Context, in api.ExtendDeadlineRequestObject) (api.ExtendDeadlineResponseObject, error) {
	a, err := h.change(ctx, in.DeadlineId, Change{Step: Extending, On: wire.Value(wire.ToDayPtr(in.Body.TakenOn)), Amount: int(in.Body.Amount), Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return api.ExtendDeadline200JSONResponse{Body: toAPI(ctx, a), Headers: api.ExtendDeadline200ResponseHeaders{ETag: wire.ETag(a.Clock.Version)}}, nil
}

// ListMissedDeadlines handles GET /missed-deadlines.
func (h Handlers) ListMissedDeadlines(ctx context.Context, in api.ListMissedDeadlinesRequestObject) (api.ListMissedDeadlinesResponseObject, error) {
	f := MissedFilter{Kind: Kind(wire.Value(in.Params.ObjectKind)), MustAct: catalog.Party(wire.Value(in.Params.MustAct)), Open: wire.Value(in.Params.Open)}
	var err error
	if f.Object, err = wire.ToID(in.Params.ObjectId); err != nil {
		return nil, err
	}
	r, err := page.Read("listMissedDeadlines", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.ListMissed(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListMissedDeadlines200JSONResponse{Body: api.MissedDeadlineList{Items: page.Map(p, MissedToAPI).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/missed-deadlines")
	return out, nil
}

// MissedToAPI is a term that passed as the contract writes it.
func MissedToAPI(m Missed) api.MissedDeadline {
	out := api.MissedDeadline{Id: m.ID.String(), DeadlineId: m.Clock.String(), ObjectKind: api.DeadlineObjectKind(m.Object.Kind), ObjectId: m.Object.ID.String(),
		Rule: m.Rule, From: wire.Day(m.From), DueOn: wire.Day(m.Due), MandateId: wire.ID(m.Mandate), FoundOn: wire.Day(m.Found), DoneOn: wire.DayPtr(m.Done),
		DaysLate: int32(m.Late())}
	if m.MustAct != "" {
		who := api.CaseStatusWaits(m.MustAct)
		out.MustAct = &who
	}
	return out
}

func (h Handlers) change(ctx context.Context, deadlineID string, c Change) (Answer, error) {
	did, err := id.Parse(deadlineID)
	if err != nil {
		return Answer{}, err
	}
	return h.s.Change(ctx, did, c)
}

func toAPISummary(i Item) api.DeadlineSummary {
	return api.DeadlineSummary{Id: i.ID.String(), ObjectKind: api.DeadlineObjectKind(i.Object.Kind), ObjectId: i.Object.ID.String(), Href: wire.Base + i.Path,
		Rule: i.Rule, From: wire.Day(i.From), DueOn: wire.Day(*i.Due), DaysLeft: int32(i.Today.DaysUntil(*i.Due)), Level: api.DeadlineLevel(i.Level),
		Paused: i.open() >= 0}
}

func toAPI(ctx context.Context, a Answer) api.Deadline {
	out := api.Deadline{Id: a.Clock.ID.String(), ObjectKind: api.DeadlineObjectKind(a.Clock.Object.Kind), ObjectId: a.Clock.Object.ID.String(),
		Href: wire.Base + a.Path, Level: api.DeadlineLevel(a.Clock.Level), Explanation: ToAPI(a.Term, a.Today, false), EndedOn: wire.DayPtr(a.Clock.Ended),
		Version: a.Clock.Version, AllowedSteps: []string{}}
	if authz.May(ctx, "deadline.change") {
		out.AllowedSteps = a.Steps()
	}
	out.Explanation = withReasons(out.Explanation, a.Clock)
	return out
}

// RunningToAPI is a running clock as the contract writes it; mustKeep says that
// it is shown to whoever must keep the term, handles that it is shown to somebody
// who handles the matter and so may know the reasons.
func RunningToAPI(t Running, today day.Day, mustKeep, handles bool) api.DeadlineTerm {
	out := ToAPI(t.Term, today, mustKeep)
	level := api.DeadlineLevel(t.Level(today))
	out.Id, out.Level = wire.ID(&t.Clock.ID), &level
	if handles {
		return withReasons(out, t.Clock)
	}
	return withoutReasons(out, t.Clock)
}

func withReasons(out api.DeadlineTerm, k Clock) api.DeadlineTerm {
	out = withoutReasons(out, k)
	for i, e := range k.Extensions {
		out.Extensions[i].Reason = wire.Optional(e.Reason)
	}
	for i, p := range k.Pauses {
		out.Pauses[i].Reason = wire.Optional(p.Reason)
	}
	return out
}

func withoutReasons(out api.DeadlineTerm, k Clock) api.DeadlineTerm {
	out.Extensions = wire.Each(k.Extensions, func(e Extension) api.DeadlineExtension {
		return api.DeadlineExtension{Amount: int32(e.Amount), On: wire.Day(e.On)}
	})
	out.Pauses = wire.Each(k.Pauses, toAPIPause)
	return out
}

func toAPIPause(p Pause) api.DeadlinePause {
	return api.DeadlinePause{From: wire.Day(p.From), Until: wire.DayPtr(p.Until)}
}

// ToAPI is a term as the contract explains it.
func ToAPI(t Term, today day.Day, mustKeep bool) api.DeadlineTerm {
	r, c := t.Rule, t.Count
	out := api.DeadlineTerm{Rule: wire.Optional(r.Code), Confidence: api.DeadlineTermConfidence(r.Confidence), Counting: api.DeadlineCounting(r.Counting),
		Unit: string(r.Unit), Amount: int32(c.Amount), From: wire.Day(t.Start.On), FirstCounted: wire.DayPtr(firstCounted(c)),
		Day: wire.Day(t.For(mustKeep)), ComputedDay: wire.Day(c.Day), EarliestDay: wire.Day(t.Earliest), DueAt: t.At, Moved: c.Moved, Overdue: t.Over(today),
		Paused: t.Paused, Disputed: t.Disputed(), Preliminary: len(c.YearsWithoutHolidays) > 0, Skipped: wire.Each(c.Skipped, toAPISkip),
		Readings: wire.Each(t.Readings, func(x Reading) api.DeadlineReading {
			return api.DeadlineReading{Unit: string(x.Unit), Day: wire.Day(x.Day)}
		}),
		Examples: wire.Each(t.Examples, toAPIExample), Extensions: []api.DeadlineExtension{}, Pauses: wire.Each(t.Start.Pauses, toAPIPause)}
	if r.MustAct != "" {
		who := api.CaseStatusWaits(r.MustAct)
		out.MustAct = &who
	}
	if r.Code != "" {
		words := catalog.Words(r.NameID, r.NameEN)
		out.Name, out.Note, out.LegalBasis = &words, catalog.WordsPtr(r.NoteID, r.NoteEN), &r.LegalBasis
	}
	if len(c.YearsWithoutHolidays) > 0 {
		years := wire.Each(c.YearsWithoutHolidays, func(y int) int32 { return int32(y) })
		out.YearsWithoutHolidays = &years
	}
	return out
}

func firstCounted(c catalog.Count) *day.Day {
	if c.FirstCounted.IsZero() {
		return nil
	}
	return &c.FirstCounted
}

func toAPISkip(s catalog.Skip) api.DeadlineSkippedDay {
	out := api.DeadlineSkippedDay{Day: wire.Day(s.Day), Reason: api.DeadlineSkipReason(s.Reason)}
	if s.Holiday != nil {
		out.Holiday, out.LegalBasis = wire.Optional(s.Holiday.NameID), wire.Optional(s.Holiday.LegalBasis)
	}
	return out
}

func toAPIExample(e Example) api.DeadlineExample {
	return api.DeadlineExample{From: wire.Day(e.From), Day: wire.Day(e.Day), ComputedDay: wire.Day(e.Computed), Agrees: e.Agrees}
}
