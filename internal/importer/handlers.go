package importer

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/sheet"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag imports.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListImports handles GET /imports.
func (h Handlers) ListImports(ctx context.Context, in api.ListImportsRequestObject) (api.ListImportsResponseObject, error) {
	state := State(wire.Value(in.Params.State))
	r, err := page.Read("listImports", state, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, state, r)
	if err != nil {
		return nil, err
	}
	l := language(in.Params.AcceptLanguage)
	out := api.ListImports200JSONResponse{Body: api.ImportList{Items: page.Map(p, func(i Import) api.Import { return toAPI(ctx, i, l) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/imports")
	return out, nil
}

// CreateImport handles POST /imports. The body is streamed.
func (h Handlers) CreateImport(ctx context.Context, in api.CreateImportRequestObject) (api.CreateImportResponseObject, error) {
	q := in.Params
	o := Options{Mode: Mode(wire.Value(q.Mode)), FileName: wire.Value(q.FileName), Worksheet: wire.Value(q.Worksheet),
		EmploymentTypes: wire.Strings[string](wire.Value(q.EmploymentType)), CreateUnits: wire.Value(q.CreateUnits), Mapping: map[string]Field{}}
	if o.Mode == "" {
		o.Mode = DryRun
	}
	if q.ValidFrom != nil {
		o.ValidFrom = wire.ToDay(*q.ValidFrom)
	}
	var err error
	if o.OPD, err = wire.ToID(q.OpdId); err != nil {
		return nil, err
	}
	for _, m := range wire.Value(q.Map) {
		at := strings.LastIndexByte(m, '=')
		if at < 1 {
			return nil, fault.New(fault.Shape, "request.invalid").AtParameter("map", "field.invalid")
		}
		o.Mapping[m[:at]] = Field(m[at+1:])
	}
	i, err := h.s.Receive(ctx, in.Body, announcedLength(in.Body), o)
	if err != nil {
		return nil, err
	}
	return api.CreateImport202JSONResponse{Body: toAPI(ctx, i, language(q.AcceptLanguage)),
		Headers: api.CreateImport202ResponseHeaders{Location: location(i)}}, nil
}

// announcedLength is what the request says its body is long, -1 when it says
// nothing.
func announcedLength(body io.Reader) int64 {
	if a, ok := body.(interface{ ContentLength() int64 }); ok {
		return a.ContentLength()
	}
	return -1
}

func location(i Import) *string { return wire.Location("/imports/" + i.ID.String()) }

// GetImport handles GET /imports/{importId}.
func (h Handlers) GetImport(ctx context.Context, in api.GetImportRequestObject) (api.GetImportResponseObject, error) {
	iid, err := id.Parse(in.ImportId)
	if err != nil {
		return nil, err
	}
	i, err := h.s.Get(ctx, iid)
	if err != nil {
		return nil, err
	}
	return api.GetImport200JSONResponse{Body: toAPI(ctx, i, language(in.Params.AcceptLanguage)), Headers: api.GetImport200ResponseHeaders{ETag: wire.ETag(i.Version)}}, nil
}

// ListImportRows handles GET /imports/{importId}/rows.
func (h Handlers) ListImportRows(ctx context.Context, in api.ListImportRowsRequestObject) (api.ListImportRowsResponseObject, error) {
	iid, err := id.Parse(in.ImportId)
	if err != nil {
		return nil, err
	}
	f := AnswerFilter{Outcome: Outcome(wire.Value(in.Params.Outcome)), Said: wire.Value(in.Params.WithFindings)}
	r, err := page.Read("listImportRows", []any{iid, f}, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, _, err := h.s.Answers(ctx, iid, f, r)
	if err != nil {
		return nil, err
	}
	l := language(in.Params.AcceptLanguage)
	out := api.ListImportRows200JSONResponse{Body: api.ImportRowList{Items: page.Map(p, func(a Answer) api.ImportRow {
		return api.ImportRow{Row: int32(a.Line), Outcome: api.ImportOutcome(a.Outcome), AsnId: wire.ID(a.ASN), Findings: toAPIFindings(a.Findings, l)}
	}).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/imports/"+in.ImportId+"/rows")
	return out, nil
}

// ListImportChanges handles GET /imports/{importId}/changes.
func (h Handlers) ListImportChanges(ctx context.Context, in api.ListImportChangesRequestObject) (api.ListImportChangesResponseObject, error) {
	iid, err := id.Parse(in.ImportId)
	if err != nil {
		return nil, err
	}
	kind := string(wire.Value(in.Params.Kind))
	r, err := page.Read("listImportChanges", []any{iid, kind}, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Differences(ctx, iid, kind, r)
	if err != nil {
		return nil, err
	}
	out := api.ListImportChanges200JSONResponse{Body: api.ImportChangeList{Items: page.Map(p, toAPIDifference).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/imports/"+in.ImportId+"/changes")
	return out, nil
}

// GetImportRefused handles GET /imports/{importId}/refused.
func (h Handlers) GetImportRefused(ctx context.Context, in api.GetImportRefusedRequestObject) (api.GetImportRefusedResponseObject, error) {
	iid, err := id.Parse(in.ImportId)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := h.s.WriteRefused(ctx, &b, iid, language(in.Params.AcceptLanguage)); err != nil {
		return nil, err
	}
	return api.GetImportRefused200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: &b, ContentLength: int64(b.Len()),
		Headers: api.GetImportRefused200ResponseHeaders{ContentDisposition: attachment("ditolak-" + in.ImportId + ".xlsx")}}, nil
}

func attachment(name string) *string {
	s := `attachment; filename="` + name + `"`
	return &s
}

// ApplyImport handles POST /imports/{importId}/application.
func (h Handlers) ApplyImport(ctx context.Context, in api.ApplyImportRequestObject) (api.ApplyImportResponseObject, error) {
	iid, err := id.Parse(in.ImportId)
	if err != nil {
		return nil, err
	}
	var gone []asn.Departure
	for _, g := range wire.Value(in.Body.Gone) {
		d := asn.Departure{Reason: string(g.Reason), Last: wire.ToDay(g.LastDay)}
		if d.Person, err = id.Parse(g.AsnId); err != nil {
			return nil, err
		}
		gone = append(gone, d)
	}
	i, err := h.s.Apply(ctx, iid, Mode(in.Body.Mode), gone)
	if err != nil {
		return nil, err
	}
	return api.ApplyImport202JSONResponse{Body: toAPI(ctx, i, lang.Indonesian), Headers: api.ApplyImport202ResponseHeaders{Location: location(i)}}, nil
}

// UndoImport handles POST /imports/{importId}/undo.
func (h Handlers) UndoImport(ctx context.Context, in api.UndoImportRequestObject) (api.UndoImportResponseObject, error) {
	iid, err := id.Parse(in.ImportId)
	if err != nil {
		return nil, err
	}
	i, err := h.s.TakeBack(ctx, iid)
	if err != nil {
		return nil, err
	}
	return api.UndoImport202JSONResponse{Body: toAPI(ctx, i, lang.Indonesian), Headers: api.UndoImport202ResponseHeaders{Location: location(i)}}, nil
}

// CancelImport handles POST /imports/{importId}/cancellation.
func (h Handlers) CancelImport(ctx context.Context, in api.CancelImportRequestObject) (api.CancelImportResponseObject, error) {
	iid, err := id.Parse(in.ImportId)
	if err != nil {
		return nil, err
	}
	i, err := h.s.Cancel(ctx, iid)
	if err != nil {
		return nil, err
	}
	return api.CancelImport200JSONResponse(toAPI(ctx, i, lang.Indonesian)), nil
}

// GetImportTemplate handles GET /import-templates/{format}.
func (h Handlers) GetImportTemplate(ctx context.Context, in api.GetImportTemplateRequestObject) (api.GetImportTemplateResponseObject, error) {
	var b bytes.Buffer
	if err := h.s.WriteTemplate(ctx, &b, sheet.Kind(in.Format)); err != nil {
		return nil, err
	}
	headers := api.GetImportTemplate200ResponseHeaders{ContentDisposition: attachment("templat-pegawai." + in.Format)}
	if in.Format == string(sheet.CSV) {
		return api.GetImportTemplate200TextcsvResponse{Body: &b, ContentLength: int64(b.Len()), Headers: headers}, nil
	}
	return api.GetImportTemplate200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: &b, ContentLength: int64(b.Len()), Headers: headers}, nil
}

func language(header *api.AcceptLanguage) lang.Lang { return lang.Match(wire.Value(header)) }

func toAPI(ctx context.Context, i Import, l lang.Lang) api.Import {
	out := api.Import{Id: i.ID.String(), Mode: api.ImportMode(i.Mode), State: api.ImportState(i.State), FileName: wire.Optional(i.FileName),
		Format: api.ImportFormat(i.Format), Size: i.Size, Worksheet: wire.Optional(i.Worksheet), OpdId: wire.ID(i.OPD),
		EmploymentTypes: wire.Strings[api.EmploymentType](i.EmploymentTypes), ValidFrom: wire.Day(i.ValidFrom), CreateUnits: i.CreateUnits,
		AnswersSha256: wire.Optional(i.Answers), CreatedAt: i.CreatedAt, FinishedAt: i.FinishedAt, ExpiredAt: i.ExpiredAt, Version: i.Version,
		AllowedSteps: i.steps(authz.May(ctx, "import.write"))}
	out.Progress.Phase, out.Progress.Percent, out.Progress.Rows = api.ImportProgressPhase(i.Progress.Phase), int32(i.Progress.Percent), int32(i.Progress.Rows)
	c := i.Counts
	out.Counts.Rows, out.Counts.Created, out.Counts.Changed, out.Counts.Moved, out.Counts.Unchanged = int32(c.Rows), int32(c.Created), int32(c.Changed), int32(c.Moved), int32(c.Unchanged)
	out.Counts.Refused, out.Counts.Skipped, out.Counts.Warned, out.Counts.Gone = int32(c.Refused), int32(c.Skipped), int32(c.Warned), int32(c.Gone)
	out.Counts.Retiring, out.Counts.Units = int32(c.Retiring), int32(c.Units)
	toAPIColumns(&out, i.Columns, l)
	if i.Problem != "" {
		out.Problem = toAPIProblem(i, l)
	}
	return out
}

func toAPIColumns(out *api.Import, c Columns, l lang.Lang) {
	fields := make([]Field, len(c.Headings)+1)
	for f, columns := range c.Fields {
		for _, n := range columns {
			if n < len(fields) {
				fields[n] = f
			}
		}
	}
	out.Columns.HeaderRow = int32(c.HeaderRow)
	out.Columns.Columns = make([]api.ImportColumn, 0, len(c.Headings))
	for n, heading := range c.Headings {
		out.Columns.Columns = append(out.Columns.Columns, api.ImportColumn{Column: int32(n + 1), Heading: limit(heading, 300), Field: wire.Optional(string(fields[n+1]))})
	}
	out.Columns.Findings = toAPIFindings(c.Findings, l)
}

// limit keeps the first n letters.
func limit(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func toAPIFindings(list []Finding, l lang.Lang) []api.ImportFinding {
	out := make([]api.ImportFinding, 0, len(list))
	for _, f := range list {
		reason, what, _ := Explain(l, f.Code)
		x := api.ImportFinding{Heading: wire.Optional(f.Heading), Field: wire.Optional(string(f.Field)), Value: wire.Optional(f.Value), Expected: wire.Optional(f.Expected),
			Code: f.Code, Severity: api.ImportFindingSeverity(f.Severity), Reason: reason, Remedy: what}
		if f.Column > 0 {
			n := int32(f.Column)
			x.Column = &n
		}
		out = append(out, x)
	}
	return out
}

func toAPIDifference(d Difference) api.ImportChange {
	out := api.ImportChange{Kind: d.Kind, AsnId: wire.ID(d.ASN), Name: d.Name, Nip: wire.Optional(d.NIP), OpdId: wire.ID(d.OPD), OpdName: wire.Optional(d.OPDName),
		RetiresOn: wire.DayPtr(d.RetiresOn)}
	if d.Line > 0 {
		n := int32(d.Line)
		out.Row = &n
	}
	out.Fields = make([]api.ImportFieldChange, 0, len(d.Fields))
	for _, f := range d.Fields {
		out.Fields = append(out.Fields, api.ImportFieldChange{Field: f.Field, Old: wire.Optional(f.Old), New: wire.Optional(f.New),
			OldName: wire.Optional(f.OldName), NewName: wire.Optional(f.NewName)})
	}
	return out
}

func toAPIProblem(i Import, l lang.Lang) *api.ImportProblem {
	out := api.ImportProblem{Code: i.Problem, Reason: lang.Text(l, i.Problem, nil)}
	if _, what, ok := Explain(l, i.Problem); ok {
		out.Remedy = &what
	}
	if i.ProblemLine > 0 {
		n := int32(i.ProblemLine)
		out.Row = &n
	}
	return &out
}
