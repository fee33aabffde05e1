package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write the printed document anew")

const settingsPage = "../../docs/settings.md"

// Proves U1: the page of commands and settings is printed from the flags the
// program takes, and every one of them says what it is for.
func TestSettings_PageIsPrinted(t *testing.T) {
	t.Parallel()
	var c cli
	p, err := kong.New(&c, kong.Name("netral"), kong.Vars{"version": "0"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Commands and settings\n\nA flag goes before the environment, the environment before the file named by `--config` (YAML, the flags' names\n" +
		"without dashes in front). Unknown settings are errors. Every secret may stand in a file named by the variable with\n`_FILE`.\n")
	printNode(t, &b, "netral", p.Model.Node)
	if *update {
		if err := os.WriteFile(settingsPage, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(settingsPage)
	if err != nil || string(have) != b.String() {
		t.Errorf("docs/settings.md is stale; print it with: go test ./cmd/netral -update (%v)", err)
	}
}

func printNode(t *testing.T, b *strings.Builder, name string, n *kong.Node) {
	t.Helper()
	if n.Help == "" && name != "netral" {
		t.Errorf("command %s has no help", name)
	}
	fmt.Fprintf(b, "\n## `%s`\n", name)
	if n.Help != "" {
		fmt.Fprintf(b, "\n%s\n", n.Help)
	}
	for _, a := range n.Positional {
		fmt.Fprintf(b, "\n`%s`: %s\n", strings.ToUpper(a.Name), a.Help)
	}
	var rows []string
	for _, f := range n.Flags {
		if f.Name == "help" {
			continue
		}
		if f.Help == "" {
			t.Errorf("%s --%s has no help", name, f.Name)
		}
		env := ""
		if len(f.Envs) > 0 {
			env = "`" + f.Envs[0] + "`"
		}
		def := ""
		if f.Default != "" {
			def = "`" + f.Default + "`"
		}
		rows = append(rows, fmt.Sprintf("| `--%s` | %s | %s | %s |", f.Name, env, def, f.Help))
	}
	if len(rows) > 0 {
		b.WriteString("\n| Flag | Variable | Default | Meaning |\n|---|---|---|---|\n" + strings.Join(rows, "\n") + "\n")
	}
	for _, c := range n.Children {
		printNode(t, b, name+" "+c.Name, c)
	}
}
