package sheet

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// Kind is the form of a file.
type Kind string

// The kinds that can be read and written.
const (
	XLSX Kind = "xlsx"
	CSV  Kind = "csv"
)

// CellType says how a cell was stored. In CSV every cell is Text.
type CellType uint8

// The types of a cell.
const (
	Empty   CellType = iota
	Text             // letters and digits as they were typed
	Number           // a number: Cell.Text is how the file writes it, "1.9900101201501199E+17" included
	Date             // a number shown as a date: Cell.Text is the serial day, always counted from 1899-12-30
	Bool             // "TRUE" or "FALSE"
	Invalid          // a formula's error, such as "#REF!"
)

// Cell is one field of a row.
type Cell struct {
	Text string
	Type CellType
	// Formula tells that the text is the last result of a formula. Formulas
	// are never computed here.
	Formula bool
}

// Day gives the day of a Date cell.
func (c Cell) Day() (time.Time, bool) {
	if c.Type != Date {
		return time.Time{}, false
	}
	return SerialDay(c.Text)
}

// SerialDay reads a serial day as spreadsheets count them, days since
// 1899-12-30; a fraction (the time of day) is dropped. Only days from 1900-03-01
// to 9999-12-31 are known: before that spreadsheets disagree, because Lotus
// believed in 29 February 1900.
func SerialDay(s string) (time.Time, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 61 && f < 2958466) {
		return time.Time{}, false
	}
	return time.Date(1899, 12, 30+int(f), 0, 0, 0, 0, time.UTC), true
}

// Row is one row that holds something; wholly empty rows are passed over.
type Row struct {
	// Number counts from 1 as a spreadsheet does, empty rows included.
	Number int
	// Cells ends with the last cell that holds something. The slice is used
	// again by the next call of Next; the texts stay valid.
	Cells []Cell
}

// Cell gives the cell of a column counted from 0, empty beyond the end.
func (r Row) Cell(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Limits bound what a file may cost. Zero fields take the value of
// DefaultLimits.
type Limits struct {
	FileBytes   int64 // the file itself; XLSX
	CSVBytes    int64 // the file itself; CSV
	Entries     int   // parts of an XLSX archive
	PartBytes   int64 // one part, unpacked
	TotalBytes  int64 // all parts, unpacked
	Ratio       int64 // unpacked to packed, of a part larger than 4 MiB
	StringBytes int64 // text of the shared strings of an XLSX, held in memory
	Rows        int
	Columns     int
	FieldBytes  int
}

// DefaultLimits allow the largest sheets offices really send (a whole province
// in 69 columns) and nothing far beyond.
var DefaultLimits = Limits{
	FileBytes:   100 << 20,
	CSVBytes:    2 << 30,
	Entries:     2000,
	PartBytes:   600 << 20,
	TotalBytes:  800 << 20,
	Ratio:       150,
	StringBytes: 64 << 20,
	Rows:        10_000_000,
	Columns:     512,
	FieldBytes:  32 << 10,
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	set64 := func(v *int64, def int64) {
		if *v <= 0 {
			*v = def
		}
	}
	set := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	set64(&l.FileBytes, d.FileBytes)
	set64(&l.CSVBytes, d.CSVBytes)
	set(&l.Entries, d.Entries)
	set64(&l.PartBytes, d.PartBytes)
	set64(&l.TotalBytes, d.TotalBytes)
	set64(&l.Ratio, d.Ratio)
	set64(&l.StringBytes, d.StringBytes)
	set(&l.Rows, d.Rows)
	set(&l.Columns, d.Columns)
	set(&l.FieldBytes, d.FieldBytes)
	return l
}

// Options choose what Open reads.
type Options struct {
	// Worksheet is the name of the worksheet, in any case; empty means the
	// first one that is not hidden. A CSV has none.
	Worksheet string
	Limits    Limits
}

// worksheet is one sheet of a workbook.
type worksheet struct {
	Name   string
	Hidden bool
}

// source is what the two formats have to offer.
type source interface {
	next() (Row, error)
	// consumed and size measure the same thing, for progress.
	consumed() int64
	size() int64
	close() error
}

// Reader reads one table, row by row. It is for one goroutine.
type Reader struct {
	kind      Kind
	worksheet string
	limits    Limits
	src       source
	rows      int
	err       error
}

// Open opens a file of the given size. Refusals are of type *Error.
func Open(r io.ReaderAt, size int64, o Options) (*Reader, error) {
	limits := o.Limits.withDefaults()
	kind, err := detect(r, size)
	if err != nil {
		return nil, err
	}
	out := &Reader{kind: kind, limits: limits}
	if kind == CSV {
		if o.Worksheet != "" {
			return nil, refuse(ReasonNoSuchWorksheet)
		}
		out.src, err = openCSV(r, size, limits)
	} else {
		err = out.openXLSX(r, size, o.Worksheet)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Kind is the form found.
func (r *Reader) Kind() Kind { return r.kind }

// Worksheet is the name of the sheet being read; empty for CSV.
func (r *Reader) Worksheet() string { return r.worksheet }

// Next gives the next row that holds something, or io.EOF. Every other error
// is final: the same one comes again.
func (r *Reader) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	for {
		row, err := r.src.next()
		if err != nil {
			r.err = err
			return Row{}, err
		}
		row.Cells = trim(row.Cells)
		if len(row.Cells) == 0 {
			continue
		}
		if r.rows++; r.rows > r.limits.Rows {
			r.err = &Error{Reason: ReasonTooManyRows, Row: row.Number, Limit: int64(r.limits.Rows)}
			return Row{}, r.err
		}
		return row, nil
	}
}

// trim cuts trailing cells that hold nothing or only spaces.
func trim(cells []Cell) []Cell {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1].Text) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// Progress tells how much of the file has been read, from 0 to 1.
func (r *Reader) Progress() float64 {
	size := r.src.size()
	if size <= 0 {
		return 1
	}
	return min(1, float64(r.src.consumed())/float64(size))
}

// Close ends the reading; the file stays the caller's.
func (r *Reader) Close() error { return r.src.close() }
