package workitem

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Proves Q1: a title made of a long text is cut between letters and says so.
func TestShown(t *testing.T) {
	t.Parallel()
	whole := strings.Repeat("é", titleLimit)
	if got := shown(whole); got != whole {
		t.Errorf("a title that fits was cut to %q", got)
	}
	got := shown(whole + "é")
	if utf8.RuneCountInString(got) != titleLimit || !strings.HasSuffix(got, "é…") || !utf8.ValidString(got) {
		t.Errorf("cut to %q", got)
	}
}
