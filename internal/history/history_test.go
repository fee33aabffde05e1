package history

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var noted = regexp.MustCompile(`\bObject:\s*"([a-z_]+)"`)

// Proves R1, T-11, T-12: of every kind of object that the program notes in its
// journal it is decided whether its entries are shown, and of none twice; what is
// behind the wall is not among them.
func TestKinds_AreDecided(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/e2e/") || strings.Contains(path, "/demo/") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range noted.FindAllSubmatch(b, -1) {
			used[string(m[1])] = true
		}
		return err
	})
	if err != nil || len(used) < 30 {
		t.Fatalf("%v, and %d kinds", err, len(used))
	}
	for k := range used {
		if _, not := hidden[k]; not == slices.Contains(shown, k) {
			t.Errorf("%s is in none of the two lists, or in both", k)
		}
	}
	for _, k := range []string{"report", "case", "sanction", "recommendation", "referral", "upload", "letter_number"} {
		if slices.Contains(shown, k) {
			t.Errorf("%s is shown", k)
		}
	}
}
