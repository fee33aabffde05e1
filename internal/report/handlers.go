package report

import (
	"context"
	"mime"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag reports.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListReports handles GET /reports.
func (h Handlers) ListReports(ctx context.Context, in api.ListReportsRequestObject) (api.ListReportsResponseObject, error) {
	f := Filter{State: State(wire.Value(in.Params.State)), Origin: Origin(wire.Value(in.Params.Origin)), Number: wire.Value(in.Params.Number),
		UpdatedSince: wire.ToDayPtr(in.Params.UpdatedSince)}
	var err error
	if f.Organisation, err = wire.ToID(in.Params.OrganisationId); err != nil {
		return nil, err
	}
	if f.Handler, err = wire.ToID(in.Params.HandlerAsnId); err != nil {
		return nil, err
	}
	r, err := page.Read("listReports", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListReports200JSONResponse{Body: api.ReportList{Items: page.Map(p, func(r Report) api.ReportSummary { return toAPISummary(ctx, r) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/reports")
	return out, nil
}

// CreateReport handles POST /reports.
func (h Handlers) CreateReport(ctx context.Context, in api.CreateReportRequestObject) (api.CreateReportResponseObject, error) {
	b := *in.Body
	s := Submission{Origin: Origin(b.Origin), Kind: Kind(b.Kind), Number: wire.Value(b.Number), Received: wire.ToDayPtr(b.ReceivedOn),
		Act: wire.ToDayPtr(b.ActOn), Known: wire.ToDayPtr(b.KnownOn), Violation: wire.Value(b.ViolationType), Acts: wire.Value(b.Acts),
		Words: Words{Narrative: b.Narrative, Place: wire.Value(b.Place), Links: wire.Value(b.Links)}, Subjects: SubjectsFromAPI(b.Subjects)}
	var err error
	if s.Organisation, err = wire.ToID(b.OrganisationId); err != nil {
		return nil, err
	}
	s.Source = Source{Number: wire.Value(b.SourceNumber), SBT: wire.Value(b.SbtNumber), Status: TheirStatus{Word: wire.Value(b.TheirStatus)}}
	if s.Uploads, err = UploadsFromAPI(b.UploadIds); err != nil {
		return nil, err
	}
	if s.Source.Organisation, err = wire.ToID(b.SourceOrganisationId); err != nil {
		return nil, err
	}
	if s.Election, err = wire.ToID(b.ElectionId); err != nil {
		return nil, err
	}
	r, code, err := h.s.File(ctx, s)
	if err != nil {
		return nil, err
	}
	out := api.CreateReport201JSONResponse{Body: toAPI(ctx, r)}
	out.Body.TrackingCode = wire.Optional(code)
	out.Headers.Location = wire.Location("/reports/" + r.ID.String())
	return out, nil
}

// GetReport handles GET /reports/{reportId}.
func (h Handlers) GetReport(ctx context.Context, in api.GetReportRequestObject) (api.GetReportResponseObject, error) {
	rid, err := id.Parse(in.ReportId)
	if err != nil {
		return nil, err
	}
	r, err := h.s.Get(ctx, rid)
	if err != nil {
		return nil, err
	}
	return api.GetReport200JSONResponse{Body: toAPI(ctx, r), Headers: api.GetReport200ResponseHeaders{ETag: wire.ETag(r.Version)}}, nil
}

// GetReportDocument handles GET /reports/{reportId}/documents/{documentSequence}.
func (h Handlers) GetReportDocument(ctx context.Context, in api.GetReportDocumentRequestObject) (api.GetReportDocumentResponseObject, error) {
	rid, err := id.Parse(in.ReportId)
	if err != nil {
		return nil, err
	}
	d, content, err := h.s.Open(ctx, rid, in.DocumentSequence)
	if err != nil {
		return nil, err
	}
	name := mime.FormatMediaType("attachment", map[string]string{"filename": d.File.Name})
	return api.GetReportDocument200ApplicationoctetStreamResponse{Body: content, ContentLength: d.File.Size,
		Headers: api.GetReportDocument200ResponseHeaders{ContentDisposition: &name}}, nil
}

// VerifyReport handles POST /reports/{reportId}/verification.
func (h Handlers) VerifyReport(ctx context.Context, in api.VerifyReportRequestObject) (api.VerifyReportResponseObject, error) {
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) { return h.s.Verify(ctx, rid, wire.ToDayPtr(in.Body.TakenOn)) })
	return api.VerifyReport200JSONResponse(r), err
}

// RequestReportCompletion handles POST /reports/{reportId}/completion-requests.
func (h Handlers) RequestReportCompletion(ctx context.Context, in api.RequestReportCompletionRequestObject) (api.RequestReportCompletionResponseObject, error) {
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) {
		return h.s.AskCompletion(ctx, rid, in.Body.Question, wire.ToDay(in.Body.AnswerBy), wire.ToDayPtr(in.Body.TakenOn))
	})
	return api.RequestReportCompletion200JSONResponse(r), err
}

// RejectReport handles POST /reports/{reportId}/rejection.
func (h Handlers) RejectReport(ctx context.Context, in api.RejectReportRequestObject) (api.RejectReportResponseObject, error) {
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) {
		return h.s.Reject(ctx, rid, in.Body.Reason, wire.ToDayPtr(in.Body.TakenOn))
	})
	return api.RejectReport200JSONResponse(r), err
}

