package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestXLSX_CellsKeepTextAndType(t *testing.T) {
	t.Parallel()
	// Proves B3: what Excel turned into a number is told apart from text, and a
	// date is known as a date.
	b := book(`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row>` +
		`<row r="4"><c r="A4"><v>1.9900101201501199E+17</v></c><c r="B4" t="inlineStr"><is><t>A &amp; B&#10;_x000D_C</t></is></c>` +
		`<c r="D4" s="1"><v>32874</v></c><c r="E4" s="2"><v>32874.5</v></c><c r="F4" t="b"><v>1</v></c><c r="G4" t="e"><v>#REF!</v></c>` +
		`<c r="H4" t="str"><f>A1&amp;"x"</f><v>hasil</v></c><c r="ZZ4" s="1"/></row><row/>`).zip(t)
	rows, err := readAll(b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "2:[NIP][Nama]\n4:[1.9900101201501199E+17][A & B\n\rC][][32874][32874.5][TRUE][#REF!][hasil]\n"
	if got := texts(rows); got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
	types := []CellType{Number, Text, Empty, Date, Date, Bool, Invalid, Text}
	for i, want := range types {
		if got := rows[1].Cells[i].Type; got != want {
			t.Errorf("cell %d: type %d, want %d", i, got, want)
		}
	}
	if !rows[1].Cells[7].Formula || rows[1].Cells[1].Formula {
		t.Error("only the last cell is a formula")
	}
	if day, ok := rows[1].Cells[4].Day(); !ok || day.Format("2006-01-02") != "1990-01-01" {
		t.Errorf("day %v %v", day, ok)
	}
}

func TestXLSX_Reads1904Dates(t *testing.T) {
	t.Parallel()
	p := book(`<row><c s="1"><v>31412</v></c></row>`)
	p["xl/workbook.xml"] = strings.Replace(bookXML, "<workbookPr/>", `<workbookPr date1904="1"/>`, 1)
	rows, err := readAll(p.zip(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if day, _ := rows[0].Cells[0].Day(); day.Format("2006-01-02") != "1990-01-01" {
		t.Fatalf("got %v", day)
	}
}

func TestXLSX_ChoosesTheWorksheet(t *testing.T) {
	t.Parallel()
	// Proves B3: PNS and PPPK often come as two sheets of one file.
	f := excelize.NewFile()
	for _, name := range []string{"PNS", "PPPK"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr(name, "A1", name+" isi"); err != nil {
			t.Fatal(err)
		}
	}
	f.SetActiveSheet(1)
	if err := f.SetSheetVisible("Sheet1", false); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{"": "1:[PNS isi]\n", "pppk": "1:[PPPK isi]\n"} {
		rows, err := readAll(b.Bytes(), Options{Worksheet: asked})
		if err != nil || texts(rows) != want {
			t.Errorf("%q: %v %q", asked, err, texts(rows))
		}
	}
	r, err := open(b.Bytes(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Worksheet() != "PNS" {
		t.Errorf("the sheet is %q", r.Worksheet())
	}
	_, err = readAll(b.Bytes(), Options{Worksheet: "CPNS"})
	wantReason(t, err, ReasonNoSuchWorksheet)
}

func TestXLSX_RefusesHostileAndBrokenParts(t *testing.T) {
	t.Parallel()
	// Proves T-55: bombs and damage inside an archive are refused with a reason,
	// and a truncated sheet is never read as a short one.
	ok := `<row><c t="inlineStr"><is><t>a</t></is></c></row>`
	with := func(change func(p parts)) []byte {
		p := book(ok)
		change(p)
		return p.zip(t)
	}
	sheet := func(xml string) []byte { return with(func(p parts) { p["xl/worksheets/sheet1.xml"] = xml }) }
	entities := `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`
	whole := book(ok).zip(t)
	for name, c := range map[string]struct {
		file []byte
		want Reason
	}{
		"document type":    {sheet(entities), ReasonDangerous},
		"unknown entity":   {sheet(`<worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`), ReasonDangerous},
		"deep nesting":     {sheet(strings.Repeat("<a>", 100)), ReasonDangerous},
		"truncated xml":    {sheet(`<worksheet><sheetData>` + ok), ReasonBroken},
		"truncated in row": {sheet(`<worksheet><sheetData><row><c t="str"><v>a`), ReasonBroken},
		"crossed elements": {sheet(`<worksheet><sheetData></worksheet></sheetData>`), ReasonBroken},
		"two roots":        {sheet(`<worksheet/><worksheet/>`), ReasonBroken},
		"text outside":     {sheet(`<worksheet/>x`), ReasonBroken},
		"control char":     {sheet("<worksheet><sheetData><row><c t=\"str\"><v>a\x00b</v></c></row></sheetData></worksheet>"), ReasonBroken},
		"nul by number":    {sheet(`<worksheet><sheetData><row><c t="str"><v>&#0;</v></c></row></sheetData></worksheet>`), ReasonBroken},
		"not utf-8":        {sheet("<worksheet><sheetData><row><c t=\"str\"><v>\xff</v></c></row></sheetData></worksheet>"), ReasonBroken},
		"odd encoding":     {sheet(`<?xml version="1.0" encoding="EBCDIC"?><worksheet/>`), ReasonEncoding},
		"missing string":   {sheet(`<worksheet><sheetData><row><c t="s"><v>99</v></c></row></sheetData></worksheet>`), ReasonBroken},
		"rows backwards":   {sheet(`<worksheet><sheetData><row r="5"/><row r="4"/></sheetData></worksheet>`), ReasonBroken},
		"cells backwards":  {sheet(`<worksheet><sheetData><row><c r="B1"/><c r="A1"/></row></sheetData></worksheet>`), ReasonBroken},
		"row too far":      {sheet(`<worksheet><sheetData><row r="1048577"/></sheetData></worksheet>`), ReasonTooManyRows},
		"missing sheet":    {with(func(p parts) { delete(p, "xl/worksheets/sheet1.xml") }), ReasonBroken},
		"no worksheet":     {with(func(p parts) { p["xl/workbook.xml"] = "<workbook/>" }), ReasonEmpty},
		"twice, by case":   {with(func(p parts) { p[`xl\WORKSHEETS\sheet1.xml`] = "<worksheet/>" }), ReasonBroken},
		"zip bomb":         {with(func(p parts) { p["xl/media/a.bin"] = strings.Repeat("\x00", 8<<20) }), ReasonDangerous},
		"cut archive":      {whole[:len(whole)/2], ReasonBroken},
		"cut by one":       {whole[:len(whole)-1], ReasonBroken},
	} {
		_, err := readAll(c.file, Options{})
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestXLSX_LimitsHold(t *testing.T) {
	t.Parallel()
	// Proves T-55, T-56: each limit refuses on its own.
	var wide strings.Builder
	for range 16384 {
		wide.WriteString(`<c t="str"><v>x</v></c>`)
	}
	many := book("")
	for i := range 2100 {
		many[fmt.Sprintf("xl/media/%d", i)] = ""
	}
	long := `<row><c t="str"><v>` + strings.Repeat("ab ", 400_000) + `</v></c></row>`
	shared := book(`<row><c t="s"><v>0</v></c></row>`)
	shared["xl/sharedStrings.xml"] = "<sst>" + strings.Repeat("<si><t>nama panjang</t></si>", 1000) + "</sst>"
	for name, c := range map[string]struct {
		file   []byte
		limits Limits
		want   Reason
	}{
		"columns":        {book("<row>" + wide.String() + "</row>").zip(t), Limits{}, ReasonTooManyColumns},
		"entries":        {many.zip(t), Limits{}, ReasonDangerous},
		"field":          {book(long).zip(t), Limits{}, ReasonFieldTooLong},
		"rows":           {book(strings.Repeat(`<row><c><v>1</v></c></row>`, 11)).zip(t), Limits{Rows: 10}, ReasonTooManyRows},
		"file":           {book("").zip(t), Limits{FileBytes: 100}, ReasonTooLarge},
		"part":           {book("").zip(t), Limits{PartBytes: 100}, ReasonTooLarge},
		"total":          {book("").zip(t), Limits{TotalBytes: 500}, ReasonTooLarge},
		"shared strings": {shared.zip(t), Limits{StringBytes: 1000}, ReasonTooLarge},
	} {
		_, err := readAll(c.file, Options{Limits: c.limits})
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestXLSX_StyledBlanksAreNoColumns(t *testing.T) {
	t.Parallel()
	// Sheets formatted to the last column are common and not hostile.
	rows, err := readAll(book(`<row><c r="A1" t="str"><v>x</v></c><c r="XFD1" s="1"/></row>`).zip(t), Options{})
	if err != nil || texts(rows) != "1:[x]\n" {
		t.Fatalf("%v %q", err, texts(rows))
	}
}

func TestArchive_HugeDirectoryIsRefusedBeforeItIsHeld(t *testing.T) {
	t.Parallel()
	// Proves T-55: an archive of 60,000 parts is refused while its directory is
	// read, not after an object was made of each part.
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 60_000 {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("xl/p%05d.xml", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := open(b.Bytes(), Options{})
	if wantReason(t, err, ReasonDangerous); !errors.Is(err, errDirectory) {
		t.Fatalf("refused for another reason: %v", err)
	}
}

func TestArchive_SizesThatLieAreRefused(t *testing.T) {
	t.Parallel()
	// Proves T-55: what the directory promised is all that is unpacked.
	b := book(strings.Repeat(`<row><c><v>1</v></c></row>`, 1000)).zip(t)
	// Shrink every promised size in the central directory.
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		at += i
		if bytes.HasPrefix(b[at+46:], []byte("xl/worksheets/sheet1.xml")) {
			binary.LittleEndian.PutUint32(b[at+24:], 100)
		}
		at += 46
	}
	_, err := readAll(b, Options{})
	var e *Error
	if !errors.As(err, &e) || (e.Reason != ReasonBroken && e.Reason != ReasonDangerous) {
		t.Fatalf("got %v", err)
	}
}

func TestXLSX_MemoryDoesNotGrowWithTheFile(t *testing.T) {
	t.Parallel()
	// Proves T-55, T-56: 300,000 rows, some 27 MB unpacked, pass
	// through buffers that do not grow: nothing of an earlier row is held.
	row := `<row><c t="str"><v>199001012015011999</v></c><c t="str"><v>NAMA CONTOH</v></c></row>`
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range book("") {
		if name == "xl/worksheets/sheet1.xml" {
			continue
		}
		w, _ := z.Create(name)
		_, _ = io.WriteString(w, content)
	}
	w, _ := z.Create("xl/worksheets/sheet1.xml")
	_, _ = io.WriteString(w, "<worksheet><sheetData>")
	block := strings.Repeat(row, 1000)
	for range 300 {
		_, _ = io.WriteString(w, block)
	}
	_, _ = io.WriteString(w, "</sheetData></worksheet>")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := open(b.Bytes(), Options{Limits: Limits{Ratio: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; ; n++ {
		if _, err = r.Next(); err != nil {
			break
		}
	}
	if !errors.Is(err, io.EOF) || n != 300_000 {
		t.Fatalf("%d rows, %v", n, err)
	}
	if c := cap(r.src.(*xlsxSource).cells); c > 64 {
		t.Errorf("%d cells held for rows of two", c)
	}
	if len(r.src.(*xlsxSource).scan.buf) > maxXMLToken {
		t.Error("the buffer grew")
	}
	if p := r.Progress(); p < 0.99 {
		t.Errorf("progress %v at the end", p)
	}
}

func TestSerialDay_Bounds(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"32874": "1990-01-01", "45657.75": "2024-12-31", "61": "1900-03-01", "2958465": "9999-12-31", "60": "", "2958466": "", "NaN": "", "x": "", "-1": ""} {
		got := ""
		if day, ok := SerialDay(in); ok {
			got = day.Format("2006-01-02")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestIsDateFormat(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"dd/mm/yyyy": true, `[$-421]dd\ mmmm\ yyyy;@`: true, "yyyy": true, "General": false, "0.00": false, `"dd"0`: false,
		"[Red]0": false, "h:mm": false, "@": false, `\d0`: false, "0;dd": false,
	} {
		if isDateFormat(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}
