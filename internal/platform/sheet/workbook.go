package sheet

import (
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// each calls fn with every token of a part, and always closes it. fn ends the
// walk early with errStop.
func (a *archive) each(name string, fn func(xmlToken) error) (err error) {
	part, _, err := a.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = part.Close() }()
	scan := newXMLScanner(part)
	for {
		t, err := scan.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(t); errors.Is(err, errStop) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

var errStop = errors.New("stop")

type relation struct {
	kind, target string
	external     bool
}

// relations reads the .rels part of a part; a missing one means none.
func (a *archive) relations(owner string) (map[string]relation, error) {
	dir, base := path.Split(owner)
	name := dir + "_rels/" + base + ".rels"
	out := map[string]relation{}
	if !a.has(name) {
		return out, nil
	}
	err := a.each(name, func(t xmlToken) error {
		if t.kind != xmlStart || string(t.name) != "Relationship" {
			return nil
		}
		if len(out) >= 4096 {
			return refuse(ReasonDangerous)
		}
		target := attrText(t.attrs, "Target")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		out[attrText(t.attrs, "Id")] = relation{
			kind:     path.Base(attrText(t.attrs, "Type")),
			target:   target,
			external: attrText(t.attrs, "TargetMode") == "External",
		}
		return nil
	})
	return out, err
}

// ofKind gives the target of the first relation of a kind.
func ofKind(rels map[string]relation, kind string) string {
	for _, r := range rels {
		if r.kind == kind && !r.external {
			return r.target
		}
	}
	return ""
}

// workbook is what the parts around the worksheet say.
type workbook struct {
	sheets   []worksheet
	targets  []string
	date1904 bool
	strings  stringTable
	dates    []bool // by cell style: shown as a date
}

func readWorkbook(a *archive, limits Limits) (*workbook, error) {
	root, err := a.relations("")
	if err != nil {
		return nil, err
	}
	main := ofKind(root, "officeDocument")
	if main == "" {
		return nil, refuse(otherArchive(a))
	}
	if strings.HasSuffix(partName(main), ".bin") {
		return nil, refuse(ReasonBinaryWorkbook)
	}
	if a.under("word/") || a.under("ppt/") {
		return nil, refuse(ReasonNotASheet)
	}
	rels, err := a.relations(main)
	if err != nil {
		return nil, err
	}
	w := &workbook{}
	if err := w.readSheets(a, main, rels); err != nil {
		return nil, err
	}
	if target := ofKind(rels, "sharedStrings"); target != "" {
		if err := w.strings.read(a, target, limits); err != nil {
			return nil, err
		}
	}
	if target := ofKind(rels, "styles"); target != "" {
		if w.dates, err = readDateStyles(a, target); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// otherArchive names a zip file that is no XLSX.
func otherArchive(a *archive) Reason {
	switch {
	case a.has("content.xml") && a.has("mimetype"):
		return ReasonOpenDocument
	case a.has("xl/workbook.bin"):
		return ReasonBinaryWorkbook
	case a.has("[content_types].xml"):
		return ReasonBroken
	}
	return ReasonNotASheet
}

func (w *workbook) readSheets(a *archive, main string, rels map[string]relation) error {
	return a.each(main, func(t xmlToken) error {
		if t.kind != xmlStart {
			return nil
		}
		switch string(t.name) {
		case "workbookPr":
			v := attrText(t.attrs, "date1904")
			w.date1904 = v == "1" || v == "true"
		case "sheet":
			if len(w.sheets) >= 1024 {
				return refuse(ReasonDangerous)
			}
			// A sheet of charts or dialogs holds no rows.
			rel := rels[relationID(t.attrs)]
			if rel.kind != "worksheet" || rel.external {
				return nil
			}
			state := attrText(t.attrs, "state")
			w.sheets = append(w.sheets, worksheet{Name: attrText(t.attrs, "name"), Hidden: state != "" && state != "visible"})
			w.targets = append(w.targets, rel.target)
		}
		return nil
	})
}

// relationID gives r:id of a sheet, which also has an attribute sheetId.
func relationID(attrs []byte) string { return attrText(attrs, "id") }

// choose finds the worksheet to read.
func (w *workbook) choose(name string) (int, error) {
	for i, s := range w.sheets {
		if name == "" && !s.Hidden || name != "" && strings.EqualFold(s.Name, name) {
			return i, nil
		}
	}
	if name != "" {
		return 0, refuse(ReasonNoSuchWorksheet)
	}
	return 0, refuse(ReasonEmpty)
}

// stringTable holds the shared strings end to end: two allocations however many
// there are.
type stringTable struct {
	text string
	ends []uint32
}

func (s *stringTable) read(a *archive, name string, limits Limits) error {
	var (
		b        strings.Builder
		start    int
		inText   bool
		phonetic bool
	)
	err := a.each(name, func(t xmlToken) error {
		switch t.kind {
		case xmlStart:
			switch string(t.name) {
			case "t":
				inText = !phonetic
			case "rPh":
				phonetic = true
			}
		case xmlText:
			if !inText {
				return nil
			}
			b.Write(t.text)
			if b.Len()-start > 4*limits.FieldBytes {
				return &Error{Reason: ReasonFieldTooLong, Limit: int64(limits.FieldBytes)}
			}
			if int64(b.Len()) > limits.StringBytes {
				return &Error{Reason: ReasonTooLarge, Limit: limits.StringBytes}
			}
		case xmlEnd:
			switch string(t.name) {
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			case "si":
				if int64(len(s.ends))*4 > limits.StringBytes {
					return &Error{Reason: ReasonTooLarge, Limit: limits.StringBytes}
				}
				s.ends = append(s.ends, uint32(b.Len()))
				start = b.Len()
			}
		}
		return nil
	})
	s.text = b.String()
	return err
}

func (s *stringTable) get(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]], true
}

// readDateStyles learns which cell styles show a number as a date.
func readDateStyles(a *archive, name string) ([]bool, error) {
	custom := map[int]bool{}
	var (
		dates   []bool
		inCells bool
	)
	err := a.each(name, func(t xmlToken) error {
		switch string(t.name) {
		case "numFmt":
			if id, ok := attrInt(t.attrs, "numFmtId"); ok && t.kind == xmlStart && len(custom) < 4096 {
				custom[id] = isDateFormat(attrText(t.attrs, "formatCode"))
			}
		case "cellXfs":
			inCells = t.kind == xmlStart
		case "xf":
			if !inCells || t.kind != xmlStart || len(dates) >= 1<<16 {
				return nil
			}
			id, _ := attrInt(t.attrs, "numFmtId")
			date, known := custom[id]
			dates = append(dates, known && date || !known && isBuiltInDate(id))
		}
		return nil
	})
	return dates, err
}

func attrInt(attrs []byte, name string) (int, bool) {
	raw, ok := attr(attrs, name)
	if !ok || len(raw) > 9 {
		return 0, false
	}
	n, err := strconv.Atoi(string(raw))
	return n, err == nil
}

// isBuiltInDate knows the numbers ECMA-376 18.8.30 reserves for dates, those of
// East Asian editions included. Times of day alone are not dates.
func isBuiltInDate(id int) bool {
	return 14 <= id && id <= 17 || id == 22 || 27 <= id && id <= 31 || id == 36 || 50 <= id && id <= 58
}

// isDateFormat reports whether a number format shows a day or a year.
func isDateFormat(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		c := code[i]
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c|0x20 == 'd' || c|0x20 == 'y':
			return true
		case c == ';':
			return false
		}
	}
	return false
}
