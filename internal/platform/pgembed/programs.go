package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// VersionError says that a data folder was made by a PostgreSQL that is no
// longer installed: another major version cannot read it.
type VersionError struct {
	Dir  string
	Made int
	Have []int
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("the data folder %s was made by PostgreSQL %d, but only %v is installed; install version %d again, or move the data with pg_upgrade",
		e.Dir, e.Made, e.Have, e.Made)
}

// places are where distributions put the programs.
var places = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // Red Hat, from postgresql.org
	"/usr/bin",                                           // Fedora, Arch
	"/usr/libexec/postgresql*",                           // Alpine
	"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew on Apple silicon
	"/usr/local/opt/postgresql@*/bin",                    // Homebrew on Intel
	"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",    // Homebrew on Linux
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/usr/local/pgsql/bin",                               // built from source
}

// programs is one installed PostgreSQL.
type programs struct {
	dir     string
	version int
}

// installed lists the fit ones, newest first; of the same version that on PATH
// comes first.
func installed(ctx context.Context) []programs {
	var dirs []string
	if p, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(p))
	}
	for _, pattern := range places {
		found, _ := filepath.Glob(pattern)
		dirs = append(dirs, found...)
	}
	seen := map[string]bool{}
	var fit []programs
	for _, d := range dirs {
		real, err := filepath.EvalSymlinks(filepath.Join(d, "postgres"))
		if err != nil || seen[real] {
			continue
		}
		seen[real] = true
		if v := version(ctx, filepath.Dir(real)); v >= MinVersion {
			fit = append(fit, programs{filepath.Dir(real), v})
		}
	}
	sort.SliceStable(fit, func(i, j int) bool { return fit[i].version > fit[j].version })
	return fit
}

// Programs finds the folder with initdb and postgres, newest version first.
func Programs(ctx context.Context) (string, error) {
	fit := installed(ctx)
	if len(fit) == 0 {
		return "", &MissingError{Command: installCommand()}
	}
	return fit[0].dir, nil
}

// programsFor finds the programs for a data folder: of the version that made
// it, the newest for one that is still to be made.
func programsFor(ctx context.Context, data string) (string, error) {
	fit := installed(ctx)
	if len(fit) == 0 {
		return "", &MissingError{Command: installCommand()}
	}
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fit[0].dir, nil
	case err != nil:
		return "", fmt.Errorf("data folder: %w", err)
	}
	made, _ := strconv.Atoi(strings.TrimSpace(string(b)))
	have := make([]int, 0, len(fit))
	for _, p := range fit {
		if p.version == made {
			return p.dir, nil
		}
		have = append(have, p.version)
	}
	return "", &VersionError{Dir: data, Made: made, Have: have}
}

// version asks the server program in dir for its major version, 0 when it or
// initdb is not there.
func version(ctx context.Context, dir string) int {
	if !exists(filepath.Join(dir, "initdb")) {
		return 0
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output() //nolint:gosec // a fixed program in known folders
	if err != nil {
		return 0
	}
	return majorVersion(string(out))
}

// majorVersion reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
func majorVersion(said string) int {
	fields := strings.Fields(said)
	if len(fields) < 3 {
		return 0
	}
	digits := strings.TrimLeft(fields[2], "0123456789")
	v, _ := strconv.Atoi(strings.TrimSuffix(fields[2], digits))
	return v
}
