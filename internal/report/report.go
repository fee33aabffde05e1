package report

import (
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/upload"
)

// Report is one submission. Words are open only when it was read for somebody
// who may see them; GetTx gives none.
type Report struct {
	ID            id.ID
	State         State
	Origin        Origin
	Kind          Kind
	Organisation  *id.ID // the sending body
	Number        string // the sending body's own number, as printed
	Source        Source
	Received      day.Day
	Act           *day.Day // day of the act
	Known         *day.Day // day it became known: Bawaslu's terms run from it
	Violation     string   // kind of violation, when the reporter knew it
	Acts          []string // facets such as like, comment, share
	Election      *id.ID
	Channel       Channel
	Handler       *id.ID // the officer in charge, as a person of the registry
	DuplicateOf   *id.ID
	AnswerBy      *day.Day // until when an answer is awaited; set while incomplete
	Outcome       Outcome
	RecordedLater bool
	Updated       day.Day
	Version       int32

	Words    Words
	Subjects []Subject
	Messages []Message
	Steps    []Step
	Cases    []id.ID
	// Documents are the files that came with it.
	Documents []Document

	filedBy *id.ID
}

// Source is whose finding a submission rests on when another body handed it
// over (Bawaslu's, sent on by BKN), and its number in BKN's report sharing (SBT).
type Source struct {
	Organisation *id.ID
	Number       string
	SBT          string
	// Receipt is the number of our acknowledgement of what was sent over the API.
	Receipt string
	// Status is how far the sending body is itself.
	Status TheirStatus
}

// TheirStatus is a word of another body, and its code in the reference data,
// empty for a word that nobody has entered there yet.
type TheirStatus struct{ Word, Code string }

// Document is a file that came with a report.
type Document struct {
	No     int32
	Upload id.ID
	File   upload.File
}

// Words are what the reporter wrote.
type Words struct {
	Narrative string
	Place     string
	Links     []string
}

// Subject is somebody a report is about: by NIP, by name and office, or only by
// an account or a photo.
type Subject struct {
	No      int32
	Kind    SubjectKind
	Detail  SubjectDetail
	ASN     *id.ID // the person of the registry, once matched
	AddedBy Sender
}

// SubjectDetail is what is known of a subject; any part may be missing.
type SubjectDetail struct {
	NIP         string `json:"nip,omitempty"`
	Name        string `json:"name,omitempty"`
	Workplace   string `json:"workplace,omitempty"`
	Description string `json:"description,omitempty"`
}

// Message is an entry of the inbox between reporter and officers.
type Message struct {
	No       int32
	Sender   Sender
	Kind     MessageKind
	Text     string
	Sent     day.Day
	AnswerBy *day.Day
}

// Step is an entry of a report's history.
type Step struct {
	No            int32
	Action        Action
	From, To      State
	Day           day.Day
	Organisation  *id.ID
	Note          Note
	RecordedLater bool
	by            *id.ID // written, and told by the journal alone
}

// Note is the words of a step.
type Note struct {
	Reason    string `json:"reason,omitempty"`
	Addressee string `json:"addressee,omitempty"` // of a referral to a body that has no row
	Receipt   string `json:"receipt,omitempty"`   // the addressee's number
}

func (n Note) empty() bool { return n == Note{} }

// Origin is the road a report came by.
type Origin string

// The origins.
const (
	Public        Origin = "public"
	FromASN       Origin = "asn"
	FromBawaslu   Origin = "bawaslu"
	FromBKN       Origin = "bkn"
	FromKASN      Origin = "kasn"
	OwnMonitoring Origin = "own_monitoring"
	Phone         Origin = "phone"
	WhatsApp      Origin = "whatsapp"
	Letter        Origin = "letter"
)

// sender is the kind of organisation that must stand behind an origin.
var sender = map[Origin]organisation.Kind{FromBawaslu: organisation.Bawaslu, FromBKN: organisation.BKN, FromKASN: organisation.KASN}

// channelOf tells how the reporter behind an origin reads answers when the
// report was entered by an officer.
func channelOf(o Origin) Channel {
	if slices.Contains([]Origin{Public, Phone, WhatsApp, Letter}, o) {
		return ByCode
	}
	return NoReporter
}

// Kind is what a report is in the words of Bawaslu's rules: laporan, temuan,
// informasi awal. An anonymous report can only be the last one towards Bawaslu,
// which needs a reporter's name and address; here it can start a case.
type Kind string

// The kinds.
const (
	Laporan       Kind = "report"
	Temuan        Kind = "finding"
	InformasiAwal Kind = "preliminary_information"
)

// Channel is how a reporter reads answers.
type Channel string

// The channels.
const (
	ByCode     Channel = "code"
	ByAccount  Channel = "account"
	NoReporter Channel = "none"
)

// SubjectKind is what a subject is; only ASN of this government come to a case
// here, the others are referred.
type SubjectKind string

// The kinds of subjects.
const (
	SubjectASN     SubjectKind = "asn"
	SubjectUnknown SubjectKind = "unknown"
)

// Sender tells the two sides of a report apart.
type Sender string

