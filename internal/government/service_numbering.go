package government

import (
	"context"
	"strconv"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Numberings lists how the caller's government numbers its letters, with today.
func (s *Service) Numberings(ctx context.Context) (out []Numbering, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = TodayTx(tx); err != nil {
			return err
		}
		out, err = listNumbering(tx, today)
		return err
	})
	return out, today, err
}

// Numbering reads one.
func (s *Service) Numbering(ctx context.Context, nid id.ID) (n Numbering, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = TodayTx(tx); err != nil {
			return err
		}
		n, err = numberingByID(tx, nid, today, false)
		return err
	})
	return n, today, err
}

// ChangeNumbering changes how letters of a kind are numbered.
func (s *Service) ChangeNumbering(ctx context.Context, nid id.ID, c NumberingChange) (n Numbering, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = TodayTx(tx); err != nil {
			return err
		}
		if n, err = numberingByID(tx, nid, today, true); err != nil {
			return err
		}
		if c.Last != nil { // nobody takes a number meanwhile
			if n.Last, err = lockSerial(tx, n.Kind, today.Year()); err != nil {
				return err
			}
		}
		if n, err = c.apply(n); err != nil {
			return err
		}
		if err := updateNumbering(tx, n); err != nil {
			return err
		}
		if c.Last != nil {
			if err := setSerial(tx, n.Kind, today.Year(), n.Last); err != nil {
				return err
			}
		}
		return journal.Note(tx, journal.Entry{Action: "numbering.updated", Object: "numbering", ObjectID: n.ID,
			Details: map[string]any{"letter_kind": n.Kind, "pattern": n.Pattern, "last_serial": n.Last}})
	})
	return n, today, err
}

// PreviewNumber tells how the next number would be written on a day, with the
// fields of a change tried.
func (s *Service) PreviewNumber(ctx context.Context, nid id.ID, c NumberingChange, on *day.Day) (text string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		at, err := TodayTx(tx)
		if err != nil {
			return err
		}
		if on != nil {
			at = *on
		}
		n, err := numberingByID(tx, nid, at, false)
		if err != nil {
			return err
		}
		if n, err = c.apply(n); err != nil {
			return err
		}
		text = n.number(n.Last+1, at)
		return nil
	})
	return text, err
}

// Numbers lists the register of one kind of letter, newest first.
func (s *Service) Numbers(ctx context.Context, nid id.ID, r page.Request) (page.Page[Number], error) {
	var out []Number
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		today, err := TodayTx(tx)
		if err != nil {
			return err
		}
		n, err := numberingByID(tx, nid, today, false)
		if err != nil {
			return err
		}
		out, err = listNumbers(tx, n.Kind, r)
		return err
	})
	return page.Cut(r, out, func(n Number) []string { return []string{strconv.Itoa(n.Year), strconv.Itoa(int(n.Serial))} }), err
}

// TakeNumber takes the next number for a letter that is written elsewhere.
func (s *Service) TakeNumber(ctx context.Context, nid id.ID, subject string, on *day.Day) (n Number, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := TodayTx(tx)
		if err != nil {
			return err
		}
		rule, err := numberingByID(tx, nid, today, false)
		if err != nil {
			return err
		}
		if on == nil {
			on = &today
		}
		n, err = TakeNumberTx(tx, rule.Kind, subject, *on)
		return err
	})
	return n, err
}

// TakeNumberTx gives a letter of a day the next number of its kind and year. The
// year's serial stays locked until the caller's transaction ends: what fails
// gives its number back, so there are no gaps, and two never get the same.
// Letters take their number from here, and nothing else in their transaction
// should be slow afterwards.
func TakeNumberTx(tx *db.Tx, kind LetterKind, subject string, on day.Day) (Number, error) {
	today, err := TodayTx(tx)
	if err != nil {
		return Number{}, err
	}
	if on.After(today) {
		return Number{}, fault.New(fault.Rule, "numbering.day_in_future").At("/on", "numbering.day_in_future")
	}
	serial, err := nextSerial(tx, kind, on.Year())
	if err != nil {
		return Number{}, constraints.Fault(err)
	}
	rule, err := numberingOf(tx, kind)
	if err != nil {
		return Number{}, err
	}
	n := Number{ID: tx.NewID(), Kind: kind, Year: on.Year(), Serial: serial, Text: rule.number(serial, on), On: on, Subject: subject, At: tx.Now(), RecordedLater: on.Before(today)}
	if who := tx.Scope().Principal().ID; who != id.Nil {
		n.By = &who
	}
	if err := insertNumber(tx, n); err != nil {
		return n, err
	}
	return n, journal.Note(tx, journal.Entry{Action: "number.taken", Object: "letter_number", ObjectID: n.ID,
		Details: map[string]any{"letter_kind": kind, "year": n.Year, "serial": serial}})
}
