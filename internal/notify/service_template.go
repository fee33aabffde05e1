package notify

import (
	"context"
	"fmt"

	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// Templates lists what the caller's government says outside of every kind of
// notice of its own, in both languages.
func (s *Service) Templates(ctx context.Context) (out []MessageTemplate, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { out, err = s.templatesTx(tx); return err })
	return out, err
}

// templatesTx leaves out what concerns an account in whatever government: its
// messages come from nobody's government.
func (s *Service) templatesTx(tx *db.Tx) ([]MessageTemplate, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return nil, err
	}
	have, err := editions(tx)
	if err != nil {
		return nil, err
	}
	out := []MessageTemplate{}
	for _, name := range s.names {
		for _, l := range []lang.Lang{lang.Indonesian, lang.English} {
			if s.kinds[name].OfAccount {
				continue
			}
			m := MessageTemplate{ID: templateID(tenant, name, l), Kind: name, Language: l, Editions: have[wording{name, l}]}
			m.Program, _ = letterOf(name, l)
			if m.Words = m.Program; m.own() {
				m.Words = m.Editions[0].Words
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// Template is one of the government's templates.
func (s *Service) Template(ctx context.Context, tid id.ID) (m MessageTemplate, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { m, err = s.templateTx(tx, tid); return err })
	return m, err
}

func (s *Service) templateTx(tx *db.Tx, tid id.ID) (MessageTemplate, error) {
	all, err := s.templatesTx(tx)
	if err != nil {
		return MessageTemplate{}, err
	}
	for _, m := range all {
		if m.ID == tid {
			return m, nil
		}
	}
	return MessageTemplate{}, fault.Missing()
}

// SetTemplate gives a kind the government's own words.
func (s *Service) SetTemplate(ctx context.Context, tid id.ID, t Template) (MessageTemplate, error) {
	return s.changeTemplate(ctx, tid, "message_template.updated", func(MessageTemplate) (Edition, error) {
		return Edition{Own: true, Words: t}, t.check()
	})
}

// RestoreTemplate gives the program's words back.
func (s *Service) RestoreTemplate(ctx context.Context, tid id.ID) (MessageTemplate, error) {
	return s.changeTemplate(ctx, tid, "message_template.restored", func(m MessageTemplate) (Edition, error) {
		if !m.own() {
			return Edition{}, fault.New(fault.Conflict, "message_template.of_the_program").Allowing(m.steps(true))
		}
		return Edition{}, nil
	})
}

func (s *Service) changeTemplate(ctx context.Context, tid id.ID, action string, f func(MessageTemplate) (Edition, error)) (m MessageTemplate, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if m, err = s.templateTx(tx, tid); err != nil {
			return err
		}
		if err := tx.Match(tid, m.version(), true); err != nil { // whoever is faster adds the edition, see insertEdition
			return err
		}
		e, err := f(m)
		if err != nil {
			return err
		}
		e.Number, e.Account, e.Created = m.version(), tx.Scope().Principal().ID, tx.Now()
		if err := insertEdition(tx, m, e); err != nil {
			return err
		}
		if err := journal.Note(tx, journal.Entry{Action: action, Object: "message_template", ObjectID: tid, Details: map[string]any{"kind": m.Kind, "language": m.Language}}); err != nil {
			return err
		}
		m, err = s.templateTx(tx, tid)
		return err
	})
	return m, err
}

// Shown is a message as it would arrive.
type Shown struct{ Subject, Email, Phone string }

// Preview writes a message with words that were not kept yet.
func (s *Service) Preview(ctx context.Context, tid id.ID, t Template) (out Shown, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, err := s.templateTx(tx, tid)
		if err != nil {
			return err
		}
		if err := t.check(); err != nil {
			return err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		place, err := placeName(tx, tenant)
		if err != nil {
			return err
		}
		link := ""
		if s.outside.Link != "" {
			link = s.outside.link(id.Nil)
		}
		email := t.compose(carrier.Email, m.Language, place, link)
		out = Shown{email.subject, email.text, t.compose(carrier.Phone, m.Language, place, link).text}
		return nil
	})
	return out, err
}

// wordsTx are those that the transaction's government says of a kind: its own, or
// the program's.
func wordsTx(tx *db.Tx, kind string, l lang.Lang) (Template, error) {
	own, err := ownWords(tx, kind, l)
	if err != nil {
		return Template{}, err
	}
	if own != nil {
		return *own, nil
	}
	t, ok := letterOf(kind, l)
	if !ok {
		return Template{}, fmt.Errorf("no letter of kind %s", kind)
	}
	return t, nil
}
