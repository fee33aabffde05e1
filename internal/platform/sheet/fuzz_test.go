package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
)

// FuzzCSV demands that nothing panics, that rows go forward, and that what
// encoding/csv reads without complaint is read the same.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\nc,d\n", "a;\"b\"\"\n\"\n", "sep=;\na", "\xEF\xBB\xBFa\tb", "\xff\xfea\x00,\x00", "a\rb", "\"", "Zo\xEB,1\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := readAll(b, Options{Limits: Limits{FieldBytes: 1 << 10, Columns: 50, Rows: 1000}})
		last := 0
		for _, r := range rows {
			if r.Number <= last || len(r.Cells) == 0 || len(r.Cells) > 100 {
				t.Fatalf("row %d after %d with %d cells", r.Number, last, len(r.Cells))
			}
			last = r.Number
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("an error without a reason: %v", err)
		}
	})
}

// FuzzCSV_AgreesWithTheStandardLibrary writes fields with encoding/csv and
// reads them back.
func FuzzCSV_AgreesWithTheStandardLibrary(f *testing.F) {
	f.Add("a", "b\nc", "d\"e")
	f.Add(" ", ";", "é")
	f.Fuzz(func(t *testing.T, x, y, z string) {
		for _, s := range []string{x, y, z} {
			if clean(s) != s || len(s) > 1000 || strings.TrimSpace(s) == "" {
				t.Skip()
			}
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		for range 3 {
			if err := w.Write([]string{"kop", x, y, z, "akhir"}); err != nil {
				t.Skip()
			}
		}
		w.Flush()
		file := append([]byte("sep=,\n"), b.Bytes()...)
		rows, err := readAll(file, Options{})
		if err != nil {
			t.Fatalf("%v in %q", err, file)
		}
		if len(rows) != 3 {
			t.Fatalf("%d rows of %q", len(rows), file)
		}
		for _, r := range rows {
			for i, want := range []string{"kop", x, y, z, "akhir"} {
				if got := r.Cell(i).Text; got != want {
					t.Fatalf("field %d: %q, want %q in %q", i, got, want, file)
				}
			}
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>`), []byte(stringsXML), []byte(stylesXML))
	f.Add([]byte(`<x:worksheet><!-- c --><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a&#x41;<![CDATA[<b>]]></x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`), []byte("<sst/>"), []byte("<s/>"))
	f.Fuzz(func(t *testing.T, sheet, stringTable, styles []byte) {
		p := book("")
		p["xl/worksheets/sheet1.xml"], p["xl/sharedStrings.xml"], p["xl/styles.xml"] = string(sheet), string(stringTable), string(styles)
		_, err := readAll(p.zip(t), Options{Limits: Limits{FieldBytes: 1 << 10, Columns: 50, Rows: 1000}})
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("an error without a reason: %v", err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add(book(`<row><c><v>1</v></c></row>`).zip(f))
	f.Add(ole("Workbook"))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := readAll(b, Options{})
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("an error without a reason: %v", err)
		}
	})
}
