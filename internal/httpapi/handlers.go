package httpapi

import (
	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/casestatus"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/circular"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/pact"
	"github.com/netral-asn/netral/internal/report"
	"github.com/netral-asn/netral/internal/sanction"
)

// Aliases give the embedded handlers their field names.
type (
	governmentH   = government.Handlers
	opdH          = opd.Handlers
	asnH          = asn.Handlers
	identityH     = identity.Handlers
	circularH     = circular.Handlers
	organisationH = organisation.Handlers
	casefileH     = casefile.Handlers
	sanctionH     = sanction.Handlers
	casestatusH   = casestatus.Handlers
	pactH         = pact.Handlers
	catalogH      = catalog.Handlers
	reportH       = report.Handlers
)

// Services are what the handlers stand on, one a resource.
type Services struct {
	Governments   *government.Service
	OPD           *opd.Service
	ASN           *asn.Service
	Identity      *identity.Service
	Circulars     *circular.Service
	Organisations *organisation.Service
	Cases         *casefile.Service
	Sanctions     *sanction.Service
	CaseStatuses  *casestatus.Service
	Pacts         *pact.Service
	Catalog       *catalog.Service
	Reports       *report.Service
}

// Handlers are all operations of the contract: a missing or doubled method
// does not compile.
type Handlers struct {
	governmentH
	opdH
	asnH
	identityH
	circularH
	organisationH
	casefileH
	sanctionH
	casestatusH
	pactH
	catalogH
	reportH
}

var _ api.StrictServerInterface = Handlers{}

// NewHandlers joins the resources' handlers.
func NewHandlers(s Services) Handlers {
	var h Handlers
	h.governmentH = government.NewHandlers(s.Governments)
	h.opdH = opd.NewHandlers(s.OPD)
	h.asnH = asn.NewHandlers(s.ASN)
	h.identityH = identity.NewHandlers(s.Identity)
	h.circularH = circular.NewHandlers(s.Circulars)
	h.organisationH = organisation.NewHandlers(s.Organisations)
	h.casefileH = casefile.NewHandlers(s.Cases)
	h.sanctionH = sanction.NewHandlers(s.Sanctions)
	h.casestatusH = casestatus.NewHandlers(s.CaseStatuses)
	h.pactH = pact.NewHandlers(s.Pacts)
	h.catalogH = catalog.NewHandlers(s.Catalog)
	h.reportH = report.NewHandlers(s.Reports)
	return h
}
