package canon_test

import (
	"encoding/json"
	"testing"

	"github.com/netral-asn/netral/internal/platform/canon"
)

// Proves T-48: what looks the same has the same form, and the form is its own
// canonical form.
func TestText_SameLookSameForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                            "",
		" \r\n\t\n":                   "",
		"satu\ndua":                   "satu\ndua",
		"a \r\nb\t\rc\n\n\n":          "a\nb\nc",
		"satu \t\ndua\u00a0\u3000":    "satu\ndua",
		"  satu  dua":                 "  satu  dua",
		"\n\nsatu\n\ndua\n\n":         "satu\n\ndua",
		" \nsatu\n \t":                "satu",
		"\uFEFFa\u00a0\n":             "a",
		"cafe\u0301":                  "caf\u00e9",
		"  1. Netral.\n\n  2. Adil. ": "  1. Netral.\n\n  2. Adil.",
	} {
		got := canon.Text(in)
		if got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if again := canon.Text(got); again != got {
			t.Errorf("%q is not stable: %q", got, again)
		}
	}
}

// Proves T-48: a hash is SHA-256 in hexadecimal, and nothing else is one.
func TestHash_WrittenAndRead(t *testing.T) {
	t.Parallel()
	const a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" // printf a | sha256sum
	if got := canon.Sum("a").String(); got != a {
		t.Errorf("the hash of a is %s", got)
	}
	if h, ok := canon.ParseHash(a); !ok || h != canon.Sum("a") {
		t.Errorf("read as %s, %v", h, ok)
	}
	for _, s := range []string{"", a[1:], a + "00", "x" + a[1:]} {
		if _, ok := canon.ParseHash(s); ok {
			t.Errorf("%q is read as a hash", s)
		}
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

// Proves that a JSON value is hashed as RFC 8785 writes it, whoever wrote it how.
func TestJSON_IsTheFormOfRFC8785(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{ "b": "x", "a": [ "1", true, null ] }`: `{"a":["1",true,null],"b":"x"}`,
		`{"a":"<b> & \u20ac \u002f"}`:            `{"a":"<b> & € /"}`,
		`{"a":"\u2028\\u2028\u2029"}`:            "{\"a\":\"\u2028\\\\u2028\u2029\"}",
		`{"a":"\u0007\n\"\\"}`:                   `{"a":"\u0007\n\"\\"}`,
	} {
		got, err := canon.JSON(json.RawMessage(in))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v; want %s", in, got, err, want)
		}
	}
}
