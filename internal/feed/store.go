package feed

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// due lists the governments of the scope that have notes to be numbered.
func due(tx *db.Tx) ([]int32, error) {
	var out []int32
	err := tx.SQL(`SELECT DISTINCT tenant_id FROM journal_pending WHERE tenant_id IN @tenants AND (release_at IS NULL OR release_at <= @now) ORDER BY tenant_id`,
		map[string]any{"now": tx.Now()}).Scan(&out).Error
	return out, err
}

// lockHead takes the lock of a government's numbers and tells how many there
// are; false when somebody else has it.
func lockHead(tx *db.Tx, tenant int32) (size int64, ok bool, err error) {
	var sizes []int64
	if err := tx.SQL(`SELECT size FROM journal_head WHERE tenant_id IN @tenants FOR UPDATE SKIP LOCKED`, nil).Scan(&sizes).Error; err != nil {
		return 0, false, err
	}
	if len(sizes) == 1 {
		return sizes[0], true, nil
	}
	n, err := tx.Exec(`INSERT INTO journal_head (tenant_id, size) VALUES (@tenant, 0) ON CONFLICT ON CONSTRAINT journal_head_pkey DO NOTHING`, map[string]any{"tenant": tenant})
	return 0, n == 1, err
}

// number gives at most n waiting notes the numbers from size on, and tells how
// many numbers there are then.
func number(tx *db.Tx, tenant int32, size int64, n int) (int64, error) {
	var now int64
	err := tx.SQL(`WITH next AS MATERIALIZED (
			SELECT journal_id, row_number() OVER (ORDER BY place NULLS LAST, release_at, journal_id) - 1 AS n FROM (
				SELECT journal_id, place, release_at FROM journal_pending WHERE tenant_id IN @tenants AND (release_at IS NULL OR release_at <= @now)
				ORDER BY place NULLS LAST, release_at, journal_id LIMIT @n) d
		), gone AS (
			DELETE FROM journal_pending p USING next WHERE p.tenant_id IN @tenants AND p.journal_id = next.journal_id
		), leaves AS (
			INSERT INTO journal_leaf (tenant_id, leaf, journal_id) SELECT @tenant, @size + n, journal_id FROM next
		)
		UPDATE journal_head SET size = @size + (SELECT count(*) FROM next) WHERE tenant_id IN @tenants RETURNING size`,
		map[string]any{"tenant": tenant, "size": size, "n": n, "now": tx.Now()}).Scan(&now).Error
	return now, err
}

// told is a public note and one of those it is told to; none is the
// government's own systems.
type told struct {
	ID        id.ID     `gorm:"column:id"`
	Type      string    `gorm:"column:public_type"`
	ObjectID  id.ID     `gorm:"column:object_id"`
	At        time.Time `gorm:"column:at"`
	Recipient *id.ID    `gorm:"column:recipient"`
}

// public lists the public ones of the notes numbered from first up to before
// last, in their order.
func public(tx *db.Tx, first, last int64) ([]told, error) {
	var out []told
	err := tx.SQL(`SELECT j.id, j.public_type, j.object_id, j.at, r.recipient FROM journal_leaf l
		JOIN journal j ON j.tenant_id = l.tenant_id AND j.id = l.journal_id
		LEFT JOIN LATERAL unnest(j.recipients) AS r (recipient) ON true
		WHERE l.tenant_id IN @tenants AND l.leaf >= @first AND l.leaf < @last AND j.public_type IS NOT NULL
		ORDER BY l.leaf`, map[string]any{"first": first, "last": last}).Scan(&out).Error
	return out, err
}

type entryRow struct {
	RecipientID id.ID     `gorm:"column:recipient_id"`
	Seq         int64     `gorm:"column:seq"`
	TenantID    int32     `gorm:"column:tenant_id"`
	JournalID   id.ID     `gorm:"column:journal_id"`
	Type        string    `gorm:"column:type"`
	ObjectID    id.ID     `gorm:"column:object_id"`
	At          time.Time `gorm:"column:at"`
}

func (r entryRow) change() Change {
	return Change{ID: r.JournalID, Seq: r.Seq, Tenant: r.TenantID, Type: journal.Type(r.Type), Object: r.ObjectID, At: r.At.UTC()}
}

// reserve takes the next n numbers of a feed, whose row stays locked until the
// commit: no reader sees a number before the ones below it.
func reserve(tx *db.Tx, recipient id.ID, n int) (last int64, err error) {
	err = tx.SQL(`INSERT INTO feed_recipient AS f (id, last_seq) VALUES (@id, @n)
		ON CONFLICT ON CONSTRAINT feed_recipient_pkey DO UPDATE SET last_seq = f.last_seq + @n RETURNING last_seq`,
		map[string]any{"id": recipient, "n": n}).Scan(&last).Error
	return last, err
}

func insert(tx *db.Tx, rows []entryRow) error { return tx.Insert("feed_entry", &rows) }

// head is the last number of a feed.
func head(tx *db.Tx, recipient id.ID) (last int64, err error) {
	err = tx.Platform("feed_recipient").Where("id = ?", recipient).Select("last_seq").Scan(&last).Error
	return last, err
}

// heads are the last numbers of several feeds.
func heads(tx *db.Tx, recipients []id.ID) (map[id.ID]int64, error) {
	var rows []struct {
		ID      id.ID `gorm:"column:id"`
		LastSeq int64 `gorm:"column:last_seq"`
	}
	err := tx.Platform("feed_recipient").Where("id IN ?", recipients).Select("id, last_seq").Scan(&rows).Error
	out := make(map[id.ID]int64, len(rows))
	for _, r := range rows {
		out[r.ID] = r.LastSeq
	}
	return out, err
}

// list reads at most n changes of a feed after a number.
func list(tx *db.Tx, recipient id.ID, after int64, n int) ([]Change, error) {
	var rows []entryRow
	err := tx.From("feed_entry").Where("recipient_id = ? AND seq > ?", recipient, after).Order("seq").Limit(n).Find(&rows).Error
	out := make([]Change, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.change())
	}
	return out, err
}
