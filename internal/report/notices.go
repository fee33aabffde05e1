package report

import (
	"github.com/netral-asn/netral/internal/notify"
)

// Notices is what reports tell officers: that one came in, after a wait of
// chance (T-03), and that one was given to them. Whoever is behind the wall sees
// none of it, and nothing of the report is in it (T-09).
func Notices() []notify.Kind {
	return []notify.Kind{
		{Name: "report_received", Urgency: notify.Task, On: []string{"report.filed"}, Waits: true, Holders: verify, Permission: verify, Seen: noticed, Path: notify.At("/reports")},
		{Name: "report_assigned", Urgency: notify.Task, On: []string{"report.assigned"}, People: handlerOf,
			Permission: verify, Seen: noticed, Path: notify.At("/reports")},
	}
}
