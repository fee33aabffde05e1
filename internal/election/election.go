package election

import (
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Election is one election as a government sees it.
type Election struct {
	catalog.Election
	// ID follows from the code, so it stays the same when the row is replaced;
	// it hides the identifier of the row.
	ID id.ID
	// Concerns are the contests that concern the government.
	Concerns []catalog.Contest
}

// National reports whether the election is the same for every government.
func (e Election) National() bool { return e.Tenant == authz.Platform }

// IDOf is the identifier of the election with a code.
func IDOf(code string) id.ID { return id.ForName("election/" + strings.ReplaceAll(code, "_", "-")) }

// ownCode is the code of an election that a government adds: its region code
// goes before it, so that no two governments mean different things by one.
func ownCode(regionCode, code string) string {
	return strings.ReplaceAll(regionCode, ".", "_") + "." + code
}

// stageCode is the code of a stage of an election.
func stageCode(election, stage string) string { return election + "." + stage }

// seenBy gives the election as a government of a kind sees it; ok is false when
// none of its contests concerns it.
func seenBy(e catalog.Election, contests []catalog.Contest, kind string) (Election, bool) {
	out := Election{Election: e, ID: IDOf(e.Code)}
	for _, c := range contests {
		if slices.Contains(e.Contests, c.Code) && (len(c.GovernmentKinds) == 0 || kind == "" || slices.Contains(c.GovernmentKinds, kind)) {
			out.Concerns = append(out.Concerns, c)
		}
	}
	return out, len(out.Concerns) > 0
}

// checkFrame holds the days and the contests of a new election to each other.
func checkFrame(e catalog.Election, contests []catalog.Contest) error {
	if e.VotingOn.Before(e.StartsOn) || e.EndsOn.Before(e.VotingOn) {
		return fault.New(fault.Rule, "election.days_inverted").At("/voting_on", "election.days_inverted")
	}
	for i, code := range e.Contests {
		fits := func(c catalog.Contest) bool { return c.Code == code && c.ElectionKind == e.ElectionKind }
		if !slices.ContainsFunc(contests, fits) {
			return fault.New(fault.Rule, "election.contest_unfit").At(at("/contests", i), "election.contest_unfit")
		}
	}
	return nil
}

// checkContests holds contests named for an election to those it has.
func (e Election) checkContests(named []string) error {
	for i, c := range named {
		if !slices.Contains(e.Contests, c) {
			return fault.New(fault.Rule, "election.contest_unfit").At(at("/contests", i), "election.contest_unfit")
		}
	}
	return nil
}

// checkContest does it for the one contest of a candidate or a question.
func (e Election) checkContest(contest string) error {
	if contest != "" && !slices.Contains(e.Contests, contest) {
		return fault.New(fault.Rule, "election.contest_unfit").At("/contest", "election.contest_unfit")
	}
	return nil
}

// Explained is a phase that holds on a day and the stages that make it hold.
type Explained struct {
	Phase  Phase
	Stages []Stage
}

// Explain gives the phases of a day with the entries of the calendar behind
// each: the stage the day lies in, the determination it lies before or after,
// the vote it lies after.
func (c Calendar) Explain(on day.Day, contest string) []Explained {
	var out []Explained
	for _, p := range c.PhasesOn(on, contest) {
		e := Explained{Phase: p}
		for _, s := range c.Stages {
			if s.about(contest) && c.explains(s, p, on) {
				e.Stages = append(e.Stages, s)
			}
		}
		out = append(out, e)
	}
	return out
}

func (c Calendar) explains(s Stage, p Phase, on day.Day) bool {
	switch p {
	case BeforeDetermination:
		return s.Effect == determination && on.Before(s.Until)
	case AfterDetermination:
		return s.Effect == determination && !on.Before(s.Until)
	case AfterVoting:
		return s.Effect == string(Voting) && on.After(s.Until)
	}
	return s.Effect == string(p) && on.Within(s.From, s.Until)
}
