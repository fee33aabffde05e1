package catalog

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// FindTx finds the row of a code that holds on a day for the transaction's
// government: its own row if there is one, else the national row. A code that
// does not hold is refused with 422; add the field it stood in with At. Whether
// the row may be used, or is suspended, tells Row.Usable.
func FindTx(tx *db.Tx, k Kind, code string, on day.Day) (Row, error) {
	rows, err := inForce(tx, k, code, on)
	if err != nil {
		return Row{}, err
	}
	if code == "" || len(rows) == 0 {
		return Row{}, fault.New(fault.Rule, "reference.code_unknown", "kind", k, "code", code, "day", on)
	}
	return rows[0], nil
}

// KnownTx refuses, with the pointer of each, the codes of a list that do not
// hold on a day.
func KnownTx(tx *db.Tx, k Kind, codes []string, on day.Day, pointer string) error {
	var wrong *fault.Fault
	for i, code := range codes {
		_, err := FindTx(tx, k, code, on)
		f, refused := fault.As(err)
		if err != nil && !refused {
			return err
		}
		if !refused {
			continue
		}
		if wrong == nil {
			wrong = f
		}
		wrong.At(pointer+"/"+strconv.Itoa(i), f.Code, "kind", k, "code", code, "day", on)
	}
	if wrong == nil {
		return nil
	}
	return wrong
}

// RowsTx gives the rows of a kind that hold on a day, by code, each
// government's own before the national of the same code. Suspended rows are
// among them: see Row.Usable.
func RowsTx(tx *db.Tx, k Kind, on day.Day) ([]Row, error) { return inForce(tx, k, "", on) }

// ViewTx is FindTx with the typed view, for instance
// ViewTx[DeadlineRule](tx, DeadlineRuleKind, "first_summons_notice", day).
func ViewTx[T any, P fact[T]](tx *db.Tx, k Kind, code string, on day.Day) (T, error) {
	r, err := FindTx(tx, k, code, on)
	if err != nil {
		var none T
		return none, err
	}
	return Decode[T, P](r)
}

// ViewsTx is RowsTx with the typed views.
func ViewsTx[T any, P fact[T]](tx *db.Tx, k Kind, on day.Day) ([]T, error) {
	rows, err := RowsTx(tx, k, on)
	if err != nil {
		return nil, err
	}
	return DecodeAll[T, P](rows)
}

// CalendarTx is the calendar of the transaction's government as known today:
// holidays decreed since a deadline was first counted move it.
func CalendarTx(tx *db.Tx) (Calendar, error) {
	today, err := todayTx(tx)
	if err != nil {
		return Calendar{}, err
	}
	return CalendarAsOfTx(tx, today)
}

// CalendarAsOfTx is the calendar as it was known on a day.
func CalendarAsOfTx(tx *db.Tx, asOf day.Day) (Calendar, error) {
	holidays, err := ViewsTx[Holiday](tx, HolidayKind, asOf)
	if err != nil {
		return Calendar{}, err
	}
	return NewCalendar(holidays, asOf), nil
}

// jakarta is the zone of the nation's legal days, for callers of no one
// government.
var jakarta = time.FixedZone("WIB", 7*60*60)

// todayTx is the legal day of the transaction's government, and that of the
// capital for those who speak for none or several.
func todayTx(tx *db.Tx) (day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil || tenant == authz.Platform {
		return tx.Today(jakarta), nil //nolint:nilerr // several governments have no common zone
	}
	return government.TodayTx(tx)
}

// programObject is what the journal calls the program's own rows.
var programObject = id.ForName("reference/program")

// errSynced ends a transaction that found nothing to do.
var errSynced = errors.New("catalog: the national rows are those of the program")

// SyncNational brings the national rows to those of this program. It may run
// on every start and on several replicas at once.
func SyncNational(ctx context.Context, d *db.DB) error {
	ctx = authz.With(ctx, authz.ForSystem(authz.Platform))
	due := false
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { _, due, err = syncDue(tx); return }); err != nil || !due {
		return err
	}
	err := d.Write(ctx, func(tx *db.Tx) error {
		changed, err := SyncNationalTx(tx)
		if err == nil && !changed {
			return errSynced
		}
		return err
	})
	if errors.Is(err, errSynced) {
		return nil
	}
	return err
}

// SyncNationalTx does it in the caller's transaction and tells whether it
// changed anything. An older program than the one that synced last changes
// nothing back.
func SyncNationalTx(tx *db.Tx) (bool, error) {
	if err := lockRows(tx, authz.Platform); err != nil {
		return false, err
	}
	mine, due, err := syncDue(tx)
	if err != nil || !due {
		return false, err
	}
	data, err := National()
	if err != nil {
		return false, err
	}
	have, taken, err := nationalRows(tx)
	if err != nil {
		return false, err
	}
	p, err := planSync(have, data.All())
	if err != nil {
		return false, err
	}
	if err := carryOut(tx, p, taken); err != nil {
		return false, err
	}
	if err := writeProgram(tx, mine); err != nil {
		return false, err
	}
	return true, journal.Note(tx, journal.Entry{Action: "reference.synced", Object: "reference", ObjectID: programObject,
		Details: map[string]any{"version": mine.Version, "added": len(p.add), "closed": len(p.last), "withdrawn": len(p.withdraw)}})
}

func syncDue(tx *db.Tx) (mine programRow, due bool, err error) {
	data, err := National()
	if err != nil {
		return mine, false, err
	}
	mine.Version = DataVersion
	if mine.Digest, err = data.Digest(); err != nil {
		return mine, false, err
	}
	last, err := readProgram(tx)
	return mine, mine.Version > last.Version || (mine.Version == last.Version && mine.Digest != last.Digest), err
}

// carryOut makes room before it adds: one code never has two rows from one day.
func carryOut(tx *db.Tx, p plan, taken map[id.ID]bool) error {
	for _, row := range p.withdraw {
		if err := setWithdrawn(tx, row); err != nil {
			return err
		}
	}
	for _, e := range p.last {
		if err := setLastDay(tx, e.row, e.until); err != nil {
			return err
		}
	}
	for i := range p.add {
		p.add[i].ID = rowID(p.add[i])
		if taken[p.add[i].ID] {
			p.add[i].ID = tx.NewID()
		}
	}
	return insertRows(tx, authz.Platform, byProgram, p.add)
}

// rowID is the same on every installation, so that a decision that names a
// national row can be read elsewhere; a corrected row gets one of its own.
func rowID(r Row) id.ID { return id.ForName("reference/" + startKey(r)) }
