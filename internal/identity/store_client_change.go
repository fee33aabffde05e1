package identity

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type clientChangeRow struct {
	ID             id.ID           `gorm:"column:id"`
	ClientID       id.ID           `gorm:"column:client_id"`
	Kind           string          `gorm:"column:kind"`
	State          string          `gorm:"column:state"`
	Narrows        bool            `gorm:"column:narrows"`
	Side           string          `gorm:"column:side"`
	TenantID       *int32          `gorm:"column:tenant_id"`
	CredentialID   *id.ID          `gorm:"column:credential_id"`
	Reason         string          `gorm:"column:reason"`
	Wish           json.RawMessage `gorm:"column:wish"`
	ProposedBy     *id.ID          `gorm:"column:proposed_by"`
	ProposedAt     time.Time       `gorm:"column:proposed_at"`
	DecidedBy      *id.ID          `gorm:"column:decided_by"`
	DecidedAt      *time.Time      `gorm:"column:decided_at"`
	DecisionReason string          `gorm:"column:decision_reason"`
	Version        int32           `gorm:"column:version"`
}

// joinedChange adds whose client it is and which government acted.
type joinedChange struct {
	Own          clientChangeRow `gorm:"embedded"`
	ClientName   string          `gorm:"column:client_name"`
	Organisation id.ID           `gorm:"column:organisation_id"`
	Government   *id.ID          `gorm:"column:government_id"`
}

func (r joinedChange) change() (ClientChange, error) {
	o := r.Own
	x := ClientChange{ID: o.ID, Client: o.ClientID, ClientName: r.ClientName, Organisation: r.Organisation, Kind: ChangeKind(o.Kind), State: ChangeState(o.State),
		Narrows: o.Narrows, Side: Side(o.Side), Government: r.Government, Credential: o.CredentialID, Reason: o.Reason, ProposedBy: o.ProposedBy,
		ProposedAt: o.ProposedAt.UTC(), DecidedBy: o.DecidedBy, DecisionReason: o.DecisionReason, Version: o.Version, tenant: o.TenantID}
	if o.DecidedAt != nil {
		at := o.DecidedAt.UTC()
		x.DecidedAt = &at
	}
	return x, json.Unmarshal(o.Wish, &x.Wish)
}

func insertClientChange(tx *db.Tx, x ClientChange) error {
	wish, err := json.Marshal(x.Wish)
	if err != nil {
		return err
	}
	return tx.Insert("identity_client_change", &clientChangeRow{ID: x.ID, ClientID: x.Client, Kind: string(x.Kind), State: string(x.State), Narrows: x.Narrows,
		Side: string(x.Side), TenantID: x.tenant, CredentialID: x.Credential, Reason: x.Reason, Wish: wish, ProposedBy: x.ProposedBy, ProposedAt: x.ProposedAt,
		DecidedAt: x.DecidedAt, Version: x.Version})
}

func updateClientChange(tx *db.Tx, x ClientChange) error {
	return db.Changed(tx.Platform("identity_client_change").Where("id = ?", x.ID).Updates(map[string]any{"state": string(x.State), "decided_by": x.DecidedBy,
		"decided_at": x.DecidedAt, "decision_reason": x.DecisionReason, "version": x.Version}))
}

// clientChanges are those of the clients that a caller may know of.
func clientChanges(tx *db.Tx, v clientView) *gorm.DB {
	return v.narrow(tx.Platform("identity_client_change x").Joins("JOIN identity_client c ON c.id = x.client_id").
		Joins("LEFT JOIN tenant t ON t.tenant_id = x.tenant_id").
		Select("x.*, c.name AS client_name, c.organisation_id, t.id AS government_id"))
}

func listClientChanges(tx *db.Tx, v clientView, client *id.ID, now time.Time, r page.Request) ([]ClientChange, error) {
	q := clientChanges(tx, v)
	if client != nil {
		q = q.Where("x.client_id = ?", *client)
	}
	if r.After != nil {
		q = q.Where("(x.proposed_at, x.id) < (?::timestamptz, ?::uuid)", r.After[0], r.After[1])
	}
	var rows []joinedChange
	if err := q.Order("x.proposed_at DESC, x.id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(r joinedChange) (ClientChange, error) { x, err := r.change(); return x.at(now), err })
}

func clientChangeByID(tx *db.Tx, v clientView, xid id.ID, lock bool) (ClientChange, error) {
	q := clientChanges(tx, v).Where("x.id = ?", xid)
	if lock {
		q = q.Clauses(db.ForUpdate("x"))
	}
	var r joinedChange
	if err := db.First(q, &r); err != nil {
		return ClientChange{}, err
	}
	return r.change()
}

// openChanges are the proposals of clients that nobody has decided.
func openChanges(tx *db.Tx, clients []id.ID) ([]ClientChange, error) {
	var rows []clientChangeRow
	if err := tx.Platform("identity_client_change").Where("client_id IN ? AND state = 'proposed'", clients).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(r clientChangeRow) (ClientChange, error) { return joinedChange{Own: r}.change() })
}

// alterClient writes what an alteration sets.
func alterClient(tx *db.Tx, c Client) error {
	scopes, err := json.Marshal(c.Scopes)
	if err != nil {
		return err
	}
	networks, err := networksJSON(c.Networks)
	if err != nil {
		return err
	}
	return db.Changed(tx.Platform("identity_client").Where("id = ?", c.ID).Updates(map[string]any{"scopes": json.RawMessage(scopes), "expires_on": c.ExpiresOn,
		"networks": networks, "quota_per_minute": c.PerMinute, "version": c.Version}))
}

// replaceReach writes anew which governments a client reaches.
func replaceReach(tx *db.Tx, c Client) error {
	if err := tx.Platform("identity_client_government").Where("client_id = ?", c.ID).Delete(&clientGovernmentRow{}).Error; err != nil {
		return err
	}
	return insertReach(tx, c)
}

// closeLapsed ends a proposal that nobody decided in time, so that another can be
// made.
func closeLapsed(tx *db.Tx, c Client, now time.Time) error {
	return tx.Platform("identity_client_change").Where("client_id = ? AND state = 'proposed' AND proposed_at <= ?", c.ID, now.Add(-proposalLife)).
		Updates(map[string]any{"state": string(Lapsed), "decided_at": gorm.Expr("proposed_at + make_interval(secs => ?)", proposalLife.Seconds()), "version": gorm.Expr("version + 1")}).Error
}

func suspendCredentials(tx *db.Tx, credentials []id.ID, x ClientChange) error {
	return db.Changed(tx.Platform("identity_client_credential").Where("id IN ? AND suspended_at IS NULL", credentials).Updates(map[string]any{
		"suspended_at": x.ProposedAt, "suspended_by": string(x.Side), "suspended_tenant": x.tenant, "suspended_reason": x.Reason}))
}

func reinstateCredential(tx *db.Tx, credential id.ID) error {
	return db.Changed(tx.Platform("identity_client_credential").Where("id = ?", credential).Updates(map[string]any{
		"suspended_at": nil, "suspended_by": nil, "suspended_tenant": nil, "suspended_reason": ""}))
}
