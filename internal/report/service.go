package report

import (
	"context"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
	"github.com/netral-asn/netral/internal/upload"
)

// maxMessages bounds the inbox of one report (T-10).
const maxMessages = 200

func tooManyMessages() error { return fault.New(fault.Conflict, "report.too_many_messages") }

// Service is the use cases of reports.
type Service struct {
	db      *db.DB
	vault   vault
	uploads *upload.Service
	blobs   *blob.Store
}

// NewService joins the service to the database, the master key and the files.
func NewService(d *db.DB, master *seal.Master, uploads *upload.Service, blobs *blob.Store) *Service {
	return &Service{db: d, vault: vault{master}, uploads: uploads, blobs: blobs}
}

// List lists the reports that the caller may see, newest first, without words.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Report], error) {
	var out []Report
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		out, err = list(tx, f, today, r)
		return err
	})
	return page.Cut(r, out, func(x Report) []string { return []string{x.Received.String(), x.ID.String()} }), err
}

// Get reads one report with its words. That somebody read it is noted before
// the answer leaves.
func (s *Service) Get(ctx context.Context, rid id.ID) (r Report, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		x, found, err := find(tx, rid, today, false)
		if err != nil {
			return err
		}
		if r, err = s.vault.load(tx, x, found); err != nil {
			return err
		}
		return note(tx, "report.read", rid, nil)
	})
	return r, err
}

func note(tx *db.Tx, action string, rid id.ID, details map[string]any) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: "report", ObjectID: rid, Details: details})
}

func noteStep(tx *db.Tx, r Report, s Step) error {
	e := journal.Entry{Action: "report." + noted[s.Action], Object: "report", ObjectID: r.ID, Details: map[string]any{"from": s.From, "to": s.To}}
	if s.Action == Acceptance {
		e.Public = r.told(journal.ReportAccepted)
	}
	return journal.Note(tx, e)
}

// told says that the body a report came from is told of it. Of a reporter's
// nobody is.
func (r Report) told(t journal.Type) *journal.Public {
	if r.Organisation == nil {
		return nil
	}
	return &journal.Public{Type: t, To: []id.ID{*r.Organisation}}
}

// GetTx reads a report that the caller may see, without words: what is shown
// through a case is never the report (rule 3 of the threat model).
func GetTx(tx *db.Tx, rid id.ID) (Report, error) { return getTx(tx, rid, false) }

func getTx(tx *db.Tx, rid id.ID, lock bool) (Report, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return Report{}, err
	}
	_, r, err := find(tx, rid, today, lock)
	if err != nil {
		return r, err
	}
	if r.Subjects, err = SubjectsTx(tx, rid); err != nil {
		return r, err
	}
	r.Cases, err = cases(tx, rid)
	return r, err
}

// actor is the account behind a step; the program itself has none.
func actor(tx *db.Tx) *id.ID {
	p := tx.Scope().Principal()
	if p.ID == id.Nil {
		return nil
	}
	return &p.ID
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx lets subjects and officers in charge be who stands today.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error { return inherit(tx, goes, stays) }
