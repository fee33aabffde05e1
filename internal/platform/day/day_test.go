package day_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
)

// Proves that the legal day follows the government's zone: shortly before
// midnight in Jakarta it is still yesterday's date in UTC.
func TestOf_FollowsTheZone(t *testing.T) {
	t.Parallel()
	jakarta, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 11, 26, 17, 30, 0, 0, time.UTC)
	if got := day.Of(at, jakarta).String(); got != "2024-11-27" {
		t.Errorf("got %s, want voting day 2024-11-27", got)
	}
	if got := day.Of(at, time.UTC).String(); got != "2024-11-26" {
		t.Errorf("got %s", got)
	}
}

// Proves that months end where they end.
func TestAddMonths_KeepsInsideTheMonth(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{"2024-01-31": "2024-02-29", "2023-01-31": "2023-02-28", "2024-12-15": "2025-01-15"} {
		if got := day.MustParse(from).AddMonths(1).String(); got != want {
			t.Errorf("%s plus a month: got %s, want %s", from, got, want)
		}
	}
}

// Proves that a day survives JSON and that nonsense is refused.
func TestJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(day.New(2024, time.May, 21))
	if err != nil || string(b) != `"2024-05-21"` {
		t.Fatalf("got %s, %v", b, err)
	}
	var d day.Day
	if err := json.Unmarshal([]byte(`"2024-02-30"`), &d); err == nil {
		t.Error("30 February passed")
	}
	if err := json.Unmarshal(b, &d); err != nil || !d.Equal(day.New(2024, time.May, 21)) {
		t.Errorf("got %v, %v", d, err)
	}
}
