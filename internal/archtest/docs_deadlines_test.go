package archtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
)

const aboutDeadlines = `# Deadlines

Printed from the rules that count (` + "`internal/catalog/data/deadline_rules.csv`" + `); a government may add rules and strike them for itself. How a
day is counted, what a pause and an extension do, and what is kept of a term that passed, says package ` + "`deadline`" + `. Every date
that Netral shows explains itself; ` + "`POST /deadline-calculations`" + ` does so for any event.

- **Term**: how many of which unit; of *days* the law does not name the kind, and the earlier date, calendar days, is taken.
  Terms *by* a day ask somebody to act; *from* is a day of effect and *not before* the shortest notice.
- **Acts**: whose turn it is, as ` + "`must_act`" + ` says.
- **Sure**: how sure the rule is. *low* was not found in the law or is disputed: whoever must keep the term is shown the earliest
  of its readings, and what comes later is accepted and marked.
- **Stands still**: whether it may be paused. **More**: by how much, in its own unit, it may be extended in all.
- **Warned**: from how many calendar days before the last day. **Rises**: told to the appointing authority after so many calendar
  days of lateness, to oversight after twice as many; a dash is never.

| Rule | Term | Acts | Sure | Stands still | More | Warned | Rises | Article |
|---|---|---|---|---|---|---|---|---|
`

// Proves K2, X5: the document of the deadlines is printed from the rules that
// count.
func TestDocs_DeadlinesArePrinted(t *testing.T) {
	t.Parallel()
	d, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(aboutDeadlines)
	for _, row := range d.Rows(catalog.DeadlineRuleKind) {
		r, err := catalog.Decode[catalog.DeadlineRule](row)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "| `%s`<br>%s | %s | %s | %s | %s | %s | %s | %s | %s |\n", r.Code, cell(r.NameEN), termOf(r), orDash(strings.ReplaceAll(string(r.MustAct), "_", " ")), r.Confidence,
			map[bool]string{true: "yes", false: "no"}[r.Pausable], amount(r.ExtensionLimit), amount(r.WarnBefore), amount(r.EscalateAfter), orDash(cell(r.LegalBasis)))
	}
	golden(t, "docs/deadlines.md", b.String())
}

func termOf(r catalog.DeadlineRule) string {
	unit := map[catalog.Unit]string{catalog.WorkingDays: "working days", catalog.CalendarDays: "calendar days", catalog.UnspecifiedDays: "days", catalog.Hours: "hours"}[r.Unit]
	return fmt.Sprintf("%s %d %s", map[catalog.Counting]string{catalog.DueBy: "by", catalog.TakesEffectOn: "from", catalog.NotBefore: "not before"}[r.Counting], r.Amount, unit)
}

func amount(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
