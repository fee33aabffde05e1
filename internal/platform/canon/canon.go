// Package canon writes texts in the one form in which they are hashed: UTF-8
// in NFC, line feeds, no trailing space on a line and none at the end (T-48).
// Two people who see the same text get the same hash.
package canon

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text is the canonical form of a text. It ends with one line feed unless it is
// empty.
func Text(s string) string {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "\uFEFF"), "\r\n", "\n")
	lines := strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	s = strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if s == "" {
		return ""
	}
	return norm.NFC.String(s) + "\n"
}

// Sum is the SHA-256 of a canonical text, in hexadecimal.
func Sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

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
