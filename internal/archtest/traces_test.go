package archtest

import (
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	citation = regexp.MustCompile(`\b(T-\d\d|[A-X]\d{1,2})\b`)
	listed   = regexp.MustCompile(`(?m)^\| (T-\d\d|[A-X]\d{1,2}(?:, [A-X]\d{1,2})*) \|`)
)

// Proves that every number a test claims to prove is explained in the
// documents, and prints the threats that no test proves yet (-v).
func TestTraces_CitedNumbersAreExplained(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, doc := range []string{"docs/threats.md", "docs/features.md"} {
		b, err := os.ReadFile(filepath.Join(root, doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range listed.FindAllStringSubmatch(string(b), -1) {
			for id := range strings.SplitSeq(m[1], ", ") {
				known[id] = true
			}
		}
	}
	proved := map[string][]string{}
	for _, f := range sources(t) {
		if !f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc == nil || !strings.HasPrefix(fn.Name.Name, "Test") && !strings.HasPrefix(fn.Name.Name, "Fuzz") {
				continue
			}
			first, _, _ := strings.Cut(strings.TrimSpace(fn.Doc.Text()), ":")
			if !strings.HasPrefix(first, "Proves ") {
				continue
			}
			for _, id := range citation.FindAllString(first, -1) {
				proved[id] = append(proved[id], f.pkg+"."+fn.Name.Name)
				if !known[id] {
					t.Errorf("%s: %s claims to prove %s, which no document explains", f.path, fn.Name.Name, id)
				}
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		t.Logf("%-5s %s", id, strings.Join(proved[id], " "))
	}
}
