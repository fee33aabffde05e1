package doctor

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag findings.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListFindings handles GET /findings.
func (h Handlers) ListFindings(ctx context.Context, _ api.ListFindingsRequestObject) (api.ListFindingsResponseObject, error) {
	r, err := h.s.Look(ctx)
	if err != nil {
		return nil, err
	}
	return api.ListFindings200JSONResponse(r.toAPI()), nil
}

func (r Report) toAPI() api.FindingList {
	out := api.FindingList{GovernmentId: wire.ID(r.Government), CheckedAt: r.At, Items: make([]api.Finding, 0, len(r.Findings))}
	for _, f := range r.Findings {
		out.Items = append(out.Items, f.toAPI())
	}
	return out
}

// Printed is what the command line prints for scripts: the place, and what GET
// /findings shows of it.
type Printed struct {
	Government string `json:"government,omitempty"`
	api.FindingList
}

// Printed is the report of one place for scripts.
func (e Examined) Printed() Printed { return Printed{e.Code, e.toAPI()} }

func (f Finding) toAPI() api.Finding {
	both := func(text func(lang.Lang) string) api.BilingualText {
		return api.BilingualText{Id: text(lang.Indonesian), En: text(lang.English)}
	}
	out := api.Finding{Code: string(f.Code), Severity: api.FindingSeverity(f.Severity), Title: both(f.Title), Risk: both(f.Risk),
		Remedy: both(f.Remedy), Operation: wire.Optional(f.Operation), Command: wire.Optional(f.Command)}
	if f.Path != "" {
		href := wire.Base + f.Path
		out.Href = &href
	}
	if !f.Since.IsZero() {
		out.Since = wire.DayPtr(&f.Since)
	}
	return out
}
