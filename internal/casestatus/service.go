package casestatus

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/report"
)

// Follower writes the read model; package app gives it to the cases.
type Follower struct{}

// CaseMovedTx writes what each sender of a case sees of it.
func (Follower) CaseMovedTx(tx *db.Tx, c casefile.Case, origins []casefile.Origin) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	for _, o := range origins {
		if o.Organisation == nil {
			continue
		}
		if err := follow(tx, tenant, c, o); err != nil {
			return err
		}
	}
	return nil
}

// Service answers machine clients.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// organisation is the body the caller speaks for; one without a body has nothing
// to see.
func organisation(tx *db.Tx) (id.ID, error) {
	o := tx.Scope().Principal().Organisation
	if o == id.Nil {
		return o, fault.New(fault.Forbidden, "auth.not_permitted")
	}
	return o, nil
}

// List gives the matters of the caller's body, least recently changed first.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Status], error) {
	var out []Status
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		who, err := organisation(tx)
		if err != nil {
			return err
		}
		cases, err := list(tx, who, f, r)
		if err != nil {
			return err
		}
		waiting, err := notYetCases(tx, who, f, r)
		if err != nil {
			return err
		}
		out = merge(r.Limit+1, cases, waiting)
		return placed(tx, out)
	})
	return page.Cut(r, out, func(s Status) []string { return []string{s.UpdatedAt.Format(time.RFC3339Nano), s.ID.String()} }), err
}

// notYetCases lists what the body sent and is no case yet. A report has days
// only, so the days asked for reach one further back: a poller sees some twice
// and misses none.
func notYetCases(tx *db.Tx, who id.ID, f Filter, r page.Request) ([]Status, error) {
	if f.OurNumber != "" {
		return nil, nil
	}
	in := report.SentFilter{Number: f.TheirNumber, After: r.After, Limit: r.Limit + 1}
	if f.UpdatedSince != nil {
		since := day.Of(*f.UpdatedSince, time.UTC).AddDays(-1)
		in.UpdatedSince = &since
	}
	reports, err := report.SentByTx(tx, who, in)
	if err != nil {
		return nil, err
	}
	letters, err := recommendation.SentByTx(tx, who, recommendation.SentFilter{Number: f.TheirNumber, UpdatedSince: f.UpdatedSince, After: r.After, Limit: r.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := make([]Status, 0, len(reports)+len(letters))
	for _, s := range reports {
		out = append(out, ofReport(s))
	}
	for _, s := range letters {
		out = append(out, ofRecommendation(s))
	}
	return out, nil
}

// oneTx finds a matter of the body, as a case or before it is one.
func oneTx(tx *db.Tx, who, sid id.ID) (Status, error) {
	one, found, err := find(tx, who, sid)
	if err != nil || found {
		return one, err
	}
	sent, err := report.SentTx(tx, who, sid)
	if !fault.Is(err, "request.not_found") {
		return ofReport(sent), err
	}
	letter, err := recommendation.SentTx(tx, who, sid)
	if err != nil {
		return Status{}, err
	}
	return ofRecommendation(letter), nil
}

// Get gives one matter of the caller's body.
func (s *Service) Get(ctx context.Context, sid id.ID) (Status, error) {
	var out []Status
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		who, err := organisation(tx)
		if err != nil {
			return err
		}
		one, err := oneTx(tx, who, sid)
		if err != nil {
			return err
		}
		out = []Status{one}
		return placed(tx, out)
	})
	if err != nil {
		return Status{}, err
	}
	return out[0], nil
}

// placed fills the region codes of the governments.
func placed(tx *db.Tx, statuses []Status) error {
	codes := map[int32]string{}
	for i, s := range statuses {
		if _, known := codes[s.Tenant]; !known {
			g, err := government.EntryByTenantTx(tx, s.Tenant)
			if err != nil {
				return err
			}
			codes[s.Tenant] = g.Code
		}
		statuses[i].GovernmentCode = codes[s.Tenant]
	}
	return nil
}
