package report

import (
	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// wall is the condition that a person must not know of a report (T-11). It is
// evaluated whenever a report is read and looks at three days: that of the act,
// that of receipt and today, so that neither an old superior nor a new one gets
// through, nor who moves people about to escape it (T-13). Behind it are
//   - everybody ever matched to a subject, also through a record that was joined
//     to another, with what either record says of post and superiors;
//   - their line of superiors up to the first who heads an OPD, and whoever heads
//     a unit between the subject's and its OPD. Regional secretary and appointing
//     authority stand above and are behind it only when they are named or recused;
//   - who was recused.
//
// Missing data walls more people, never fewer: where no head of the OPD is
// recorded, the line goes on.
const wall = `EXISTS (
	WITH RECURSIVE viewer AS (
		SELECT CAST(@viewer AS uuid) AS id
		UNION SELECT a.merged_into FROM asn a WHERE a.tenant_id = report.tenant_id AND a.id = @viewer AND a.merged_into IS NOT NULL
	), subject AS (
		SELECT p.asn_id AS id FROM report_subject_person p WHERE p.tenant_id = report.tenant_id AND p.report_id = report.id
		UNION SELECT a.merged_into FROM report_subject_person p JOIN asn a ON a.tenant_id = p.tenant_id AND a.id = p.asn_id AND a.merged_into IS NOT NULL
		WHERE p.tenant_id = report.tenant_id AND p.report_id = report.id
	), day AS (
		SELECT d FROM unnest(ARRAY[report.act_on, report.received_on, CAST(@today AS date)]) d WHERE d IS NOT NULL
	), line AS (
		SELECT subject.id, day.d FROM subject, day
		UNION
		SELECT f.superior_id, line.d FROM line JOIN asn_fact f ON f.tenant_id = report.tenant_id AND f.asn_id = line.id AND f.aspect = 'superior'
			AND f.superior_id IS NOT NULL AND f.valid_from <= line.d AND (f.valid_until IS NULL OR f.valid_until >= line.d)
		WHERE NOT EXISTS (SELECT FROM opd_officer o JOIN opd u ON u.tenant_id = o.tenant_id AND u.id = o.opd_id AND u.parent_id IS NULL
			WHERE o.tenant_id = report.tenant_id AND o.asn_id = line.id AND o.office = 'head'
			AND o.valid_from <= line.d AND (o.valid_until IS NULL OR o.valid_until >= line.d))
	), head AS (
		SELECT coalesce(a.merged_into, a.id) AS id FROM subject, day
		JOIN asn_fact f ON f.tenant_id = report.tenant_id AND f.aspect = 'position' AND f.opd_id IS NOT NULL
			AND f.valid_from <= day.d AND (f.valid_until IS NULL OR f.valid_until >= day.d)
		JOIN opd own ON own.tenant_id = f.tenant_id AND own.id = f.opd_id
		JOIN opd up ON up.tenant_id = own.tenant_id AND own.path >= up.path AND own.path < up.path || '~'
		JOIN opd_officer o ON o.tenant_id = up.tenant_id AND o.opd_id = up.id AND o.office = 'head'
			AND o.valid_from <= day.d AND (o.valid_until IS NULL OR o.valid_until >= day.d)
		JOIN asn a ON a.tenant_id = o.tenant_id AND a.id = o.asn_id
		WHERE f.asn_id = subject.id
	), recused AS (
		SELECT coalesce(a.merged_into, a.id) AS id FROM report_recusal x JOIN asn a ON a.tenant_id = x.tenant_id AND a.id = x.asn_id
		WHERE x.tenant_id = report.tenant_id AND x.report_id = report.id
	)
	SELECT FROM viewer WHERE viewer.id IN (SELECT id FROM line UNION ALL SELECT id FROM head UNION ALL SELECT id FROM recused))`

// visible is every report that the caller may know of: inside the reach and not
// behind the wall. All statements about reports start here; what it leaves out
// is not there (T-14).
func visible(tx *db.Tx, today day.Day) *gorm.DB {
	p := tx.Scope().Principal()
	q := tx.From("report")
	if tx.Scope().Reach() != authz.Whole { // what the caller filed
		q = q.Where("report.filed_by = ?", p.ID)
	}
	if p.ID != id.Nil {
		q = q.Where(`NOT EXISTS (SELECT FROM report_recusal x WHERE x.tenant_id = report.tenant_id AND x.report_id = report.id AND x.user_id = ?)`, p.ID)
	}
	if p.Person != id.Nil {
		q = q.Where("NOT "+wall, map[string]any{"viewer": p.Person, "today": today})
	}
	return q
}

// walled reports whether a person is behind the wall of a report.
func walled(tx *db.Tx, rid, person id.ID, today day.Day) (bool, error) {
	var x struct {
		ID id.ID `gorm:"column:id"`
	}
	return db.Found(tx.From("report").Select("report.id").Where("report.id = ?", rid).
		Where(wall, map[string]any{"viewer": person, "today": today}), &x)
}

// VisibleIDs is the statement of the reports the caller may know of.
func VisibleIDs(tx *db.Tx) (*gorm.DB, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	return visible(tx, today).Select("report.id"), nil
}
