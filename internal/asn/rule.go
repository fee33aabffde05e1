package asn

import (
	"strings"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Rule says who is meant by an invitation, a circular or a signing campaign:
// everybody in service to whom all named conditions apply. Conditions left out
// ask nothing; the empty rule means every civil servant of the government.
type Rule struct {
	// OPD are units, each with all units below it.
	OPD []id.ID `json:"opd_ids,omitempty"`
	// OPDTypes are kinds of the unit a person sits in, such as kecamatan.
	OPDTypes []string `json:"opd_types,omitempty"`
	// Offices held on the day: head, personnel_officer.
	Offices         []string `json:"offices,omitempty"`
	EmploymentTypes []string `json:"employment_types,omitempty"`
	PositionTypes   []string `json:"position_types,omitempty"`
	RankCodes       []string `json:"rank_codes,omitempty"`
	// WithNonASN also means staff who are no civil servants.
	WithNonASN bool `json:"with_non_asn,omitempty"`
	// Also are persons meant whatever the conditions say, Except persons who are
	// not.
	Also   []id.ID `json:"also_ids,omitempty"`
	Except []id.ID `json:"except_ids,omitempty"`
}

// SelectSQL is a statement that selects tenant_id, asn_id and opd_id of those
// meant on a legal day, inside the caller's reach, and the values it names. It
// is used as INSERT ... SELECT, so that thousands of persons are one statement.
func (r Rule) SelectSQL(tx *db.Tx, on day.Day) (query string, named map[string]any) {
	var where []string
	named = map[string]any{"rule_day": on}
	add := func(condition, name string, values any) {
		where = append(where, condition)
		named[name] = values
	}
	if len(r.OPD) > 0 {
		add(db.Under("a.opd_id", "rule_opd"), "rule_opd", r.OPD)
	}
	if len(r.OPDTypes) > 0 {
		add("EXISTS (SELECT FROM opd u WHERE u.tenant_id = a.tenant_id AND u.id = a.opd_id AND u.type IN @rule_types)", "rule_types", r.OPDTypes)
	}
	if len(r.Offices) > 0 {
		add(`EXISTS (SELECT FROM opd_officer o WHERE o.tenant_id = a.tenant_id AND o.asn_id = a.id AND o.office IN @rule_offices
			AND o.valid_from <= @rule_day AND (o.valid_until IS NULL OR o.valid_until >= @rule_day))`, "rule_offices", r.Offices)
	}
	if len(r.EmploymentTypes) > 0 {
		add("a.employment_type IN @rule_employment", "rule_employment", r.EmploymentTypes)
	} else if !r.WithNonASN {
		where = append(where, "a.employment_type <> 'non_asn'")
	}
	if len(r.PositionTypes) > 0 {
		add("a.position_type IN @rule_positions", "rule_positions", r.PositionTypes)
	}
	if len(r.RankCodes) > 0 {
		add("a.rank_code IN @rule_ranks", "rule_ranks", r.RankCodes)
	}
	meant := "TRUE"
	if len(where) > 0 {
		meant = strings.Join(where, " AND ")
	}
	if len(r.Also) > 0 {
		meant = "(" + meant + ") OR a.id IN (" + standing("rule_also") + ")"
		named["rule_also"] = r.Also
	}
	query = "SELECT a.tenant_id, a.id AS asn_id, a.opd_id FROM asn a WHERE a.tenant_id IN @tenants AND a.state = 'active' AND " +
		tx.ReachSQL("a.opd_id") + " AND (" + meant + ")"
	if len(r.Except) > 0 {
		query += " AND a.id NOT IN (" + standing("rule_except") + ")"
		named["rule_except"] = r.Except
	}
	return query, named
}

// standing is the statement of the persons named: a rule may have been written
// before one of them was joined to another record.
func standing(named string) string {
	return "SELECT coalesce(n.merged_into, n.id) FROM asn n WHERE n.tenant_id IN @tenants AND n.id IN @" + named
}
