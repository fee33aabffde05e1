package pact

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/nip"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// errBefore ends a transaction in which nothing was left to write.
var errBefore = errors.New("pact: done before")

// Sign signs as the caller: the person is the token's and nobody else's
// (T-49). words is the hash of the text as it was shown. It tells whether the
// signature is new; a second call gives the first one's.
//
// There is no row that all signers write: each touches the own obligation, the
// own signature and the journal.
func (s *Service) Sign(ctx context.Context, campaign id.ID, words canon.Hash, consent bool) (out Signature, isNew bool, err error) {
	if !consent {
		return out, false, fault.New(fault.Rule, "pact_signature.consent_needed").At("/consent", "pact_signature.consent_needed")
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = SignTx(tx, campaign, words); return err })
	if errors.Is(err, errBefore) {
		return out, false, nil
	}
	return out, err == nil, err
}

// SignTx signs in the caller's transaction.
func SignTx(tx *db.Tx, campaign id.ID, words canon.Hash) (Signature, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Signature{}, err
	}
	p := tx.Scope().Principal()
	if p.Kind != authz.User || p.Assurance == "" { // what cannot say how sure it is cannot sign
		return Signature{}, fault.New(fault.Forbidden, "auth.not_permitted")
	}
	d, err := findDuty(tx, campaign, tx.Scope().Person())
	if err != nil {
		return Signature{}, err
	}
	if words != bytesHash(d.SHA256) {
		return Signature{}, fault.New(fault.Conflict, "pact.text_differs").Allowing(nil)
	}
	if CampaignState(d.State) != Open || d.Before != nil {
		return before(tx, campaign, d.ASNID, fault.New(fault.Conflict, "pact_campaign.not_open").Allowing(nil))
	}
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return Signature{}, err
	}
	s := d.signature(campaign, tx.NewID(), tx.Now())
	s.Method, s.Assurance, s.Account, s.SignedOn = ByAccount, p.Assurance, &p.ID, tx.Today(zone)
	s = s.sealed()
	added, err := insertSignatures(tx, tenant, s)
	if err != nil {
		return Signature{}, err
	}
	if !added[s.ID] { // signed before, or faster elsewhere
		return before(tx, campaign, d.ASNID, errors.New("pact: the unique key was met by nothing that stands"))
	}
	return s, journal.Note(tx, s.entry())
}

// before gives the signature that stands already, and otherwise the refusal.
func before(tx *db.Tx, campaign, person id.ID, otherwise error) (Signature, error) {
	s, found, err := signatureOf(tx, campaign, person)
	switch {
	case err != nil:
		return s, err
	case !found:
		return s, otherwise
	}
	return s, errBefore
}

// signature begins the signature that the duty asks for.
func (d duty) signature(campaign, sid id.ID, now time.Time) Signature {
	return Signature{ID: sid, Campaign: campaign, Text: d.TextID, Edition: d.Edition, Person: d.ASNID, SignerName: d.Name, Attempt: d.Struck + 1,
		OPD: d.OPDID, TextSHA256: bytesHash(d.SHA256), Government: d.Government, RecordedAt: now}
}

// entry is the note of a new signature; the hash of its record ties the two.
func (s Signature) entry() journal.Entry {
	return journal.Entry{Action: "pact_signature.created", Object: "pact_signature", ObjectID: s.ID,
		Details: map[string]any{"campaign_id": s.Campaign, "method": s.Method, "record_sha256": s.RecordSHA256.String()}}
}

// Refuse records the caller's no. It tells whether it is new.
func (s *Service) Refuse(ctx context.Context, campaign id.ID, reason string) (out Refusal, isNew bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = s.RefuseTx(tx, campaign, reason); return err })
	if errors.Is(err, errBefore) {
		return out, false, nil
	}
	return out, err == nil, err
}

// RefuseTx records the caller's no in the caller's transaction.
func (s *Service) RefuseTx(tx *db.Tx, campaign id.ID, reason string) (Refusal, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Refusal{}, err
	}
	d, err := findDuty(tx, campaign, tx.Scope().Person())
	if err != nil {
		return Refusal{}, err
	}
	if before, err := refusable(tx, campaign, d); err != nil {
		return before, err
	}
	r := Refusal{ID: tx.NewID(), Campaign: campaign, Person: d.ASNID, OPD: d.OPDID, Reason: reason, At: tx.Now()}
	added, err := insertRefusal(tx, tenant, r, s.master.Seal([]byte(reason), "pact_refusal", "reason", r.ID.String()))
	if err != nil {
		return r, err
	}
	if !added { // faster elsewhere
		if r, _, err = refusalOf(tx, campaign, d.ASNID); err != nil {
			return r, err
		}
		return r, errBefore
	}
	return r, journal.Note(tx, journal.Entry{Action: "pact_refusal.created", Object: "pact_refusal", ObjectID: r.ID, Details: map[string]any{"campaign_id": campaign}})
}

