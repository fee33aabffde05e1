package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Column describes a column to be written.
type Column struct {
	Heading string
	// Width in characters; 0 lets it follow the heading.
	Width float64
	// Choices make a drop-down list in XLSX.
	Choices []string
	// Hint is shown in XLSX when a cell of the column is selected.
	Hint string
}

// Layout says what a Writer makes.
type Layout struct {
	Kind    Kind
	Columns []Column
	// Worksheet names the sheet of an XLSX; empty means "Data".
	Worksheet string
	// Delimiter of a CSV; 0 means a comma. Excel in Indonesian expects ';'.
	Delimiter rune
	// BOM puts the mark of UTF-8 in front of a CSV; without it Excel takes the
	// file for Windows-1252.
	BOM bool
	// TempDir is where a large XLSX waits while it is written, in clear: give a
	// private folder, best in memory (T-42). Empty means the system's own. A
	// folder only this process can read is made in it and removed by Close.
	TempDir string
}

// choiceRows is how far down a drop-down list reaches.
const choiceRows = 20_000

// Writer writes a table row by row, headings first. It is for one goroutine.
// Nothing of an XLSX reaches the output before Close.
type Writer struct {
	csv  *csv.Writer
	out  *bufio.Writer
	xlsx *xlsxWriter
	line []string
}

// NewWriter begins a table and writes its headings.
func NewWriter(out io.Writer, l Layout) (*Writer, error) {
	headings := make([]any, len(l.Columns))
	for i, c := range l.Columns {
		headings[i] = c.Heading
	}
	switch l.Kind {
	case CSV:
		w := &Writer{out: bufio.NewWriterSize(out, sampleBytes)}
		w.csv = csv.NewWriter(w.out)
		w.csv.UseCRLF = true
		if l.Delimiter != 0 {
			w.csv.Comma = l.Delimiter
		}
		if l.BOM {
			_, _ = w.out.Write(bomUTF8) // a bufio.Writer keeps the error for Flush
		}
		return w, w.WriteRow(headings...)
	case XLSX:
		x, err := newXLSXWriter(out, l)
		if err != nil {
			return nil, err
		}
		w := &Writer{xlsx: x}
		if err := x.write(headings, x.head); err != nil {
			return nil, errors.Join(err, x.abandon())
		}
		return w, nil
	}
	return nil, fmt.Errorf("sheet: no writer for kind %q", l.Kind)
}

// WriteRow writes one row. Values are string, int, int64, float64, bool or nil.
// Strings are made safe by Quote; numbers are written as numbers.
func (w *Writer) WriteRow(values ...any) error {
	if w.xlsx != nil {
		return w.xlsx.write(values, w.xlsx.text)
	}
	w.line = w.line[:0]
	for _, v := range values {
		s, err := plain(v)
		if err != nil {
			return err
		}
		w.line = append(w.line, s)
	}
	return w.csv.Write(w.line)
}

func plain(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return Quote(clean(v)), nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strings.ToUpper(strconv.FormatBool(v)), nil
	}
	return "", fmt.Errorf("sheet: cannot write a %T", v)
}

// Close ends the table. The underlying writer stays open.
func (w *Writer) Close() error {
	if w.xlsx != nil {
		return w.xlsx.close()
	}
	w.csv.Flush()
	return errors.Join(w.csv.Error(), w.out.Flush())
}

// Quote puts an apostrophe before a text that a spreadsheet might take for a
// formula (OWASP ASVS 1.2.10, T-54). Spaces in front do not hide one.
func Quote(s string) string {
	if isFormulaLike(s) {
		return "'" + s
	}
	return s
}

// Unquote takes off one apostrophe in front, ours or one that Excel left as a
// character before a number kept as text.
func Unquote(s string) string { return strings.TrimPrefix(s, "'") }

func isFormulaLike(s string) bool {
	for i, r := range s {
		switch r {
		case '=', '+', '-', '@', '\uFF1D', '\uFF0B', '\uFF0D', '\uFF20':
			return true
		case '\t', '\r', '\n', 0:
			return i == 0 || isFormulaLike(s[i+1:])
		case ' ', '\u00A0', '\u3000', '\uFEFF':
		default:
			return false
		}
	}
	return false
}

