package pact

import (
	"context"
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

var constraints = db.Constraints{
	"pact_text_edition_key":         func() *fault.Fault { return fault.New(fault.Conflict, "pact_text.edition_taken") },
	"pact_text_replaces_key":        func() *fault.Fault { return fault.New(fault.Conflict, "pact_text.replaced_before") },
	"pact_text_approval_pkey":       func() *fault.Fault { return fault.New(fault.Conflict, "pact_text.approved_before") },
	"pact_text_approval_person_key": func() *fault.Fault { return fault.New(fault.Conflict, "pact_text.approved_before") },
	"pact_signature_strike_pkey":    func() *fault.Fault { return fault.New(fault.Conflict, "pact_signature.struck").Allowing(nil) },
}

// Service is the use cases of pacts.
type Service struct {
	db     *db.DB
	master *seal.Master // seals the reasons of refusals
}

// NewService joins the service to the database and the master key.
func NewService(d *db.DB, master *seal.Master) *Service { return &Service{db: d, master: master} }

// ListTexts lists texts, newest first.
func (s *Service) ListTexts(ctx context.Context, f TextFilter, r page.Request) (page.Page[Text], error) {
	var out []Text
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = listTexts(tx, f, r); return })
	return page.Cut(r, out, func(t Text) []string { return []string{t.ID.String()} }), err
}

// GetText reads one text.
func (s *Service) GetText(ctx context.Context, tid id.ID) (t Text, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { t, err = findText(tx, tid, false); return err })
	return t, err
}

// CreateText writes a new edition. Without clauses it has the national ones.
func (s *Service) CreateText(ctx context.Context, t Text) (Text, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { t, err = CreateTextTx(tx, t); return })
	return t, err
}

// CreateTextTx writes a new edition in the caller's transaction.
func CreateTextTx(tx *db.Tx, t Text) (Text, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return t, err
	}
	if err := replaceable(tx, t); err != nil {
		return t, err
	}
	if t.Clauses, err = clausesTx(tx, t.Election, t.Clauses); err != nil {
		return t, err
	}
	t = t.composed()
	if err := t.check(); err != nil {
		return t, err
	}
	if t.Edition, err = nextEdition(tx, t.Election); err != nil {
		return t, err
	}
	t.ID, t.Version, t.State = tx.NewID(), 1, Draft
	if err := insertText(tx, tenant, t); err != nil {
		return t, constraints.Fault(err)
	}
	return t, journal.Note(tx, journal.Entry{Action: "pact_text.created", Object: "pact_text", ObjectID: t.ID,
		Details: map[string]any{"election_id": t.Election, "edition": t.Edition}})
}

// replaceable holds a text against the one it is to replace: a published one of
// the same election.
func replaceable(tx *db.Tx, t Text) error {
	if t.Replaces == nil {
		return nil
	}
	old, err := findText(tx, *t.Replaces, false)
	if err != nil {
		return err
	}
	if old.State != Published || old.Election != t.Election {
		return fault.New(fault.Rule, "pact_text.not_replaceable").At("/replaces_id", "pact_text.not_replaceable")
	}
	return nil
}

// clausesTx fills clauses taken from the catalogue with its words, and gives
// the national ones when none are named. {election} becomes the election's name.
func clausesTx(tx *db.Tx, electionID id.ID, asked []Clause) ([]Clause, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	about, err := election.GetTx(tx, electionID)
	if err != nil {
		return nil, err
	}
	known, err := catalogClausesTx(tx, today)
	if err != nil {
		return nil, err
	}
	if len(asked) == 0 {
		for _, k := range known {
			if k.RegionCode == "" {
				asked = append(asked, Clause{Code: k.Code})
			}
		}
	}
	return filled(asked, known, about.NameID)
}

// filled gives the words of clauses named by code.
func filled(asked []Clause, known []catalog.PactClause, electionName string) ([]Clause, error) {
	words := make(map[string]string, len(known))
	for _, k := range known {
		words[k.Code] = strings.ReplaceAll(k.NameID, "{election}", electionName)
	}
	out := make([]Clause, 0, len(asked))
	for _, c := range asked {
		if c.Code != "" {
			text, ok := words[c.Code]
			if !ok {
				return nil, fault.New(fault.Rule, "pact_text.clause_unknown").At("/clauses", "pact_text.clause_unknown")
			}
			c.Text = text
		}
		out = append(out, c)
	}
	return out, nil
}

