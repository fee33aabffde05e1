package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Service makes notices and shows them.
type Service struct {
	db    *db.DB
	kinds map[string]Kind
	// names are those of kinds, in the order they were given.
	names   []string
	outside Outside
	failing failing
}

// NewService joins the service to the database, to the ways out and to the kinds
// of the resources. Two of one name, or one without texts, are a mistake of the
// programmer.
func NewService(d *db.DB, o Outside, kinds ...Kind) *Service {
	s := &Service{db: d, kinds: map[string]Kind{}, outside: o.withDefaults(), failing: newFailing()}
	for _, k := range append(ofAccounts(), kinds...) {
		if _, twice := s.kinds[k.Name]; twice || !authz.Known(k.Permission) || timings[k.Urgency] == nil || !hasTexts(k) || !hasLetters(k.Name) {
			panic("notify: the kind " + k.Name + " comes twice, names no permission or urgency, or has no texts")
		}
		s.kinds[k.Name] = k
		s.names = append(s.names, k.Name)
	}
	return s
}

// Kinds lists the kinds there are.
func (s *Service) Kinds() []string { return s.names }

// Project follows the journal; package app registers it with the database.
func (s *Service) Project(tx *db.Tx, notes []db.Noted) error {
	mine, entered := tx.Scope(), false
	for _, n := range notes {
		if n.Action == identity.CodeSent {
			entered = true
			if err := s.sendCode(tx, n.ObjectID); err != nil {
				return err
			}
		}
		for _, name := range s.names {
			k := s.kinds[name]
			if !k.caused(n) {
				continue
			}
			entered = true
			if err := s.happened(tx, k, n, mine.Principal()); err != nil {
				return err
			}
		}
	}
	if !entered {
		return nil
	}
	return tx.Enter(mine)
}

// happened tells a few at once, and leaves the cause where many are told or
// where there is a wait.
func (s *Service) happened(tx *db.Tx, k Kind, n db.Noted, by authz.Principal) error {
	c := cause{Tenant: n.Tenant, ID: n.ID, Kind: k.Name, Object: n.ObjectID, Release: tx.Now()}
	if k.OfAccount {
		c.Tenant = authz.Platform
	}
	if by.ID != id.Nil {
		c.Actor = &by.ID
	}
	switch {
	case n.Release != nil:
		c.Release = *n.Release
	case k.Waits:
		c.Release = c.Release.Add(journal.Delay())
	}
	if err := tx.Enter(authz.ForSystem(c.Tenant)); err != nil {
		return err
	}
	if k.Many || c.Release.After(tx.Now()) {
		return insertCause(tx, c)
	}
	return s.spread(tx, k, c)
}

// spread makes the notices of a cause, by one statement.
func (s *Service) spread(tx *db.Tx, k Kind, c cause) error {
	today, err := identity.TodayTx(tx, c.Tenant)
	if err != nil {
		return err
	}
	return s.tellTx(tx, k, c, today)
}

// tellTx makes the notices of a cause and, in the same transaction, their
// deliveries to addresses outside.
func (s *Service) tellTx(tx *db.Tx, k Kind, c cause, today day.Day) error {
	if err := insertNotices(tx, k, c, today); err != nil {
		return fmt.Errorf("notices of kind %s: %w", k.Name, err)
	}
	if len(s.outside.Carriers) == 0 {
		return nil
	}
	return insertDeliveries(tx, c, s.outside.channels())
}

// Tell spreads the causes that wait, one in each government at a time. more says
// that there may be further ones.
func (s *Service) Tell(ctx context.Context) (more bool, err error) {
	tenants, err := s.due(ctx)
	for _, t := range tenants {
		again, terr := s.tell(authz.With(ctx, authz.ForSystem(t)))
		more, err = more || again, errors.Join(err, terr)
	}
	return more && err == nil, err
}

func (s *Service) due(ctx context.Context) (out []int32, err error) {
	err = government.Everywhere(ctx, s.db, func(tx *db.Tx) (err error) { out, err = withCauses(tx, s.names); return })
	return out, err
}

// tell spreads one cause. Another replica that does so is left alone.
func (s *Service) tell(ctx context.Context) (told bool, err error) {
	err = s.db.Scratch(ctx, func(tx *db.Tx) error {
		c, found, err := takeCause(tx, s.names)
		if err != nil || !found {
			return err
		}
		told = true
		return s.spread(tx, s.kinds[c.Kind], c)
	})
	return told && err == nil, err
}

// Sweep tells of days that come near, and drops what has had its time.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Scratch(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if err := forgetDeliveries(tx, tx.Now().Add(-keptFor)); err != nil {
			return err
		}
		if err := forget(tx, tx.Now().Add(-keptFor)); err != nil || tenant == authz.Platform {
			return err // the installation has no days of its own
		}
		for _, name := range s.names {
			if k := s.kinds[name]; k.Due != nil {
				if err := s.remind(tx, k, tenant); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (s *Service) remind(tx *db.Tx, k Kind, tenant int32) error {
	today, err := government.TodayTx(tx)
	if err != nil {
		return err
	}
	near, err := k.Due(tx, today)
	if err != nil {
		return fmt.Errorf("days of kind %s: %w", k.Name, err)
	}
	for _, r := range near {
		c := cause{Tenant: tenant, ID: reminderID(r), Kind: k.Name, Object: r.Object}
		if err := s.tellTx(tx, k, c, today); err != nil {
			return err
		}
	}
	return nil
}

// List shows the caller's notices, newest first, and counts the unread ones up
// to a hundred.
func (s *Service) List(ctx context.Context, l lang.Lang, f Filter, r page.Request) (p page.Page[Notice], unread int, err error) {
	var out []Notice
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v := s.viewOf(tx, l)
		if out, err = v.read(f, r.After, r.Limit+1); err != nil {
			return err
		}
		open, err := v.read(Filter{Unread: true}, nil, mostCounted)
		unread = len(open)
		return err
	})
	return page.Cut(r, out, key), unread, err
}

