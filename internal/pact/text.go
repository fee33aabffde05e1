package pact

import (
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
)

// TextState is how far a text is.
type TextState string

// The states of a text.
const (
	Draft      TextState = "draft"
	InApproval TextState = "in_approval"
	Published  TextState = "published"
)

// textFlow is who may do what with a text when. A published text has no step:
// whoever wants other words writes another edition.
var textFlow = []move[TextState]{
	{Draft, "update", Draft, "pact.write"},
	{Draft, "submission", InApproval, "pact.write"},
	{InApproval, "approvals", InApproval, "pact.approve"},
	{InApproval, "return", Draft, "pact.approve"},
	{InApproval, "publication", Published, "pact.write"},
}

// approvalsNeeded is how many different people approve a text.
const approvalsNeeded = 2

// Clause is one numbered point of a pact. Code names the clause of the
// catalogue it was taken from; local ones have none.
type Clause struct {
	Text string `json:"text"`
	Code string `json:"code,omitempty"`
}

// Text is one edition of the pact for one election.
type Text struct {
	ID        id.ID
	Election  id.ID
	Edition   int32 // counts inside the election
	Title     string
	Preamble  string
	Clauses   []Clause
	Consent   string // the words by which the signer agrees
	Replaces  *id.ID
	State     TextState
	Round     int32 // of approval
	Version   int32
	Approvals []Approval // of the present round
	// Body and SHA256 are the words people sign: frozen once published, till
	// then as they would be.
	Body        string
	SHA256      canon.Hash
	PublishedAt *time.Time
}

// Approval is one person's yes to the exact words.
type Approval struct {
	Approver id.ID // account
	Person   *id.ID
	SHA256   canon.Hash
	At       time.Time
}

// agreed counts the people who approved the present words. Two accounts whose
// records were joined since are one person.
func (t Text) agreed() int {
	n, people := 0, map[id.ID]bool{}
	for _, a := range t.Approvals {
		if a.SHA256 != t.SHA256 {
			continue
		}
		if a.Person != nil && people[*a.Person] {
			continue
		}
		if a.Person != nil {
			people[*a.Person] = true
		}
		n++
	}
	return n
}

// Steps lists what the caller may do with the text.
func (t Text) Steps(may func(authz.Permission) bool) []string {
	out := []string{}
	for _, s := range steps(textFlow, t.State, may) {
		if s != "publication" || t.agreed() >= approvalsNeeded {
			out = append(out, s)
		}
	}
	return out
}

// step moves the text, or refuses with the steps that are open instead.
func (t Text) step(name string, may func(authz.Permission) bool) (Text, error) {
	to, ok := next(textFlow, t.State, name)
	if !ok {
		return t, fault.New(fault.Conflict, "pact_text.wrong_state", "state", t.State).Allowing(t.Steps(may))
	}
	if name == "publication" && t.agreed() < approvalsNeeded {
		return t, fault.New(fault.Conflict, "pact_text.approvals_missing", "needed", approvalsNeeded, "have", t.agreed()).Allowing(t.Steps(may))
	}
	t.State = to
	t.Version++
	return t, nil
}

// approvable refuses a second yes of one person, whatever the account, and a
// yes to other words than the present ones.
func (t Text) approvable(a Approval, may func(authz.Permission) bool) error {
	if a.SHA256 != t.SHA256 {
		return fault.New(fault.Conflict, "pact.text_differs").Allowing(t.Steps(may))
	}
	for _, b := range t.Approvals {
		if a.Approver == b.Approver || (a.Person != nil && b.Person != nil && *a.Person == *b.Person) {
			return fault.New(fault.Conflict, "pact_text.approved_before").Allowing(t.Steps(may))
		}
	}
	return nil
}

// TextChange holds the fields of a patch; nil stays as it is.
type TextChange struct {
	Title    *string
	Preamble *string
	Consent  *string
	Clauses  *[]Clause
}

func (c TextChange) apply(t Text) Text {
	opt.Set(&t.Title, c.Title)
	opt.Set(&t.Preamble, c.Preamble)
	opt.Set(&t.Consent, c.Consent)
	opt.Set(&t.Clauses, c.Clauses)
	return t.composed()
}

// composed brings the parts into canonical form and works out the words and
// their hash.
func (t Text) composed() Text {
	t.Title, t.Preamble, t.Consent = canon.Text(t.Title), canon.Text(t.Preamble), canon.Text(t.Consent)
	clauses := make([]Clause, 0, len(t.Clauses))
	for _, c := range t.Clauses {
		clauses = append(clauses, Clause{Text: canon.Text(c.Text), Code: c.Code})
	}
	t.Clauses = clauses
	t.Body = t.body()
	t.SHA256 = canon.Sum(t.Body)
	return t
}

// check refuses a text that says nothing where it must say something.
func (t Text) check() error {
	f := fault.New(fault.Rule, "pact_text.incomplete")
	blank := func(pointer, s string) {
		if strings.TrimSpace(s) == "" {
			f.At(pointer, "field.required")
		}
	}
	blank("/title", t.Title)
	blank("/consent", t.Consent)
	for _, c := range t.Clauses {
		blank("/clauses", c.Text)
	}
	if len(t.Clauses) == 0 {
		f.At("/clauses", "field.required")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}
