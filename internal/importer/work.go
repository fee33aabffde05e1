package importer

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/job"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// maxAttempts is how often an import is begun; what kills its worker every time
// will go on doing so.
const maxAttempts = 5

// errOvertaken says that the import left the state the work began in: somebody
// cancelled it, or another worker finished it.
var errOvertaken = errors.New("importer: the import is no longer in the state its work began in")

// errBusy says that another import of the same government is at work.
var errBusy = errors.New("importer: another import of the government is at work")

// Work does what is to be done with an import now. It is safe to run twice, and
// at once: everything an import changes is one transaction, under the lock of
// its government, that ends the state it began in.
func (s *Service) Work(ctx context.Context, j Job) error {
	i, err := s.begin(ctx, j.Import)
	switch {
	case fault.Is(err, "request.not_found"), errors.Is(err, errOvertaken):
		return nil
	case err != nil:
		return err
	}
	if i.Attempts > maxAttempts {
		return s.fail(ctx, i.ID, CodeUnexpected, 0)
	}
	if i.State == Undoing {
		err = s.undo(ctx, i)
	} else {
		err = s.work(ctx, i, &spooled{ctx: ctx, s: s, iid: i.ID, size: i.Size}, nil)
	}
	switch {
	case errors.Is(err, errBusy):
		return job.Later(2 * time.Second)
	case errors.Is(err, errOvertaken):
		return nil
	}
	return err
}

// begin counts an attempt.
func (s *Service) begin(ctx context.Context, iid id.ID) (i Import, err error) {
	err = s.db.Scratch(ctx, func(tx *db.Tx) error {
		if i, err = find(tx, iid, true); err != nil {
			return err
		}
		if !i.State.working() {
			return errOvertaken
		}
		was := i.State
		if i.State == Queued {
			i.State = Reading
		}
		i.Attempts++
		i.TouchedAt = tx.Now()
		i.Version++
		_, err := save(tx, i, was)
		return err
	})
	return i, err
}

// work reads, compares and, where the mode says so, applies. progress may be
// nil.
func (s *Service) work(ctx context.Context, i Import, file io.ReaderAt, progress func(Progress)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &run{s: s, i: i, file: file}
	stop := r.report(ctx, cancel, progress)
	defer stop()
	err := s.db.Write(ctx, func(tx *db.Tx) error { return r.inTx(tx, stop) })
	if errors.Is(context.Cause(ctx), errOvertaken) {
		return errOvertaken
	}
	var bad *sheet.Error
	switch {
	case errors.As(err, &bad):
		return s.fail(ctx, i.ID, string(bad.Reason), bad.Row)
	case errors.Is(err, errNoRows):
		return s.fail(ctx, i.ID, CodeNoRows, 0)
	case fault.Is(err, CodeRegistryChanged):
		return s.again(ctx, i)
	}
	return err
}

var errNoRows = errors.New("importer: the file holds no person")

// fail ends an import that cannot be read. Nothing of it was changed.
func (s *Service) fail(ctx context.Context, iid id.ID, code string, line int) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		i, err := find(tx, iid, true)
		if err != nil {
			return err
		}
		was := i.State
		if was.finished() {
			return errOvertaken
		}
		now := tx.Now()
		i.State, i.Problem, i.ProblemLine, i.FinishedAt, i.TouchedAt = Failed, code, line, &now, now
		if was == Undoing {
			i.State = Applied // it stands as it was
		}
		i.Progress.Phase = PhaseFinished
		i.Version++
		if _, err := save(tx, i, was); err != nil {
			return err
		}
		if err := deleteChunks(tx, iid); err != nil {
			return err
		}
		return note(tx, "failed", i, map[string]any{"code": code, "line": line})
	})
}

// again compares anew after the registry changed under an application: what
// was looked at is no longer what would be done.
func (s *Service) again(ctx context.Context, i Import) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := find(tx, i.ID, true)
		if err != nil {
			return err
		}
		was := now.State
		if was != Applying {
			return errOvertaken
		}
		now.State, now.Mode, now.Attempts, now.Problem, now.TouchedAt = Reading, DryRun, 0, CodeRegistryChanged, tx.Now()
		now.Version++
		if _, err := save(tx, now, was); err != nil {
			return err
		}
		if err := s.enqueue(tx, i.ID); err != nil {
			return err
		}
		return note(tx, "outdated", now, nil)
	})
}

