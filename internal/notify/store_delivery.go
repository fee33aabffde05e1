package notify

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

type deliveryRow struct {
	TenantID   int32      `gorm:"column:tenant_id"`
	ID         id.ID      `gorm:"column:id"`
	AccountID  id.ID      `gorm:"column:account_id"`
	AddressID  id.ID      `gorm:"column:address_id"`
	Channel    string     `gorm:"column:channel"`
	Kind       string     `gorm:"column:kind"`
	NoticeID   *id.ID     `gorm:"column:notice_id"`
	State      string     `gorm:"column:state"`
	MessageID  *id.ID     `gorm:"column:message_id"`
	Attempts   int32      `gorm:"column:attempts"`
	NextAt     time.Time  `gorm:"column:next_at"`
	LastAt     *time.Time `gorm:"column:last_at"`
	LastStatus *int32     `gorm:"column:last_status"`
	LastError  string     `gorm:"column:last_error"`
	CreatedAt  time.Time  `gorm:"column:created_at"`
}

func (r deliveryRow) delivery() Delivery {
	d := Delivery{Tenant: r.TenantID, ID: r.ID, Account: r.AccountID, Address: r.AddressID, Channel: carrier.Channel(r.Channel), Kind: r.Kind, Notice: r.NoticeID, State: DeliveryState(r.State),
		Message: r.ID, Attempts: r.Attempts, Next: r.NextAt, Last: r.LastAt, Status: r.LastStatus, Error: r.LastError, Created: r.CreatedAt.UTC()}
	if r.MessageID != nil {
		d.Message = *r.MessageID
	}
	return d
}

// deliveryID follows from the notice and the address, as a notice's follows from
// what makes it one.
const deliveryID = `CAST(encode(substring(sha256(convert_to(concat_ws(' ', n.id, a.address_id), 'UTF8')) FROM 1 FOR 16), 'hex') AS uuid)`

// insertDeliveries makes the deliveries of the notices that this transaction made
// of a cause: one for each confirmed address of their recipients.
func insertDeliveries(tx *db.Tx, c cause, channels []carrier.Channel) error {
	_, err := tx.Exec(`INSERT INTO notice_delivery (tenant_id, id, account_id, address_id, channel, kind, notice_id, state, attempts, next_at, last_error, created_at)
		SELECT n.tenant_id, `+deliveryID+`, n.account_id, a.address_id, a.channel, n.kind, n.id, 'waiting', 0, @now, '', @now
		FROM notice n JOIN (`+identity.ReachableSQL+`) a ON a.account_id = n.account_id
		WHERE n.tenant_id IN @tenants AND n.cause_id = @cause AND n.kind = @kind AND n.at = @now AND a.channel IN @channels
		ON CONFLICT ON CONSTRAINT notice_delivery_notice_key DO NOTHING`,
		map[string]any{"cause": c.ID, "kind": c.Kind, "now": tx.Now(), "channels": channels})
	return err
}

