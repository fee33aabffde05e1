package recommendation

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

func at(s string) day.Day { return day.MustParse(s) }

// Proves K10, X2, T-26: open until it is followed up or contested; what was
// contested may still be followed up, and what is done is done.
func TestMachine_FollowUps(t *testing.T) {
	t.Parallel()
	today := at("2024-03-25")
	want := map[State]map[Kind]State{
		Open:       {Interim: Open, Done: FollowedUp, Contest: Contested},
		Contested:  {Interim: Contested, Done: FollowedUp},
		FollowedUp: {},
	}
	for from, kinds := range want {
		for _, k := range []Kind{Interim, Done, Contest} {
			r, err := Recommendation{State: from, Received: at("2024-03-04"), Version: 1}.follow(FollowUp{Kind: k, Day: today}, today)
			if kinds[k] == "" {
				if f, ok := fault.As(err); !ok || f.Code != "recommendation.step_not_allowed" || f.AllowedSteps == nil {
					t.Errorf("%s in %s: %v", k, from, err)
				}
				continue
			}
			if err != nil || r.State != kinds[k] || (r.Closed != nil) != (r.State == FollowedUp) || r.Version != 2 {
				t.Errorf("%s in %s leads to %s closed %v, %v", k, from, r.State, r.Closed, err)
			}
		}
	}
	for on, code := range map[string]string{"2024-03-03": "recommendation.before_receipt", "2024-03-26": "recommendation.day_in_future"} {
		_, err := Recommendation{State: Open, Received: at("2024-03-04")}.follow(FollowUp{Kind: Done, Day: at(on)}, today)
		if f, ok := fault.As(err); !ok || f.Fields[0].Code != code {
			t.Errorf("done on %s: %v", on, err)
		}
	}
}

// Proves X2: it ages from receipt until it was followed up, and is overdue from
// the day after the last one on, contested or not.
func TestAge_AndOverdue(t *testing.T) {
	t.Parallel()
	closed := at("2024-03-25")
	r := Recommendation{State: Open, Received: at("2024-03-04"), Due: Due{On: at("2024-03-26")}}
	for on, want := range map[string]bool{"2024-03-26": false, "2024-03-27": true} {
		if r.overdue(at(on)) != want {
			t.Errorf("on %s overdue is %v", on, !want)
		}
	}
	if got := r.age(at("2024-03-25")); got != 21 {
		t.Errorf("the age is %d", got)
	}
	r.State = Contested
	if !r.overdue(at("2024-03-27")) {
		t.Error("contesting it stopped the clock")
	}
	r.State, r.Closed = FollowedUp, &closed
	if r.age(at("2024-12-31")) != 21 || r.overdue(at("2024-12-31")) {
		t.Error("it ages on after it was followed up")
	}
}

// Proves that another day than the computed one needs a reason, and that the
// computed one stays.
func TestDue_Moved(t *testing.T) {
	t.Parallel()
	d := Due{On: at("2024-03-26"), Computed: at("2024-03-26")}
	if _, err := d.moved(at("2024-04-05"), " "); !fault.Is(err, "recommendation.reason_needed") {
		t.Errorf("moved without a reason: %v", err)
	}
	moved, err := d.moved(at("2024-04-05"), "surat")
	if err != nil || moved.On != at("2024-04-05") || moved.Computed != d.Computed {
		t.Errorf("%v, %v", moved, err)
	}
	if back, err := moved.moved(d.Computed, ""); err != nil || back.Reason != "" {
		t.Errorf("back: %v, %v", back, err)
	}
}

// Proves that a recommendation without days that can be, a demand or distinct
// persons is refused with the field named.
func TestCheck(t *testing.T) {
	t.Parallel()
	today := at("2024-03-25")
	a := Subject{ASN: id.ForName("a"), Wording: "moral"}
	for code, r := range map[string]Recommendation{
		"":                             {Issued: at("2024-02-26"), Received: at("2024-03-04"), Subjects: []Subject{a}},
		"recommendation.days_wrong":    {Issued: at("2024-03-05"), Received: at("2024-03-04"), Subjects: []Subject{a}},
		"recommendation.demand_needed": {Issued: at("2024-02-26"), Received: at("2024-03-04"), Subjects: []Subject{{ASN: a.ASN}}},
		"recommendation.subject_twice": {Issued: at("2024-02-26"), Received: at("2024-03-04"), Subjects: []Subject{a, a}},
	} {
		err := r.check(today)
		if code == "" && err != nil || code != "" && !fault.Is(err, code) {
			t.Errorf("%q: %v", code, err)
		}
	}
	if err := (Recommendation{Issued: today, Received: today.AddDays(1)}).check(today); !fault.Is(err, "recommendation.days_wrong") {
		t.Errorf("received tomorrow: %v", err)
	}
}
