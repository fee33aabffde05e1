package casestatus

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/report"
)

// Project follows the journal; package app registers it with the database. It
// looks at the objects that were moved, as the program itself: whoever took the
// step may be behind the wall of what else the matter rests on.
func (s *Service) Project(tx *db.Tx, notes []db.Noted) error {
	mine, entered := tx.Scope(), false
	for i, n := range notes {
		if !moves(n) || slices.ContainsFunc(notes[:i], func(o db.Noted) bool { return moves(o) && o.ObjectID == n.ObjectID }) {
			continue
		}
		entered = true
		if err := s.follow(tx, n); err != nil {
			return err
		}
	}
	if !entered {
		return nil
	}
	return tx.Enter(mine)
}

// moves reports whether what was noted may change what a body sees: readings,
// for instance, do not.
func moves(n db.Noted) bool {
	switch n.Object {
	case "case":
		return n.Action == "case.step_taken" || strings.HasPrefix(n.Action, "deadline.")
	case "report", "recommendation":
		return !strings.HasSuffix(n.Action, "read")
	}
	return false
}

func (s *Service) follow(tx *db.Tx, n db.Noted) error {
	if err := tx.Enter(authz.ForSystem(n.Tenant)); err != nil {
		return err
	}
	if err := government.ShareTx(tx); err != nil {
		return err
	}
	p, err := newPen(tx, n.Tenant)
	if err != nil {
		return err
	}
	switch n.Object {
	case "case":
		err = s.caseMoved(p, n.ObjectID)
	case "report":
		err = s.reportMoved(p, n.ObjectID)
	default:
		err = recommendationMoved(p, n.ObjectID)
	}
	if err != nil {
		return err
	}
	return p.write()
}

func (s *Service) caseMoved(p *pen, cid id.ID) error {
	c, err := s.cases.SeenTx(p.tx, cid)
	if err != nil {
		return err
	}
	return p.ofCase(c)
}

func recommendationMoved(p *pen, rid id.ID) error {
	letter, waiting, err := recommendation.SentTx(p.tx, rid)
	if err != nil || !waiting {
		return err
	}
	return p.ofRecommendation(letter)
}

// reportMoved also looks at the reports that repeat this one.
func (s *Service) reportMoved(p *pen, rid id.ID) error {
	again, err := report.SentDuplicatesTx(p.tx, rid)
	if err != nil {
		return err
	}
	one, named, err := report.SentTx(p.tx, rid)
	if err != nil {
		return err
	}
	if named {
		again = append(again, one)
	}
	for _, r := range again {
		if err := s.ofReport(p, r); err != nil {
			return err
		}
	}
	return nil
}

// ofReport writes the rows of a report that is no case; of one that repeats
// another, those of the cases which that one fed.
func (s *Service) ofReport(p *pen, r report.Sent) error {
	if r.State == report.Accepted {
		return nil // its cases have the rows
	}
	if r.State == report.Duplicate && r.DuplicateOf != nil {
		cases, err := s.cases.SeenOfReportTx(p.tx, *r.DuplicateOf)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := p.ofCase(c); err != nil {
				return err
			}
		}
		if len(cases) > 0 {
			return nil
		}
	}
	return p.ofReport(r)
}

// Recount makes the read model of a government out of what it is made of. It
// finds nothing to do unless a term or a holiday moved since. Steps that are
// followed meanwhile wait for it and it for them: else it could read a matter
// before a step and write what it read after that step's commit.
func (s *Service) Recount(tx *db.Tx) error {
	tenant, err := tx.Tenant()
	if err != nil || tenant == authz.Platform { // the installation has no matters
		return err
	}
	if err := government.LockTx(tx); err != nil {
		return err
	}
	p, err := newPen(tx, tenant)
	if err != nil {
		return err
	}
	cases, err := casefile.NamingBodiesTx(tx)
	if err != nil {
		return err
	}
	for _, cid := range cases {
		if err := s.caseMoved(p, cid); err != nil {
			return err
		}
	}
	reports, err := report.SentAllTx(tx)
	if err != nil {
		return err
	}
	for _, r := range reports {
		if err := s.ofReport(p, r); err != nil {
			return err
		}
	}
	letters, err := recommendation.SentAllTx(tx)
	if err != nil {
		return err
	}
	for _, r := range letters {
		if err := p.ofRecommendation(r); err != nil {
			return err
		}
	}
	return p.write()
}

