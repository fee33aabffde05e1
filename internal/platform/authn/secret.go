package authn

import (
	"encoding/base64"
	"strings"
)

// NewSecret draws a secret of 256 bits for refresh tokens and machine clients.
// The prefix says what it is, so that a leaked one is recognised by scanners.
func NewSecret(prefix string) string {
	return prefix + base64.RawURLEncoding.EncodeToString(randomBytes(32))
}

// alphabet is Crockford's base32, check its five further check symbols.
const (
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	checks   = alphabet + "*~$=U"
)

// codeSymbols are 120 random bits, so that a fast keyed hash is right for
// keeping a code (T-06).
const codeSymbols = 24

// NewCode draws a one-time code for people: 24 symbols of Crockford's base32
// and a check symbol, without the letters that are mistaken for digits.
func NewCode() string {
	b := randomBytes(codeSymbols)
	for i, v := range b {
		b[i] = alphabet[v&31]
	}
	return string(b) + string(checkSymbol(string(b)))
}

// ParseCode reads a code as people type it: any case, with dashes and spaces,
// o for 0, i and l for 1. It gives the plain form and whether the check symbol
// fits; what does not fit was mistyped and costs no attempt.
func ParseCode(s string) (string, bool) {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch r {
		case '-', ' ', '\t':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if b.Len() > codeSymbols {
			return "", false
		}
		b.WriteRune(r)
	}
	code := b.String()
	if len(code) != codeSymbols+1 {
		return "", false
	}
	body, last := code[:codeSymbols], code[codeSymbols]
	for _, r := range body {
		if !strings.ContainsRune(alphabet, r) {
			return "", false
		}
	}
	return code, checkSymbol(body) == last
}

// PrintCode groups a code for paper.
func PrintCode(code string) string {
	var b strings.Builder
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func checkSymbol(body string) byte {
	rest := 0
	for _, r := range body {
		rest = (rest*32 + strings.IndexRune(alphabet, r)) % len(checks)
	}
	return checks[rest]
}
