package report

import (
	"context"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Receipt is what a reporter gets once.
type Receipt struct {
	Code     string
	Status   PublicStatus
	Received day.Day
	Missing  []string
}

// FilePublic takes a report from the public. Nothing is known of who sent it:
// the context carries the scope of the public and no account, whatever the
// request said (T-07).
func (s *Service) FilePublic(ctx context.Context, gov string, in Submission) (out Receipt, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = s.FilePublicTx(tx, gov, in); return err })
	return out, err
}

// FilePublicTx takes a report from the public in the caller's transaction, for
// the government that gov names by its id or region code.
func (s *Service) FilePublicTx(tx *db.Tx, gov string, in Submission) (Receipt, error) {
	e, err := addressed(tx, gov)
	if err != nil {
		return Receipt{}, err
	}
	if err := tx.Enter(authz.ForPublic(e.Tenant)); err != nil {
		return Receipt{}, err
	}
	in.Origin, in.Kind, in.Received, in.Organisation, in.Number, in.Source, in.Uploads = Public, InformasiAwal, nil, nil, "", Source{}, nil
	for i := range in.Subjects {
		in.Subjects[i].ASN = nil // the public cannot point into the registry
	}
	r, code, err := s.fileTx(tx, in, ByCode, nil)
	return Receipt{Code: code, Status: r.PublicStatus(), Received: r.Received, Missing: r.Missing()}, err
}

func addressed(tx *db.Tx, gov string) (government.Entry, error) {
	gid, err := id.Parse(gov)
	if err == nil {
		return government.EntryByIDTx(tx, gid)
	}
	return government.EntryByCodeTx(tx, gov)
}

// Inbox is what a tracking code opens.
type Inbox struct {
	Government id.ID
	Status     PublicStatus
	Received   day.Day
	Updated    day.Day
	Missing    []string
	AnswerBy   *day.Day
	Messages   []Message
}

func (r Report) inbox(of government.Entry) Inbox {
	return Inbox{Government: of.ID, Status: r.PublicStatus(), Received: r.Received, Updated: r.Updated, Missing: r.Missing(), AnswerBy: r.AnswerBy, Messages: r.Messages}
}

// Status opens the inbox of a report by its tracking code.
func (s *Service) Status(ctx context.Context, code string) (out Inbox, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := s.byCode(tx, code, false)
		out = o.report.inbox(o.government)
		return err
	})
	return out, err
}

// opened is what a tracking code leads to.
type opened struct {
	government government.Entry
	row        row
	report     Report
}

// byCode reads a report with its words by its tracking code. A code that is not
// there costs the same statements as one that is (T-06).
func (s *Service) byCode(tx *db.Tx, tracking string, lock bool) (o opened, err error) {
	gov, code, err := readTrackingCode(tracking)
	if err != nil {
		return o, err
	}
	o.government, err = government.EntryByCodeTx(tx, gov)
	if f, ok := fault.As(err); ok && f.Kind == fault.NotFound {
		o.government = government.Entry{Tenant: authz.Platform, Zone: "Asia/Jakarta"} // holds no report
	} else if err != nil {
		return o, err
	}
	if err := tx.Enter(authz.ForPublic(o.government.Tenant)); err != nil {
		return o, err
	}
	zone, err := o.government.Location()
	if err != nil {
		return o, err
	}
	var miss error
	o.row, o.report, miss = findByCode(tx, s.vault.hash(code), tx.Today(zone), lock)
	if f, ok := fault.As(miss); miss != nil && (!ok || f.Kind != fault.NotFound) {
		return o, miss
	}
	if miss != nil {
		if _, err := s.vault.load(tx, row{TenantID: o.government.Tenant}, Report{}); err != nil {
			return o, err
		}
		return o, miss
	}
	o.report, err = s.vault.load(tx, o.row, o.report)
	return o, err
}

// Reply adds a message of the reporter. It is the answer that an incomplete
// report waits for.
func (s *Service) Reply(ctx context.Context, code, text string) (Inbox, error) {
	return s.byReporter(ctx, code, func(c change) error {
		c.step.Action = Messaging
		c.answered()
		return c.locker.insertMessage(c.tx, c.tenant, c.report.ID, Message{Sender: Reporter, Kind: Plain, Text: text, Sent: c.today})
	})
}

// TakeBack withdraws a report. What is already a case or with another body goes
// on; the wish is noted.
func (s *Service) TakeBack(ctx context.Context, code string) (Inbox, error) {
	return s.byReporter(ctx, code, func(c change) error {
		to, err := c.report.next(Withdrawal, func(authz.Permission) bool { return false })
		if err != nil {
			return err
		}
		c.step.Action, c.step.To, c.report.State = Withdrawal, to, to
		if to != Incomplete {
			c.report.AnswerBy = nil
		}
		return nil
	})
}

// byReporter lets the holder of a tracking code change the report.
func (s *Service) byReporter(ctx context.Context, code string, f func(change) error) (out Inbox, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := s.byCode(tx, code, true)
		if err != nil {
			return err
		}
		x, r := o.row, o.report
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		step := Step{From: r.State, To: r.State, Day: today}
		l := s.vault.of(x.TenantID, r.ID)
		if err := f(change{tx, l, x.TenantID, today, &r, &step}); err != nil {
			return err
		}
		if err := l.insertStep(tx, x.TenantID, r.ID, step); err != nil {
			return err
		}
		r.Updated, r.Version = today, r.Version+1
		if err := update(tx, r); err != nil {
			return err
		}
		if err := noteStep(tx, r, step); err != nil {
			return err
		}
		r, err = s.vault.load(tx, x, r)
		out = r.inbox(o.government)
		return err
	})
	return out, err
}
