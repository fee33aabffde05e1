package sheet

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func TestCSV_FormsPeopleSend(t *testing.T) {
	t.Parallel()
	// Proves B3: delimiters, encodings and line ends of real files.
	encode := func(s string, enc interface{ String(string) (string, error) }) []byte {
		out, err := enc.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(out)
	}
	semi := "NIP;Nama;Unit\r\n'1990;\"Aulia, S.Sos.\";Café\r\n"
	want := "1:[NIP][Nama][Unit]\n2:['1990][Aulia, S.Sos.][Café]\n"
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"utf-8":             {[]byte(semi), want},
		"utf-8 mark":        {[]byte("\xEF\xBB\xBF" + semi), want},
		"windows-1252":      {encode(semi, charmap.Windows1252.NewEncoder()), want},
		"utf-16le mark":     {encode(semi, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), want},
		"utf-16be mark":     {encode(semi, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()), want},
		"utf-16le bare":     {encode(semi, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()), want},
		"old macintosh":     {[]byte(strings.ReplaceAll(semi, "\r\n", "\r")), want},
		"tab":               {[]byte("NIP\tNama\n1\ta,b;c\n"), "1:[NIP][Nama]\n2:[1][a,b;c]\n"},
		"comma":             {[]byte("NIP,Nama\n1,\"a;b\"\n"), "1:[NIP][Nama]\n2:[1][a;b]\n"},
		"sep line":          {[]byte("sep=;\nNIP;a,b,c\n1;d,e,f\n"), "2:[NIP][a,b,c]\n3:[1][d,e,f]\n"},
		"titles above":      {[]byte("DAFTAR PEGAWAI, TAHUN 2024\n\nNIP;Nama;Gol\n1;a;b\n2;c;d\n"), "1:[DAFTAR PEGAWAI, TAHUN 2024]\n3:[NIP][Nama][Gol]\n4:[1][a][b]\n5:[2][c][d]\n"},
		"quoted line break": {[]byte("a,\"b\r\nc\",d\ne,f,g\n"), "1:[a][b\r\nc][d]\n2:[e][f][g]\n"},
		"doubled quotes":    {[]byte("\"a \"\"b\"\" c\",d\n\"\",e\n"), "1:[a \"b\" c][d]\n2:[][e]\n"},
		"bare quotes":       {[]byte("M. \"Aceng\" A,b\n\"x\" y,z\n"), "1:[M. \"Aceng\" A][b]\n2:[x y][z]\n"},
		"no final newline":  {[]byte("a,b\nc,\"d\""), "1:[a][b]\n2:[c][d]\n"},
		"trailing empties":  {[]byte("a,b,,,,\n,,,\nc,d, ,\n"), "1:[a][b]\n3:[c][d]\n"},
		"one column":        {[]byte("a\nb\n"), "1:[a]\n2:[b]\n"},
	} {
		rows, err := readAll(c.file, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := texts(rows); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, c.want)
		}
	}
}

func TestCSV_LateLetterDecidesTheEncoding(t *testing.T) {
	t.Parallel()
	// A name in the last row must not be spoiled by a guess from the first.
	plain := strings.Repeat("199001012015011999;NAMA CONTOH\n", 20_000)
	for name, last := range map[string]string{"utf-8": "1;Zoë\n", "windows-1252": "1;Zo\xEB\n"} {
		rows, err := readAll([]byte(plain+last), Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		if got := rows[len(rows)-1].Cells[1].Text; got != "Zoë" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestCSV_Refusals(t *testing.T) {
	t.Parallel()
	// Proves T-56: limits and damage name the row.
	for name, c := range map[string]struct {
		file   string
		limits Limits
		want   Reason
		row    int
	}{
		"unclosed quote":       {"a,b\nc,\"d\ne,f\n", Limits{}, ReasonUnclosedQuote, 2},
		"unclosed, long after": {"a,b\nc,\"d\n" + strings.Repeat("e,f\n", 1_000_000), Limits{}, ReasonUnclosedQuote, 2},
		"nul":                  {"a,b\nc,d\x00e\n", Limits{}, ReasonNulByte, 2},
		"nul in quotes":        {"a,b\n\"c\nd\x00e\"\n", Limits{}, ReasonNulByte, 2},
		"field":                {"a\n" + strings.Repeat("x", 40_000) + "\n", Limits{}, ReasonFieldTooLong, 2},
		"endless line":         {"a\n" + strings.Repeat("x", 9_000_000), Limits{}, ReasonFieldTooLong, 2},
		"columns":              {"a\n" + strings.Repeat("x,", 600) + "\n", Limits{}, ReasonTooManyColumns, 2},
		"empty columns":        {"a\n" + strings.Repeat(",", 16_000) + "\n", Limits{}, ReasonTooManyColumns, 2},
		"rows":                 {strings.Repeat("x\n", 11), Limits{Rows: 10}, ReasonTooManyRows, 11},
		"size":                 {"a,b\n", Limits{CSVBytes: 2}, ReasonTooLarge, 0},
		"two encodings":        {"Zoë,Zoë\nZo\xEB\n", Limits{}, ReasonEncoding, 0},
	} {
		_, err := readAll([]byte(c.file), Options{Limits: c.limits})
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.want || e.Row != c.row {
			t.Errorf("%s: got %v, want %s at %d", name, err, c.want, c.row)
		}
	}
}
