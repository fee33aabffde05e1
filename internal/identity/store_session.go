package identity

import (
	"fmt"
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

type sessionRow struct {
	ID           id.ID      `gorm:"column:id"`
	AccountID    id.ID      `gorm:"column:account_id"`
	TenantID     int32      `gorm:"column:tenant_id"`
	Agent        string     `gorm:"column:agent"`
	SecondFactor bool       `gorm:"column:second_factor"`
	OpenedAt     time.Time  `gorm:"column:opened_at"`
	RefreshedAt  time.Time  `gorm:"column:refreshed_at"`
	ExpiresAt    time.Time  `gorm:"column:expires_at"`
	EndedAt      *time.Time `gorm:"column:ended_at"`
	EndReason    *string    `gorm:"column:end_reason"`
}

func (r sessionRow) session() Session {
	return Session{ID: r.ID, Account: r.AccountID, Tenant: r.TenantID, Agent: r.Agent, SecondFactor: r.SecondFactor, OpenedAt: r.OpenedAt.UTC(),
		RefreshedAt: r.RefreshedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), Ended: r.EndedAt != nil}
}

func insertSession(tx *db.Tx, s Session) error {
	return tx.Insert("identity_session", &sessionRow{ID: s.ID, AccountID: s.Account, TenantID: s.Tenant, Agent: s.Agent, SecondFactor: s.SecondFactor,
		OpenedAt: s.OpenedAt, RefreshedAt: s.RefreshedAt, ExpiresAt: s.ExpiresAt})
}

type refreshRow struct {
	TokenHash []byte     `gorm:"column:token_hash"`
	SessionID id.ID      `gorm:"column:session_id"`
	IssuedAt  time.Time  `gorm:"column:issued_at"`
	UsedAt    *time.Time `gorm:"column:used_at"`
}

func insertRefresh(tx *db.Tx, hash []byte, session id.ID, now time.Time) error {
	return tx.Insert("identity_refresh_token", &refreshRow{TokenHash: hash, SessionID: session, IssuedAt: now})
}

// refreshByHash locks a refresh token and reads it with its session.
func refreshByHash(tx *db.Tx, hash []byte) (r refreshRow, s Session, found bool, err error) {
	if found, err = db.Found(tx.Platform("identity_refresh_token").Where("token_hash = ?", hash).Clauses(db.ForUpdate("identity_refresh_token")), &r); !found {
		return r, s, false, err
	}
	var row sessionRow
	err = db.First(tx.Platform("identity_session").Where("id = ?", r.SessionID).Clauses(db.ForUpdate("identity_session")), &row)
	return r, row.session(), err == nil, err
}

func useRefresh(tx *db.Tx, hash []byte, now time.Time) error {
	return db.Changed(tx.Platform("identity_refresh_token").Where("token_hash = ?", hash).Update("used_at", now))
}

func turnSession(tx *db.Tx, s Session) error {
	return db.Changed(tx.Platform("identity_session").Where("id = ?", s.ID).
		Updates(map[string]any{"tenant_id": s.Tenant, "refreshed_at": s.RefreshedAt, "expires_at": s.ExpiresAt, "agent": s.Agent}))
}

func setSecondFactor(tx *db.Tx, session id.ID, has bool) error {
	return tx.Platform("identity_session").Where("id = ?", session).Update("second_factor", has).Error
}

// endSessions ends the living sessions that match, and tells how many.
func endSessions(tx *db.Tx, now time.Time, reason, where string, args ...any) (int64, error) {
	r := tx.Platform("identity_session").Where("ended_at IS NULL").Where(where, args...).
		Updates(map[string]any{"ended_at": now, "end_reason": reason})
	return r.RowsAffected, r.Error
}

// living reads the sessions of an account that can still be used, newest first.
func living(tx *db.Tx, account id.ID, now time.Time) ([]Session, error) {
	var rows []sessionRow
	err := tx.Platform("identity_session").Where("account_id = ? AND ended_at IS NULL AND expires_at > ?", account, now).
		Order("opened_at DESC, id").Limit(maxSessions).Find(&rows).Error
	out := make([]Session, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.session())
	}
	return out, err
}

