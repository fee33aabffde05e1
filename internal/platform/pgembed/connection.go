package pgembed

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// connection is what connection.json keeps for the next start and for commands
// that attach.
type connection struct {
	Socket    string            `json:"socket"`
	Passwords map[string]string `json:"passwords"`
}

// url names port and sslmode so that PGPORT and its like in the environment
// cannot lead elsewhere.
func (c connection) url(role, name string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, c.Passwords[role]), Path: "/" + name,
		RawQuery: url.Values{"host": {c.Socket}, "port": {port}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

func connectionFile(dir string) string { return filepath.Join(dir, "connection.json") }

func readConnection(dir string) (connection, error) {
	var c connection
	b, err := os.ReadFile(connectionFile(dir))
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, fmt.Errorf("%s: %w", connectionFile(dir), err)
	}
	return c, nil
}

// readOrMakeConnection makes passwords for a new server. Of a server made
// before they must still be there: nobody else knows them.
func readOrMakeConnection(dir string, made bool) (connection, error) {
	c, err := readConnection(dir)
	switch {
	case errors.Is(err, os.ErrNotExist) && made:
		return c, fmt.Errorf("%s is missing, and with it the passwords of the server in %s; restore the file", connectionFile(dir), dir)
	case errors.Is(err, os.ErrNotExist):
		c.Passwords = map[string]string{}
		for _, role := range []string{super, owner, app, backup} {
			c.Passwords[role] = randomHex(24)
		}
	case err != nil:
		return c, err
	}
	// The folder may have moved since the last start.
	if socket := socketDir(dir); c.Socket != socket {
		c.Socket = socket
		return c, writeConnection(dir, c)
	}
	return c, nil
}

// writeConnection replaces the file as a whole and safely on disk: an empty one
// after a power cut would lock everybody out.
func writeConnection(dir string, c connection) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "connection.json.new-*") // 0600, and no link is followed
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return renameSynced(f.Name(), connectionFile(dir))
}

func renameSynced(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// maxSocketDir leaves room for the socket's name in the 100 or so bytes that
// its path may have.
const maxSocketDir = 80

func socketDir(dir string) string {
	if s := filepath.Join(dir, "run"); len(s) <= maxSocketDir {
		return s
	}
	sum := sha256.Sum256([]byte(dir))
	name := "netral-" + hex.EncodeToString(sum[:6])
	if s := filepath.Join(os.TempDir(), name); len(s) <= maxSocketDir {
		return s
	}
	return filepath.Join("/tmp", name)
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
