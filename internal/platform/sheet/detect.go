package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

var (
	magicZip = []byte("PK\x03\x04")
	magicOLE = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	magicPDF = []byte("%PDF-")

	bomUTF8    = []byte("\xEF\xBB\xBF")
	bomUTF16LE = []byte("\xFF\xFE")
	bomUTF16BE = []byte("\xFE\xFF")
)

// sampleBytes is how much of a text is looked at to learn its form.
const sampleBytes = 64 << 10

// readHead reads up to n bytes from the start.
func readHead(r io.ReaderAt, size int64, n int) ([]byte, error) {
	b := make([]byte, min(int64(n), size))
	got, err := r.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{Reason: ReasonBroken, cause: err}
	}
	return b[:got], nil
}

// detect tells the form by content. A name is what the sender calls a file;
// local applications send HTML as .xls and PDF as .xlsx.
func detect(r io.ReaderAt, size int64) (Kind, error) {
	if size <= 0 {
		return "", refuse(ReasonEmpty)
	}
	head, err := readHead(r, size, 4096)
	if err != nil {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, magicZip), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return XLSX, nil
	case bytes.HasPrefix(head, magicOLE):
		return "", refuse(oleReason(r, size, head))
	case bytes.HasPrefix(head, magicPDF):
		return "", refuse(ReasonPDF)
	}
	if looksUTF16(head) != utf16None {
		return CSV, nil
	}
	return detectText(bytes.TrimPrefix(head, bomUTF8))
}

func detectText(head []byte) (Kind, error) {
	start := bytes.TrimLeft(head, " \t\r\n")
	if len(start) > 1 && start[0] == '<' && (isLetter(start[1]) || start[1] == '!' || start[1] == '?') {
		return "", refuse(ReasonWebPage)
	}
	if bytes.HasPrefix(start, []byte(`{\rtf`)) {
		return "", refuse(ReasonNotASheet)
	}
	odd := 0
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\r' && c != '\n' {
			odd++
		}
	}
	// A lone odd byte is a fault in a table and is reported with its row; many
	// mean that this was never text.
	if odd > 3 && odd*50 > len(head) {
		return "", refuse(ReasonNotASheet)
	}
	return CSV, nil
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// oleReason looks into the directory of an OLE container: it is Excel 97-2003,
// or the envelope of an encrypted XLSX, or another program's file.
func oleReason(r io.ReaderAt, size int64, head []byte) Reason {
	if len(head) < 512 {
		return ReasonBroken
	}
	shift := binary.LittleEndian.Uint16(head[30:])
	if shift != 9 && shift != 12 {
		return ReasonBroken
	}
	at := (int64(binary.LittleEndian.Uint32(head[48:])) + 1) << shift
	if at >= size {
		return ReasonBroken
	}
	dir := make([]byte, min(16<<10, size-at))
	n, err := r.ReadAt(dir, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return ReasonBroken
	}
	dir = dir[:n]
	switch {
	case bytes.Contains(dir, utf16le("EncryptedPackage")):
		return ReasonPassword
	case bytes.Contains(dir, utf16le("Workbook")), bytes.Contains(dir, utf16le("Book")):
		return ReasonLegacyXLS
	}
	return ReasonNotASheet
}

func utf16le(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

type utf16Order uint8

const (
	utf16None utf16Order = iota
	utf16Little
	utf16Big
)

// looksUTF16 knows UTF-16 by its mark or, without one, by the zero in every
// second byte of text in Latin letters.
func looksUTF16(head []byte) utf16Order {
	if bytes.HasPrefix(head, bomUTF16LE) {
		return utf16Little
	}
	if bytes.HasPrefix(head, bomUTF16BE) {
		return utf16Big
	}
	pairs := len(head) / 2
	if pairs < 4 {
		return utf16None
	}
	even, odd := 0, 0
	for i := range pairs {
		if head[2*i] == 0 {
			even++
		}
		if head[2*i+1] == 0 {
			odd++
		}
	}
	switch {
	case odd*10 >= pairs*8 && even*20 < pairs:
		return utf16Little
	case even*10 >= pairs*8 && odd*20 < pairs:
		return utf16Big
	}
	return utf16None
}
