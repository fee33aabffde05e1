package sheet

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The scanner knows the part of XML that spreadsheets use: elements,
// attributes, text, CDATA. Namespaces are cut off. A document type is refused,
// so entities cannot be declared. It checks that elements close in order, which
// is how a truncated part is noticed.
//
// encoding/xml is correct as well but makes several allocations a cell; a sheet
// of a million cells then takes seconds.

const (
	maxXMLDepth = 64
	maxXMLToken = 256 << 10
)

type xmlKind uint8

const (
	xmlStart xmlKind = iota + 1
	xmlEnd
	xmlText
)

// xmlToken is valid until the next token is read.
type xmlToken struct {
	kind  xmlKind
	name  []byte // local name
	attrs []byte // raw, of a start
	text  []byte // of a text: decoded
}

type xmlScanner struct {
	r          io.Reader
	buf        []byte
	start, end int
	eof        bool
	began      bool
	stack      []byte // names of open elements
	ends       []int
	pendingEnd bool // <a/> is a start and an end
	text       []byte
	read       int64
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{r: r, buf: make([]byte, 64<<10)}
}

// fill reads more into the buffer. It reports false at the end of the input.
func (s *xmlScanner) fill() (bool, error) {
	if s.eof {
		return false, nil
	}
	if s.start > 0 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxXMLToken {
			return false, broken("an XML token is too long")
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		s.read += int64(n)
		if errors.Is(err, io.EOF) {
			s.eof = true
			return n > 0, nil
		}
		if err != nil {
			return false, readFailure(err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, broken("%w", io.ErrNoProgress)
}

func readFailure(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Reason: ReasonBroken, cause: err}
}

// begin handles the byte order mark. Parts in UTF-16 are allowed by the
// standard though hardly anybody writes them.
func (s *xmlScanner) begin() error {
	s.began = true
	for s.end-s.start < 4 {
		if more, err := s.fill(); err != nil {
			return err
		} else if !more {
			break
		}
	}
	head := s.buf[s.start:s.end]
	if bytes.HasPrefix(head, bomUTF8) {
		s.start += len(bomUTF8)
		return nil
	}
	if bytes.HasPrefix(head, bomUTF16LE) || bytes.HasPrefix(head, bomUTF16BE) {
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(head)), s.r)
		s.r = transform.NewReader(rest, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		s.start, s.end, s.eof = 0, 0, false
	}
	return nil
}

// next gives the next token, io.EOF after the root element is closed.
func (s *xmlScanner) next() (xmlToken, error) {
	if !s.began {
		if err := s.begin(); err != nil {
			return xmlToken{}, err
		}
	}
	if s.pendingEnd {
		s.pendingEnd = false
		return xmlToken{kind: xmlEnd, name: s.pop()}, nil
	}
	for {
		if s.start == s.end {
			more, err := s.fill()
			if err != nil {
				return xmlToken{}, err
			}
			if !more {
				return xmlToken{}, s.atEnd()
			}
		}
		if s.buf[s.start] != '<' {
			return s.textToken()
		}
		t, ok, err := s.markup()
		if err != nil || ok {
			return t, err
		}
	}
}

func (s *xmlScanner) atEnd() error {
	if len(s.ends) > 0 {
		return broken("%w", io.ErrUnexpectedEOF)
	}
	return io.EOF
}

// find makes the buffer hold sep, searched from the given distance behind
// start, and gives sep's distance.
func (s *xmlScanner) find(sep string, from int) (int, error) {
	for {
		window := s.buf[s.start:s.end]
		if len(window) > from {
			var i int
			if len(sep) == 1 {
				i = bytes.IndexByte(window[from:], sep[0])
			} else {
				i = bytes.Index(window[from:], []byte(sep))
			}
			if i >= 0 {
				return from + i, nil
			}
		}
		from = max(from, len(window)-len(sep)+1)
		if more, err := s.fill(); err != nil {
			return 0, err
		} else if !more {
			return 0, broken("%w", io.ErrUnexpectedEOF)
		}
	}
}

// markup reads what begins with "<"; ok is false for what is passed over.
func (s *xmlScanner) markup() (t xmlToken, ok bool, err error) {
	for s.end-s.start < 9 {
		if more, err := s.fill(); err != nil {
			return t, false, err
		} else if !more {
			break
		}
	}
	window := s.buf[s.start:s.end]
	switch {
	case len(window) < 2:
		return t, false, broken("%w", io.ErrUnexpectedEOF)
	case window[1] == '?':
		return t, false, s.instruction()
	case bytes.HasPrefix(window, []byte("<!--")):
		return t, false, s.skip("-->", 4)
	case bytes.HasPrefix(window, []byte("<![CDATA[")):
		t, err = s.cdata()
		return t, err == nil, err
	case window[1] == '!':
		return t, false, refuse(ReasonDangerous)
	case window[1] == '/':
		t, err = s.endTag()
		return t, err == nil, err
	}
	t, err = s.startTag()
	return t, err == nil, err
}

func (s *xmlScanner) skip(sep string, from int) error {
	i, err := s.find(sep, from)
	if err != nil {
		return err
	}
	s.start += i + len(sep)
	return nil
}

// instruction passes over <?...?> and refuses an encoding other than those
// handled.
func (s *xmlScanner) instruction() error {
	i, err := s.find("?>", 2)
	if err != nil {
		return err
	}
	body := s.buf[s.start+2 : s.start+i]
	s.start += i + 2
	if !bytes.HasPrefix(body, []byte("xml ")) {
		return nil
	}
	enc, ok := attr(body[4:], "encoding")
	if !ok {
		return nil
	}
	switch string(bytes.ToLower(enc)) {
	case "utf-8", "utf8", "us-ascii", "ascii", "utf-16":
		return nil
	}
	return refuse(ReasonEncoding)
}

func (s *xmlScanner) cdata() (xmlToken, error) {
	if len(s.ends) == 0 {
		return xmlToken{}, broken("text outside the root element")
	}
	i, err := s.find("]]>", 9)
	if err != nil {
		return xmlToken{}, err
	}
	text := s.buf[s.start+9 : s.start+i]
	s.start += i + 3
	if err := checkText(text); err != nil {
		return xmlToken{}, err
	}
	return xmlToken{kind: xmlText, text: text}, nil
}

// textToken gives text up to the next "<", or a piece of it when it is long.
func (s *xmlScanner) textToken() (xmlToken, error) {
	for {
		window := s.buf[s.start:s.end]
		i := bytes.IndexByte(window, '<')
		if i < 0 && len(window) >= maxXMLToken/2 {
			i = safeCut(window)
		}
		if i >= 0 {
			s.start += i
			return s.decoded(window[:i])
		}
		if more, err := s.fill(); err != nil {
			return xmlToken{}, err
		} else if !more {
			i = s.end - s.start
			window = s.buf[s.start:s.end]
			s.start += i
			return s.decoded(window)
		}
	}
}

// safeCut finds a place that splits neither a letter nor an entity.
func safeCut(b []byte) int {
	if i := bytes.LastIndexByte(b[len(b)-32:], '&'); i >= 0 {
		return len(b) - 32 + i
	}
	i := len(b)
	for i > len(b)-utf8.UTFMax && !utf8.RuneStart(b[i-1]) {
		i--
	}
	return i - 1
}

func (s *xmlScanner) decoded(raw []byte) (xmlToken, error) {
	if len(s.ends) == 0 {
		if len(bytes.TrimSpace(raw)) > 0 {
			return xmlToken{}, broken("text outside the root element")
		}
		return xmlToken{kind: xmlText}, nil
	}
	text, err := unescape(&s.text, raw)
	if err != nil {
		return xmlToken{}, err
	}
	if err := checkText(text); err != nil {
		return xmlToken{}, err
	}
	return xmlToken{kind: xmlText, text: text}, nil
}

func checkText(b []byte) error {
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return broken("a control character in XML")
		}
	}
	if !utf8.Valid(b) {
		return broken("XML text is not UTF-8")
	}
	return nil
}

