package identity

import (
	"strings"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Member is who an account is in a government today: for resources that give
// somebody a task.
type Member struct {
	Account id.ID
	Person  *id.ID // the own record in the registry
	Roles   []authz.Role
}

// Reaches reports whether one of the roles has a permission over the whole
// government.
func (m Member) Reaches(p authz.Permission) bool {
	for _, r := range m.Roles {
		if authz.ReachOf(r, p) == authz.Whole {
			return true
		}
	}
	return false
}

// MemberTx finds who an account is in the transaction's government; one that is
// not there is missing, one that is not active has no roles.
func MemberTx(tx *db.Tx, account id.ID) (Member, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Member{}, err
	}
	v, err := viewByID(tx, tenant, account)
	if err != nil {
		return Member{}, err
	}
	m := Member{Account: account, Person: v.ASN}
	if v.State != Active {
		return m, nil
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return m, err
	}
	given, err := grantsInForce(tx, account, tenant, today)
	for _, g := range given {
		m.Roles = append(m.Roles, g.Role)
	}
	return m, err
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx lets the account of the record that goes be the person that stays.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error { return inherit(tx, goes, stays) }

// PeopleSQL is the statement of the accounts of those people of the government
// that another statement names by their records, also where an account has a
// record that was joined to such a one. Both ways start at the people and end in
// an index: with thousands of them written a moment ago, the planner knows nothing
// of their number.
func PeopleSQL(people string) string {
	return `WITH x AS MATERIALIZED (SELECT x.person FROM (` + people + `) AS x (person))
		SELECT m.account_id FROM x JOIN identity_membership m ON m.tenant_id IN @tenants AND m.asn_id = x.person
			JOIN asn p ON p.tenant_id IN @tenants AND p.id = m.asn_id AND p.merged_into IS NULL WHERE m.state <> 'suspended'
		UNION SELECT m.account_id FROM x JOIN asn p ON p.tenant_id IN @tenants AND p.merged_into = x.person
			JOIN identity_membership m ON m.tenant_id IN @tenants AND m.asn_id = p.id WHERE m.state <> 'suspended'`
}

// HoldersSQL is the statement of the accounts whose roles have a permission in
// the government on the day @today, however far it reaches.
func HoldersSQL(p authz.Permission) string {
	var roles []string
	for _, r := range authz.Humans {
		if authz.ReachOf(r, p) > 0 && r != authz.ASN {
			roles = append(roles, "'"+string(r)+"'")
		}
	}
	return `SELECT DISTINCT g.account_id FROM identity_grant g JOIN identity_membership m ON m.account_id = g.account_id AND m.tenant_id = g.tenant_id
		WHERE g.tenant_id IN @tenants AND m.state <> 'suspended' AND g.role IN (` + strings.Join(roles, ", ") + `)
		AND g.valid_from <= @today AND (g.valid_until IS NULL OR g.valid_until >= @today)`
}

// GranteeSQL is the statement of the account that the role @object was given to.
const GranteeSQL = `SELECT g.account_id FROM identity_grant g WHERE g.id = @object`

// TodayTx is the legal day in a government, or that of the installation.
func TodayTx(tx *db.Tx, tenant int32) (day.Day, error) { return todayIn(tx, tenant) }

// SeenClientsTx tells which of the machine clients the caller may know of, by
// name.
func SeenClientsTx(tx *db.Tx, clients []id.ID) (map[id.ID]string, error) {
	return clientNames(tx, viewOf(tx.Scope().Principal()), clients)
}