// Sweep recounts one government.
func (s *Service) Sweep(ctx context.Context) error { return s.db.Scratch(ctx, s.Recount) }

// pen collects the rows that a matter should have and writes those that show
// something else than they do.
type pen struct {
	tx         *db.Tx
	tenant     int32
	government government.Entry
	rows       []row
}

func newPen(tx *db.Tx, tenant int32) (*pen, error) {
	g, err := government.EntryByTenantTx(tx, tenant)
	return &pen{tx: tx, tenant: tenant, government: g}, err
}

// base is what all rows of the government begin with.
func (p *pen) base() row {
	return row{TenantID: p.tenant, GovernmentCode: p.government.Code, Zone: p.government.Zone}
}

func (p *pen) ofCase(c casefile.Seen) error {
	base := p.base()
	base.CaseID, base.OurNumber, base.Status, base.StatusSince = &c.ID, c.Number, string(wordOf(c.Case)), c.StateSince
	base.RegisteredOn, base.ClosedOn, base.WaitsFor = c.RegisteredOn, orZero(c.ClosedOn), string(waitsOf(c.Case))
	if c.Next != nil && c.State != casefile.Closed {
		base.DueOn, base.DueRule, base.DueConfidence = c.Next.Count.Day, c.Next.Rule.Code, string(c.Next.Rule.Confidence)
	}
	for _, o := range c.Origins {
		one := base
		one.ReportID, one.RecommendationID, one.ReceivedOn, one.SBTNumber = o.Report, o.Recommendation, o.ReceivedOn, o.SBTNumber
		if o.Report != nil {
			var err error
			if one.ReceiptNumber, err = report.ReceiptTx(p.tx, *o.Report); err != nil {
				return err
			}
		}
		p.forBody(one, o.Organisation, o.TheirNumber)
		if o.Source != nil && (o.Organisation == nil || *o.Source != *o.Organisation) {
			p.forBody(one, o.Source, o.SourceNumber)
		}
		if o.Report == nil {
			continue
		}
		again, err := report.SentDuplicatesTx(p.tx, *o.Report)
		if err != nil {
			return err
		}
		for _, r := range again {
			one.ReportID, one.ReceivedOn, one.SBTNumber, one.ReceiptNumber = &r.ID, r.Received, r.SBT, r.Receipt
			for _, b := range r.Bodies {
				p.forBody(one, &b.Organisation, b.Number)
			}
		}
	}
	return nil
}

func (p *pen) ofReport(r report.Sent) error {
	state, err := p.followed(r)
	if err != nil {
		return err
	}
	var to *organisation.Organisation
	if r.ReferredTo != nil {
		o, err := organisation.GetTx(p.tx, *r.ReferredTo)
		if err != nil {
			return err
		}
		to = &o
	}
	one := p.base()
	one.ReportID, one.SBTNumber, one.ReceiptNumber, one.ReceivedOn, one.StatusSince = &r.ID, r.SBT, r.Receipt, r.Received, r.Received
	one.Status, one.WaitsFor = string(wordOfReport(state)), string(waitsOfReport(state, to))
	if wordOfReport(state) == ClosedOther {
		one.StatusSince, one.ClosedOn = r.Updated, r.Updated
	} else if err := p.verification(&one); err != nil {
		return err
	}
	for _, b := range r.Bodies {
		p.forBody(one, &b.Organisation, b.Number)
	}
	return nil
}

// followed is the state of the report that one repeats, or its own.
func (p *pen) followed(r report.Sent) (report.State, error) {
	state, of := r.State, r.DuplicateOf
	for range 8 { // a repeated one may itself be found to repeat a third
		if state != report.Duplicate || of == nil {
			break
		}
		var err error
		if state, of, err = report.StateTx(p.tx, *of); err != nil {
			return state, err
		}
	}
	return state, nil
}

// verification is the term of what is not accepted yet. A government may have
// struck the rule; then no term runs.
func (p *pen) verification(one *row) error {
	c, err := deadline.NewCounter(p.tx)
	if err != nil {
		return err
	}
	t, ok, err := c.Of(report.VerificationRule, deadline.Start{On: one.ReceivedOn})
	if ok {
		one.DueOn, one.DueRule, one.DueConfidence = t.Day, t.Rule.Code, string(t.Rule.Confidence)
	}
	return err
}

