package history

import (
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Entry is one change.
type Entry struct {
	ID         id.ID
	At         time.Time
	ActorKind  string
	Actor      *id.ID
	ActorName  string
	Action     string
	ObjectKind string
	Object     id.ID
	// Fields are the names of what changed, where the change said so.
	Fields []string
}

// shown are the kinds of objects whose entries are shown.
var shown = []string{"account", "address", "asn", "asn_absence", "candidate", "circular", "client", "election", "event", "event_series", "government",
	"government_application", "import", "mandate", "message_template", "numbering", "opd", "opd_officer", "organisation", "pact_campaign", "pact_signature",
	"pact_text", "receipt_key", "reference", "role_grant", "session", "signing_key", "task_force", "task_force_member", "webhook"}

// hidden are those whose entries are not, each with its reason.
var hidden = map[string]string{
	"case":           "behind the wall; GET /cases/{caseId}/history",
	"case_status":    "follows the case",
	"coaching":       "of a person who may be accused; GET /coachings/{coachingId}",
	"deadline":       "runs for a case",
	"letter_number":  "its time tells when a case was acted upon",
	"pact_refusal":   "seen by the agency alone",
	"recommendation": "behind the wall",
	"referral":       "behind the wall",
	"report":         "behind the wall; its steps stand in it",
	"sanction":       "behind the wall",
	"upload":         "its time tells when evidence came in",
}

// Filter narrows the list.
type Filter struct {
	ObjectKind string
	Object     *id.ID
	Actor      *id.ID
	Action     string
	// From and Until are days of the government, both included.
	From, Until *day.Day
}

// kinds are those that the filter leaves.
func (f Filter) kinds() []string {
	if f.ObjectKind == "" {
		return shown
	}
	if slices.Contains(shown, f.ObjectKind) {
		return []string{f.ObjectKind}
	}
	return nil
}
