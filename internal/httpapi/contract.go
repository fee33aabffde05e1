package httpapi

import (
	"fmt"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/netral-asn/netral/internal/platform/authz"
)

// Base is the path all operations lie under; the major version is in it.
const Base = "/api/v1"

// operation is what the contract says of one method and path.
type operation struct {
	ID         string
	Permission authz.Permission
	// Streamed operations take a body that is not read before the handler
	// (uploads, imports): body validation and the small body limit are theirs.
	Streamed bool
	// Reporter marks the routes of reporters: no request id, no access log (T-01, T-02).
	Reporter bool
	// Deprecated and Sunset are when the operation was given up and when it goes
	// away; zero on all that are meant to stay.
	Deprecated, Sunset time.Time
	// Repeatable operations take an Idempotency-Key, Guarded ones need If-Match.
	Repeatable, Guarded bool
	route               *routers.Route
	query               map[string]bool
	// parameters are the path's and the operation's, each once: the operation's
	// own stands for the path's of the same name.
	parameters []*openapi3.Parameter
}

// signsIn reports whether the operation proves who somebody is.
func (o operation) signsIn() bool { return strings.HasPrefix(o.route.Path, "/auth/") }

// Contract is openapi.yaml as the server uses it.
type Contract struct {
	Doc        *openapi3.T
	operations map[string]operation // by operationId
}

// LoadContract reads and checks the contract. An operation without a
// permission stops the program: deny is the default.
func LoadContract(yaml []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(yaml)
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	c := &Contract{Doc: doc, operations: map[string]operation{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o, err := newOperation(doc, path, item, method, op)
			if err != nil {
				return nil, fmt.Errorf("contract: %s %s: %w", method, path, err)
			}
			c.operations[o.ID] = o
		}
	}
	return c, nil
}

func newOperation(doc *openapi3.T, path string, item *openapi3.PathItem, method string, op *openapi3.Operation) (operation, error) {
	perm, _ := op.Extensions["x-permission"].(string)
	p := authz.Permission(perm)
	if perm == "" || !authz.Known(p) {
		return operation{}, fmt.Errorf("x-permission %q is not one that package authz knows", perm)
	}
	open := strings.HasPrefix(path, "/public/") || strings.HasPrefix(path, "/auth/")
	if (p == authz.Public) != open {
		return operation{}, fmt.Errorf("public operations, and they alone, lie under /public/ or /auth/")
	}
	streamed, _ := op.Extensions["x-streamed"].(bool)
	reporter, _ := op.Extensions["x-reporter"].(bool)
	o := operation{ID: op.OperationID, Permission: p, Streamed: streamed, Reporter: reporter, query: map[string]bool{}}
	var err error
	if o.Deprecated, o.Sunset, err = retirement(op); err != nil {
		return operation{}, err
	}
	for _, params := range []openapi3.Parameters{item.Parameters, op.Parameters} {
		for _, ref := range params {
			if own := op.Parameters.GetByInAndName(ref.Value.In, ref.Value.Name); own == nil || own == ref.Value {
				o.parameters = append(o.parameters, ref.Value)
			}
			switch {
			case ref.Value.In == openapi3.ParameterInQuery:
				o.query[ref.Value.Name] = true
			case ref.Value.Name == headerKey:
				o.Repeatable = true
			case ref.Value.Name == headerMatch:
				o.Guarded = true
			}
		}
	}
	o.route = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}
	return o, nil
}
