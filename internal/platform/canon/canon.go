// Package canon writes texts in the one form in which they are hashed: UTF-8
// in NFC, line feeds, no space at the end of a line, no empty line at the
// beginning or the end (T-48). Two people who see the same text get the same
// hash.
package canon

import (
	"crypto/sha256"
	"encoding/hex"
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