// clean drops what no spreadsheet can hold: control characters and bytes that
// are not UTF-8.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0x7F || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// xlsxWriter writes a worksheet with excelize's stream, which keeps to a
// temporary file what exceeds 16 MiB.
type xlsxWriter struct {
	file       *excelize.File
	stream     *excelize.StreamWriter
	out        io.Writer
	temp       string
	head, text int
	row        int
	values     []any
}

func newXLSXWriter(out io.Writer, l Layout) (_ *xlsxWriter, err error) {
	temp, err := os.MkdirTemp(l.TempDir, "netral-sheet-") // mode 0700
	if err != nil {
		return nil, err
	}
	x := &xlsxWriter{file: excelize.NewFile(excelize.Options{TmpDir: temp}), out: out, temp: temp}
	if err := x.begin(l); err != nil {
		return nil, errors.Join(err, x.abandon())
	}
	return x, nil
}

func (x *xlsxWriter) begin(l Layout) (err error) {
	name := l.Worksheet
	if name == "" {
		name = "Data"
	}
	if err := x.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	if err := x.styles(); err != nil {
		return err
	}
	if err := x.choices(name, l.Columns); err != nil {
		return err
	}
	if x.stream, err = x.file.NewStreamWriter(name); err != nil {
		return err
	}
	for i, c := range l.Columns {
		width := c.Width
		if width <= 0 {
			width = float64(min(40, max(10, len([]rune(c.Heading))+3)))
		}
		if err := x.stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
		// The whole column is text, so that a NIP typed into a template stays
		// what was typed.
		if err := x.stream.SetColStyle(i+1, i+1, x.text); err != nil {
			return err
		}
	}
	return x.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (x *xlsxWriter) styles() (err error) {
	const textFormat = 49 // "@"
	if x.text, err = x.file.NewStyle(&excelize.Style{NumFmt: textFormat}); err != nil {
		return err
	}
	x.head, err = x.file.NewStyle(&excelize.Style{
		NumFmt:    textFormat,
		Font:      &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F4E78"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
	return err
}

// choices puts the lists on a hidden sheet: in the cell's own rule Excel allows
// 255 characters.
func (x *xlsxWriter) choices(sheet string, columns []Column) error {
	const lists = "_choices"
	made := false
	for i, c := range columns {
		if len(c.Choices) == 0 && c.Hint == "" {
			continue
		}
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		rule := excelize.NewDataValidation(true)
		rule.Sqref = fmt.Sprintf("%s2:%s%d", column, column, choiceRows)
		if c.Hint != "" {
			rule.SetInput(cut(c.Heading, 32), cut(c.Hint, 255))
		}
		if len(c.Choices) > 0 {
			if !made {
				if _, err := x.file.NewSheet(lists); err != nil {
					return err
				}
				made = true
			}
			list := make([]any, len(c.Choices))
			for n, choice := range c.Choices {
				list[n] = Quote(clean(choice))
			}
			if err := x.file.SetSheetCol(lists, column+"1", &list); err != nil {
				return err
			}
			rule.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", lists, column, column, len(c.Choices)))
		}
		if err := x.file.AddDataValidation(sheet, rule); err != nil {
			return err
		}
	}
	if !made {
		return nil
	}
	return x.file.SetSheetVisible(lists, false)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func (x *xlsxWriter) write(values []any, style int) error {
	x.row++
	if x.row > maxXLSXRow {
		return &Error{Reason: ReasonTooManyRows, Row: x.row, Limit: maxXLSXRow}
	}
	x.values = x.values[:0]
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			x.values = append(x.values, nil)
		case string:
			x.values = append(x.values, excelize.Cell{StyleID: style, Value: Quote(clean(v))})
		case int, int64, float64, bool:
			x.values = append(x.values, excelize.Cell{Value: v})
		default:
			return fmt.Errorf("sheet: cannot write a %T", v)
		}
	}
	return x.stream.SetRow("A"+strconv.Itoa(x.row), x.values)
}

func (x *xlsxWriter) close() error {
	err := x.stream.Flush()
	if err == nil {
		_, err = x.file.WriteTo(x.out)
	}
	return errors.Join(err, x.abandon())
}

// abandon removes everything temporary.
func (x *xlsxWriter) abandon() error {
	return errors.Join(x.file.Close(), os.RemoveAll(x.temp))
}
