package casestatus

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// The readings are constants, so that their plans and prepared statements are
// kept. Every row brings the instant of the reading and the head along: two
// subqueries that run once a statement.
const (
	columns = `SELECT id, government_code, zone, our_number, receipt_number, their_number, sbt_number, status, status_since, received_on, registered_on,
		closed_on, waits_for, due_on, due_rule, due_confidence, version, updated_at`
	clockAndHead = `, transaction_timestamp(), (SELECT offset_seconds FROM clock),
		(SELECT coalesce(sum(h.version), 0)::bigint FROM case_status_head h WHERE h.organisation_id = $2 AND h.tenant_id = ANY ($1))`
	clockAlone = `, transaction_timestamp(), (SELECT offset_seconds FROM clock), 0::bigint`
	own        = ` FROM case_status WHERE organisation_id = $2 AND tenant_id = ANY ($1)`
	inOrder    = ` ORDER BY updated_at, id LIMIT $3`

	listFirst = columns + clockAndHead + own + inOrder
	listSince = columns + clockAndHead + own + ` AND updated_at >= $4` + inOrder
	listAfter = columns + clockAndHead + own + ` AND (updated_at, id) > ($4, $5)` + inOrder
	listBoth  = columns + clockAndHead + own + ` AND (updated_at, id) > ($4, $5) AND updated_at >= $6` + inOrder

	byTheirs = columns + clockAlone + own + ` AND number_key = $4` + inOrder
	byOurs   = columns + clockAlone + own + ` AND (our_key = $4 OR receipt_key = $4)` + inOrder
	bySBT    = columns + clockAlone + own + ` AND sbt_key = $4` + inOrder
	byID     = columns + clockAlone + own + ` AND id = $3`

	headOnly = `SELECT transaction_timestamp(), (SELECT offset_seconds FROM clock), coalesce(sum(version), 0)::bigint
		FROM case_status_head WHERE organisation_id = $2 AND tenant_id = ANY ($1)`
)

// reading is what came of a statement: the rows, and when and at which head they
// were read.
type reading struct {
	statuses []Status
	now      time.Time
	head     int64
	room     int // how many rows may come
}

// Filter narrows a list. At most one of the numbers is given.
type Filter struct {
	TheirNumber  string
	OurNumber    string
	SBT          string
	UpdatedSince *time.Time
}

// byNumber reports whether a look-up by number is asked for, and which.
func (f Filter) byNumber() (sql, key string, yes bool) {
	switch {
	case f.TheirNumber != "":
		return byTheirs, canon.Number(f.TheirNumber), true
	case f.OurNumber != "":
		return byOurs, canon.Number(f.OurNumber), true
	case f.SBT != "":
		return bySBT, canon.Number(f.SBT), true
	}
	return "", "", false
}

// lookUp asks for the matters of a number; there are at most as many as persons
// in a finding.
func (f Filter) lookUp(office id.ID, into *reading) (db.Question, bool) {
	sql, key, yes := f.byNumber()
	return db.Question{SQL: sql, Args: []any{office, page.Max, key}, Answer: into.rows}, yes
}

// list asks for a page.
func (f Filter) list(office id.ID, r page.Request, into *reading) (db.Question, error) {
	into.room = r.Limit + 1
	q := db.Question{SQL: listFirst, Args: []any{office, r.Limit + 1}, Answer: into.rows}
	if r.After != nil {
		at, err := time.Parse(time.RFC3339Nano, r.After[0])
		sid, idErr := id.Parse(r.After[1])
		if err != nil || idErr != nil {
			return q, fault.New(fault.Shape, "request.invalid").AtParameter("cursor", "cursor.foreign")
		}
		q.SQL, q.Args = listAfter, append(q.Args, at, sid)
	}
	if f.UpdatedSince == nil {
		return q, nil
	}
	if r.After != nil {
		q.SQL = listBoth
	} else {
		q.SQL = listSince
	}
	q.Args = append(q.Args, *f.UpdatedSince)
	return q, nil
}

// one asks for a single matter.
func one(office, sid id.ID, into *reading) db.Question {
	return db.Question{SQL: byID, Args: []any{office, sid}, Answer: into.rows}
}

// unchanged asks for the head alone.
func unchanged(office id.ID, into *reading) db.Question {
	return db.Question{SQL: headOnly, Args: []any{office}, Answer: func(rows pgx.Rows) error {
		for rows.Next() {
			var offset int64
			if err := rows.Scan(&into.now, &offset, &into.head); err != nil {
				return err
			}
			into.now = moved(into.now, offset)
		}
		return rows.Err()
	}}
}

// moved is the database's instant on the clock that the demo may have moved.
func moved(at time.Time, offset int64) time.Time {
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// rows reads statuses. Days come as NULL or day; the status of a row that has
// none keeps the zero one.
func (g *reading) rows(rows pgx.Rows) error {
	var offset int64
	g.statuses = make([]Status, 0, max(g.room, 1))
	for rows.Next() {
		g.statuses = append(g.statuses, Status{})
		s := &g.statuses[len(g.statuses)-1]
		err := rows.Scan((*[16]byte)(&s.ID), &s.GovernmentCode, &s.Zone, &s.OurNumber, &s.Receipt, &s.TheirNumber, &s.SBT, (*string)(&s.Word),
			(*date)(&s.Since), (*date)(&s.Received), (*date)(&s.Registered), (*date)(&s.Closed), (*string)(&s.Waits), (*date)(&s.Due.On),
			&s.Due.Rule, &s.Due.Confidence, &s.Version, &s.Updated, &g.now, &offset, &g.head)
		if err != nil {
			return err
		}
		s.Updated = s.Updated.UTC()
	}
	g.now = moved(g.now, offset)
	return rows.Err()
}
