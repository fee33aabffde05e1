package archtest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/authz"
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

// Proves K1: the document of the steps of a case is printed from the table that
// decides them.
func TestDocs_CaseStepsArePrinted(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# The steps of a case\n\nPrinted from the table that decides (`internal/casefile`). A step that does not start from the present state is refused\n" +
		"with 409 and the steps that are open instead. Steps marked * are taken on the case's sanction, those\nmarked ° on one of its clocks. Who holds a permission\nstands in [permissions](permissions.md).\n\n" +
		"| Step | From | To | Permission | Guard |\n|---|---|---|---|---|\n")
	for _, tr := range casefile.Transitions {
		mark := ""
		if tr.OnSanction {
			mark = " *"
		}
		if tr.OnClock {
			mark = " °"
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
