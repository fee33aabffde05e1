package importer

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/job"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// DefaultMaxBytes is how large a file sent over HTTP may be.
const DefaultMaxBytes = 100 << 20

// Service is the use cases of imports.
type Service struct {
	db       *db.DB
	jobs     *job.Queue
	maxBytes int64
	limits   sheet.Limits
}

// NewService joins the service to the database and the queue. maxBytes bounds a
// file sent over HTTP; 0 means DefaultMaxBytes.
func NewService(d *db.DB, jobs *job.Queue, maxBytes int64) *Service {
	if maxBytes <= 0 {
		maxBytes = DefaultMaxBytes
	}
	return &Service{db: d, jobs: jobs, maxBytes: maxBytes}
}

// File is a file at hand.
type File struct {
	Name string
	io.ReaderAt
	Size int64
}

// Receive takes a file from a request and queues the work. A file that cannot
// be read at all is refused at once, and nothing of it is kept. length is what
// the request announces, -1 when it does not.
func (s *Service) Receive(ctx context.Context, body io.Reader, length int64, o Options) (i Import, err error) {
	if length > s.maxBytes {
		return i, fault.New(fault.TooLarge, "request.too_large")
	}
	if err := s.db.Read(ctx, func(tx *db.Tx) error { o, err = checked(tx, o); return err }); err != nil {
		return i, err
	}
	i = Import{ID: id.New(ctx), Options: o, State: Queued, Progress: Progress{Phase: PhaseWaiting}, Version: 1}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.discard(ctx, i.ID))
		}
	}()
	if i.Size, err = s.spool(ctx, i.ID, body, s.maxBytes); err != nil {
		return i, err
	}
	if i, err = s.inspected(i, &spooled{ctx: ctx, s: s, iid: i.ID, size: i.Size}); err != nil {
		return i, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if i, err = receivedTx(tx, i); err != nil {
			return err
		}
		return s.enqueue(tx, i.ID)
	})
	return i, err
}

// Run imports a file here and now: the command line and the demo programme. The
// identifiers it draws from the context are the import's own, and then one for
// each row that holds a person or says something wrong, in the order of the
// file. progress may be nil.
func (s *Service) Run(ctx context.Context, f File, o Options, progress func(Progress)) (i Import, err error) {
	o.FileName = f.Name
	if err := s.db.Read(ctx, func(tx *db.Tx) error { o, err = checked(tx, o); return err }); err != nil {
		return i, err
	}
	i = Import{ID: id.New(ctx), Options: o, State: Reading, Size: f.Size, Progress: Progress{Phase: PhaseReading}, Attempts: 1, Version: 1}
	if i, err = s.inspected(i, f); err != nil {
		return i, err
	}
	if o.Mode == DryRun { // kept, so that it can be applied later
		if _, err := s.spool(ctx, i.ID, io.NewSectionReader(f, 0, f.Size), f.Size); err != nil {
			return i, errors.Join(err, s.discard(ctx, i.ID))
		}
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error { i, err = receivedTx(tx, i); return err }); err != nil {
		return i, errors.Join(err, s.discard(ctx, i.ID))
	}
	switch err := s.work(ctx, i, f, progress); {
	case errors.Is(err, errOvertaken):
	case err != nil:
		if errors.Is(err, errBusy) {
			err = fault.New(fault.Conflict, "import.another_running").Allowing(nil)
		}
		return i, errors.Join(err, s.fail(context.WithoutCancel(ctx), i.ID, CodeUnexpected, 0))
	}
	return s.Get(ctx, i.ID)
}

// checked completes and holds options against the registry.
func checked(tx *db.Tx, o Options) (Options, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return o, err
	}
	if o.ValidFrom.IsZero() {
		o.ValidFrom = today
	}
	if o.ValidFrom.After(today) {
		return o, fault.New(fault.Rule, "import.valid_from_ahead").AtParameter("valid_from", "import.valid_from_ahead")
	}
	if o.OPD != nil {
		if _, err := opd.GetTx(tx, *o.OPD); err != nil {
			return o, err
		}
	}
	if o.EmploymentTypes == nil {
		o.EmploymentTypes = []string{}
	}
	if o.Mapping == nil {
		o.Mapping = map[string]Field{}
	}
	return o, nil
}

// inspected opens the file and recognises its columns.
func (s *Service) inspected(i Import, r io.ReaderAt) (Import, error) {
	in, err := sheet.Open(r, i.Size, sheet.Options{Worksheet: i.Worksheet, Limits: s.limits})
	if err != nil {
		return i, unreadable(err)
	}
	defer func() { _ = in.Close() }()
	head, err := readHead(in)
	if err != nil {
		return i, unreadable(err)
	}
	m, findings := Recognise(head, recognition(i.Options))
	wrong := slices.DeleteFunc(slices.Clone(findings), func(x Finding) bool { return x.Severity != Error })
	if len(wrong) > 0 {
		f := fault.New(fault.Rule, wrong[0].Code)
		for _, x := range wrong {
			at := "/columns"
			if x.Field != "" {
				at += "/" + string(x.Field)
			}
			f.At(at, x.Code)
		}
		return i, f
	}
	i.Format, i.Worksheet = in.Kind(), in.Worksheet()
	i.Columns = Columns{HeaderRow: m.HeaderRow, Headings: m.Headings, Fields: m.Fields(), Findings: findings}
	return i, nil
}

