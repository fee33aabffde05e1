package identity

import (
	"sort"
	"time"

	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

type codeRow struct {
	ID        id.ID      `gorm:"column:id"`
	AccountID id.ID      `gorm:"column:account_id"`
	TenantID  int32      `gorm:"column:tenant_id"`
	Kind      string     `gorm:"column:kind"`
	CodeHash  []byte     `gorm:"column:code_hash"`
	Attempts  int        `gorm:"column:attempts"`
	ExpiresAt time.Time  `gorm:"column:expires_at"`
	ClosedAt  *time.Time `gorm:"column:closed_at"`
	IssuedBy  *id.ID     `gorm:"column:issued_by"`
	CreatedAt time.Time  `gorm:"column:created_at"`
}

func insertCode(tx *db.Tx, c code, hash []byte, by *id.ID, now time.Time) error {
	return tx.Insert("identity_code", &codeRow{ID: c.id, AccountID: c.account, TenantID: c.tenant, Kind: string(c.kind), CodeHash: hash,
		ExpiresAt: c.expiresAt, IssuedBy: by, CreatedAt: now})
}

// openCode locks a code that can still be redeemed.
func openCode(tx *db.Tx, hash []byte, now time.Time) (code, bool, error) {
	var r codeRow
	ok, err := db.Found(tx.Platform("identity_code").Where("code_hash = ? AND closed_at IS NULL AND expires_at > ?", hash, now).
		Clauses(db.ForUpdate("identity_code")), &r)
	return code{id: r.ID, account: r.AccountID, tenant: r.TenantID, kind: codeKind(r.Kind), attempts: r.Attempts, expiresAt: r.ExpiresAt}, ok, err
}

// codeExists refuses a code that cannot be redeemed.
func codeExists(tx *db.Tx, hash []byte, now time.Time) error {
	var n int64
	err := tx.Platform("identity_code").Where("code_hash = ? AND closed_at IS NULL AND expires_at > ?", hash, now).Count(&n).Error
	if err == nil && n == 0 {
		return fault.New(fault.Rule, "auth.code_invalid").At("/code", "auth.code_invalid")
	}
	return err
}

func countAttempt(tx *db.Tx, c code, now time.Time) error {
	set := map[string]any{"attempts": c.attempts}
	if c.attempts >= maxAttempts {
		set["closed_at"] = now
	}
	return db.Changed(tx.Platform("identity_code").Where("id = ?", c.id).Updates(set))
}

// closeCodes voids the codes of an account in one government, or of all.
func closeCodes(tx *db.Tx, account id.ID, tenant *int32, now time.Time) error {
	q := tx.Platform("identity_code").Where("account_id = ? AND closed_at IS NULL", account)
	if tenant != nil {
		q = q.Where("tenant_id = ?", *tenant)
	}
	return q.Update("closed_at", now).Error
}

// closeCodesOfOthers voids the codes of an account that somebody else issued.
func closeCodesOfOthers(tx *db.Tx, account id.ID, by *id.ID, now time.Time) error {
	return tx.Platform("identity_code").Where("account_id = ? AND closed_at IS NULL AND issued_by IS DISTINCT FROM ?::uuid", account, by).
		Update("closed_at", now).Error
}

type recoveryRow struct {
	AccountID id.ID      `gorm:"column:account_id"`
	CodeHash  []byte     `gorm:"column:code_hash"`
	UsedAt    *time.Time `gorm:"column:used_at"`
}

func replaceRecovery(tx *db.Tx, account id.ID, hashes [][]byte) error {
	if err := tx.Platform("identity_recovery_code").Where("account_id = ?", account).Delete(&recoveryRow{}).Error; err != nil || len(hashes) == 0 {
		return err
	}
	rows := make([]recoveryRow, 0, len(hashes))
	for _, h := range hashes {
		rows = append(rows, recoveryRow{AccountID: account, CodeHash: h})
	}
	return tx.Insert("identity_recovery_code", &rows)
}

func useRecovery(tx *db.Tx, account id.ID, hash []byte, now time.Time) (bool, error) {
	r := tx.Platform("identity_recovery_code").Where("account_id = ? AND code_hash = ? AND used_at IS NULL", account, hash).Update("used_at", now)
	return r.RowsAffected == 1, r.Error
}

func recoveryLeft(tx *db.Tx, account id.ID) (n int64, err error) {
	err = tx.Platform("identity_recovery_code").Where("account_id = ? AND used_at IS NULL", account).Count(&n).Error
	return n, err
}

type tallyRow struct {
	Key          []byte     `gorm:"column:key"`
	Failures     int        `gorm:"column:failures"`
	LastAt       time.Time  `gorm:"column:last_at"`
	WaitUntil    *time.Time `gorm:"column:wait_until"`
	TrustedUntil *time.Time `gorm:"column:trusted_until"`
}

func (r tallyRow) tally() tally {
	t := tally{failures: r.Failures, lastAt: r.LastAt}
	if r.WaitUntil != nil {
		t.waitUntil = *r.WaitUntil
	}
	if r.TrustedUntil != nil {
		t.trustedUntil = *r.TrustedUntil
	}
	return t
}

func toTallyRow(key string, t tally) tallyRow {
	r := tallyRow{Key: []byte(key), Failures: t.failures, LastAt: t.lastAt}
	if !t.waitUntil.IsZero() {
		r.WaitUntil = &t.waitUntil
	}
	if !t.trustedUntil.IsZero() {
		r.TrustedUntil = &t.trustedUntil
	}
	return r
}

// lockTallies reads what was counted under the keys and locks it, in one order
// for everybody. Keys never seen are made, so that they can be locked.
func lockTallies(tx *db.Tx, now time.Time, keys ...string) (map[string]tally, error) {
	sort.Strings(keys)
	fresh, bytes := make([]tallyRow, 0, len(keys)), make([][]byte, 0, len(keys))
	for _, k := range keys {
		fresh, bytes = append(fresh, tallyRow{Key: []byte(k), LastAt: now}), append(bytes, []byte(k))
	}
	if err := tx.Platform("identity_tally").Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
		return nil, err
	}
	var rows []tallyRow
	if err := tx.Platform("identity_tally").Where("key IN ?", bytes).Order("key").Clauses(db.ForUpdate("identity_tally")).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]tally{}
	for _, r := range rows {
		out[string(r.Key)] = r.tally()
	}
	return out, nil
}

