package sheet

import "fmt"

// Reason says why a file or a row of it cannot be read. Reasons are stable.
type Reason string

// The reasons.
const (
	ReasonBroken          Reason = "sheet.broken"             // damaged, cut off, or not what it claims to be inside
	ReasonDangerous       Reason = "sheet.dangerous"          // made to exhaust the reader: zip bomb, XML entities
	ReasonTooLarge        Reason = "sheet.too_large"          // more bytes than allowed, packed or unpacked
	ReasonTooManyRows     Reason = "sheet.too_many_rows"      //
	ReasonTooManyColumns  Reason = "sheet.too_many_columns"   //
	ReasonFieldTooLong    Reason = "sheet.field_too_long"     //
	ReasonUnclosedQuote   Reason = "sheet.unclosed_quote"     // CSV: a quoted field without its end
	ReasonNulByte         Reason = "sheet.nul_byte"           // CSV: a byte no text has
	ReasonEncoding        Reason = "sheet.encoding"           // neither UTF-8, UTF-16 nor Windows-1252 throughout
	ReasonEmpty           Reason = "sheet.empty"              // no bytes, or no worksheet
	ReasonNotASheet       Reason = "sheet.not_a_sheet"        // something else: image, archive, text document
	ReasonPDF             Reason = "sheet.pdf"                //
	ReasonWebPage         Reason = "sheet.web_page"           // HTML or XML saved under a sheet's name
	ReasonLegacyXLS       Reason = "sheet.legacy_xls"         // Excel 97-2003
	ReasonBinaryWorkbook  Reason = "sheet.binary_workbook"    // .xlsb
	ReasonOpenDocument    Reason = "sheet.open_document"      // .ods
	ReasonPassword        Reason = "sheet.password_protected" //
	ReasonNoSuchWorksheet Reason = "sheet.no_such_worksheet"  // the worksheet asked for is not there
)

// Reasons lists every reason; the texts for people are kept elsewhere and a
// test there walks this list.
func Reasons() []Reason {
	return []Reason{
		ReasonBroken, ReasonDangerous, ReasonTooLarge, ReasonTooManyRows, ReasonTooManyColumns, ReasonFieldTooLong,
		ReasonUnclosedQuote, ReasonNulByte, ReasonEncoding, ReasonEmpty, ReasonNotASheet, ReasonPDF, ReasonWebPage,
		ReasonLegacyXLS, ReasonBinaryWorkbook, ReasonOpenDocument, ReasonPassword, ReasonNoSuchWorksheet,
	}
}

// Error is a refusal of a file. After it nothing more can be read.
type Error struct {
	Reason Reason
	// Row and Column say where, counted from 1; 0 means the file as a whole.
	Row, Column int
	// Limit is the limit that was passed, when one was.
	Limit int64
	cause error
}

// Error gives the reason, the place and the cause, for logs. It never holds
// content of the file.
func (e *Error) Error() string {
	s := string(e.Reason)
	if e.Row > 0 {
		s += fmt.Sprintf(" at row %d", e.Row)
	}
	if e.Limit > 0 {
		s += fmt.Sprintf(" (limit %d)", e.Limit)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

func refuse(r Reason) *Error { return &Error{Reason: r} }

func broken(format string, args ...any) *Error {
	return &Error{Reason: ReasonBroken, cause: fmt.Errorf(format, args...)}
}
