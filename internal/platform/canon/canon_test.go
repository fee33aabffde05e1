package canon_test

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/canon"
)

// Proves T-48: what looks the same has the same form, and the form is its own
// canonical form.
func TestText_SameLookSameForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                              "",
		" \r\n\t\n":                     "",
		"a":                             "a\n",
		"a \r\nb\t\rc\n\n\n":            "a\nb\nc\n",
		"\uFEFFa\u00a0\n":               "a\n",
		"cafe\u0301":                    "caf\u00e9\n",
		"  1. Netral.\n\n  2. Adil.   ": "  1. Netral.\n\n  2. Adil.\n",
	} {
		got := canon.Text(in)
		if got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if again := canon.Text(got); again != got {
			t.Errorf("%q is not stable: %q", got, again)
		}
	}
	if canon.Sum("a\n") != "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7" {
		t.Error("the hash is not SHA-256 in hexadecimal")
	}
}

// Proves G6: numbers are compared without spaces, case and punctuation.
func TestNumber_SameNumberHoweverWritten(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"001/LP/PB/Kab/36.03/X/2024", "001 lp pb kab 3603 x 2024", "001-LP-PB-KAB-36-03-X-2024"} {
		if got := canon.Number(s); got != "001lppbkab3603x2024" {
			t.Errorf("%q is %q", s, got)
		}
	}
	if canon.Number(" ./-") != "" {
		t.Error("punctuation alone is a number")
	}
}
