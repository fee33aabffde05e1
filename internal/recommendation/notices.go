package recommendation

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
)

// nearDays is how many days before its day officers are reminded of a
// recommendation.
const nearDays = 7

// Notices is what recommendations tell officers: that one came, and that its day
// is near.
func Notices() []notify.Kind {
	kind := notify.Kind{Urgency: notify.Task, Holders: "recommendation.write", Permission: "recommendation.read", Seen: noticed, Placeholders: []string{"due_on"}, Path: notify.At("/recommendations")}
	received, due := kind, kind
	received.Name, received.On = "recommendation_received", []string{"recommendation.recorded"}
	due.Name, due.Urgency = "recommendation_due", notify.Term
	due.Due = func(tx *db.Tx, today day.Day) ([]notify.Reminder, error) {
		return near(tx, today, today.AddDays(nearDays))
	}
	return []notify.Kind{received, due}
}
