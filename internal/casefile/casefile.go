package casefile

import (
	"encoding/hex"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Case is the examination of one person.
type Case struct {
	ID         id.ID
	Number     string // random within government and year: KN-3603-2024-7F3K9
	State      State
	StateSince day.Day
	Track      string // ethics, discipline, dismissal
	Subject    id.ID
	OPD        id.ID // of the day of the act
	// Superior must act: the nearest superior who is not involved.
	Superior     *id.ID
	ActOn        day.Day
	KnownOn      *day.Day
	RegisteredOn day.Day
	Accusation   string
	// Kinds of violation: those the case is about and those the calendar
	// proposed, with the reason where they differ.
	ViolationTypes       []string
	ProposedTypes        []string
	ClassificationReason string
	// What the case is judged under, kept though the calendar may be corrected.
	Phases          []string
	Election        *id.ID
	Contest         string
	Candidate       *id.ID
	CandidateStatus string
	// ActPost is what the subject was on the day of the act.
	ActPost           Post
	CriminalReferral  bool
	SpouseIsCandidate bool
	Clocks            []Clock
	Handler           *id.ID
	ClosingReason     string
	ClosedOn          *day.Day
	RecordedLater     bool
	Version           int32
	UpdatedAt         time.Time

	person id.ID // the record that stands for the subject today
}

// Post is what somebody was on a day.
type Post struct {
	Name           string `json:"name"`
	OPD            id.ID  `json:"opd_id"`
	OPDName        string `json:"opd_name"`
	PositionTitle  string `json:"position_title"`
	PositionType   string `json:"position_type"`
	RankCode       string `json:"rank_code"`
	EmploymentType string `json:"employment_type"`
	Superior       *id.ID `json:"superior_id,omitempty"`
}

// postOf keeps of a status what a case needs.
func postOf(st asn.Status) Post {
	p := Post{Name: st.Name, OPDName: st.OPDName, PositionTitle: st.Facts[asn.Position].Title, PositionType: st.Facts[asn.Position].Value,
		RankCode: st.Facts[asn.Rank].Value, EmploymentType: st.Facts[asn.Employment].Value, Superior: st.Facts[asn.Superior].Superior}
	if o := st.Facts[asn.Position].OPD; o != nil {
		p.OPD = *o
	}
	return p
}

// check refuses who is not subject to the rules of civil servants.
func (p Post) check() error {
	if p.OPD == id.Nil || p.EmploymentType == "" {
		return fault.New(fault.Rule, "case.no_post_on_that_day").At("/act_on", "case.no_post_on_that_day")
	}
	if p.EmploymentType == asn.NonASN {
		return fault.New(fault.Rule, "case.subject_not_asn")
	}
	return nil
}

// Origin is a submission that feeds a case, with its sender's own number.
type Origin struct {
	Kind           string // report, recommendation, own_finding
	Report         *id.ID
	Recommendation *id.ID
	Organisation   *id.ID
	TheirNumber    string
	// Source is whose finding the submission rests on when another body handed
	// it over, SBTNumber its number in BKN's report sharing.
	Source       *id.ID
	SourceNumber string
	SBTNumber    string
	ReceivedOn   day.Day
}

// Wall keeps a person away from a case.
type Wall struct {
	Person id.ID
	Reason string // involved, relative, reporter, recused
}

// Summons calls the subject to an examination.
type Summons struct {
	ID            id.ID
	Sequence      int32
	IssuedOn      day.Day
	AppearOn      day.Day
	Place         string
	Number        string
	MissedOn      *day.Day
	ShortNotice   bool // computed
	RecordedLater bool
}

// Examination is a record (BAP), or a missed day.
type Examination struct {
	ID            id.ID
	HeldOn        day.Day
	Outcome       string // signed, refused, absent
	Examiners     []id.ID
	Record        string
	Answer        string
	RecordedLater bool
}

const absent = "absent"

// check refuses a record that cannot be.
func (e Examination) check() error {
	f := fault.New(fault.Rule, "case.record_incomplete")
	if e.Outcome == absent {
		if e.Record != "" || e.Answer != "" {
			f.At("/record", "case.absent_says_nothing")
		}
	} else {
		if e.Record == "" {
			f.At("/record", "field.required")
		}
		if len(e.Examiners) == 0 {
			f.At("/examiner_ids", "field.required")
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Recommendation is the conclusion of those who examined. It binds nobody.
type Recommendation struct {
	ID            id.ID
	GivenOn       day.Day
	GivenBy       string // examiners, ethics_council
	Proven        bool
	SanctionType  string
	Opinion       string
	RecordedLater bool
}

// Entry is a step of the history.
type Entry struct {
	Step          Step
	From, To      State
	On            day.Day
	Actor         *id.ID
	Reason        string
	RecordedLater bool
	RecordedAt    time.Time
}

// Note is internal.
type Note struct {
	ID        id.ID
	Author    id.ID
	Body      string
	CreatedAt time.Time
}

// File is a case with all that hangs on it, as one viewer may see it.
type File struct {
	Case
	View            View
	Today           day.Day
	Origins         []Origin
	Walls           []Wall
	Summonses       []Summons
	Examinations    []Examination
	Recommendations []Recommendation
	Decision        *Decision
	Deadlines       []Deadline
	Missed          []deadline.Missed
}

// View is as whom somebody sees a case.
type View string

// The views. All but handlers see the extract.
const (
	AsHandler  View = "handler"
	AsSuperior View = "superior"
	AsSubject  View = "subject"
)

// ViewOf tells as whom the caller sees a case that the wall lets through.
func (c Case) ViewOf(s authz.Scope) View {
	switch me := s.Person(); {
	case c.isSubject(me):
		return AsSubject
	case s.Reach() == authz.Whole:
		return AsHandler
	default:
		return AsSuperior
	}
}

// isSubject reports whether a record is the subject's, also after it was joined
// to another.
func (c Case) isSubject(person id.ID) bool {
	return person != id.Nil && (person == c.Subject || person == c.person)
}

// delivered reports whether the subject was told of the decision.
func (c Case) delivered(entries []Entry) bool {
	return slices.ContainsFunc(entries, func(e Entry) bool { return e.Step == Delivering || e.Step == Deciding })
}

// redact takes from a file what the viewer is not to know (L2, K12).
func (f File) redact(entries []Entry) File {
	if f.View == AsHandler {
		return f
	}
	f.Origins, f.Walls, f.Recommendations, f.Handler = nil, nil, nil, nil
	f.ProposedTypes, f.ClassificationReason = nil, ""
	if f.View == AsSubject && !f.delivered(entries) {
		f.Decision = nil
	}
	return f
}

// caseNumber makes a number of a random identifier.
func caseNumber(governmentCode string, registered day.Day, random id.ID) string {
	return government.RandomNumber("KN", governmentCode, registered, random)
}

// place binds a sealed text to its row.
func place(table string, row id.ID, column string) []string {
	return []string{table, hex.EncodeToString(row[:]), column}
}
