package casefile

import (
	"slices"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/report"
)

// Proves K1: where each step leads from each state, cell by cell, as the law's
// road goes; written out apart from the table it tests.
func TestTransitions_EveryStepFromEveryState(t *testing.T) {
	t.Parallel()
	want := map[State]string{
		Registered:  "summonses>summoned closing>closed",
		Summoned:    "summonses>summoned examination>examined examination>summoned closing>closed",
		Examined:    "recommendation>recommended closing>closed",
		Recommended: "returns>examined decision>closed sanction>decided closing>closed",
		Decided:     "delivery>delivered closing>closed",
		Delivered:   "effect>in_force contests>contested closing>closed",
		Contested:   "contest-decision>in_force contest-decision>delivered contest-decision>closed closing>closed",
		InForce:     "contests>contested execution>serving execution>completed closing>closed",
		Serving:     "completion>completed closing>closed",
		Completed:   "closing>closed",
		Closed: "reopening>registered reopening>summoned reopening>examined reopening>recommended reopening>decided reopening>delivered " +
			"reopening>contested reopening>in_force reopening>serving reopening>completed",
	}
	for _, from := range States {
		var got []string
		for _, tr := range Transitions {
			for _, to := range tr.To {
				if tr.leads(from, to) {
					got = append(got, string(tr.Step)+">"+string(to))
				}
			}
		}
		if s := strings.Join(got, " "); s != want[from] {
			t.Errorf("from %s\n got %s\nwant %s", from, s, want[from])
		}
	}
	for _, tr := range Transitions {
		if !authz.Known(tr.Permission) {
			t.Errorf("%s needs %s, which is no permission", tr.Step, tr.Permission)
		}
		if len(tr.To) == 0 && (!tr.leads(tr.From[0], tr.From[0]) || tr.leads(tr.From[0], Closed)) {
			t.Errorf("%s moves a case although it should stay", tr.Step)
		}
	}
}