// undo takes an import back.
func (s *Service) undo(ctx context.Context, i Import) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		if err := nothingStands(tx, i); err != nil {
			return err
		}
		if err := (asn.Bulk{Import: i.ID, ValidFrom: i.ValidFrom}).UndoTx(tx); err != nil {
			return err
		}
		now := tx.Now()
		i.State, i.TouchedAt, i.FinishedAt, i.Progress.Phase = Undone, now, &now, PhaseFinished
		i.Version++
		if err := finish(tx, i, Undoing); err != nil {
			return err
		}
		return note(tx, "undone", i, nil)
	})
	if fault.Is(err, "import.later_changes") {
		return s.fail(ctx, i.ID, "import.later_changes", 0)
	}
	return err
}

// lock lets one import of a government work at a time.
func lock(tx *db.Tx) error {
	got, err := lockGovernment(tx)
	if err == nil && !got {
		err = errBusy
	}
	return err
}

// finish writes the import back if it is still in the state its work began in.
func finish(tx *db.Tx, i Import, was State) error {
	ok, err := save(tx, i, was)
	if err == nil && !ok {
		err = errOvertaken
	}
	return err
}

// run is one pass over one file.
type run struct {
	s    *Service
	i    Import
	file io.ReaderAt

	mu       sync.Mutex
	progress Progress
}

// reportEvery is how often progress is written.
const reportEvery = 500 * time.Millisecond

func (r *run) at(p Progress) { r.mu.Lock(); r.progress = p; r.mu.Unlock() }

func (r *run) now() Progress { r.mu.Lock(); defer r.mu.Unlock(); return r.progress }

func (r *run) phase(p Phase) { r.mu.Lock(); r.progress.Phase = p; r.mu.Unlock() }

// report writes progress beside the work, and ends the work when the import has
// been cancelled. stop waits until nothing more is written.
func (r *run) report(ctx context.Context, cancel context.CancelCauseFunc, progress func(Progress)) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(reportEvery)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			p := r.now()
			if progress != nil {
				progress(p)
			}
			var ok bool
			err := r.s.db.Scratch(ctx, func(tx *db.Tx) (err error) { ok, err = touch(tx, r.i.ID, r.i.State, p); return })
			if err == nil && !ok {
				cancel(errOvertaken)
				return
			}
		}
	}()
	var once sync.Once
	return func() { once.Do(func() { close(quit); <-done }) }
}

// inTx is the whole import: one transaction, so that a kill leaves nothing and
// a second try doubles nothing.
func (r *run) inTx(tx *db.Tx, settled func()) error {
	if err := lock(tx); err != nil {
		return err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return err
	}
	bulk := asn.Bulk{Import: r.i.ID, ValidFrom: r.i.ValidFrom, Today: today}
	known, err := r.stage(tx, bulk)
	if err != nil {
		return err
	}
	r.phase(PhaseComparing)
	made, ids, err := r.makeUnits(tx, known)
	if err != nil {
		return err
	}
	if err := bulk.CompareTx(tx, ids); err != nil {
		return err
	}
	i, apply, err := r.answer(tx, made)
	if err != nil {
		return err
	}
	if apply {
		r.phase(PhaseApplying)
		if err := bulk.ApplyTx(tx); err != nil {
			return err
		}
		if err := bulk.DepartTx(tx, i.Gone); err != nil {
			return err
		}
	}
	settled()
	return r.settle(tx, i)
}

// stage reads the file into the staging table: one goroutine parses and judges
// while the database takes what came before.
func (r *run) stage(tx *db.Tx, bulk asn.Bulk) (*units, error) {
	in, err := r.open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	entry, err := government.EntryByTenantTx(tx, mustTenant(tx))
	if err != nil {
		return nil, err
	}
	tree, err := opd.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	known := newUnits(tree, entry.Name, r.i.Options, bulk.Today)
	n, err := bulk.StageTx(tx, func(put func(asn.Incoming) error) error {
		j := &judge{units: known, look: Lookups{Today: bulk.Today, EmploymentTypes: r.i.EmploymentTypes, OPDDeclared: r.i.OPD != nil}}
		return r.rows(in, j, func(row sheet.Row) error {
			incoming, ok, err := j.row(row)
			if err != nil || !ok {
				return err
			}
			incoming.ID = tx.NewID()
			return put(incoming)
		})
	})
	if err == nil && n == 0 {
		err = errNoRows
	}
	return known, err
}

// mustTenant is the government of a transaction whose lock was taken by it.
func mustTenant(tx *db.Tx) int32 {
	t, _ := tx.Tenant()
	return t
}

func (r *run) open() (*sheet.Reader, error) {
	return sheet.Open(r.file, r.i.Size, sheet.Options{Worksheet: r.i.Worksheet, Limits: r.s.limits})
}

