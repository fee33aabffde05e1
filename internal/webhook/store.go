package webhook

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/feed"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

type endpointRow struct {
	ID           id.ID           `gorm:"column:id"`
	RecipientID  id.ID           `gorm:"column:recipient_id"`
	TenantID     *int32          `gorm:"column:tenant_id"`
	ClientID     *id.ID          `gorm:"column:client_id"`
	URL          string          `gorm:"column:url"`
	Description  string          `gorm:"column:description"`
	Types        json.RawMessage `gorm:"column:types"`
	State        string          `gorm:"column:state"`
	ReadSeq      int64           `gorm:"column:read_seq"`
	FailingSince *time.Time      `gorm:"column:failing_since"`
	Version      int32           `gorm:"column:version"`
	CreatedAt    time.Time       `gorm:"column:created_at"`
}

func (r endpointRow) endpoint() (Endpoint, error) {
	e := Endpoint{ID: r.ID, Recipient: r.RecipientID, Tenant: r.TenantID, Client: r.ClientID, URL: r.URL, Description: r.Description, State: State(r.State),
		ReadSeq: r.ReadSeq, FailingSince: r.FailingSince, Version: r.Version, Created: r.CreatedAt.UTC()}
	return e, json.Unmarshal(r.Types, &e.Types)
}

func toRow(e Endpoint) (endpointRow, error) {
	if e.Types == nil {
		e.Types = []journal.Type{}
	}
	types, err := json.Marshal(e.Types)
	return endpointRow{ID: e.ID, RecipientID: e.Recipient, TenantID: e.Tenant, ClientID: e.Client, URL: e.URL, Description: e.Description, Types: types,
		State: string(e.State), ReadSeq: e.ReadSeq, FailingSince: e.FailingSince, Version: e.Version, CreatedAt: e.Created}, err
}

// own are the endpoints of a recipient's side. A client has its own alone:
// another one of the same body may speak for other governments.
func own(tx *db.Tx, o owner) *gorm.DB {
	q := tx.Platform("webhook_endpoint").Where("recipient_id = ?", o.recipient)
	if o.client != nil {
		return q.Where("client_id = ?", *o.client)
	}
	return q.Where("client_id IS NULL")
}

func listEndpoints(tx *db.Tx, o owner, r page.Request) ([]Endpoint, error) {
	q := own(tx, o)
	if r.After != nil {
		q = q.Where("id > ?::uuid", r.After[0])
	}
	var rows []endpointRow
	if err := q.Order("id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, endpointRow.endpoint)
}

func countEndpoints(tx *db.Tx, o owner) (n int64, err error) {
	return n, own(tx, o).Where("state <> ?", Ended).Count(&n).Error
}

func find(tx *db.Tx, o owner, eid id.ID, lock bool) (Endpoint, error) {
	q := own(tx, o).Where("id = ?", eid)
	if lock {
		q = q.Clauses(db.ForUpdate("webhook_endpoint"))
	}
	var r endpointRow
	if err := db.First(q, &r); err != nil {
		return Endpoint{}, err
	}
	if err := tx.Match(r.ID, r.Version, lock); err != nil {
		return Endpoint{}, err
	}
	return r.endpoint()
}

func insertEndpoint(tx *db.Tx, e Endpoint) error {
	r, err := toRow(e)
	if err != nil {
		return err
	}
	return tx.Insert("webhook_endpoint", &r)
}

func updateEndpoint(tx *db.Tx, e Endpoint) error {
	r, err := toRow(e)
	if err != nil {
		return err
	}
	return db.Changed(tx.Platform("webhook_endpoint").Where("id = ?", e.ID).
		Select("url", "description", "types", "state", "read_seq", "failing_since", "version").Updates(&r))
}

type secretRow struct {
	EndpointID id.ID      `gorm:"column:endpoint_id"`
	ID         id.ID      `gorm:"column:id"`
	Sealed     []byte     `gorm:"column:sealed"`
	CreatedAt  time.Time  `gorm:"column:created_at"`
	ExpiresAt  *time.Time `gorm:"column:expires_at"`
}

func sealedAt(endpoint, secret id.ID) []string {
	return []string{"webhook_secret", endpoint.String(), secret.String()}
}

func insertSecret(tx *db.Tx, m *seal.Master, endpoint id.ID, s Secret) error {
	return tx.Insert("webhook_secret", &secretRow{EndpointID: endpoint, ID: s.ID, Sealed: m.Seal([]byte(s.Value), sealedAt(endpoint, s.ID)...), CreatedAt: s.Created})
}

// expireSecrets lets the secrets of an endpoint sign until a moment.
func expireSecrets(tx *db.Tx, endpoint id.ID, until time.Time) error {
	return tx.Platform("webhook_secret").Where("endpoint_id = ? AND (expires_at IS NULL OR expires_at > ?)", endpoint, until).Update("expires_at", until).Error
}

// secrets are those that sign at a moment, newest first.
func secrets(tx *db.Tx, m *seal.Master, endpoint id.ID, now time.Time) ([]Secret, error) {
	var rows []secretRow
	err := tx.Platform("webhook_secret").Where("endpoint_id = ? AND (expires_at IS NULL OR expires_at > ?)", endpoint, now).Order("created_at DESC, id DESC").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]Secret, 0, len(rows))
	for _, r := range rows {
		plain, err := m.Open(r.Sealed, sealedAt(endpoint, r.ID)...)
		if err != nil {
			return nil, err
		}
		out = append(out, Secret{ID: r.ID, Value: string(plain), Created: r.CreatedAt.UTC(), Expires: r.ExpiresAt})
	}
	return out, nil
}