// The senders.
const (
	Reporter Sender = "reporter"
	Officer  Sender = "officer"
)

// MessageKind tells a question, which awaits an answer, from other messages.
type MessageKind string

// The kinds of messages.
const (
	Plain    MessageKind = "message"
	Question MessageKind = "question"
)

// Outcome is how the cases of an accepted report ended.
type Outcome string

// The outcomes.
const (
	ActionTaken Outcome = "action_taken"
	NotProven   Outcome = "not_proven"
	Closed      Outcome = "closed"
)

// State is where a report stands.
type State string

// The states.
const (
	Received          State = "received"
	Incomplete        State = "incomplete"
	UnderVerification State = "under_verification"
	Accepted          State = "accepted"
	Rejected          State = "rejected"
	Duplicate         State = "duplicate"
	Withdrawn         State = "withdrawn"
	Referred          State = "referred"
)

// Action is a step somebody takes with a report.
type Action string

// The actions. Filing begins a report; Answer is the reporter's message that
// completes it; Acceptance is taken by opening cases.
const (
	Filing            Action = "filing"
	Verification      Action = "verification"
	CompletionRequest Action = "completion_request"
	Answer            Action = "answer"
	Acceptance        Action = "acceptance"
	Rejection         Action = "rejection"
	MarkDuplicate     Action = "duplicate"
	Referral          Action = "referral"
	Withdrawal        Action = "withdrawal"
	Matching          Action = "subject"
	Assignment        Action = "assignment"
	Recusal           Action = "recusal"
	Messaging         Action = "message"
	Finishing         Action = "finishing"
)

// noted is what the journal calls each action.
var noted = map[Action]string{Filing: "filed", Verification: "verified", CompletionRequest: "completion_requested", Answer: "answered",
	Acceptance: "accepted", Rejection: "rejected", MarkDuplicate: "marked_duplicate", Referral: "referred", Withdrawal: "withdrawn",
	Matching: "subject_matched", Assignment: "assigned", Recusal: "recused", Messaging: "message_sent", Finishing: "finished"}

// The permissions of the steps.
const (
	verify   authz.Permission = "report.verify"
	assign   authz.Permission = "report.assign"
	message  authz.Permission = "report.message"
	withdraw authz.Permission = "report.withdraw"
)

// transition is a line of the state machine.
type transition struct {
	from       State
	action     Action
	to         State
	permission authz.Permission
}

// machine is the one table of what may be done with a report in which state.
// Withdrawal does not stop what is already a case or with somebody else: it is
// noted, as Bawaslu does as well.
var machine = []transition{
	{Received, Verification, UnderVerification, verify},
	{Received, CompletionRequest, Incomplete, verify},
	{Received, MarkDuplicate, Duplicate, verify},
	{Received, Referral, Referred, verify},
	{Received, Withdrawal, Withdrawn, withdraw},
	{Incomplete, Answer, Received, message},
	{Incomplete, Verification, UnderVerification, verify},
	{Incomplete, CompletionRequest, Incomplete, verify},
	{Incomplete, MarkDuplicate, Duplicate, verify},
	{Incomplete, Referral, Referred, verify},
	{Incomplete, Withdrawal, Withdrawn, withdraw},
	{UnderVerification, CompletionRequest, Incomplete, verify},
	{UnderVerification, Acceptance, Accepted, verify},
	{UnderVerification, Rejection, Rejected, verify},
	{UnderVerification, MarkDuplicate, Duplicate, verify},
	{UnderVerification, Referral, Referred, verify},
	{UnderVerification, Withdrawal, Withdrawn, withdraw},
	{Accepted, Finishing, Accepted, ""},
	{Accepted, Withdrawal, Accepted, withdraw},
	{Referred, Withdrawal, Referred, withdraw},
	{Duplicate, Withdrawal, Duplicate, withdraw},
}

// always may be done in every state.
var always = []transition{
	{action: Matching, permission: verify},
	{action: Assignment, permission: assign},
	{action: Recusal, permission: verify},
	{action: Messaging, permission: message},
}

// next is the state after an action, or a conflict that lists what the caller
// may do instead.
func (r Report) next(a Action, may func(authz.Permission) bool) (State, error) {
	for _, t := range machine {
		if t.from == r.State && t.action == a {
			return t.to, nil
		}
	}
	return "", fault.New(fault.Conflict, "report.step_not_allowed").Allowing(r.steps(may))
}

// steps lists what the caller may do with a report. Answer is the reporter's
// message; Finishing follows from the cases.
func (r Report) steps(may func(authz.Permission) bool) []string {
	out := []string{}
	for _, t := range machine {
		if t.from == r.State && t.permission != "" && t.action != Answer && may(t.permission) {
			out = append(out, string(t.action))
		}
	}
	for _, t := range always {
		if may(t.permission) && (t.action != Messaging || r.Channel != NoReporter) {
			out = append(out, string(t.action))
		}
	}
	return out
}

// resumed is the report on a legal day: when the day for an answer has passed,
// it goes on without one.
func (r Report) resumed(today day.Day) Report {
	if r.State == Incomplete && r.AnswerBy != nil && r.AnswerBy.Before(today) {
		r.State, r.AnswerBy = Received, nil
	}
	return r
}

