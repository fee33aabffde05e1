package population

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/nip"
)

func civil(p *Person) bool { return p.Employment != "non_asn" }

// Proves B1, B7: the numbers that the accounts name, and the shares that make a
// population believable.
func TestOf_HasTheNumbersOfTheAccounts(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct{ civil, others, opd int }{"36.03": {14000, 0, 64}, "36.71": {4460, 60, 44}, "32.01": {2000, 0, 77}} {
		g := Of(code)
		n := len(g.With(civil))
		if n != want.civil || len(g.People)-n != want.others {
			t.Errorf("%s: %d civil servants and %d others", code, n, len(g.People)-n)
		}
		opd := 0
		for _, u := range g.Units {
			if u.OPD() == u {
				opd++
			}
		}
		share := func(f func(*Person) bool) int {
			return 100 * len(g.With(func(p *Person) bool { return civil(p) && f(p) })) / n
		}
		for what, s := range map[string]struct{ got, from, to int }{
			"PPPK":                 {share(func(p *Person) bool { return p.Employment == "pppk" }), 17, 26},
			"women":                {share(func(p *Person) bool { return p.Sex == "female" }), 45, 64},
			"teachers":             {share(func(p *Person) bool { return p.Unit.Type == "school" }), 28, 50},
			"health workers":       {share(func(p *Person) bool { return p.Unit.Type == "puskesmas" || p.Unit.Type == "rsud" }), 20, 36},
			"people of 50 or more": {share(func(p *Person) bool { return p.Birth.Year() <= 1973 }), 15, 40},
			"people below 30":      {share(func(p *Person) bool { return p.Birth.Year() > 1993 }), 4, 20},
		} {
			t.Logf("%s %s: %d %%", code, what, s.got)
			if s.got < s.from || s.got > s.to {
				t.Errorf("%s: %d %% %s", code, s.got, what)
			}
		}
		if want.others > 0 {
			opd-- // the municipal company
		}
		if opd != want.opd {
			t.Errorf("%s has %d OPD", code, opd)
		}
	}
}

// Proves B1, X24: every number, age, rank and post agrees with the rest of the
// person, and everybody is in service during the whole programme.
func TestOf_EverybodyAgreesWithThemselves(t *testing.T) {
	t.Parallel()
	numbers := map[string]bool{}
	for _, code := range Codes() {
		for _, p := range Of(code).People {
			if faults := inconsistencies(p); len(faults) > 0 {
				t.Errorf("%s, %s of %s, born %s, appointed %s, %s: %s", p.FullName(), p.Position, p.Unit.Name, p.Birth, p.Appointed, p.Rank, strings.Join(faults, "; "))
			}
			if p.NIP != "" && numbers[p.NIP] {
				t.Errorf("NIP %s twice", p.NIP)
			}
			numbers[p.NIP] = true
		}
	}
}

func inconsistencies(p *Person) (out []string) {
	say := func(wrong bool, what string) {
		if wrong {
			out = append(out, what)
		}
	}
	age := p.Appointed.DaysSince(p.Birth) / 365
	say(age < 18, fmt.Sprintf("appointed at %d", age))
	say(p.Name == "" || p.Position == "" || p.BirthPlace == "", "incomplete")
	say(p.Appointed.After(Begin) || p.PositionSince.After(Begin), "begins after the programme")
	say(p.PositionSince.Before(p.Appointed), "in the post before being appointed")
	if p.Employment == "non_asn" {
		say(p.NIP != "" || p.Rank != "" || p.PositionType != "", "has what only a civil servant has")
		return out
	}
	n, reason := nip.Parse(p.NIP)
	say(reason != "", "NIP: "+string(reason))
	say(n.Birth != p.Birth || string(n.Sex) != p.Sex || n.Year != p.Appointed.Year() || n.Serial == 0, "NIP says otherwise")
	say(n.PPPK() != (p.Employment == "pppk") || n.Unusual(), "number of the wrong kind")
	say(!n.PPPK() && n.MonthOrNumber != int(p.Appointed.Month()), "month of appointment")
	say(!strings.HasPrefix(p.Rank, map[bool]string{true: "pppk_", false: "pns_"}[n.PPPK()]), "rank of the wrong scale")
	say(p.RankSince.Before(p.Appointed) || p.RankSince.After(Begin), "rank held since "+p.RankSince.String())
	say(!nip.Retirement(p.Birth, p.PositionType).After(End), "retires during the programme")
	say(!rankFits(p), "rank and level "+p.PositionType)
	say(p.Superior == nil && p.Position != "Sekretaris Daerah", "without a superior")
	return out
}

