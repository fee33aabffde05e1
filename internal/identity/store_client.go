package identity

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
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
	RevokedAt      *time.Time      `gorm:"column:revoked_at"`
	Version        int32           `gorm:"column:version"`
	CreatedAt      time.Time       `gorm:"column:created_at"`
}

func (r clientRow) client() (Client, error) {
	c := Client{ID: r.ID, Name: r.Name, Organisation: r.OrganisationID, Role: authz.Role(r.Role), ExpiresOn: r.ExpiresOn, Revoked: r.RevokedAt != nil,
		Version: r.Version, CreatedAt: r.CreatedAt.UTC()}
	return c, json.Unmarshal(r.Scopes, &c.Scopes)
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
	err = tx.Insert("identity_client", &clientRow{ID: c.ID, Name: c.Name, OrganisationID: c.Organisation, Role: string(c.Role), Scopes: scopes,
		ExpiresOn: c.ExpiresOn, Version: c.Version, CreatedAt: c.CreatedAt})
	if err != nil {
		return err
	}
	rows := make([]clientGovernmentRow, 0, len(c.tenants))
	for _, t := range c.tenants {
		rows = append(rows, clientGovernmentRow{c.ID, t})
	}
	return tx.Insert("identity_client_government", &rows)
}

// clients is the machine clients that one government sees: those that reach it.
// The installation sees all.
func clients(tx *db.Tx, tenant int32) *gorm.DB {
	q := tx.Platform("identity_client c").Select("c.*")
	if tenant == authz.Platform {
		return q
	}
	return q.Joins("JOIN identity_client_government r ON r.client_id = c.id AND r.tenant_id = ?", tenant)
}

// clientNames are the names of those of the clients that a government sees.
func clientNames(tx *db.Tx, tenant int32, ids []id.ID) (map[id.ID]string, error) {
	var rows []clientRow
	err := clients(tx, tenant).Where("c.id IN ?", ids).Find(&rows).Error
	out := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}

func listClients(tx *db.Tx, tenant int32, org *id.ID, today day.Day, r page.Request) ([]Client, error) {
	q := clients(tx, tenant)
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
	out := make([]Client, 0, len(rows))
	for _, row := range rows {
		c, err := row.client()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, completeClients(tx, tenant, today, out)
}

func clientByID(tx *db.Tx, tenant int32, cid id.ID, today day.Day, lock bool) (Client, error) {
	q := clients(tx, tenant).Where("c.id = ?", cid)
	if lock {
		q = q.Clauses(db.ForUpdate("c"))
	}
	var r clientRow
	if err := db.First(q, &r); err != nil {
		return Client{}, err
	}
	c, err := r.client()
	if err != nil {
		return c, err
	}
	one := []Client{c}
	err = completeClients(tx, tenant, today, one)
	return one[0], err
}

// completeClients adds governments and living credentials.
func completeClients(tx *db.Tx, tenant int32, today day.Day, all []Client) error {
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
	if tenant != authz.Platform {
		q = q.Where("r.tenant_id = ?", tenant)
	}
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
		c.Governments, c.tenants = append(c.Governments, r.GovernmentID), append(c.tenants, r.TenantID)
	}
	creds, err := livingCredentials(tx, today, ids...)
	for _, x := range creds {
		at[x.Client].Credentials = append(at[x.Client].Credentials, x)
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
}

func (r credentialRow) credential() (Credential, error) {
	c := Credential{ID: r.ID, Client: r.ClientID, Kind: CredentialKind(r.Kind), ExpiresOn: r.ExpiresOn, CreatedAt: r.CreatedAt.UTC(), secretHash: r.SecretHash}
	if r.KID == nil {
		return c, nil
	}
	c.KID = *r.KID
	return c, json.Unmarshal(r.JWK, &c.JWK)
}

// livingCredentials reads the secrets and keys that can be used, oldest first.
func livingCredentials(tx *db.Tx, today day.Day, clients ...id.ID) ([]Credential, error) {
	var rows []credentialRow
	err := tx.Platform("identity_client_credential").Where("client_id IN ? AND kind <> 'command' AND closed_at IS NULL AND expires_on >= ?", clients, today).
		Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]Credential, 0, len(rows))
	for _, r := range rows {
		c, err := r.credential()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
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
}

// machineOf reads it; not found means that the token is worth nothing now.
func machineOf(tx *db.Tx, client, credential id.ID, today day.Day) (m machine, tenants []int32, found bool, err error) {
	err = tx.SQL(`SELECT c.role, c.organisation_id, c.scopes FROM identity_client c
		JOIN identity_client_credential x ON x.client_id = c.id
		JOIN organisation o ON o.id = c.organisation_id
		WHERE c.id = @client AND x.id = @credential AND c.revoked_at IS NULL AND c.expires_on >= @today
			AND x.closed_at IS NULL AND x.expires_on >= @today AND (o.valid_until IS NULL OR o.valid_until >= @today)`,
		map[string]any{"client": client, "credential": credential, "today": today}).Scan(&m).Error
	if err != nil || m.Role == "" {
		return m, nil, false, err
	}
	err = tx.Platform("identity_client_government").Where("client_id = ?", client).Order("tenant_id").Pluck("tenant_id", &tenants).Error
	return m, tenants, true, err
}

// clientReach is the governments that a machine client may read today; none once
// it was revoked or its day is over.
func clientReach(tx *db.Tx, client id.ID, today day.Day) (out []int32, err error) {
	err = tx.Platform("identity_client_government r").Joins("JOIN identity_client c ON c.id = r.client_id").
		Where("r.client_id = ? AND c.revoked_at IS NULL AND c.expires_on >= ?", client, today).Order("r.tenant_id").Pluck("r.tenant_id", &out).Error
	return out, err
}
