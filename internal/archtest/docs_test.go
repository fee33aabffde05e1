package archtest

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/lang"
)

var update = flag.Bool("update", false, "write the printed documents anew")

// golden holds a printed document against what the code says now.
func golden(t *testing.T, path, want string) {
	t.Helper()
	full := filepath.Join(root, path)
	if *update {
		if err := os.WriteFile(full, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("%s is stale; print it with: go test ./internal/archtest -run Docs -update", path)
	}
}

// Proves T-23: the document of who may do what is printed from the one table
// that decides, and every permission of the table is used by an operation.
func TestDocs_PermissionsArePrinted(t *testing.T) {
	t.Parallel()
	_, ops := contractOperations(t)
	used := map[authz.Permission][]string{}
	for _, o := range ops {
		p, _ := o.Extensions["x-permission"].(string)
		used[authz.Permission(p)] = append(used[authz.Permission(p)], o.OperationID)
	}
	var b strings.Builder
	b.WriteString("# Who may do what\n\nPrinted from the table that decides (`internal/platform/authz`). Reach: **all** of the government, the own **unit**\n" +
		"with all below it, or the **own** record. Rules of the object, such as conflicts of interest, come on top.\n")
	for _, p := range authz.Permissions() {
		if len(used[p]) == 0 {
			t.Errorf("permission %s is used by no operation", p)
		}
		fmt.Fprintf(&b, "\n## %s\n\n", p)
		for _, r := range authz.Roles {
			if reach := authz.ReachOf(r, p); reach != 0 {
				fmt.Fprintf(&b, "- `%s`: %s\n", r, map[authz.Reach]string{authz.Self: "own", authz.Subtree: "unit", authz.Whole: "all"}[reach])
			}
		}
		fmt.Fprintf(&b, "\nOperations: `%s`\n", strings.Join(used[p], "`, `"))
	}
	fmt.Fprintf(&b, "\n## Open to everybody\n\nOperations: `%s`\n", strings.Join(used[authz.Public], "`, `"))
	golden(t, "docs/permissions.md", b.String())
}

// Proves T1: the catalogue of error codes is printed from the texts and from
// where the code refuses.
func TestDocs_ErrorsArePrinted(t *testing.T) {
	t.Parallel()
	kinds := map[string]map[string]bool{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			kind, isKind := call.Args[0].(*ast.SelectorExpr)
			lit, isText := call.Args[1].(*ast.BasicLit)
			if !ok || s.Sel.Name != "New" || !isKind || !isText || lit.Kind != token.STRING {
				return true
			}
			code, _ := strconv.Unquote(lit.Value)
			if kinds[code] == nil {
				kinds[code] = map[string]bool{}
			}
			kinds[code][statusOf[kind.Sel.Name]] = true
			return true
		})
	}
	var b strings.Builder
	b.WriteString("# Error codes\n\nEvery error is a problem document (RFC 9457) with a stable `code`. Codes without a status name one wrong field, in\n`errors`. Texts may change; codes do not.\n\n| Code | Status | Indonesian | English |\n|---|---|---|---|\n")
	for _, code := range lang.Codes() {
		statuses := strings.Join(slices.Sorted(maps.Keys(kinds[code])), ", ")
		fmt.Fprintf(&b, "| <a id=%q></a>`%s` | %s | %s | %s |\n", code, code, statuses, lang.Text(lang.Indonesian, code, nil), lang.Text(lang.English, code, nil))
	}
	golden(t, "docs/errors.md", b.String())
}

var statusOf = map[string]string{"Shape": "400", "Unauthenticated": "401", "Forbidden": "403", "NotFound": "404", "NotAcceptable": "406",
	"Conflict": "409", "Gone": "410", "Stale": "412", "TooLarge": "413", "UnsupportedMedia": "415", "Rule": "422",
	"PreconditionRequired": "428", "TooMany": "429", "Unavailable": "503"}

// Proves K1: the document of the steps of a case is printed from the table that
// decides them.
func TestDocs_CaseStepsArePrinted(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# The steps of a case\n\nPrinted from the table that decides (`internal/casefile`). A step that does not start from the present state is refused\n" +
		"with 409 and the steps that are open instead. Steps marked * are taken on the case's sanction. Who holds a permission\nstands in [permissions](permissions.md).\n\n" +
		"| Step | From | To | Permission | Guard |\n|---|---|---|---|---|\n")
	for _, tr := range casefile.Transitions {
		mark := ""
		if tr.OnSanction {
			mark = " *"
		}
		to := states(tr.To)
		if to == "" {
			to = "stays"
		}
		fmt.Fprintf(&b, "| `%s`%s | %s | %s | `%s` | %s |\n", tr.Step, mark, states(tr.From), to, tr.Permission, tr.Guard)
	}
	golden(t, "docs/case-steps.md", b.String())
}

func states(list []casefile.State) string {
	switch len(list) {
	case len(casefile.States):
		return "any"
	case len(casefile.States) - 1:
		return "any but closed"
	}
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}
