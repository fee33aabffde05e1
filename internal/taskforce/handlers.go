package taskforce

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag taskforces.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListTaskForces handles GET /task-forces.
func (h Handlers) ListTaskForces(ctx context.Context, in api.ListTaskForcesRequestObject) (api.ListTaskForcesResponseObject, error) {
	f := Filter{On: wire.ToDayPtr(in.Params.On), Decree: wire.Value(in.Params.DecreeNumber)}
	var err error
	if f.Election, err = wire.ToID(in.Params.ElectionId); err != nil {
		return nil, err
	}
	r, err := page.Read("listTaskForces", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(x TaskForce) api.TaskForce { return toAPI(ctx, x, today) }).Items
	out := api.ListTaskForces200JSONResponse{Body: api.TaskForceList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/task-forces")
	return out, nil
}

// CreateTaskForce handles POST /task-forces.
func (h Handlers) CreateTaskForce(ctx context.Context, in api.CreateTaskForceRequestObject) (api.CreateTaskForceResponseObject, error) {
	b := *in.Body
	f := TaskForce{Name: b.Name, DecreeNumber: b.DecreeNumber, Decreed: wire.ToDay(b.DecreedOn), From: wire.ToDay(b.ValidFrom), Until: wire.ToDayPtr(b.ValidUntil)}
	var err error
	if f.Election, err = wire.ToID(b.ElectionId); err != nil {
		return nil, err
	}
	mandate, err := wire.ToID(b.MandateId)
	if err != nil {
		return nil, err
	}
	members := make([]Member, 0, len(wire.Value(b.Members)))
	for _, x := range wire.Value(b.Members) {
		m, err := fromAPIMember(x)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	f, today, err := h.s.Create(ctx, f, mandate, members)
	if err != nil {
		return nil, err
	}
	out := api.CreateTaskForce201JSONResponse{Body: toAPI(ctx, f, today)}
	out.Headers.Location = wire.Location("/task-forces/" + f.ID.String())
	return out, nil
}

// GetTaskForce handles GET /task-forces/{taskForceId}.
func (h Handlers) GetTaskForce(ctx context.Context, in api.GetTaskForceRequestObject) (api.GetTaskForceResponseObject, error) {
	fid, err := id.Parse(in.TaskForceId)
	if err != nil {
		return nil, err
	}
	f, today, err := h.s.Get(ctx, fid)
	if err != nil {
		return nil, err
	}
	return api.GetTaskForce200JSONResponse{Body: toAPI(ctx, f, today), Headers: api.GetTaskForce200ResponseHeaders{ETag: wire.ETag(f.Version)}}, nil
}

// EndTaskForce handles POST /task-forces/{taskForceId}/ending.
func (h Handlers) EndTaskForce(ctx context.Context, in api.EndTaskForceRequestObject) (api.EndTaskForceResponseObject, error) {
	fid, err := id.Parse(in.TaskForceId)
	if err != nil {
		return nil, err
	}
	f, today, err := h.s.End(ctx, fid, wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndTaskForce200JSONResponse(toAPI(ctx, f, today)), nil
}

// ListTaskForceMembers handles GET /task-forces/{taskForceId}/members.
func (h Handlers) ListTaskForceMembers(ctx context.Context, in api.ListTaskForceMembersRequestObject) (api.ListTaskForceMembersResponseObject, error) {
	fid, err := id.Parse(in.TaskForceId)
	if err != nil {
		return nil, err
	}
	on := wire.ToDayPtr(in.Params.On)
	r, err := page.Read("listTaskForceMembers", []any{fid, on}, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.Members(ctx, fid, on, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(m Member) api.TaskForceMember { return toAPIMember(ctx, m, today) }).Items
	out := api.ListTaskForceMembers200JSONResponse{Body: api.TaskForceMemberList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/task-forces/"+fid.String()+"/members")
	return out, nil
}

// AddTaskForceMember handles POST /task-forces/{taskForceId}/members.
func (h Handlers) AddTaskForceMember(ctx context.Context, in api.AddTaskForceMemberRequestObject) (api.AddTaskForceMemberResponseObject, error) {
	fid, err := id.Parse(in.TaskForceId)
	if err != nil {
		return nil, err
	}
	m, err := fromAPIMember(*in.Body)
	if err != nil {
		return nil, err
	}
	m.TaskForce = fid
	m, today, err := h.s.AddMember(ctx, m)
	if err != nil {
		return nil, err
	}
	out := api.AddTaskForceMember201JSONResponse{Body: toAPIMember(ctx, m, today)}
	out.Headers.Location = wire.Location("/task-forces/" + fid.String() + "/members")
	return out, nil
}

// EndTaskForceMember handles POST /task-forces/{taskForceId}/members/{taskForceMemberId}/ending.
func (h Handlers) EndTaskForceMember(ctx context.Context, in api.EndTaskForceMemberRequestObject) (api.EndTaskForceMemberResponseObject, error) {
	ids, err := id.ParseAll([]string{in.TaskForceId, in.TaskForceMemberId})
	if err != nil {
		return nil, err
	}
	m, today, err := h.s.EndMember(ctx, ids[0], ids[1], wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndTaskForceMember200JSONResponse(toAPIMember(ctx, m, today)), nil
}

func fromAPIMember(b api.TaskForceMemberInput) (Member, error) {
	m := Member{Role: Role(b.Role), Name: wire.Value(b.Name), Institution: wire.Value(b.Institution), Position: wire.Value(b.PositionTitle),
		Until: wire.ToDayPtr(b.ValidUntil)}
	if from := wire.ToDayPtr(b.ValidFrom); from != nil {
		m.From = *from
	}
	var err error
	m.ASN, err = wire.ToID(b.AsnId)
	return m, err
}

func toAPI(ctx context.Context, f TaskForce, today day.Day) api.TaskForce {
	return api.TaskForce{Id: f.ID.String(), Name: f.Name, DecreeNumber: f.DecreeNumber, DecreedOn: wire.Day(f.Decreed), MandateId: wire.ID(f.Mandate),
		SignatoryTitle: wire.Optional(f.SignatoryTitle), SignatoryName: wire.Optional(f.SignatoryName), MandateKnown: f.Mandate != nil,
		ElectionId: wire.ID(f.Election), ValidFrom: wire.Day(f.From), ValidUntil: wire.DayPtr(f.Until), RecordedLater: f.RecordedLater, Version: f.Version,
		AllowedSteps: f.steps(today, mayWrite(ctx))}
}

func toAPIMember(ctx context.Context, m Member, today day.Day) api.TaskForceMember {
	return api.TaskForceMember{Id: m.ID.String(), TaskForceId: m.TaskForce.String(), Role: api.TaskForceRole(m.Role), AsnId: wire.ID(m.ASN),
		Name: wire.Optional(m.Name), Institution: wire.Optional(m.Institution), PositionTitle: wire.Optional(m.Position), ValidFrom: wire.Day(m.From),
		ValidUntil: wire.DayPtr(m.Until), RecordedLater: m.RecordedLater, Version: m.Version, AllowedSteps: m.steps(today, mayWrite(ctx))}
}

func mayWrite(ctx context.Context) bool {
	s, ok := authz.From(ctx)
	return ok && s.May("taskforce.write")
}
