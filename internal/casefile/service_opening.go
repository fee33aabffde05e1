package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Opening is what opens cases.
type Opening struct {
	Origin       Origin
	RegisteredOn *day.Day // today when nil
	Acts         []string
	Subjects     []Subject
	// Case carries what all subjects share: days, track, kinds, accusation.
	Case Case
	// recused are those the submission keeps away.
	recused []id.ID
}

// Subject is one person of an opening.
type Subject struct {
	Person            id.ID
	SpouseIsCandidate bool
	Involved          []id.ID
}

// Open opens a case for each subject.
func (s *Service) Open(ctx context.Context, o Opening) (out []File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		cases, err := s.OpenTx(tx, o)
		if err != nil {
			return err
		}
		for _, c := range cases {
			f, err := s.fileTx(tx, c)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// OpenTx opens a case for each subject in the caller's transaction.
func (s *Service) OpenTx(tx *db.Tx, o Opening) ([]Case, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	if o, err = o.traced(tx); err != nil {
		return nil, err
	}
	if o, err = o.dated(today); err != nil {
		return nil, err
	}
	out := make([]Case, 0, len(o.Subjects))
	for i, subject := range o.Subjects {
		if slices.ContainsFunc(o.Subjects[:i], func(x Subject) bool { return x.Person == subject.Person }) {
			return nil, fault.New(fault.Rule, "case.subject_twice").At(fmt.Sprintf("/subjects/%d/asn_id", i), "case.subject_twice")
		}
		c, err := s.openOne(tx, o, subject, today)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, o.linked(tx, out)
}

// dated fills the day of opening and holds the days against each other.
func (o Opening) dated(today day.Day) (Opening, error) {
	registered := today
	if o.RegisteredOn != nil {
		registered = *o.RegisteredOn
	}
	o.Case.RegisteredOn, o.Case.StateSince, o.Case.RecordedLater = registered, registered, registered.Before(today)
	if o.Origin.ReceivedOn.IsZero() {
		o.Origin.ReceivedOn = registered
	}
	f := fault.New(fault.Rule, "case.days_inverted")
	if registered.After(today) {
		f.At("/registered_on", "case.day_in_future")
	}
	if o.Case.ActOn.After(registered) || o.Origin.ReceivedOn.After(registered) {
		f.At("/registered_on", "case.days_inverted")
	}
	if o.Case.KnownOn != nil && (o.Case.KnownOn.Before(o.Case.ActOn) || o.Case.KnownOn.After(registered)) {
		f.At("/known_on", "case.days_inverted")
	}
	if len(f.Fields) > 0 {
		return o, f
	}
	return o, nil
}

func (s *Service) openOne(tx *db.Tx, o Opening, subject Subject, today day.Day) (Case, error) {
	c := o.Case
	tenant, err := tx.Tenant()
	if err != nil {
		return c, err
	}
	person, err := asn.GetTx(tx, subject.Person)
	if err != nil {
		return c, err
	}
	status, err := asn.StatusTx(tx, person, c.ActOn)
	if err != nil {
		return c, err
	}
	c.ID, c.Version, c.State, c.Subject, c.SpouseIsCandidate = tx.NewID(), 1, Registered, person.ID, subject.SpouseIsCandidate
	c.person, c.ActPost = person.ID, postOf(status)
	c.OPD = c.ActPost.OPD
	if err := c.ActPost.check(); err != nil {
		return c, err
	}
	if c, err = classify(tx, c, o.Acts); err != nil {
		return c, err
	}
	walls := o.walls(subject)
	if c.Superior, err = actingSuperior(tx, c, walls); err != nil {
		return c, err
	}
	if o.Origin.Kind == fromRecommendation {
		c.Start(ruleFollowUp, o.Origin.ReceivedOn)
	}
	if c.Number, err = drawNumber(tx, tenant, c.RegisteredOn); err != nil {
		return c, err
	}
	if err := insert(tx, s.master, tenant, c); err != nil {
		return c, constraints.Fault(err)
	}
	if err := keepClocks(tx, &c, c.RegisteredOn); err != nil {
		return c, err
	}
	if err := wallOff(tx, tenant, c, walls); err != nil {
		return c, err
	}
	if err := insertOrigin(tx, tenant, c.ID, o.Origin); err != nil {
		return c, err
	}
	return c, s.record(tx, tenant, c, Entry{Step: Opened, To: Registered, On: c.RegisteredOn, RecordedLater: c.RegisteredOn.Before(today)})
}

// walls are those kept away from the case of one subject.
func (o Opening) walls(s Subject) []Wall {
	var out []Wall
	for _, p := range s.Involved {
		out = append(out, Wall{Person: p, Reason: "involved"})
	}
	for _, p := range o.recused {
		if p != s.Person && !slices.Contains(s.Involved, p) {
			out = append(out, Wall{Person: p, Reason: "recused"})
		}
	}
	return out
}

// actingSuperior is the nearest superior who is not walled off; nobody when all
// are, which is a matter for the agency.
func actingSuperior(tx *db.Tx, c Case, off []Wall) (*id.ID, error) {
	line, err := asn.SuperiorsTx(tx, c.person, c.RegisteredOn)
	if err != nil {
		return nil, err
	}
	for _, p := range line {
		if !slices.ContainsFunc(off, func(w Wall) bool { return w.Person == p.ID }) {
			return &p.ID, nil
		}
	}
	return nil, nil
}

func wallOff(tx *db.Tx, tenant int32, c Case, off []Wall) error {
	for _, w := range off {
		if _, err := asn.GetTx(tx, w.Person); err != nil {
			return err
		}
		if c.isSubject(w.Person) {
			return fault.New(fault.Rule, "case.subject_walled")
		}
		if err := insertWall(tx, tenant, c.ID, w); err != nil {
			return constraints.Fault(err)
		}
	}
	return nil
}

// drawNumber draws until a number is free; with 33 million a year the second
// draw is rare.
func drawNumber(tx *db.Tx, tenant int32, registered day.Day) (string, error) {
	g, err := government.EntryByTenantTx(tx, tenant)
	if err != nil {
		return "", err
	}
	for range 10 {
		number := caseNumber(g.Code, registered, tx.NewUnorderedID())
		taken, err := numberTaken(tx, number)
		if err != nil || !taken {
			return number, err
		}
	}
	return "", fault.New(fault.Unavailable, "server.unavailable").After(time.Second)
}
