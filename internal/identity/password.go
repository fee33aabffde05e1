package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/netral-asn/netral/internal/platform/fault"
)

const (
	minPassword = 10
	maxPassword = 128
	fewLetters  = 5 // fewer different characters are no password
)

// weak are words that are tried first; digits and signs around them help
// nothing.
var weak = map[string]bool{
	"password": true, "passw": true, "pass": true, "admin": true, "administrator": true, "qwerty": true, "qwertyuiop": true, "asdfghjkl": true,
	"letmein": true, "welcome": true, "netral": true, "netralitas": true, "netralitasasn": true, "asn": true, "asnnetral": true, "pns": true,
	"pppk": true, "bkpsdm": true, "bkn": true, "bawaslu": true, "kepegawaian": true, "indonesia": true, "indonesiaraya": true, "merdeka": true,
	"pancasila": true, "garuda": true, "bismillah": true, "bismilah": true, "alhamdulillah": true, "rahasia": true, "sayang": true, "cinta": true,
	"sandi": true, "katasandi": true, "selamat": true, "selamatpagi": true, "jakarta": true, "bandung": true, "tangerang": true, "bogor": true,
	"kabupaten": true, "pemerintah": true, "pemda": true, "pilkada": true, "pemilu": true, "abcdefghij": true, "abc": true,
}

// checkPassword refuses what is guessed first (NIST SP 800-63B): too short,
// digits alone, well-known words, the own names.
func checkPassword(pointer, password string, names ...string) error {
	if n := utf8.RuneCountInString(password); n < minPassword || n > maxPassword {
		return fault.New(fault.Rule, "auth.password_length").At(pointer, "auth.password_length")
	}
	different := map[rune]bool{}
	var letters strings.Builder
	for _, r := range strings.ToLower(password) {
		different[r] = true
		if unicode.IsLetter(r) {
			letters.WriteRune(r)
		}
	}
	if len(different) < fewLetters || letters.Len() == 0 || weak[letters.String()] {
		return fault.New(fault.Rule, "auth.password_weak").At(pointer, "auth.password_weak")
	}
	for _, name := range names {
		if name != "" && strings.Contains(strings.ToLower(password), strings.ToLower(name)) {
			return fault.New(fault.Rule, "auth.password_weak").At(pointer, "auth.password_weak")
		}
	}
	return nil
}
