package circular

import (
	"context"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

var constraints = db.Constraints{
	"circular_number_key":    func() *fault.Fault { return fault.New(fault.Conflict, "circular.number_taken") },
	"circular_amends_fkey":   fault.Missing,
	"circular_replaces_fkey": fault.Missing,
	"circular_mandate_fkey":  fault.Missing,
}

// Service is the use cases of circulars.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// List lists circulars, newest first.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Circular], error) {
	var out []Circular
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = list(tx, f, r); return })
	return page.Cut(r, out, func(c Circular) []string { return []string{c.Signed.String(), c.ID.String()} }), err
}

// Get reads one circular.
func (s *Service) Get(ctx context.Context, cid id.ID) (c Circular, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { c, err = find(tx, cid, false); return err })
	return c, err
}

// Create writes a draft.
func (s *Service) Create(ctx context.Context, c Circular) (Circular, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { c, err = CreateTx(tx, c); return })
	return c, err
}

// CreateTx writes a draft in the caller's transaction.
func CreateTx(tx *db.Tx, c Circular) (Circular, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return c, err
	}
	c.ID, c.State, c.Version = tx.NewID(), Draft, 1
	if err := checkTx(tx, c); err != nil {
		return c, err
	}
	if err := insert(tx, tenant, c); err != nil {
		return c, constraints.Fault(err)
	}
	return c, journal.Note(tx, journal.Entry{Action: "circular.created", Object: "circular", ObjectID: c.ID})
}

// checkTx holds a draft against what it names.
func checkTx(tx *db.Tx, c Circular) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := catalog.KnownTx(tx, catalog.LegalSourceKind, c.LegalSources, c.Signed, "/legal_source_codes"); err != nil {
		return err
	}
	if c.Election != nil {
		if _, err := election.GetTx(tx, *c.Election); err != nil {
			return err
		}
	}
	if older := c.older(); older != nil {
		if _, err := find(tx, *older, false); err != nil {
			return err
		}
	}
	return nil
}

// Update changes a draft.
func (s *Service) Update(ctx context.Context, cid id.ID, ch Change) (Circular, error) {
	return s.change(ctx, cid, "circular.updated", func(tx *db.Tx, c Circular) (Circular, error) {
		c, err := c.step(Update)
		if err != nil {
			return c, err
		}
		c = ch.apply(c)
		return c, checkTx(tx, c)
	})
}

// change is the way of all steps of one circular.
func (s *Service) change(ctx context.Context, cid id.ID, action string, f func(*db.Tx, Circular) (Circular, error)) (c Circular, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if c, err = find(tx, cid, true); err != nil {
			return err
		}
		if c, err = f(tx, c); err != nil {
			return err
		}
		if err := update(tx, c); err != nil {
			return constraints.Fault(err)
		}
		return journal.Note(tx, journal.Entry{Action: action, Object: "circular", ObjectID: c.ID})
	})
	return c, err
}

// Issue freezes text, signatory and addressees.
func (s *Service) Issue(ctx context.Context, cid id.ID) (c Circular, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { c, err = IssueTx(tx, cid); return err })
	return c, err
}

// IssueTx issues a circular in the caller's transaction.
func IssueTx(tx *db.Tx, cid id.ID) (Circular, error) {
	c, err := find(tx, cid, true)
	if err != nil {
		return c, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return c, err
	}
	holders, err := government.HoldersTx(tx, c.Signatory.Office, c.Signed)
	if err != nil {
		return c, err
	}
	if c, err = c.issue(today, holders); err != nil {
		return c, err
	}
	if err := succeedTx(tx, c); err != nil {
		return c, err
	}
	addressed, err := address(tx, c, today)
	if err != nil {
		return c, err
	}
	if addressed == 0 {
		return c, fault.New(fault.Rule, "circular.nobody_addressed").At("/addressees", "circular.nobody_addressed")
	}
	c.Addressed = int32(addressed)
	if err := update(tx, c); err != nil {
		return c, constraints.Fault(err)
	}
	return c, journal.Note(tx, journal.Entry{Action: "circular.issued", Object: "circular", ObjectID: c.ID,
		Details: map[string]any{"text_sha256": c.TextSHA256, "addressed": addressed, "without_mandate": c.Signatory.WithoutMandate},
		Public:  &journal.Public{Type: journal.CircularIssued}})
}

// older is the circular that this one amends or replaces.
func (c Circular) older() *id.ID {
	if c.Amends != nil {
		return c.Amends
	}
	return c.Replaces
}

// succeedTx moves the circular that a newly issued one amends or replaces.
func succeedTx(tx *db.Tx, c Circular) error {
	if c.older() == nil {
		return nil
	}
	o, err := find(tx, *c.older(), true)
	if err != nil {
		return err
	}
	if o, err = o.succeeded(c); err != nil {
		return err
	}
	if err := update(tx, o); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "circular." + string(o.State), Object: "circular", ObjectID: o.ID,
		Details: map[string]any{"by_id": c.ID}})
}