// UpdateText changes a draft.
func (s *Service) UpdateText(ctx context.Context, tid id.ID, c TextChange) (Text, error) {
	return s.moveText(ctx, tid, "update", func(tx *db.Tx, t Text) (Text, error) {
		if c.Clauses != nil {
			clauses, err := clausesTx(tx, t.Election, *c.Clauses)
			if err != nil {
				return t, err
			}
			c.Clauses = &clauses
		}
		t = c.apply(t)
		return t, t.check()
	})
}

// SubmitText asks for approval: a new round, in which nobody has said yes yet.
func (s *Service) SubmitText(ctx context.Context, tid id.ID) (Text, error) {
	return s.moveText(ctx, tid, "submission", func(_ *db.Tx, t Text) (Text, error) {
		t.Round++
		t.Approvals = nil
		return t, nil
	})
}

// ReturnText gives a text back to its author; approvals so far count no more.
func (s *Service) ReturnText(ctx context.Context, tid id.ID) (Text, error) {
	return s.moveText(ctx, tid, "return", func(_ *db.Tx, t Text) (Text, error) { return t, nil })
}

// ApproveText says yes to the exact words.
func (s *Service) ApproveText(ctx context.Context, tid id.ID, words canon.Hash) (Text, error) {
	return s.moveText(ctx, tid, "approvals", func(tx *db.Tx, t Text) (Text, error) {
		tenant, err := tx.Tenant()
		if err != nil {
			return t, err
		}
		p := tx.Scope().Principal()
		a := Approval{Approver: p.ID, SHA256: words, At: tx.Now()}
		if p.Person != id.Nil {
			a.Person = &p.Person
		}
		if err := t.approvable(a, tx.Scope().May); err != nil {
			return t, err
		}
		if err := insertApproval(tx, tenant, t, a); err != nil {
			return t, err
		}
		t.Approvals = append(t.Approvals, a)
		return t, nil
	})
}

// PublishText freezes the words for good.
func (s *Service) PublishText(ctx context.Context, tid id.ID) (Text, error) {
	return s.moveText(ctx, tid, "publication", func(tx *db.Tx, t Text) (Text, error) {
		tenant, err := tx.Tenant()
		if err != nil {
			return t, err
		}
		now := tx.Now()
		t.PublishedAt = &now
		return t, insertPublished(tx, tenant, t)
	})
}

var textActions = map[string]string{"update": "updated", "submission": "submitted", "return": "returned", "approvals": "approved", "publication": "published"}

// moveText takes a step with a text under its lock and notes it.
func (s *Service) moveText(ctx context.Context, tid id.ID, step string, f func(*db.Tx, Text) (Text, error)) (t Text, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if t, err = findText(tx, tid, true); err != nil {
			return err
		}
		if t, err = t.step(step, tx.Scope().May); err != nil {
			return err
		}
		if t, err = f(tx, t); err != nil {
			return constraints.Fault(err)
		}
		if err := updateText(tx, tenant, t); err != nil {
			return constraints.Fault(err)
		}
		return journal.Note(tx, journal.Entry{Action: "pact_text." + textActions[step], Object: "pact_text", ObjectID: t.ID,
			Details: map[string]any{"sha256": t.SHA256.String(), "round": t.Round}})
	})
	return t, err
}

// catalogClausesTx are the clauses of the catalogue on a day, in order, each
// government's own wording in the place of the national one of the same code.
func catalogClausesTx(tx *db.Tx, on day.Day) ([]catalog.PactClause, error) {
	all, err := catalog.ViewsTx[catalog.PactClause](tx, catalog.PactClauseKind, on)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	out := make([]catalog.PactClause, 0, len(all))
	for _, c := range all {
		if !seen[c.Code] && c.Usable(on) {
			seen[c.Code] = true
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b catalog.PactClause) int { return a.SortOrder - b.SortOrder })
	return out, nil
}
