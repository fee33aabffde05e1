package db

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Question is one reading statement of a flight. It names tenant_id itself;
// $1 is always the governments of lock one, Args follow.
type Question struct {
	SQL  string
	Args []any
	// Answer reads the rows, whose Close and Err are seen to.
	Answer func(pgx.Rows) error
}

// arguments are what the statement is given: identifiers as the sixteen bytes
// they are, which takes no detour over their text.
func (q Question) arguments(scope authz.Scope) []any {
	out := append(make([]any, 0, len(q.Args)+1), scope.Tenants())
	for _, a := range q.Args {
		if v, ok := a.(id.ID); ok {
			a = [16]byte(v)
		}
		out = append(out, a)
	}
	return out
}

// Flight reads with both locks in one round trip, and prepared statements are
// reused. What is sent up to one Sync is one transaction to PostgreSQL, so lock
// two holds for the questions and ends with them; were it not so, the policies
// would let nothing through. Several questions are of one moment and need a
// BEGIN that says so. It is for the few readings that are polled all day;
// everything else takes Read, where gorm and later statements may depend on
// earlier ones.
func (d *DB) Flight(ctx context.Context, questions ...Question) error {
	scope, ok := authz.From(ctx)
	if !ok {
		return errors.New("db: no scope in the context, so no transaction")
	}
	actx, cancel := context.WithTimeout(ctx, d.acquire)
	conn, err := d.pool.Acquire(actx)
	cancel()
	if err != nil {
		return unavailable(err)
	}
	defer conn.Release()
	b := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(questions)+3)}
	together := len(questions) > 1
	if together {
		b.Queue(beginRead)
	}
	b.Queue("SELECT set_config('app.tenant_ids', $1, true)", joined(scope.Setting()))
	for _, q := range questions {
		b.Queue(q.SQL, q.arguments(scope)...).Query(q.Answer)
	}
	if together {
		b.Queue("commit")
	}
	if err := conn.SendBatch(ctx, b).Close(); err != nil {
		rctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, rerr := conn.Exec(rctx, "rollback"); rerr != nil {
			_ = conn.Conn().Close(rctx)
		}
		return translate(err)
	}
	return nil
}
