package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// delimiters in the order in which a tie is decided.
var delimiters = []byte{';', ',', '\t', '|'}

// csvSource reads CSV as RFC 4180 has it and as Excel writes it. It is not
// encoding/csv because that holds a whole record, and so the whole rest of the
// file, when a quote is never closed.
type csvSource struct {
	in        *bufio.Reader
	counter   *countingReader
	total     int64
	delimiter byte
	lineEnd   byte
	limits    Limits
	number    int
	record    []byte // a record that spans lines, or one line longer than the buffer
	field     []byte
	cells     []Cell
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func openCSV(r io.ReaderAt, size int64, limits Limits) (*csvSource, error) {
	if size > limits.CSVBytes {
		return nil, &Error{Reason: ReasonTooLarge, Limit: limits.CSVBytes}
	}
	enc, skip, err := detectEncoding(r, size)
	if err != nil {
		return nil, err
	}
	counter := &countingReader{r: io.NewSectionReader(r, skip, size-skip)}
	text := io.Reader(counter)
	if enc != nil {
		text = transform.NewReader(counter, enc.NewDecoder())
	}
	s := &csvSource{
		in: bufio.NewReaderSize(text, sampleBytes), counter: counter, total: size - skip, limits: limits, lineEnd: '\n',
	}
	sample, err := s.in.Peek(sampleBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{Reason: ReasonBroken, cause: err}
	}
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		s.lineEnd = '\r' // written by a Macintosh of long ago
	}
	s.delimiter = s.detectDelimiter(sample)
	return s, nil
}

// detectEncoding reads the file through once. A letter outside ASCII may come
// first in its last row, and a guess from the start would then spoil a name.
func detectEncoding(r io.ReaderAt, size int64) (enc encoding.Encoding, skip int64, err error) {
	head, err := readHead(r, size, 4096)
	if err != nil {
		return nil, 0, err
	}
	switch looksUTF16(head) {
	case utf16Little:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), markLength(head, bomUTF16LE), nil
	case utf16Big:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), markLength(head, bomUTF16BE), nil
	}
	skip = markLength(head, bomUTF8)
	good, bad, err := countUTF8(io.NewSectionReader(r, skip, size-skip))
	if err != nil {
		return nil, 0, &Error{Reason: ReasonBroken, cause: err}
	}
	if bad == 0 {
		return nil, skip, nil
	}
	// Windows-1252 letters almost never form UTF-8 by chance. Much valid UTF-8
	// beside something invalid means two files were pasted together.
	if skip > 0 || good > bad {
		return nil, 0, refuse(ReasonEncoding)
	}
	return charmap.Windows1252, 0, nil
}

func markLength(head, mark []byte) int64 {
	if bytes.HasPrefix(head, mark) {
		return int64(len(mark))
	}
	return 0
}

// countUTF8 counts the letters outside ASCII that are valid UTF-8, and the
// bytes that are not.
func countUTF8(r io.Reader) (good, bad int64, err error) {
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := io.ReadFull(r, buf[kept:])
		end := err != nil
		if end && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, 0, err
		}
		b := buf[:kept+n]
		for len(b) > 0 {
			if b[0] < utf8.RuneSelf {
				b = skipASCII(b)
				continue
			}
			if !end && !utf8.FullRune(b) {
				break
			}
			ru, width := utf8.DecodeRune(b)
			if ru == utf8.RuneError && width == 1 {
				bad++
			} else {
				good++
			}
			b = b[width:]
		}
		if end {
			return good, bad, nil //nolint:nilerr // only the end of the file comes here
		}
		kept = copy(buf, b)
	}
}

func skipASCII(b []byte) []byte {
	for len(b) >= 8 && (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7]) < utf8.RuneSelf {
		b = b[8:]
	}
	for len(b) > 0 && b[0] < utf8.RuneSelf {
		b = b[1:]
	}
	return b
}

// detectDelimiter obeys Excel's "sep=;" line, and else takes the sign that
// comes equally often in most lines: titles above a table have none, and a
// comma inside names ("Nama, S.Sos.") comes here and there.
func (s *csvSource) detectDelimiter(sample []byte) byte {
	if len(sample) >= 5 && bytes.EqualFold(sample[:4], []byte("sep=")) && bytes.IndexByte(delimiters, sample[4]) >= 0 {
		d := sample[4]
		if _, err := s.readLine(); err == nil || errors.Is(err, io.EOF) {
			s.number++
		}
		return d
	}
	best, bestScore := byte(','), 0
	for _, d := range delimiters {
		if score := delimiterScore(sample, d, s.lineEnd); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

// delimiterScore is the largest number of sample lines that agree on a count of
// d outside quotes, times that count.
func delimiterScore(sample []byte, d, lineEnd byte) int {
	lines := map[int]int{}
	count, seen, quoted := 0, 0, false
	for _, c := range sample {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == d:
			count++
		case c == lineEnd:
			lines[count]++
			count = 0
			if seen++; seen == 200 {
				return bestScore(lines)
			}
		}
	}
	lines[count]++
	return bestScore(lines)
}

func bestScore(lines map[int]int) int {
	best := 0
	for count, n := range lines {
		best = max(best, count*n)
	}
	return best
}

func (s *csvSource) consumed() int64 { return s.counter.n }
func (s *csvSource) size() int64     { return s.total }
func (s *csvSource) close() error    { return nil }

// maxRecord bounds what one record may hold before it is judged.
func (s *csvSource) maxRecord() int { return 4*s.limits.FieldBytes + 64*s.limits.Columns }

// readLine gives one line with its end; valid until the next read.
func (s *csvSource) readLine() ([]byte, error) {
	line, err := s.in.ReadSlice(s.lineEnd)
	if err == nil || !errors.Is(err, bufio.ErrBufferFull) {
		return line, s.readError(err)
	}
	long := append([]byte(nil), line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(long) > s.maxRecord() {
			return nil, &Error{Reason: ReasonFieldTooLong, Row: s.number + 1, Limit: int64(s.limits.FieldBytes)}
		}
		line, err = s.in.ReadSlice(s.lineEnd)
		long = append(long, line...)
	}
	return long, s.readError(err)
}

func (s *csvSource) readError(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &Error{Reason: ReasonBroken, Row: s.number + 1, cause: err}
}

func (s *csvSource) next() (Row, error) {
	line, err := s.readLine()
	if err != nil && !errors.Is(err, io.EOF) {
		return Row{}, err
	}
	if len(line) == 0 {
		return Row{}, io.EOF
	}
	s.number++
	if bytes.IndexByte(line, 0) >= 0 {
		return Row{}, &Error{Reason: ReasonNulByte, Row: s.number}
	}
	s.cells = s.cells[:0]
	if bytes.IndexByte(line, '"') < 0 {
		err = s.split(s.cut(line))
	} else {
		err = s.parseQuoted(line)
	}
	if err != nil {
		return Row{}, err
	}
	return Row{Number: s.number, Cells: s.cells}, nil
}

// cut takes the end of the line off.
func (s *csvSource) cut(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte{s.lineEnd})
	if s.lineEnd == '\n' {
		line = bytes.TrimSuffix(line, []byte{'\r'})
	}
	return line
}