// trimSessions ends the oldest sessions above the limit and drops those ended
// long ago, with their refresh tokens.
func trimSessions(tx *db.Tx, account id.ID, now time.Time) error {
	_, err := tx.Exec(`UPDATE identity_session SET ended_at = @at, end_reason = 'too_many' WHERE ended_at IS NULL AND id IN (
		SELECT id FROM identity_session WHERE account_id = @account AND ended_at IS NULL AND expires_at > @at ORDER BY opened_at DESC, id OFFSET @keep)`,
		map[string]any{"at": now, "account": account, "keep": maxSessions})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM identity_session WHERE account_id = @account AND least(coalesce(ended_at, expires_at), expires_at) < @old`,
		map[string]any{"account": account, "old": now.Add(-keepSessions)})
	return err
}

// places lists the governments an account can act for today: where it has its
// own record or a role in force.
func places(tx *db.Tx, account id.ID) ([]place, error) {
	on := fmt.Sprintf(inForce, "t.zone")
	var out []place
	err := tx.SQL(`SELECT t.tenant_id, t.id, t.code, t.name,
			EXISTS (SELECT 1 FROM identity_grant g WHERE g.account_id = m.account_id AND g.tenant_id = m.tenant_id AND `+on+`) AS factor_required
		FROM identity_membership m JOIN tenant t ON t.tenant_id = m.tenant_id
		WHERE m.account_id = @account AND m.state = 'active' AND (m.asn_id IS NOT NULL
			OR EXISTS (SELECT 1 FROM identity_grant g WHERE g.account_id = m.account_id AND g.tenant_id = m.tenant_id AND `+on+`))
		ORDER BY t.code`, map[string]any{"account": account, "now": tx.Now()}).Scan(&out).Error
	if err != nil {
		return nil, err
	}
	var installation []place
	err = tx.SQL(`SELECT 0 AS tenant_id, '00000000-0000-0000-0000-000000000000'::uuid AS id, '' AS code, '' AS name, true AS factor_required
		FROM identity_membership m WHERE m.account_id = @account AND m.tenant_id = 0 AND m.state = 'active'
			AND EXISTS (SELECT 1 FROM identity_grant g WHERE g.account_id = m.account_id AND g.tenant_id = 0 AND `+fmt.Sprintf(inForce, "'Asia/Jakarta'")+`)`,
		map[string]any{"account": account, "now": tx.Now()}).Scan(&installation).Error
	return append(installation, out...), err
}

// presence is what an access token stands on: its session, the account, the
// membership in the token's government and the own record there.
type presence struct {
	SecondFactor bool   `gorm:"column:second_factor"`
	Assurance    string `gorm:"column:assurance"`
	Bound        bool   `gorm:"column:bound"`
	Person       *id.ID `gorm:"column:person_id"`
	Zone         string `gorm:"column:zone"`
	Code         string `gorm:"column:code"`
}

// presenceOf reads it; not found means that the token is worth nothing now.
// A record joined to another is read as the one that stays.
func presenceOf(tx *db.Tx, account, session id.ID, tenant int32, now time.Time) (p presence, found bool, err error) {
	err = tx.SQL(`SELECT s.second_factor, a.assurance, a.totp_sealed IS NOT NULL AS bound, coalesce(p.merged_into, p.id) AS person_id,
			coalesce(t.zone, 'Asia/Jakarta') AS zone, coalesce(t.code, '') AS code
		FROM identity_session s JOIN identity_account a ON a.id = s.account_id
		JOIN identity_membership m ON m.account_id = a.id AND m.tenant_id = @tenant
		LEFT JOIN tenant t ON t.tenant_id = m.tenant_id
		LEFT JOIN asn p ON p.tenant_id = m.tenant_id AND p.tenant_id IN @tenants AND p.id = m.asn_id
		WHERE s.id = @session AND a.id = @account AND s.ended_at IS NULL AND s.expires_at > @at AND a.state = 'active' AND m.state = 'active'`,
		map[string]any{"account": account, "session": session, "tenant": tenant, "at": now}).Scan(&p).Error
	return p, p.Zone != "", err
}

// standingOf is the presence of an account in a government without a session.
func standingOf(tx *db.Tx, account id.ID, tenant int32) (p presence, found bool, err error) {
	err = tx.SQL(`SELECT a.assurance, a.totp_sealed IS NOT NULL AS bound, coalesce(p.merged_into, p.id) AS person_id,
			coalesce(t.zone, 'Asia/Jakarta') AS zone, coalesce(t.code, '') AS code
		FROM identity_account a JOIN identity_membership m ON m.account_id = a.id AND m.tenant_id = @tenant
		LEFT JOIN tenant t ON t.tenant_id = m.tenant_id
		LEFT JOIN asn p ON p.tenant_id = m.tenant_id AND p.tenant_id IN @tenants AND p.id = m.asn_id
		WHERE a.id = @account AND a.state = 'active' AND m.state = 'active'`,
		map[string]any{"account": account, "tenant": tenant}).Scan(&p).Error
	return p, p.Zone != "", err
}

// homeOf is the government an account was in last, or the first it belongs to.
func homeOf(tx *db.Tx, account id.ID) (tenant int32, found bool, err error) {
	var out []int32
	err = tx.SQL(`SELECT m.tenant_id FROM identity_membership m JOIN identity_account a ON a.id = m.account_id
		WHERE m.account_id = @account AND m.state = 'active' ORDER BY m.tenant_id = a.last_tenant DESC NULLS LAST, m.tenant_id LIMIT 1`,
		map[string]any{"account": account}).Scan(&out).Error
	if err != nil || len(out) == 0 {
		return 0, false, err
	}
	return out[0], true, nil
}

// below lists the governments of a province.
func below(tx *db.Tx, code string) ([]int32, error) {
	var out []int32
	err := tx.Platform("tenant").Where("code LIKE ?", code+".%").Order("tenant_id").Pluck("tenant_id", &out).Error
	return out, err
}
