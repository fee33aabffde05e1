package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// maxDirectoryBytes bounds what may be read to learn an archive's directory. A
// hostile archive lists a million parts; archive/zip would make an object of
// each before anybody could count them.
const maxDirectoryBytes = 2 << 20

var errDirectory = errors.New("the archive's directory is too large")

// meteredReaderAt refuses to read more than left bytes while left is not
// negative.
type meteredReaderAt struct {
	r    io.ReaderAt
	left int64
	off  bool
}

func (m *meteredReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if m.off {
		return m.r.ReadAt(p, at)
	}
	if m.left -= int64(len(p)); m.left < 0 {
		return 0, errDirectory
	}
	return m.r.ReadAt(p, at)
}

// archive is a judged zip file: its parts by lower-case name.
type archive struct {
	parts map[string]*zip.File
}

// openArchive reads the directory and judges it; nothing is unpacked yet.
func openArchive(r io.ReaderAt, size int64, limits Limits) (*archive, error) {
	if size > limits.FileBytes {
		return nil, &Error{Reason: ReasonTooLarge, Limit: limits.FileBytes}
	}
	meter := &meteredReaderAt{r: r, left: maxDirectoryBytes}
	z, err := zip.NewReader(meter, size)
	if errors.Is(err, errDirectory) {
		return nil, &Error{Reason: ReasonDangerous, cause: err}
	}
	if err != nil {
		return nil, &Error{Reason: ReasonBroken, cause: err}
	}
	meter.off = true
	if len(z.File) > limits.Entries {
		return nil, &Error{Reason: ReasonDangerous, Limit: int64(limits.Entries)}
	}
	a := &archive{parts: make(map[string]*zip.File, len(z.File))}
	total := uint64(0)
	for _, f := range z.File {
		if err := judge(f, limits); err != nil {
			return nil, err
		}
		if total += f.UncompressedSize64; total > uint64(limits.TotalBytes) {
			return nil, &Error{Reason: ReasonTooLarge, Limit: limits.TotalBytes}
		}
		name := partName(f.Name)
		if _, twice := a.parts[name]; twice {
			return nil, broken("a part occurs twice")
		}
		a.parts[name] = f
	}
	return a, nil
}

// Parts lists what is in an archive such as DOCX or XLSX, in lower case, after
// it was judged: nothing is unpacked, and an archive made to exhaust whoever
// unpacks it is refused.
func Parts(r io.ReaderAt, size int64) ([]string, error) {
	a, err := openArchive(r, size, DefaultLimits)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(a.parts)), nil
}

// ratioFrom is the size from which the ratio of a part is judged: small parts
// of one repeated byte are harmless.
const ratioFrom = 4 << 20

func judge(f *zip.File, limits Limits) error {
	if f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/max(1, f.CompressedSize64) > uint64(limits.Ratio) {
		return &Error{Reason: ReasonDangerous, Limit: limits.Ratio}
	}
	if f.UncompressedSize64 > uint64(limits.PartBytes) {
		return &Error{Reason: ReasonTooLarge, Limit: limits.PartBytes}
	}
	if f.Flags&1 != 0 {
		return refuse(ReasonPassword)
	}
	return nil
}

// partName makes names comparable: some programs write backslashes, and OPC
// compares without case. A name is only a key, never a path (T-59).
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(s, `\`, "/")), "/"))
}

// has reports whether a part is there.
func (a *archive) has(name string) bool { _, ok := a.parts[partName(name)]; return ok }

// under reports whether any part lies below the folder.
func (a *archive) under(folder string) bool {
	for name := range a.parts {
		if strings.HasPrefix(name, folder) {
			return true
		}
	}
	return false
}

// open unpacks a part while it is read. A part that gives more than its
// directory entry promised is refused: the promise is what was judged.
func (a *archive) open(name string) (io.ReadCloser, int64, error) {
	f, ok := a.parts[partName(name)]
	if !ok {
		return nil, 0, broken("the part %s is missing", path.Base(partName(name)))
	}
	rc, err := f.Open()
	if err != nil {
		return nil, 0, &Error{Reason: ReasonBroken, cause: err}
	}
	size := int64(f.UncompressedSize64)
	return &promised{ReadCloser: rc, left: size}, size, nil
}

type promised struct {
	io.ReadCloser
	left int64
}

func (p *promised) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, refuse(ReasonDangerous)
	}
	return n, err
}