// Proves K1: what each viewer may do: the superior summons and examines, the
// subject nothing, a case that ran its course is not opened again.
func TestSteps_ByViewer(t *testing.T) {
	t.Parallel()
	all := func(authz.Permission) bool { return true }
	only := func(p authz.Permission) func(authz.Permission) bool {
		return func(q authz.Permission) bool { return p == q }
	}
	for _, c := range []struct {
		name  string
		state State
		why   string
		as    View
		may   func(authz.Permission) bool
		want  string
	}{
		{"handler", Registered, "", AsHandler, all, "summonses closing notes assignments recusals"},
		{"superior", Registered, "", AsSuperior, all, "summonses"},
		{"superior later", Examined, "", AsSuperior, all, ""},
		{"subject", Registered, "", AsSubject, all, ""},
		{"official", Recommended, "", AsHandler, only("case.decide"), "returns decision"},
		{"on the sanction", Delivered, "", AsHandler, all, "closing notes assignments recusals"},
		{"closed", Closed, "not_proven", AsHandler, all, "reopening notes"},
		{"ran its course", Closed, "completed", AsHandler, all, "notes"},
	} {
		got := strings.Join(Case{State: c.state, ClosingReason: c.why}.steps(c.as, c.may), " ")
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := (Case{State: Delivered}).SanctionSteps(AsHandler, all); !slices.Equal(got, []string{"effect", "contests"}) {
		t.Errorf("on a delivered sanction: %v", got)
	}
	if got := (Case{State: Delivered}).SanctionSteps(AsSuperior, all); len(got) != 0 {
		t.Errorf("the superior on a sanction: %v", got)
	}
}

func nationalMatrix(t *testing.T) matrix {
	t.Helper()
	national, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	m := matrix{order: map[string]int{}}
	if m.rules, err = catalog.DecodeAll[catalog.AuthorityRule](national.Rows(catalog.AuthorityRuleKind)); err != nil {
		t.Fatal(err)
	}
	positions, err := catalog.DecodeAll[catalog.PositionType](national.Rows(catalog.PositionTypeKind))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range positions {
		if p.Family == "managerial" {
			m.order[p.Code] = p.LevelOrder
		}
	}
	return m
}

// Proves M2, M3: the authority matrix of PP 94/2021 as the reference data gives
// it, with its exceptions.
func TestEntitled_MatrixOfTheReferenceData(t *testing.T) {
	t.Parallel()
	m := nationalMatrix(t)
	ppk := standing{appointing: true}
	inLine := func(p string) standing { return standing{position: p, inLine: true} }
	for _, c := range []struct {
		name, position, employment, level, exception string
		who                                          standing
		want                                         string // code of the refusal, empty when entitled
	}{
		{"light for an executant", "pelaksana", "pns", "light", "", inLine("pengawas"), ""},
		{"the same by a stranger", "pelaksana", "pns", "light", "", standing{position: "pengawas"}, "case.not_entitled"},
		{"one level too high", "pelaksana", "pns", "light", "", inLine("administrator"), "case.not_entitled"},
		{"moderate for an executant", "pelaksana", "pns", "moderate", "", inLine("administrator"), ""},
		{"moderate for a supervisor", "pengawas", "pns", "moderate", "", inLine("jpt_pratama"), ""},
		{"moderate for an administrator", "administrator", "pns", "moderate", "", ppk, ""},
		{"severe by the head", "administrator", "pns", "severe", "", inLine("jpt_pratama"), "case.not_entitled"},
		{"a functional post, either", "jf_ahli_muda", "pns", "moderate", "", inLine("administrator"), ""},
		{"dismissal of an expert", "jf_ahli_utama", "pns", "dismissal", "", ppk, "case.not_entitled"}, // the President's
		{"a probationer as in the post", "pelaksana", "cpns", "moderate", "", inLine("administrator"), ""},
		{"a probationer's by another", "pelaksana", "cpns", "moderate", "", inLine("pengawas"), "case.not_entitled"},
		{"moral", "pelaksana", "pppk", "moral", "", ppk, ""},
		{"local kinds of PPPK", "jf_ahli_pertama", "pppk", "set_locally", "", ppk, ""},
		{"moderate for PPPK is unknown", "jf_ahli_pertama", "pppk", "moderate", "", ppk, "case.authority_unknown"},
		{"vacant, the next higher", "pelaksana", "pns", "moderate", "post_vacant", inLine("jpt_pratama"), ""},
		{"vacant, the appointing authority", "pelaksana", "pns", "moderate", "post_vacant", ppk, ""},
		{"vacant, one lower", "pelaksana", "pns", "moderate", "post_vacant", inLine("pengawas"), "case.not_entitled"},
		{"vacant, out of line", "pelaksana", "pns", "moderate", "post_vacant", standing{position: "jpt_pratama"}, "case.not_entitled"},
		{"no structural post", "pelaksana", "pns", "light", "no_structural_post", standing{position: "jf_ahli_muda"}, ""},
		{"no structural post, heavier", "pelaksana", "pns", "moderate", "no_structural_post", standing{position: "jf_ahli_muda"}, "case.not_entitled"},
		{"official failed to act", "pelaksana", "pns", "light", "official_failed_to_act", inLine("administrator"), ""},
	} {
		_, err := m.entitled(Post{PositionType: c.position, EmploymentType: c.employment}, c.level, c.exception, c.who)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: refused with %v", c.name, err)
		case c.want != "" && !fault.Is(err, c.want):
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// Proves M1: no breach twice, and heavier on repetition unless a reason is given.
func TestCheckEarlier(t *testing.T) {
	t.Parallel()
	act := day.MustParse("2024-10-05")
	like := []string{"candidate_social_media_engagement"}
	earlier := []Decision{{SanctionType: "position_demotion", violationTypes: like, actOn: act, sanctionSeverity: 5}}
	for _, c := range []struct {
		name string
		d    Decision
		want string
	}{
		{"the same breach", Decision{violationTypes: like, actOn: act, sanctionSeverity: 6}, "case.already_sanctioned"},
		{"repeated, as heavy", Decision{violationTypes: like, actOn: act.AddDays(1), sanctionSeverity: 5}, "case.heavier_on_repetition"},
		{"repeated, as heavy, with a reason", Decision{violationTypes: like, actOn: act.AddDays(1), sanctionSeverity: 5, Reason: "x"}, ""},
		{"repeated, heavier", Decision{violationTypes: like, actOn: act.AddDays(1), sanctionSeverity: 6}, ""},
		{"of another kind", Decision{violationTypes: []string{"partisan_activity"}, actOn: act, sanctionSeverity: 1}, ""},
	} {
		err := c.d.checkEarlier(earlier)
		if (c.want == "") != (err == nil) || (err != nil && !fault.Is(err, c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// Proves K8: a second summons follows a missed first, a third never, and a case
// sent back to its beginning counts anew.
func TestNextSummons(t *testing.T) {
	t.Parallel()
	missed := day.MustParse("2024-10-17")
	first, second := Summons{Sequence: 1}, Summons{Sequence: 2, MissedOn: &missed}
	firstMissed := Summons{Sequence: 1, MissedOn: &missed}
	for _, c := range []struct {
		name  string
		state State
		have  []Summons
		want  int32
		code  string
	}{
		{"none yet", Registered, nil, 1, ""},
		{"pending", Summoned, []Summons{first}, 0, "case.summons_not_missed"},
		{"missed", Summoned, []Summons{firstMissed}, 2, ""},
		{"missed twice", Summoned, []Summons{firstMissed, second}, 0, "case.summons_third"},
		{"opened again", Registered, []Summons{firstMissed, second}, 1, ""},
	} {
		got, err := nextSummons(c.state, c.have)
		if got != c.want || (c.code != "" && !fault.Is(err, c.code)) || (c.code == "" && err != nil) {
			t.Errorf("%s: got %d, %v", c.name, got, err)
		}
	}
}

// Proves K13: a case opened again goes on where it stood, and with the evidence
// when its decision said or became nothing.
func TestReopened(t *testing.T) {
	t.Parallel()
	for last, want := range map[Entry]State{
		{Step: Closing, From: Summoned}:          Summoned,
		{Step: Closing, From: Recommended}:       Recommended,
		{Step: Deciding, From: Recommended}:      Examined,
		{Step: ContestDeciding, From: Contested}: Examined,
	} {
		if got := reopened([]Entry{{Step: Opened}, last}); got != want {
			t.Errorf("closed by %s from %s: goes to %s", last.Step, last.From, got)
		}
	}
}

// Proves that numbers carry government and year and no letter that is read for a
// digit.
func TestCaseNumber(t *testing.T) {
	t.Parallel()
	random := id.ForName("anything")
	n := caseNumber("36.03", day.MustParse("2024-10-10"), random)
	if !strings.HasPrefix(n, "KN-3603-2024-") || len(n) != 18 || strings.ContainsAny(n[13:], "ILOU") {
		t.Errorf("got %s", n)
	}
	if n != caseNumber("36.03", day.MustParse("2024-12-31"), random) || n == caseNumber("36.03", day.MustParse("2024-10-10"), id.ForName("other")) {
		t.Error("the number does not follow from the random identifier")
	}
}

// Proves L2, K12: the extract has no origin, opinion, wall or assignment, and for
// the subject no decision before its delivery.
func TestRedact(t *testing.T) {
	t.Parallel()
	who := id.ForName("x")
	full := File{Case: Case{Handler: &who, ProposedTypes: []string{"x"}, ClassificationReason: "x"}, Origins: []Origin{{}}, Walls: []Wall{{}},
		Recommendations: []Recommendation{{}}, Decision: &Decision{}}
	for _, c := range []struct {
		as       View
		history  []Entry
		decision bool
		all      bool
	}{
		{AsHandler, nil, true, true},
		{AsSuperior, nil, true, false},
		{AsSubject, []Entry{{Step: Imposing}}, false, false},
		{AsSubject, []Entry{{Step: Imposing}, {Step: Delivering}}, true, false},
		{AsSubject, []Entry{{Step: Deciding}}, true, false},
	} {
		f := full
		f.View = c.as
		got := f.redact(c.history)
		kept := got.Origins != nil && got.Walls != nil && got.Recommendations != nil && got.Handler != nil && got.ProposedTypes != nil && got.ClassificationReason != ""
		gone := got.Origins == nil && got.Walls == nil && got.Recommendations == nil && got.Handler == nil && got.ProposedTypes == nil && got.ClassificationReason == ""
		if (got.Decision != nil) != c.decision || kept != c.all || gone == c.all {
			t.Errorf("%s after %v: %+v", c.as, c.history, got)
		}
	}
}

// Proves G11 begun: a reporter is told how the cases ended when the last one
// has, with what weighs most.
func TestOutcomeOf(t *testing.T) {
	t.Parallel()
	notProven, cancelled := Case{State: Closed, ClosingReason: "not_proven"}, Case{State: Closed, ClosingReason: "cancelled"}
	completed, inForce, examined := Case{State: Closed, ClosingReason: "completed"}, Case{State: InForce}, Case{State: Examined}
	for _, c := range []struct {
		name  string
		cases []Case
		want  report.Outcome
	}{
		{"one goes on", []Case{notProven, examined}, ""},
		{"nothing proven", []Case{notProven, notProven}, report.NotProven},
		{"one in force", []Case{notProven, inForce}, report.ActionTaken},
		{"completed, then cancelled", []Case{completed, cancelled}, report.ActionTaken},
		{"cancelled, then completed", []Case{cancelled, completed}, report.ActionTaken},
		{"cancelled", []Case{notProven, cancelled}, report.Closed},
	} {
		if got := outcomeOf(c.cases); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