// rankFits holds the level of a position against its ranks (PP 11/2017 and the
// rules of functional positions).
func rankFits(p *Person) bool {
	admitted := map[string][]string{
		"jpt_pratama": {"pns_iv_b", "pns_iv_c", "pns_iv_d"}, "administrator": {"pns_iii_d", "pns_iv_a", "pns_iv_b"},
		"pengawas":        {"pns_iii_b", "pns_iii_c", "pns_iii_d", "pns_iv_a"},
		"jf_ahli_utama":   {"pns_iv_d", "pns_iv_e"},
		"jf_ahli_madya":   {"pns_iv_a", "pns_iv_b", "pns_iv_c"},
		"jf_ahli_muda":    {"pns_iii_c", "pns_iii_d", "pppk_xi"},
		"jf_ahli_pertama": {"pns_iii_a", "pns_iii_b", "pppk_ix", "pppk_x"},
		"jf_penyelia":     {"pns_iii_c", "pns_iii_d"}, "jf_mahir": {"pns_iii_a", "pns_iii_b"},
		"jf_terampil": {"pns_ii_b", "pns_ii_c", "pns_ii_d", "pppk_vii"}, "jf_pemula": {"pns_ii_a", "pppk_v"},
	}
	if p.PositionType == "pelaksana" {
		return p.Rank < "pns_iv" || p.Employment == "pppk"
	}
	return slices.Contains(admitted[p.PositionType], p.Rank)
}

// Proves B6, C3: one head a unit, one personnel officer an OPD, and superiors
// form one tree up to the Sekda.
func TestOf_UnitsAreLedAndSuperiorsFormATree(t *testing.T) {
	t.Parallel()
	for _, code := range Codes() {
		g := Of(code)
		held := map[*Unit]map[Office]int{}
		place := map[*Person]int{}
		for i, p := range g.People {
			if held[p.Unit] == nil {
				held[p.Unit] = map[Office]int{}
			}
			held[p.Unit][p.Office]++
			place[p] = i
			if p.Superior != nil {
				if at, known := place[p.Superior]; !known || at >= i {
					t.Errorf("%s: the superior of %s does not come before", code, p.Position)
				}
			}
			if p.Superior == nil && p.Unit.Code != "setda" && p.Unit.Type != "bumd" {
				t.Errorf("%s: %s stands below nobody", code, p.Position)
			}
		}
		staffed := map[*Unit]int{}
		for i, u := range g.Units {
			staffed[u] = held[u][None]
			if held[u][Head] != 1 {
				t.Errorf("%s: %s has %d heads", code, u.Name, held[u][Head])
			}
			want := 0
			if u.OPD() == u {
				want = 1
			}
			if held[u][PersonnelOfficer] != want {
				t.Errorf("%s: %s has %d personnel officers", code, u.Name, held[u][PersonnelOfficer])
			}
			if u.Parent != nil && !slices.Contains(g.Units[:i], u.Parent) {
				t.Errorf("%s: %s comes before the unit it belongs to", code, u.Name)
			}
			if staffed[u] == 0 && u.Type != "kelurahan" {
				t.Errorf("%s: nobody works in %s", code, u.Name)
			}
		}
		t.Logf("%s: %d units, %d people", code, len(g.Units), len(g.People))
	}
}

// Proves U1: the same on every run.
func TestOf_IsTheSameOnEveryRun(t *testing.T) {
	t.Parallel()
	for _, code := range Codes() {
		a, b := Of(code), Of(code)
		for i := range a.People {
			x, y := *a.People[i], *b.People[i]
			if x.NIP != y.NIP || x.FullName() != y.FullName() || x.Position != y.Position || x.Unit.Code != y.Unit.Code {
				t.Fatalf("%s: person %d differs", code, i)
			}
		}
	}
	first := Of("36.03").People[0]
	if got, want := first.FullName()+" "+first.NIP, sekda; got != want {
		t.Errorf("the first person of 36.03 has become %s; ids and examples hang on the order", got)
	}
}

const sekda = "Hj. Lilis Fatimah, S.T., M.T. 197207081998032007"
