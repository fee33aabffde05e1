package catalog

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
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

// ReadOversightWordTx tells the code of a word in which an office says how far it
// is, however it spells it; empty for a word that is not known. known are the
// words that are.
func ReadOversightWordTx(tx *db.Tx, word string, on day.Day) (code string, known []string, err error) {
	rows, err := ViewsTx[OversightWord](tx, OversightStatus, on)
	key := canon.Number(word)
	for _, r := range rows {
		if !r.Usable(on) {
			continue
		}
		known = append(known, r.NameID)
		if slices.Contains(r.Spellings, key) || canon.Number(r.NameID) == key || canon.Number(r.Code) == key {
			code = r.Code
		}
	}
	return code, known, err
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
	return insertRows(tx, authz.Platform, byProgram, false, p.add)
}

// rowID is the same on every installation, so that a decision that names a
// national row can be read elsewhere; a corrected row gets one of its own.
func rowID(r Row) id.ID { return id.ForName("reference/" + startKey(r)) }

// Service is the use cases of reference data over the API.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

var constraints = db.Constraints{
	"reference_row_code_key": func() *fault.Fault { return fault.New(fault.Conflict, "reference.overlaps") },
}

// Filter narrows a list of rows.
type Filter struct {
	Code string
	// On leaves the rows that hold on the day, a government's own instead of
	// the national ones.
	On *day.Day
}

// List lists the rows of a kind by code, withdrawn ones left out.
func (s *Service) List(ctx context.Context, k Kind, f Filter, r page.Request) (page.Page[Entry], error) {
	if !k.known() {
		return page.Page[Entry]{}, fault.Missing()
	}
	var out []Entry
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if out, err = listEntries(tx, k, f, r); err != nil {
			return err
		}
		return verifications(tx, out)
	})
	return page.Cut(r, out, func(e Entry) []string { return []string{e.Code, sortDay(e.ValidFrom), e.ID.String()} }), err
}

// sortDay is where a row without a first day stands: before all others.
func sortDay(d day.Day) string {
	if d.IsZero() {
		return "0001-01-01"
	}
	return d.String()
}

// History is a code over time.
type History struct {
	Kind Kind
	Code string
	On   day.Day
	// InForce is the row that counts on the day, nil when none does.
	InForce *Entry
	// Rows are all rows of the code, newest first, withdrawn ones among them.
	Rows []Entry
}

// History tells a code's rows over time, and which one counts on a day (zero:
// today).
func (s *Service) History(ctx context.Context, k Kind, code string, on day.Day) (h History, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		h = History{Kind: k, Code: code, On: on}
		if h.On.IsZero() {
			if h.On, err = todayTx(tx); err != nil {
				return err
			}
		}
		if h.Rows, err = entriesOfCode(tx, k, code); err != nil {
			return err
		}
		if len(h.Rows) == 0 {
			return fault.Missing()
		}
		if err := verifications(tx, h.Rows); err != nil {
			return err
		}
		h.InForce = counting(h.Rows, h.On)
		return nil
	})
	return h, err
}

// counting picks the row that counts on a day: a government's own, if one
// holds, goes before the national one.
func counting(rows []Entry, on day.Day) *Entry {
	var found *Entry
	for i, e := range rows {
		if e.WithdrawnAt == nil && e.On(on) && (found == nil || found.Tenant == authz.Platform) {
			found = &rows[i]
		}
	}
	return found
}

// Add adds a row of the caller's own: a government's, or a national one.
func (s *Service) Add(ctx context.Context, r Row) (e Entry, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { e, err = AddTx(tx, r); return err })
	return e, err
}

// AddTx adds a row in the caller's transaction. A code never has two rows of
// one owner for the same day: close the old one first.
func AddTx(tx *db.Tx, r Row) (Entry, error) {
	if err := r.Kind.addable(); err != nil {
		return Entry{}, err
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return Entry{}, err
	}
	today, err := todayTx(tx)
	if err != nil {
		return Entry{}, err
	}
	if err := lockRows(tx, tenant); err != nil {
		return Entry{}, err
	}
	if r.NameEN == "" {
		r.NameEN = r.NameID
	}
	if r.NoteEN == "" {
		r.NoteEN = r.NoteID
	}
	if r.SourceEN == "" {
		r.SourceEN = r.SourceID
	}
	if err := check(tx, r); err != nil {
		return Entry{}, err
	}
	others, err := ownEntries(tx, tenant, r.Kind, r.Code)
	if err != nil {
		return Entry{}, err
	}
	for _, o := range others {
		if overlap(o.Row, r) {
			return Entry{}, fault.New(fault.Conflict, "reference.overlaps").Allowing(o.Steps(Editor{tenant, true}))
		}
	}
	r.ID = tx.NewID()
	if err := insertRows(tx, tenant, byPeople, r.ValidFrom.Before(today), []Row{r}); err != nil {
		return Entry{}, constraints.Fault(err)
	}
	e, err := findEntry(tx, r.Kind, r.Code, r.ID)
	if err != nil {
		return e, err
	}
	return e, note(tx, "reference.added", e)
}

func check(tx *db.Tx, r Row) error {
	known, err := knownCodes(tx)
	if err != nil {
		return err
	}
	return refusal(Check(r, func(k Kind, code string) bool { return known[k][code] }))
}

