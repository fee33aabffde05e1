package event

import (
	"context"
	"strconv"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Invitees lists who is invited in the caller's reach, by name.
func (s *Service) Invitees(ctx context.Context, eid id.ID, f InviteeFilter, r page.Request) (p page.Page[Invitee], err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		e, err := find(tx, eid, false)
		if err != nil {
			return err
		}
		out, err := invitees(tx, e, f, r)
		p = page.Cut(r, out, func(i Invitee) []string { return []string{i.nameKey, i.Person.String()} })
		return err
	})
	return p, err
}

// Delegate sends somebody else instead of a person invited.
func (s *Service) Delegate(ctx context.Context, eid, person, delegate id.ID) (i Invitee, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { i, err = DelegateTx(tx, eid, person, delegate); return err })
	return i, err
}

// DelegateTx does it in the caller's transaction.
func DelegateTx(tx *db.Tx, eid, person, delegate id.ID) (Invitee, error) {
	e, err := find(tx, eid, false)
	if err != nil {
		return Invitee{}, err
	}
	before, err := inviteeTx(tx, e, person)
	if err != nil {
		return before, err
	}
	if _, err := asn.GetTx(tx, delegate); err != nil {
		return before, err
	}
	if err := e.allows(Delegation); err != nil {
		return before, err
	}
	if person == delegate {
		return before, fault.New(fault.Rule, "event.delegate_self").At("/delegate_id", "event.delegate_self")
	}
	if before.Attended != "" {
		return before, fault.New(fault.Conflict, "event.attended_already").Allowing(nil)
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return before, err
	}
	if err := setDelegate(tx, tenant, eid, person, delegate); err != nil {
		return before, constraints.Fault(err)
	}
	if err := journal.Note(tx, journal.Entry{Action: "event.delegated", Object: "event", ObjectID: eid,
		Details: map[string]any{"asn_id": person, "delegate_id": delegate}}); err != nil {
		return before, err
	}
	return inviteeTx(tx, e, person)
}

// inviteeTx reads one person invited in the caller's reach.
func inviteeTx(tx *db.Tx, e Event, person id.ID) (Invitee, error) {
	out, err := invitees(tx, e, InviteeFilter{only: &person}, page.Request{Limit: 1})
	if err != nil {
		return Invitee{}, err
	}
	if len(out) == 0 {
		return Invitee{}, fault.Missing()
	}
	return out[0], nil
}

// Attendances is the attendance list in the caller's reach, by name.
func (s *Service) Attendances(ctx context.Context, eid id.ID, f AttendanceFilter, r page.Request) (p page.Page[Attendance], err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, eid, false); err != nil {
			return err
		}
		out, err := attendances(tx, eid, f, r)
		p = page.Cut(r, out, func(a Attendance) []string { return []string{a.nameKey, a.Person.String(), strconv.Itoa(int(a.Entry))} })
		return err
	})
	return p, err
}

// Record takes a list of who attended and tells what became of each line.
func (s *Service) Record(ctx context.Context, eid id.ID, proof Proof, note string, lines []Line) (out []Outcome, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = RecordTx(tx, eid, proof, note, lines); return err })
	return out, err
}

// RecordTx takes a list in the caller's transaction.
func RecordTx(tx *db.Tx, eid id.ID, proof Proof, note string, lines []Line) ([]Outcome, error) {
	e, today, err := attendable(tx, eid, Attending)
	if err != nil {
		return nil, err
	}
	people := make([]id.ID, 0, len(lines))
	for _, l := range lines {
		people = append(people, l.Person)
	}
	known, err := standings(tx, eid, distinct(people))
	if err != nil {
		return nil, err
	}
	outcomes, entries := e.judge(lines, known)
	return outcomes, addTx(tx, e, today, proof, note, entries)
}

// attendable reads an event whose attendance can be recorded now.
func attendable(tx *db.Tx, eid id.ID, s Step) (Event, day.Day, error) {
	e, err := find(tx, eid, false)
	if err != nil {
		return e, day.Day{}, err
	}
	if err := e.allows(s); err != nil {
		return e, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return e, today, err
	}
	return e, today, e.begun(tx.Now())
}

