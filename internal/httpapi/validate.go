package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// maxDepth bounds nesting in JSON bodies.
const maxDepth = 32

// validate holds a request against the contract before the handler sees it and
// names every wrong field at once. What the validator leaves open is refused
// here: unknown and repeated query parameters, duplicate keys, trailing text,
// control characters.
func validate(o operation) echo.MiddlewareFunc {
	options := &openapi3filter.Options{MultiError: true, KeepValidatedValue: true}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			req := c.Request()
			f := fault.New(fault.Shape, "request.invalid")
			query := c.QueryParams()
			checkQuery(o, req, query, f)
			checkPath(c, f)
			if o.Guarded && req.Header.Get(headerMatch) == "" {
				return fault.New(fault.PreconditionRequired, "request.version_needed")
			}
			sumBody(o, c)
			if err := acceptable(o, req); err != nil {
				return err
			}
			if !o.Streamed && o.route.Operation.RequestBody != nil {
				if err := checkBody(o, req, f); err != nil {
					return err
				}
			}
			if len(f.Fields) > 0 {
				return f
			}
			in := &openapi3filter.RequestValidationInput{
				Request: req, PathParams: pathParams(c), QueryParams: query, Route: o.route, Options: options}
			if !conforms(o, in, f) {
				return f.Because(nil)
			}
			if o.Streamed {
				if err := checkStream(o, in.Request); err != nil {
					return err
				}
			}
			c.SetRequest(in.Request)
			return next(c)
		}
	}
}

// conforms holds the parameters and the body against their schemas. Parameters
// that may be absent, and are, are not looked at: a list has a dozen of them.
func conforms(o operation, in *openapi3filter.RequestValidationInput, f *fault.Fault) bool {
	ctx, fits := in.Request.Context(), true
	judge := func(err error) {
		if err != nil {
			fits = false
			collect(err, f, "")
		}
	}
	for _, p := range o.parameters {
		if p.Required || sent(in, p) {
			judge(openapi3filter.ValidateParameter(ctx, in, p))
		}
	}
	if body := in.Route.Operation.RequestBody; body != nil && !o.Streamed {
		judge(openapi3filter.ValidateRequestBody(ctx, in, body.Value))
	}
	return fits
}

func sent(in *openapi3filter.RequestValidationInput, p *openapi3.Parameter) bool {
	switch p.In {
	case openapi3.ParameterInQuery:
		return in.QueryParams.Has(p.Name)
	case openapi3.ParameterInHeader:
		return len(in.Request.Header.Values(p.Name)) > 0
	}
	return true
}

func checkQuery(o operation, req *http.Request, query url.Values, f *fault.Fault) {
	if strings.Contains(req.URL.RawQuery, ";") {
		f.AtParameter("query", "field.invalid")
	}
	for name, values := range query {
		switch {
		case !o.query[name]:
			f.AtParameter(printable(name), "field.unknown")
		case len(values) > 1 && !isArray(o, name):
			f.AtParameter(name, "field.duplicate")
		}
		for _, v := range values {
			if hasControl(v, false) {
				f.AtParameter(printable(name), "field.nul")
			}
		}
	}
}

func isArray(o operation, name string) bool {
	for _, params := range []openapi3.Parameters{o.route.PathItem.Parameters, o.route.Operation.Parameters} {
		if p := params.GetByInAndName(openapi3.ParameterInQuery, name); p != nil {
			return p.Schema != nil && p.Schema.Value.Type.Is(openapi3.TypeArray)
		}
	}
	return false
}

func checkPath(c echo.Context, f *fault.Fault) {
	for i, v := range c.ParamValues() {
		if hasControl(v, false) {
			f.AtParameter(c.ParamNames()[i], "field.nul")
		}
	}
}

// printable keeps a name that a client invented short and harmless.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 64 {
		s = string(r[:64])
	}
	return s
}

// hasControl finds what PostgreSQL or a log would choke on: control characters
// and bytes that are no UTF-8. Line breaks and tabs are text in bodies.
func hasControl(s string, body bool) bool {
	if !utf8.ValidString(s) {
		return true
	}
	for _, r := range s {
		if r < ' ' && !(body && (r == '\n' || r == '\r' || r == '\t')) {
			return true
		}
	}
	return false
}

