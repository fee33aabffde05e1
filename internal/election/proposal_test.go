package election_test

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/platform/day"
)

func propose(t *testing.T, electionCode, contest, on string, q election.Question) []election.Proposal {
	t.Helper()
	types, err := catalog.DecodeAll[catalog.ViolationType](rows(t, catalog.ViolationTypeKind))
	if err != nil {
		t.Fatal(err)
	}
	q.On = day.MustParse(on)
	q.Phases = calendar(t, electionCode).PhasesOn(q.On, contest)
	q.ElectionKind = "regional"
	if electionCode == "pemilu_2024" {
		q.ElectionKind = "general"
	}
	return election.Propose(types, q)
}

func codes(ps []election.Proposal) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Type.Code)
	}
	return out
}

const other = "other_neutrality_violation"

func TestPropose_ClassFollowsDayAndCandidate(t *testing.T) {
	t.Parallel()
	// Proves G3: the same act is ethics or severe discipline by the status of the
	// candidate on the day (SKB netralitas 2022, Lampiran II).
	like := []string{"like"}
	for _, c := range []struct {
		name, election, contest, on string
		q                           election.Question
		want                        []string
	}{
		{"a like the day before determination", "pilkada_2024", "regent", "2024-09-21", election.Question{Acts: like, Status: election.Prospective},
			[]string{"prospective_social_media_engagement", other}},
		{"a like on the day of determination", "pilkada_2024", "regent", "2024-09-22", election.Question{Acts: like, Status: election.Determined},
			[]string{"candidate_social_media_engagement", other}},
		{"a like when the candidate is not named", "pilkada_2024", "regent", "2024-09-22", election.Question{Acts: like},
			[]string{"candidate_social_media_engagement", other}},
		{"a like for a ticket that a court has yet to admit", "pilkada_2024", "regent", "2024-10-01", election.Question{Acts: like, Status: election.Prospective},
			[]string{"prospective_social_media_engagement", other}},
		{"a like for who has withdrawn", "pilkada_2024", "regent", "2024-10-01", election.Question{Acts: like, Status: election.Withdrawn},
			[]string{other}},
		{"a like for a name spoken of long before the stages", "pilkada_2024", "regent", "2023-12-01", election.Question{Acts: like, Status: election.Prospective},
			[]string{"prospective_social_media_engagement", other}},
		{"a like between two determinations, contest unknown", "pemilu_2024", "", "2023-11-05", election.Question{Acts: like},
			[]string{"prospective_social_media_engagement", "candidate_social_media_engagement", other}},
		{"a gathering counts before, during and after", "pilkada_2024", "mayor", "2024-12-20", election.Question{Acts: []string{"meeting"}},
			[]string{"partisan_activity", other}},
		{"listening at a campaign", "pilkada_2024", "mayor", "2024-10-01", election.Question{Acts: []string{"attend_campaign"}, Status: election.Determined},
			[]string{"candidate_declaration_attendance", "campaign_attendance", "campaign_with_attributes", "spouse_campaign_without_leave", other}},
		{"the campaign is over", "pilkada_2024", "mayor", "2024-11-24", election.Question{Acts: []string{"mobilise_staff"}}, []string{other}},
		{"a harmful decision in a regional election", "pilkada_2024", "regent", "2024-10-01", election.Question{Acts: []string{"official_decision"}, Direction: "harms"},
			[]string{"favouring_decision", "pilkada_favouring_decision_crime", other}},
		{"the same in the campaign of a general election", "pemilu_2024", "president", "2024-01-10", election.Question{Acts: []string{"official_decision"}, Direction: "harms"},
			[]string{"favouring_decision", "pemilu_favouring_decision_crime", other}},
		{"a banner against a determined candidate", "pilkada_2024", "regent", "2024-10-01", election.Question{Acts: []string{"banner"}, Direction: "harms"},
			[]string{"candidate_banner", other}},
		{"before the joint decree", "pilkada_2024", "regent", "2022-09-21", election.Question{Acts: like, Status: election.Prospective}, nil},
	} {
		got := codes(propose(t, c.election, c.contest, c.on, c.q))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPropose_LeavesUndecidedWhatFactsDoNotDecide(t *testing.T) {
	t.Parallel()
	like := election.Question{Acts: []string{"like"}}
	if got := election.Classes(propose(t, "pemilu_2024", "", "2023-11-05", like)); !slices.Equal(got, []string{"ethics", "discipline"}) {
		t.Errorf("classes %v", got)
	}
	if got := election.Classes(propose(t, "pemilu_2024", "president", "2023-11-13", like)); !slices.Equal(got, []string{"discipline"}) {
		t.Errorf("classes %v", got)
	}
}

func TestPropose_NamesTheFactsStillNeeded(t *testing.T) {
	t.Parallel()
	// The spouse rule: only without unpaid state leave, and only for a spouse.
	q := election.Question{Acts: []string{"attend_campaign"}, Status: election.Determined, Facts: []string{"spouse_is_candidate"}}
	for _, facts := range []struct {
		known, unstated []string
		first           string
	}{
		{[]string{"spouse_is_candidate"}, []string{"no_unpaid_state_leave"}, "candidate_declaration_attendance"},
		{[]string{"spouse_is_candidate", "no_unpaid_state_leave"}, nil, "spouse_campaign_without_leave"},
	} {
		q.Facts = facts.known
		got := propose(t, "pilkada_2024", "regent", "2024-10-01", q)
		i := slices.Index(codes(got), "spouse_campaign_without_leave")
		if i < 0 || !slices.Equal(got[i].Unstated, facts.unstated) || got[0].Type.Code != facts.first {
			t.Errorf("with %v: %v", facts.known, got)
		}
	}
}

func TestPropose_WithoutAnActListsAllThatThePhaseAllows(t *testing.T) {
	t.Parallel()
	// Proves F5: what is not allowed today, and nothing of another phase.
	for _, p := range propose(t, "pilkada_2024", "regent", "2024-08-01", election.Question{}) {
		if slices.Contains(p.Type.Phases, "after_determination") || slices.Contains(p.Type.Phases, "campaign") {
			t.Errorf("%s was proposed before determination", p.Type.Code)
		}
	}
	got := codes(propose(t, "pilkada_2024", "regent", "2024-08-01", election.Question{}))
	for _, want := range []string{"prospective_banner", "independent_candidate_id_support", "party_membership", "intimidation"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
}
