package casefile

import (
	"slices"
	"strconv"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// classify fills what a case is judged under: phases of the day of the act, the
// kinds of violation that the calendar proposes, and checks those named.
func classify(tx *db.Tx, c Case, acts []string) (Case, error) {
	for i, a := range acts {
		if _, err := catalog.FindTx(tx, catalog.Act, a, c.ActOn); err != nil {
			return c, at(err, "/acts/"+strconv.Itoa(i))
		}
	}
	kind, phases, err := phasesOn(tx, c)
	if err != nil {
		return c, err
	}
	for _, p := range phases {
		c.Phases = append(c.Phases, string(p))
	}
	types, err := catalog.ViewsTx[catalog.ViolationType](tx, catalog.ViolationTypeKind, c.ActOn)
	if err != nil {
		return c, err
	}
	q := election.Question{On: c.ActOn, ElectionKind: kind, Phases: phases, Status: election.Status(c.CandidateStatus), Acts: acts}
	if c.SpouseIsCandidate {
		q.Facts = append(q.Facts, "spouse_is_candidate")
	}
	for _, p := range election.Propose(types, q) {
		c.ProposedTypes = append(c.ProposedTypes, p.Type.Code)
	}
	return c, c.checkTypes(types)
}

// phasesOn gives the phases of the day of the act in the election named, or in
// all elections of that day.
func phasesOn(tx *db.Tx, c Case) (kind string, phases election.Phases, err error) {
	elections, err := catalog.ViewsTx[catalog.Election](tx, catalog.ElectionKind, c.ActOn)
	if err != nil {
		return "", nil, err
	}
	if c.Election != "" {
		one, err := catalog.ViewTx[catalog.Election](tx, catalog.ElectionKind, c.Election, c.ActOn)
		if err != nil {
			return "", nil, at(err, "/election_code")
		}
		elections = []catalog.Election{one}
	}
	stages, err := catalog.ViewsTx[catalog.ElectionStage](tx, catalog.ElectionStageKind, c.ActOn)
	if err != nil {
		return "", nil, err
	}
	for _, e := range elections {
		hold := election.CalendarOf(e, stages).PhasesOn(c.ActOn, c.Contest)
		for _, p := range hold {
			if !phases.Has(p) {
				phases = append(phases, p)
			}
		}
	}
	if len(elections) == 1 {
		kind = elections[0].ElectionKind
	}
	return kind, phases, nil
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
