package organisation

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// Proves that the area of a body fits its level.
func TestLevel_HasTheRegionCodesOfItsLevel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		level Level
		code  string
		want  bool
	}{
		{National, "", true}, {National, "36", false}, {Province, "36", true}, {Province, "", false}, {Province, "36.03", false},
		{RegencyCity, "36.03", true}, {RegencyCity, "36", false}, {RegencyCity, "", false}, {"district", "36.03", false},
	} {
		if got := c.level.has(c.code); got != c.want {
			t.Errorf("%s %q: %t", c.level, c.code, got)
		}
	}
}

// Proves that a body is ended once, on a day on which it existed, and exists up
// to that day.
func TestEnd_OnceAndNotBeforeItBegan(t *testing.T) {
	t.Parallel()
	kasn := Organisation{ValidFrom: day.New(2014, 1, 15), Version: 1}
	if _, err := kasn.end(day.New(2014, 1, 14)); !fault.Is(err, "organisation.period_inverted") {
		t.Errorf("ended before it began: %v", err)
	}
	ended, err := kasn.end(day.New(2024, 9, 3))
	if err != nil || ended.Version != 2 {
		t.Fatalf("%+v %v", ended, err)
	}
	if !ended.On(day.New(2024, 9, 3)) || ended.On(day.New(2024, 9, 4)) || ended.On(day.New(2014, 1, 14)) {
		t.Error("it exists on the wrong days")
	}
	_, err = ended.end(day.New(2025, 1, 1))
	f, ok := fault.As(err)
	if !ok || f.Code != "organisation.ended" || !slices.Equal(f.AllowedSteps, []string{"update"}) {
		t.Errorf("ended twice: %v", err)
	}
}
