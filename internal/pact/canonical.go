package pact

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/netral-asn/netral/internal/platform/canon"
)

// bytesHash takes a hash from a row; a row that was not found gives none.
func bytesHash(b []byte) (h canon.Hash) {
	copy(h[:], b)
	return h
}

// body joins the parts of a text into the words people sign.
func (t Text) body() string {
	parts := []string{t.Title}
	if t.Preamble != "" {
		parts = append(parts, t.Preamble)
	}
	clauses := make([]string, 0, len(t.Clauses))
	for i, c := range t.Clauses {
		clauses = append(clauses, strconv.Itoa(i+1)+". "+c.Text)
	}
	parts = append(parts, strings.Join(clauses, "\n"), t.Consent)
	return canon.Text(strings.Join(parts, "\n\n"))
}

// canonicalJSON writes an object of texts in the canonical form of RFC 8785:
// names sorted, no white space, nothing escaped that need not be.
func canonicalJSON(m map[string]string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b.WriteByte(',')
		}
		quote(&b, name)
		b.WriteByte(':')
		quote(&b, m[name])
	}
	b.WriteByte('}')
	return b.String()
}

var shortEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\f': `\f`, '\r': `\r`}

func quote(b *strings.Builder, s string) {
	const hex = "0123456789abcdef"
	b.WriteByte('"')
	for _, r := range s {
		switch short, ok := shortEscapes[r]; {
		case ok:
			b.WriteString(short)
		case r < ' ':
			b.WriteString(`\u00`)
			b.WriteByte(hex[r>>4])
			b.WriteByte(hex[r&15])
		default:
			b.WriteString(string(utf8.AppendRune(nil, r)))
		}
	}
	b.WriteByte('"')
}
