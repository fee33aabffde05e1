package casefile

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/db"
)

// Notices is what cases tell people: that one was given to them. To the subject
// the law speaks by summons and decision, on paper; nothing here does (T-09).
func Notices() []notify.Kind {
	return []notify.Kind{{Name: "case_assigned", Urgency: notify.Task, On: []string{"case.step_taken"}, When: assigned, Accounts: handlerOf, Permission: "case.read",
		Seen: noticed, Path: notify.At("/cases")}}
}

func assigned(n db.Noted) bool { return n.Details["step"] == Assigning }
