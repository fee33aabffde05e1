package identity

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// sheetMost is how many people one sheet serves.
const sheetMost = 500

// PrintSheet issues codes to everybody of a unit who has no active account and
// prints them, to be cut out. The codes are nowhere but on that paper.
func (s *Service) PrintSheet(ctx context.Context, unit id.ID, below, renew bool) ([]byte, error) {
	var out sheet
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := opd.GetTx(tx, unit)
		if err != nil {
			return err
		}
		if out, err = s.newSheetTx(tx, u); err != nil {
			return err
		}
		w := wanted{unit: unit, below: below, renew: renew, today: out.Printed, now: s.now()}
		people, err := unopened(tx, w, sheetMost)
		if err != nil {
			return err
		}
		left, err := countUnopened(tx, w)
		if err != nil {
			return err
		}
		out.Left = int(left) - len(people)
		for _, p := range people {
			code, ok, err := s.slipTx(tx, p)
			if err != nil {
				return err
			}
			if ok {
				out.Slips = append(out.Slips, slip{Name: p.full(), NIP: p.NIP, Unit: p.Unit, Code: code.Code, Joins: code.Joins})
			}
		}
		if len(out.Slips) == 0 {
			return fault.New(fault.Conflict, "activation.nobody")
		}
		return journal.Note(tx, journal.Entry{Action: "activation_sheet.printed", Object: "opd", ObjectID: unit, Details: map[string]any{"people": len(out.Slips)}})
	})
	if err != nil {
		return nil, err
	}
	return out.pdf(s.now())
}

// newSheetTx is a sheet without slips: its head.
func (s *Service) newSheetTx(tx *db.Tx, u opd.Unit) (sheet, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return sheet{}, err
	}
	e, err := government.EntryByTenantTx(tx, tenant)
	if err != nil {
		return sheet{}, err
	}
	zone, err := e.Location()
	if err != nil {
		return sheet{}, err
	}
	now := s.now()
	return sheet{Government: "Pemerintah " + e.Name, Unit: u.Name, Printed: day.Of(now, zone), Until: lastDay(now.Add(codeLife), zone)}, nil
}

// lastDay is the last whole day before an instant.
func lastDay(at time.Time, zone *time.Location) day.Day { return day.Of(at, zone).AddDays(-1) }

// unopenedPerson is somebody of the registry without an active account.
type unopenedPerson struct {
	ID         id.ID  `gorm:"column:id"`
	Name       string `gorm:"column:name"`
	TitleFront string `gorm:"column:title_front"`
	TitleBack  string `gorm:"column:title_back"`
	NIP        string `gorm:"column:nip"`
	Unit       string `gorm:"column:unit"`
	Account    *id.ID `gorm:"column:account_id"`
}

// full is the name with its titles.
func (p unopenedPerson) full() string {
	out := p.Name
	if p.TitleFront != "" {
		out = p.TitleFront + " " + out
	}
	if p.TitleBack != "" {
		out += ", " + p.TitleBack
	}
	return out
}

// slipTx issues the code of one person, who may need an account first. It gives
// none to somebody who turns out to sign in already: a sheet never sets another
// password.
func (s *Service) slipTx(tx *db.Tx, p unopenedPerson) (Issued, bool, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Issued{}, false, err
	}
	var a Account
	if p.Account != nil {
		a, err = accountByID(tx, *p.Account, true)
	} else {
		a, err = s.OpenTx(tx, NewAccount{ASN: &p.ID})
	}
	if err != nil {
		return Issued{}, false, err
	}
	all, err := membershipsOf(tx, a.ID)
	if err != nil {
		return Issued{}, false, err
	}
	kind, err := kindOf(a, all, tenant)
	if fault.Is(err, "account.elsewhere") || kind == resetKind {
		return Issued{}, false, nil
	}
	if err != nil {
		return Issued{}, false, err
	}
	code, err := s.issueTx(tx, a, tenant, kind)
	return code, true, err
}

// Reissue gives a person of the caller's reach a code, after the identity card
// was seen.
func (s *Service) Reissue(ctx context.Context, person id.ID) (code Issued, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := asn.GetTx(tx, person)
		if err != nil {
			return err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		a, err := s.ofPersonTx(tx, p, tenant)
		if err != nil {
			return err
		}
		if code, err = s.renewTx(tx, a, tenant); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "account.code_reissued", Object: "account", ObjectID: a.ID,
			Details: map[string]any{"asn_id": p.ID, "identity_card_seen": true}})
	})
	if err == nil {
		s.known.forget()
	}
	return code, err
}

// ofPersonTx finds the account of a person, locked, or opens one, and holds it
// against who asks.
func (s *Service) ofPersonTx(tx *db.Tx, p asn.Person, tenant int32) (Account, error) {
	m, found, err := membershipOfPerson(tx, tenant, p.ID)
	if err != nil {
		return Account{}, err
	}
	if !found {
		if _, err := s.OpenTx(tx, NewAccount{ASN: &p.ID}); err != nil {
			return Account{}, err
		}
		if m, _, err = membershipOfPerson(tx, tenant, p.ID); err != nil {
			return Account{}, err
		}
	}
	a, err := accountByID(tx, m.Account, true)
	if err != nil {
		return a, err
	}
	v := View{Account: a, State: viewed(a.State, m.State)}
	if err := v.allow(codeRenewal, tx.Scope().Principal().ID); err != nil {
		return a, err
	}
	if _, err := mayRenew(tx, a, tenant); err != nil {
		return a, err
	}
	if p.NIP != "" {
		a.nipHash = s.nipHash(p.NIP) // a NIP may have changed since the account was opened
	}
	return a, nil
}