// refusable holds a no against what the person did before.
func refusable(tx *db.Tx, campaign id.ID, d duty) (Refusal, error) {
	_, signed, err := signatureOf(tx, campaign, d.ASNID)
	if err != nil {
		return Refusal{}, err
	}
	if signed {
		return Refusal{}, fault.New(fault.Conflict, "pact_refusal.signed").Allowing(nil)
	}
	r, refused, err := refusalOf(tx, campaign, d.ASNID)
	if err != nil {
		return r, err
	}
	if refused {
		return r, errBefore
	}
	if CampaignState(d.State) != Open {
		return r, fault.New(fault.Conflict, "pact_campaign.not_open").Allowing(nil)
	}
	return r, nil
}

// ListRefusals lists refusals with their reasons, newest first: for the
// personnel agency alone.
func (s *Service) ListRefusals(ctx context.Context, campaign *id.ID, r page.Request) (page.Page[Refusal], error) {
	var out []Refusal
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := listRefusals(tx, campaign, r)
		if err != nil {
			return err
		}
		for _, row := range rows {
			x := row.refusal()
			reason, err := s.master.Open(row.Reason, "pact_refusal", "reason", x.ID.String())
			if err != nil {
				return err
			}
			x.Reason = string(reason)
			out = append(out, x)
		}
		return nil
	})
	return page.Cut(r, out, func(x Refusal) []string { return []string{x.ID.String()} }), err
}

// Paper is a list of people who signed at a ceremony.
type Paper struct {
	SignedOn day.Day
	Place    string
	Witness  string
	Items    []PaperItem
}

// RecordPaper enters what was signed on paper, with an outcome per item.
func (s *Service) RecordPaper(ctx context.Context, campaign id.ID, p Paper) (out []Outcome, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = RecordPaperTx(tx, campaign, p); return err })
	if errors.Is(err, errBefore) {
		return out, nil
	}
	return out, err
}

// RecordPaperTx enters what was signed on paper in the caller's transaction.
func RecordPaperTx(tx *db.Tx, campaign id.ID, p Paper) ([]Outcome, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return nil, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	c, err := findCampaign(tx, campaign, false)
	if err != nil {
		return nil, err
	}
	if c, err = c.step("paper_signatures", tx.Scope().May); err != nil {
		return nil, err
	}
	if err := c.paperDay(p.SignedOn, today); err != nil {
		return nil, err
	}
	named, err := whoIsNamed(tx, p.Items)
	if err != nil {
		return nil, err
	}
	found, err := dutiesOf(tx, c.ID, append(slices.Collect(maps.Values(named)), id.Nil))
	if err != nil {
		return nil, err
	}
	written, before := make(map[id.ID]Signature, len(found)), map[id.ID]id.ID{}
	for person, d := range found {
		if d.Before != nil {
			before[person] = *d.Before
			continue
		}
		written[person] = p.signature(tx, d.signature(c.ID, tx.NewID(), tx.Now()), today)
	}
	return recordAll(tx, tenant, c.ID, p.Items, named, written, before)
}

// whoIsNamed tells the person of each item that names one.
func whoIsNamed(tx *db.Tx, items []PaperItem) (map[int]id.ID, error) {
	nips := []string{""}
	for _, it := range items {
		nips = append(nips, nip.Clean(it.NIP))
	}
	byNIP, err := peopleByNIP(tx, nips)
	if err != nil {
		return nil, err
	}
	out := map[int]id.ID{}
	for i, it := range items {
		if it.Person != nil {
			out[i] = *it.Person
		} else if person, ok := byNIP[nip.Clean(it.NIP)]; ok {
			out[i] = person
		}
	}
	return out, nil
}

// signature completes a signature on paper, entered by the caller.
func (p Paper) signature(tx *db.Tx, s Signature, today day.Day) Signature {
	s.Method, s.SignedOn, s.Place, s.Witness, s.RecordedLater = OnPaper, p.SignedOn, p.Place, p.Witness, p.SignedOn.Before(today)
	if account := tx.Scope().Principal().ID; account != id.Nil {
		s.Account = &account
	}
	return s.sealed()
}