// MarkReportDuplicate handles POST /reports/{reportId}/duplicate.
func (h Handlers) MarkReportDuplicate(ctx context.Context, in api.MarkReportDuplicateRequestObject) (api.MarkReportDuplicateResponseObject, error) {
	of, err := id.Parse(in.Body.ReportId)
	if err != nil {
		return nil, err
	}
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) {
		return h.s.MarkDuplicate(ctx, rid, of, wire.ToDayPtr(in.Body.TakenOn))
	})
	return api.MarkReportDuplicate200JSONResponse(r), err
}

// ReferReport handles POST /reports/{reportId}/referral.
func (h Handlers) ReferReport(ctx context.Context, in api.ReferReportRequestObject) (api.ReferReportResponseObject, error) {
	to, err := wire.ToID(in.Body.OrganisationId)
	if err != nil {
		return nil, err
	}
	n := Note{Reason: in.Body.Reason, Addressee: wire.Value(in.Body.Addressee), Receipt: wire.Value(in.Body.Receipt)}
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) { return h.s.Refer(ctx, rid, to, n, wire.ToDayPtr(in.Body.TakenOn)) })
	return api.ReferReport200JSONResponse(r), err
}

// WithdrawReport handles POST /reports/{reportId}/withdrawal.
func (h Handlers) WithdrawReport(ctx context.Context, in api.WithdrawReportRequestObject) (api.WithdrawReportResponseObject, error) {
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) {
		return h.s.Withdraw(ctx, rid, in.Body.Reason, wire.ToDayPtr(in.Body.TakenOn))
	})
	return api.WithdrawReport200JSONResponse(r), err
}

// SendReportMessage handles POST /reports/{reportId}/messages.
func (h Handlers) SendReportMessage(ctx context.Context, in api.SendReportMessageRequestObject) (api.SendReportMessageResponseObject, error) {
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) { return h.s.Write(ctx, rid, in.Body.Text) })
	return api.SendReportMessage200JSONResponse(r), err
}

// MatchReportSubject handles POST /reports/{reportId}/subjects.
func (h Handlers) MatchReportSubject(ctx context.Context, in api.MatchReportSubjectRequestObject) (api.MatchReportSubjectResponseObject, error) {
	rid, err := id.Parse(in.ReportId)
	if err != nil {
		return nil, err
	}
	b := *in.Body
	sub := fromAPISubject(api.ReportSubjectInput{Kind: b.Kind, Nip: b.Nip, Name: b.Name, Workplace: b.Workplace, Description: b.Description})
	if sub.ASN, err = wire.ToID(b.AsnId); err != nil {
		return nil, err
	}
	r, seen, err := h.s.Match(ctx, rid, b.SubjectSequence, sub)
	if err != nil {
		return nil, err
	}
	if !seen {
		return api.MatchReportSubject204Response{}, nil
	}
	return api.MatchReportSubject200JSONResponse(toAPI(ctx, r)), nil
}

