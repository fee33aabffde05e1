package recommendation

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// noticed are those of the recommendations that the caller may see.
func noticed(tx *db.Tx, ids []id.ID) (map[id.ID]fault.Params, error) {
	var rows []row
	err := visible(tx).Select("id, due_on").Where("id IN ?", ids).Find(&rows).Error
	out := make(map[id.ID]fault.Params, len(rows))
	for _, r := range rows {
		out[r.ID] = fault.Params{"due_on": r.DueOn}
	}
	return out, err
}

// near are the open recommendations that are due in a span of days.
func near(tx *db.Tx, first, last day.Day) ([]notify.Reminder, error) {
	var rows []row
	err := tx.From("recommendation").Select("id, due_on").Where("state <> ? AND due_on BETWEEN ? AND ?", FollowedUp, first, last).Order("id").Find(&rows).Error
	out := make([]notify.Reminder, 0, len(rows))
	for _, r := range rows {
		out = append(out, notify.Reminder{Object: r.ID, Day: r.DueOn})
	}
	return out, err
}
