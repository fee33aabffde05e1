package event

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/db"
)

// Notices is what events tell the people invited: that they are, that day, hour
// or place changed, that it is off.
func Notices() []notify.Kind {
	kind := func(name string, u notify.Urgency, once bool, when func(db.Noted) bool, on ...string) notify.Kind {
		return notify.Kind{Name: name, Urgency: u, On: on, When: when, People: comersOf, Many: true, Once: once, Permission: "event.own", Seen: noticed,
			Placeholders: []string{"title", "day"}, Path: notify.Under("/me/events")}
	}
	return []notify.Kind{
		kind("event_invited", notify.Task, true, invites, "event.published", "event.invitations_set", "event.delegated"),
		kind("event_changed", notify.Term, false, func(n db.Noted) bool { return n.Details["moved"] != nil }, "event.updated"),
		kind("event_cancelled", notify.Term, false, nil, "event.cancelled"),
	}
}

// invites leaves out the rules of a draft, which nobody is invited by.
func invites(n db.Noted) bool {
	return n.Action != "event.invitations_set" || n.Details["invited"] != nil
}
