package report

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/workitem"
)

// unverified are the reports, without words, that the caller may know of and
// that wait for an officer: for this one, or for anybody.
func unverified(tx *db.Tx, q workitem.Question) ([]Report, error) {
	behind, order, named := q.Behind("CAST(NULL AS date)", "report.id")
	named["me"], named["today"] = tx.Scope().Person(), q.Today
	var rows []row
	err := visible(tx, q.Today).Where("(report.state IN ('received', 'under_verification') OR (report.state = 'incomplete' AND report.answer_by < @today))"+
		" AND (report.handler_asn_id IS NULL OR report.handler_asn_id = @me) AND "+behind, named).
		Order(order).Limit(q.Limit).Find(&rows).Error
	out := make([]Report, 0, len(rows))
	for _, x := range rows {
		r, err := x.report(q.Today)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, err
}