func (p *pen) ofRecommendation(r recommendation.Sent) error {
	sender, err := organisation.GetTx(p.tx, r.Sender)
	if err != nil {
		return err
	}
	one := p.base()
	one.RecommendationID, one.SBTNumber, one.ReceivedOn, one.StatusSince = &r.ID, r.SBT, r.Received, r.Received
	one.Status, one.WaitsFor = string(Received), string(waitsOfRecommendation(r.State, &sender))
	if r.State == recommendation.FollowedUp {
		one.Status, one.StatusSince, one.ClosedOn = string(ClosedOther), *r.Closed, *r.Closed
	} else {
		one.DueOn, one.DueRule, one.DueConfidence = r.Due.On, r.Due.Rule, string(r.Due.Confidence)
	}
	for _, b := range r.Bodies {
		p.forBody(one, &b.Organisation, b.Number)
	}
	return nil
}

// forBody adds the row of one body, unless the matter names it twice by the same
// number.
func (p *pen) forBody(one row, body *id.ID, number string) {
	if body == nil {
		return
	}
	one.OrganisationID, one.TheirNumber = *body, number
	one = one.keyed()
	same := func(o row) bool {
		return o.OrganisationID == one.OrganisationID && o.NumberKey == one.NumberKey && equal(o.CaseID, one.CaseID) &&
			(one.CaseID != nil || equal(o.ReportID, one.ReportID) && equal(o.RecommendationID, one.RecommendationID))
	}
	if !slices.ContainsFunc(p.rows, same) {
		p.rows = append(p.rows, one)
	}
}

// write brings the rows to the database, office by office in one order, so that
// two who move matters of the same offices do not wait for each other.
func (p *pen) write() error {
	slices.SortStableFunc(p.rows, func(a, b row) int { return bytes.Compare(a.OrganisationID[:], b.OrganisationID[:]) })
	for _, want := range p.rows {
		if err := p.put(want); err != nil {
			return err
		}
	}
	p.rows = nil
	return nil
}

func (p *pen) put(want row) (err error) {
	if want.Missed, err = deadline.CountMissedTx(p.tx, want.matter()...); err != nil {
		return err
	}
	have, found, err := find(p.tx, want)
	if err != nil {
		return err
	}
	if found {
		if want.Status == have.Status && want.CaseID != nil && have.CaseID != nil {
			want.StatusSince = have.StatusSince
		}
		if have.shows() == want.shows() && equal(have.CaseID, want.CaseID) {
			return nil
		}
	}
	if want.UpdatedAt, err = touch(p.tx, p.tenant, want.OrganisationID); err != nil {
		return err
	}
	if found {
		want.ID, want.Version = have.ID, have.Version+1
		if err := update(p.tx, want); err != nil {
			return err
		}
		return p.tell(want)
	}
	if want.ID, err = p.newID(want); err != nil {
		return err
	}
	want.Version = 1
	if err := insert(p.tx, want); err != nil || want.CaseID == nil {
		return err // that something came in was noted when it did
	}
	return p.tell(want)
}

// tell notes for the office's feed that what it sees of a matter changed.
func (p *pen) tell(r row) error {
	return journal.Note(p.tx, journal.Entry{Action: "case_status.changed", Object: "case_status", ObjectID: r.ID,
		Public: &journal.Public{Type: journal.CaseStatusChanged, To: []id.ID{r.OrganisationID}}})
}

// matter is all that a row stands for: terms passed before there was a case, too.
func (r row) matter() (out []id.ID) {
	for _, x := range []*id.ID{r.CaseID, r.ReportID, r.RecommendationID} {
		if x != nil {
			out = append(out, *x)
		}
	}
	return out
}

// newID is the submission's own identifier for the first row, so that who sent
// it knows where to look.
func (p *pen) newID(r row) (id.ID, error) {
	of := r.ReportID
	if of == nil {
		of = r.RecommendationID
	}
	if of == nil {
		return p.tx.NewID(), nil
	}
	ok, err := free(p.tx, *of)
	if err != nil || ok {
		return *of, err
	}
	return p.tx.NewID(), nil
}

func equal(a, b *id.ID) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func orZero(d *day.Day) day.Day {
	if d == nil {
		return day.Day{}
	}
	return *d
}
