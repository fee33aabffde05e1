package upload

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// MediaType is what a file is said to be, and must be.
type MediaType string

// The types that are taken. Archives are not: nobody can say what is in them.
const (
	PDF  MediaType = "application/pdf"
	JPEG MediaType = "image/jpeg"
	PNG  MediaType = "image/png"
	MP4  MediaType = "video/mp4"
	MP3  MediaType = "audio/mpeg"
	M4A  MediaType = "audio/mp4"
	Ogg  MediaType = "audio/ogg"
	WAV  MediaType = "audio/wav"
	DOCX MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// kind says by which names content is known as a type, and what more is asked
// of it.
type kind struct {
	detected []string
	harmless func(r io.ReaderAt, size int64) bool
}

var kinds = map[MediaType]kind{
	PDF:  {[]string{"application/pdf"}, beginsWith("%PDF-")},
	JPEG: {[]string{"image/jpeg"}, pixels(jpeg.DecodeConfig)},
	PNG:  {[]string{"image/png"}, pixels(png.DecodeConfig)},
	MP4:  {[]string{"video/mp4", "video/x-m4v"}, nil},
	MP3:  {[]string{"audio/mpeg"}, nil},
	M4A:  {[]string{"audio/mp4", "audio/x-m4a"}, nil},
	Ogg:  {[]string{"audio/ogg"}, nil},
	WAV:  {[]string{"audio/wav"}, nil},
	DOCX: {[]string{string(DOCX)}, passive("word/")},
	XLSX: {[]string{string(XLSX)}, passive("xl/")},
}

// inspect holds content to the type it is said to be. Nothing is decoded but
// heads and directories.
func inspect(r io.ReaderAt, size int64, said MediaType) error {
	k := kinds[said]
	is, err := mimetype.DetectReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(k.detected, is.Is) {
		return fault.New(fault.Rule, "upload.type_wrong").At("/media_type", "upload.type_wrong")
	}
	mixed, err := mixed(r, size, said)
	if err != nil {
		return err
	}
	if mixed {
		return fault.New(fault.Rule, "upload.type_mixed")
	}
	if k.harmless != nil && !k.harmless(r, size) {
		return fault.New(fault.Rule, "upload.content_refused")
	}
	return nil
}

// mixed finds files that are two at once (T-57): a PDF is also one when its mark
// stands within the first 1024 bytes, an archive is read from its end.
func mixed(r io.ReaderAt, size int64, said MediaType) (bool, error) {
	head, err := part(r, size, 0, 1024)
	if err != nil {
		return false, err
	}
	if said != PDF && bytes.Contains(head, []byte("%PDF-")) {
		return true, nil
	}
	if said == DOCX || said == XLSX {
		return !bytes.HasPrefix(head, []byte("PK\x03\x04")), nil
	}
	const longest = 22 + 1<<16 - 1 // the end of a directory and its comment
	tail, err := part(r, size, max(0, size-longest), longest)
	return endsAnArchive(tail), err
}

// endsAnArchive finds the end of a ZIP directory whose comment reaches exactly
// to the end of the file.
func endsAnArchive(tail []byte) bool {
	for at := len(tail); ; {
		if at = bytes.LastIndex(tail[:at], []byte("PK\x05\x06")); at < 0 {
			return false
		}
		if at+22 <= len(tail) && at+22+int(binary.LittleEndian.Uint16(tail[at+20:])) == len(tail) {
			return true
		}
	}
}

func part(r io.ReaderAt, size, from, length int64) ([]byte, error) {
	return io.ReadAll(io.NewSectionReader(r, from, min(length, size-from)))
}

func beginsWith(mark string) func(io.ReaderAt, int64) bool {
	return func(r io.ReaderAt, size int64) bool {
		head, err := part(r, size, 0, int64(len(mark)))
		return err == nil && string(head) == mark
	}
}

// maxPixels is what an image may have at most; a phone's has 50 or 200 million.
const maxPixels = 250_000_000

// pixels holds an image's dimensions, which stand in its head, before anybody
// decodes it.
func pixels(head func(io.Reader) (image.Config, error)) func(io.ReaderAt, int64) bool {
	return func(r io.ReaderAt, size int64) bool {
		c, err := head(io.NewSectionReader(r, 0, size))
		return err == nil && c.Width > 0 && c.Height > 0 && int64(c.Width)*int64(c.Height) <= maxPixels
	}
}

// active are names of parts that do something when a document is opened.
var active = []string{"vbaproject", "macrosheets/", "activex/", "customui/"}

// acts tells parts that act by themselves, and embedded objects, of which only
// the sheets behind charts are known to be harmless.
func acts(name string) bool {
	return slices.ContainsFunc(active, func(a string) bool { return strings.Contains(name, a) }) ||
		strings.Contains(name, "embeddings/") && !strings.HasSuffix(name, ".xlsx")
}

// passive accepts an office document whose archive is harmless and holds nothing
// that acts by itself.
func passive(main string) func(io.ReaderAt, int64) bool {
	return func(r io.ReaderAt, size int64) bool {
		parts, err := sheet.Parts(r, size)
		if err != nil || !slices.Contains(parts, "[content_types].xml") {
			return false
		}
		return slices.ContainsFunc(parts, func(n string) bool { return strings.HasPrefix(n, main) }) && !slices.ContainsFunc(parts, acts)
	}
}
