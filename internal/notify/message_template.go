package notify

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// Edition is what a government once said of a kind in a language. One that is
// not Own gave the program's words back.
type Edition struct {
	Number  int32
	Own     bool
	Words   Template
	Account id.ID
	Created time.Time
}

// MessageTemplate is what a government says of a kind of notice outside the
// application, in one language.
type MessageTemplate struct {
	ID       id.ID
	Kind     string
	Language lang.Lang
	// Words are those that hold, Program those of the program.
	Words, Program Template
	// Editions are what the government has had, newest first.
	Editions []Edition
}

// own reports whether the government's words hold.
func (m MessageTemplate) own() bool { return len(m.Editions) > 0 && m.Editions[0].Own }

// Version counts changes, from 1.
func (m MessageTemplate) version() int32 {
	if len(m.Editions) == 0 {
		return 1
	}
	return m.Editions[0].Number + 1
}

// The steps of a template.
const (
	templateUpdate      = "update"
	templateRestoration = "restoration"
)

func (m MessageTemplate) steps(mayWrite bool) []string {
	switch {
	case !mayWrite:
		return []string{}
	case m.own():
		return []string{templateUpdate, templateRestoration}
	}
	return []string{templateUpdate}
}

// templateID names a template: it follows from what it is of, so that it is the
// same before and after a government has words of its own.
func templateID(tenant int32, kind string, l lang.Lang) id.ID {
	return id.ForName("message_template/" + strconv.Itoa(int(tenant)) + "/" + kind + "/" + string(l))
}

// address is what programs that show messages make a link of, with a scheme or
// without: two labels, one letter and a label with a path, four numbers. Academic
// titles (S.Kom., M.Si.) begin with one letter and have no path.
var address = regexp.MustCompile(`(?i)://|www\.|[\pL\pN-]{2,}\.\pL{2,}|[\pL\pN-]\.\pL{2,}/|([0-9]{1,3}\.){3}[0-9]`)

// check refuses words that could say more than that something waits: a place for
// anything but the government's name, or an address (the message's own link is
// the only one, so that nobody learns to follow another).
func (t Template) check() error {
	var wrong []error
	refuse := func(pointer string, f *fault.Fault) { wrong = append(wrong, f.At(pointer, f.Code)) }
	for _, part := range []struct{ pointer, text string }{{"/subject", t.Subject}, {"/text", t.Text}} {
		pointer, s := part.pointer, part.text
		switch {
		case strings.TrimSpace(s) == "":
			refuse(pointer, fault.New(fault.Rule, "message_template.empty"))
		case len(unknown(Kind{}, s)) > 0:
			refuse(pointer, fault.New(fault.Rule, "message_template.placeholder_unknown"))
		case address.MatchString(s):
			refuse(pointer, fault.New(fault.Rule, "message_template.link"))
		}
	}
	if strings.ContainsAny(t.Subject, "\r\n\t") {
		refuse("/subject", fault.New(fault.Rule, "message_template.subject_lines"))
	}
	return fault.All(wrong...)
}
