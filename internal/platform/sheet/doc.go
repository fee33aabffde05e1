// Package sheet reads and writes tables as people exchange them: XLSX and CSV.
//
// Reading. Open looks at the content, never at the name, and gives a Reader
// that hands out one row at a time. Memory does not grow with the file: an XLSX
// part is unpacked while it is read, nothing of it is written to disk (T-42),
// and only the table of shared strings is held, up to a limit. The directory of
// the archive is judged before anything is unpacked: number of parts, size of
// each, size of all, and how far a part was compressed (T-55); rows, columns
// and the length of a field have limits as well (T-56).
//
// A cell keeps the text that stands in the file and says whether it was stored
// as a number or a date. That matters here: a NIP has 18 digits and Excel keeps
// 15, so an employee number that was stored as a number is no longer known.
//
// Why XLSX is not read with excelize, which writes it: excelize does not tell
// the type of a cell while streaming, ends a truncated sheet without an error,
// unpacks to temporary files, and needs two to three seconds for 14,000 rows of
// the 69 columns that SIASN exports.
//
// Writing. A Writer makes XLSX or CSV row by row. A text that a spreadsheet
// would take for a formula gets an apostrophe in front (T-54), and XLSX cells
// are typed as text besides. Unquote takes the apostrophe off again.
//
// What must never happen: a broken file read as a short one, a row dropped
// without a word, a number shown as the text it no longer is.
package sheet
