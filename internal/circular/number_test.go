package circular_test

import (
	"testing"

	"github.com/netral-asn/netral/internal/circular"
)

// Proves F1: a number is read as far as it is plain and never guessed.
func TestParseNumber_ReadsWhatIsPlain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]circular.Number{
		"100.3.4.2/4283/XI/BKPSDM Tahun 2023":         {Classification: "100.3.4.2", Serial: "4283", Month: 11, Unit: "BKPSDM", Year: 2023},
		"Nomor : 100.3.4.2 / 4283 / xi / BKPSDM/2023": {Classification: "100.3.4.2", Serial: "4283", Month: 11, Unit: "BKPSDM", Year: 2023},
		"800/1234-BKPSDM/2024":                        {Classification: "800", Serial: "1234", Unit: "BKPSDM", Year: 2024},
		"17 Tahun 2024":                               {Serial: "17", Year: 2024},
		"SE/18/2023":                                  {Serial: "18", Unit: "SE", Year: 2023},
		"800.1.12.1/15-BKPSDM":                        {Classification: "800.1.12.1", Serial: "15", Unit: "BKPSDM"},
		"100.3.4.2":                                   {Classification: "100.3.4.2"},
		"1/2/3/VIII":                                  {Month: 8},
		"tanpa nomor":                                 {Unit: "tanpa nomor"},
	} {
		want.Printed = in
		if got := circular.ParseNumber(in); got != want {
			t.Errorf("%q\n got %+v\nwant %+v", in, got, want)
		}
	}
}

// Proves F1: spellings of one number are one, two numbers stay two.
func TestKey_OneNumberHoweverTyped(t *testing.T) {
	t.Parallel()
	key := func(s string) string { return circular.ParseNumber(s).Key() }
	const printed = "100.3.4.2/4283/XI/BKPSDM Tahun 2023"
	for _, same := range []string{"100.3.4.2/4283/xi/bkpsdm tahun 2023", "No. 100.3.4.2 / 4283 / XI / BKPSDM / 2023", "100.3.4.2/4283/XI/BKPSDM",
		"100-3-4-2 4283 XI BKPSDM 2023", "Nomor: 100.3.4.2/4283-XI-BKPSDM Th. 2023"} {
		if key(same) != key(printed) {
			t.Errorf("%q is %s, want %s", same, key(same), key(printed))
		}
	}
	for _, other := range []string{"100.3.4.2/4284/XI/BKPSDM Tahun 2023", "100.3.4/24283/XI/BKPSDM Tahun 2023", "100.3.42/4283/XI/BKPSDM Tahun 2023",
		"100.3.4.2/4283/X/BKPSDM Tahun 2023", "100.3.4.2/4283/XI/BKD Tahun 2023"} {
		if key(other) == key(printed) {
			t.Errorf("%q counts as %q", other, printed)
		}
	}
}
