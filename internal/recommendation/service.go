package recommendation

import (
	"context"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

var constraints = db.Constraints{
	"recommendation_number_key": func() *fault.Fault { return fault.New(fault.Conflict, "recommendation.number_taken") },
}

// Service is the use cases of recommendations.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// List lists recommendations by the day they are due, and today's legal day.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (p page.Page[Recommendation], today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		out, err := list(tx, f, today, r)
		p = page.Cut(r, out, func(x Recommendation) []string { return []string{x.Due.On.String(), x.ID.String()} })
		return err
	})
	return p, today, err
}

// Get reads one recommendation and today's legal day.
func (s *Service) Get(ctx context.Context, rid id.ID) (r Recommendation, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		r, err = GetTx(tx, rid)
		return err
	})
	return r, today, err
}

// GetTx reads one recommendation with its subjects, follow-ups and cases.
func GetTx(tx *db.Tx, rid id.ID) (Recommendation, error) { return getTx(tx, rid, false) }

func getTx(tx *db.Tx, rid id.ID, lock bool) (Recommendation, error) {
	r, err := find(tx, rid, lock)
	if err != nil {
		return r, err
	}
	return loaded(tx, r)
}

// Create records a recommendation. dueOn is a day that differs from the
// computed one, with its reason.
func (s *Service) Create(ctx context.Context, r Recommendation, dueOn *day.Day, reason string) (Recommendation, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { r, today, err = CreateTx(tx, r, dueOn, reason); return })
	return r, today, err
}

// CreateTx records a recommendation in the caller's transaction.
func CreateTx(tx *db.Tx, r Recommendation, dueOn *day.Day, reason string) (Recommendation, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return r, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return r, today, err
	}
	if err := r.check(today); err != nil {
		return r, today, err
	}
	if r, err = knownTx(tx, r); err != nil {
		return r, today, err
	}
	if r.Due, err = dueTx(tx, r.Received); err != nil {
		return r, today, err
	}
	if dueOn != nil {
		if r.Due, err = r.Due.moved(*dueOn, reason); err != nil {
			return r, today, err
		}
	}
	if r.Mandate, err = government.OwnerTx(tx, government.AppointingAuthority, r.Received); err != nil {
		return r, today, err
	}
	r.ID, r.State, r.Version, r.RecordedLater = tx.NewID(), Open, 1, r.Received.Before(today)
	r.FollowUps, r.Cases = []FollowUp{}, []id.ID{}
	if err := insert(tx, tenant, r); err != nil {
		return r, today, constraints.Fault(err)
	}
	if err := insertSubjects(tx, tenant, r.ID, r.Subjects); err != nil {
		return r, today, err
	}
	if err := keepClock(tx, r, r.Received); err != nil {
		return r, today, err
	}
	return r, today, journal.Note(tx, journal.Entry{Action: "recommendation.recorded", Object: "recommendation", ObjectID: r.ID,
		Details: map[string]any{"organisation_id": r.Organisation, "subjects": len(r.Subjects)},
		Public:  &journal.Public{Type: journal.RecommendationReceived, To: []id.ID{r.Organisation}}})
}

func note(tx *db.Tx, action string, rid id.ID, details map[string]any) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: "recommendation", ObjectID: rid, Details: details})
}

// knownTx holds sender, persons and kinds of sanction to what there is. The
// sender must have existed on the day of the letter: KASN ended in 2024.
func knownTx(tx *db.Tx, r Recommendation) (Recommendation, error) {
	o, err := organisation.GetTx(tx, r.Organisation)
	if err != nil {
		return r, err
	}
	if !o.On(r.Issued) {
		return r, fault.New(fault.Rule, "recommendation.sender_not_existing").At("/organisation_id", "recommendation.sender_not_existing")
	}
	if r.Source.Organisation != nil {
		if _, err := organisation.GetTx(tx, *r.Source.Organisation); err != nil {
			return r, err
		}
	}
	for i, s := range r.Subjects {
		p, err := asn.GetTx(tx, s.ASN)
		if err != nil {
			return r, err
		}
		r.Subjects[i].ASN = p.ID
		if s.Sanction == "" {
			continue
		}
		if _, err := catalog.FindTx(tx, catalog.SanctionTypeKind, s.Sanction, r.Issued); err != nil {
			if f, ok := fault.As(err); ok {
				f.Fields = append(f.Fields, fault.Field{Pointer: "/subjects", Code: f.Code, Params: f.Params})
			}
			return r, err
		}
	}
	return r, nil
}