func recognition(o Options) RecogniseOptions {
	onlyOthers := len(o.EmploymentTypes) == 1 && o.EmploymentTypes[0] == NonASN
	return RecogniseOptions{Explicit: o.Mapping, NeedNIP: !onlyOthers, NeedOPD: o.OPD == nil}
}

// readHead reads the rows among which the headings are.
func readHead(in *sheet.Reader) ([]sheet.Row, error) {
	var out []sheet.Row
	for len(out) < HeaderRows {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		r.Cells = append([]sheet.Cell(nil), r.Cells...)
		out = append(out, r)
	}
	return out, nil
}

// unreadable turns a refusal of package sheet into a fault.
func unreadable(err error) error {
	var e *sheet.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Reason == sheet.ReasonTooLarge {
		return fault.New(fault.TooLarge, string(e.Reason)).Because(err)
	}
	f := fault.New(fault.Rule, string(e.Reason)).Because(err)
	if e.Row > 0 {
		f.At("/rows/"+strconv.Itoa(e.Row), string(e.Reason))
	}
	return f
}

func receivedTx(tx *db.Tx, i Import) (Import, error) {
	i.CreatedAt, i.TouchedAt, i.Gone = tx.Now(), tx.Now(), []asn.Departure{}
	if err := insert(tx, i); err != nil {
		return i, err
	}
	return i, note(tx, "received", i, map[string]any{"mode": i.Mode, "format": i.Format, "size": i.Size, "opd_id": i.OPD,
		"employment_types": i.EmploymentTypes, "valid_from": i.ValidFrom})
}

func note(tx *db.Tx, what string, i Import, details map[string]any) error {
	return journal.Note(tx, entry(what, i, details))
}

func entry(what string, i Import, details map[string]any) journal.Entry {
	return journal.Entry{Action: "import." + what, Object: "import", ObjectID: i.ID, Details: details}
}

// Get reads one import.
func (s *Service) Get(ctx context.Context, iid id.ID) (i Import, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { i, err = find(tx, iid, false); return err })
	return i, err
}

// List lists imports, newest first.
func (s *Service) List(ctx context.Context, state State, r page.Request) (page.Page[Import], error) {
	var out []Import
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = list(tx, state, r); return })
	return page.Cut(r, out, func(i Import) []string { return []string{i.CreatedAt.Format(time.RFC3339Nano), i.ID.String()} }), err
}

// Answers lists what became of each row.
func (s *Service) Answers(ctx context.Context, iid id.ID, f AnswerFilter, r page.Request) (p page.Page[Answer], i Import, err error) {
	after, err := lineOf(r)
	if err != nil {
		return p, i, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if i, err = find(tx, iid, false); err != nil {
			return err
		}
		out, err := answersOf(tx, iid, f, after, r.Limit+1)
		for n := range out {
			i.Columns.locate(out[n].Findings)
		}
		p = page.Cut(r, out, func(a Answer) []string { return []string{strconv.Itoa(a.Line)} })
		return err
	})
	return p, i, err
}

func lineOf(r page.Request) (int, error) {
	if r.After == nil {
		return 0, nil
	}
	n, err := strconv.Atoi(r.After[0])
	if err != nil {
		return 0, page.ForeignCursor()
	}
	return n, nil
}

// locate gives findings of the comparison the column of their field.
func (c Columns) locate(findings []Finding) {
	for n, f := range findings {
		columns := c.Fields[f.Field]
		if f.Column > 0 || len(columns) == 0 || columns[0] > len(c.Headings) {
			continue
		}
		findings[n].Column, findings[n].Heading = columns[0], shorten(c.Headings[columns[0]-1])
	}
}

// Kinds of differences that are no outcomes.
const (
	Gone     = "gone"
	Retiring = "retiring"
)

// Differences lists what an import changes.
func (s *Service) Differences(ctx context.Context, iid id.ID, kind string, r page.Request) (p page.Page[Difference], err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, iid, false); err != nil {
			return err
		}
		if kind == Gone {
			after := id.Nil
			if r.After != nil {
				if after, err = id.Parse(r.After[0]); err != nil {
					return err
				}
			}
			out, err := goneOf(tx, iid, after, r.Limit+1)
			p = page.Cut(r, out, func(d Difference) []string { return []string{d.ASN.String()} })
			return err
		}
		after, err := lineOf(r)
		if err != nil {
			return err
		}
		out, err := differencesOf(tx, iid, kind, after, r.Limit+1)
		p = page.Cut(r, out, func(d Difference) []string { return []string{strconv.Itoa(d.Line)} })
		return err
	})
	return p, err
}

