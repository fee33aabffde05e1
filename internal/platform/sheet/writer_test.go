package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestWriter_NoTextIsAFormula(t *testing.T) {
	t.Parallel()
	// Proves T-54: in both forms, and for headings and choices as well.
	for _, kind := range []Kind{XLSX, CSV} {
		var b bytes.Buffer
		w, err := NewWriter(&b, Layout{Kind: kind, Columns: []Column{{Heading: "=kop", Choices: []string{"=a"}}, {Heading: "n"}}, TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range hostileTexts {
			if err := w.WriteRow(s, -5); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		rows, err := readAll(b.Bytes(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(hostileTexts)+1 {
			t.Fatalf("%s: %d rows", kind, len(rows))
		}
		for i, row := range rows {
			c := row.Cells[0]
			if !strings.HasPrefix(c.Text, "'") || c.Type != Text || c.Formula {
				t.Errorf("%s row %d: %q type %d", kind, i, c.Text, c.Type)
			}
		}
		if got := rows[1].Cells[1].Text; got != "-5" {
			t.Errorf("%s: a number became %q", kind, got)
		}
		if got := Unquote(rows[1].Cells[0].Text); got != "=1+1" {
			t.Errorf("%s: %q", kind, got)
		}
	}
}

func TestQuote_LeavesPlainTextAlone(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "Nama, S.Sos.", "199001012015011999", "a=b", "'=1", "III/c", "é"} {
		if Quote(s) != s {
			t.Errorf("%q became %q", s, Quote(s))
		}
	}
}

func TestWriter_XLSXIsATemplate(t *testing.T) {
	t.Parallel()
	// Proves B3: headings frozen and bold, drop-down lists longer than Excel's
	// 255 characters, cells typed as text; no temporary file is left (T-42).
	temp := t.TempDir()
	choices := make([]string, 60)
	for i := range choices {
		choices[i] = fmt.Sprintf("Jabatan Fungsional %d", i)
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, Layout{Kind: XLSX, Worksheet: "ASN", TempDir: temp, Columns: []Column{
		{Heading: "NIP", Width: 22, Hint: "18 angka"}, {Heading: "Jenis Jabatan", Choices: choices},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.WriteRow("199001012015011999", "a\x00b\x0bc\xff"), w.Close()); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := f.GetDataValidations("ASN")
	if err != nil || len(rules) != 2 {
		t.Fatalf("%v %v", rules, err)
	}
	if rules[1].Formula1 != "_choices!$B$1:$B$60" || rules[1].Sqref != "B2:B20000" {
		t.Errorf("list rule %+v", rules[1])
	}
	if list, _ := f.GetCellValue("_choices", "B60"); list != choices[59] {
		t.Errorf("last choice %q", list)
	}
	if visible, _ := f.GetSheetVisible("_choices"); visible {
		t.Error("the lists are not hidden")
	}
	panes, err := f.GetPanes("ASN")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v %v", panes, err)
	}
	if width, _ := f.GetColWidth("ASN", "A"); width != 22 {
		t.Errorf("width %v", width)
	}
	if v, _ := f.GetCellValue("ASN", "B2"); v != "abc\uFFFD" {
		t.Errorf("cleaned to %q", v)
	}
	if kind, _ := f.GetCellType("ASN", "A2"); kind != excelize.CellTypeInlineString {
		t.Errorf("a NIP is stored as type %v", kind)
	}
}

func TestWriter_CSVForExcel(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w, err := NewWriter(&b, Layout{Kind: CSV, BOM: true, Delimiter: ';', Columns: []Column{{Heading: "Nama"}, {Heading: "n"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.WriteRow("a;b \"c\"", 1.5), w.Close()); err != nil {
		t.Fatal(err)
	}
	if want := "\xEF\xBB\xBFNama;n\r\n\"a;b \"\"c\"\"\";1.5\r\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
	if err := w.WriteRow(struct{}{}); err == nil {
		t.Error("a struct was written")
	}
}

func TestWriter_LargeXLSXLeavesNoTemporaryFile(t *testing.T) {
	t.Parallel()
	// Proves T-42: excelize spills to disk beyond 16 MiB; Close removes it.
	temp := t.TempDir()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWriter(f, Layout{Kind: XLSX, TempDir: temp, Columns: []Column{{Heading: "a"}}})
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("panjang ", 1000)
	for range 2500 {
		if err := w.WriteRow(long); err != nil {
			t.Fatal(err)
		}
	}
	spilled, _ := filepath.Glob(filepath.Join(temp, "*", "*"))
	if len(spilled) == 0 {
		t.Error("nothing was spilled: the test proves nothing")
	}
	if info, err := os.Stat(filepath.Dir(append(spilled, temp)[0])); err != nil || len(spilled) > 0 && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v %v", info.Mode(), err)
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(written), int64(len(written)), Options{Limits: Limits{Ratio: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; err == nil; n++ {
		_, err = r.Next()
	}
	if !errors.Is(err, io.EOF) || n != 2502 {
		t.Errorf("%d rows, %v", n-1, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
