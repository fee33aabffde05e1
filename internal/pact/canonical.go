package pact

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String writes the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads one.
func ParseHash(s string) (h Hash, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, false
	}
	return Hash(b), true
}

// bytesHash takes a hash from a row; a row that was not found gives none.
func bytesHash(b []byte) (h Hash) {
	copy(h[:], b)
	return h
}

func hashOf(s string) Hash { return sha256.Sum256([]byte(s)) }

// canonicalText is the one form of a text that is hashed and signed: UTF-8 in
// NFC, lines ended by LF, no space at the end of a line, no empty line at the
// beginning or the end.
func canonicalText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(norm.NFC.String(s))
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, unicode.IsSpace)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
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
	return canonicalText(strings.Join(parts, "\n\n"))
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
