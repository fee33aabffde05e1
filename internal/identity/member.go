package identity

import (
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
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
