package pact

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
)

// nearDays is how many days before a campaign's day those are reminded who have
// not signed.
const nearDays = 7

// Notices is what pacts tell people: that they are asked to sign, and that the
// day is near.
func Notices() []notify.Kind {
	kind := notify.Kind{Urgency: notify.Task, Once: true, Many: true, Permission: "pact.sign", Seen: noticed, Placeholders: []string{"title", "due_on"}, Path: notify.Under("/me/pacts")}
	opened, due := kind, kind
	opened.Name, opened.On, opened.People = "pact_opened", []string{"pact_campaign.opened", "pact_campaign.enrolled"}, obligedOf
	due.Name, due.Urgency, due.People = "pact_due", notify.Term, unsignedOf
	due.Due = func(tx *db.Tx, today day.Day) ([]notify.Reminder, error) {
		return campaignsNear(tx, today, today.AddDays(nearDays))
	}
	return []notify.Kind{opened, due}
}