type deliveryRow struct {
	EndpointID   id.ID      `gorm:"column:endpoint_id"`
	ID           id.ID      `gorm:"column:id"`
	Place        int64      `gorm:"column:place"`
	MessageID    id.ID      `gorm:"column:message_id"`
	Type         string     `gorm:"column:type"`
	ObjectID     id.ID      `gorm:"column:object_id"`
	GovernmentID *id.ID     `gorm:"column:government_id"`
	At           time.Time  `gorm:"column:at"`
	State        string     `gorm:"column:state"`
	Attempts     int32      `gorm:"column:attempts"`
	NextAt       time.Time  `gorm:"column:next_at"`
	LastAt       *time.Time `gorm:"column:last_at"`
	LastStatus   *int32     `gorm:"column:last_status"`
	LastError    string     `gorm:"column:last_error"`
}

func (r deliveryRow) delivery() Delivery {
	return Delivery{Endpoint: r.EndpointID, ID: r.ID, Place: r.Place, Message: r.MessageID, Type: journal.Type(r.Type), Object: r.ObjectID, Government: r.GovernmentID,
		At: r.At.UTC(), State: DeliveryState(r.State), Attempts: r.Attempts, Next: r.NextAt, Last: r.LastAt, LastStatus: r.LastStatus, LastError: r.LastError}
}

func deliveries(rows []deliveryRow) []Delivery {
	out := make([]Delivery, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.delivery())
	}
	return out
}

func insertDeliveries(tx *db.Tx, list []Delivery) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]deliveryRow, 0, len(list))
	for _, d := range list {
		rows = append(rows, deliveryRow{EndpointID: d.Endpoint, ID: d.ID, Place: d.Place, MessageID: d.Message, Type: string(d.Type), ObjectID: d.Object,
			GovernmentID: d.Government, At: d.At, State: string(d.State), NextAt: d.Next})
	}
	return tx.Insert("webhook_delivery", &rows)
}

// lastPlace is the last place of an endpoint, whose row the caller has locked.
func lastPlace(tx *db.Tx, endpoint id.ID) (n int64, err error) {
	return n, tx.Platform("webhook_delivery").Where("endpoint_id = ?", endpoint).Select("coalesce(max(place), 0)").Scan(&n).Error
}

func listDeliveries(tx *db.Tx, endpoint id.ID, state DeliveryState, r page.Request) ([]Delivery, error) {
	q := tx.Platform("webhook_delivery").Where("endpoint_id = ?", endpoint)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if r.After != nil {
		q = q.Where("place < ?", r.After[0])
	}
	var rows []deliveryRow
	err := q.Order("place DESC").Limit(r.Limit + 1).Find(&rows).Error
	return deliveries(rows), err
}

func findDelivery(tx *db.Tx, endpoint, did id.ID) (Delivery, error) {
	var r deliveryRow
	err := db.First(tx.Platform("webhook_delivery").Where("endpoint_id = ? AND id = ?", endpoint, did), &r)
	return r.delivery(), err
}

// revive lets dead deliveries of an endpoint be tried anew: one, or all.
func revive(tx *db.Tx, endpoint id.ID, only *id.ID, now time.Time) (int64, error) {
	q := tx.Platform("webhook_delivery").Where("endpoint_id = ? AND state = ?", endpoint, Dead)
	if only != nil {
		q = q.Where("id = ?", *only)
	}
	r := q.Updates(map[string]any{"state": Waiting, "attempts": 0, "next_at": now})
	return r.RowsAffected, r.Error
}

// behind lists the active endpoints whose feed has gone on since they last read
// it.
func behind(tx *db.Tx) (out []id.ID, err error) {
	err = tx.SQL(`SELECT e.id FROM webhook_endpoint e JOIN feed_recipient f ON f.id = e.recipient_id WHERE e.state = 'active' AND f.last_seq > e.read_seq ORDER BY e.id`, nil).Scan(&out).Error
	return out, err
}