// AssignReport handles POST /reports/{reportId}/assignments.
func (h Handlers) AssignReport(ctx context.Context, in api.AssignReportRequestObject) (api.AssignReportResponseObject, error) {
	person, err := id.Parse(in.Body.AsnId)
	if err != nil {
		return nil, err
	}
	r, err := after(ctx, in.ReportId, func(rid id.ID) (Report, error) { return h.s.Assign(ctx, rid, person) })
	return api.AssignReport200JSONResponse(r), err
}

// RecuseFromReport handles POST /reports/{reportId}/recusals.
func (h Handlers) RecuseFromReport(ctx context.Context, in api.RecuseFromReportRequestObject) (api.RecuseFromReportResponseObject, error) {
	rid, err := id.Parse(in.ReportId)
	if err != nil {
		return nil, err
	}
	person, err := wire.ToID(in.Body.AsnId)
	if err != nil {
		return nil, err
	}
	return api.RecuseFromReport204Response{}, h.s.Recuse(ctx, rid, person, in.Body.Reason)
}

// after reads the report's identifier, takes a step and writes the answer.
func after(ctx context.Context, reportID string, step func(id.ID) (Report, error)) (api.Report, error) {
	rid, err := id.Parse(reportID)
	if err != nil {
		return api.Report{}, err
	}
	r, err := step(rid)
	if err != nil {
		return api.Report{}, err
	}
	return toAPI(ctx, r), nil
}

// SubjectsFromAPI reads whom a submission is about.
func SubjectsFromAPI(in *[]api.ReportSubjectInput) []Subject {
	out := make([]Subject, 0, len(wire.Value(in)))
	for _, s := range wire.Value(in) {
		out = append(out, fromAPISubject(s))
	}
	return out
}

// UploadsFromAPI reads identifiers of uploads.
func UploadsFromAPI(in *[]string) ([]id.ID, error) { return db.Each(wire.Value(in), id.Parse) }

func fromAPISubject(s api.ReportSubjectInput) Subject {
	kind := SubjectUnknown
	if s.Kind != nil {
		kind = SubjectKind(*s.Kind)
	}
	return Subject{Kind: kind, Detail: SubjectDetail{NIP: wire.Value(s.Nip), Name: wire.Value(s.Name), Workplace: wire.Value(s.Workplace),
		Description: wire.Value(s.Description)}}
}

func toAPISummary(ctx context.Context, r Report) api.ReportSummary {
	return api.ReportSummary{Id: r.ID.String(), State: api.ReportState(r.State), Origin: api.ReportOrigin(r.Origin), Kind: api.ReportKind(r.Kind),
		OrganisationId: wire.ID(r.Organisation), Number: r.Number, ReceivedOn: wire.Day(r.Received), ActOn: wire.DayPtr(r.Act), KnownOn: wire.DayPtr(r.Known),
		ViolationType: wire.Optional(r.Violation), Acts: append([]string{}, r.Acts...), ElectionId: wire.ID(r.Election), HandlerAsnId: wire.ID(r.Handler),
		AnswerBy: wire.DayPtr(r.AnswerBy), RecordedLater: r.RecordedLater, UpdatedOn: wire.Day(r.Updated), Version: r.Version, AllowedSteps: stepsFor(ctx, r)}
}

func stepsFor(ctx context.Context, r Report) []string {
	s, _ := authz.From(ctx)
	return r.steps(s.May)
}

