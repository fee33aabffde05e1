package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// The notes in the installation's journal between which a load lies.
const (
	begun  = "demo.begun"
	loaded = "demo.loaded"
	// discarded says that the data is to be thrown away at the next start.
	discarded = "demo.discarded"
)

// state is what a database holds.
type state int

const (
	empty state = iota
	interrupted
	complete
	foreign // governments that are not the demo's
)

// querier is a connection or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// stateOf reads the notes; the row policies must admit tenant 0.
func stateOf(ctx context.Context, q querier) (state, error) {
	var governments, started, finished, thrown bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM tenant),
		EXISTS (SELECT FROM journal WHERE tenant_id = 0 AND object_kind = 'demo' AND action = $1),
		EXISTS (SELECT FROM journal WHERE tenant_id = 0 AND object_kind = 'demo' AND action = $2),
		EXISTS (SELECT FROM journal WHERE tenant_id = 0 AND object_kind = 'demo' AND action = $3)`, begun, loaded, discarded).Scan(&governments, &started, &finished, &thrown)
	switch {
	case err != nil:
		return empty, err
	case thrown:
		return interrupted, nil
	case finished:
		return complete, nil
	case started:
		return interrupted, nil
	case governments:
		return foreign, nil
	}
	return empty, nil
}

// analyse lets the database see what a bulk step brought. Without it the first
// statements about thousands of new rows are planned for one; in a running
// installation autovacuum does it within a minute.
func (l *loader) analyse(ctx context.Context, tables []string) error {
	if l.ownerURL == "" || len(tables) == 0 {
		return nil
	}
	conn, err := pgx.Connect(ctx, l.ownerURL)
	if err != nil {
		return errors.New("the database is not reachable as its owner")
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, t := range tables {
		if _, err := conn.Exec(ctx, "ANALYZE "+pgx.Identifier{t}.Sanitize()); err != nil {
			return fmt.Errorf("analyse %s: %w", t, err)
		}
	}
	return nil
}

// clear empties a database in which a load was interrupted. It runs as the
// owner of the tables, before the schema is migrated.
func clear(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return errors.New("the database is not reachable")
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var migrated bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass('journal') IS NOT NULL").Scan(&migrated); err != nil || !migrated {
		return err
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, "SET LOCAL app.tenant_ids = '0'"); err != nil {
		return err
	}
	s, err := stateOf(ctx, tx)
	if err != nil || s != interrupted {
		return err
	}
	if _, err := tx.Exec(ctx, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"); err != nil {
		return fmt.Errorf("remove what an interrupted load left: %w", err)
	}
	return tx.Commit(ctx)
}

// installation is the context of acts on the installation itself.
func installation(ctx context.Context) context.Context {
	return authz.With(ctx, authz.ForSystem(authz.Platform))
}

// state reads what the database of the running program holds.
func (l *loader) state(ctx context.Context) (s state, err error) {
	err = l.app.DB.Read(installation(ctx), func(tx *db.Tx) error { s, err = stateOf(ctx, tx.Conn()); return err })
	return s, err
}

// now is what the clock shows, in the zone of the three governments.
func (l *loader) now(ctx context.Context) (t time.Time, err error) {
	err = l.app.DB.Read(installation(ctx), func(tx *db.Tx) error { t = tx.Now().In(wib); return nil })
	return t, err
}

// mark notes where the load stands.
func (l *loader) mark(ctx context.Context, action string) error {
	return l.app.DB.Write(installation(ctx), func(tx *db.Tx) error {
		return journal.Note(tx, journal.Entry{Action: action, Object: "demo", ObjectID: id.ForName("demo")})
	})
}

// registered reads whom the registry knows by NIP.
func registered(tx *db.Tx) (map[string]id.ID, error) {
	rows, err := tx.Conn().Query(tx.Context(), "SELECT nip, id FROM asn WHERE tenant_id = ANY ($1) AND nip IS NOT NULL", tx.Scope().Tenants())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]id.ID{}
	for rows.Next() {
		var nip string
		var person id.ID
		if err := rows.Scan(&nip, &person); err != nil {
			return nil, err
		}
		out[nip] = person
	}
	return out, rows.Err()
}
