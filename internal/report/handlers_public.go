package report

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// CreatePublicReport handles POST /public/reports.
func (h Handlers) CreatePublicReport(ctx context.Context, in api.CreatePublicReportRequestObject) (api.CreatePublicReportResponseObject, error) {
	b := *in.Body
	s := Submission{Act: wire.ToDayPtr(b.ActOn), Known: wire.ToDayPtr(b.KnownOn), Violation: wire.Value(b.ViolationType), Acts: wire.Value(b.Acts),
		Words: Words{Narrative: b.Narrative, Place: wire.Value(b.Place), Links: wire.Value(b.Links)}, Subjects: SubjectsFromAPI(b.Subjects)}
	var err error
	if s.Election, err = wire.ToID(b.ElectionId); err != nil {
		return nil, err
	}
	r, err := h.s.FilePublic(ctx, b.Government, s)
	if err != nil {
		return nil, err
	}
	out := api.CreatePublicReport201JSONResponse{Body: api.ReportReceipt{TrackingCode: r.Code, Status: api.ReportPublicStatus(r.Status),
		Words: words(r.Status), ReceivedOn: wire.Day(r.Received), Missing: r.Missing}}
	out.Headers.Location = wire.Location("/public/report-status") // never the report's id (T-02)
	return out, nil
}

// ReadReportStatus handles POST /public/report-status.
func (h Handlers) ReadReportStatus(ctx context.Context, in api.ReadReportStatusRequestObject) (api.ReadReportStatusResponseObject, error) {
	i, err := h.s.Status(ctx, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return api.ReadReportStatus200JSONResponse(toAPIInbox(i)), nil
}

// SendReporterMessage handles POST /public/report-messages.
func (h Handlers) SendReporterMessage(ctx context.Context, in api.SendReporterMessageRequestObject) (api.SendReporterMessageResponseObject, error) {
	i, err := h.s.Reply(ctx, in.Body.Code, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return api.SendReporterMessage200JSONResponse(toAPIInbox(i)), nil
}

// WithdrawPublicReport handles POST /public/report-withdrawals.
func (h Handlers) WithdrawPublicReport(ctx context.Context, in api.WithdrawPublicReportRequestObject) (api.WithdrawPublicReportResponseObject, error) {
	i, err := h.s.TakeBack(ctx, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return api.WithdrawPublicReport200JSONResponse(toAPIInbox(i)), nil
}

func toAPIInbox(i Inbox) api.ReporterInbox {
	out := api.ReporterInbox{GovernmentId: i.Government.String(), Status: api.ReportPublicStatus(i.Status), Words: words(i.Status), ReceivedOn: wire.Day(i.Received), UpdatedOn: wire.Day(i.Updated),
		AnswerBy: wire.DayPtr(i.AnswerBy), Missing: i.Missing, Messages: make([]api.ReporterInboxMessage, 0, len(i.Messages))}
	for _, m := range i.Messages {
		out.Messages = append(out.Messages, api.ReporterInboxMessage{From: api.ReportSide(m.Sender), Kind: api.ReportMessageKind(m.Kind), Text: m.Text,
			SentOn: wire.Day(m.Sent), AnswerBy: wire.DayPtr(m.AnswerBy)})
	}
	return out
}

func words(s PublicStatus) api.ReportStatusWords {
	w := publicWords[s]
	return api.ReportStatusWords{Id: w.ID, En: w.EN}
}
