package event

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
)

type seriesRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	ID         id.ID     `gorm:"column:id"`
	Name       string    `gorm:"column:name"`
	ElectionID *id.ID    `gorm:"column:election_id"`
	Version    int32     `gorm:"column:version"`
	CreatedAt  time.Time `gorm:"column:created_at"`
}

func (r seriesRow) series() Series {
	return Series{ID: r.ID, Name: r.Name, Election: r.ElectionID, Version: r.Version, created: r.CreatedAt}
}

func listSeries(tx *db.Tx, r page.Request) ([]Series, error) {
	q := tx.From("event_series")
	if r.After != nil {
		q = q.Where("(created_at, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []seriesRow
	err := q.Order("created_at DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error
	out := make([]Series, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.series())
	}
	return out, err
}

func findSeries(tx *db.Tx, sid id.ID) (Series, error) {
	var r seriesRow
	err := db.First(tx.From("event_series").Where("id = ?", sid), &r)
	return r.series(), err
}

func insertSeries(tx *db.Tx, tenant int32, s Series) error {
	return tx.Insert("event_series", &seriesRow{TenantID: tenant, ID: s.ID, Name: s.Name, ElectionID: s.Election, Version: s.Version, CreatedAt: tx.Now()})
}

type row struct {
	TenantID       int32           `gorm:"column:tenant_id"`
	ID             id.ID           `gorm:"column:id"`
	SeriesID       *id.ID          `gorm:"column:series_id"`
	Round          *int32          `gorm:"column:round"`
	Kind           string          `gorm:"column:kind"`
	Title          string          `gorm:"column:title"`
	Mode           string          `gorm:"column:mode"`
	VenueName      string          `gorm:"column:venue_name"`
	VenueAddress   string          `gorm:"column:venue_address"`
	Capacity       *int32          `gorm:"column:capacity"`
	StreamURL      string          `gorm:"column:stream_url"`
	StartsAt       time.Time       `gorm:"column:starts_at"`
	EndsAt         time.Time       `gorm:"column:ends_at"`
	LegalDay       day.Day         `gorm:"column:legal_day"`
	Agenda         json.RawMessage `gorm:"column:agenda"`
	Speakers       json.RawMessage `gorm:"column:speakers"`
	Materials      json.RawMessage `gorm:"column:materials"`
	Guests         json.RawMessage `gorm:"column:guests"`
	OpeningOffice  *string         `gorm:"column:opening_office"`
	OpeningMandate *id.ID          `gorm:"column:opening_mandate_id"`
	OpeningTitle   string          `gorm:"column:opening_title"`
	OpeningName    string          `gorm:"column:opening_name"`
	Invitations    json.RawMessage `gorm:"column:invitations"`
	Invited        *int32          `gorm:"column:invited"`
	State          string          `gorm:"column:state"`
	CancelReason   string          `gorm:"column:cancel_reason"`
	Minutes        string          `gorm:"column:minutes"`
	RecordedLater  bool            `gorm:"column:recorded_later"`
	Version        int32           `gorm:"column:version"`
	CreatedAt      time.Time       `gorm:"column:created_at"`
}

// lists are the parts of an event that are kept as JSON.
func (r *row) lists(e *Event) []struct {
	raw *json.RawMessage
	v   any
} {
	return []struct {
		raw *json.RawMessage
		v   any
	}{{&r.Agenda, &e.Agenda}, {&r.Speakers, &e.Speakers}, {&r.Materials, &e.Materials}, {&r.Guests, &e.Guests}, {&r.Invitations, &e.Invitations}}
}

func (r row) event() (Event, error) {
	e := Event{ID: r.ID, Series: r.SeriesID, Round: opt.Value(r.Round), Kind: Kind(r.Kind), Title: r.Title, Mode: Mode(r.Mode), StreamURL: r.StreamURL,
		Venue:  Venue{Name: r.VenueName, Address: r.VenueAddress, Capacity: opt.Value(r.Capacity)},
		Starts: r.StartsAt.UTC(), Ends: r.EndsAt.UTC(), Day: r.LegalDay, Invited: opt.Value(r.Invited), State: State(r.State), CancelReason: r.CancelReason,
		Minutes: r.Minutes, RecordedLater: r.RecordedLater, Version: r.Version}
	if r.OpeningOffice != nil {
		e.Opening = &Opening{Office: government.Office(*r.OpeningOffice), Mandate: r.OpeningMandate, Title: r.OpeningTitle, Name: r.OpeningName}
	}
	for _, l := range r.lists(&e) {
		if err := json.Unmarshal(*l.raw, l.v); err != nil {
			return e, err
		}
	}
	return e, nil
}

func toRow(e Event) (row, error) {
	r := row{ID: e.ID, SeriesID: e.Series, Round: opt.Of(e.Round), Kind: string(e.Kind), Title: e.Title, Mode: string(e.Mode), VenueName: e.Venue.Name,
		VenueAddress: e.Venue.Address, Capacity: opt.Of(e.Venue.Capacity), StreamURL: e.StreamURL, StartsAt: e.Starts, EndsAt: e.Ends, LegalDay: e.Day,
		State: string(e.State), CancelReason: e.CancelReason, Minutes: e.Minutes, RecordedLater: e.RecordedLater, Version: e.Version}
	if e.State != Draft {
		r.Invited = &e.Invited
	}
	if o := e.Opening; o != nil {
		office := string(o.Office)
		r.OpeningOffice, r.OpeningMandate, r.OpeningTitle, r.OpeningName = &office, o.Mandate, o.Title, o.Name
	}
	for _, l := range r.lists(&e) {
		b, err := json.Marshal(l.v)
		if err != nil {
			return r, err
		}
		if string(b) == "null" {
			b = []byte("[]")
		}
		*l.raw = b
	}
	return r, nil
}

// visible is what the caller may see: drafts belong to those whose reach is the
// whole government.
func visible(tx *db.Tx) *gorm.DB {
	q := tx.From("event")
	if tx.Scope().Reach() != authz.Whole {
		q = q.Where("event.state <> 'draft'")
	}
	return q
}

// Filter narrows a list of events.
type Filter struct {
	Series      *id.ID
	Kind        Kind
	State       State
	From, Until *day.Day
}

func list(tx *db.Tx, f Filter, r page.Request) ([]Event, error) {
	q := visible(tx)
	if f.Series != nil {
		q = q.Where("series_id = ?", *f.Series)
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.From != nil {
		q = q.Where("legal_day >= ?", *f.From)
	}
	if f.Until != nil {
		q = q.Where("legal_day <= ?", *f.Until)
	}
	if r.After != nil {
		q = q.Where("(starts_at, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("starts_at DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, row.event)
}

// find reads an event with its moves.
func find(tx *db.Tx, eid id.ID, lock bool) (Event, error) {
	q := visible(tx).Where("event.id = ?", eid)
	if lock {
		q = q.Clauses(db.ForUpdate("event"))
	}
	var r row
	if err := db.First(q, &r); err != nil {
		return Event{}, err
	}
	if err := tx.Match(r.ID, r.Version, lock); err != nil {
		return Event{}, err
	}
	e, err := r.event()
	if err != nil {
		return e, err
	}
	e.Moves, err = listMoves(tx, eid)
	return e, err
}

func insert(tx *db.Tx, tenant int32, e Event) error {
	r, err := toRow(e)
	if err != nil {
		return err
	}
	r.TenantID, r.CreatedAt = tenant, tx.Now()
	return tx.Insert("event", &r)
}

func update(tx *db.Tx, e Event) error {
	r, err := toRow(e)
	if err != nil {
		return err
	}
	return db.Changed(tx.From("event").Where("id = ?", e.ID).Omit("tenant_id", "id", "created_at").Select("*").Updates(&r))
}

type moveRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	EventID   id.ID     `gorm:"column:event_id"`
	ID        id.ID     `gorm:"column:id"`
	StartsAt  time.Time `gorm:"column:starts_at"`
	EndsAt    time.Time `gorm:"column:ends_at"`
	VenueName string    `gorm:"column:venue_name"`
	Reason    string    `gorm:"column:reason"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func listMoves(tx *db.Tx, eid id.ID) ([]Move, error) {
	var rows []moveRow
	err := tx.From("event_move").Where("event_id = ?", eid).Order("created_at, id").Limit(1000).Find(&rows).Error
	out := make([]Move, 0, len(rows))
	for _, r := range rows {
		out = append(out, Move{At: r.CreatedAt.UTC(), Starts: r.StartsAt.UTC(), Ends: r.EndsAt.UTC(), VenueName: r.VenueName, Reason: r.Reason})
	}
	return out, err
}

func insertMove(tx *db.Tx, tenant int32, eid id.ID, m Move) error {
	return tx.Insert("event_move", &moveRow{TenantID: tenant, EventID: eid, ID: tx.NewID(), StartsAt: m.Starts, EndsAt: m.Ends, VenueName: m.VenueName,
		Reason: m.Reason, CreatedAt: tx.Now()})
}

type pointRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	EventID    id.ID     `gorm:"column:event_id"`
	ID         id.ID     `gorm:"column:id"`
	Text       string    `gorm:"column:text"`
	Owner      string    `gorm:"column:owner"`
	OwnerOPDID *id.ID    `gorm:"column:owner_opd_id"`
	DueOn      *day.Day  `gorm:"column:due_on"`
	DoneOn     *day.Day  `gorm:"column:done_on"`
	Result     string    `gorm:"column:result"`
	Version    int32     `gorm:"column:version"`
	CreatedAt  time.Time `gorm:"column:created_at"`
}

func (r pointRow) point() ActionPoint {
	return ActionPoint{ID: r.ID, Event: r.EventID, Text: r.Text, Owner: r.Owner, OwnerOPD: r.OwnerOPDID, Due: r.DueOn, Done: r.DoneOn, Result: r.Result, Version: r.Version}
}

// maxPoints bounds the action points of a meeting.
const maxPoints = 200

func listPoints(tx *db.Tx, eid id.ID) ([]ActionPoint, error) {
	var rows []pointRow
	err := tx.From("event_action_point").Where("event_id = ?", eid).Order("due_on NULLS LAST, created_at, id").Limit(maxPoints).Find(&rows).Error
	out := make([]ActionPoint, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.point())
	}
	return out, err
}

func countPoints(tx *db.Tx, eid id.ID) (n int64, err error) {
	return n, tx.From("event_action_point").Where("event_id = ?", eid).Count(&n).Error
}

func findPoint(tx *db.Tx, eid, pid id.ID) (ActionPoint, error) {
	var r pointRow
	err := db.First(tx.From("event_action_point").Where("event_id = ? AND id = ?", eid, pid).Clauses(db.ForUpdate("event_action_point")), &r)
	return r.point(), err
}

func insertPoint(tx *db.Tx, tenant int32, p ActionPoint) error {
	return tx.Insert("event_action_point", &pointRow{TenantID: tenant, EventID: p.Event, ID: p.ID, Text: p.Text, Owner: p.Owner, OwnerOPDID: p.OwnerOPD,
		DueOn: p.Due, Version: p.Version, CreatedAt: tx.Now()})
}

func updatePoint(tx *db.Tx, p ActionPoint) error {
	return db.Changed(tx.From("event_action_point").Where("event_id = ? AND id = ?", p.Event, p.ID).
		Updates(map[string]any{"done_on": p.Done, "result": p.Result, "version": p.Version}))
}
