package pgembed

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user the server runs as; zero means the program's own.
type account struct {
	cred *syscall.Credential
	name string
}

// runAs picks the user: our own; as root the one that owns the data already,
// else one that PostgreSQL accepts.
func runAs(data string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	if uid, gid, ok := ownerOf(data); ok && uid != 0 {
		return account{cred: &syscall.Credential{Uid: uid, Gid: gid}, name: "number " + strconv.Itoa(int(uid))}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return account{}, err
		}
		return account{cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, name: name}, nil
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

func ownerOf(path string) (uid, gid uint32, ok bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return st.Uid, st.Gid, true
}

// makePrivateDir makes a folder that the account alone can enter. One that is
// there must be the account's own: in /tmp somebody else could have put it.
func (a account) makePrivateDir(dir string) error {
	uid := uint32(os.Geteuid())
	if err := os.Mkdir(dir, 0o700); err == nil && a.cred != nil {
		if err := os.Lchown(dir, int(a.cred.Uid), int(a.cred.Gid)); err != nil {
			return err
		}
	} else if err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if a.cred != nil {
		uid = a.cred.Uid
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if is, _, _ := ownerOf(dir); !info.IsDir() || is != uid {
		return fmt.Errorf("%s is not a folder of the user that PostgreSQL runs as; remove it", dir)
	}
	return os.Chmod(dir, 0o700) //nolint:gosec // a folder must be entered
}

// whyDenied explains why the account may not start a program in dir: usually
// the folder lies in root's home.
func (a account) whyDenied(dir string, err error) error {
	if a.cred == nil || !errors.Is(err, os.ErrPermission) {
		return err
	}
	for d := filepath.Dir(dir); ; d = filepath.Dir(d) {
		info, statErr := os.Stat(d)
		uid, gid, ok := ownerOf(d)
		if statErr == nil && ok {
			need := os.FileMode(0o001)
			if uid == a.cred.Uid {
				need = 0o100
			} else if gid == a.cred.Gid {
				need = 0o010
			}
			if info.Mode().Perm()&need == 0 {
				return fmt.Errorf("PostgreSQL runs as the user %s, who cannot enter %s; start with another --data, such as /var/lib/netral: %w", a.name, d, err)
			}
		}
		if d == filepath.Dir(d) {
			return fmt.Errorf("as the user %s: %w", a.name, err)
		}
	}
}

// MakeDataDir makes a data folder and what is missing above it. As root
// PostgreSQL's user must be able to pass through, whatever the umask, and
// nobody can list it; else it is closed to all others.
func MakeDataDir(dir string) error {
	if exists(dir) {
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := MakeDataDir(parent); err != nil {
			return err
		}
	}
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.Mkdir(dir, mode); errors.Is(err, os.ErrExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return os.Chmod(dir, mode) // the umask may have taken from it
}

// DefaultDataDir is where the program keeps its data when nobody says: as root
// /var/lib/netral, since PostgreSQL's user cannot enter root's home, else the
// user's data folder by the XDG rules.
func DefaultDataDir(xdgDataHome, home string) string {
	switch {
	case os.Geteuid() == 0 || xdgDataHome == "" && home == "":
		return "/var/lib/netral"
	case filepath.IsAbs(xdgDataHome): // XDG: a relative one is to be ignored
		return filepath.Join(xdgDataHome, "netral")
	}
	return filepath.Join(home, ".local", "share", "netral")
}
