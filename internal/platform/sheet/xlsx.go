package sheet

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxXLSXRow is the last row a worksheet can have.
const maxXLSXRow = 1 << 20

// openXLSX judges the archive, reads what stands around the worksheet and
// leaves the worksheet itself ready to be read.
func (r *Reader) openXLSX(at io.ReaderAt, size int64, name string) error {
	a, err := openArchive(at, size, r.limits)
	if err != nil {
		return err
	}
	w, err := readWorkbook(a, r.limits)
	if err != nil {
		return err
	}
	i, err := w.choose(name)
	if err != nil {
		return err
	}
	part, partSize, err := a.open(w.targets[i])
	if err != nil {
		return err
	}
	r.worksheet = w.sheets[i].Name
	r.src = &xlsxSource{book: w, part: part, total: partSize, scan: newXMLScanner(part), limits: r.limits}
	return nil
}

// xlsxSource reads the rows of one worksheet.
type xlsxSource struct {
	book   *workbook
	part   io.ReadCloser
	total  int64
	scan   *xmlScanner
	limits Limits
	inData bool
	row    int
	column int
	cells  []Cell
	value  []byte
	inline []byte
}

func (s *xlsxSource) consumed() int64 { return s.scan.read }
func (s *xlsxSource) size() int64     { return s.total }

// close closes the part; a part left half read is no error.
func (s *xlsxSource) close() error { _ = s.part.Close(); return nil }

// next reads up to the end of the next row. The part is read to its very end
// even after the last row: only then is it known to be whole.
func (s *xlsxSource) next() (Row, error) {
	for {
		t, err := s.scan.next()
		if err != nil {
			return Row{}, s.located(err)
		}
		switch {
		case string(t.name) == "sheetData":
			s.inData = t.kind == xmlStart
		case s.inData && t.kind == xmlStart && string(t.name) == "row":
			if err := s.readRow(t.attrs); err != nil {
				return Row{}, s.located(err)
			}
			return Row{Number: s.row, Cells: s.cells}, nil
		}
	}
}

// located adds the row to an error that has none.
func (s *xlsxSource) located(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Row == 0 {
		e.Row = s.row
	}
	return err
}

func (s *xlsxSource) readRow(attrs []byte) error {
	number := s.row + 1
	if n, ok := attrInt(attrs, "r"); ok {
		if n < number {
			return broken("rows out of order")
		}
		number = n
	}
	if number > maxXLSXRow {
		return &Error{Reason: ReasonTooManyRows, Row: number, Limit: maxXLSXRow}
	}
	s.row, s.column, s.cells = number, 0, s.cells[:0]
	for {
		t, err := s.scan.next()
		if err != nil {
			return unexpected(err)
		}
		switch {
		case t.kind == xmlStart && string(t.name) == "c":
			if err := s.readCell(t.attrs); err != nil {
				return err
			}
		case t.kind == xmlEnd && string(t.name) == "row":
			return nil
		}
	}
}

// unexpected turns the end of input inside an element into a broken file.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return broken("%w", io.ErrUnexpectedEOF)
	}
	return err
}

func (s *xlsxSource) readCell(attrs []byte) error {
	s.column++
	if ref, ok := attr(attrs, "r"); ok {
		column, ok := columnOf(ref)
		if !ok || column < s.column {
			return broken("a malformed cell reference")
		}
		s.column = column
	}
	kind, _ := attr(attrs, "t")
	var kindBuf [16]byte
	kind = append(kindBuf[:0], kind[:min(len(kind), 16)]...) // attrs do not outlive the next token
	style, _ := attrInt(attrs, "s")
	formula, err := s.readValue()
	if err != nil {
		return err
	}
	c, err := s.cell(string(kind), style)
	if err != nil || c.Text == "" {
		return err
	}
	c.Formula = formula
	return s.put(c)
}

