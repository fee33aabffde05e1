package db

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Tx is an open transaction with its scope and its instant.
type Tx struct {
	ctx   context.Context
	scope authz.Scope
	conn  *pgx.Conn
	gorm  *gorm.DB
	now   time.Time
	write bool
	noted bool
	notes []Noted
	// journaled tells that a note was written, and noted that the write was
	// accounted for, with one or without.
	journaled bool
	// projectors follow what was noted; see Project.
	projectors []Projector
	multiRow   bool

	committed bool
	// after is done once the commit stands; see AfterCommit.
	after   []func()
	onNoted func()
	pooled  *sql.Conn
}

// AfterCommit does something once what the transaction wrote stands: removing
// outside what its rows no longer name. What is undone is not done after.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Context is the request's.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Scope is whose right the transaction uses.
func (tx *Tx) Scope() authz.Scope { return tx.scope }

// Now is the transaction's instant, UTC: all rows of one act share it. In the
// demo it may be moved; it is never a client's time (T-51).
func (tx *Tx) Now() time.Time { return tx.now }

// Today is the legal day in a government's zone.
func (tx *Tx) Today(zone *time.Location) day.Day { return day.Of(tx.now, zone) }

// NewID draws an ordered identifier.
func (tx *Tx) NewID() id.ID { return id.New(tx.ctx) }

// NewUnorderedID draws an identifier that tells nothing of its time (T-03).
func (tx *Tx) NewUnorderedID() id.ID { return id.NewUnordered(tx.ctx) }

// From starts a statement on a tenant table with lock one applied: only rows of
// the scope's governments.
func (tx *Tx) From(table string) *gorm.DB {
	return tx.gorm.Table(table).Where(table+".tenant_id IN ?", tx.scope.Tenants())
}

// Platform starts a statement on a platform table, which has no tenant.
func (tx *Tx) Platform(table string) *gorm.DB { return tx.gorm.Table(table) }

// SQL starts a hand-written statement, which must name tenant_id itself: write
// "tenant_id IN @tenants" and pass the other values by name as well.
func (tx *Tx) SQL(query string, named map[string]any) *gorm.DB {
	return tx.gorm.Raw(query, tx.named(query, named)...)
}

// Exec runs a hand-written statement; see SQL. It tells the rows touched.
func (tx *Tx) Exec(query string, named map[string]any) (int64, error) {
	r := tx.gorm.Exec(query, tx.named(query, named)...)
	return r.RowsAffected, r.Error
}

// named adds what every statement may name: @tenants of lock one, and @roots of
// a Subtree reach. A statement that names no value takes none: gorm would hand
// the map itself to the database.
func (tx *Tx) named(query string, more map[string]any) []any {
	if !strings.Contains(query, "@") {
		return nil
	}
	args := map[string]any{"tenants": tx.scope.Tenants(), "roots": tx.scope.Roots()}
	maps.Copy(args, more)
	return []any{args}
}

// Insert adds rows (a struct or a slice of structs); every row carries Tenant().
func (tx *Tx) Insert(table string, rows any) error { return tx.gorm.Table(table).Create(rows).Error }

// InsertNew adds the rows that do not meet another one at the named unique
// constraint, and tells how many: whoever does the same at the same time waits
// and adds nothing.
func (tx *Tx) InsertNew(table, constraint string, rows any) (int64, error) {
	r := tx.gorm.Table(table).Clauses(clause.OnConflict{OnConstraint: constraint, DoNothing: true}).Create(rows)
	return r.RowsAffected, r.Error
}

// Tenant is the government that new rows belong to.
func (tx *Tx) Tenant() (int32, error) { return tx.scope.Home() }

// Conn is the connection itself, for COPY and for pipelined statements inside
// the same transaction.
func (tx *Tx) Conn() *pgx.Conn { return tx.conn }

// Enter changes the scope for the rest of the transaction, with both locks.
func (tx *Tx) Enter(s authz.Scope) error {
	if _, err := tx.conn.Exec(tx.ctx, setLocal(s.Setting())); err != nil {
		return err
	}
	tx.scope = s
	return nil
}

// MarkNoted is called by package journal alone, with what it noted.
func (tx *Tx) MarkNoted(notes ...Noted) {
	tx.noted, tx.journaled = true, tx.journaled || len(notes) > 0
	tx.notes = append(tx.notes, notes...)
}

// First reads one row into dest; no row is the one 404.
func First(q *gorm.DB, dest any) error {
	err := q.Take(dest).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.Missing()
	}
	return err
}

// Found reads one row into dest and reports whether there was one.
func Found(q *gorm.DB, dest any) (bool, error) {
	err := q.Take(dest).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Changed turns an update that touched no row into the one 404.
func Changed(r *gorm.DB) error {
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return fault.Missing()
	}
	return nil
}

// Constraints maps names of database constraints to the faults they mean.
type Constraints map[string]func() *fault.Fault

// Fault turns a violated constraint into its fault; anything else passes. The
// database's own text is never shown: it repeats values (T-43).
func (c Constraints) Fault(err error) error {
	var pe *pgconn.PgError
	if err == nil || !errors.As(err, &pe) {
		return err
	}
	if f, ok := c[pe.ConstraintName]; ok {
		return f().Because(errors.New("constraint " + pe.ConstraintName))
	}
	return err
}

// ReachOPD adds the condition that the OPD in column lies in the caller's
// reach.
func (tx *Tx) ReachOPD(q *gorm.DB, column string) *gorm.DB {
	reach := tx.ReachSQL(column)
	return q.Where(reach, tx.named(reach, nil)...)
}

// ReachSQL is the condition that the OPD in column lies in the caller's reach,
// for statements of SQL and Exec: all for Whole, the subtrees of the grants for
// Subtree. The tree is a C-collated path, so a subtree is a range: LIKE is not
// leakproof and would leave the index unused under row policies.
func (tx *Tx) ReachSQL(column string) string {
	switch tx.scope.Reach() {
	case authz.Whole:
		return "TRUE"
	case authz.Subtree:
		return Under(column, "roots")
	default:
		return "FALSE"
	}
}

// Under is the condition that the OPD in column is one of the named units or
// lies below one.
func Under(column, name string) string {
	return column + ` IN (SELECT d.id FROM opd d JOIN opd r ON r.tenant_id = d.tenant_id
		AND d.path >= r.path AND d.path < r.path || '~' WHERE r.tenant_id IN @tenants AND r.id IN @` + name + `)`
}

// ReachPerson adds the condition that a row about a person lies in the caller's
// reach: by OPD, or the caller's own for Self.
func (tx *Tx) ReachPerson(q *gorm.DB, personColumn, opdColumn string) *gorm.DB {
	if tx.scope.Reach() == authz.Self {
		return q.Where(personColumn+" = ?", tx.scope.Person())
	}
	return tx.ReachOPD(q, opdColumn)
}

// Each turns every row into what it stands for; the first that cannot be read
// ends it. An empty list is not nil.
func Each[R, T any](rows []R, read func(R) (T, error)) ([]T, error) {
	out := make([]T, 0, len(rows))
	for _, r := range rows {
		v, err := read(r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// ForUpdate locks the rows of one table that a statement reads.
func ForUpdate(table string) clause.Expression { return locking("UPDATE", table) }

// ForKeyShare lets others lock the rows in the same way, and nobody ForUpdate.
func ForKeyShare(table string) clause.Expression { return locking("KEY SHARE", table) }

func locking(strength, table string) clause.Expression {
	return clause.Locking{Strength: strength, Table: clause.Table{Name: table}}
}