// PublicStatus is what a reporter is told; its own closed set, apart from the
// states, so that those may change without a word to the public.
type PublicStatus string

// PublicStatus tells the reporter's word for where the report stands.
func (r Report) PublicStatus() PublicStatus {
	switch r.State {
	case Incomplete:
		return "answer_awaited"
	case UnderVerification:
		return "being_checked"
	case Accepted:
		if r.Outcome == "" {
			return "being_handled"
		}
		return PublicStatus("finished_" + r.Outcome)
	case Rejected:
		return "not_taken_further"
	case Duplicate:
		return "joined"
	case Withdrawn:
		return "withdrawn"
	case Referred:
		return "passed_on"
	}
	return "received"
}

// Plainly are words for the public in both languages.
type Plainly struct{ ID, EN string }

// publicWords are the statuses and how they are told.
var publicWords = map[PublicStatus]Plainly{
	"received":              {"Laporan Anda sudah diterima.", "Your report has been received."},
	"answer_awaited":        {"Petugas menunggu jawaban Anda.", "The officers wait for your answer."},
	"being_checked":         {"Laporan Anda sedang diperiksa kebenarannya.", "Your report is being checked."},
	"being_handled":         {"Laporan Anda sedang ditangani.", "Your report is being handled."},
	"finished_action_taken": {"Penanganan selesai dan tindakan sudah diambil.", "The matter is closed and action was taken."},
	"finished_not_proven":   {"Penanganan selesai; pelanggaran tidak terbukti.", "The matter is closed; a violation was not proven."},
	"finished_closed":       {"Penanganan laporan Anda sudah selesai.", "The matter of your report is closed."},
	"not_taken_further":     {"Laporan Anda tidak ditindaklanjuti.", "Your report is not taken further."},
	"joined":                {"Laporan Anda digabungkan dengan laporan lain tentang kejadian yang sama.", "Your report was joined to another one about the same act."},
	"withdrawn":             {"Laporan Anda sudah ditarik kembali.", "Your report has been withdrawn."},
	"passed_on":             {"Laporan Anda diteruskan kepada lembaga yang berwenang.", "Your report was passed on to the body in charge."},
}

// Missing names what would help to follow a report up and was not given: the
// formal and material conditions of Bawaslu's rules that hold here as well.
func (r Report) Missing() []string {
	out := []string{}
	for name, lacks := range map[string]bool{"act_on": r.Act == nil, "known_on": r.Known == nil, "place": r.Words.Place == "",
		"subjects": len(r.Subjects) == 0, "links": len(r.Words.Links) == 0} {
		if lacks {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Submission is what somebody sends in.
type Submission struct {
	Origin       Origin
	Kind         Kind
	Organisation *id.ID
	Number       string
	Source       Source
	Received     *day.Day // nil: today
	Act, Known   *day.Day
	Violation    string
	Acts         []string
	Election     *id.ID
	Words        Words
	Subjects     []Subject
	// Acknowledged says that the sender gets a number of ours for it.
	Acknowledged bool
	// Uploads are files that the caller has sent before.
	Uploads []id.ID
}

// check holds a submission to what can be true on a day. What is missing is
// never a reason to refuse it.
func (s Submission) check(received, today day.Day) error {
	f := fault.New(fault.Rule, "report.days_wrong")
	for pointer, d := range map[string]*day.Day{"/act_on": s.Act, "/known_on": s.Known, "/received_on": &received} {
		if d != nil && d.After(today) {
			f.At(pointer, "report.day_in_future")
		}
	}
	if s.Act != nil && s.Known != nil && s.Known.Before(*s.Act) {
		f.At("/known_on", "report.known_before_act")
	}
	if len(f.Fields) > 0 {
		slices.SortFunc(f.Fields, func(a, b fault.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
		return f
	}
	return nil
}

// originsOf tells which origins a caller may enter: an ASN speaks for oneself,
// a personnel officer for what the own unit found; officers of the programme
// enter what came by any road but the public form.
func originsOf(reach authz.Reach) []Origin {
	switch reach {
	case authz.Self:
		return []Origin{FromASN}
	case authz.Subtree:
		return []Origin{OwnMonitoring, FromASN}
	default:
		return []Origin{FromASN, FromBawaslu, FromBKN, FromKASN, OwnMonitoring, Phone, WhatsApp, Letter}
	}
}

// trackingCode prints a code with the short code of its government in front, so
// that one shard answers for it.
func trackingCode(government, code string) string {
	return government + "-" + authn.PrintCode(code)
}

// readTrackingCode takes a tracking code apart. What does not have the form was
// mistyped, which tells nothing of what exists.
func readTrackingCode(s string) (government, code string, err error) {
	government, rest, found := strings.Cut(strings.TrimSpace(s), "-")
	code, ok := authn.ParseCode(rest)
	if !found || !ok {
		return "", "", fault.New(fault.Rule, "report.code_mistyped").At("/code", "report.code_mistyped")
	}
	return strings.TrimSpace(government), code, nil
}
