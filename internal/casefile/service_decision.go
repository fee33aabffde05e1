package casefile

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Letter is a decision as it was signed.
type Letter struct {
	Number     string
	DecidedOn  day.Day
	LegalBasis string
	Signatory  Signatory
	Reason     string
	// SanctionType is empty when nothing was proven.
	SanctionType string
}

// DecideNotProven records that nothing was proven, which closes the case.
func (s *Service) DecideNotProven(ctx context.Context, cid id.ID, in Letter) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) { return s.DecideNotProvenTx(tx, cid, in) })
}

// DecideNotProvenTx does so in the caller's transaction.
func (s *Service) DecideNotProvenTx(tx *db.Tx, cid id.ID, in Letter) (Case, error) {
	return s.moveTx(tx, cid, Taken{Step: Deciding, On: in.DecidedOn}, func(c *Case, later bool) (State, error) {
		post, m, err := s.standingOf(tx, *c, in.DecidedOn)
		if err != nil {
			return "", err
		}
		level, err := m.levelAtStake(tx, *c, post)
		if err != nil {
			return "", err
		}
		d := Decision{Outcome: "not_proven", Level: level, SubjectPost: post, RecordedLater: later}
		if _, err := s.sign(tx, *c, m, d, in); err != nil {
			return "", err
		}
		c.Clocks = nil
		c.ClosingReason, c.ClosedOn = reasonNotProven, &in.DecidedOn
		return Closed, nil
	})
}

// DecideTx records the decision that imposes a sanction, with every guard of the
// law; package sanction calls it.
func (s *Service) DecideTx(tx *db.Tx, cid id.ID, in Letter) (Case, Decision, catalog.SanctionType, error) {
	var d Decision
	var kind catalog.SanctionType
	c, err := s.moveTx(tx, cid, Taken{Step: Imposing, On: in.DecidedOn}, func(c *Case, later bool) (State, error) {
		post, m, err := s.standingOf(tx, *c, in.DecidedOn)
		if err != nil {
			return "", err
		}
		if kind, err = catalog.ViewTx[catalog.SanctionType](tx, catalog.SanctionTypeKind, in.SanctionType, in.DecidedOn); err != nil {
			return "", at(err, "/sanction_type")
		}
		if err := CheckKind(kind, c.Track, post, in.DecidedOn); err != nil {
			return "", err
		}
		d = Decision{Outcome: "sanction", SanctionType: kind.Code, Level: kind.AuthorityLevel, SubjectPost: post, RecordedLater: later}
		if err := checkEarlierTx(tx, *c, d, in); err != nil {
			return "", err
		}
		if d, err = s.sign(tx, *c, m, d, in); err != nil {
			return "", err
		}
		c.Stop(ruleFollowUp)
		c.Start(RuleDelivery, in.DecidedOn)
		return Decided, nil
	})
	return c, d, kind, err
}

// standingOf reads what the subject was on the day of the decision, and the
// authority matrix of that day.
func (s *Service) standingOf(tx *db.Tx, c Case, on day.Day) (Post, matrix, error) {
	person, err := asn.GetTx(tx, c.Subject)
	if err != nil {
		return Post{}, matrix{}, err
	}
	status, err := asn.StatusTx(tx, person, on)
	if err != nil {
		return Post{}, matrix{}, err
	}
	post := postOf(status)
	if err := post.check(); err != nil {
		return post, matrix{}, err
	}
	m := matrix{order: map[string]int{}}
	if m.rules, err = catalog.ViewsTx[catalog.AuthorityRule](tx, catalog.AuthorityRuleKind, on); err != nil {
		return post, m, err
	}
	positions, err := catalog.ViewsTx[catalog.PositionType](tx, catalog.PositionTypeKind, on)
	for _, p := range positions {
		if p.Family == "managerial" {
			m.order[p.Code] = p.LevelOrder
		}
	}
	return post, m, err
}

// levelAtStake is the level whose official decides that nothing was proven: the
// heaviest of the kinds of violation, and dismissal's where the matrix knows
// none for the subject.
func (m matrix) levelAtStake(tx *db.Tx, c Case, post Post) (string, error) {
	severity, err := severities(tx, c.ActOn)
	if err != nil {
		return "", err
	}
	level := ""
	for _, code := range c.ViolationTypes {
		t, err := catalog.ViewTx[catalog.ViolationType](tx, catalog.ViolationTypeKind, code, c.ActOn)
		if err != nil {
			return "", err
		}
		if t.Class == c.Track && severity[t.SanctionLevel] > severity[level] {
			level = t.SanctionLevel
		}
	}
	if level == "" || len(m.applying(post, level, "always")) == 0 {
		return "dismissal", nil
	}
	return level, nil
}

// severities orders the levels of sanction.
func severities(tx *db.Tx, on day.Day) (map[string]int, error) {
	rows, err := catalog.ViewsTx[catalog.Level](tx, catalog.SanctionLevel, on)
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Code] = r.Severity
	}
	return out, err
}

// SeverityTx tells how heavy a level is on a day, 0 when it has no order.
func SeverityTx(tx *db.Tx, level string, on day.Day) (int, error) {
	all, err := severities(tx, on)
	return all[level], err
}

// checkEarlierTx holds a sanction against the subject's earlier ones.
func checkEarlierTx(tx *db.Tx, c Case, d Decision, in Letter) error {
	severity, err := severities(tx, in.DecidedOn)
	if err != nil {
		return err
	}
	earlier, err := earlierSanctions(tx, c, in.DecidedOn)
	if err != nil {
		return err
	}
	for i := range earlier {
		earlier[i].sanctionSeverity = severity[earlier[i].Level]
	}
	d.sanctionSeverity, d.actOn, d.violationTypes, d.Reason = severity[d.Level], c.ActOn, c.ViolationTypes, in.Reason
	return d.checkEarlier(earlier)
}

