package asn

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// titles are words of a name that are none.
var titles = map[string]bool{"DR": true, "DRA": true, "DRS": true, "IR": true, "H": true, "HJ": true, "PROF": true, "SE": true, "SH": true,
	"SSOS": true, "SPD": true, "MM": true, "MSI": true, "MPD": true, "ST": true, "AMD": true, "SKM": true, "SIP": true, "SAG": true, "KH": true, "TB": true, "RD": true}

// words takes a name apart into plain upper-case words without accents,
// punctuation and titles.
func words(name string) []string {
	var b strings.Builder
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == '.':
		case unicode.IsLetter(r) && r < unicode.MaxASCII:
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteByte(' ')
		}
	}
	all := strings.Fields(b.String())
	kept := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return titles[w] })
	if len(kept) == 0 {
		return all
	}
	return kept
}

// NameKey is the form of a name that lists are sorted by.
func NameKey(name string) string { return strings.Join(words(name), " ") }

// spellings folds old and variant spellings: Soekarno is Sukarno, Djaja is
// Jaya, Setyawan is Setiawan, Achmad is Ahmad.
var spellings = strings.NewReplacer("OE", "U", "DJ", "J", "TJ", "C", "SJ", "S", "SY", "S", "NJ", "N", "NY", "N", "MOCH", "MH", "ACH", "AH", "TCH", "C", "CH", "C", "KH", "H",
	"PH", "F", "TH", "T", "DH", "D", "SH", "S", "GH", "G", "BH", "B", "V", "F", "P", "F", "Q", "K", "X", "KS", "Z", "J", "Y", "I")

// sound is a word without what people spell differently: folded spellings, no
// doubled letters, vowels only at the beginning.
func sound(w string) string {
	w = spellings.Replace(w)
	out := make([]byte, 0, len(w))
	for i := range len(w) {
		c := w[i]
		if i > 0 && strings.IndexByte("AEIOUH", c) >= 0 || len(out) > 0 && out[len(out)-1] == c {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// Tokens are what a name is found by: its words as they are, and by sound
// behind a tilde.
func Tokens(name string) []string { return tokensOf(words(name)) }

func tokensOf(words []string) []string {
	var out []string
	for _, w := range words {
		if len(w) < 2 {
			continue
		}
		out = append(out, w, "~"+sound(w))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxWords bounds a search.
const maxWords = 6

// queryWord is one word of a search: found by its beginning or by its sound.
type queryWord struct{ prefix, sound string }

func queryWords(q string) []queryWord {
	var out []queryWord
	for _, w := range words(q) {
		if len(w) < 2 {
			continue
		}
		out = append(out, queryWord{prefix: w, sound: "~" + sound(w)})
	}
	return out[:min(len(out), maxWords)]
}
