// Package db opens PostgreSQL and runs transactions. Every transaction has a
// scope from package authz: its governments are named by every statement (lock
// one) and set for the row policies with SET LOCAL (lock two). It knows no
// resource.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// Config says how to reach PostgreSQL.
type Config struct {
	// URL is the connection string of the application's role, which owns
	// nothing and is bound by the row policies.
	URL string
	// MaxConnections bounds the pool; 0 means 20.
	MaxConnections int32
	// StatementTimeout bounds one statement; 0 means 30 s (T-66).
	StatementTimeout time.Duration
	// AcquireTimeout bounds the wait for a connection; 0 means 3 s (T-69).
	AcquireTimeout time.Duration
	// MultiRow says that the tables are distributed with Citus; see Transfer.
	MultiRow bool
}

// DB is one pool of connections, used by gorm and by pgx alike.
type DB struct {
	pool     *pgxpool.Pool
	sql      *sql.DB
	gorm     *gorm.DB
	acquire  time.Duration
	multiRow bool
	// noted hears of every committed note; see OnNoted.
	noted func()
	// projectors keep read models in step; see Project.
	projectors []Projector
}

// statementCache is larger than the number of governments, since SET LOCAL
// takes no parameters and so is one statement a government.
const statementCache = 2048

// Open connects; it does not migrate.
func Open(ctx context.Context, c Config) (*DB, error) {
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", scrub(err))
	}
	pc.MaxConns = 20
	if c.MaxConnections > 0 {
		pc.MaxConns = c.MaxConnections
	}
	timeout := 30 * time.Second
	if c.StatementTimeout > 0 {
		timeout = c.StatementTimeout
	}
	pc.ConnConfig.StatementCacheCapacity = statementCache
	pc.ConnConfig.RuntimeParams["application_name"] = "netral"
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pc.ConnConfig.RuntimeParams["statement_timeout"] = strconv.FormatInt(timeout.Milliseconds(), 10)
	pc.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", scrub(err))
	}
	sqlDB := stdlib.OpenDBFromPool(pool)
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: sqlDB}), &gorm.Config{
		SkipDefaultTransaction: true,
		Logger:                 logger.Discard, // T-44: statements and values are never logged
		QueryFields:            true,
		TranslateError:         false,
		DisableAutomaticPing:   true,
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	acquire := 3 * time.Second
	if c.AcquireTimeout > 0 {
		acquire = c.AcquireTimeout
	}
	return &DB{pool: pool, sql: sqlDB, gorm: g, acquire: acquire, multiRow: c.MultiRow}, nil
}

// scrub drops the text of connection errors, which may repeat a password.
func scrub(err error) error {
	var ce *pgconn.ParseConfigError
	if errors.As(err, &ce) {
		return errors.New("it cannot be parsed")
	}
	return err
}

// Close closes the pool.
func (d *DB) Close() {
	_ = d.sql.Close()
	d.pool.Close()
}

// Pool is the pool itself, for the job queue and for the readiness check.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Read runs fn in a read-only transaction.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	return d.run(ctx, beginRead, false, fn)
}

const beginRead = "begin isolation level repeatable read read only"

const beginWrite = "begin isolation level read committed"

// Write runs fn in a transaction and commits it; it refuses to commit when
// fn noted nothing in the journal.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return d.run(ctx, beginWrite, true, fn)
}

// Scratch runs fn in a transaction and commits it without a note. It is for
// working data that is a record of nothing: pieces of a file on its way in,
// counters of progress. What a person decided goes through Write.
func (d *DB) Scratch(ctx context.Context, fn func(*Tx) error) error {
	return d.run(ctx, beginWrite, false, fn)
}

// OnNoted names who is told, after its commit, of every write that was noted. It
// must not wait. Only package app calls it, before the first write.
func (d *DB) OnNoted(f func()) { d.noted = f }

// MoveClock makes the clock of all transactions show an instant from now on, or
// a part of a second later, never an earlier one. It
// goes on from there. Only the demo programme moves it.
func (d *DB) MoveClock(ctx context.Context, to time.Time) error {
	_, err := d.pool.Exec(ctx, "update clock set offset_seconds = ceil(extract(epoch from $1::timestamptz - clock_timestamp()))", to)
	return err
}

// ClockMoved reports whether the clock shows another time than the true one.
func (d *DB) ClockMoved(ctx context.Context) (moved bool, err error) {
	return moved, d.pool.QueryRow(ctx, "select offset_seconds <> 0 from clock").Scan(&moved)
}

var (
	errUnnoted   = errors.New("db: a write was not noted in the journal")
	errUnmatched = errors.New("db: a write did not look at the version its caller named")
)

func (d *DB) run(ctx context.Context, begin string, write bool, fn func(*Tx) error) error {
	scope, ok := authz.From(ctx)
	if !ok {
		return errors.New("db: no scope in the context, so no transaction")
	}
	if u := unitOf(ctx); u != nil && (write || u.tx != nil) {
		return d.join(ctx, u, scope, write, fn)
	}
	tx, err := d.open(ctx, scope, begin)
	if err != nil {
		return err
	}
	defer tx.close()
	tx.write = write
	if err := fn(tx); err != nil {
		return translate(err)
	}
	if err := tx.complete(); err != nil {
		return err
	}
	return tx.commit()
}