// readValue collects v and is of a cell up to its end.
func (s *xlsxSource) readValue() (formula bool, err error) {
	s.value, s.inline = s.value[:0], s.inline[:0]
	var into *[]byte
	phonetic := false
	for {
		t, err := s.scan.next()
		if err != nil {
			return false, unexpected(err)
		}
		switch t.kind {
		case xmlStart:
			switch string(t.name) {
			case "v":
				into = &s.value
			case "t":
				if !phonetic {
					into = &s.inline
				}
			case "f":
				formula = true
			case "rPh":
				phonetic = true
			}
		case xmlText:
			if into == nil {
				continue
			}
			if *into = append(*into, t.text...); len(*into) > 4*s.limits.FieldBytes {
				return false, s.tooLong()
			}
		case xmlEnd:
			into = nil
			switch string(t.name) {
			case "rPh":
				phonetic = false
			case "c":
				return formula, nil
			}
		}
	}
}

func (s *xlsxSource) tooLong() *Error {
	return &Error{Reason: ReasonFieldTooLong, Row: s.row, Column: s.column, Limit: int64(s.limits.FieldBytes)}
}

// cell makes a cell of what was collected (ECMA-376 18.18.11).
func (s *xlsxSource) cell(kind string, style int) (Cell, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(string(s.value))
		if err != nil {
			if len(s.value) == 0 {
				return Cell{}, nil
			}
			return Cell{}, broken("a malformed shared string")
		}
		text, ok := s.book.strings.get(i)
		if !ok {
			return Cell{}, broken("a shared string that is not there")
		}
		return Cell{Text: unescapeOOXML(text), Type: Text}, nil
	case "inlineStr":
		return Cell{Text: unescapeOOXML(string(s.inline)), Type: Text}, nil
	case "str":
		return Cell{Text: unescapeOOXML(string(s.value)), Type: Text}, nil
	case "d":
		return Cell{Text: strings.TrimSuffix(string(s.value), "T00:00:00"), Type: Text}, nil
	case "b":
		if string(s.value) == "1" {
			return Cell{Text: "TRUE", Type: Bool}, nil
		}
		return Cell{Text: "FALSE", Type: Bool}, nil
	case "e":
		return Cell{Text: string(s.value), Type: Invalid}, nil
	}
	return s.number(style), nil
}

func (s *xlsxSource) number(style int) Cell {
	text := string(s.value)
	if style < 0 || style >= len(s.book.dates) || !s.book.dates[style] {
		return Cell{Text: text, Type: Number}
	}
	serial, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Cell{Text: text, Type: Number}
	}
	if s.book.date1904 {
		// Old Macintosh workbooks count from 1904-01-01.
		text = strconv.FormatFloat(serial+1462, 'f', -1, 64)
	}
	return Cell{Text: text, Type: Date}
}

// put places the cell in its column.
func (s *xlsxSource) put(c Cell) error {
	if len(c.Text) > s.limits.FieldBytes {
		return s.tooLong()
	}
	if s.column > s.limits.Columns {
		// A blank beyond the limit is formatting, not content.
		if strings.TrimSpace(c.Text) == "" {
			return nil
		}
		return &Error{Reason: ReasonTooManyColumns, Row: s.row, Column: s.column, Limit: int64(s.limits.Columns)}
	}
	for len(s.cells) < s.column-1 {
		s.cells = append(s.cells, Cell{})
	}
	s.cells = append(s.cells, c)
	return nil
}

// columnOf reads the letters of a reference such as "AB12": 28.
func columnOf(ref []byte) (int, bool) {
	n := 0
	for i, c := range ref {
		if !isLetter(c) {
			return n, i > 0
		}
		if n = n*26 + int(c|0x20-'a') + 1; n > 1<<14 {
			return 0, false
		}
	}
	return n, n > 0
}

// unescapeOOXML resolves _x000D_, by which OOXML writes characters that XML
// cannot hold. Those that no text should hold stay as they are.
func unescapeOOXML(s string) string {
	at := strings.Index(s, "_x")
	if at < 0 {
		return s
	}
	var b strings.Builder
	for at >= 0 {
		b.WriteString(s[:at])
		s = s[at:]
		if r, ok := escapedRune(s); ok {
			b.WriteRune(r)
			s = s[7:]
		} else {
			b.WriteString(s[:2])
			s = s[2:]
		}
		at = strings.Index(s, "_x")
	}
	b.WriteString(s)
	return b.String()
}

func escapedRune(s string) (rune, bool) {
	if len(s) < 7 || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	if err != nil || (n < 0x20 && n != '\t' && n != '\n' && n != '\r') || 0xD800 <= n && n < 0xE000 {
		return 0, false
	}
	return rune(n), true
}
