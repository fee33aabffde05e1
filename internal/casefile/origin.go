package casefile

import (
	"fmt"
	"slices"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/report"
)

// The kinds of origin.
const (
	fromReport         = "report"
	fromRecommendation = "recommendation"
)

// check refuses an origin that does not say what it is of its kind.
func (o Origin) check() error {
	if (o.Report != nil) != (o.Kind == fromReport) || (o.Recommendation != nil) != (o.Kind == fromRecommendation) {
		return fault.New(fault.Rule, "case.origin_mismatch").At("/kind", "case.origin_mismatch")
	}
	return nil
}

// traced completes an opening from the submission it rests on: the sender, its
// number, the day of receipt and who was recused. Nothing else of a report goes
// into a case. The caller must be allowed to know of the submission, and it must
// name the subjects.
func (o Opening) traced(tx *db.Tx) (Opening, error) {
	if err := o.Origin.check(); err != nil {
		return o, err
	}
	switch {
	case o.Origin.Report != nil:
		return o.tracedToReport(tx, *o.Origin.Report)
	case o.Origin.Recommendation != nil:
		return o.tracedToRecommendation(tx, *o.Origin.Recommendation)
	}
	return o, nil
}

func (o Opening) tracedToReport(tx *db.Tx, rid id.ID) (Opening, error) {
	r, err := report.GetTx(tx, rid)
	if err != nil {
		return o, err
	}
	o.Origin.Organisation, o.Origin.TheirNumber, o.Origin.ReceivedOn = r.Organisation, r.Number, r.Received
	o.Origin.Source, o.Origin.SourceNumber, o.Origin.SBTNumber = r.Source.Organisation, r.Source.Number, r.Source.SBT
	if o.recused, err = report.RecusedTx(tx, rid); err != nil {
		return o, err
	}
	return o, o.named(func(person id.ID) bool {
		return slices.ContainsFunc(r.Subjects, func(s report.Subject) bool { return s.ASN != nil && *s.ASN == person })
	})
}

func (o Opening) tracedToRecommendation(tx *db.Tx, rid id.ID) (Opening, error) {
	r, err := recommendation.GetTx(tx, rid)
	if err != nil {
		return o, err
	}
	o.Origin.Organisation, o.Origin.TheirNumber, o.Origin.ReceivedOn = &r.Organisation, r.Number, r.Received
	o.Origin.Source, o.Origin.SourceNumber, o.Origin.SBTNumber = r.Source.Organisation, r.Source.Number, r.Source.SBT
	return o, o.named(func(person id.ID) bool {
		return slices.ContainsFunc(r.Subjects, func(s recommendation.Subject) bool { return s.ASN == person })
	})
}

// named refuses subjects that the submission does not name.
func (o Opening) named(by func(id.ID) bool) error {
	for i, s := range o.Subjects {
		if !by(s.Person) {
			pointer := fmt.Sprintf("/subjects/%d/asn_id", i)
			return fault.New(fault.Rule, "case.subject_not_named").At(pointer, "case.subject_not_named")
		}
	}
	return nil
}

// linked tells the submission which cases came of it.
func (o Opening) linked(tx *db.Tx, cases []Case) error {
	ids := make([]id.ID, 0, len(cases))
	for _, c := range cases {
		ids = append(ids, c.ID)
		if o.Origin.Recommendation == nil {
			continue
		}
		if err := recommendation.LinkCaseTx(tx, *o.Origin.Recommendation, c.ID); err != nil {
			return err
		}
	}
	if o.Origin.Report == nil {
		return nil
	}
	return report.AcceptTx(tx, *o.Origin.Report, ids)
}

// settled are the states in which a case has brought what its reports asked for.
var settled = []State{InForce, Serving, Completed, Closed}

// outcomeOf sums up the cases of one report for its reporter, in the public's
// three words; empty while one of them goes on.
func outcomeOf(cases []Case) report.Outcome {
	out := report.NotProven
	for _, c := range cases {
		switch {
		case !slices.Contains(settled, c.State):
			return ""
		case c.State != Closed || c.ClosingReason == reasonCompleted:
			out = report.ActionTaken
		case c.ClosingReason != reasonNotProven && out == report.NotProven:
			out = report.Closed
		}
	}
	return out
}

// finishReports tells the reports of a case how their cases ended, once all have.
// It does so as the program itself: whoever ends a case may be behind the wall of
// the report, and must neither fail on that nor learn of it.
func (s *Service) finishReports(tx *db.Tx, tenant int32, c Case, from []Origin) error {
	if !slices.Contains(settled, c.State) {
		return nil
	}
	mine := tx.Scope()
	for _, o := range from {
		if o.Report == nil {
			continue
		}
		cases, err := fromSameReport(tx, s.master, *o.Report)
		if err != nil {
			return err
		}
		outcome := outcomeOf(cases)
		if outcome == "" {
			continue
		}
		if err := tx.Enter(authz.ForSystem(tenant)); err != nil {
			return err
		}
		if err := report.FinishTx(tx, *o.Report, string(outcome)); err != nil {
			return err
		}
		if err := tx.Enter(mine); err != nil {
			return err
		}
	}
	return nil
}

// withoutWalled leaves out the reports that the viewer must not know of: somebody
// may handle a case and stand behind the wall of a report that fed it.
func withoutWalled(tx *db.Tx, from []Origin) ([]Origin, error) {
	me := tx.Scope().Person()
	if me == id.Nil {
		return from, nil
	}
	var out []Origin
	for _, o := range from {
		if o.Report != nil {
			hidden, err := report.WalledTx(tx, *o.Report, me)
			if err != nil {
				return nil, err
			}
			if hidden {
				continue
			}
		}
		out = append(out, o)
	}
	return out, nil
}
