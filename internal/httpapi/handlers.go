package httpapi

import (
	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/circular"
	"github.com/netral-asn/netral/internal/event"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/organisation"
)

// Aliases give the embedded handlers their field names.
type (
	governmentH   = government.Handlers
	opdH          = opd.Handlers
	asnH          = asn.Handlers
	circularH     = circular.Handlers
	eventH        = event.Handlers
	organisationH = organisation.Handlers
)

// Services are what the handlers stand on, one a resource.
type Services struct {
	Governments   *government.Service
	OPD           *opd.Service
	ASN           *asn.Service
	Circulars     *circular.Service
	Events        *event.Service
	Organisations *organisation.Service
}

// Handlers are all operations of the contract: a missing or doubled method
// does not compile.
type Handlers struct {
	governmentH
	opdH
	asnH
	circularH
	eventH
	organisationH
}

var _ api.StrictServerInterface = Handlers{}

// NewHandlers joins the resources' handlers.
func NewHandlers(s Services) Handlers {
	var h Handlers
	h.governmentH = government.NewHandlers(s.Governments)
	h.opdH = opd.NewHandlers(s.OPD)
	h.asnH = asn.NewHandlers(s.ASN)
	h.circularH = circular.NewHandlers(s.Circulars)
	h.eventH = event.NewHandlers(s.Events)
	h.organisationH = organisation.NewHandlers(s.Organisations)
	return h
}