func (s *xmlScanner) startTag() (xmlToken, error) {
	i, err := s.tagEnd()
	if err != nil {
		return xmlToken{}, err
	}
	if len(s.ends) == 0 && len(s.stack) > 0 {
		return xmlToken{}, broken("a second root element")
	}
	body := s.buf[s.start+1 : s.start+i]
	s.start += i + 1
	if n := len(body); n > 0 && body[n-1] == '/' {
		s.pendingEnd = true
		body = body[:n-1]
	}
	full, attrs := body, []byte(nil)
	if sp := bytes.IndexAny(body, " \t\r\n"); sp >= 0 {
		full, attrs = body[:sp], body[sp+1:]
	}
	if len(full) == 0 || !(isLetter(full[0]) || full[0] == '_' || full[0] >= utf8.RuneSelf) {
		return xmlToken{}, broken("a malformed tag")
	}
	if len(s.ends) >= maxXMLDepth {
		return xmlToken{}, refuse(ReasonDangerous)
	}
	if len(s.ends) == 0 {
		s.stack = s.stack[:0]
	}
	s.ends = append(s.ends, len(s.stack))
	s.stack = append(s.stack, full...)
	return xmlToken{kind: xmlStart, name: local(full), attrs: attrs}, nil
}

// tagEnd finds the ">" that closes a start tag, passing over quoted values.
func (s *xmlScanner) tagEnd() (int, error) {
	at, quote := 1, byte(0)
	for {
		window := s.buf[s.start:s.end]
		for ; at < len(window); at++ {
			switch c := window[at]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				return 0, broken("a malformed tag")
			case c == '>':
				return at, nil
			}
		}
		if more, err := s.fill(); err != nil {
			return 0, err
		} else if !more {
			return 0, broken("%w", io.ErrUnexpectedEOF)
		}
	}
}

