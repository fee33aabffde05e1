// Package config reads the settings of the command line: flags, then the
// environment (NETRAL_*, and DATABASE_URL and MIGRATE_DATABASE_URL by their
// common names), then a YAML file. What it does not know is an error. Every
// secret may stand in a file named by the same variable with _FILE. It alone
// reads the environment.
package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// Prefix starts every variable of ours.
const Prefix = "NETRAL_"

// secrets are the variables that may also be given as NAME_FILE.
var secrets = []string{"DATABASE_URL", "MIGRATE_DATABASE_URL", "NETRAL_MASTER_KEY", "NETRAL_ADMIN_PASSWORD", "NETRAL_OIDC_CLIENT_SECRET", "NETRAL_S3_SECRET_KEY", "NETRAL_SMTP_URL", "NETRAL_GATEWAY_SECRET"}

// Parse reads args into cli, a pointer to a struct with kong tags, and gives
// the command chosen. It prints help and ends the program where asked to.
func Parse(cli any, args []string, description, version string) (*kong.Context, error) {
	if err := readSecretFiles(); err != nil {
		return nil, err
	}
	p, err := kong.New(cli, kong.Name("netral"), kong.Description(description), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.Configuration(loadYAML), kong.Vars{"version": version})
	if err != nil {
		return nil, err
	}
	if err := checkEnvironment(p); err != nil {
		return nil, err
	}
	ctx, err := p.Parse(args)
	if err != nil {
		return nil, fmt.Errorf("%w\nTry: netral --help", err)
	}
	return ctx, nil
}

// readSecretFiles turns NAME_FILE into NAME.
func readSecretFiles() error {
	for _, name := range secrets {
		path := os.Getenv(name + "_FILE")
		if path == "" {
			continue
		}
		if os.Getenv(name) != "" {
			return fmt.Errorf("%s and %s_FILE are both set; set one", name, name)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s_FILE: %w", name, err)
		}
		if err := os.Setenv(name, strings.TrimRight(string(b), "\r\n")); err != nil {
			return err
		}
	}
	return nil
}

// checkEnvironment refuses a NETRAL_ variable that no flag knows: a misspelt
// setting must not be passed over in silence.
func checkEnvironment(p *kong.Kong) error {
	known := map[string]bool{}
	collectEnvs(p.Model.Node, known)
	for _, name := range secrets {
		known[name], known[name+"_FILE"] = true, true
	}
	var unknown []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, Prefix) && !known[name] && !strings.HasPrefix(name, Prefix+"TEST_") {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		sort.Strings(unknown)
		return fmt.Errorf("unknown settings in the environment: %s", strings.Join(unknown, ", "))
	}
	return nil
}

func collectEnvs(n *kong.Node, known map[string]bool) {
	for _, f := range n.Flags {
		for _, e := range f.Envs {
			known[e] = true
		}
	}
	for _, c := range n.Children {
		collectEnvs(c, known)
	}
}

// loadYAML reads a flat file of flag names and values.
func loadYAML(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	d := yaml.NewDecoder(r)
	if err := d.Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	return &file{values: values}, nil
}

type file struct{ values map[string]any }

// Validate refuses names that no flag has.
func (f *file) Validate(app *kong.Application) error {
	known := map[string]bool{}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, fl := range n.Flags {
			known[fl.Name] = true
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(app.Node)
	for name := range f.values {
		if !known[name] {
			return fmt.Errorf("settings file: unknown setting %q", name)
		}
	}
	return nil
}

// Resolve gives a flag its value from the file, unless the environment has it.
func (f *file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, e := range flag.Envs {
		if _, set := os.LookupEnv(e); set {
			return nil, nil
		}
	}
	if v, ok := f.values[flag.Name]; ok {
		return v, nil
	}
	return nil, nil
}

// UserDirs are XDG_DATA_HOME and the user's home, for the default data folder.
func UserDirs() (xdgDataHome, home string) {
	home, _ = os.UserHomeDir()
	return os.Getenv("XDG_DATA_HOME"), home
}