// recordAll adds the signatures of those who have none that stands, and tells
// of each item what became of it: the first that names a person is recorded.
// before are signatures that stand under records joined to the person's.
func recordAll(tx *db.Tx, tenant int32, campaign id.ID, items []PaperItem, named map[int]id.ID, written map[id.ID]Signature, before map[id.ID]id.ID) ([]Outcome, error) {
	out := make([]Outcome, len(items))
	var added map[id.ID]bool
	var err error
	if len(written) > 0 {
		if added, err = insertSignatures(tx, tenant, slices.Collect(maps.Values(written))...); err != nil {
			return nil, err
		}
	}
	stands, err := standingSignatures(tx, campaign, append(slices.Collect(maps.Keys(written)), id.Nil))
	if err != nil {
		return nil, err
	}
	var notes []journal.Entry
	told := map[id.ID]bool{}
	for i := range items {
		person := named[i]
		if sid, ok := before[person]; ok {
			out[i] = Outcome{Result: SignedBefore, Signature: &sid}
			continue
		}
		s, obliged := written[person]
		if !obliged {
			out[i] = Outcome{Result: NotFound}
			continue
		}
		sid := stands[person]
		out[i] = Outcome{Result: SignedBefore, Signature: &sid}
		if added[s.ID] && !told[person] {
			out[i].Result = Recorded
			notes = append(notes, s.entry())
		}
		told[person] = true
	}
	if len(notes) == 0 {
		return out, errBefore
	}
	return out, journal.Note(tx, notes...)
}

// ListSignatures lists signatures in the caller's reach, newest first.
func (s *Service) ListSignatures(ctx context.Context, f SignatureFilter, r page.Request) (page.Page[Signature], error) {
	var out []Signature
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = listSignatures(tx, f, r); return })
	return page.Cut(r, out, func(x Signature) []string { return []string{x.ID.String()} }), err
}

// GetSignature reads one signature in the caller's reach.
func (s *Service) GetSignature(ctx context.Context, sid id.ID) (x Signature, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { x, err = findSignature(tx, sid); return err })
	return x, err
}

// StrikeSignature takes a wrong entry back by a second one.
func (s *Service) StrikeSignature(ctx context.Context, sid id.ID, reason string) (x Signature, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if x, err = findSignature(tx, sid); err != nil {
			return err
		}
		if !x.Stands() {
			return fault.New(fault.Conflict, "pact_signature.struck").Allowing(nil)
		}
		x.Strike = &Strike{Reason: reason, At: tx.Now()}
		if p := tx.Scope().Principal(); p.ID != id.Nil {
			x.Strike.By = &p.ID
		}
		if err := insertStrike(tx, tenant, x); err != nil {
			return constraints.Fault(err)
		}
		return journal.Note(tx, journal.Entry{Action: "pact_signature.struck", Object: "pact_signature", ObjectID: x.ID, Details: map[string]any{"campaign_id": x.Campaign}})
	})
	return x, err
}

// Mine lists the caller's own campaigns with the words to sign.
func (s *Service) Mine(ctx context.Context, r page.Request) (page.Page[Mine], error) {
	var out []Mine
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = listMine(tx, tx.Scope().Person(), r); return })
	return page.Cut(r, out, func(m Mine) []string { return []string{m.Campaign.ID.String()} }), err
}

// Verify answers the public about a receipt. A code that cannot be, one that is
// not known and a signature that was struck or altered look the same.
func (s *Service) Verify(ctx context.Context, receipt string) (v Verification, err error) {
	region, code, ok := parseReceipt(receipt)
	if !ok {
		return v, nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		e, err := government.EntryByCodeTx(tx, region)
		if f, isFault := fault.As(err); isFault && f.Kind == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.Enter(authz.ForPublic(e.Tenant)); err != nil {
			return err
		}
		x, title, found, err := findReceipt(tx, code)
		if err != nil || !found || !x.Stands() || !x.Intact() {
			return err
		}
		v = Verification{Valid: true, Campaign: x.Campaign, Title: title, SignedOn: x.SignedOn, Name: masked(x.SignerName), Method: x.Method}
		return nil
	})
	return v, err
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx obliges the record that stays; signatures and refusals remain what
// they were and are read of both.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error { return inherit(tx, goes, stays) }