// split cuts a line without quotes. One string holds the whole line and the
// fields are parts of it: one allocation a row.
func (s *csvSource) split(line []byte) error {
	text := string(line)
	for {
		i := indexByte(text, s.delimiter)
		if i < 0 {
			return s.add(text)
		}
		if err := s.add(text[:i]); err != nil {
			return err
		}
		text = text[i+1:]
	}
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}

func (s *csvSource) add(text string) error {
	if len(text) > s.limits.FieldBytes {
		return &Error{Reason: ReasonFieldTooLong, Row: s.number, Column: len(s.cells) + 1, Limit: int64(s.limits.FieldBytes)}
	}
	// Separators without anything between them, as Excel leaves them behind a
	// wide table, cost nothing and are trimmed later; twice the limit is a trap.
	if len(s.cells) >= 2*s.limits.Columns || (text != "" && len(s.cells) >= s.limits.Columns) {
		return &Error{Reason: ReasonTooManyColumns, Row: s.number, Limit: int64(s.limits.Columns)}
	}
	c := Cell{Text: text, Type: Text}
	if text == "" {
		c.Type = Empty
	}
	s.cells = append(s.cells, c)
	return nil
}

// parseQuoted reads a record with quotes, fetching more lines while a quote is
// open. A quote in the middle of an unquoted field is a letter like any other.
func (s *csvSource) parseQuoted(line []byte) error {
	s.record = append(s.record[:0], line...)
	pos := 0
	for {
		var (
			more bool
			err  error
		)
		if pos < len(s.record) && s.record[pos] == '"' {
			pos, more, err = s.quotedField(pos + 1)
		} else {
			pos, more, err = s.plainField(pos)
		}
		if err != nil || !more {
			return err
		}
	}
}

// plainField adds the field that starts at pos and gives the start of the next.
func (s *csvSource) plainField(pos int) (next int, more bool, err error) {
	rest := s.record[pos:]
	if i := bytes.IndexByte(rest, s.delimiter); i >= 0 {
		return pos + i + 1, true, s.add(string(rest[:i]))
	}
	return len(s.record), false, s.add(string(s.cut(rest)))
}

// quotedField adds the field whose opening quote stands before pos.
func (s *csvSource) quotedField(pos int) (next int, more bool, err error) {
	s.field = s.field[:0]
	for {
		i := bytes.IndexByte(s.record[pos:], '"')
		if i < 0 {
			s.field = append(s.field, s.record[pos:]...)
			pos = len(s.record)
			if err := s.fetch(); err != nil {
				return 0, false, err
			}
			continue
		}
		s.field = append(s.field, s.record[pos:pos+i]...)
		pos += i + 1
		if pos < len(s.record) && s.record[pos] == '"' {
			s.field = append(s.field, '"')
			pos++
			continue
		}
		return s.afterQuote(pos)
	}
}

// afterQuote ends a quoted field. What stands between the closing quote and the
// separator is kept: nothing is dropped without a word.
func (s *csvSource) afterQuote(pos int) (next int, more bool, err error) {
	rest := s.record[pos:]
	i := bytes.IndexByte(rest, s.delimiter)
	if i >= 0 {
		s.field = append(s.field, rest[:i]...)
		return pos + i + 1, true, s.add(string(s.field))
	}
	s.field = append(s.field, s.cut(rest)...)
	return len(s.record), false, s.add(string(s.field))
}

// fetch appends the next line to the record.
func (s *csvSource) fetch() error {
	if len(s.record) > s.maxRecord() || len(s.field) > s.limits.FieldBytes {
		return &Error{Reason: ReasonUnclosedQuote, Row: s.number, Column: len(s.cells) + 1, Limit: int64(s.limits.FieldBytes)}
	}
	line, err := s.readLine()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if len(line) == 0 {
		return &Error{Reason: ReasonUnclosedQuote, Row: s.number, Column: len(s.cells) + 1}
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return &Error{Reason: ReasonNulByte, Row: s.number}
	}
	s.record = append(s.record, line...)
	return nil
}
