package httpapi

import (
	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/government"
)

// Aliases give the embedded handlers their field names.
type (
	governmentH = government.Handlers
)

// Services are what the handlers stand on, one a resource.
type Services struct {
	Governments *government.Service
}

// Handlers are all operations of the contract: a missing or doubled method
// does not compile.
type Handlers struct {
	governmentH
}

var _ api.StrictServerInterface = Handlers{}

// NewHandlers joins the resources' handlers.
func NewHandlers(s Services) Handlers {
	return Handlers{
		governmentH: government.NewHandlers(s.Governments),
	}
}
