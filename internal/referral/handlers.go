package referral

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/wire"
	"github.com/netral-asn/netral/internal/report"
)

// Handlers are the operations of the tag referrals.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// SendReferral handles POST /referrals.
func (h Handlers) SendReferral(ctx context.Context, in api.SendReferralRequestObject) (api.SendReferralResponseObject, error) {
	submission, err := fromAPI(*in.Body)
	if err != nil {
		return nil, err
	}
	content, err := ContentOf(in.Body)
	if err != nil {
		return nil, err
	}
	government := wire.Value(in.Body.GovernmentCode)
	if wire.Value(in.Params.DryRun) {
		t, err := h.s.Try(ctx, government, submission, content)
		return api.SendReferral200JSONResponse(toAPITrial(t)), err
	}
	r, err := h.s.Send(ctx, government, submission, content)
	if err != nil {
		return nil, err
	}
	return api.SendReferral201JSONResponse{Body: toAPI(r), Headers: api.SendReferral201ResponseHeaders{Location: wire.Location("/referrals/" + r.ID.String())}}, nil
}

// GetReferral handles GET /referrals/{referralId}.
func (h Handlers) GetReferral(ctx context.Context, in api.GetReferralRequestObject) (api.GetReferralResponseObject, error) {
	rid, err := id.Parse(in.ReferralId)
	if err != nil {
		return nil, err
	}
	r, err := h.s.Get(ctx, rid)
	if err != nil {
		return nil, err
	}
	return api.GetReferral200JSONResponse{Body: toAPI(r), Headers: api.GetReferral200ResponseHeaders{ETag: wire.ETag(1)}}, nil
}

func fromAPI(b api.ReferralInput) (report.Submission, error) {
	s := report.Submission{Kind: report.Kind(b.Kind), Number: b.Number, Act: wire.ToDayPtr(b.ActOn), Known: wire.ToDayPtr(b.KnownOn),
		Violation: wire.Value(b.ViolationType), Acts: wire.Value(b.Acts),
		Source:   report.Source{SBT: wire.Value(b.SbtNumber), Status: report.TheirStatus{Word: wire.Value(b.TheirStatus)}},
		Words:    report.Words{Narrative: b.Narrative, Place: wire.Value(b.Place), Links: wire.Value(b.Links)},
		Subjects: report.SubjectsFromAPI(b.Subjects)}
	var err error
	if s.Election, err = wire.ToID(b.ElectionId); err != nil {
		return s, err
	}
	s.Uploads, err = report.UploadsFromAPI(b.UploadIds)
	return s, err
}

func toAPI(r Referral) api.Referral {
	return api.Referral{Id: r.ID.String(), GovernmentCode: r.GovernmentCode, OrganisationId: r.OrganisationID.String(), Kind: api.ReportKind(r.Kind),
		Number: r.TheirNumber, ReceiptNumber: r.Number, ReceivedAt: r.At(), ContentSha256: r.Content, SubjectCount: int32(r.Subjects), Missing: r.Missing,
		TheirStatus: toAPIStatus(report.TheirStatus{Word: r.TheirStatus, Code: r.TheirCode}, nil), Receipt: r.Signed,
		Documents: wire.Each(r.Documents, func(f ReceiptFile) api.ReferralDocument {
			return api.ReferralDocument{MediaType: api.UploadMediaType(f.MediaType), Size: f.Size, Sha256: f.SHA256}
		}), Version: 1, AllowedSteps: []string{}}
}

func toAPITrial(t Trial) api.ReferralTrial {
	return api.ReferralTrial{ContentSha256: t.Content.String(), ReceiptNumber: wire.Optional(t.Already), Missing: t.Missing, TheirStatus: toAPIStatus(t.Status, t.Known)}
}

func toAPIStatus(s report.TheirStatus, known []string) *api.TheirStatus {
	if s.Word == "" {
		return nil
	}
	out := api.TheirStatus{Word: s.Word, Code: wire.Optional(s.Code)}
	if known != nil {
		out.KnownWords = &known
	}
	return &out
}
