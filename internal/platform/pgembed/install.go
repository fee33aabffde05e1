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
	"strings"
)

// installCommand is the one command for this system.
func installCommand() string {
	release, _ := os.ReadFile("/etc/os-release")
	return installCommandFor(runtime.GOOS, string(release), os.Geteuid() == 0, has)
}

func installCommandFor(goos, release string, root bool, has func(string) bool) string {
	sudo := "sudo "
	if root {
		sudo = ""
	}
	switch {
	case goos == "darwin":
		return "brew install postgresql@17"
	case has("apt-get"):
		return sudo + "apt-get update && " + sudo + "apt-get install -y --no-install-recommends postgresql"
	case has("dnf") && (strings.Contains(release, "platform:el8") || strings.Contains(release, "platform:el9")):
		return sudo + "dnf module install -y postgresql:16/server" // the plain package is too old there
	case has("dnf"):
		return sudo + "dnf install -y postgresql-server"
	case has("apk"):
		return sudo + "apk add postgresql17"
	}
	return "see https://www.postgresql.org/download/"
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// noCluster is read by Debian's packages while they are installed: they would
// otherwise make and start a server of their own, which nobody asked for.
const noCluster = "/etc/postgresql-common/createcluster.d/netral.conf"

// Install runs the install command on Debian and Ubuntu as root, after saying
// so; elsewhere it changes nothing and gives the MissingError.
func Install(ctx context.Context, out io.Writer) error {
	command := installCommand()
	if os.Geteuid() != 0 || !has("apt-get") {
		return &MissingError{Command: command}
	}
	_, _ = fmt.Fprintf(out, "No PostgreSQL %d or later was found. Running: %s\n", MinVersion, command)
	if err := os.MkdirAll(filepath.Dir(noCluster), 0o755); err != nil { //nolint:gosec // the package's own folder and mode
		return err
	}
	if err := os.WriteFile(noCluster, []byte("create_main_cluster = false\n"), 0o644); err != nil { //nolint:gosec // read by the package's scripts
		return err
	}
	defer func() { _ = os.Remove(noCluster) }()
	cmd := exec.CommandContext(ctx, "sh", "-c", command) //nolint:gosec // a fixed text
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("install PostgreSQL with %q: %w", command, err)
	}
	return nil
}

// Find is Programs, installing them where Install can. It is for the command
// that a person runs to get ready; Start itself never installs anything.
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
