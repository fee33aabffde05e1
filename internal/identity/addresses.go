package identity

import (
	"context"
	"crypto/subtle"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// CodeSent is the action of the journal at which package notify sends the code
// of an address to it.
const CodeSent = "address.code_sent"

// AddressFailing is the action at which an address was found to fail.
const AddressFailing = "address.failing"

// Codes cost whoever gets them: an account may ask for few, and an address is
// sent few, whoever asks.
var ofCodes = patience{free: 3, step: 5 * time.Minute, most: 12 * time.Hour, forget: 24 * time.Hour}

// Addresses lists where messages reach the caller, and which channels the
// installation has.
func (s *Service) Addresses(ctx context.Context) (out []Address, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		out, err = addressesOf(tx, tx.Scope().Principal().ID)
		return err
	})
	return out, err
}

// Address reads one of the caller's addresses.
func (s *Service) Address(ctx context.Context, aid id.ID) (a Address, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, err = ownAddress(tx, aid, false)
		return err
	})
	return a, err
}

// AddAddress notes another address of the caller; a code is sent to it.
func (s *Service) AddAddress(ctx context.Context, c Channel, typed string) (a Address, err error) {
	if !slices.Contains(s.channels, c) {
		return a, fault.New(fault.Rule, "address.channel_absent").At("/channel", "address.channel_absent")
	}
	value, ok := normalAddress(c, typed)
	if !ok {
		return a, fault.New(fault.Rule, "address.invalid").At("/value", "address.invalid")
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		me := tx.Scope().Principal().ID
		if _, err := accountByID(tx, me, true); err != nil { // one at a time, so that the count holds
			return err
		}
		have, err := addressesOf(tx, me)
		if err != nil {
			return err
		}
		if len(have) >= addressesMost {
			return fault.New(fault.Conflict, "address.too_many").Allowing([]string{})
		}
		a = Address{ID: tx.NewID(), Account: me, Channel: c, Value: value, State: Unconfirmed, CreatedAt: s.now()}.renewed(s.now())
		if err := insertAddress(tx, a); err != nil {
			return constraints.Fault(err)
		}
		return s.sendCodeTx(tx, a)
	})
	return a, err
}

// RenewAddressCode sends another code; earlier ones are void.
func (s *Service) RenewAddressCode(ctx context.Context, aid id.ID) (a Address, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if a, err = ownAddress(tx, aid, true); err != nil {
			return err
		}
		if err := a.open(); err != nil {
			return err
		}
		a = a.renewed(s.now())
		if err := updateAddress(tx, a); err != nil {
			return err
		}
		return s.sendCodeTx(tx, a)
	})
	return a, err
}

// sendCodeTx lets package notify send the code, unless too many were asked for.
func (s *Service) sendCodeTx(tx *db.Tx, a Address) error {
	now := s.now()
	keys := []string{s.tallyKey("codes of", a.Account.String()), s.tallyKey("codes to", string(a.Channel), a.Value)}
	have, err := lockTallies(tx, now, keys...)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if wait := have[k].wait(now); wait > 0 {
			return fault.New(fault.TooMany, "auth.wait").After(wait)
		}
		if err := saveTally(tx, k, have[k].failed(ofCodes, now)); err != nil {
			return err
		}
	}
	return journal.Note(tx, journal.Entry{Action: CodeSent, Object: "address", ObjectID: a.ID, Details: map[string]any{"account_id": a.Account, "channel": a.Channel}})
}

// ConfirmAddress takes the code that was sent to an address. Where it is the one
// the registry has of this person, the account is vouched for as well: whoever
// reads what is sent there is who the government knows.
func (s *Service) ConfirmAddress(ctx context.Context, aid id.ID, typed string) (a Address, err error) {
	var wrong error
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if a, err = ownAddress(tx, aid, true); err != nil {
			return err
		}
		if err := a.open(); err != nil {
			return err
		}
		if a.outdated(s.now()) {
			return fault.New(fault.Conflict, "address.code_outdated").Allowing([]string{addressCode})
		}
		if subtle.ConstantTimeCompare([]byte(s.addressCode(a)), []byte(plainCode(typed))) != 1 {
			a.attempts++
			wrong = fault.New(fault.Rule, "address.code_wrong").At("/code", "address.code_wrong")
			journal.Routine(tx)
			return updateAddress(tx, a) // committed: attempts are counted
		}
		a = a.confirmed(s.now())
		if err := updateAddress(tx, a); err != nil {
			return err
		}
		if err := journal.Note(tx, journal.Entry{Action: "address.confirmed", Object: "address", ObjectID: a.ID, Details: map[string]any{"account_id": a.Account, "channel": a.Channel}}); err != nil {
			return err
		}
		return s.vouchTx(tx, a)
	})
	if err == nil {
		err = wrong
	}
	if err == nil {
		s.known.forget()
	}
	return a, err
}

