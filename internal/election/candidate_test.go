package election

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
)

func entry(status Status, from string) StatusEntry {
	return StatusEntry{StatusChange: StatusChange{Status: status, From: day.MustParse(from)}}
}

// Proves A4, X19: a status enters the history, also later, where what was
// before and what comes after allow it; never twice a day, never ahead of time.
func TestAdd_FitsBetweenWhatIsRecorded(t *testing.T) {
	t.Parallel()
	today := day.New(2024, 10, 1)
	history := []StatusEntry{entry(Prospective, "2024-07-01"), entry(Determined, "2024-09-22")}
	for name, c := range map[string]struct {
		have []StatusEntry
		add  StatusEntry
		code string
	}{
		"first":                             {nil, entry(Prospective, "2024-07-01"), ""},
		"first, determined already":         {nil, entry(Determined, "2024-09-22"), ""},
		"first, withdrawn":                  {nil, entry(Withdrawn, "2024-09-22"), "candidate.status_step"},
		"withdrew":                          {history, entry(Withdrawn, "2024-09-30"), ""},
		"spoken of again":                   {history, entry(Prospective, "2024-09-30"), "candidate.status_step"},
		"refused before a court determined": {history, entry(NotDetermined, "2024-09-20"), ""},
		"before the first":                  {history, entry(Determined, "2024-06-01"), "candidate.status_step"},
		"the same day":                      {history, entry(Withdrawn, "2024-09-22"), "candidate.status_same_day"},
		"ahead":                             {history, entry(Withdrawn, "2024-10-02"), "candidate.status_ahead"},
		"today":                             {history, entry(Withdrawn, "2024-10-01"), ""},
	} {
		before := Candidate{Statuses: c.have, Version: 1}
		got, err := before.add(c.add, today)
		if c.code != "" {
			if !fault.Is(err, c.code) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(got.Statuses) != len(c.have)+1 || got.Version != 2 || len(before.Statuses) != len(c.have) {
			t.Errorf("%s: %+v %v", name, got, err)
			continue
		}
		if !slices.IsSortedFunc(got.Statuses, func(a, b StatusEntry) int { return a.From.Compare(b.From) }) {
			t.Errorf("%s: out of order", name)
		}
		if late := got.recorded(c.add.From).RecordedLater; late != c.add.From.Before(today) {
			t.Errorf("%s: recorded later %t", name, late)
		}
	}
	c := Candidate{Statuses: history}
	if got := c.steps(today, true); !slices.Equal(got, []string{"update", "withdrawn"}) {
		t.Errorf("steps %v", got)
	}
	if got := c.steps(today, false); len(got) != 0 {
		t.Errorf("steps of a reader %v", got)
	}
	if c.Since(day.New(2024, 9, 21)) != day.New(2024, 7, 1) || !c.Since(day.New(2024, 6, 30)).IsZero() {
		t.Error("since is wrong")
	}
}

// Proves A4: a government sees the elections its people vote in, with their
// contests, and an election of its own keeps its days in order.
func TestSeenBy_TheContestsOfTheGovernment(t *testing.T) {
	t.Parallel()
	d, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	contests, err := catalog.DecodeAll[catalog.Contest](d.Rows(catalog.ContestType))
	if err != nil {
		t.Fatal(err)
	}
	pilkada := catalog.Election{ElectionKind: "regional", Contests: []string{"governor", "regent", "mayor"},
		StartsOn: day.New(2024, 1, 26), VotingOn: day.New(2024, 11, 27), EndsOn: day.New(2025, 2, 20)}
	pilkada.Code = "pilkada_2024"
	for kind, want := range map[string][]string{"regency": {"governor", "regent"}, "city": {"governor", "mayor"}, "province": {"governor", "regent", "mayor"}} {
		e, ok := seenBy(pilkada, contests, kind)
		var got []string
		for _, c := range e.Concerns {
			got = append(got, c.Code)
		}
		if !ok || !slices.Equal(got, want) || e.ID != IDOf("pilkada_2024") {
			t.Errorf("%s sees %v", kind, got)
		}
	}
	if _, ok := seenBy(catalog.Election{Contests: []string{"mayor"}}, contests, "regency"); ok {
		t.Error("a regency votes for a mayor")
	}
	if err := checkFrame(pilkada, contests); err != nil {
		t.Error(err)
	}
	upside := pilkada
	upside.EndsOn = day.New(2024, 11, 26)
	if err := checkFrame(upside, contests); !fault.Is(err, "election.days_inverted") {
		t.Errorf("got %v", err)
	}
	mixed := pilkada
	mixed.Contests = []string{"governor", "president"}
	if err := checkFrame(mixed, contests); !fault.Is(err, "election.contest_unfit") {
		t.Errorf("got %v", err)
	}
}

// Proves A4: each phase names the stages it is read from, and nothing else.
func TestExplain_NamesTheStages(t *testing.T) {
	t.Parallel()
	span := func(code, effect, from, until string) Stage {
		return Stage{Code: code, Effect: effect, From: day.MustParse(from), Until: day.MustParse(until)}
	}
	c := Calendar{StartsOn: day.New(2024, 1, 26), EndsOn: day.New(2025, 2, 20), Contests: []string{"mayor"}, Stages: []Stage{
		span("r", "registration", "2024-08-27", "2024-08-29"), span("d", "determination", "2024-09-22", "2024-09-22"),
		span("c", "campaign", "2024-09-25", "2024-11-23"), span("q", "quiet_period", "2024-11-24", "2024-11-26"), span("v", "voting", "2024-11-27", "2024-11-27")}}
	for on, want := range map[string]string{"2024-08-28": "before_determination:d ", "2024-09-25": "after_determination:d campaign:c ",
		"2024-11-24": "after_determination:d quiet_period:q ", "2024-11-27": "after_determination:d voting:v ", "2024-11-28": "after_determination:d after_voting:v ", "2023-01-01": ""} {
		got := ""
		for _, x := range c.Explain(day.MustParse(on), "mayor") {
			got += string(x.Phase) + ":"
			for _, s := range x.Stages {
				got += s.Code + " "
			}
		}
		if got != want {
			t.Errorf("on %s: %q, want %q", on, got, want)
		}
	}
}
