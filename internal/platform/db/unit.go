package db

import (
	"context"
	"strings"

	"github.com/netral-asn/netral/internal/platform/authz"
)

// unit is one transaction for all that a request writes.
type unit struct {
	first func(*Tx) error
	// tx is open once something was written.
	tx *Tx
	// refused is what first answered; nothing more is done then.
	refused error
}

type unitKey struct{}

func unitOf(ctx context.Context) *unit {
	u, _ := ctx.Value(unitKey{}).(*unit)
	return u
}

// Together makes one transaction of all that fn writes, however many writes
// these are: it begins with the first of them and is committed after fn. first
// runs in it before anything else, last after fn; either one's error undoes
// everything. first's error is Together's, whatever fn makes of it. A single
// write that fails inside undoes itself alone, so that fn can go on, as with
// the items of a list. When fn writes nothing neither is called.
func (d *DB) Together(ctx context.Context, first, last func(*Tx) error, fn func(context.Context) error) error {
	u := &unit{first: first}
	defer func() {
		if u.tx != nil {
			u.tx.close()
		}
	}()
	err := fn(context.WithValue(ctx, unitKey{}, u))
	if u.refused != nil {
		return u.refused
	}
	if err != nil || u.tx == nil {
		return err
	}
	if err := u.tx.Enter(u.tx.scope); err != nil {
		return translate(err)
	}
	if err := last(u.tx); err != nil {
		return translate(err)
	}
	return u.tx.commit()
}

// join runs fn as a part of the unit's transaction, with its own scope.
func (d *DB) join(ctx context.Context, u *unit, scope authz.Scope, write bool, fn func(*Tx) error) error {
	if u.refused != nil {
		return u.refused
	}
	if u.tx == nil {
		tx, err := d.open(ctx, scope, beginWrite)
		if err != nil {
			return err
		}
		u.tx = tx
		if err := u.first(tx); err != nil {
			u.refused = translate(err)
			return u.refused
		}
	}
	part := *u.tx
	part.ctx, part.scope, part.write, part.noted, part.journaled, part.notes = ctx, scope, write, false, false, nil
	part.after = nil
	if err := part.inOneFlight("savepoint part", setLocal(scope.Setting())); err != nil {
		return translate(err)
	}
	err := fn(&part)
	if err == nil {
		err = part.complete()
	}
	if err != nil {
		if uerr := part.inOneFlight("rollback to savepoint part", "release savepoint part"); uerr != nil {
			return translate(uerr)
		}
		return translate(err)
	}
	u.tx.noted, u.tx.journaled = u.tx.noted || part.noted, u.tx.journaled || part.journaled
	u.tx.after = append(u.tx.after, part.after...)
	return translate(part.inOneFlight("release savepoint part"))
}

// inOneFlight runs statements without preparing them: in a transaction that
// failed nothing but a rollback can be prepared.
func (tx *Tx) inOneFlight(statements ...string) error {
	return tx.conn.PgConn().Exec(tx.ctx, strings.Join(statements, "; ")).Close()
}
