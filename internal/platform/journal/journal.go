// Package journal is the append-only history of every change: audit trail,
// outbox and log at once, so that they cannot disagree. A write that notes
// nothing does not commit (package db). Every note later gets its number in its
// government, and what is public of it goes to the feeds (package feed).
package journal

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Entry says what was done to what.
type Entry struct {
	// Action is `noun.past_participle`, for instance "government.updated".
	Action string
	// Object and ObjectID name the resource.
	Object   string
	ObjectID id.ID
	// Details hold ids, codes and names of fields; never persons, texts or
	// secrets (T-47).
	Details map[string]any
	// Public is set when others are told of it.
	Public *Public
}

// Public says as what, and to whom, an entry is told outside: its type, the
// object's id and the time, nothing else (T-62).
type Public struct {
	Type Type
	// To are the bodies outside that the matter concerns. None means the
	// government's own systems.
	To []id.ID
}

// Type is the type of a change as feeds and webhooks carry it.
type Type string

// The types. The contract lists the same ones.
const (
	CaseStatusChanged      Type = "case.status_changed"
	ReportReceived         Type = "report.received"
	ReportAccepted         Type = "report.accepted"
	RecommendationReceived Type = "recommendation.received"
	RecommendationAccepted Type = "recommendation.accepted"
	CircularIssued         Type = "circular.issued"
	CampaignOpened         Type = "pact_campaign.opened"
	CampaignClosed         Type = "pact_campaign.closed"
	ImportApplied          Type = "import.applied"
)

// Types lists them in the order of the contract.
var Types = []Type{CaseStatusChanged, ReportReceived, ReportAccepted, RecommendationReceived, RecommendationAccepted,
	CircularIssued, CampaignOpened, CampaignClosed, ImportApplied}

// row is an entry on its way into the database.
type row struct {
	ID         id.ID          `json:"id"`
	Action     string         `json:"action"`
	ObjectKind string         `json:"object_kind"`
	ObjectID   id.ID          `json:"object_id"`
	Details    map[string]any `json:"details"`
	PublicType *Type          `json:"public_type"`
	Recipients []id.ID        `json:"recipients"`
}

// insert writes notes and what waits for a number, in one statement. What the
// public sent gets no place in the order of writing.
const insert = `WITH e AS (
	SELECT * FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (id uuid, action text, object_kind text, object_id uuid, details jsonb, public_type text, recipients uuid[]))
		WITH ORDINALITY AS r (id, action, object_kind, object_id, details, public_type, recipients, n)
), noted AS (
	INSERT INTO journal (tenant_id, id, at, actor_kind, actor_id, action, object_kind, object_id, details, public_type, recipients)
	SELECT $2::int, id, $3::timestamptz, $4::text, $5::uuid, action, object_kind, object_id, details, public_type, recipients FROM e
)
INSERT INTO journal_pending (tenant_id, journal_id, place, release_at)
SELECT $2::int, id, CASE WHEN $6::timestamptz IS NULL THEN nextval('journal_place_seq') END, $6::timestamptz FROM e ORDER BY n`

// Note writes entries into the journal of the transaction's government. What
// the public sends carries the day only, and an id that tells no order, and
// waits before anybody is told (T-03).
func Note(tx *db.Tx, entries ...Entry) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	p := tx.Scope().Principal()
	at, release := tx.Now(), (*time.Time)(nil)
	if p.Kind == authz.Anyone {
		later := at.Add(Delay())
		at, release = at.Truncate(24*time.Hour), &later
	}
	rows := make([]row, 0, len(entries))
	notes := make([]db.Noted, 0, len(entries))
	for _, e := range entries {
		r := newRow(tx, p, e)
		rows = append(rows, r)
		notes = append(notes, db.Noted{ID: r.ID, Tenant: tenant, Action: e.Action, Object: e.Object, ObjectID: e.ObjectID, Details: e.Details, Release: release})
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("journal details: %w", err)
	}
	var actor *id.ID
	if p.ID != id.Nil {
		actor = &p.ID
	}
	if _, err := tx.Conn().Exec(tx.Context(), insert, string(b), tenant, at, string(p.Kind), actor, release); err != nil {
		return fmt.Errorf("note in the journal: %w", err)
	}
	tx.MarkNoted(notes...)
	return nil
}

// Routine marks a write that changes nothing anybody is accountable for: a
// failed attempt counted, a refresh token turned, a key looked after. Without it
// such writes would drown what the journal is for.
func Routine(tx *db.Tx) { tx.MarkNoted() }

func newRow(tx *db.Tx, p authz.Principal, e Entry) row {
	r := row{ID: tx.NewID(), Action: e.Action, ObjectKind: e.Object, ObjectID: e.ObjectID, Details: e.Details}
	if r.Details == nil {
		r.Details = map[string]any{}
	}
	if p.Kind == authz.Anyone {
		r.ID = tx.NewUnorderedID()
	}
	if e.Public != nil {
		r.PublicType, r.Recipients = &e.Public.Type, e.Public.To
		if r.Recipients == nil {
			r.Recipients = []id.ID{}
		}
	}
	return r
}

// The bounds of the wait (T-03).
const (
	shortestDelay = 15 * time.Minute
	longestDelay  = 120 * time.Minute
)

// Delay draws how long a note of the public waits, and whatever else tells that a
// report came in.
func Delay() time.Duration {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(longestDelay-shortestDelay)))
	if err != nil {
		panic("journal: crypto/rand cannot fail: " + err.Error())
	}
	return shortestDelay + time.Duration(n.Int64())
}