// Revoke ends a circular without another in its place.
func (s *Service) Revoke(ctx context.Context, cid id.ID, last day.Day, reason string) (Circular, error) {
	return s.change(ctx, cid, "circular.revoked", func(_ *db.Tx, c Circular) (Circular, error) { return c.revoke(last, reason) })
}

// Acknowledge gives the caller's own receipt for the text with this hash, and
// tells whether it is new.
func (s *Service) Acknowledge(ctx context.Context, cid id.ID, sha256 string) (r Receipt, isNew bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { r, isNew, err = AcknowledgeTx(tx, cid, sha256); return err })
	return r, isNew, err
}

// AcknowledgeTx gives the receipt of the person the scope stands for; nobody
// gives one for somebody else.
func AcknowledgeTx(tx *db.Tx, cid id.ID, sha256 string) (Receipt, bool, error) {
	c, err := find(tx, cid, false)
	if err != nil {
		return Receipt{}, false, err
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return Receipt{}, false, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return Receipt{}, false, err
	}
	r := Receipt{Circular: cid, Person: tx.Scope().Person(), On: today, Channel: Own, TextSHA256: sha256}
	if ok, err := addressed(tx, cid, r.Person); err != nil || !ok {
		return r, false, orNotAddressed(err)
	}
	if !c.binding() {
		return r, false, fault.New(fault.Conflict, "circular.not_binding").Allowing(nil)
	}
	if sha256 != c.TextSHA256 {
		return r, false, fault.New(fault.Conflict, "circular.other_text").Allowing([]string{"acknowledgement"})
	}
	isNew, err := insertReceipts(tx, tenant, []Receipt{r})
	if err != nil {
		return r, false, err
	}
	if err := noteReceipts(tx, cid, Own, []id.ID{r.Person}); err != nil || isNew > 0 {
		return r, isNew > 0, err
	}
	r, err = findReceipt(tx, cid, r.Person)
	return r, false, err
}

func orNotAddressed(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Rule, "circular.not_addressed")
}

func noteReceipts(tx *db.Tx, cid id.ID, ch Channel, people []id.ID) error {
	return journal.Note(tx, journal.Entry{Action: "circular.acknowledged", Object: "circular", ObjectID: cid,
		Details: map[string]any{"channel": ch, "asn_ids": people}})
}

// Record records receipts given on paper and tells what became of each line.
func (s *Service) Record(ctx context.Context, cid id.ID, proof string, entries []Entry) (out []Outcome, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = RecordTx(tx, cid, proof, entries); return err })
	return out, err
}

// RecordTx records receipts given on paper in the caller's transaction.
func RecordTx(tx *db.Tx, cid id.ID, proof string, entries []Entry) ([]Outcome, error) {
	c, err := find(tx, cid, false)
	if err != nil {
		return nil, err
	}
	if c.State == Draft {
		return nil, fault.New(fault.Conflict, "circular.not_binding").Allowing(nil)
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return nil, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	stands, err := receiptsOf(tx, cid, entries)
	if err != nil {
		return nil, err
	}
	outcomes := c.judge(entries, stands, today)
	var receipts []Receipt
	people := []id.ID{}
	for i, e := range entries {
		if outcomes[i] == Recorded {
			r := Receipt{Circular: cid, Person: e.Person, On: e.On, Channel: Paper, Proof: proof, RecordedLater: e.On.Before(today)}
			if by := tx.Scope().Principal().ID; by != id.Nil {
				r.RecordedBy = &by
			}
			receipts, people = append(receipts, r), append(people, e.Person)
		}
	}
	if _, err := insertReceipts(tx, tenant, receipts); err != nil {
		return nil, err
	}
	return outcomes, noteReceipts(tx, cid, Paper, people)
}

// Coverage counts units and the total of the caller's reach.
func (s *Service) Coverage(ctx context.Context, cid id.ID, r page.Request) (p page.Page[Count], total Count, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, cid, false); err != nil {
			return err
		}
		out, err := counts(tx, cid, r)
		if err != nil {
			return err
		}
		p = page.Cut(r, out, func(c Count) []string { return []string{c.OPDName, c.OPD.String()} })
		total, err = sum(tx, cid)
		return err
	})
	return p, total, err
}

// Addressees lists the persons addressed in the caller's reach, by name.
func (s *Service) Addressees(ctx context.Context, cid id.ID, f AddresseeFilter, r page.Request) (p page.Page[Addressee], err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, cid, false); err != nil {
			return err
		}
		out, err := addressees(tx, cid, f, r)
		p = page.Cut(r, out, func(a Addressee) []string { return []string{a.nameKey, a.Person.String()} })
		return err
	})
	return p, err
}

// Mine lists what was addressed to the caller, newest first.
func (s *Service) Mine(ctx context.Context, acknowledged *bool, r page.Request) (page.Page[Mine], error) {
	var out []Mine
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = mine(tx, acknowledged, r); return })
	return page.Cut(r, out, func(m Mine) []string { return []string{m.Circular.Signed.String(), m.Circular.ID.String()} }), err
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx gives the record that stays what was addressed to the one that goes
// and what was confirmed under it.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error { return inherit(tx, goes, stays) }