// dueTx computes the day by which the appointing authority has to act.
func dueTx(tx *db.Tx, received day.Day) (Due, error) {
	t, err := deadline.TermTx(tx, DueRule, received)
	return Due{On: t.Day, Computed: t.Day, Rule: t.Rule.Code, Confidence: t.Rule.Confidence}, err
}

// keepClock lets the term run while the recommendation waits.
func keepClock(tx *db.Tx, r Recommendation, on day.Day) error {
	return deadline.RunTx(tx, deadline.Object{Kind: deadline.Recommendation, ID: r.ID}, deadline.Clock{Rule: r.Due.Rule, From: r.Received, Set: r.Due.set()},
		r.State != FollowedUp, on)
}

// ClockMovedTx takes over the day to which the clock of a recommendation came: a
// holiday was decreed, or the clock stood still. A day that an official set
// stays.
func ClockMovedTx(tx *db.Tx, k deadline.Running) error {
	r, err := findAny(tx, k.Clock.Object.ID)
	if err != nil || r.Due.Computed == k.Count.Day {
		return err
	}
	if r.Due.set() == nil {
		r.Due.On = k.Count.Day
	}
	r.Due.Computed = k.Count.Day
	r.Version++
	return update(tx, r)
}

// FollowUp records what was done about a recommendation, with its proof.
func (s *Service) FollowUp(ctx context.Context, rid id.ID, f FollowUp) (r Recommendation, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		r, err = FollowUpTx(tx, rid, f)
		return err
	})
	return r, today, err
}

// FollowUpTx records it in the caller's transaction; a day left out is today.
func FollowUpTx(tx *db.Tx, rid id.ID, f FollowUp) (Recommendation, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Recommendation{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return Recommendation{}, err
	}
	r, err := getTx(tx, rid, true)
	if err != nil {
		return r, err
	}
	if f.Day.IsZero() {
		f.Day = today
	}
	from := r.State
	if r, err = r.follow(f, today); err != nil {
		return r, err
	}
	f.No, f.RecordedLater = int32(len(r.FollowUps))+1, f.Day.Before(today)
	if err := insertFollowUp(tx, tenant, rid, f); err != nil {
		return r, err
	}
	if err := update(tx, r); err != nil {
		return r, err
	}
	if err := keepClock(tx, r, f.Day); err != nil {
		return r, err
	}
	r.FollowUps = append(r.FollowUps, f)
	return r, note(tx, "recommendation.follow_up_recorded", rid, map[string]any{"kind": f.Kind, "from": from, "to": r.State, "case_id": f.Case})
}

// MoveDue sets another day for the appointing authority to act by, with the
// reason; the computed day itself needs none.
func (s *Service) MoveDue(ctx context.Context, rid id.ID, on day.Day, reason string) (r Recommendation, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		if r, err = getTx(tx, rid, true); err != nil {
			return err
		}
		if machine[r.State] == nil {
			return fault.New(fault.Conflict, "recommendation.step_not_allowed").Allowing(r.steps(true))
		}
		if r.Due, err = r.Due.moved(on, reason); err != nil {
			return err
		}
		r.Version++
		if err := update(tx, r); err != nil {
			return err
		}
		if err := deadline.SetTx(tx, deadline.Object{Kind: deadline.Recommendation, ID: rid}, r.Due.set()); err != nil {
			return err
		}
		return note(tx, "recommendation.due_moved", rid, map[string]any{"due_on": on})
	})
	return r, today, err
}

// LinkCaseTx notes that a case was opened because of a recommendation.
func LinkCaseTx(tx *db.Tx, rid, caseID id.ID) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	r, err := find(tx, rid, true)
	if err != nil {
		return err
	}
	if err := insertCase(tx, tenant, rid, caseID); err != nil {
		return err
	}
	r.Version++
	if err := update(tx, r); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "recommendation.case_linked", Object: "recommendation", ObjectID: rid, Details: map[string]any{"case_id": caseID},
		Public: &journal.Public{Type: journal.RecommendationAccepted, To: []id.ID{r.Organisation}}})
}
