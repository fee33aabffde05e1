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
