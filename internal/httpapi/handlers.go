package httpapi

import (
	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/government"
)

// Aliases give the embedded handlers their field names.
type (
	governmentH = government.Handlers
)

// Handlers are all operations of the contract: a missing or doubled method
// does not compile.
type Handlers struct {
	governmentH
}

var _ api.StrictServerInterface = Handlers{}
