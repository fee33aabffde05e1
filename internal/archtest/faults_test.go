package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/platform/lang"
)

var codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z0-9_]+$`)

// uses is what the sources do with codes.
type uses struct {
	statuses map[string]map[string]bool // code -> statuses of the refusals that carry it
	refused  map[string]string          // code of a refusal or a wrong field -> a file that makes it
	named    map[string]bool            // every literal that looks like a code
	prefixes map[string]bool            // literals to which the rest of a code is added
}

func codeUses(t *testing.T) uses {
	t.Helper()
	u := uses{statuses: map[string]map[string]bool{}, refused: map[string]string{}, named: map[string]bool{}, prefixes: map[string]bool{}}
	for _, f := range sources(t) {
		if f.test || strings.HasPrefix(f.pkg, "api") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				u.call(f.path, n)
			case *ast.CompositeLit:
				u.composed(f.path, n)
			case *ast.BinaryExpr:
				if s := text(n.X); n.Op == token.ADD && strings.Contains(s, ".") {
					u.prefixes[s] = true
				}
			case *ast.BasicLit:
				if s := text(n); codeShape.MatchString(s) {
					u.named[s] = true
				}
			}
			return true
		})
	}
	return u
}

// call notes fault.New(kind, code), …At(pointer, code) and …AtParameter(name, code).
func (u uses) call(path string, call *ast.CallExpr) {
	name := lastName(call.Fun)
	if len(call.Args) < 2 || (name != "New" && name != "At" && name != "AtParameter") {
		return
	}
	code := text(call.Args[1])
	if !codeShape.MatchString(code) {
		return
	}
	u.refused[code] = path
	if status := statusOf[lastName(call.Args[0])]; name == "New" && status != "" {
		u.add(code, status)
	}
}

// composed notes fault.Fault{Code: …}: what is no fault of the caller's.
func (u uses) composed(path string, lit *ast.CompositeLit) {
	if lastName(lit.Type) != "Fault" {
		return
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && lastName(kv.Key) == "Code" && text(kv.Value) != "" {
			u.refused[text(kv.Value)] = path
			u.add(text(kv.Value), "500")
		}
	}
}

func (u uses) add(code, status string) {
	if u.statuses[code] == nil {
		u.statuses[code] = map[string]bool{}
	}
	u.statuses[code][status] = true
}

// has reports whether something in the sources can name the code.
func (u uses) has(code string) bool {
	if base, remedy := strings.CutSuffix(code, "_remedy"); remedy && u.named[base] {
		return true
	}
	if u.named[code] {
		return true
	}
	for p := range u.prefixes {
		if strings.HasPrefix(code, p) {
			return true
		}
	}
	return false
}

func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// Proves T1: every code that a fault or a wrong field can carry has a text in
// Indonesian and in English, and no text stands there without a use.
func TestFaultCodes_HaveTextsInBothLanguages(t *testing.T) {
	t.Parallel()
	u := codeUses(t)
	for code, path := range u.refused {
		if !lang.Known(code) {
			t.Errorf("%s: code %s has no text in messages.csv", path, code)
		}
	}
	if len(u.refused) < 200 {
		t.Errorf("only %d codes were found in the sources: the test is blind", len(u.refused))
	}
	for _, code := range lang.Codes() {
		if lang.Text(lang.Indonesian, code, nil) == "" || lang.Text(lang.English, code, nil) == "" {
			t.Errorf("code %s lacks a language", code)
		}
		if !u.has(code) {
			t.Errorf("messages.csv: nothing gives the code %s", code)
		}
	}
}

// statements are the texts of messages.csv that are answers, not refusals.
var statements = []string{"pact_statement.", "pact_assurance.", "work.", "finding.", "risk.", "remedy."}

// Proves T1: the catalogue of error codes is printed from the texts and from
// where the code refuses, and each code stands under what it is.
func TestDocs_ErrorsArePrinted(t *testing.T) {
	t.Parallel()
	u := codeUses(t)
	var refusals, fields, sheets []string
	for _, code := range lang.Codes() {
		line := fmt.Sprintf("| <a id=%q></a>`%s` | %%s%s | %s |\n", code, code, lang.Text(lang.Indonesian, code, nil), lang.Text(lang.English, code, nil))
		switch {
		case len(u.statuses[code]) > 0:
			refusals = append(refusals, fmt.Sprintf(line, strings.Join(slices.Sorted(maps.Keys(u.statuses[code])), ", ")+" | "))
		case strings.HasPrefix(code, "import.") || strings.HasPrefix(code, "sheet."):
			sheets = append(sheets, fmt.Sprintf(line, ""))
		case slices.ContainsFunc(statements, func(p string) bool { return strings.HasPrefix(code, p) }):
		case u.refused[code] != "" || strings.HasPrefix(code, "asn.nip_") || strings.HasPrefix(code, "field."):
			// Package nip gives the reason of the former, the contract's schemas those of the latter.
			fields = append(fields, fmt.Sprintf(line, ""))
		default:
			t.Errorf("code %s is given in a way this test does not see", code)
		}
	}
	golden(t, "docs/errors.md", "# Error codes\n\nEvery error is a problem document (RFC 9457) with a stable `code`. Texts may change; codes do not.\n\n"+
		"## Refusals\n\n| Code | Status | Indonesian | English |\n|---|---|---|---|\n"+strings.Join(refusals, "")+
		"\n## Wrong fields\n\nThese stand in `errors` of a refusal, beside the `pointer` or `parameter` they concern.\n\n"+
		"| Code | Indonesian | English |\n|---|---|---|\n"+strings.Join(fields, "")+
		"\n## Spreadsheets\n\nFindings of an import. A file that cannot be read at all is refused with 422, or 413, and the code that says why. What\n"+
		"ends in `_remedy` is the advice beside the finding.\n\n| Code | Indonesian | English |\n|---|---|---|\n"+strings.Join(sheets, ""))
}

var statusOf = map[string]string{"Shape": "400", "Unauthenticated": "401", "Forbidden": "403", "NotFound": "404",
	"methodNotAllowed": "405", "NotAcceptable": "406", "Conflict": "409", "Gone": "410", "Stale": "412", "TooLarge": "413",
	"UnsupportedMedia": "415", "Rule": "422", "PreconditionRequired": "428", "TooMany": "429", "Unavailable": "503"}
