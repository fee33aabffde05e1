// Package job runs work in the background, kept by PostgreSQL (River): a job is
// a row written in the transaction that makes it, is tried again after a
// failure or a kill, and works under its government's scope like a request.
// It knows no resource. Handlers must be safe to run twice.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
)

// Args describe one job. They hold ids only, never persons, and name the
// government by its tenant number.
type Args interface {
	Kind() string
	InTenant() int32
}

// Workers collects what the queue can work on.
type Workers struct {
	river  *river.Workers
	kinds  int
	sweeps map[string]sweep
	loops  []loop
}

// NewWorkers starts a collection.
func NewWorkers() *Workers { return &Workers{river: river.NewWorkers(), sweeps: map[string]sweep{}} }

// Handle says who works on jobs of one kind. The context carries the scope of
// the job's government.
func Handle[T Args](w *Workers, work func(context.Context, T) error) {
	w.kinds++
	river.AddWorker[T](w.river, river.WorkFunc(func(ctx context.Context, j *river.Job[T]) error {
		err := work(authz.With(ctx, authz.ForSystem(j.Args.InTenant())), j.Args)
		var l later
		if errors.As(err, &l) {
			return river.JobSnooze(time.Duration(l))
		}
		return err
	}))
}

// later is Later's error.
type later time.Duration

func (l later) Error() string { return "job: later, in " + time.Duration(l).String() }

// Later is what a handler returns that cannot work now: the job comes again
// after d, and that is no failed try.
func Later(d time.Duration) error { return later(d) }

// sweep is work done at intervals.
type sweep struct {
	every time.Duration
	work  func(context.Context) error
}

// sweepArgs is the job of one sweep.
type sweepArgs struct {
	Name string `json:"name"`
}

// Kind names the job.
func (sweepArgs) Kind() string { return "sweep" }

// InTenant is the installation: a sweep enters governments by itself.
func (sweepArgs) InTenant() int32 { return authz.Platform }

// Every does work at intervals, once among all replicas, and soon after the
// start. What is due is told from the clock in the database, never from the
// time of the job.
func Every(w *Workers, name string, d time.Duration, work func(context.Context) error) {
	if len(w.sweeps) == 0 {
		Handle(w, func(ctx context.Context, a sweepArgs) error {
			if s, ok := w.sweeps[a.Name]; ok {
				return s.work(ctx)
			}
			return nil // of another version of the program
		})
	}
	w.sweeps[name] = sweep{every: d, work: work}
}

// schedule tells River about the sweeps. One that is still waiting is not put
// beside another.
func (q *Queue) schedule() {
	for name, s := range q.workers.sweeps {
		q.client.PeriodicJobs().Add(river.NewPeriodicJob(river.PeriodicInterval(s.every), func() (river.JobArgs, *river.InsertOpts) {
			return sweepArgs{Name: name}, &river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: s.every}}
		}, &river.PeriodicJobOpts{RunOnStart: true}))
	}
}

// Queue inserts jobs and, once started, works on them.
type Queue struct {
	client  *river.Client[pgx.Tx]
	workers *Workers
	// end and ended stop the loops.
	end   context.CancelFunc
	ended sync.WaitGroup
}

// NewQueue joins the queue to the pool. pollOnly is for a pooler in transaction
// mode, where LISTEN does not work.
func NewQueue(pool *pgxpool.Pool, w *Workers, pollOnly bool) (*Queue, error) {
	c, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Queues:              map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Workers:             w.river,
		PollOnly:            pollOnly,
		FetchPollInterval:   500 * time.Millisecond,
		JobTimeout:          time.Hour,
		MaxAttempts:         5,
		ReindexerIndexNames: []string{}, // the program's role owns no index
		Logger:              slog.New(slog.DiscardHandler),
		ErrorHandler:        failures{},
	})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return &Queue{client: c, workers: w}, nil
}

// Start begins to work; handlers must have been named before. With nothing to
// work on it does nothing.
func (q *Queue) Start(ctx context.Context) error {
	var lctx context.Context
	lctx, q.end = context.WithCancel(ctx)
	for _, l := range q.workers.loops {
		q.ended.Go(func() { l.run(lctx) })
	}
	if q.workers.kinds == 0 {
		return nil
	}
	q.schedule()
	return q.client.Start(ctx)
}

// Stop ends the loops, lets running jobs end until ctx does, then cancels them;
// they are tried again at the next start.
func (q *Queue) Stop(ctx context.Context) error {
	if q.end != nil {
		q.end()
		q.ended.Wait()
	}
	if err := q.client.Stop(ctx); err == nil {
		return nil
	}
	cctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return q.client.StopAndCancel(cctx)
}

// InsertTx makes a job in the caller's transaction.
func (q *Queue) InsertTx(tx *db.Tx, args Args) error {
	if _, err := q.client.InsertTx(tx.Context(), joined{tx.Conn()}, args, nil); err != nil {
		return fmt.Errorf("insert job %s: %w", args.Kind(), err)
	}
	return nil
}

// failures logs what failed by its kind; errors of ours carry no person.
type failures struct{}

func (failures) HandleError(_ context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	slog.Error("job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "error", err)
	return nil
}

func (failures) HandlePanic(_ context.Context, j *rivertype.JobRow, _ any, _ string) *river.ErrorHandlerResult {
	slog.Error("job panicked", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt)
	return nil
}

// joined shows a connection with an open transaction as pgx.Tx to River, which
// neither begins nor ends it: that is package db's matter.
type joined struct{ conn *pgx.Conn }

func (j joined) Begin(context.Context) (pgx.Tx, error) { return j, nil }
func (joined) Commit(context.Context) error            { return nil }
func (joined) Rollback(context.Context) error          { return nil }
func (joined) LargeObjects() pgx.LargeObjects          { return pgx.LargeObjects{} }
func (j joined) Conn() *pgx.Conn                       { return j.conn }

func (j joined) CopyFrom(ctx context.Context, t pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return j.conn.CopyFrom(ctx, t, columns, rows)
}

func (j joined) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return j.conn.SendBatch(ctx, b)
}

func (j joined) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return j.conn.Prepare(ctx, name, sql)
}

func (j joined) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return j.conn.Exec(ctx, sql, args...)
}

func (j joined) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return j.conn.Query(ctx, sql, args...)
}

func (j joined) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return j.conn.QueryRow(ctx, sql, args...)
}
