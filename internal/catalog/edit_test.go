package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// Proves U2: a row is closed once by its owner, on no day before its first; the
// national rows are nobody's but the installation's.
func TestClose_OnceByItsOwner(t *testing.T) {
	t.Parallel()
	now := time.Now()
	row := func(until string, withdrawn *time.Time) Entry {
		r := sample("a", "A", "2024-01-01", until)
		r.Tenant = 7
		return Entry{Row: r, WithdrawnAt: withdrawn}
	}
	for name, c := range map[string]struct {
		entry Entry
		by    Editor
		last  string
		code  string
		steps []string
	}{
		"owner":            {row("", nil), Editor{7, true}, "2024-01-01", "", []string{"closing", "withdrawal", "verification"}},
		"before its first": {row("", nil), Editor{7, true}, "2023-12-31", "reference.period_inverted", []string{"closing", "withdrawal", "verification"}},
		"closed":           {row("2024-06-30", nil), Editor{7, true}, "2024-05-31", "reference.closed", []string{"withdrawal", "verification"}},
		"withdrawn":        {row("", &now), Editor{7, true}, "2024-05-31", "reference.withdrawn", []string{}},
		"somebody else's":  {row("", nil), Editor{8, true}, "2024-05-31", "reference.national", []string{"verification"}},
		"a reader's":       {row("", nil), Editor{7, false}, "2024-05-31", "", []string{}},
	} {
		err := c.entry.close(c.by, day.MustParse(c.last))
		if (c.code == "") != (err == nil) || (c.code != "" && !fault.Is(err, c.code)) {
			t.Errorf("%s: %v", name, err)
		}
		if got := c.entry.Steps(c.by); !slices.Equal(got, c.steps) {
			t.Errorf("%s: steps %v", name, got)
		}
	}
}

// Proves U2: every mistake of a row is named at once, at the field as the
// contract calls it.
func TestRefusal_NamesEveryField(t *testing.T) {
	t.Parallel()
	r := Row{Kind: HolidayKind, Code: "X", NameID: "", NameEN: "x", NoteID: "x", SourceID: "s", SourceEN: "s", Confidence: High,
		ValidFrom: day.New(2024, 2, 1), ValidUntil: day.New(2024, 1, 1), LegalSources: []string{"unknown"},
		Data: map[string]any{"date": "tomorrow", "holiday_kind": "school", "colour": "red"}}
	err := refusal(Check(r, func(Kind, string) bool { return false }))
	f, ok := fault.As(err)
	if !ok || f.Code != "reference.invalid" {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, w := range f.Fields {
		got = append(got, w.Pointer+" "+w.Code)
	}
	want := []string{"/code reference.form", "/data/colour field.unknown", "/data/date reference.form", "/data/holiday_kind reference.not_allowed",
		"/legal_sources reference.not_found", "/name/id field.required", "/note/id field.required", "/valid_until reference.period_inverted"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if other := errors.New("broken"); !errors.Is(refusal(other), other) {
		t.Error("an error that is no mistake of the row was hidden")
	}
	long := sample("a", strings.Repeat("x", maxText+1), "", "")
	long.Data = map[string]any{"headed_by": strings.Repeat("x", maxText+1)}
	if f, ok := fault.As(refusal(Check(long, func(Kind, string) bool { return true }))); !ok || len(f.Fields) != 1 || f.Fields[0].Code != "field.too_long" {
		t.Errorf("got %+v", f)
	}
}

// Proves U2: words that the program itself reads are not anybody's to add to.
func TestAddable_NotTheWordsOfTheProgram(t *testing.T) {
	t.Parallel()
	if err := HolidayKind.addable(); err != nil {
		t.Error(err)
	}
	if err := ElectionPhase.addable(); !fault.Is(err, "reference.kind_fixed") {
		t.Errorf("got %v", err)
	}
	if err := Kind("moon_phase").addable(); !fault.Is(err, "request.not_found") {
		t.Errorf("got %v", err)
	}
	specs := Specs()
	if len(specs) != len(Kinds()) || !slices.ContainsFunc(specs, func(s KindSpec) bool { return s.Fixed && s.Kind == CandidateStatus }) {
		t.Errorf("got %+v", specs)
	}
}
