// Package archtest holds tests about the code itself: who may import whom, what
// the contract promises of every operation, what every table must have.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/netral-asn/netral"

// ranks is the import law: a package imports only packages of lower rank. A
// package without a rank fails the test; giving it one is the design decision.
var ranks = []string{
	"migrations", "api", "api/client", "", // generated and embedded
	"internal/platform/opt", "internal/platform/fault", "internal/platform/page", "internal/platform/id", "internal/platform/day",
	"internal/nip", "internal/platform/lang", "internal/platform/config", "internal/platform/pgembed",
	"internal/platform/pgembed/pgtest", "internal/platform/sheet", "internal/platform/seal", "internal/platform/document",
	"internal/platform/wire", "internal/platform/canon", "internal/platform/hook", "internal/platform/carrier",
	"internal/platform/authn", "internal/platform/authz",
	"internal/platform/db", "internal/platform/testkit", "internal/platform/journal", "internal/platform/job", "internal/platform/idempotency",
	"internal/platform/blob", "internal/platform/clamd", "internal/platform/attest",
	"internal/vocabulary", "internal/government", "internal/doctor", "internal/workitem", "internal/organisation", "internal/catalog", "internal/deadline", "internal/election", "internal/opd", "internal/asn", "internal/identity",
	"internal/application", "internal/history", "internal/notify", "internal/upload", "internal/importer", "internal/circular", "internal/event", "internal/pact", "internal/coaching",
	"internal/report", "internal/referral", "internal/recommendation", "internal/taskforce", "internal/casefile", "internal/sanction",
	"internal/casestatus", "internal/coverage", "internal/feed", "internal/webhook",
	"internal/demo/population", "internal/httpapi", "internal/app", "internal/demo", "internal/e2e/harness", "internal/e2e",
	"internal/archtest", "cmd/netral", "examples/bawaslu-poller", "examples/signer", "examples/gateway",
}

// Proves that the import law holds and that every package has a rank and says
// what it is for.
func TestImports_FollowTheRanks(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		from := slices.Index(ranks, f.pkg)
		if from < 0 {
			t.Errorf("package %s has no rank in archtest", f.pkg)
			continue
		}
		for _, imp := range f.ast.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			rest, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			to := strings.TrimPrefix(rest, "/")
			if slices.Index(ranks, to) >= from && !f.test {
				t.Errorf("%s imports %s, which does not rank lower", f.path, to)
			}
		}
	}
}

// forbidden says where a library or call may stand alone, so that it is plain
// at a glance where a thing lives.
var forbidden = []struct {
	importPath string
	allowed    func(f source) bool
	why        string
}{
	{"gorm.io/gorm", func(f source) bool {
		return strings.HasPrefix(filepath.Base(f.path), "store") || f.pkg == "internal/platform/db"
	}, "gorm stands in store files and package db"},
	{module + "/api", func(f source) bool {
		return strings.HasPrefix(filepath.Base(f.path), "handlers") || f.pkg == "internal/httpapi"
	}, "the generated types stand in handlers files and httpapi"},
	{"github.com/labstack/echo/v4", func(f source) bool { return f.pkg == "internal/httpapi" }, "echo stands in httpapi"},
	{"github.com/golang-jwt/jwt/v5", func(f source) bool { return f.pkg == "internal/platform/authn" }, "jwt stands in authn"},
	{module + "/internal/platform/testkit", func(f source) bool { return f.pkg == "internal/e2e/harness" || f.pkg == "internal/e2e" }, "test kits stand in tests"},
}

// Proves that each outside tool has one place, and that the environment is
// read in config alone.
func TestImports_ToolsHaveOnePlace(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.test || strings.HasPrefix(f.pkg, "api") {
			continue
		}
		for _, imp := range f.ast.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			for _, rule := range forbidden {
				if path == rule.importPath && !rule.allowed(f) {
					t.Errorf("%s imports %s: %s", f.path, path, rule.why)
				}
			}
		}
		if strings.HasPrefix(f.pkg, "internal/platform/config") || strings.HasPrefix(f.pkg, "internal/platform/pgembed") ||
			f.pkg == "internal/platform/testkit" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "Getenv" || s.Sel.Name == "LookupEnv") {
				t.Errorf("%s reads the environment; only package config does", f.path)
			}
			return true
		})
	}
}

// Proves that every package says what it is for.
func TestPackages_HaveDocs(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, f := range sources(t) {
		documented[f.pkg] = documented[f.pkg] || f.ast.Doc != nil
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

// Proves that nobody sets the tenancy locks apart outside of tests.
func TestSplitLocks_OnlyInTheTestKit(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.pkg == "internal/platform/testkit" || f.pkg == "internal/platform/authz" || f.pkg == "internal/archtest" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(root, f.path))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "SplitLocksForTest") {
			t.Errorf("%s sets the locks apart", f.path)
		}
	}
}

const root = "../.."

type source struct {
	path string // relative to the root
	pkg  string
	test bool
	ast  *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || name == "bin") {
			return filepath.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(rel))
		if pkg == "." {
			pkg = ""
		}
		out = append(out, source{path: rel, pkg: pkg, test: strings.HasSuffix(name, "_test.go"), ast: parsed})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
