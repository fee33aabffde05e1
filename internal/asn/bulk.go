package asn

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Incoming is one row of a list on its way into the registry. An empty field
// says nothing: the registry keeps what it has.
type Incoming struct {
	Line int
	// ID is what a person who is not yet known will be called.
	ID id.ID
	// Refused rows stand in the list to be answered; they change nothing.
	Refused bool

	NIP, Name, TitleFront, TitleBack, BirthPlace, Email, Phone string
	Sex                                                        string
	BirthDate                                                  day.Day
	// SexDerived and BirthDerived tell that they were read from the NIP: they
	// fill a gap and overrule nothing.
	SexDerived, BirthDerived bool

	EmploymentType, RankCode, PositionTitle, PositionType, LegalStatus string
	EmploymentSince, RankSince, PositionSince                          day.Day
	// Unit is an index into the units given to CompareTx.
	Unit        int
	SuperiorNIP string

	// Note is the caller's own and is carried along, empty for none.
	Note string
}

// What CompareTx can find about a row. The first four refuse it.
const (
	FoundNIPTwice        = "nip_twice"
	FoundNIPFormer       = "nip_former"
	FoundPersonTwice     = "person_twice"
	FoundPersonAmbiguous = "person_ambiguous"
	FoundPersonReturns   = "person_returns"
	FoundSuperiorUnknown = "superior_unknown"
	FoundSuperiorRing    = "superior_ring"
	FoundSinceNotLater   = "since_not_later"
)

// Bulk is the way of many persons into the registry at once, inside one
// transaction: StageTx, CompareTx, and where it is wanted ApplyTx. All work is
// done by statements over whole lists; the list itself waits in temporary
// tables, which go with the transaction:
//
//	asn_incoming            the rows as they came, by line
//	asn_incoming_unit       the units they name
//	asn_incoming_match      line -> person of the registry
//	asn_incoming_superior   line -> superior
//	asn_incoming_finding    what CompareTx found, by line
//	asn_incoming_change     known persons whom the list changes, as they will be
//	asn_incoming_fact       the dated entries this opens
//
// The caller may read them, and nobody but this package writes them. COPY into
// a table with row policies is refused (T-20), so the last step is INSERT ...
// SELECT out of these.
type Bulk struct {
	// Import is written to every entry, so that the import can be taken back.
	Import id.ID
	// ValidFrom is the first day of what the list gives no day for.
	ValidFrom day.Day
	Today     day.Day
}

// StageTx loads the list. fill runs in a goroutine of its own and must not use
// the transaction.
func (b Bulk) StageTx(tx *db.Tx, fill func(put func(Incoming) error) error) (int64, error) {
	return stageIncoming(tx, fill)
}

// CompareTx holds the staged list against the registry. units are what
// Incoming.Unit counts in.
func (b Bulk) CompareTx(tx *db.Tx, units []id.ID) error {
	for _, step := range []func(*db.Tx) error{
		func(tx *db.Tx) error { return stageUnits(tx, units) },
		b.matchIncoming, b.findDoubles, b.findSuperiors, b.findChanges, b.planFacts,
	} {
		if err := step(tx); err != nil {
			return err
		}
	}
	return nil
}

// ApplyTx makes the compared list true: new persons with their history, changed
// ones with what they were before kept in asn_before. The caller notes it in
// the journal.
func (b Bulk) ApplyTx(tx *db.Tx) error {
	for _, step := range []func(*db.Tx) error{b.insertPersons, b.insertFirstFacts, b.insertNameTokens, b.keepBefore, b.changePersons, b.changeFacts} {
		if err := step(tx); err != nil {
			return constraints.Fault(err)
		}
	}
	return nil
}

// Departure is a person whom somebody confirmed as having left.
type Departure struct {
	Person id.ID
	Reason string // retired, resigned, died, dismissed, moved
	Last   day.Day
}

// DepartTx records confirmed departures as part of the import.
func (b Bulk) DepartTx(tx *db.Tx, list []Departure) error {
	for _, d := range list {
		p, err := find(tx, d.Person, true)
		if err != nil {
			return err
		}
		if p.State != "active" {
			return fault.New(fault.Conflict, "asn.departed").Allowing(nil)
		}
		if err := b.keepPerson(tx, p.ID); err != nil {
			return err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		p.State, p.DepartedOn, p.DepartReason = "departed", &d.Last, d.Reason
		p.Version++
		if err := update(tx, tenant, p, false); err != nil {
			return err
		}
	}
	return nil
}

// StandingTx counts the persons of an import on whom something later stands:
// who were changed since, or whom another record names. While there are any the
// import cannot be taken back.
func (b Bulk) StandingTx(tx *db.Tx) (int64, error) { return b.countStanding(tx) }

// UndoTx takes an import back: what it opened is closed before it began, what
// it ended or changed is as it was, whom it created is withdrawn. Nobody is
// deleted.
func (b Bulk) UndoTx(tx *db.Tx) error {
	for _, step := range []func(*db.Tx) error{b.withdrawPersons, b.closeFacts, b.restoreFacts, b.restorePersons} {
		if err := step(tx); err != nil {
			return err
		}
	}
	return nil
}

// ForgetTx drops what is needed to take an import back.
func (b Bulk) ForgetTx(tx *db.Tx) error { return b.forget(tx) }
