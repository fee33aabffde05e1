package event

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/workitem"
)

// invitationsAhead are the events that are not over and to which the caller is
// invited, or goes as a delegate, and is not in the list yet.
func invitationsAhead(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
	behind, order, named := q.Behind("event.legal_day", "event.id")
	named["me"], named["now"] = tx.Scope().Person(), tx.Now()
	var rows []row
	err := tx.SQL(`SELECT event.* FROM event WHERE event.tenant_id IN @tenants AND event.state IN ('published', 'held') AND event.ends_at > @now
		AND (EXISTS (SELECT FROM event_invitee i WHERE i.tenant_id = event.tenant_id AND i.event_id = event.id AND i.asn_id = @me
				AND NOT EXISTS (SELECT FROM event_delegation d WHERE d.tenant_id = i.tenant_id AND d.event_id = i.event_id AND d.asn_id = i.asn_id))
			OR EXISTS (SELECT FROM event_delegation d WHERE d.tenant_id = event.tenant_id AND d.event_id = event.id AND d.delegate_id = @me))
		AND NOT EXISTS (SELECT FROM event_attendance a WHERE a.tenant_id = event.tenant_id AND a.event_id = event.id AND a.asn_id = @me AND NOT a.struck)
		AND `+behind+` ORDER BY `+order+` LIMIT @limit`, named).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	return itemsOf(rows, func(e Event) (string, []string) {
		if e.open(tx.Now()) == nil {
			return "/me/events", []string{string(CheckingIn)}
		}
		return "/me/events", nil
	})
}

// unheld are published events whose day has passed: until somebody says that
// they were held, nothing can follow.
func unheld(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
	behind, order, named := q.Behind("event.legal_day", "event.id")
	named["today"] = q.Today
	var rows []row
	err := tx.SQL(`SELECT event.* FROM event WHERE event.tenant_id IN @tenants AND event.state = 'published' AND event.legal_day < @today
		AND `+behind+` ORDER BY `+order+` LIMIT @limit`, named).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	may := tx.Scope().May
	return itemsOf(rows, func(e Event) (string, []string) {
		return "/sosialisasi-events/" + e.ID.String(), e.steps(may("event.write"), may("event.record"))
	})
}

func itemsOf(rows []row, how func(Event) (path string, steps []string)) ([]workitem.Item, error) {
	out := make([]workitem.Item, 0, len(rows))
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		path, steps := how(e)
		out = append(out, workitem.Item{Object: e.ID, Path: path, Due: e.Day, Steps: steps, Params: fault.Params{"title": e.Title, "day": e.Day}})
	}
	return out, nil
}

// pointsOpen are action points that nobody has reported as done.
func pointsOpen(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
	behind, order, named := q.Behind("p.due_on", "p.id")
	var rows []struct {
		ID      id.ID    `gorm:"column:id"`
		EventID id.ID    `gorm:"column:event_id"`
		Text    string   `gorm:"column:text"`
		DueOn   *day.Day `gorm:"column:due_on"`
	}
	err := tx.SQL(`SELECT p.id, p.event_id, p.text, p.due_on FROM event_action_point p WHERE p.tenant_id IN @tenants AND p.done_on IS NULL
		AND `+behind+` ORDER BY `+order+` LIMIT @limit`, named).Scan(&rows).Error
	out := make([]workitem.Item, 0, len(rows))
	for _, r := range rows {
		out = append(out, workitem.Item{Object: r.ID, Path: "/sosialisasi-events/" + r.EventID.String() + "/action-points", Due: opt.Value(r.DueOn),
			Steps: []string{"completion"}, Params: fault.Params{"text": r.Text}})
	}
	return out, err
}