// addTx adds entries to the list.
func addTx(tx *db.Tx, e Event, today day.Day, proof Proof, note string, entries []Attendance) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	people := make([]id.ID, 0, len(entries))
	for i := range entries {
		entries[i].Proof, entries[i].Note, entries[i].RecordedLater, entries[i].At = proof, note, e.Day.Before(today), tx.Now()
		people = append(people, entries[i].Person)
	}
	if err := insertAttendances(tx, tenant, e.ID, entries); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "event.attendance_recorded", Object: "event", ObjectID: e.ID,
		Details: map[string]any{"proof": proof, "asn_ids": people}})
}

// Strike takes back entries; they stay, struck.
func (s *Service) Strike(ctx context.Context, eid id.ID, people []id.ID, reason string) (out []Outcome, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		e, err := find(tx, eid, false)
		if err != nil {
			return err
		}
		if err := e.allows(Attending); err != nil {
			return err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		struck, err := strike(tx, tenant, eid, people, reason)
		if err != nil {
			return err
		}
		whom := make([]id.ID, 0, len(struck))
		out = make([]Outcome, len(people))
		for i, p := range people {
			out[i] = NotFound
			if struck[p] {
				out[i] = Struck
				whom = append(whom, p)
			}
		}
		return journal.Note(tx, journal.Entry{Action: "event.attendance_struck", Object: "event", ObjectID: eid, Details: map[string]any{"asn_ids": whom}})
	})
	return out, err
}

// OfficeGroups lists the statements about offices in the caller's reach.
func (s *Service) OfficeGroups(ctx context.Context, eid id.ID, r page.Request) (p page.Page[Group], err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, eid, false); err != nil {
			return err
		}
		out, err := listGroups(tx, eid, r)
		p = page.Cut(r, out, func(g Group) []string { return []string{instant(g.At), g.ID.String()} })
		return err
	})
	return p, err
}

// Confirm records all of a unit as present except some.
func (s *Service) Confirm(ctx context.Context, eid id.ID, g Group) (Group, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { g, err = ConfirmTx(tx, eid, g); return })
	return g, err
}

// ConfirmTx does it in the caller's transaction.
func ConfirmTx(tx *db.Tx, eid id.ID, g Group) (Group, error) {
	if _, err := opd.GetTx(tx, g.OPD); err != nil {
		return g, err
	}
	e, today, err := attendable(tx, eid, Grouping)
	if err != nil {
		return g, err
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return g, err
	}
	g.ID, g.At, g.RecordedLater = tx.NewID(), tx.Now(), e.Day.Before(today)
	g.Except = distinct(g.Except)
	n, err := confirm(tx, e, g)
	if err != nil {
		return g, err
	}
	if n == 0 {
		return g, fault.New(fault.Conflict, "event.nobody_to_confirm").Allowing([]string{string(Attending)})
	}
	g.Confirmed, g.Excepted = int32(n), int32(len(g.Except))
	if err := insertGroup(tx, tenant, eid, g); err != nil {
		return g, err
	}
	return g, journal.Note(tx, journal.Entry{Action: "event.office_group_confirmed", Object: "event", ObjectID: eid,
		Details: map[string]any{"office_group_id": g.ID, "opd_id": g.OPD, "confirmed": n, "except_ids": g.Except}})
}

// Coverage counts units and the total of the caller's reach.
func (s *Service) Coverage(ctx context.Context, eid id.ID, r page.Request) (p page.Page[Count], total Count, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		e, err := find(tx, eid, false)
		if err != nil {
			return err
		}
		out, err := counts(tx, e, r)
		if err != nil {
			return err
		}
		p = page.Cut(r, out, func(c Count) []string { return []string{c.OPDName, c.OPD.String()} })
		total, err = sum(tx, e)
		return err
	})
	return p, total, err
}

// seriesTx reads the rounds of a series and today's legal day.
func seriesTx(tx *db.Tx, sid id.ID) ([]id.ID, day.Day, error) {
	if _, err := findSeries(tx, sid); err != nil {
		return nil, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, today, err
	}
	rounds, err := roundsOf(tx, sid)
	return rounds, today, err
}

