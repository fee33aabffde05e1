package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

func noted(d *db.DB, ctx context.Context, action string, then error) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		if err := journal.Note(tx, journal.Entry{Action: action, Object: "test", ObjectID: tx.NewID()}); err != nil {
			return err
		}
		return then
	})
}

func entries(t *testing.T, d *db.DB, tenants ...int32) (n int) {
	t.Helper()
	for _, one := range tenants {
		var some struct{ N int }
		err := d.Read(authz.With(context.Background(), authz.ForSystem(one)), func(tx *db.Tx) error {
			return tx.SQL("SELECT count(*) AS n FROM journal WHERE tenant_id IN @tenants AND object_kind = 'test'", map[string]any{}).Scan(&some).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		n += some.N
	}
	return n
}

func nothing(*db.Tx) error { return nil }

// Proves T-46, T-50: writes made together stand or fall together, also those of
// two governments; one that fails undoes itself alone; a refusal before, an
// error after or a panic leaves nothing.
func TestTogether_StandsOrFalls(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	seven, eight := authz.ForSystem(7), authz.ForSystem(8)
	for _, c := range []struct {
		name        string
		first, last func(*db.Tx) error
		then        error
		panics      bool
		want        error
		entries     int
	}{
		{name: "all well", first: nothing, last: nothing, entries: 2},
		{name: "refused before", first: func(*db.Tx) error { return boom }, last: nothing, want: boom},
		{name: "error after", first: nothing, last: func(*db.Tx) error { return boom }, want: boom},
		{name: "error of the work", first: nothing, last: nothing, then: boom, want: boom},
		{name: "panic", first: nothing, last: nothing, panics: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, _ := testkit.Open(t)
			work := func(ctx context.Context) error {
				_ = noted(d, authz.With(ctx, seven), "test.one", nil)
				_ = noted(d, authz.With(ctx, seven), "test.failed", errors.New("this item alone"))
				_ = noted(d, authz.With(ctx, eight), "test.two", nil)
				if c.panics {
					panic("on its way up")
				}
				return c.then
			}
			err := func() (err error) {
				defer func() {
					if recover() != nil {
						err = nil
					}
				}()
				return d.Together(context.Background(), c.first, c.last, work)
			}()
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if got := entries(t, d, 7, 8); got != c.entries {
				t.Errorf("%d entries stand, want %d", got, c.entries)
			}
		})
	}
}

// Proves that reading after a write made together sees it, and that nobody else
// does before the end.
func TestTogether_ReadsItsOwn(t *testing.T) {
	t.Parallel()
	d, _ := testkit.Open(t)
	scope := authz.ForSystem(7)
	err := d.Together(context.Background(), nothing, nothing, func(ctx context.Context) error {
		if err := noted(d, authz.With(ctx, scope), "test.one", nil); err != nil {
			return err
		}
		var own struct{ N int }
		err := d.Read(authz.With(ctx, scope), func(tx *db.Tx) error {
			return tx.SQL("SELECT count(*) AS n FROM journal WHERE tenant_id IN @tenants", map[string]any{}).Scan(&own).Error
		})
		if own.N != 1 {
			t.Errorf("sees %d of its own entries", own.N)
		}
		if n := entries(t, d, 7); n != 0 {
			t.Errorf("others see %d entries before the end", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Proves T-26: a write decides only upon the version that was named, read under
// its lock; one that never looks does not commit.
func TestMatch(t *testing.T) {
	t.Parallel()
	d, _ := testkit.Open(t)
	named, other := id.New(context.Background()), id.New(context.Background())
	for _, c := range []struct {
		name string
		look func(*db.Tx) error
		ok   bool
		code string
	}{
		{name: "the version named", look: func(tx *db.Tx) error { return tx.Match(named, 3, true) }, ok: true},
		{name: "another version", look: func(tx *db.Tx) error { return tx.Match(named, 4, true) }, code: "request.stale"},
		{name: "another resource", look: func(tx *db.Tx) error { return tx.Match(other, 3, true) }},
		{name: "without its lock", look: func(tx *db.Tx) error { return tx.Match(named, 3, false) }},
		{name: "not looked at", look: nothing},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := db.WithSeen(authz.With(context.Background(), authz.ForSystem(7)), named.String(), 3)
			err := d.Write(ctx, func(tx *db.Tx) error {
				journal.Routine(tx)
				return c.look(tx)
			})
			if (err == nil) != c.ok || (c.code != "" && !fault.Is(err, c.code)) {
				t.Errorf("got %v", err)
			}
		})
	}
}
