package election_test

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/platform/day"
)

func rows(t *testing.T, k catalog.Kind) []catalog.Row {
	t.Helper()
	d, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	return d.Rows(k)
}

func calendar(t *testing.T, code string) election.Calendar {
	t.Helper()
	elections, err := catalog.DecodeAll[catalog.Election](rows(t, catalog.ElectionKind))
	if err != nil {
		t.Fatal(err)
	}
	stages, err := catalog.DecodeAll[catalog.ElectionStage](rows(t, catalog.ElectionStageKind))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(elections, func(e catalog.Election) bool { return e.Code == code })
	if i < 0 {
		t.Fatalf("no election %s", code)
	}
	return election.CalendarOf(elections[i], stages)
}

const (
	before   = election.BeforeDetermination
	after    = election.AfterDetermination
	campaign = election.Campaign
	quiet    = election.QuietPeriod
	voting   = election.Voting
	done     = election.AfterVoting
)

func TestPhasesOn_NestAndMayBeNone(t *testing.T) {
	t.Parallel()
	// Proves A4: the calendars of both elections of 2024, at every frontier.
	for _, c := range []struct {
		election, contest, on string
		want                  election.Phases
	}{
		{"pilkada_2024", "regent", "2024-01-25", nil},
		{"pilkada_2024", "regent", "2024-01-26", election.Phases{before}},
		{"pilkada_2024", "regent", "2024-08-28", election.Phases{before}},
		{"pilkada_2024", "regent", "2024-09-21", election.Phases{before}},
		{"pilkada_2024", "regent", "2024-09-22", election.Phases{after}},
		{"pilkada_2024", "regent", "2024-09-24", election.Phases{after}},
		{"pilkada_2024", "regent", "2024-09-25", election.Phases{after, campaign}},
		{"pilkada_2024", "regent", "2024-11-23", election.Phases{after, campaign}},
		{"pilkada_2024", "regent", "2024-11-24", election.Phases{after, quiet}},
		{"pilkada_2024", "regent", "2024-11-26", election.Phases{after, quiet}},
		{"pilkada_2024", "regent", "2024-11-27", election.Phases{after, voting}},
		{"pilkada_2024", "regent", "2024-11-28", election.Phases{after, done}},
		{"pilkada_2024", "", "2024-11-28", election.Phases{after, done}},
		{"pilkada_2024", "regent", "2025-02-21", nil},
		{"pemilu_2024", "president", "2023-11-03", election.Phases{before}},
		{"pemilu_2024", "dpr", "2023-11-03", election.Phases{after}},
		{"pemilu_2024", "", "2023-11-02", election.Phases{before}},
		{"pemilu_2024", "", "2023-11-03", election.Phases{before, after}},
		{"pemilu_2024", "", "2023-11-13", election.Phases{after}},
		{"pemilu_2024", "president", "2024-02-10", election.Phases{after, campaign}},
		{"pemilu_2024", "president", "2024-02-11", election.Phases{after, quiet}},
		{"pemilu_2024", "president", "2024-02-14", election.Phases{after, voting}},
	} {
		got := calendar(t, c.election).PhasesOn(day.MustParse(c.on), c.contest)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s on %s: %v, want %v", c.election, c.contest, c.on, got, c.want)
		}
	}
}

func TestPhasesOn_EveryDayOfAContestHasOneSideOfTheFrontier(t *testing.T) {
	t.Parallel()
	// The class hangs on it: never both, never neither, and nothing that comes
	// after determination without it.
	for code, contests := range map[string][]string{"pilkada_2024": {"regent", "mayor", "governor"}, "pemilu_2024": {"president", "dpd"}} {
		c := calendar(t, code)
		for _, contest := range contests {
			for on := c.StartsOn; !on.After(c.EndsOn); on = on.AddDays(1) {
				p := c.PhasesOn(on, contest)
				if p.Has(before) == p.Has(after) {
					t.Fatalf("%s %s on %s: %v", code, contest, on, p)
				}
				if p.Has(before) && len(p) > 1 {
					t.Fatalf("%s %s on %s: %v", code, contest, on, p)
				}
			}
		}
	}
}

func TestPhasesOn_RepeatedVoteIsVotingAgain(t *testing.T) {
	t.Parallel()
	// After a judgment some stations vote again; that day is voting day once more.
	c := calendar(t, "pilkada_2024")
	again := day.New(2025, 1, 11)
	c.Stages = append(c.Stages, election.Stage{Effect: "voting", Contests: []string{"regent"}, From: again, Until: again})
	for contest, want := range map[string]election.Phases{"regent": {after, voting}, "governor": {after, done}} {
		if got := c.PhasesOn(again, contest); !slices.Equal(got, want) {
			t.Errorf("%s: %v", contest, got)
		}
	}
	if got := c.PhasesOn(again.AddDays(1), "regent"); !slices.Equal(got, election.Phases{after, done}) {
		t.Errorf("the day after: %v", got)
	}
}

func TestPhasesOn_SaysNothingWithoutACalendar(t *testing.T) {
	t.Parallel()
	if got := (election.Calendar{}).PhasesOn(day.New(2031, 1, 1), "regent"); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestStatusOn_FollowsTheDates(t *testing.T) {
	t.Parallel()
	// A ticket annulled and brought back by a court.
	changes := []election.StatusChange{
		{Status: election.Determined, From: day.New(2024, 9, 22)},
		{Status: election.Prospective, From: day.New(2024, 7, 1)},
		{Status: election.Determined, From: day.New(2024, 10, 20)},
		{Status: election.Withdrawn, From: day.New(2024, 10, 5)},
	}
	for on, want := range map[string]election.Status{
		"2024-06-30": "", "2024-07-01": election.Prospective, "2024-09-21": election.Prospective,
		"2024-09-22": election.Determined, "2024-10-05": election.Withdrawn, "2024-10-19": election.Withdrawn,
		"2024-10-20": election.Determined, "2025-01-01": election.Determined,
	} {
		if got := election.StatusOn(changes, day.MustParse(on)); got != want {
			t.Errorf("on %s: %q, want %q", on, got, want)
		}
	}
}

func TestStatus_CanBecomeWhatTheRowsName(t *testing.T) {
	t.Parallel()
	// The statuses of the code are those of the reference data, and each can be
	// reached and left.
	all := []election.Status{election.Prospective, election.Determined, election.NotDetermined, election.Withdrawn}
	var named []election.Status
	for _, r := range rows(t, catalog.CandidateStatus) {
		named = append(named, election.Status(r.Code))
	}
	if !slices.Equal(named, all) {
		t.Errorf("the data name %v", named)
	}
	for from, next := range map[election.Status]election.Status{
		election.Prospective: election.Determined, election.Determined: election.Withdrawn,
		election.NotDetermined: election.Determined, election.Withdrawn: election.Determined,
	} {
		if !from.CanBecome(next) || from.CanBecome(from) {
			t.Errorf("%s to %s", from, next)
		}
	}
	if election.Determined.CanBecome(election.Prospective) {
		t.Error("a determined candidate became prospective again")
	}
}

func TestPhases_AreThoseOfTheReferenceData(t *testing.T) {
	t.Parallel()
	var named []election.Phase
	for _, r := range rows(t, catalog.ElectionPhase) {
		named = append(named, election.Phase(r.Code))
	}
	if !slices.Equal(named, []election.Phase{before, after, campaign, quiet, voting, done}) {
		t.Errorf("the data name %v", named)
	}
}
