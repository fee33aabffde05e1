package notify

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves T-53: whatever a title holds, a subject is one line of bounded length,
// and what looks like a placeholder in a value is not filled again.
func TestTemplate_Fill(t *testing.T) {
	t.Parallel()
	k := Kind{Name: "event_invited", Placeholders: []string{"title"}}
	tmpl := Template{Subject: "Undangan: {title}", Text: "{government} mengundang ke {title}."}
	subject, text := tmpl.fill(k, fault.Params{"title": "Apel\r\nBcc: x@example.id\u2028{government}\x00"}, "Kota")
	if subject != "Undangan: Apel Bcc: x@example.id {government}" || !strings.HasPrefix(text, "Kota mengundang ke Apel") {
		t.Errorf("got %q, %q", subject, text)
	}
	subject, _ = tmpl.fill(k, fault.Params{"title": strings.Repeat("é", 500)}, "Kota")
	if utf8.RuneCountInString(subject) != subjectLimit || !strings.HasSuffix(subject, "…") {
		t.Errorf("a long one became %d letters", utf8.RuneCountInString(subject))
	}
}

// Proves Q1: placeholders that a kind does not fill are named.
func TestUnknown(t *testing.T) {
	t.Parallel()
	k := Kind{Placeholders: []string{"title"}}
	for text, want := range map[string][]string{"": nil, "{title} {government}": nil, "{name}, {title}, {nip}": {"name", "nip"}, "an open { one": nil} {
		if got := unknown(k, text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// Proves D4: a kind is caused by its actions alone, narrowed by what the note
// says.
func TestKind_Caused(t *testing.T) {
	t.Parallel()
	k := Kind{On: []string{"event.updated"}, When: func(n db.Noted) bool { return n.Details["moved"] != nil }}
	for name, c := range map[string]struct {
		n    db.Noted
		want bool
	}{
		"moved":   {db.Noted{Action: "event.updated", Details: map[string]any{"moved": true}}, true},
		"renamed": {db.Noted{Action: "event.updated"}, false},
		"other":   {db.Noted{Action: "event.held", Details: map[string]any{"moved": true}}, false},
	} {
		if k.caused(c.n) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}

// Proves C3: an object's day is one cause, another day is another one.
func TestReminderID(t *testing.T) {
	t.Parallel()
	one := Reminder{Object: id.ForName("a"), Day: day.MustParse("2024-12-02")}
	moved := Reminder{Object: one.Object, Day: day.MustParse("2024-12-03")}
	again := Reminder{Object: one.Object, Day: day.MustParse("2024-12-02")}
	if reminderID(one) != reminderID(again) || reminderID(one) == reminderID(moved) {
		t.Error("the causes of days are not told apart")
	}
}
