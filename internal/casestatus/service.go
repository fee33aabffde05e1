package casestatus

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Service answers oversight bodies and keeps their read model.
type Service struct {
	db    *db.DB
	cases *casefile.Service
}

// NewService joins the service to the database and to the cases.
func NewService(d *db.DB, cases *casefile.Service) *Service { return &Service{db: d, cases: cases} }

// viewing tells who asks. A body's machine or person without the body, as when
// an office was closed, has nothing to see.
func viewing(ctx context.Context) (viewer, error) {
	s, ok := authz.From(ctx)
	if !ok {
		return viewer{}, fault.New(fault.Forbidden, "auth.not_permitted")
	}
	who := s.Principal()
	if who.Organisation == id.Nil && !who.Has(authz.ProvinceOverseer) {
		return viewer{}, fault.New(fault.Forbidden, "auth.not_permitted")
	}
	return viewer{office: who.Organisation, scope: s}, nil
}

// Answer is a page with its tag; fresh is false when the caller has it already.
type Answer struct {
	page.Page[Status]
	Tag   string
	Fresh bool
}

// List gives the matters of the caller's body, least recently changed first.
// known are the tags of answers the caller has: an unchanged list is told from
// the head alone, in the state committed when it was asked.
func (s *Service) List(ctx context.Context, f Filter, r page.Request, known func(tag string) bool) (Answer, error) {
	who, err := viewing(ctx)
	if err != nil {
		return Answer{}, err
	}
	var got reading
	if q, yes := who.lookUp(f, &got); yes {
		if err := s.db.Flight(ctx, q); err != nil {
			return Answer{}, err
		}
		out := Answer{Page: page.Page[Status]{Items: got.dated()}}
		out.Tag = tagOfRows(out.Items)
		out.Fresh = known == nil || !known(out.Tag)
		return out, nil
	}
	if known != nil {
		if err := s.db.Flight(ctx, who.unchanged(&got)); err != nil {
			return Answer{}, err
		}
		if tag := tagOfHead(who.scope, r, got); known(tag) {
			return Answer{Tag: tag}, nil
		}
		got = reading{}
	}
	q, err := who.list(f, r, &got)
	if err != nil {
		return Answer{}, err
	}
	if err := s.db.Flight(ctx, q); err != nil {
		return Answer{}, err
	}
	if len(got.statuses) == 0 { // no row brought the head; both again, from one moment
		if err := s.db.Flight(ctx, who.unchanged(&got), q); err != nil {
			return Answer{}, err
		}
	}
	out := Answer{Tag: tagOfHead(who.scope, r, got), Fresh: true}
	out.Page = page.Cut(r, got.dated(), func(x Status) []string { return []string{x.Updated.Format(time.RFC3339Nano), x.ID.String()} })
	return out, nil
}

// Get gives one matter of the caller's body.
func (s *Service) Get(ctx context.Context, sid id.ID) (Status, string, error) {
	who, err := viewing(ctx)
	if err != nil {
		return Status{}, "", err
	}
	var got reading
	if err := s.db.Flight(ctx, who.one(sid, &got)); err != nil {
		return Status{}, "", err
	}
	if len(got.statuses) == 0 {
		return Status{}, "", fault.Missing()
	}
	return got.dated()[0], tagOfRows(got.statuses), nil
}

// Export writes all matters of the caller's body as a spreadsheet.
func (s *Service) Export(ctx context.Context, out io.Writer, f Filter) error {
	w, err := newSheet(out)
	if err != nil {
		return err
	}
	r, err := page.Read("export", f, nil, nil, 2)
	if err != nil {
		return err
	}
	r.Limit = page.Max
	bodies := map[id.ID]string{}
	for {
		p, err := s.List(ctx, f, r, nil)
		if err != nil {
			return err
		}
		if err := s.name(ctx, p.Items, bodies); err != nil {
			return err
		}
		for _, one := range p.Items {
			if err := w.WriteRow(cells(one, bodies[one.Organisation])...); err != nil {
				return err
			}
		}
		if p.Next == "" {
			return w.Close()
		}
		if r, err = page.Read("export", f, nil, &p.Next, 2); err != nil {
			return err
		}
		r.Limit = page.Max
	}
}

// name fills the names of the bodies that are not known yet.
func (s *Service) name(ctx context.Context, rows []Status, bodies map[id.ID]string) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		for _, one := range rows {
			if _, known := bodies[one.Organisation]; known {
				continue
			}
			o, err := organisation.GetTx(tx, one.Organisation)
			if err != nil {
				return err
			}
			bodies[one.Organisation] = o.Name
		}
		return nil
	})
}

// dated fills the legal day of the reading, each in its government's zone.
func (g *reading) dated() []Status {
	for i := range g.statuses {
		g.statuses[i].Today = today(g.now, g.statuses[i].Zone)
	}
	return g.statuses
}

// zones keeps the zones that were loaded: there are three in Indonesia.
var zones sync.Map

func today(now time.Time, zone string) day.Day {
	loc, ok := zones.Load(zone)
	if !ok {
		l, err := time.LoadLocation(zone)
		if err != nil {
			l = time.UTC
		}
		loc, _ = zones.LoadOrStore(zone, l)
	}
	return day.Of(now, loc.(*time.Location))
}

// tagOfRows names the content of what was read: which matters, in which version,
// on which day, since days left are counted from it.
func tagOfRows(rows []Status) string {
	h := sha256.New()
	var b []byte
	for _, s := range rows {
		b = append(b[:0], s.ID[:]...)
		b = strconv.AppendInt(b, int64(s.Version), 10)
		b = strconv.AppendInt(append(b, ' '), int64(s.Today.DaysSince(day.Day{})), 10)
		_, _ = h.Write(b)
	}
	return quoted(h.Sum(b[:0]))
}

// indonesian are the zones in which a legal day may turn.
var indonesian = []string{"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}

// tagOfHead names the content of a list without reading it: what was asked for,
// over which governments, after how many changes, on which days.
func tagOfHead(scope authz.Scope, r page.Request, g reading) string {
	b := make([]byte, 0, 128)
	b = append(append(b, r.Fingerprint()...), ' ')
	b = strconv.AppendInt(b, int64(r.Limit), 10)
	for _, after := range r.After {
		b = append(append(b, ' '), after...)
	}
	for _, t := range scope.Tenants() {
		b = strconv.AppendInt(append(b, ','), int64(t), 10)
	}
	b = strconv.AppendInt(append(b, ' '), g.head, 10)
	for _, z := range indonesian {
		b = strconv.AppendInt(append(b, ' '), int64(today(g.now, z).DaysSince(day.Day{})), 10)
	}
	sum := sha256.Sum256(b)
	return quoted(sum[:])
}

func quoted(sum []byte) string { return `"` + hex.EncodeToString(sum[:12]) + `"` }
