package notify

import (
	"context"

	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// Preferences are how the caller is told outside the application.
func (s *Service) Preferences(ctx context.Context) (p Preferences, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err = preferencesTx(tx, tx.Scope().Principal().ID)
		return err
	})
	return p, err
}

// preferencesTx are how an account is told outside the application.
func preferencesTx(tx *db.Tx, account id.ID) (Preferences, error) {
	all, err := preferencesOf(tx, account)
	if p, chose := all[account]; chose {
		return p, err
	}
	return unchosen(account), err
}

// SetPreferences replaces what the caller has chosen. order names the kinds of
// the timings as they were given.
func (s *Service) SetPreferences(ctx context.Context, p Preferences, order []string) (Preferences, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error { return s.setPreferencesTx(tx, &p, order) })
	return p, err
}

func (s *Service) setPreferencesTx(tx *db.Tx, p *Preferences, order []string) error {
	p.Account = tx.Scope().Principal().ID
	names, err := identity.ActorNamesTx(tx, []id.ID{p.Account})
	if err != nil {
		return err
	}
	if _, there := names[p.Account]; !there {
		return fault.Missing()
	}
	have, err := lockPreferences(tx, p.Account)
	if err != nil {
		return err
	}
	if err := p.check(s.kinds, order); err != nil {
		return err
	}
	p.Version = have.Version + 1
	if err := updatePreferences(tx, *p); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "account.notice_preferences_set", Object: "account", ObjectID: p.Account})
}