// sign checks who signed and writes the decision.
func (s *Service) sign(tx *db.Tx, c Case, m matrix, d Decision, in Letter) (Decision, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return d, err
	}
	if err := in.Signatory.check(); err != nil {
		return d, err
	}
	d.Number, d.DecidedOn, d.LegalBasis, d.Reason, d.Exception = in.Number, in.DecidedOn, in.LegalBasis, in.Reason, in.Signatory.Exception
	if d.Exception != "" && d.Reason == "" {
		return d, fault.New(fault.Rule, "case.exception_needs_reason").At("/reason", "case.exception_needs_reason")
	}
	var who standing
	if in.Signatory.Mandate != nil {
		d, who, err = signedByMandate(tx, c, d, *in.Signatory.Mandate)
	} else {
		d, who, err = signedByOfficial(tx, c, d, *in.Signatory.ASN)
	}
	if err != nil {
		return d, err
	}
	rule, err := m.entitled(d.SubjectPost, d.Level, d.Exception, who)
	if err != nil {
		return d, err
	}
	d.ID, d.AuthorityRule = tx.NewID(), rule.Code
	return d, insertDecision(tx, tenant, c.ID, d)
}

// signedByMandate finds the mandate among those of the appointing authority on
// the day of the decision: nobody decides before taking office or after leaving
// it (X18), and not without the power to.
func signedByMandate(tx *db.Tx, c Case, d Decision, mandate id.ID) (Decision, standing, error) {
	holders, err := government.HoldersTx(tx, government.AppointingAuthority, d.DecidedOn)
	if err != nil {
		return d, standing{}, err
	}
	i := slices.IndexFunc(holders, func(m government.Mandate) bool { return m.ID == mandate })
	if i < 0 || !holders[i].Has(government.PowerDecideSanctions) {
		return d, standing{}, fault.New(fault.Rule, "case.no_mandate", "day", d.DecidedOn).At("/signatory/mandate_id", "case.no_mandate", "day", d.DecidedOn)
	}
	if h := holders[i].HolderASN; h != nil && c.isSubject(*h) {
		return d, standing{}, fault.New(fault.Rule, "case.signatory_is_subject").At("/signatory/mandate_id", "case.signatory_is_subject")
	}
	d.Mandate, d.SignatoryName, d.SignatoryTitle = &mandate, holders[i].HolderName, holders[i].Title
	return d, standing{appointing: true}, nil
}

// signedByOfficial reads which post another official held on that day.
func signedByOfficial(tx *db.Tx, c Case, d Decision, official id.ID) (Decision, standing, error) {
	person, err := asn.GetTx(tx, official)
	if err != nil {
		return d, standing{}, err
	}
	if c.isSubject(person.ID) {
		return d, standing{}, fault.New(fault.Rule, "case.signatory_is_subject").At("/signatory/asn_id", "case.signatory_is_subject")
	}
	off, err := walls(tx, c.ID)
	if err != nil {
		return d, standing{}, err
	}
	if slices.ContainsFunc(off, func(w Wall) bool { return w.Person == person.ID }) {
		return d, standing{}, fault.New(fault.Rule, "case.signatory_walled").At("/signatory/asn_id", "case.signatory_walled")
	}
	status, err := asn.StatusTx(tx, person, d.DecidedOn)
	if err != nil {
		return d, standing{}, err
	}
	post := postOf(status)
	if post.PositionType == "" {
		return d, standing{}, fault.New(fault.Rule, "case.no_mandate", "day", d.DecidedOn).At("/signatory/asn_id", "case.no_mandate", "day", d.DecidedOn)
	}
	line, err := asn.SuperiorsTx(tx, c.person, d.DecidedOn)
	if err != nil {
		return d, standing{}, err
	}
	inLine := slices.ContainsFunc(line, func(p asn.Person) bool { return p.ID == person.ID })
	d.SignatoryASN, d.SignatoryName, d.SignatoryTitle = &person.ID, post.Name, post.PositionTitle
	return d, standing{position: post.PositionType, inLine: inLine}, nil
}

// MoveTx takes a step of the case's sanction for package sanction: the one
// machine decides whether it may be taken, f does it and says where it leads.
func (s *Service) MoveTx(tx *db.Tx, cid id.ID, t Taken, f func(c *Case, later bool) (State, error)) (Case, error) {
	return s.moveTx(tx, cid, t, f)
}

// CancelTx closes a case whose sanction was annulled; the decision stays and is
// marked.
func (s *Service) CancelTx(tx *db.Tx, c *Case, on day.Day) error {
	c.ClosingReason, c.ClosedOn, c.Clocks = reasonCancelled, &on, nil
	return annulDecision(tx, c.ID)
}

// ReviseTx puts another kind of sanction in the place of the one decided, as a
// remedy may, and tells the kind.
func (s *Service) ReviseTx(tx *db.Tx, c Case, code string, on day.Day) (catalog.SanctionType, error) {
	kind, err := catalog.ViewTx[catalog.SanctionType](tx, catalog.SanctionTypeKind, code, on)
	if err != nil {
		return kind, at(err, "/sanction_type")
	}
	d, err := latestDecision(tx, c.ID)
	if err != nil {
		return kind, err
	}
	if err := CheckKind(kind, c.Track, d.SubjectPost, on); err != nil {
		return kind, err
	}
	return kind, reviseDecision(tx, d.ID, kind.Code, kind.AuthorityLevel)
}