// ReplaceTx adds a row after those of the same owner and code: the one that
// holds until then is closed the day before, and what would hold from the same
// day on is withdrawn. Nothing is rewritten.
func ReplaceTx(tx *db.Tx, r Row) (Entry, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Entry{}, err
	}
	if err := lockRows(tx, tenant); err != nil {
		return Entry{}, err
	}
	others, err := ownEntries(tx, tenant, r.Kind, r.Code)
	if err != nil {
		return Entry{}, err
	}
	for _, o := range others {
		if !overlap(o.Row, r) {
			continue
		}
		if o.ValidFrom.Before(r.ValidFrom) {
			err = closeTx(tx, o, r.ValidFrom.AddDays(-1))
		} else {
			err = withdrawTx(tx, o)
		}
		if err != nil {
			return Entry{}, err
		}
	}
	return AddTx(tx, r)
}

// Target names one row on a code's path.
type Target struct {
	Kind Kind
	Code string
	Row  id.ID
}

// Close gives a row of the caller's own its last day.
func (s *Service) Close(ctx context.Context, t Target, last day.Day) (Entry, error) {
	return s.change(ctx, t, func(tx *db.Tx, e Entry, by Editor) error {
		if err := e.close(by, last); err != nil {
			return err
		}
		return closeTx(tx, e, last)
	})
}

func closeTx(tx *db.Tx, e Entry, last day.Day) error {
	if err := setLastDay(tx, e.ID, last); err != nil {
		return err
	}
	return note(tx, "reference.closed", e)
}

// Withdraw takes back a row of the caller's own that never was true.
func (s *Service) Withdraw(ctx context.Context, t Target) (Entry, error) {
	return s.change(ctx, t, func(tx *db.Tx, e Entry, by Editor) error {
		if err := e.changeable(by); err != nil {
			return err
		}
		return withdrawTx(tx, e)
	})
}

func withdrawTx(tx *db.Tx, e Entry) error {
	if err := setWithdrawn(tx, e.ID); err != nil {
		return err
	}
	return note(tx, "reference.withdrawn", e)
}

// Verify records that the caller held a row against its source.
func (s *Service) Verify(ctx context.Context, t Target, remark string) (Entry, error) {
	return s.change(ctx, t, func(tx *db.Tx, e Entry, by Editor) error {
		if e.WithdrawnAt != nil {
			return fault.New(fault.Conflict, "reference.withdrawn").Allowing(e.Steps(by))
		}
		v := Verification{Row: e.ID, By: tx.Scope().Principal().ID, At: tx.Now(), Note: remark}
		if err := insertVerification(tx, by.Tenant, v); err != nil {
			return err
		}
		return note(tx, "reference.verified", e)
	})
}

func (s *Service) change(ctx context.Context, t Target, do func(*db.Tx, Entry, Editor) error) (e Entry, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if err := lockRows(tx, tenant); err != nil {
			return err
		}
		if e, err = findEntry(tx, t.Kind, t.Code, t.Row); err != nil {
			return err
		}
		if err := do(tx, e, Editor{tenant, true}); err != nil {
			return err
		}
		if e, err = findEntry(tx, t.Kind, t.Code, t.Row); err != nil {
			return err
		}
		one := []Entry{e}
		err = verifications(tx, one)
		e = one[0]
		return err
	})
	return e, err
}

func note(tx *db.Tx, action string, e Entry) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: "reference", ObjectID: e.ID,
		Details: map[string]any{"kind": e.Kind, "code": e.Code}})
}

// Forms are the kinds of violation as the public reads them.
type Forms struct {
	On    day.Day
	Types []ViolationType
	// Acts and Classes give the words of the codes.
	Acts, Classes map[string]Row
}

// PublicForms tells what is not allowed on a day (zero: today): the national
// catalogue, by code.
func (s *Service) PublicForms(ctx context.Context, on day.Day) (f Forms, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		f.On = on
		if on.IsZero() {
			f.On = tx.Today(jakarta)
		}
		all, err := ViewsTx[ViolationType](tx, ViolationTypeKind, f.On)
		if err != nil {
			return err
		}
		for _, t := range all {
			if t.Usable(f.On) {
				f.Types = append(f.Types, t)
			}
		}
		if f.Acts, err = ByCodeTx(tx, Act, f.On); err != nil {
			return err
		}
		f.Classes, err = ByCodeTx(tx, ViolationClass, f.On)
		return err
	})
	return f, err
}

// ByCodeTx is RowsTx by code, for those who need the words of codes.
func ByCodeTx(tx *db.Tx, k Kind, on day.Day) (map[string]Row, error) {
	rows, err := RowsTx(tx, k, on)
	out := make(map[string]Row, len(rows))
	for _, r := range rows {
		out[r.Code] = r
	}
	return out, err
}

// lastCounted is the last day to count from: no count of 500 working days leaves
// the years that can be written.
var lastCounted = day.MustParse("9990-12-31")

// Counted is a count of working days, with whose holidays were taken (the
// nation's alone where it is nil) as they were known on a day.
type Counted struct {
	Count
	AsOf       day.Day
	Government *id.ID
}

// CountWorkingDays counts working days after a day with the holidays that were
// known on asOf (zero: today).
func (s *Service) CountWorkingDays(ctx context.Context, from day.Day, n int, asOf day.Day) (c Counted, err error) {
	if from.After(lastCounted) {
		return c, fault.New(fault.Shape, "request.invalid").AtParameter("from", "field.above_maximum", "limit", lastCounted.String())
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if c.AsOf = asOf; asOf.IsZero() {
			if c.AsOf, err = todayTx(tx); err != nil {
				return err
			}
		}
		calendar, err := CalendarAsOfTx(tx, c.AsOf)
		if err != nil {
			return err
		}
		c.Count = calendar.AddWorkingDays(from, n)
		c.Government, err = government.HomeTx(tx)
		return err
	})
	return c, err
}