// SeriesCoverage counts, unit by unit, whom a series reached.
func (s *Service) SeriesCoverage(ctx context.Context, sid id.ID, r page.Request) (p page.Page[SeriesCount], total SeriesCount, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rounds, today, err := seriesTx(tx, sid)
		if err != nil {
			return err
		}
		out, err := seriesCounts(tx, rounds, today, r)
		if err != nil {
			return err
		}
		p = page.Cut(r, out, func(c SeriesCount) []string { return []string{c.OPDName, c.OPD.String()} })
		total, err = seriesSum(tx, rounds, today)
		return err
	})
	return p, total, err
}

// Unreached lists who attended no event of a series, by name.
func (s *Service) Unreached(ctx context.Context, sid id.ID, unit *id.ID, r page.Request) (p page.Page[Unreached], err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rounds, today, err := seriesTx(tx, sid)
		if err != nil {
			return err
		}
		out, err := unreached(tx, rounds, unit, today, r)
		p = page.Cut(r, out, func(u Unreached) []string { return []string{u.nameKey, u.Person.String()} })
		return err
	})
	return p, err
}

// codePurpose keeps hashes of check-in codes apart from all others.
const codePurpose = "event check-in code"

// IssueCode makes the code of a place; the one before ends.
func (s *Service) IssueCode(ctx context.Context, eid id.ID, m Mode) (code string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { code, err = s.IssueCodeTx(tx, eid, m); return err })
	return code, err
}

// IssueCodeTx does it in the caller's transaction.
func (s *Service) IssueCodeTx(tx *db.Tx, eid id.ID, m Mode) (string, error) {
	e, err := find(tx, eid, false)
	if err != nil {
		return "", err
	}
	if err := e.allows(CheckInCode); err != nil {
		return "", err
	}
	if !e.Mode.offers(m) {
		return "", fault.New(fault.Rule, "event.wrong_mode").At("/mode", "event.wrong_mode")
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return "", err
	}
	code := newCode()
	if err := putCode(tx, tenant, eid, m, s.master.KeyedHash(codePurpose, code)); err != nil {
		return "", err
	}
	return printCode(code), journal.Note(tx, journal.Entry{Action: "event.check_in_code_issued", Object: "event", ObjectID: eid, Details: map[string]any{"mode": m}})
}

// CheckIn records the caller as present with the code of a place, and tells
// whether the entry is new.
func (s *Service) CheckIn(ctx context.Context, code string) (eid id.ID, a Attendance, isNew bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { eid, a, isNew, err = s.CheckInTx(tx, code); return err })
	return eid, a, isNew, err
}

// CheckInTx does it for the person the scope stands for; nobody checks in
// somebody else.
func (s *Service) CheckInTx(tx *db.Tx, code string) (id.ID, Attendance, bool, error) {
	eid, mode, known, err := byCode(tx, s.master.KeyedHash(codePurpose, plainCode(code)))
	if err != nil {
		return eid, Attendance{}, false, err
	}
	if !known {
		return eid, Attendance{}, false, fault.New(fault.Rule, "event.code_unknown").At("/code", "event.code_unknown")
	}
	e, err := find(tx, eid, false)
	if err != nil {
		return eid, Attendance{}, false, err
	}
	if err := e.open(tx.Now()); err != nil {
		return eid, Attendance{}, false, err
	}
	me := tx.Scope().Person()
	people, err := standings(tx, eid, []id.ID{me})
	if err != nil {
		return eid, Attendance{}, false, err
	}
	outcomes, entries := e.judge([]Line{{Person: me, Mode: mode}}, people)
	if outcomes[0] == NotFound {
		return eid, Attendance{}, false, fault.Missing()
	}
	if err := addTx(tx, e, e.Day, ByCode, "", entries); err != nil {
		return eid, Attendance{}, false, err
	}
	a, err := findAttendance(tx, eid, me)
	return eid, a, len(entries) > 0, err
}

// Mine lists the caller's own events, newest first.
func (s *Service) Mine(ctx context.Context, r page.Request) (page.Page[Mine], error) {
	var out []Mine
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = mine(tx, r); return })
	return page.Cut(r, out, func(m Mine) []string { return []string{instant(m.Event.Starts), m.Event.ID.String()} }), err
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx gives the record that stays what the one that goes was invited to and
// attended.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error { return inherit(tx, goes, stays) }
