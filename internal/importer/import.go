package importer

import (
	"maps"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// Mode says what is to be done with a file.
type Mode string

// The modes.
const (
	DryRun       Mode = "dry_run"        // compare, change nothing, wait for the application
	AllOrNothing Mode = "all_or_nothing" // apply when no row is refused
	AcceptValid  Mode = "accept_valid"   // apply the good rows, give the others back
)

// State is how far an import is.
type State string

// The states.
const (
	Queued    State = "queued"
	Reading   State = "reading"
	Ready     State = "ready" // compared; waits for the application
	Applying  State = "applying"
	Applied   State = "applied"
	RefusedAs State = "refused" // all or nothing, and there were refused rows
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Undoing   State = "undoing"
	Undone    State = "undone"
)

// Step is what a person may do with an import.
type Step string

// The steps.
const (
	Application  Step = "application"
	Undo         Step = "undo"
	Cancellation Step = "cancellation"
)

// transitions is the state machine: what a person may do, and where it leads.
// Work in the background leads from Queued, Reading and Applying to where it
// ends, and from Undoing to Undone.
var transitions = map[State]map[Step]State{
	Queued:   {Cancellation: Cancelled},
	Reading:  {Cancellation: Cancelled},
	Ready:    {Application: Applying, Cancellation: Cancelled},
	Applying: {Cancellation: Cancelled},
	Applied:  {Undo: Undoing},
}

// finished are the states from which nothing goes on by itself.
func (s State) finished() bool {
	return s == Applied || s == RefusedAs || s == Failed || s == Cancelled || s == Undone
}

// working are the states in which background work is to be done.
func (s State) working() bool { return s == Queued || s == Reading || s == Applying || s == Undoing }

// Options are what is declared about a file. OPD and EmploymentTypes are its
// scope: rows outside are refused, and only inside is anybody proposed as gone.
type Options struct {
	Mode            Mode
	FileName        string
	Worksheet       string
	OPD             *id.ID
	EmploymentTypes []string
	// ValidFrom is the first day of facts for which the file gives none; no day
	// means today.
	ValidFrom day.Day
	// Mapping maps headings or letters of columns to fields by hand.
	Mapping map[string]Field
	// CreateUnits makes OPD that the file names and the registry does not know.
	CreateUnits bool
}

// scoped reports whether the file declares a scope.
func (o Options) scoped() bool { return o.OPD != nil || len(o.EmploymentTypes) > 0 }

// Columns are what was recognised in the heading row.
type Columns struct {
	HeaderRow int             `json:"header_row"`
	Headings  []string        `json:"headings"`
	Fields    map[Field][]int `json:"fields"`
	Findings  []Finding       `json:"findings"`
}

// Counts tell what came of the rows.
type Counts struct {
	Rows      int `json:"rows"`
	Created   int `json:"created"`
	Changed   int `json:"changed"`
	Moved     int `json:"moved"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
	Skipped   int `json:"skipped"`
	Warned    int `json:"warned"`
	Gone      int `json:"gone"`
	Retiring  int `json:"retiring"`
	Units     int `json:"units"`
}

// Phase is what the work is at.
type Phase string

// The phases.
const (
	PhaseWaiting   Phase = "waiting"
	PhaseReading   Phase = "reading"
	PhaseComparing Phase = "comparing"
	PhaseApplying  Phase = "applying"
	PhaseFinished  Phase = "finished"
)

// Progress is how far the work is.
type Progress struct {
	Phase   Phase
	Percent int // of the file
	Rows    int
}

// Import is one file on its way into the registry.
type Import struct {
	ID id.ID
	Options
	State       State
	Format      sheet.Kind
	Size        int64
	Columns     Columns
	Gone        []asn.Departure
	Progress    Progress
	Attempts    int
	Counts      Counts
	Problem     string // code of what stopped it
	ProblemLine int
	// Difference and Answers are hashes: of what is to be changed, and of the
	// answers to all rows, which the journal keeps.
	Difference, Answers string
	Version             int32
	CreatedAt           time.Time
	TouchedAt           time.Time
	FinishedAt          *time.Time
	// ExpiredAt is when answers and what is needed to take it back were dropped.
	ExpiredAt *time.Time
}

// steps lists what may be done now.
func (i Import) steps(mayWrite bool) []string {
	out := []string{}
	if !mayWrite || i.ExpiredAt != nil {
		return out
	}
	for step := range transitions[i.State] {
		out = append(out, string(step))
	}
	slices.Sort(out)
	return out
}

// take makes a step.
func (i Import) take(step Step) (Import, error) {
	to, ok := transitions[i.State][step]
	if !ok || i.ExpiredAt != nil {
		return i, fault.New(fault.Conflict, "import.state").Allowing(i.steps(true))
	}
	i.State = to
	i.Version++
	return i, nil
}

// Outcome is what became of a row.
type Outcome string

// The outcomes.
const (
	RowCreated   Outcome = "created"
	RowChanged   Outcome = "changed"
	RowMoved     Outcome = "moved" // another unit, whatever else changed
	RowUnchanged Outcome = "unchanged"
	RowRefused   Outcome = "refused"
	RowSkipped   Outcome = "skipped" // holds no person
)

// Answer is what became of one row and why.
type Answer struct {
	Line     int
	Outcome  Outcome
	ASN      *id.ID
	Findings []Finding
	cells    []string
}

// Difference is what a row changes, or a person whom the file does not hold.
type Difference struct {
	Kind      string // an Outcome, gone, or retiring
	Line      int
	ASN       *id.ID
	Name      string
	NIP       string
	OPD       *id.ID
	OPDName   string
	Fields    []FieldChange
	RetiresOn *day.Day
}

// FieldChange is one field before and after.
type FieldChange struct {
	Field string `json:"field"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
	// OldName and NewName are of units.
	OldName string `json:"-"`
	NewName string `json:"-"`
}

// fromRegistry are the findings of the comparison (package asn) as ours.
var fromRegistry = map[string]Finding{
	asn.FoundNIPTwice:        {Field: FieldNIP, Code: CodeNIPTwice, Severity: Error},
	asn.FoundNIPFormer:       {Field: FieldNIP, Code: CodeNIPFormer, Severity: Error},
	asn.FoundPersonTwice:     {Field: FieldName, Code: CodePersonTwice, Severity: Error},
	asn.FoundPersonAmbiguous: {Field: FieldName, Code: CodePersonAmbiguous, Severity: Error},
	asn.FoundPersonReturns:   {Field: FieldNIP, Code: CodePersonReturns, Severity: Warning},
	asn.FoundSuperiorUnknown: {Field: FieldSuperiorNIP, Code: CodeSuperiorUnknown, Severity: Warning},
	asn.FoundSuperiorRing:    {Field: FieldSuperiorNIP, Code: CodeSuperiorRing, Severity: Warning},
	asn.FoundSinceNotLater:   {Code: CodeSinceNotLater, Severity: Warning},
}

// foundCodes lists them in a fixed order.
func foundCodes() []string { return slices.Sorted(maps.Keys(fromRegistry)) }