func saveTally(tx *db.Tx, key string, t tally) error {
	r := toTallyRow(key, t)
	return db.Changed(tx.Platform("identity_tally").Where("key = ?", r.Key).Select("failures", "last_at", "wait_until", "trusted_until").Updates(&r))
}

// sweepTallies drops some that are worth nothing any more.
func sweepTallies(tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(`DELETE FROM identity_tally WHERE key IN (SELECT key FROM identity_tally WHERE last_at < @old
		AND (trusted_until IS NULL OR trusted_until < @at) ORDER BY last_at LIMIT 50 FOR UPDATE SKIP LOCKED)`,
		map[string]any{"at": now, "old": now.Add(-24 * time.Hour)})
	return err
}

type keyRow struct {
	KID           string     `gorm:"column:kid"`
	Sealed        []byte     `gorm:"column:sealed"`
	SignsFrom     time.Time  `gorm:"column:signs_from"`
	VerifiesUntil *time.Time `gorm:"column:verifies_until"`
	CreatedAt     time.Time  `gorm:"column:created_at"`
}

// signingKeys reads the keys that verify now, newest signer last.
func signingKeys(tx *db.Tx, now time.Time) (rows []keyRow, err error) {
	err = tx.Platform("identity_signing_key").Where("verifies_until IS NULL OR verifies_until > ?", now).Order("signs_from, kid").Find(&rows).Error
	return rows, err
}

// lockKeys lets one replica at a time make keys.
func lockKeys(tx *db.Tx) error {
	_, err := tx.Exec("SELECT pg_advisory_xact_lock(@key)", map[string]any{"key": 742020})
	return err
}

func insertKey(tx *db.Tx, r keyRow) error { return tx.Insert("identity_signing_key", &r) }

func retireKeys(tx *db.Tx, until time.Time, except string) error {
	return tx.Platform("identity_signing_key").Where("kid <> ? AND (verifies_until IS NULL OR verifies_until > ?)", except, until).
		Update("verifies_until", until).Error
}

func revokeKey(tx *db.Tx, kid string, now time.Time) error {
	return db.Changed(tx.Platform("identity_signing_key").Where("kid = ?", kid).Update("verifies_until", now))
}

type installationRow struct {
	ID     bool   `gorm:"column:id"`
	Issuer string `gorm:"column:issuer"`
}

func readIssuer(tx *db.Tx) (string, error) {
	var r installationRow
	_, err := db.Found(tx.Platform("identity_installation"), &r)
	return r.Issuer, err
}

// writeIssuer keeps the issuer; one that is there stays unless it is replaced.
func writeIssuer(tx *db.Tx, issuer string, replace bool) error {
	c := clause.OnConflict{DoNothing: true}
	if replace {
		c = clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"issuer"})}
	}
	return tx.Platform("identity_installation").Clauses(c).Create(&installationRow{ID: true, Issuer: issuer}).Error
}

// tallyOf reads what was counted under a key, without a lock.
func tallyOf(tx *db.Tx, key string) (tally, error) {
	var r tallyRow
	_, err := db.Found(tx.Platform("identity_tally").Where("key = ?", []byte(key)), &r)
	return r.tally(), err
}

type receiptKeyRow struct {
	KID       string     `gorm:"column:kid"`
	Sealed    []byte     `gorm:"column:sealed"`
	Public    []byte     `gorm:"column:public"`
	CreatedAt time.Time  `gorm:"column:created_at"`
	RevokedAt *time.Time `gorm:"column:revoked_at"`
}

func receiptKeys(tx *db.Tx) (rows []receiptKeyRow, err error) {
	return rows, tx.Platform("identity_receipt_key").Order("created_at, kid").Find(&rows).Error
}

func newestReceiptKey(tx *db.Tx) (r receiptKeyRow, found bool, err error) {
	found, err = db.Found(tx.Platform("identity_receipt_key").Where("revoked_at IS NULL").Order("created_at DESC, kid DESC").Limit(1), &r)
	return r, found, err
}

func insertReceiptKey(tx *db.Tx, r receiptKeyRow) error { return tx.Insert("identity_receipt_key", &r) }

func revokeReceiptKey(tx *db.Tx, kid string, at time.Time) error {
	return db.Changed(tx.Platform("identity_receipt_key").Where("kid = ? AND revoked_at IS NULL", kid).Update("revoked_at", at))
}