// lockActive reads and locks an endpoint that is active; another replica's is
// left alone.
func lockActive(tx *db.Tx, eid id.ID) (Endpoint, bool, error) {
	var rows []endpointRow
	err := tx.SQL(`SELECT * FROM webhook_endpoint WHERE id = @id AND state = 'active' FOR UPDATE SKIP LOCKED`, map[string]any{"id": eid}).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Endpoint{}, false, err
	}
	e, err := rows[0].endpoint()
	return e, err == nil, err
}

func setRead(tx *db.Tx, eid id.ID, seq int64) error {
	return db.Changed(tx.Platform("webhook_endpoint").Where("id = ?", eid).Update("read_seq", seq))
}

// due lists the active endpoints that something is to be sent to now.
func due(tx *db.Tx) (out []id.ID, err error) {
	err = tx.SQL(`SELECT DISTINCT d.endpoint_id FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id AND e.state = 'active'
		WHERE d.state = 'waiting' AND d.next_at <= clock_timestamp()`, nil).Scan(&out).Error
	return out, err
}

// claim takes deliveries of an endpoint that are due, of each object the first
// that waits, until a moment after which somebody else may take them: whoever
// sends was killed then. What is taken is settled before anything is joined to it:
// a subquery that locks can be run anew by the planner, and would take more.
func claim(tx *db.Tx, endpoint id.ID, until time.Time, n int) ([]Delivery, error) {
	var rows []deliveryRow
	err := tx.SQL(`WITH mine AS MATERIALIZED (
			SELECT w.endpoint_id, w.id FROM webhook_delivery w WHERE w.endpoint_id = @endpoint AND w.state = 'waiting' AND w.next_at <= clock_timestamp()
			AND NOT EXISTS (SELECT FROM webhook_delivery x WHERE x.endpoint_id = w.endpoint_id AND x.object_id = w.object_id AND x.state = 'waiting' AND x.place < w.place)
			ORDER BY w.place LIMIT @n FOR UPDATE SKIP LOCKED)
		UPDATE webhook_delivery d SET next_at = @until FROM mine
		WHERE d.endpoint_id = mine.endpoint_id AND d.id = mine.id RETURNING d.*`,
		map[string]any{"endpoint": endpoint, "until": until, "n": n}).Scan(&rows).Error
	return deliveries(rows), err
}

// withhold gives up what waits about governments that the endpoint's owner does
// not speak for any more. It can be replayed should that right come back.
func withhold(tx *db.Tx, endpoint id.ID, reach []int32, now time.Time) error {
	_, err := tx.Exec(`UPDATE webhook_delivery d SET state = 'dead', last_at = @now, last_status = NULL, last_error = 'out_of_reach' FROM tenant t
		WHERE d.endpoint_id = @endpoint AND d.state = 'waiting' AND t.id = d.government_id AND t.tenant_id NOT IN @reach`,
		map[string]any{"endpoint": endpoint, "reach": reach, "now": now})
	return err
}

// record writes what came of an attempt, unless somebody else has taken the
// delivery meanwhile.
func record(tx *db.Tx, d Delivery, claimed time.Time) error {
	return tx.Platform("webhook_delivery").Where("endpoint_id = ? AND id = ? AND state = ? AND next_at = ?", d.Endpoint, d.ID, Waiting, claimed).
		Updates(map[string]any{"state": d.State, "attempts": d.Attempts, "next_at": d.Next, "last_at": d.Last, "last_status": d.LastStatus, "last_error": d.LastError}).Error
}

// forget drops deliveries that have had their time.
func forget(tx *db.Tx, before time.Time) error {
	return tx.Platform("webhook_delivery").Where("state <> ? AND last_at < ?", Waiting, before).Delete(&deliveryRow{}).Error
}

func toDelivery(tx *db.Tx, e Endpoint, c feed.Change, place int64, now time.Time) Delivery {
	g := c.Government
	return Delivery{Endpoint: e.ID, ID: tx.NewID(), Place: place, Message: c.ID, Type: c.Type, Object: c.Object, Government: &g, At: c.At, State: Waiting, Next: now}
}

// failing keeps since when an endpoint takes nothing, and tells it.
func failing(tx *db.Tx, eid id.ID, ok bool, now time.Time) (since time.Time, err error) {
	if ok {
		return now, tx.Platform("webhook_endpoint").Where("id = ? AND failing_since IS NOT NULL", eid).Update("failing_since", nil).Error
	}
	err = tx.SQL(`UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, @now) WHERE id = @id RETURNING failing_since`,
		map[string]any{"id": eid, "now": now}).Scan(&since).Error
	return since, err
}

// disable disables an endpoint that is active.
func disable(tx *db.Tx, eid id.ID) (Endpoint, bool, error) {
	var rows []endpointRow
	err := tx.SQL(`UPDATE webhook_endpoint SET state = 'disabled', version = version + 1 WHERE id = @id AND state = 'active' RETURNING *`, map[string]any{"id": eid}).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Endpoint{}, false, err
	}
	e, err := rows[0].endpoint()
	return e, err == nil, err
}
