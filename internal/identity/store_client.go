package identity

import (
	"encoding/json"
	"net/netip"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type clientRow struct {
	ID             id.ID           `gorm:"column:id"`
	Name           string          `gorm:"column:name"`
	OrganisationID id.ID           `gorm:"column:organisation_id"`
	Role           string          `gorm:"column:role"`
	Scopes         json.RawMessage `gorm:"column:scopes"`
	ExpiresOn      day.Day         `gorm:"column:expires_on"`
	Networks       json.RawMessage `gorm:"column:networks"`
	PerMinute      int32           `gorm:"column:quota_per_minute"`
	RevokedAt      *time.Time      `gorm:"column:revoked_at"`
	Version        int32           `gorm:"column:version"`
	CreatedAt      time.Time       `gorm:"column:created_at"`
}

func (r clientRow) client() (Client, error) {
	c := Client{ID: r.ID, Name: r.Name, Organisation: r.OrganisationID, Role: authz.Role(r.Role), ExpiresOn: r.ExpiresOn, Revoked: r.RevokedAt != nil,
		PerMinute: r.PerMinute, Version: r.Version, CreatedAt: r.CreatedAt.UTC()}
	if err := json.Unmarshal(r.Networks, &c.Networks); err != nil {
		return c, err
	}
	return c, json.Unmarshal(r.Scopes, &c.Scopes)
}

// networksJSON is a list of networks, never null.
func networksJSON(in []netip.Prefix) (json.RawMessage, error) {
	if in == nil {
		in = []netip.Prefix{}
	}
	return json.Marshal(in)
}

type clientGovernmentRow struct {
	ClientID id.ID `gorm:"column:client_id"`
	TenantID int32 `gorm:"column:tenant_id"`
}

func insertClient(tx *db.Tx, c Client) error {
	scopes, err := json.Marshal(c.Scopes)
	if err != nil {
		return err
	}
	networks, err := networksJSON(c.Networks)
	if err != nil {
		return err
	}
	err = tx.Insert("identity_client", &clientRow{ID: c.ID, Name: c.Name, OrganisationID: c.Organisation, Role: string(c.Role), Scopes: scopes,
		ExpiresOn: c.ExpiresOn, Networks: networks, PerMinute: c.PerMinute, Version: c.Version, CreatedAt: c.CreatedAt})
	if err != nil {
		return err
	}
	return insertReach(tx, c)
}

// insertReach writes which governments a client reaches.
func insertReach(tx *db.Tx, c Client) error {
	rows := make([]clientGovernmentRow, 0, len(c.tenants))
	for _, t := range c.tenants {
		rows = append(rows, clientGovernmentRow{c.ID, t})
	}
	return tx.Insert("identity_client_government", &rows)
}

// clients is the machine clients that a caller may know of.
func clients(tx *db.Tx, v clientView) *gorm.DB {
	return v.narrow(tx.Platform("identity_client c").Select("c.*"))
}

// clientNames are the names of those of the clients that a caller may know of.
func clientNames(tx *db.Tx, v clientView, ids []id.ID) (map[id.ID]string, error) {
	var rows []clientRow
	err := clients(tx, v).Where("c.id IN ?", ids).Find(&rows).Error
	out := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}

// narrow adds the condition that the client c is one that the caller may know of.
func (v clientView) narrow(q *gorm.DB) *gorm.DB {
	switch {
	case v.all:
		return q
	case v.office != id.Nil:
		return q.Where("c.organisation_id = ?", v.office)
	}
	return q.Where("EXISTS (SELECT FROM identity_client_government r WHERE r.client_id = c.id AND r.tenant_id IN ?)", v.tenants)
}

// shows reports whether the caller is told that a client reaches a government:
// its office everything, a government itself alone.
func (v clientView) shows(tenant int32) bool {
	return v.all || v.office != id.Nil || slices.Contains(v.tenants, tenant)
}

func listClients(tx *db.Tx, v clientView, org *id.ID, today day.Day, r page.Request) ([]Client, error) {
	q := clients(tx, v)
	if org != nil {
		q = q.Where("c.organisation_id = ?", *org)
	}
	if r.After != nil {
		q = q.Where("c.id > ?::uuid", r.After[0])
	}
	var rows []clientRow
	if err := q.Order("c.id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out, err := db.Each(rows, clientRow.client)
	if err != nil {
		return nil, err
	}
	return out, completeClients(tx, v, today, out)
}

func clientByID(tx *db.Tx, v clientView, cid id.ID, today day.Day, lock bool) (Client, error) {
	q := clients(tx, v).Where("c.id = ?", cid)
	if lock {
		q = q.Clauses(db.ForUpdate("c"))
	}
	var r clientRow
	if err := db.First(q, &r); err != nil {
		return Client{}, err
	}
	if err := tx.Match(r.ID, r.Version, lock); err != nil {
		return Client{}, err
	}
	c, err := r.client()
	if err != nil {
		return c, err
	}
	one := []Client{c}
	err = completeClients(tx, v, today, one)
	return one[0], err
}

// completeClients adds governments, living credentials and the proposal that
// waits.
func completeClients(tx *db.Tx, v clientView, today day.Day, all []Client) error {
	at := map[id.ID]*Client{}
	ids := make([]id.ID, 0, len(all))
	for i := range all {
		at[all[i].ID] = &all[i]
		ids = append(ids, all[i].ID)
	}
	if len(ids) == 0 {
		return nil
	}
	q := tx.Platform("identity_client_government r").Joins("JOIN tenant t ON t.tenant_id = r.tenant_id").
		Select("r.client_id, r.tenant_id, t.id AS government_id").Where("r.client_id IN ?", ids)
	var reach []struct {
		ClientID     id.ID `gorm:"column:client_id"`
		TenantID     int32 `gorm:"column:tenant_id"`
		GovernmentID id.ID `gorm:"column:government_id"`
	}
	if err := q.Order("t.code").Scan(&reach).Error; err != nil {
		return err
	}
	for _, r := range reach {
		c := at[r.ClientID]
		c.tenants = append(c.tenants, r.TenantID)
		if v.shows(r.TenantID) {
			c.Governments = append(c.Governments, r.GovernmentID)
		}
	}
	creds, err := livingCredentials(tx, today, ids...)
	if err != nil {
		return err
	}
	for _, x := range creds {
		at[x.Client].Credentials = append(at[x.Client].Credentials, x)
	}
	waiting, err := openChanges(tx, ids)
	for _, x := range waiting {
		at[x.Client].waiting = &x
	}
	return err
}

type credentialRow struct {
	ID         id.ID           `gorm:"column:id"`
	ClientID   id.ID           `gorm:"column:client_id"`
	Kind       string          `gorm:"column:kind"`
	SecretHash []byte          `gorm:"column:secret_hash"`
	KID        *string         `gorm:"column:kid"`
	JWK        json.RawMessage `gorm:"column:jwk"`
	ExpiresOn  day.Day         `gorm:"column:expires_on"`
	ClosedAt   *time.Time      `gorm:"column:closed_at"`
	CreatedAt  time.Time       `gorm:"column:created_at"`
	// Suspended are the columns of a suspension.
	SuspendedAt         *time.Time `gorm:"column:suspended_at"`
	SuspendedBy         *string    `gorm:"column:suspended_by"`
	SuspendedReason     string     `gorm:"column:suspended_reason"`
	SuspendedGovernment *id.ID     `gorm:"column:suspended_government;->"`
}

func (r credentialRow) credential() (Credential, error) {
	c := Credential{ID: r.ID, Client: r.ClientID, Kind: CredentialKind(r.Kind), ExpiresOn: r.ExpiresOn, CreatedAt: r.CreatedAt.UTC(), secretHash: r.SecretHash}
	if r.SuspendedAt != nil {
		c.Suspension = &Suspension{At: r.SuspendedAt.UTC(), By: Side(*r.SuspendedBy), Government: r.SuspendedGovernment, Reason: r.SuspendedReason}
	}
	if r.KID == nil {
		return c, nil
	}
	c.KID = *r.KID
	return c, json.Unmarshal(r.JWK, &c.JWK)
}

// livingCredentials reads the secrets and keys that are neither revoked nor over,
// the suspended ones too, oldest first.
func livingCredentials(tx *db.Tx, today day.Day, clients ...id.ID) ([]Credential, error) {
	var rows []credentialRow
	err := tx.Platform("identity_client_credential x").Joins("LEFT JOIN tenant t ON t.tenant_id = x.suspended_tenant").
		Select("x.*, t.id AS suspended_government").
		Where("x.client_id IN ? AND x.kind <> 'command' AND x.closed_at IS NULL AND x.expires_on >= ?", clients, today).
		Order("x.created_at, x.id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return db.Each(rows, credentialRow.credential)
}

// livingOf is a client's secret or key that is alive. One that was is a matter of
// state, one that never was is missing.
func livingOf(tx *db.Tx, c Client, credential id.ID) (Credential, error) {
	i := slices.IndexFunc(c.Credentials, func(x Credential) bool { return x.ID == credential })
	if i >= 0 {
		return c.Credentials[i], nil
	}
	var n int64
	err := tx.Platform("identity_client_credential").Where("client_id = ? AND id = ? AND kind <> 'command'", c.ID, credential).Count(&n).Error
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "client.credential_over").Allowing([]string{})
	}
	return Credential{}, orElse(err, fault.Missing())
}

func insertCredential(tx *db.Tx, c Credential) error {
	r := credentialRow{ID: c.ID, ClientID: c.Client, Kind: string(c.Kind), SecretHash: c.secretHash, ExpiresOn: c.ExpiresOn, CreatedAt: c.CreatedAt}
	if c.Kind == KeyKind {
		jwk, err := json.Marshal(c.JWK)
		if err != nil {
			return err
		}
		r.KID, r.JWK = &c.KID, jwk
	}
	return tx.Insert("identity_client_credential", &r)
}

func closeCredential(tx *db.Tx, client, cid id.ID, now time.Time) error {
	return db.Changed(tx.Platform("identity_client_credential").Where("client_id = ? AND id = ? AND kind <> 'command' AND closed_at IS NULL", client, cid).Update("closed_at", now))
}

func turnClient(tx *db.Tx, c Client, revokedAt *time.Time) error {
	set := map[string]any{"version": c.Version}
	if revokedAt != nil {
		set["revoked_at"] = *revokedAt
	}
	return db.Changed(tx.Platform("identity_client").Where("id = ?", c.ID).Updates(set))
}

type assertionRow struct {
	ClientID  id.ID     `gorm:"column:client_id"`
	JTIHash   []byte    `gorm:"column:jti_hash"`
	ExpiresAt time.Time `gorm:"column:expires_at"`
}

// useAssertion remembers an assertion until it has expired; false when it was
// seen before.
func useAssertion(tx *db.Tx, client id.ID, hash []byte, until, now time.Time) (bool, error) {
	if err := tx.Platform("identity_assertion").Where("expires_at < ?", now).Delete(&assertionRow{}).Error; err != nil {
		return false, err
	}
	r := tx.Platform("identity_assertion").Clauses(clause.OnConflict{DoNothing: true}).
		Create(&assertionRow{ClientID: client, JTIHash: hash, ExpiresAt: until})
	return r.RowsAffected == 1, r.Error
}

// machine is what a machine's access token stands on.
type machine struct {
	Role           string          `gorm:"column:role"`
	OrganisationID id.ID           `gorm:"column:organisation_id"`
	Scopes         json.RawMessage `gorm:"column:scopes"`
	Networks       json.RawMessage `gorm:"column:networks"`
	PerMinute      int32           `gorm:"column:quota_per_minute"`
}

// clientSuspended tells that client c has secrets and keys and none of them is
// taken on the day @today.
const clientSuspended = `COALESCE((SELECT bool_and(s.suspended_at IS NOT NULL) FROM identity_client_credential s
	WHERE s.client_id = c.id AND s.kind <> 'command' AND s.closed_at IS NULL AND s.expires_on >= @today), false)`

// machineOf reads it; not found means that the token is worth nothing now.
func machineOf(tx *db.Tx, client, credential id.ID, today day.Day) (m machine, tenants []int32, found bool, err error) {
	err = tx.SQL(`SELECT c.role, c.organisation_id, c.scopes, c.networks, c.quota_per_minute FROM identity_client c
		JOIN identity_client_credential x ON x.client_id = c.id
		JOIN organisation o ON o.id = c.organisation_id
		WHERE c.id = @client AND x.id = @credential AND c.revoked_at IS NULL AND c.expires_on >= @today
			AND x.closed_at IS NULL AND x.suspended_at IS NULL AND x.expires_on >= @today AND (o.valid_until IS NULL OR o.valid_until >= @today)
			AND NOT `+clientSuspended,
		map[string]any{"client": client, "credential": credential, "today": today}).Scan(&m).Error
	if err != nil || m.Role == "" {
		return m, nil, false, err
	}
	err = tx.Platform("identity_client_government").Where("client_id = ?", client).Order("tenant_id").Pluck("tenant_id", &tenants).Error
	return m, tenants, true, err
}

// clientReach is the governments whose changes a machine client may be told today:
// none while it is suspended, once it was revoked, its day or its office's is over,
// or it may not follow changes any more.
func clientReach(tx *db.Tx, client id.ID, today day.Day) (out []int32, err error) {
	err = tx.SQL(`SELECT r.tenant_id FROM identity_client_government r
		JOIN identity_client c ON c.id = r.client_id
		JOIN organisation o ON o.id = c.organisation_id
		WHERE c.id = @client AND c.revoked_at IS NULL AND c.expires_on >= @today AND c.scopes @> '["change.read"]'
			AND (o.valid_until IS NULL OR o.valid_until >= @today) AND NOT `+clientSuspended+`
		ORDER BY r.tenant_id`, map[string]any{"client": client, "today": today}).Scan(&out).Error
	return out, err
}
