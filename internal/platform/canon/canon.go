// Package canon writes texts in the one form in which they are hashed: UTF-8
// in NFC, line feeds, no space at the end of a line, no empty line at the
// beginning or the end (T-48). Two people who see the same text get the same
// hash.
package canon

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text is the canonical form of a text.
func Text(s string) string {
	s = strings.TrimPrefix(norm.NFC.String(s), "\uFEFF")
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// Sum is the hash of a text, byte for byte.
func Sum(text string) Hash { return sha256.Sum256([]byte(text)) }

// ParseHash reads a hash in hexadecimal.
func ParseHash(s string) (h Hash, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, false
	}
	return Hash(b), true
}

// String writes the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Number is a foreign number without spaces, case and punctuation: how numbers
// of other bodies are compared, which write them in many ways.
func Number(printed string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, printed)
}

// JSON is the one form of a JSON value that is hashed (RFC 8785), for values
// without numbers: members sorted, nothing escaped that need not be.
func JSON(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(plain); err != nil {
		return nil, err
	}
	return lineSeparators(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// lineSeparators undoes the one escape of package json that RFC 8785 does not
// have, and leaves a backslash that somebody wrote before the same letters.
func lineSeparators(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		switch {
		case bytes.HasPrefix(b[i:], []byte(`\u2028`)):
			out, i = append(out, "\u2028"...), i+5
		case bytes.HasPrefix(b[i:], []byte(`\u2029`)):
			out, i = append(out, "\u2029"...), i+5
		default:
			out, i = append(out, b[i], b[i+1]), i+1
		}
	}
	return out
}