// toAPI shows a report. Who filed it sees the own words and the inbox, not what
// officers found or did (T-24).
func toAPI(ctx context.Context, r Report) api.Report {
	out := api.Report{Id: r.ID.String(), State: api.ReportState(r.State), Origin: api.ReportOrigin(r.Origin), Kind: api.ReportKind(r.Kind),
		OrganisationId: wire.ID(r.Organisation), Number: r.Number, ReceivedOn: wire.Day(r.Received), ActOn: wire.DayPtr(r.Act), KnownOn: wire.DayPtr(r.Known),
		SourceOrganisationId: wire.ID(r.Source.Organisation), SourceNumber: wire.Optional(r.Source.Number), SbtNumber: wire.Optional(r.Source.SBT),
		ReceiptNumber: wire.Optional(r.Source.Receipt), TheirStatus: toAPITheirStatus(r.Source.Status),
		Documents:     wire.Each(r.Documents, toAPIDocument),
		ViolationType: wire.Optional(r.Violation), Acts: append([]string{}, r.Acts...), ElectionId: wire.ID(r.Election), Narrative: r.Words.Narrative,
		Place: wire.Optional(r.Words.Place), Links: append([]string{}, r.Words.Links...), Channel: api.ReportChannel(r.Channel),
		PublicStatus: api.ReportPublicStatus(r.PublicStatus()), Missing: r.Missing(), Subjects: []api.ReportSubject{}, Messages: toAPIMessages(r.Messages),
		AnswerBy: wire.DayPtr(r.AnswerBy), RecordedLater: r.RecordedLater, UpdatedOn: wire.Day(r.Updated), Version: r.Version, AllowedSteps: stepsFor(ctx, r)}
	s, _ := authz.From(ctx)
	filer := s.Reach() != authz.Whole
	for _, x := range r.Subjects {
		if filer && x.AddedBy != Reporter {
			continue
		}
		out.Subjects = append(out.Subjects, toAPISubject(x, filer))
	}
	if filer {
		return out
	}
	steps, cases := toAPISteps(r.Steps), make([]string, 0, len(r.Cases))
	for _, c := range r.Cases {
		cases = append(cases, c.String())
	}
	out.Steps, out.CaseIds, out.HandlerAsnId, out.DuplicateOfId = &steps, &cases, wire.ID(r.Handler), wire.ID(r.DuplicateOf)
	return out
}

func toAPITheirStatus(s TheirStatus) *api.TheirStatus {
	if s.Word == "" {
		return nil
	}
	return &api.TheirStatus{Word: s.Word, Code: wire.Optional(s.Code)}
}

func toAPIDocument(d Document) api.ReportDocument {
	return api.ReportDocument{Sequence: d.No, FileName: d.File.Name, MediaType: api.UploadMediaType(d.File.MediaType), Size: d.File.Size,
		Sha256: d.File.SHA256.String(), Scan: api.UploadScan(d.File.Scan)}
}

func toAPISubject(s Subject, filer bool) api.ReportSubject {
	out := api.ReportSubject{Sequence: s.No, Kind: api.ReportSubjectKind(s.Kind), Nip: wire.Optional(s.Detail.NIP), Name: wire.Optional(s.Detail.Name),
		Workplace: wire.Optional(s.Detail.Workplace), Description: wire.Optional(s.Detail.Description), AddedBy: api.ReportSide(s.AddedBy)}
	if filer { // whether the registry knows the person is no answer for who asks (T-29)
		out.Kind = api.ReportSubjectKind(SubjectUnknown)
		return out
	}
	out.AsnId = wire.ID(s.ASN)
	return out
}

func toAPIMessages(in []Message) []api.ReportMessage {
	out := make([]api.ReportMessage, 0, len(in))
	for _, m := range in {
		out = append(out, api.ReportMessage{Sequence: m.No, From: api.ReportSide(m.Sender), Kind: api.ReportMessageKind(m.Kind), Text: m.Text,
			SentOn: wire.Day(m.Sent), AnswerBy: wire.DayPtr(m.AnswerBy)})
	}
	return out
}

func toAPISteps(in []Step) []api.ReportStep {
	out := make([]api.ReportStep, 0, len(in))
	for _, s := range in {
		out = append(out, api.ReportStep{Sequence: s.No, Step: string(s.Action), FromState: api.ReportState(s.From), ToState: api.ReportState(s.To), TakenOn: wire.Day(s.Day),
			OrganisationId: wire.ID(s.Organisation), Reason: wire.Optional(s.Note.Reason), Addressee: wire.Optional(s.Note.Addressee),
			Receipt: wire.Optional(s.Note.Receipt), RecordedLater: s.RecordedLater})
	}
	return out
}