// rows gives each row below the headings.
func (r *run) rows(in *sheet.Reader, j *judge, each func(sheet.Row) error) error {
	head, err := readHead(in)
	if err != nil {
		return err
	}
	m, findings := Recognise(head, recognition(r.i.Options))
	if Refused(findings) {
		return &sheet.Error{Reason: sheet.ReasonBroken} // it was read once already
	}
	j.mapping = m
	count := 0
	for _, row := range head {
		if row.Number > m.HeaderRow {
			count++
			if err := each(row); err != nil {
				return err
			}
		}
	}
	for {
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
		if count++; count%512 == 0 {
			r.at(Progress{Phase: PhaseReading, Percent: int(100 * in.Progress()), Rows: count})
		}
	}
}

// makeUnits creates the units that are to be made, and tells the identifiers of
// all.
func (r *run) makeUnits(tx *db.Tx, known *units) (made int, ids []id.ID, err error) {
	for _, n := range known.made {
		u := known.list[n]
		u.From, u.Parent = r.i.ValidFrom, r.i.OPD
		if known.list[n], err = opd.CreateTx(tx, u); err != nil {
			return 0, nil, err
		}
	}
	ids = make([]id.ID, len(known.list))
	for n, u := range known.list {
		ids[n] = u.ID
	}
	return len(known.made), ids, nil
}

// answer writes what became of each row and decides whether to apply.
func (r *run) answer(tx *db.Tx, made int) (i Import, apply bool, err error) {
	i = r.i
	if err := r.fetchCells(tx); err != nil {
		return i, false, err
	}
	if err := dropAnswers(tx, i.ID); err != nil {
		return i, false, err
	}
	refused, err := anyRefused(tx)
	if err != nil {
		return i, false, err
	}
	apply = i.Mode == AcceptValid || i.Mode == AllOrNothing && !refused
	if err := writeAnswers(tx, i.ID, apply); err != nil {
		return i, false, err
	}
	if i.scoped() {
		if err := writeGone(tx, i.ID, i.Options); err != nil {
			return i, false, err
		}
	}
	if i.Counts, err = countRows(tx, i.ID); err != nil {
		return i, false, err
	}
	i.Counts.Units = made
	before := i.Difference
	if i.Difference, i.Answers, err = hashes(tx, i.ID); err != nil {
		return i, false, err
	}
	if i.State == Applying && before != i.Difference {
		return i, false, fault.New(fault.Conflict, CodeRegistryChanged).Allowing(nil)
	}
	return i, apply, nil
}

// fetchCells reads the file once more for the rows that only the comparison
// refused: they are few, and keeping the cells of all rows would double the
// work.
func (r *run) fetchCells(tx *db.Tx) error {
	if err := makeCells(tx); err != nil {
		return err
	}
	lines, err := refusedLater(tx)
	if err != nil || len(lines) == 0 {
		return err
	}
	in, err := r.open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	_, err = tx.Copy("import_cells", []string{"line", "cells"}, func(c *db.CopyRows) error {
		j := &judge{}
		return r.rows(in, j, func(row sheet.Row) error {
			if !lines[row.Number] {
				return nil
			}
			b, err := json.Marshal(j.cells(row, nil))
			if err != nil {
				return err
			}
			c.Int(row.Number)
			c.Text(string(b))
			return c.End()
		})
	})
	return err
}

// settle ends the state the work began in, or undoes the work: whoever
// cancelled meanwhile was faster.
func (r *run) settle(tx *db.Tx, i Import) error {
	now := tx.Now()
	i.TouchedAt, i.Progress = now, Progress{Phase: PhaseFinished, Percent: 100, Rows: i.Counts.Rows}
	what := "applied"
	switch {
	case i.Mode == DryRun:
		i.State, what = Ready, "compared"
		i.Progress.Phase = PhaseWaiting
	case i.Mode == AllOrNothing && i.Counts.Refused > 0:
		i.State, what, i.FinishedAt = RefusedAs, "refused", &now
	default:
		i.State, i.FinishedAt = Applied, &now
	}
	counted, err := find(tx, i.ID, true) // progress was counted beside the work
	if err != nil {
		return err
	}
	i.Version = counted.Version + 1
	if err := finish(tx, i, r.i.State); err != nil {
		return err
	}
	if i.State.finished() {
		if err := deleteChunks(tx, i.ID); err != nil {
			return err
		}
	}
	e := entry(what, i, map[string]any{"counts": i.Counts, "answers_sha256": i.Answers, "gone": len(i.Gone)})
	if i.State == Applied {
		e.Public = &journal.Public{Type: journal.ImportApplied}
	}
	return journal.Note(tx, e)
}
