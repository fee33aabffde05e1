package lang_test

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// Proves T1: who asks for English gets English, everybody else Indonesian.
func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]lang.Lang{
		"":                             lang.Indonesian,
		"en":                           lang.English,
		"en-GB,en;q=0.9":               lang.English,
		"id":                           lang.Indonesian,
		"id-ID,id;q=0.9,en;q=0.8":      lang.Indonesian,
		"en;q=0.5,id":                  lang.Indonesian,
		"fr":                           lang.Indonesian,
		"fr,en;q=0.2":                  lang.English,
		"*":                            lang.Indonesian,
		"\x00 not a language ; q=many": lang.Indonesian,
	} {
		if got := lang.Match(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

// Proves T1: placeholders are filled from the parameters, once: what a caller
// wrote is shown as it is, even where it looks like a placeholder.
func TestText_FillsPlaceholdersOnce(t *testing.T) {
	t.Parallel()
	p := fault.Params{"code": "{day}", "kind": "acts", "day": "2024-11-27"}
	const code = "reference.code_unknown"
	for l, want := range map[lang.Lang]string{lang.Indonesian: "Kode {day} (acts) tidak berlaku pada 2024-11-27", lang.English: "The code {day} (acts) does not hold on 2024-11-27"} {
		for range 20 { // the order of a map is never the same
			if got := lang.Text(l, code, p); got != want {
				t.Fatalf("%s: %q, want %q", l, got, want)
			}
		}
	}
	if got := lang.Text(lang.English, "no.such_code", p); got != "no.such_code" {
		t.Errorf("an unknown code gives %q", got)
	}
}