// acceptable refuses an Accept header that no answer of the operation fits.
func acceptable(o operation, req *http.Request) error {
	accept := req.Header.Get("Accept")
	if accept == "" || strings.Contains(accept, "*/*") {
		return nil
	}
	for status, ref := range o.route.Operation.Responses.Map() {
		if !strings.HasPrefix(status, "2") || ref.Value == nil {
			continue
		}
		if len(ref.Value.Content) == 0 {
			return nil
		}
		for media := range ref.Value.Content {
			if accepts(accept, media) {
				return nil
			}
		}
	}
	return fault.New(fault.NotAcceptable, "request.not_acceptable")
}

func accepts(header, media string) bool {
	for part := range strings.SplitSeq(header, ",") {
		m, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || params["q"] == "0" {
			continue
		}
		major, _, _ := strings.Cut(media, "/")
		if m == media || m == major+"/*" || m == "*/*" || m == "application/problem+json" {
			return true
		}
	}
	return false
}

// checkBody reads the body (the limit stands before it), checks what JSON
// decoding would let pass, and puts it back.
func checkBody(o operation, req *http.Request, f *fault.Fault) error {
	media, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	content := o.route.Operation.RequestBody.Value.Content
	body, rerr := io.ReadAll(req.Body)
	if rerr != nil {
		return readFault(rerr)
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	if len(body) == 0 && !o.route.Operation.RequestBody.Value.Required {
		return nil
	}
	if len(body) == 0 && req.Header.Get("Content-Type") == "" {
		f.At("", "field.required")
		return nil
	}
	if err != nil || content[media] == nil {
		return fault.New(fault.UnsupportedMedia, "request.unsupported_media_type")
	}
	if strings.HasSuffix(media, "json") {
		if !utf8.Valid(body) { // the decoder would put a replacement character and say nothing
			f.At("", "field.nul")
			return nil
		}
		return checkJSON(body, f)
	}
	if media == "application/x-www-form-urlencoded" {
		return checkForm(string(body), f)
	}
	return nil
}

// checkForm refuses repeated fields and what PostgreSQL would choke on; fields
// nobody knows are ignored, as RFC 6749 asks.
func checkForm(body string, f *fault.Fault) error {
	form, err := url.ParseQuery(body)
	if err != nil {
		return fault.New(fault.Shape, "request.form_unreadable").Because(errors.New("no form"))
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		pointer := "/" + escapePointer(printable(name))
		if len(form[name]) > 1 {
			f.At(pointer, "field.duplicate")
		}
		if slices.ContainsFunc(form[name], func(v string) bool { return hasControl(v, false) }) || hasControl(name, false) {
			f.At(pointer, "field.nul")
		}
	}
	return nil
}

// checkStream holds the media type of a body that is not read here, and lets
// the handler know its announced length, so that it can refuse before it reads.
func checkStream(o operation, req *http.Request) error {
	if o.route.Operation.RequestBody == nil {
		return nil
	}
	media, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil || o.route.Operation.RequestBody.Value.Content[media] == nil {
		return fault.New(fault.UnsupportedMedia, "request.unsupported_media_type")
	}
	if req.Body != nil {
		req.Body = announced{req.Body, req.ContentLength}
	}
	return nil
}

// announced is a streamed body with the length its request announces.
type announced struct {
	io.ReadCloser
	length int64
}

// ContentLength is -1 when it is not known.
func (a announced) ContentLength() int64 { return a.length }

func readFault(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.TooLarge, "request.too_large")
	}
	return fault.New(fault.Shape, "request.body_unreadable").Because(err)
}

// checkJSON walks the tokens: encoding/json keeps the last of two equal keys
// and ignores nothing else, so duplicates would slip through (T-25).
func checkJSON(body []byte, f *fault.Fault) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := walk(d, "", 0, f); err != nil {
		return fault.New(fault.Shape, "request.body_unreadable").Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Shape, "request.body_unreadable")
	}
	return nil
}

func walk(d *json.Decoder, at string, depth int, f *fault.Fault) error {
	if depth > maxDepth {
		return errors.New("nested too deeply")
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case string:
		if hasControl(v, true) {
			f.At(at, "field.nul")
		}
	case json.Delim:
		if v == '{' {
			return walkObject(d, at, depth, f)
		}
		for i := 0; d.More(); i++ {
			if err := walk(d, at+"/"+strconv.Itoa(i), depth+1, f); err != nil {
				return err
			}
		}
		_, err = d.Token()
		return err
	}
	return nil
}

