package casefile

import (
	"slices"
	"strconv"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// classify fills what a case is judged under: the phases of the day of the act,
// the candidate's status on that day and the kinds of violation proposed for
// them; and checks the kinds named. Candidates and calendars that are corrected
// later do not change it.
func classify(tx *db.Tx, c Case, acts []string) (Case, error) {
	asked := election.Asked{On: c.ActOn, Election: c.Election, Contest: c.Contest, Candidate: c.Candidate, Status: election.Status(c.CandidateStatus), Acts: acts}
	if c.SpouseIsCandidate {
		asked.Facts = append(asked.Facts, "spouse_is_candidate")
	}
	answer, err := election.ProposeTx(tx, asked)
	if err != nil {
		return c, err
	}
	c.CandidateStatus = string(answer.Question.Status)
	for _, p := range answer.Question.Phases.For(answer.Question.Status) {
		c.Phases = append(c.Phases, string(p))
	}
	for _, p := range answer.Proposals {
		c.ProposedTypes = append(c.ProposedTypes, p.Type.Code)
	}
	known, err := catalog.ViewsTx[catalog.ViolationType](tx, catalog.ViolationTypeKind, c.ActOn)
	if err != nil {
		return c, err
	}
	return c, c.checkTypes(known)
}

// checkTypes holds the kinds named against the track and the proposal.
func (c Case) checkTypes(known []catalog.ViolationType) error {
	f := fault.New(fault.Rule, "case.classification")
	fits := false
	for i, code := range c.ViolationTypes {
		pointer := "/violation_types/" + strconv.Itoa(i)
		j := slices.IndexFunc(known, func(t catalog.ViolationType) bool { return t.Code == code })
		switch {
		case j < 0:
			f.At(pointer, "case.violation_unknown")
		case known[j].Class == c.Track:
			fits = true
		case known[j].Class == "criminal" && c.CriminalReferral: // runs beside
		default:
			f.At(pointer, "case.not_for_track", "class", known[j].Class, "track", c.Track)
		}
	}
	if !fits && len(f.Fields) == 0 {
		f.At("/violation_types", "case.no_type_of_track", "track", c.Track)
	}
	if len(f.Fields) == 0 && c.ClassificationReason == "" && !overlap(c.ViolationTypes, c.ProposedTypes) {
		f.At("/classification_reason", "case.classification_reason_needed")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// at points a refusal of the reference data to the field that named the code.
func at(err error, pointer string) error {
	if f, ok := fault.As(err); ok && f.Kind == fault.Rule {
		f.Fields = append(f.Fields, fault.Field{Pointer: pointer, Code: f.Code, Params: f.Params})
	}
	return err
}
