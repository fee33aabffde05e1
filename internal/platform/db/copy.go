package db

import (
	"encoding/hex"
	"io"
	"strconv"
	"strings"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Copy loads rows into a table with COPY, which row policies refuse: the table
// must be a temporary one, from which INSERT ... SELECT goes on (T-20). fill
// runs beside the transfer, in a goroutine of its own, and must not use the
// transaction.
func (tx *Tx) Copy(table string, columns []string, fill func(*CopyRows) error) (int64, error) {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		rows := &CopyRows{out: w, buf: make([]byte, 0, copyBuffer+4096)}
		err := fill(rows)
		if err == nil {
			err = rows.flush()
		}
		_ = w.CloseWithError(err) // nil ends the copy, an error aborts it
		done <- err
	}()
	tag, err := tx.conn.PgConn().CopyFrom(tx.ctx, r, "COPY "+table+" ("+strings.Join(columns, ", ")+") FROM STDIN")
	_ = r.CloseWithError(io.ErrClosedPipe)
	if ferr := <-done; ferr != nil && (err == nil || ferr != io.ErrClosedPipe) { //nolint:errorlint // the sentinel itself is set above
		return 0, ferr
	}
	return tag.RowsAffected(), err
}

const copyBuffer = 64 << 10

// CopyRows writes rows in the text form of COPY, field by field in the order of
// the columns. It is several times cheaper than encoding each value through the
// driver, which counts with millions of rows.
type CopyRows struct {
	out   io.Writer
	buf   []byte
	begun bool
}

func (c *CopyRows) next() {
	if c.begun {
		c.buf = append(c.buf, '\t')
	}
	c.begun = true
}

// Null writes NULL.
func (c *CopyRows) Null() { c.next(); c.buf = append(c.buf, '\\', 'N') }

// Text writes a text, empty as the empty text.
func (c *CopyRows) Text(s string) { c.next(); c.escape(s) }

// Optional writes a text, empty as NULL.
func (c *CopyRows) Optional(s string) {
	if s == "" {
		c.Null()
		return
	}
	c.Text(s)
}

func (c *CopyRows) escape(s string) {
	from := 0
	for i := range len(s) {
		var e byte
		switch s[i] {
		case '\\':
			e = '\\'
		case '\t':
			e = 't'
		case '\n':
			e = 'n'
		case '\r':
			e = 'r'
		default:
			continue
		}
		c.buf = append(append(c.buf, s[from:i]...), '\\', e)
		from = i + 1
	}
	c.buf = append(c.buf, s[from:]...)
}

// Texts writes an array of texts.
func (c *CopyRows) Texts(list []string) {
	c.next()
	c.buf = append(c.buf, '{')
	for i, s := range list {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.buf = append(c.buf, '"')
		c.escape(arrayEscapes.Replace(s))
		c.buf = append(c.buf, '"')
	}
	c.buf = append(c.buf, '}')
}

var arrayEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Int writes a number.
func (c *CopyRows) Int(n int) { c.next(); c.buf = strconv.AppendInt(c.buf, int64(n), 10) }

// Bool writes a truth value.
func (c *CopyRows) Bool(b bool) {
	c.next()
	if b {
		c.buf = append(c.buf, 't')
	} else {
		c.buf = append(c.buf, 'f')
	}
}

// ID writes an identifier.
func (c *CopyRows) ID(v id.ID) { c.next(); c.buf = hex.AppendEncode(c.buf, v[:]) }

// Day writes a legal day, no day as NULL.
func (c *CopyRows) Day(d day.Day) {
	if d.IsZero() {
		c.Null()
		return
	}
	c.next()
	c.buf = d.Time().AppendFormat(c.buf, "2006-01-02")
}

// End ends the row.
func (c *CopyRows) End() error {
	c.buf = append(c.buf, '\n')
	c.begun = false
	if len(c.buf) < copyBuffer {
		return nil
	}
	return c.flush()
}

func (c *CopyRows) flush() error {
	_, err := c.out.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}
