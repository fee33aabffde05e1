package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func open(b []byte, o Options) (*Reader, error) {
	return Open(bytes.NewReader(b), int64(len(b)), o)
}

// readAll gives every row, and the error that ended the reading unless that
// was the end of the file.
func readAll(b []byte, o Options) ([]Row, error) {
	r, err := open(b, o)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, r.Close()
		}
		if err != nil {
			return rows, errors.Join(err, r.Close())
		}
		row.Cells = append([]Cell(nil), row.Cells...)
		rows = append(rows, row)
	}
}

func texts(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%d:", r.Number)
		for _, c := range r.Cells {
			b.WriteString("[" + c.Text + "]")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func wantReason(t *testing.T, err error, want Reason) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want %s", err, want)
	}
	if e.Reason != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	return e
}

// parts builds an XLSX by hand, so that every part can be made wrong.
type parts map[string]string

const (
	relsRoot = `<Relationships xmlns="x"><Relationship Id="rId1" Type="http://o/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	relsBook = `<Relationships><Relationship Id="r1" Type="http://o/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="r2" Type="http://o/relationships/sharedStrings" Target="/xl/sharedStrings.xml"/>` +
		`<Relationship Id="r3" Type="http://o/relationships/styles" Target="styles.xml"/></Relationships>`
	bookXML    = `<?xml version="1.0" encoding="UTF-8"?><workbook><workbookPr/><sheets><sheet name="PNS" sheetId="1" r:id="r1"/></sheets></workbook>`
	stringsXML = `<sst><si><t>NIP</t></si><si><r><t>Na</t></r><r><t>ma</t></r><rPh><t>x</t></rPh></si></sst>`
	stylesXML  = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-421]dd\ mmmm\ yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`
)

func book(rows string) parts {
	return parts{
		"_rels/.rels":                relsRoot,
		"xl/_rels/workbook.xml.rels": relsBook,
		"xl/workbook.xml":            bookXML,
		"xl/sharedStrings.xml":       stringsXML,
		"xl/styles.xml":              stylesXML,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func (p parts) zip(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range p {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

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

func ole(names ...string) []byte {
	b := make([]byte, 512)
	copy(b, magicOLE)
	binary.LittleEndian.PutUint16(b[30:], 9)
	dir := make([]byte, 512)
	for i, n := range names {
		copy(dir[128*i:], utf16le(n))
	}
	return append(b, dir...)
}

func TestOpen_RefusesWhatIsNoSheet(t *testing.T) {
	t.Parallel()
	// Proves T-56, T-57: type by content, whatever the name says, with a reason
	// that a person can act on.
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), bytes.Repeat([]byte{0, 1, 2, 3, 200}, 100)...)
	for name, c := range map[string]struct {
		file []byte
		want Reason
	}{
		"empty":          {nil, ReasonEmpty},
		"pdf":            {[]byte("%PDF-1.7\n..."), ReasonPDF},
		"html as xls":    {[]byte("\xEF\xBB\xBF \r\n<html><table><tr><td>NIP"), ReasonWebPage},
		"xml 2003":       {[]byte(`<?xml version="1.0"?><Workbook/>`), ReasonWebPage},
		"png":            {png, ReasonNotASheet},
		"rtf":            {[]byte(`{\rtf1 NIP}`), ReasonNotASheet},
		"xls":            {ole("Root Entry", "Workbook"), ReasonLegacyXLS},
		"doc":            {ole("Root Entry", "WordDocument"), ReasonNotASheet},
		"ole cut":        {magicOLE, ReasonBroken},
		"encrypted":      {ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), ReasonPassword},
		"other zip":      {parts{"a.txt": "x"}.zip(t), ReasonNotASheet},
		"ods":            {parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}.zip(t), ReasonOpenDocument},
		"xlsb":           {parts{"xl/workbook.bin": "x"}.zip(t), ReasonBinaryWorkbook},
		"docx":           {parts{"_rels/.rels": strings.Replace(relsRoot, "xl/workbook.xml", "word/document.xml", 1), "word/document.xml": "<d/>"}.zip(t), ReasonNotASheet},
		"nothing inside": {parts{"[Content_Types].xml": "<Types/>"}.zip(t), ReasonBroken},
		"bare end":       {[]byte("PK\x05\x06" + strings.Repeat("\x00", 18)), ReasonNotASheet},
	} {
		_, err := readAll(c.file, Options{})
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
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

func TestReader_ErrorIsFinal(t *testing.T) {
	t.Parallel()
	r, err := open([]byte("a,b\nc\x00,d\ne,f\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = r.Next(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = r.Next()
		wantReason(t, err, ReasonNulByte)
	}
}

// hostileTexts begin formulas in one spreadsheet or another.
var hostileTexts = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1", "＋1", "－1", "＠A", " =1", "\u00A0=cmd|' /C calc'!A0",
}

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

// exportXLSX makes a sheet of the size SIASN exports for a regency.
func exportXLSX(tb testing.TB, rows, columns int) []byte {
	tb.Helper()
	var b bytes.Buffer
	l := Layout{Kind: XLSX, TempDir: tb.TempDir()}
	for i := range columns {
		l.Columns = append(l.Columns, Column{Heading: fmt.Sprintf("KOLOM %d", i)})
	}
	w, err := NewWriter(&b, l)
	if err != nil {
		tb.Fatal(err)
	}
	row := make([]any, columns)
	for i := range rows {
		for c := range row {
			row[c] = fmt.Sprintf("NILAI %d", (i*7+c)%3000)
		}
		if err := w.WriteRow(row...); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func BenchmarkXLSX_Read14000Rows69Columns(b *testing.B) {
	file := exportXLSX(b, 14_000, 69)
	b.ReportAllocs()
	for b.Loop() {
		if n := count(b, file); n != 14_001 {
			b.Fatal(n)
		}
	}
}

func BenchmarkXLSX_Write14000Rows69Columns(b *testing.B) {
	for b.Loop() {
		exportXLSX(b, 14_000, 69)
	}
}

func BenchmarkCSV_ReadMillionRows(b *testing.B) {
	var f bytes.Buffer
	f.WriteString("NIP;NAMA;GOL;TMT;JABATAN;OPD;UNIT;STATUS\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&f, "1990010120150%05d;NAMA CONTOH %d;III/c;01-04-2023;GURU AHLI MUDA;Dinas Pendidikan;SDN Contoh %d;PNS\n", i%100000, i, i%500)
	}
	b.SetBytes(int64(f.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if n := count(b, f.Bytes()); n != 1_000_001 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.N)*1_000_000/b.Elapsed().Seconds(), "rows/s")
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc-uint64(f.Cap()))/(1<<20), "MiB-held")
}

func count(tb testing.TB, file []byte) int {
	tb.Helper()
	r, err := open(file, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	for n := 0; ; n++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			tb.Fatal(err)
		}
	}
}
