package circular

import "github.com/netral-asn/netral/internal/notify"

// Notices is what circulars tell people.
func Notices() []notify.Kind {
	return []notify.Kind{{Name: "circular_issued", Urgency: notify.Task, On: []string{"circular.issued"}, People: addresseesOf, Many: true,
		Permission: "circular.read", Seen: noticed, Placeholders: []string{"number", "subject"}, Path: notify.At("/circulars")}}
}
