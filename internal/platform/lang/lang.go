// Package lang holds every text that an error shows to a person, in Indonesian
// and English, one line per code in messages.csv. Codes are never translated;
// texts may change at any time.
package lang

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/text/language"

	"github.com/netral-asn/netral/internal/platform/fault"
)

//go:embed messages.csv
var messages []byte

// Lang is a language Netral speaks.
type Lang string

// The languages; Indonesian is the default of every text a person reads.
const (
	Indonesian Lang = "id"
	English    Lang = "en"
)

var matcher = language.NewMatcher([]language.Tag{language.Indonesian, language.English})

// Match chooses the language for an Accept-Language header.
func Match(acceptLanguage string) Lang {
	if acceptLanguage == "" {
		return Indonesian
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Indonesian
	}
	_, i, confidence := matcher.Match(tags...)
	if i == 1 && confidence > language.No {
		return English
	}
	return Indonesian
}

type entry struct{ id, en string }

var table = load(messages)

// load panics on a broken file: it is embedded, so only a developer can break it.
func load(b []byte) map[string]entry {
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = 3
	rows, err := r.ReadAll()
	if err != nil {
		panic("lang: messages.csv: " + err.Error())
	}
	out := make(map[string]entry, len(rows))
	for _, row := range rows[1:] {
		if _, twice := out[row[0]]; twice {
			panic("lang: messages.csv has twice " + row[0])
		}
		out[row[0]] = entry{id: row[1], en: row[2]}
	}
	return out
}

// Text gives the text of a code with its parameters filled in; an unknown code
// gives the code itself, which a test never lets happen.
func Text(l Lang, code string, params fault.Params) string {
	e, ok := table[code]
	if !ok {
		return code
	}
	t := e.id
	if l == English {
		t = e.en
	}
	// In one pass: a value that looks like a placeholder is shown as it is.
	pairs := make([]string, 0, 2*len(params))
	for name, v := range params {
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(t)
}

// Codes lists every code that has a text, sorted.
func Codes() []string {
	out := make([]string, 0, len(table))
	for c := range table {
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}

// Known reports whether the code has texts.
func Known(code string) bool { _, ok := table[code]; return ok }