func (s *xmlScanner) endTag() (xmlToken, error) {
	i, err := s.find(">", 2)
	if err != nil {
		return xmlToken{}, err
	}
	name := bytes.TrimRight(s.buf[s.start+2:s.start+i], " \t\r\n")
	s.start += i + 1
	if len(s.ends) == 0 || !bytes.Equal(name, s.stack[s.ends[len(s.ends)-1]:]) {
		return xmlToken{}, broken("elements close out of order")
	}
	return xmlToken{kind: xmlEnd, name: s.pop()}, nil
}

// pop closes the innermost element and gives its local name. The root's name
// stays in the stack's memory, so that a second root is noticed.
func (s *xmlScanner) pop() []byte {
	last := len(s.ends) - 1
	name := s.stack[s.ends[last]:]
	if last > 0 {
		s.stack = s.stack[:s.ends[last]]
	}
	s.ends = s.ends[:last]
	return local(name)
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr gives the raw value of an attribute, whatever its prefix.
func attr(attrs []byte, name string) ([]byte, bool) {
	for {
		eq := bytes.IndexByte(attrs, '=')
		if eq < 0 {
			return nil, false
		}
		key := bytes.TrimSpace(attrs[:eq])
		rest := bytes.TrimLeft(attrs[eq+1:], " \t\r\n")
		if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
			return nil, false
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil, false
		}
		if string(local(key)) == name {
			return rest[1 : 1+end], true
		}
		attrs = rest[end+2:]
	}
}

// attrText gives the decoded value of an attribute.
func attrText(attrs []byte, name string) string {
	raw, ok := attr(attrs, name)
	if !ok {
		return ""
	}
	var scratch []byte
	text, err := unescape(&scratch, raw)
	if err != nil || checkText(text) != nil {
		return ""
	}
	return string(text)
}

// unescape resolves the five entities of XML and numbered characters; others
// do not exist without a document type. The answer may be raw itself or live in
// scratch.
func unescape(scratch *[]byte, raw []byte) ([]byte, error) {
	amp := bytes.IndexByte(raw, '&')
	if amp < 0 {
		return raw, nil
	}
	out := (*scratch)[:0]
	for amp >= 0 {
		out = append(out, raw[:amp]...)
		raw = raw[amp:]
		semi := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
		if semi < 0 {
			return nil, broken("a malformed entity")
		}
		r, ok := entity(string(raw[1:semi]))
		if !ok {
			return nil, refuse(ReasonDangerous)
		}
		out = utf8.AppendRune(out, r)
		raw = raw[semi+1:]
		amp = bytes.IndexByte(raw, '&')
	}
	out = append(out, raw...)
	*scratch = out
	return out, nil
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}
