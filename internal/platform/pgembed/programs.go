package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// MinVersion is the oldest PostgreSQL that Netral runs on.
const MinVersion = 15

// MissingError says that the machine has no PostgreSQL programs, and the one
// command that installs them.
type MissingError struct{ Command string }

func (e *MissingError) Error() string {
	return "no PostgreSQL " + strconv.Itoa(MinVersion) + " or later was found on this machine; install it with:\n  " + e.Command
}

// places are where distributions put the programs.
var places = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // Red Hat, from postgresql.org
	"/usr/bin",                                           // Fedora, Arch
	"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew on Apple silicon
	"/usr/local/opt/postgresql@*/bin",                    // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/usr/local/pgsql/bin",                               // built from source
}

// Programs finds the folder with initdb and postgres, newest version first.
func Programs(ctx context.Context) (string, error) {
	var dirs []string
	if p, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(p))
	}
	for _, pattern := range places {
		found, _ := filepath.Glob(pattern)
		dirs = append(dirs, found...)
	}
	type candidate struct {
		dir     string
		version int
	}
	var fit []candidate
	for _, d := range dirs {
		if v := version(ctx, d); v >= MinVersion {
			fit = append(fit, candidate{d, v})
		}
	}
	if len(fit) == 0 {
		return "", &MissingError{Command: installCommand()}
	}
	sort.SliceStable(fit, func(i, j int) bool { return fit[i].version > fit[j].version })
	return fit[0].dir, nil
}

// version asks the server program in dir for its major version, 0 when it or
// initdb is not there.
func version(ctx context.Context, dir string) int {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return 0
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output() //nolint:gosec // a fixed program in known folders
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian ...)
	if len(fields) < 3 {
		return 0
	}
	digits := strings.IndexFunc(fields[2], func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(fields[2])
	}
	v, _ := strconv.Atoi(fields[2][:digits])
	return v
}

func installCommand() string {
	switch {
	case runtime.GOOS == "darwin":
		return "brew install postgresql@17"
	case has("apt-get"):
		return sudo() + "apt-get update && " + sudo() + "apt-get install -y --no-install-recommends postgresql"
	case has("dnf"):
		return sudo() + "dnf install -y postgresql-server"
	case has("apk"):
		return sudo() + "apk add postgresql17"
	}
	return "see https://www.postgresql.org/download/"
}

func sudo() string {
	if os.Geteuid() == 0 {
		return ""
	}
	return "sudo "
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// Install runs the install command on Debian and Ubuntu as root, after saying
// so; elsewhere it changes nothing and gives the MissingError.
func Install(ctx context.Context, out io.Writer) error {
	if os.Geteuid() != 0 || !has("apt-get") {
		return &MissingError{Command: installCommand()}
	}
	_, _ = fmt.Fprintf(out, "PostgreSQL is not installed. Running: %s\n", installCommand())
	// Without this file the package would start a cluster of its own.
	if err := os.MkdirAll("/etc/postgresql-common", 0o755); err != nil { //nolint:gosec // the package's own folder and mode
		return err
	}
	const conf = "/etc/postgresql-common/createcluster.conf"
	if _, err := os.Stat(conf); errors.Is(err, os.ErrNotExist) {
		if err := os.WriteFile(conf, []byte("create_main_cluster = false\n"), 0o644); err != nil { //nolint:gosec // read by the package's scripts
			return err
		}
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", installCommand()) //nolint:gosec // one of our own constants
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("install PostgreSQL: %w", err)
	}
	return nil
}

// Find is Programs, installing them where Install can.
func Find(ctx context.Context, out io.Writer) (string, error) {
	dir, err := Programs(ctx)
	var missing *MissingError
	if !errors.As(err, &missing) {
		return dir, err
	}
	if err := Install(ctx, out); err != nil {
		return "", err
	}
	return Programs(ctx)
}