// insertCode makes the delivery of the code of an address, in place of those that
// were not sent yet.
func insertCode(tx *db.Tx, address id.ID) error {
	if _, err := tx.Exec(`UPDATE notice_delivery SET state = 'withheld', last_at = @now, last_error = 'code_outdated'
		WHERE tenant_id IN @tenants AND address_id = @address AND kind = @kind AND state = 'waiting'`,
		map[string]any{"address": address, "kind": codeKind, "now": tx.Now()}); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO notice_delivery (tenant_id, id, account_id, address_id, channel, kind, state, attempts, next_at, last_error, created_at)
		SELECT @tenant, @id, a.account_id, a.id, a.channel, @kind, 'waiting', 0, @now, '', @now FROM (`+identity.AddressSQL+`) a`,
		map[string]any{"tenant": tx.Scope().Tenants()[0], "id": tx.NewID(), "object": address, "kind": codeKind, "now": tx.Now()})
	return err
}

// queued is how much is due in a government.
type queued struct {
	Tenant int32 `gorm:"column:tenant_id"`
	Count  int   `gorm:"column:count"`
}

// isDue is the condition that a delivery is to be sent now; kinds that this
// version of the program does not know are left to one that does.
const isDue = `w.tenant_id IN @tenants AND w.channel = @channel AND w.state = 'waiting' AND w.next_at <= @now AND w.kind IN @kinds`

// withDeliveries lists the governments of the scope where something is due.
func withDeliveries(tx *db.Tx, c carrier.Channel, kinds []string) (out []queued, err error) {
	err = tx.SQL(`SELECT w.tenant_id, count(*) AS count FROM notice_delivery w WHERE `+isDue+` GROUP BY w.tenant_id ORDER BY w.tenant_id`,
		map[string]any{"channel": c, "now": tx.Now(), "kinds": kinds}).Scan(&out).Error
	return out, err
}

// claim takes deliveries that are due until a moment after which somebody else
// may take them: whoever holds them was killed then. What is taken is settled
// before anything is joined to it, as in package webhook.
func claim(tx *db.Tx, c carrier.Channel, kinds []string, until time.Time, n int) ([]Delivery, error) {
	var rows []deliveryRow
	err := tx.SQL(`WITH mine AS MATERIALIZED (
			SELECT w.tenant_id, w.id FROM notice_delivery w WHERE `+isDue+` ORDER BY w.next_at, w.id LIMIT @n FOR UPDATE SKIP LOCKED)
		UPDATE notice_delivery d SET next_at = @until, message_id = coalesce(d.message_id, d.id) FROM mine
		WHERE d.tenant_id IN @tenants AND d.tenant_id = mine.tenant_id AND d.id = mine.id RETURNING d.*`,
		map[string]any{"channel": c, "now": tx.Now(), "kinds": kinds, "until": until, "n": n}).Scan(&rows).Error
	out := make([]Delivery, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.delivery())
	}
	return out, err
}

// settle writes what came of an attempt, unless somebody else took the delivery
// meanwhile.
func settle(tx *db.Tx, d Delivery, claimed time.Time) (mine bool, err error) {
	r := tx.From("notice_delivery").Where("id = ? AND state = ? AND next_at = ?", d.ID, Waiting, claimed).
		Updates(map[string]any{"state": d.State, "attempts": d.Attempts, "next_at": d.Next, "last_at": d.Last, "last_status": d.Status, "last_error": d.Error})
	return r.RowsAffected == 1, r.Error
}

// postpone puts a claimed delivery off; it has lost no attempt.
func postpone(tx *db.Tx, delivery id.ID, at time.Time) error {
	return tx.From("notice_delivery").Where("id = ? AND state = ?", delivery, Waiting).Update("next_at", at).Error
}

// withhold ends a claimed delivery.
func withhold(tx *db.Tx, delivery id.ID, reason string) error {
	return tx.From("notice_delivery").Where("id = ? AND state = ?", delivery, Waiting).
		Updates(map[string]any{"state": Withheld, "last_at": tx.Now(), "last_error": reason}).Error
}

// gather puts a claimed delivery into its digest, which it makes where it is the
// first. The digest's row is locked, so that it is not sent meanwhile; where it
// is over already the delivery only waits, and is judged anew.
func gather(tx *db.Tx, g gathering) error {
	n, err := tx.Exec(`INSERT INTO notice_delivery (tenant_id, id, account_id, address_id, channel, kind, state, attempts, next_at, last_error, created_at)
		SELECT d.tenant_id, @digest, d.account_id, d.address_id, d.channel, @kind, 'waiting', 0, @at, '', @now
		FROM notice_delivery d WHERE d.tenant_id IN @tenants AND d.id = @id
		ON CONFLICT ON CONSTRAINT notice_delivery_pkey DO UPDATE SET kind = EXCLUDED.kind WHERE notice_delivery.state = 'waiting'`,
		map[string]any{"digest": g.digest, "kind": digestKind, "at": g.at, "now": tx.Now(), "id": g.delivery.ID})
	if err != nil {
		return err
	}
	if n == 0 {
		return postpone(tx, g.delivery.ID, g.at)
	}
	return tx.From("notice_delivery").Where("id = ? AND state = ?", g.delivery.ID, Waiting).
		Updates(map[string]any{"state": Gathered, "message_id": g.digest, "next_at": g.at}).Error
}

// gatheredBy lists the deliveries that a digest carries.
func gatheredBy(tx *db.Tx, digest id.ID) ([]Delivery, error) {
	var rows []deliveryRow
	err := tx.From("notice_delivery").Where("message_id = ? AND state = ?", digest, Gathered).Order("created_at, id").Find(&rows).Error
	out := make([]Delivery, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.delivery())
	}
	return out, err
}

// settleGathered gives the deliveries of a digest its fate once it is known. What
// the digest did not tell of is withheld; what was gathered after it was written
// is due again. members nil stands for all.
func settleGathered(tx *db.Tx, digest Delivery, members map[id.ID]string) error {
	if digest.Kind != digestKind || digest.State == Waiting {
		return nil
	}
	all := func() *gorm.DB {
		return tx.From("notice_delivery").Where("message_id = ? AND state = ?", digest.ID, Gathered)
	}
	fate := map[string]any{"state": digest.State, "attempts": digest.Attempts, "last_at": digest.Last, "last_status": digest.Status, "last_error": digest.Error}
	if members == nil {
		return all().Updates(fate).Error
	}
	var told []id.ID
	for m, reason := range members {
		if reason == "" {
			told = append(told, m)
		} else if err := all().Where("id = ?", m).Updates(map[string]any{"state": Withheld, "last_at": digest.Last, "last_error": reason}).Error; err != nil {
			return err
		}
	}
	if len(told) > 0 {
		if err := all().Where("id IN ?", told).Updates(fate).Error; err != nil {
			return err
		}
	}
	return all().Updates(map[string]any{"state": Waiting, "message_id": nil, "next_at": tx.Now()}).Error
}

// letGo gives back what was claimed and not begun.
func letGo(tx *db.Tx, ids []id.ID, claimed time.Time) error {
	return tx.From("notice_delivery").Where("id IN ? AND state = ? AND next_at = ?", ids, Waiting, claimed).Update("next_at", tx.Now()).Error
}

// forgetDeliveries drops deliveries made before an instant.
func forgetDeliveries(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM notice_delivery WHERE tenant_id IN @tenants AND created_at < @before`, map[string]any{"before": before})
	return err
}
