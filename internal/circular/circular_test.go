package circular

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves F3, T-26: every step from every state, and what is open instead.
func TestStep_OnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	want := map[State]map[Step]State{
		Draft:    {Update: Draft, Issuance: Issued},
		Issued:   {Amendment: Amended, Replacement: Replaced, Revocation: Revoked},
		Amended:  {Amendment: Amended, Replacement: Replaced, Revocation: Revoked},
		Replaced: {}, Revoked: {},
	}
	for _, from := range []State{Draft, Issued, Amended, Replaced, Revoked} {
		for _, s := range []Step{Update, Issuance, Amendment, Replacement, Revocation} {
			got, err := Circular{State: from, Version: 1}.step(s)
			to, ok := want[from][s]
			if ok != (err == nil) || (ok && (got.State != to || got.Version != 2)) {
				t.Errorf("%s from %s: %s, %v", s, from, got.State, err)
			}
			if f, is := fault.As(err); !ok && (!is || f.Kind != fault.Conflict || len(f.AllowedSteps) != len(want[from])) {
				t.Errorf("%s from %s is refused with %v", s, from, err)
			}
		}
	}
	if got := (Circular{State: Draft}).steps(false, true); !slices.Equal(got, []string{"issuance"}) {
		t.Errorf("who may only issue sees %v", got)
	}
}

func mandate(kind government.HolderKind, title string, powers ...government.Power) government.Mandate {
	return government.Mandate{ID: id.ForName(title), HolderKind: kind, Title: title, HolderName: "Pemegang " + title, Powers: powers}
}

// Proves F1, X18: the signature carries the title of the day; nobody in office
// refuses, except on paper signed before, which is marked.
func TestSignatory_WhoHeldTheOffice(t *testing.T) {
	t.Parallel()
	regent := mandate(government.Definitive, "Bupati", government.PowerAll)
	acting := mandate(government.Pj, "Pj. Bupati", government.PowerSignLetters)
	delegate := mandate(government.Delegate, "a.n. Bupati", government.PowerSignLetters)
	daily := mandate(government.Plh, "Plh. Bupati", government.PowerSignLetters)
	mute := mandate(government.Plt, "Plt. Bupati", government.PowerOpenEvents)
	printed := Signatory{Title: "Bupati Lama", Name: "Nama Lama"}
	for name, c := range map[string]struct {
		holders []government.Mandate
		s       Signatory
		onPaper bool
		title   string
		flagged bool
		code    string
	}{
		"the holder":                      {[]government.Mandate{regent}, Signatory{}, false, "Bupati", false, ""},
		"an acting one":                   {[]government.Mandate{acting}, Signatory{}, false, "Pj. Bupati", false, ""},
		"the holder, not who stands by":   {[]government.Mandate{delegate, daily, acting}, Signatory{}, false, "Pj. Bupati", false, ""},
		"the delegate when named":         {[]government.Mandate{acting, delegate}, Signatory{Mandate: &delegate.ID}, false, "a.n. Bupati", false, ""},
		"the daily one alone":             {[]government.Mandate{daily}, Signatory{}, false, "Plh. Bupati", false, ""},
		"two who stand by":                {[]government.Mandate{daily, delegate}, Signatory{}, false, "", false, "circular.signatory_ambiguous"},
		"one who may not sign":            {[]government.Mandate{mute}, Signatory{}, false, "", false, "circular.no_mandate"},
		"a mandate of another day":        {[]government.Mandate{acting}, Signatory{Mandate: &regent.ID}, true, "", false, "circular.no_mandate"},
		"nobody":                          {nil, Signatory{}, false, "", false, "circular.no_mandate"},
		"nobody, printed, today":          {nil, printed, false, "", false, "circular.no_mandate"},
		"nobody, printed, signed earlier": {nil, printed, true, "Bupati Lama", true, ""},
		"nobody, nothing printed":         {nil, Signatory{}, true, "", false, "circular.no_mandate"},
		"printed does not beat a mandate": {[]government.Mandate{acting}, printed, true, "Pj. Bupati", false, ""},
	} {
		got, err := c.s.of(c.holders, c.onPaper)
		if (err == nil) != (c.code == "") || (err != nil && !fault.Is(err, c.code)) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
			continue
		}
		if err == nil && (got.Title != c.title || got.WithoutMandate != c.flagged || got.Name == "") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func d(s string) *day.Day { v := day.MustParse(s); return &v }

// Proves F3: an amendment leaves the older circular in force, a replacement ends
// it the day before, and neither reaches back before it began.
func TestSucceeded_DaysInForce(t *testing.T) {
	t.Parallel()
	older := Circular{State: Issued, From: d("2023-11-13")}
	other := id.ForName("x")
	for name, c := range map[string]struct {
		by    Circular
		state State
		until *day.Day
		code  string
	}{
		"amended":          {Circular{Amends: &other, From: d("2024-01-10")}, Amended, nil, ""},
		"replaced":         {Circular{Replaces: &other, From: d("2024-01-10")}, Replaced, d("2024-01-09"), ""},
		"the day after":    {Circular{Replaces: &other, From: d("2023-11-14")}, Replaced, d("2023-11-13"), ""},
		"on the same day":  {Circular{Replaces: &other, From: d("2023-11-13")}, "", nil, "circular.successor_too_early"},
		"amended too soon": {Circular{Amends: &other, From: d("2023-11-12")}, "", nil, "circular.successor_too_early"},
	} {
		got, err := older.succeeded(c.by)
		if c.code != "" {
			if !fault.Is(err, c.code) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		same := (got.Until == nil) == (c.until == nil) && (got.Until == nil || got.Until.Equal(*c.until))
		if err != nil || got.State != c.state || !same {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := older.revoke(*d("2023-11-12"), "x"); !fault.Is(err, "circular.ends_before_start") {
		t.Errorf("revoked before it began: %v", err)
	}
}

// Proves F2: each line of a paper list has an outcome of its own, and a person
// counts once.
func TestJudge_EachLineItsOutcome(t *testing.T) {
	t.Parallel()
	a, b, far := id.ForName("a"), id.ForName("b"), id.ForName("far")
	c := Circular{Signed: *d("2023-11-13")}
	entries := []Entry{{a, *d("2023-11-13")}, {a, *d("2023-11-14")}, {b, *d("2023-11-14")}, {far, *d("2023-11-14")}}
	got := c.judge(entries, map[id.ID]bool{a: false, b: true}, *d("2024-01-10"))
	if want := []Outcome{Recorded, Already, Already, NotAddressed}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got = c.judge([]Entry{{a, *d("2023-11-12")}, {a, *d("2024-01-11")}, {a, *d("2024-01-10")}}, map[id.ID]bool{a: false}, *d("2024-01-10"))
	if want := []Outcome{DayImpossible, DayImpossible, Recorded}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