// Get shows one notice.
func (s *Service) Get(ctx context.Context, l lang.Lang, nid id.ID) (n Notice, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v := s.viewOf(tx, l)
		n, err = v.one(nid, false)
		return err
	})
	return n, err
}

// MarkRead says that the caller has read a notice; again is no news.
func (s *Service) MarkRead(ctx context.Context, l lang.Lang, nid id.ID) (n Notice, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx)
		v := s.viewOf(tx, l)
		if n, err = v.one(nid, true); err != nil || n.Read != nil {
			return err
		}
		now := tx.Now()
		n.Read, n.Version = &now, n.Version+1
		return v.inNotices(func() error { return markRead(tx, v.account, n) })
	})
	return n, err
}

// MarkAllRead says that the caller has read everything up to a notice, in the
// order of the list: what came since stays unread.
func (s *Service) MarkAllRead(ctx context.Context, upTo id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx)
		v := s.viewOf(tx, lang.Indonesian)
		n, err := v.one(upTo, false)
		if err != nil {
			return err
		}
		return v.inNotices(func() error { return markAllRead(tx, v.account, n) })
	})
}

// view is what one reader may see, within one transaction.
type view struct {
	s       *Service
	tx      *db.Tx
	own     authz.Scope
	account id.ID
	notices authz.Scope
	lang    lang.Lang
	names   map[int32]string
}

// viewOf is the view of the caller: what was told to the account in the
// government of its token, and what concerns the account anywhere.
func (s *Service) viewOf(tx *db.Tx, l lang.Lang) *view {
	own := tx.Scope()
	p := own.Principal()
	tenants := slices.Compact([]int32{authz.Platform, p.Tenants[0]})
	return &view{s: s, tx: tx, own: own, account: p.ID, notices: authz.ForSearch(tenants), lang: l, names: map[int32]string{}}
}

// inNotices does something in the scope in which the account's notices are, and
// goes back to the caller's own.
func (v *view) inNotices(f func() error) error {
	if err := v.tx.Enter(v.notices); err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	return v.tx.Enter(v.own)
}

// read gives the first n notices behind a place that the reader may see.
func (v *view) read(f Filter, after []string, n int) ([]Notice, error) {
	const batch = 200
	out := []Notice{}
	for len(out) < n {
		var rows []Notice
		err := v.inNotices(func() (err error) { rows, err = list(v.tx, v.account, f, after, batch); return err })
		if err != nil {
			return nil, err
		}
		seen, err := v.show(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, seen...)
		if len(rows) < batch {
			break
		}
		after = key(rows[len(rows)-1])
	}
	return out[:min(len(out), n)], nil
}

// one reads a notice that the reader may see.
func (v *view) one(nid id.ID, lock bool) (n Notice, err error) {
	if err := v.inNotices(func() (err error) { n, err = find(v.tx, v.account, nid, lock); return err }); err != nil {
		return n, err
	}
	seen, err := v.show([]Notice{n})
	if err == nil && len(seen) == 0 {
		err = fault.Missing()
	}
	if err != nil {
		return n, err
	}
	return seen[0], nil
}

// show asks the resources, kind by kind, what the reader may see, and writes
// the texts; the rest is left out.
func (v *view) show(rows []Notice) ([]Notice, error) {
	values := map[string]map[id.ID]fault.Params{}
	for _, n := range rows {
		if values[n.Kind] == nil {
			values[n.Kind] = map[id.ID]fault.Params{}
		}
		values[n.Kind][n.Object] = nil
	}
	for kind, objects := range values {
		seen, err := v.seen(kind, objects)
		if err != nil {
			return nil, err
		}
		values[kind] = seen
	}
	if err := v.tx.Enter(v.own); err != nil {
		return nil, err
	}
	out := make([]Notice, 0, len(rows))
	for _, n := range rows {
		p, ok := values[n.Kind][n.Object]
		if !ok {
			continue
		}
		if err := v.write(&n, p); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// seen gives those of the objects that the reader may see, with what fills the
// texts, in the scope of the permission to read such an object. Of a kind that
// this version of the program does not know nothing is shown.
func (v *view) seen(kind string, objects map[id.ID]fault.Params) (map[id.ID]fault.Params, error) {
	k, known := v.s.kinds[kind]
	if !known {
		return nil, nil
	}
	scope, err := authz.Decide(v.own.Principal(), k.Permission)
	if err != nil {
		return nil, nil //nolint:nilerr // who lacks the permission sees none
	}
	if err := v.tx.Enter(scope); err != nil {
		return nil, err
	}
	ids := make([]id.ID, 0, len(objects))
	for o := range objects {
		ids = append(ids, o)
	}
	out, err := k.Seen(v.tx, ids)
	if err != nil {
		return nil, fmt.Errorf("notices of kind %s: %w", kind, err)
	}
	return out, nil
}

// write fills in what the reader is shown.
func (v *view) write(n *Notice, p fault.Params) error {
	name, ok := v.names[n.Tenant]
	if !ok {
		var err error
		if name, err = placeName(v.tx, n.Tenant); err != nil {
			return err
		}
		v.names[n.Tenant] = name
	}
	k := v.s.kinds[n.Kind]
	n.Path = k.Path(n.Object)
	n.Subject, n.Text = builtIn(k.Name, v.lang).fill(k, p, name)
	return nil
}

func placeName(tx *db.Tx, tenant int32) (string, error) {
	if tenant == authz.Platform {
		return "Netral", nil
	}
	e, err := government.EntryByTenantTx(tx, tenant)
	return e.Name, err
}