func walkObject(d *json.Decoder, at string, depth int, f *fault.Fault) error {
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name := t.(string)
		pointer := at + "/" + escapePointer(printable(name))
		if seen[name] {
			f.At(pointer, "field.duplicate")
		}
		seen[name] = true
		if err := walk(d, pointer, depth+1, f); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func escapePointer(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}

func pathParams(c echo.Context) map[string]string {
	out := map[string]string{}
	for i, name := range c.ParamNames() {
		out[name] = c.ParamValues()[i]
	}
	return out
}

// collect turns the validator's errors into fields. Its texts are never used:
// they may repeat what was sent.
func collect(err error, f *fault.Fault, parameter string) {
	var many openapi3.MultiError
	var re *openapi3filter.RequestError
	var se *openapi3.SchemaError
	switch {
	case asMulti(err, &many):
		for _, e := range many {
			collect(e, f, parameter)
		}
	case errors.As(err, &re):
		collectRequest(re, f)
	case errors.As(err, &se):
		collectSchema(se, f, parameter)
	default:
		add(f, "", parameter, "field.invalid")
	}
}

// asMulti looks at err itself, not down its chain, so that a RequestError keeps
// its parameter.
func asMulti(err error, out *openapi3.MultiError) bool {
	m, ok := err.(openapi3.MultiError) //nolint:errorlint // on purpose, see above
	*out = m
	return ok
}

func collectRequest(re *openapi3filter.RequestError, f *fault.Fault) {
	name := ""
	if re.Parameter != nil {
		name = re.Parameter.Name
	}
	switch {
	case errors.Is(re.Err, openapi3filter.ErrInvalidRequired):
		add(f, "", name, "field.required")
	case re.Err == nil || errors.Is(re.Err, openapi3filter.ErrInvalidEmptyValue):
		add(f, "", name, "field.invalid")
	default:
		collect(re.Err, f, name)
	}
}

func collectSchema(se *openapi3.SchemaError, f *fault.Fault, parameter string) {
	pointer := ""
	for _, part := range se.JSONPointer() {
		pointer += "/" + escapePointer(printable(part))
	}
	if origin, ok := se.Origin.(openapi3.MultiError); ok && len(origin) > 0 { //nolint:errorlint // the direct origin is meant
		for _, e := range origin {
			collect(e, f, parameter)
		}
		return
	}
	code, kv := schemaCode(se)
	if code == "field.unknown" || code == "field.required" {
		if name := quoted(se.Reason); name != "" && !strings.HasSuffix(pointer, "/"+name) {
			pointer += "/" + escapePointer(printable(name))
		}
	}
	add(f, pointer, parameter, code, kv...)
}

func add(f *fault.Fault, pointer, parameter, code string, kv ...any) {
	if parameter != "" {
		f.AtParameter(parameter, code, kv...)
		return
	}
	f.At(pointer, code, kv...)
}

// quoted finds the property name in `property "x" is missing`.
func quoted(reason string) string {
	if _, rest, ok := strings.Cut(reason, `"`); ok {
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	return ""
}

func schemaCode(se *openapi3.SchemaError) (string, []any) {
	s := se.Schema
	switch se.SchemaField {
	case "required":
		return "field.required", nil
	case "properties", "additionalProperties", "unevaluatedProperties":
		return "field.unknown", nil
	case "type", "nullable":
		return "field.type", []any{"type", typeName(s)}
	case "enum":
		return "field.value", []any{"allowed", values(s.Enum)}
	case "maxLength":
		return "field.too_long", []any{"limit", *s.MaxLength}
	case "minLength":
		return "field.too_short", []any{"limit", s.MinLength}
	case "maxItems":
		return "field.too_many", []any{"limit", *s.MaxItems}
	case "minItems":
		return "field.too_few", []any{"limit", s.MinItems}
	case "minProperties":
		return "field.too_few", []any{"limit", s.MinProps}
	case "pattern":
		return "field.pattern", []any{"pattern", s.Pattern}
	case "maximum", "exclusiveMaximum":
		return "field.above_maximum", []any{"limit", number(s.Max)}
	case "minimum", "exclusiveMinimum":
		return "field.below_minimum", []any{"limit", number(s.Min)}
	}
	return "field.invalid", nil
}

func typeName(s *openapi3.Schema) string {
	if s == nil || s.Type == nil {
		return "?"
	}
	return strings.Join(s.Type.Slice(), ", ")
}

func number(f *float64) string {
	if f == nil {
		return "?"
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func values(enum []any) string {
	out := make([]string, 0, len(enum))
	for _, v := range enum {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}
