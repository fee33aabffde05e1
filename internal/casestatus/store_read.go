package casestatus

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// readings are the statements over some rows. They are made once, so that their
// plans and prepared statements are kept. Every row brings the instant of the
// reading and the head along: two subqueries that run once a statement.
type readings struct {
	first, since, after, both     string // pages of the list
	byTheirs, byOurs, bySBT, byID string
	head                          string
}

var (
	ofOffice = over("organisation_id = $2")
	// An overseer sees what every body sees; the parameter stands idle.
	ofEverybody = over("$2::uuid IS NOT NULL")
)

func over(rows string) readings {
	where := " WHERE " + rows + " AND tenant_id = ANY ($1)"
	const (
		instant = "transaction_timestamp(), (SELECT offset_seconds FROM clock)"
		inOrder = " ORDER BY updated_at, id LIMIT $3"
	)
	columns := `SELECT id, organisation_id, government_code, zone, our_number, receipt_number, their_number, sbt_number, status, status_since,
		received_on, registered_on, closed_on, waits_for, due_on, due_rule, due_confidence, missed, version, updated_at, ` + instant + ", "
	count := "coalesce(sum(version), 0)::bigint FROM case_status_head" + where
	list := columns + "(SELECT " + count + ") FROM case_status" + where
	one := columns + "0::bigint FROM case_status" + where
	return readings{
		first:    list + inOrder,
		since:    list + " AND updated_at >= $4" + inOrder,
		after:    list + " AND (updated_at, id) > ($4, $5)" + inOrder,
		both:     list + " AND (updated_at, id) > ($4, $5) AND updated_at >= $6" + inOrder,
		byTheirs: one + " AND number_key = $4" + inOrder,
		byOurs:   one + " AND (our_key = $4 OR receipt_key = $4)" + inOrder,
		bySBT:    one + " AND sbt_key = $4" + inOrder,
		byID:     one + " AND id = $3",
		head:     "SELECT " + instant + ", " + count,
	}
}

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

// viewer is who asks: a body, or the overseer of a province, who speaks for
// none and sees what all of them see.
type viewer struct {
	office id.ID
	scope  authz.Scope
}

func (v viewer) readings() readings {
	if v.office == id.Nil {
		return ofEverybody
	}
	return ofOffice
}

// lookUp asks for the matters of a number, where the filter names one; there are
// at most as many as persons in a finding.
func (v viewer) lookUp(f Filter, into *reading) (q db.Question, yes bool) {
	q.Answer = into.rows
	key, r := "", v.readings()
	switch {
	case f.TheirNumber != "":
		q.SQL, key = r.byTheirs, f.TheirNumber
	case f.OurNumber != "":
		q.SQL, key = r.byOurs, f.OurNumber
	case f.SBT != "":
		q.SQL, key = r.bySBT, f.SBT
	default:
		return q, false
	}
	q.Args = []any{v.office, page.Max, canon.Number(key)}
	return q, true
}

// list asks for a page.
func (v viewer) list(f Filter, r page.Request, into *reading) (db.Question, error) {
	into.room = r.Limit + 1
	all := v.readings()
	q := db.Question{SQL: all.first, Args: []any{v.office, r.Limit + 1}, Answer: into.rows}
	if r.After != nil {
		at, err := time.Parse(time.RFC3339Nano, r.After[0])
		sid, idErr := id.Parse(r.After[1])
		if err != nil || idErr != nil {
			return q, page.ForeignCursor()
		}
		q.SQL, q.Args = all.after, append(q.Args, at, sid)
	}
	if f.UpdatedSince == nil {
		return q, nil
	}
	if r.After != nil {
		q.SQL = all.both
	} else {
		q.SQL = all.since
	}
	q.Args = append(q.Args, *f.UpdatedSince)
	return q, nil
}

// one asks for a single matter.
func (v viewer) one(sid id.ID, into *reading) db.Question {
	return db.Question{SQL: v.readings().byID, Args: []any{v.office, sid}, Answer: into.rows}
}

// unchanged asks for the head alone.
func (v viewer) unchanged(into *reading) db.Question {
	return db.Question{SQL: v.readings().head, Args: []any{v.office}, Answer: func(rows pgx.Rows) error {
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
		err := rows.Scan((*[16]byte)(&s.ID), (*[16]byte)(&s.Organisation), &s.GovernmentCode, &s.Zone, &s.OurNumber, &s.Receipt, &s.TheirNumber, &s.SBT, (*string)(&s.Word),
			(*date)(&s.Since), (*date)(&s.Received), (*date)(&s.Registered), (*date)(&s.Closed), (*string)(&s.Waits), (*date)(&s.Due.On),
			&s.Due.Rule, &s.Due.Confidence, &s.Missed, &s.Version, &s.Updated, &g.now, &offset, &g.head)
		if err != nil {
			return err
		}
		s.Updated = s.Updated.UTC()
	}
	g.now = moved(g.now, offset)
	return rows.Err()
}