// open takes a connection and begins a transaction on it; whoever opens it
// closes it.
func (d *DB) open(ctx context.Context, scope authz.Scope, begin string) (*Tx, error) {
	actx, cancel := context.WithTimeout(ctx, d.acquire)
	conn, err := d.sql.Conn(actx)
	cancel()
	if err != nil {
		return nil, unavailable(err)
	}
	tx := &Tx{ctx: ctx, scope: scope, multiRow: d.multiRow, projectors: d.projectors, onNoted: d.noted, pooled: conn}
	if err := conn.Raw(func(dc any) error { tx.conn = dc.(*stdlib.Conn).Conn(); return nil }); err != nil {
		_ = conn.Close()
		return nil, unavailable(err)
	}
	tx.gorm = d.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	tx.gorm.Statement.ConnPool = conn
	if err := tx.begin(begin); err != nil {
		tx.close()
		return nil, unavailable(err)
	}
	return tx, nil
}

// close gives the connection back. What was not committed is undone: after an
// error, or a panic on its way up. When the request was cancelled while rows were
// read, the pool may be taking the connection back at this moment, and the server
// undoes what it was in: Raw keeps the two apart.
func (tx *Tx) close() {
	defer func() { _ = tx.pooled.Close() }()
	if tx.committed {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tx.ctx), 5*time.Second)
	defer cancel()
	_ = tx.pooled.Raw(func(any) error {
		_, err := tx.conn.Exec(ctx, "rollback")
		if err != nil {
			_ = tx.conn.Close(ctx)
		}
		return err
	})
}

// complete tells whether a write may be committed.
func (tx *Tx) complete() error {
	if !tx.write {
		return nil
	}
	if err := tx.project(); err != nil {
		return translate(err)
	}
	if !tx.noted {
		return errUnnoted
	}
	if seen := seenOf(tx.ctx); seen != nil && !seen.matched {
		return errUnmatched
	}
	return nil
}

func (tx *Tx) commit() error {
	tag, err := tx.conn.Exec(tx.ctx, "commit")
	if err != nil {
		return translate(err)
	}
	tx.committed = true
	if tag.String() != "COMMIT" {
		return fmt.Errorf("db: commit answered %s: a failed statement was passed over", tag)
	}
	if tx.journaled && tx.onNoted != nil {
		tx.onNoted()
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// begin opens the transaction, sets the second lock and reads the clock, all
// in one flight.
func (tx *Tx) begin(begin string) error {
	var b pgx.Batch
	b.Queue(begin)
	b.Queue(setLocal(tx.scope.Setting()))
	b.Queue("select transaction_timestamp(), offset_seconds from clock").QueryRow(func(row pgx.Row) error {
		var offset int64
		if err := row.Scan(&tx.now, &offset); err != nil {
			return err
		}
		tx.now = tx.now.UTC().Add(time.Duration(offset) * time.Second)
		return nil
	})
	return tx.conn.SendBatch(tx.ctx, &b).Close()
}

// setLocal spells the setting. SET LOCAL and never set_config: it ends with
// the transaction (T-17) and Citus hands it on to its workers (T-21).
func setLocal(tenants []int32) string {
	return "set local app.tenant_ids = '" + joined(tenants) + "'"
}

// joined are governments as the row policies read them.
func joined(tenants []int32) string {
	var s strings.Builder
	for i, t := range tenants {
		if i > 0 {
			s.WriteByte(',')
		}
		s.WriteString(strconv.Itoa(int(t)))
	}
	return s.String()
}

func unavailable(err error) error {
	var pe *pgconn.PgError
	if errors.As(err, &pe) && !strings.HasPrefix(pe.Code, "08") && !strings.HasPrefix(pe.Code, "57") && !strings.HasPrefix(pe.Code, "53") {
		return err
	}
	slog.Warn("database not reachable", "error", err)
	return fault.New(fault.Unavailable, "server.unavailable").After(2 * time.Second).Because(err)
}

// translate turns what the database refuses for a passing reason into 503.
func translate(err error) error {
	if _, ok := fault.As(err); ok {
		return err
	}
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		if errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) || errors.Is(err, pgx.ErrTxClosed) || pgconn.SafeToRetry(err) {
			return fault.New(fault.Unavailable, "server.unavailable").After(2 * time.Second).Because(err)
		}
		return err
	}
	switch {
	case pe.Code == "40001", pe.Code == "40P01", pe.Code == "57014", pe.Code == "55P03", // serialization, deadlock, timeout, lock
		strings.HasPrefix(pe.Code, "57P"), strings.HasPrefix(pe.Code, "53"), strings.HasPrefix(pe.Code, "08"):
		return fault.New(fault.Unavailable, "server.unavailable").After(time.Second).Because(err)
	}
	return err
}
