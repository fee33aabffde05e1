package application

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

const decide authz.Permission = "application.decide"

func path(aid id.ID) string { return "/government-applications/" + aid.String() }

// Handlers are the operations of applications.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// CreateGovernmentApplication handles POST /public/government-applications.
func (h Handlers) CreateGovernmentApplication(ctx context.Context, in api.CreateGovernmentApplicationRequestObject) (api.CreateGovernmentApplicationResponseObject, error) {
	b := in.Body
	a, code, err := h.s.Submit(ctx, Application{
		Wanted: government.Government{Code: b.Code, Name: b.Name, Kind: string(b.Kind), Zone: string(b.Zone), HeadTitle: b.HeadTitle, AgencyName: b.AgencyName,
			ShortName: wire.Value(b.ShortName), Address: wire.Value(b.Address)},
		Letter: b.LetterNumber, LetterOn: wire.ToDay(b.LetterOn), Note: wire.Value(b.Note),
		Applicant: Applicant{b.ApplicantName, b.ApplicantPosition, b.ApplicantEmail, wire.Value(b.ApplicantPhone)}})
	if err != nil {
		return nil, err
	}
	return api.CreateGovernmentApplication201JSONResponse{
		Body:    api.GovernmentApplicationReceipt{Id: a.ID.String(), TrackingCode: code, State: api.GovernmentApplicationState(a.State), SubmittedOn: wire.Day(a.Submitted)},
		Headers: api.CreateGovernmentApplication201ResponseHeaders{Location: wire.Location("/public/government-application-status")}}, nil
}

// ReadGovernmentApplicationStatus handles POST /public/government-application-status.
func (h Handlers) ReadGovernmentApplicationStatus(ctx context.Context, in api.ReadGovernmentApplicationStatusRequestObject) (api.ReadGovernmentApplicationStatusResponseObject, error) {
	a, err := h.s.Status(ctx, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return api.ReadGovernmentApplicationStatus200JSONResponse{State: api.GovernmentApplicationState(a.State), SubmittedOn: wire.Day(a.Submitted),
		DecidedOn: wire.DayPtr(a.Decided), Reason: wire.Optional(a.Reason), GovernmentId: wire.ID(a.Government)}, nil
}

// ListGovernmentApplications handles GET /government-applications.
func (h Handlers) ListGovernmentApplications(ctx context.Context, in api.ListGovernmentApplicationsRequestObject) (api.ListGovernmentApplicationsResponseObject, error) {
	f := Filter{State: State(wire.Value(in.Params.State))}
	r, err := page.Read("listGovernmentApplications", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(a Application) api.GovernmentApplication { return toAPI(ctx, a) }).Items
	out := api.ListGovernmentApplications200JSONResponse{Body: api.GovernmentApplicationList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/government-applications")
	return out, nil
}

// GetGovernmentApplication handles GET /government-applications/{applicationId}.
func (h Handlers) GetGovernmentApplication(ctx context.Context, in api.GetGovernmentApplicationRequestObject) (api.GetGovernmentApplicationResponseObject, error) {
	aid, err := id.Parse(in.ApplicationId)
	if err != nil {
		return nil, err
	}
	a, err := h.s.Get(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.GetGovernmentApplication200JSONResponse{Body: toAPI(ctx, a), Headers: api.GetGovernmentApplication200ResponseHeaders{ETag: wire.ETag(a.Version)}}, nil
}

// ApproveGovernmentApplication handles POST /government-applications/{applicationId}/approval.
func (h Handlers) ApproveGovernmentApplication(ctx context.Context, in api.ApproveGovernmentApplicationRequestObject) (api.ApproveGovernmentApplicationResponseObject, error) {
	aid, err := id.Parse(in.ApplicationId)
	if err != nil {
		return nil, err
	}
	a, code, err := h.s.Approve(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.ApproveGovernmentApplication201JSONResponse{
		Body: api.GovernmentApplicationApproval{Application: toAPI(ctx, a),
			Activation: api.ActivationCode{AccountId: code.Account.String(), Code: code.Code, ExpiresAt: code.ExpiresAt}},
		Headers: api.ApproveGovernmentApplication201ResponseHeaders{Location: wire.Location("/governments/" + a.Government.String())}}, nil
}

// RejectGovernmentApplication handles POST /government-applications/{applicationId}/rejection.
func (h Handlers) RejectGovernmentApplication(ctx context.Context, in api.RejectGovernmentApplicationRequestObject) (api.RejectGovernmentApplicationResponseObject, error) {
	aid, err := id.Parse(in.ApplicationId)
	if err != nil {
		return nil, err
	}
	a, err := h.s.Reject(ctx, aid, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.RejectGovernmentApplication200JSONResponse{Body: toAPI(ctx, a), Headers: api.RejectGovernmentApplication200ResponseHeaders{ETag: wire.ETag(a.Version)}}, nil
}

func toAPI(ctx context.Context, a Application) api.GovernmentApplication {
	s, _ := authz.From(ctx)
	g, who := a.Wanted, a.Applicant
	return api.GovernmentApplication{Id: a.ID.String(), State: api.GovernmentApplicationState(a.State), Code: g.Code, Name: g.Name, Kind: api.GovernmentKind(g.Kind),
		Zone: g.Zone, HeadTitle: g.HeadTitle, AgencyName: g.AgencyName, ShortName: wire.Optional(g.ShortName), Address: wire.Optional(g.Address),
		LetterNumber: a.Letter, LetterOn: wire.Day(a.LetterOn), ApplicantName: wire.Optional(who.Name), ApplicantPosition: wire.Optional(who.Position),
		ApplicantEmail: wire.Optional(who.Email), ApplicantPhone: wire.Optional(who.Phone), Note: wire.Optional(a.Note), SubmittedOn: wire.Day(a.Submitted),
		DecidedOn: wire.DayPtr(a.Decided), DecidedBy: wire.ID(a.DecidedBy), Reason: wire.Optional(a.Reason), GovernmentId: wire.ID(a.Government),
		Version: a.Version, AllowedSteps: a.steps(s.May(decide))}
}
