package workitem

import (
	"fmt"
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Proves O9: however small the pages are, walking through them meets every item
// of every kind once, by day, those without a day last.
func TestAsk_PagesMeetEveryItemOnce(t *testing.T) {
	t.Parallel()
	today := day.MustParse("2024-12-02")
	var all []Item
	for n, due := range []string{"", "2024-12-02", "2024-12-02", "2024-11-30", "2024-12-02", "", "2025-01-01", "2024-12-02", ""} {
		i := Item{Kind: Kind([]string{"b", "a", "c"}[n%3]), Object: id.ForName(fmt.Sprint(n))}
		if due != "" {
			i.Due = day.MustParse(due)
		}
		all = append(all, i)
	}
	slices.SortFunc(all, compare)
	if !all[0].Due.Equal(day.MustParse("2024-11-30")) || !all[len(all)-1].Due.IsZero() {
		t.Fatalf("sorted wrongly: %v", all)
	}
	for limit := 1; limit <= len(all)+1; limit++ {
		if got := walk(t, all, today, limit); !slices.EqualFunc(got, all, func(a, b Item) bool { return compare(a, b) == 0 }) {
			t.Errorf("pages of %d: %v, want %v", limit, got, all)
		}
	}
}

// walk reads the list page by page, each kind asked by itself.
func walk(t *testing.T, all []Item, today day.Day, limit int) (out []Item) {
	t.Helper()
	var after *Item
	for range len(all) + 1 {
		var found []Item
		for _, k := range []Kind{"a", "b", "c"} {
			own := slices.DeleteFunc(slices.Clone(all), func(i Item) bool { return i.Kind != k })
			found = append(found, ask(k, today, limit, after).behind(own)...)
		}
		slices.SortFunc(found, compare)
		if len(found) == 0 {
			break
		}
		found = found[:min(limit, len(found))]
		out = append(out, found...)
		var err error
		if after, err = last(page.Request{After: key(found[len(found)-1])}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Proves T-25: a cursor whose parts are no place in the list is refused.
func TestLast_ForeignCursor(t *testing.T) {
	t.Parallel()
	for _, parts := range [][]string{{"yesterday", "a", id.ForName("x").String()}, {"2024-12-02", "a", "x"}} {
		if _, err := last(page.Request{After: parts}); !fault.Is(err, "request.invalid") {
			t.Errorf("%v: %v", parts, err)
		}
	}
}
