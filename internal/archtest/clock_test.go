package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

// byRealTime are the files, by the beginning of their path, that may ask this
// machine for the time, each with its reason. Everything that the law dates goes
// by the transaction's clock (db.Tx.Now), which all rows of one act share, no
// client sets (T-51) and the demo moves.
var byRealTime = map[string]string{
	"internal/platform/blob/sweep.go":              "how long a file may lie that no row names yet",
	"internal/platform/clamd/":                     "how long a scanner may take",
	"internal/platform/pgembed/":                   "how long the embedded server may take",
	"internal/platform/idempotency/idempotency.go": "how long an answer is kept",
	"internal/httpapi/":                            "limits, and how long a request may take",
	"internal/identity/service.go":                 "sessions, codes and second factors",
	"internal/app/app.go":                          "this machine's clock against the database's",
	"internal/webhook/":                            "attempts to reach another machine, and its secrets",
	"internal/platform/carrier/":                   "attempts to reach another machine",
	"internal/notify/courier.go":                   "attempts to reach another machine",
	"internal/feed/service.go":                     "how long an answer is held",
	"internal/demo/demo.go":                        "how long the load takes",
	"internal/e2e/harness/":                        "tests",
	"examples/":                                    "programs of others",
}

// Proves T-51: nothing takes the time of this machine but what is named here, and
// nothing is named that does not.
func TestClock_DomainTimeIsTheTransactions(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, f := range sources(t) {
		if f.test || strings.HasPrefix(f.pkg, "api") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok || s.Sel.Name != "Now" {
				return true
			}
			if x, ok := s.X.(*ast.Ident); !ok || x.Name != "time" {
				return true
			}
			allowed := false
			for path := range byRealTime {
				if strings.HasPrefix(f.path, path) {
					allowed, used[path] = true, true
				}
			}
			if !allowed {
				t.Errorf("%s asks this machine for the time; domain time is db.Tx.Now", f.path)
			}
			return true
		})
	}
	for path := range byRealTime {
		if !used[path] {
			t.Errorf("%s is allowed to ask for the time and does not", path)
		}
	}
}
