package notify

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/lang"
)

//go:embed templates.csv
var texts []byte

// Template is what is said of one kind in one language.
type Template struct{ Subject, Text string }

// ofGovernment is the placeholder that every kind has: the government's name.
const ofGovernment = "government"

var builtIns = load(texts)

// load panics on a broken file: it is embedded, so only a developer can break
// it.
func load(b []byte) map[string]map[lang.Lang]Template {
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = 5
	rows, err := r.ReadAll()
	if err != nil {
		panic("notify: templates.csv: " + err.Error())
	}
	out := make(map[string]map[lang.Lang]Template, len(rows))
	for _, row := range rows[1:] {
		out[row[0]] = map[lang.Lang]Template{lang.Indonesian: {row[1], row[2]}, lang.English: {row[3], row[4]}}
	}
	return out
}

// builtIn is the program's own template.
func builtIn(kind string, l lang.Lang) Template {
	t := builtIns[kind]
	if l == lang.English {
		return t[lang.English]
	}
	return t[lang.Indonesian]
}

// hasTexts reports whether a kind has templates whose placeholders it fills.
func hasTexts(k Kind) bool {
	for _, l := range []lang.Lang{lang.Indonesian, lang.English} {
		t := builtIn(k.Name, l)
		if t.Subject == "" || t.Text == "" || len(unknown(k, t.Subject+t.Text)) > 0 {
			return false
		}
	}
	return true
}

// fill puts the values into the places, in one pass: a value that looks like a
// placeholder is shown as it is. A subject is one line, whatever is in a value
// (T-53).
func (t Template) fill(k Kind, p fault.Params, government string) (subject, text string) {
	pairs := []string{"{" + ofGovernment + "}", government}
	for _, name := range k.Placeholders {
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(p[name]))
	}
	r := strings.NewReplacer(pairs...)
	return oneLine(r.Replace(t.Subject)), r.Replace(t.Text)
}

// subjectLimit is how much of a subject is shown: what fills it may be long.
const subjectLimit = 200

// oneLine turns all white space and control characters into single blanks and
// cuts what is too long for a line.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }), " ")
	if r := []rune(s); len(r) > subjectLimit {
		return string(r[:subjectLimit-1]) + "…"
	}
	return s
}

// unknown lists the placeholders of a text that a kind does not fill.
func unknown(k Kind, text string) (out []string) {
	for {
		_, rest, open := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !open || !closed {
			return out
		}
		if name != ofGovernment && !slices.Contains(k.Placeholders, name) {
			out = append(out, name)
		}
		text = after
	}
}
