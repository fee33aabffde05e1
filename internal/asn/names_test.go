package asn

import (
	"slices"
	"testing"
)

// Proves B1: names are found whatever their spelling, order, titles and doubled
// letters.
func TestSound_ForgivesSpelling(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{{"SOEKARNO", "SUKARNO"}, {"SETIAWAN", "SETYAWAN"}, {"MUHAMMAD", "MOHAMAD", "MUHAMAD", "MOCHAMMAD"},
		{"DJAJA", "JAYA"}, {"FAUZI", "FAUJI"}, {"ACHMAD", "AHMAD"}, {"TJANDRA", "CHANDRA"}, {"SYARIF", "SARIF", "SHARIF"}, {"NOVITA", "NOFITA"}} {
		for _, w := range same[1:] {
			if sound(w) != sound(same[0]) {
				t.Errorf("%s sounds %s, %s sounds %s", same[0], sound(same[0]), w, sound(w))
			}
		}
	}
	for _, other := range [][2]string{{"BUDI", "DEWI"}, {"SITI", "SARI"}, {"AGUS", "AGIL"}} {
		if sound(other[0]) == sound(other[1]) {
			t.Errorf("%s and %s sound alike", other[0], other[1])
		}
	}
}

// Proves B1: titles and punctuation are no part of a name.
func TestNameKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Drs. H. Hendra  Setiawan, M.Si.": "HENDRA SETIAWAN", "siti nur'aini": "SITI NURAINI", "Dr": "DR", "José-María": "JOSE MARIA"} {
		if got := NameKey(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := Tokens("Hendra Setiawan"); !slices.Equal(got, []string{"HENDRA", "SETIAWAN", "~HNDR", "~STWN"}) {
		t.Errorf("got %v", got)
	}
}