// vouchTx raises how sure Netral is of an account whose confirmed address is the
// one that the registry has of its person.
func (s *Service) vouchTx(tx *db.Tx, a Address) error {
	acc, err := accountByID(tx, a.Account, true)
	if err != nil || acc.Assurance != authz.SheetCode {
		return err
	}
	known, err := registryAddresses(tx, a.Account, a.Channel)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(known, func(v string) bool { n, ok := normalAddress(a.Channel, v); return ok && n == a.Value }) {
		return nil
	}
	acc.Assurance = authz.BoundContact
	acc.Version++
	if err := updateAccount(tx, acc, s.now()); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "account.vouched_for", Object: "account", ObjectID: acc.ID, Details: map[string]any{"address_id": a.ID, "assurance": acc.Assurance}})
}

// RemoveAddress forgets an address of the caller; nothing more goes there.
func (s *Service) RemoveAddress(ctx context.Context, aid id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := ownAddress(tx, aid, true)
		if err != nil {
			return err
		}
		if err := deleteAddress(tx, a.ID); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "address.removed", Object: "address", ObjectID: a.ID, Details: map[string]any{"account_id": a.Account, "channel": a.Channel}})
	})
}

// FailingAddress is an address that refuses, as an administrator sees it.
type FailingAddress struct {
	Address
	AccountName string
}

// FailingAddresses lists the addresses that refuse, of the accounts of the
// caller's government.
func (s *Service) FailingAddresses(ctx context.Context, r page.Request) (page.Page[FailingAddress], error) {
	var out []FailingAddress
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		out, err = failingAddresses(tx, tenant, r)
		return err
	})
	return page.Cut(r, out, func(f FailingAddress) []string {
		return []string{f.FailingSince.Format(time.RFC3339Nano), f.ID.String()}
	}), err
}

// addressCodeSymbols is the length of a code: 40 bits, five attempts.
const addressCodeSymbols = 8

// addressCode is the code that was sent last, derived so that it need not be
// kept.
func (s *Service) addressCode(a Address) string {
	sum := s.master.KeyedHash("address code", a.ID.String()+" "+strconv.Itoa(int(a.serial)))
	var b [addressCodeSymbols]byte
	for i := range b {
		b[i] = recoveryAlphabet[sum[i]&31]
	}
	return string(b[:])
}

func plainCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
}

// Receiver is an address as whoever sends there needs it.
type Receiver struct {
	Address
	// Code is set for an address that is still to be confirmed, in two groups.
	Code string
}

// ReceiverTx reads an address to send to; none when it is gone. Who is to be told
// something must have confirmed it, who is to confirm it must not.
func (s *Service) ReceiverTx(tx *db.Tx, aid id.ID) (r Receiver, found bool, err error) {
	r.Address, found, err = addressByID(tx, aid)
	if err != nil || !found {
		return r, found, err
	}
	if code := s.addressCode(r.Address); r.State != Confirmed && !r.outdated(s.now()) {
		r.Code = code[:addressCodeSymbols/2] + "-" + code[addressCodeSymbols/2:]
	}
	return r, true, nil
}

// AddressRefusedTx marks an address that the other side refused for good. Its
// owner is told by package notify.
func (s *Service) AddressRefusedTx(tx *db.Tx, aid id.ID, reason string) error {
	a, found, err := lockAddress(tx, aid)
	if err != nil || !found || a.State == Failing {
		return err
	}
	if err := updateAddress(tx, a.refused(reason, s.now())); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: AddressFailing, Object: "address", ObjectID: a.ID, Details: map[string]any{"account_id": a.Account, "channel": a.Channel, "reason": reason}})
}

// KnownAddressTx takes over an address that was confirmed by other means: by the
// demo, whose people read no mail.
func (s *Service) KnownAddressTx(tx *db.Tx, account id.ID, c Channel, value string) (Address, error) {
	now := s.now()
	a := Address{ID: tx.NewID(), Account: account, Channel: c, Value: value, CreatedAt: now}.renewed(now).confirmed(now)
	if err := insertAddress(tx, a); err != nil {
		return a, constraints.Fault(err)
	}
	return a, journal.Note(tx, journal.Entry{Action: "address.confirmed", Object: "address", ObjectID: a.ID, Details: map[string]any{"account_id": account, "channel": c}})
}
