package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/netral-asn/netral/internal/platform/config"
)

type cli struct {
	Config kong.ConfigFlag `help:"file"`
	Serve  struct {
		Addr string `env:"NETRAL_ADDR" default:"127.0.0.1:8080"`
		URL  string `name:"database-url" env:"DATABASE_URL"`
	} `cmd:""`
}

// Proves that flags win over the environment and the environment over the
// file, and that a secret may come from a file.
func TestParse_Precedence(t *testing.T) {
	dir := t.TempDir()
	settings := filepath.Join(dir, "netral.yaml")
	secret := filepath.Join(dir, "url")
	write(t, settings, "addr: 0.0.0.0:1\n")
	write(t, secret, "postgres://secret\n")
	t.Setenv("DATABASE_URL_FILE", secret)
	t.Setenv("DATABASE_URL", "")

	var c cli
	if _, err := config.Parse(&c, []string{"serve", "--config", settings}, "", "1"); err != nil {
		t.Fatal(err)
	}
	if c.Serve.Addr != "0.0.0.0:1" || c.Serve.URL != "postgres://secret" {
		t.Errorf("got %+v", c.Serve)
	}
	t.Setenv("DATABASE_URL", "")
	t.Setenv("NETRAL_ADDR", "0.0.0.0:2")
	c = cli{}
	if _, err := config.Parse(&c, []string{"serve", "--config", settings}, "", "1"); err != nil || c.Serve.Addr != "0.0.0.0:2" {
		t.Errorf("the environment gives %q, %v", c.Serve.Addr, err)
	}
	t.Setenv("DATABASE_URL", "")
	c = cli{}
	if _, err := config.Parse(&c, []string{"serve", "--addr", "0.0.0.0:3", "--config", settings}, "", "1"); err != nil || c.Serve.Addr != "0.0.0.0:3" {
		t.Errorf("the flag gives %q, %v", c.Serve.Addr, err)
	}
}

// Proves U3's first part: a setting that nobody knows is an error wherever it
// stands.
func TestParse_UnknownSettingsAreErrors(t *testing.T) {
	settings := filepath.Join(t.TempDir(), "netral.yaml")
	write(t, settings, "adr: 0.0.0.0:1\n")
	var c cli
	if _, err := config.Parse(&c, []string{"serve", "--config", settings}, "", "1"); err == nil || !strings.Contains(err.Error(), "adr") {
		t.Errorf("the file's misspelling passed: %v", err)
	}
	t.Setenv("NETRAL_ADR", "x")
	if _, err := config.Parse(&c, []string{"serve"}, "", "1"); err == nil || !strings.Contains(err.Error(), "NETRAL_ADR") {
		t.Errorf("the environment's misspelling passed: %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