// Apply asks for a dry run to be applied. Only who is named as gone, and was
// proposed, is recorded as having left.
func (s *Service) Apply(ctx context.Context, iid id.ID, mode Mode, gone []asn.Departure) (Import, error) {
	return s.step(ctx, iid, Application, func(tx *db.Tx, i Import) (Import, error) {
		people := map[id.ID]bool{}
		for _, d := range gone {
			people[d.Person] = true
		}
		list := make([]id.ID, 0, len(people))
		for p := range people {
			list = append(list, p)
		}
		if n, err := proposed(tx, iid, list); err != nil || n != int64(len(gone)) {
			if err != nil {
				return i, err
			}
			return i, fault.New(fault.Rule, "import.gone_not_proposed").At("/gone", "import.gone_not_proposed")
		}
		i.Mode, i.Gone, i.Attempts, i.Problem, i.ProblemLine = mode, append([]asn.Departure{}, gone...), 0, "", 0
		i.Progress = Progress{Phase: PhaseWaiting}
		return i, s.enqueue(tx, iid)
	})
}

// TakeBack asks for an applied import to be undone.
func (s *Service) TakeBack(ctx context.Context, iid id.ID) (Import, error) {
	return s.step(ctx, iid, Undo, func(tx *db.Tx, i Import) (Import, error) {
		if err := nothingStands(tx, i); err != nil {
			return i, err
		}
		i.Attempts, i.Problem, i.Progress = 0, "", Progress{Phase: PhaseWaiting}
		return i, s.enqueue(tx, iid)
	})
}

func nothingStands(tx *db.Tx, i Import) error {
	n, err := asn.Bulk{Import: i.ID, ValidFrom: i.ValidFrom}.StandingTx(tx)
	if err != nil {
		return err
	}
	if n > 0 {
		return fault.New(fault.Conflict, "import.later_changes").Allowing(nil)
	}
	return nil
}

// Cancel stops an import; work that is under way ends without changing
// anything.
func (s *Service) Cancel(ctx context.Context, iid id.ID) (Import, error) {
	return s.step(ctx, iid, Cancellation, func(tx *db.Tx, i Import) (Import, error) {
		now := tx.Now()
		i.FinishedAt, i.Progress.Phase = &now, PhaseFinished
		return i, deleteChunks(tx, iid)
	})
}

// step makes one step of a person.
func (s *Service) step(ctx context.Context, iid id.ID, step Step, do func(*db.Tx, Import) (Import, error)) (i Import, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if i, err = find(tx, iid, true); err != nil {
			return err
		}
		was := i.State
		if i, err = i.take(step); err != nil {
			return err
		}
		if i, err = do(tx, i); err != nil {
			return err
		}
		i.TouchedAt = tx.Now()
		if _, err := save(tx, i, was); err != nil {
			return err
		}
		return note(tx, string(step)+"_requested", i, map[string]any{"gone": len(i.Gone)})
	})
	return i, err
}

// Job is the work on one import.
type Job struct {
	Tenant int32 `json:"tenant"`
	Import id.ID `json:"import"`
}

// Kind names the job.
func (Job) Kind() string { return "import" }

// InTenant is the government whose import it is.
func (j Job) InTenant() int32 { return j.Tenant }

func (s *Service) enqueue(tx *db.Tx, iid id.ID) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	return s.jobs.InsertTx(tx, Job{Tenant: tenant, Import: iid})
}

// Times of the sweep.
const (
	// staleAfter is how long work may stand still before somebody else takes
	// it: its worker was killed.
	staleAfter = time.Minute
	// unusedAfter is how long a dry run waits for its application.
	unusedAfter = 24 * time.Hour
	// answersFor is how long answers are kept, and an import can be taken back.
	answersFor = 60 * 24 * time.Hour
)

// Sweep takes up work that was left lying in one government, and drops what has
// had its time.
func (s *Service) Sweep(ctx context.Context) error {
	var found []Import
	if err := s.db.Scratch(ctx, func(tx *db.Tx) (err error) {
		now := tx.Now()
		if err := deleteStrayChunks(tx, now.Add(-unusedAfter)); err != nil {
			return err
		}
		found, err = due(tx, now.Add(-staleAfter), now.Add(-unusedAfter), now.Add(-answersFor))
		return err
	}); err != nil {
		return err
	}
	moved, err := s.db.ClockMoved(ctx)
	if err != nil {
		return err
	}
	for _, i := range found {
		if moved && !i.State.working() {
			continue // the demo's clock: its imports only look old
		}
		if err := s.sweepOne(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sweepOne(ctx context.Context, i Import) error {
	switch {
	case i.State.working():
		return s.db.Scratch(ctx, func(tx *db.Tx) error {
			if ok, err := touch(tx, i.ID, i.State, i.Progress); err != nil || !ok {
				return err
			}
			return s.enqueue(tx, i.ID)
		})
	case i.State == Ready:
		_, err := s.Cancel(ctx, i.ID)
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		now := tx.Now()
		i.ExpiredAt = &now
		i.Version++
		if ok, err := save(tx, i, i.State); err != nil || !ok {
			return err
		}
		if err := dropAnswers(tx, i.ID); err != nil {
			return err
		}
		if err := (asn.Bulk{Import: i.ID}).ForgetTx(tx); err != nil {
			return err
		}
		return note(tx, "expired", i, nil)
	})
}
