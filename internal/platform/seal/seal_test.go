package seal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func master(t *testing.T) *Master {
	t.Helper()
	m, err := FromText(Generate())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Proves T-36: a sealed value opens at its own place alone, under its own key
// alone, and not after any single bit of it was changed.
func TestSeal_OpensOnlyUnchangedAtItsPlaceUnderItsKey(t *testing.T) {
	t.Parallel()
	m := master(t)
	plain := []byte("JBSWY3DPEHPK3PXP")
	sealed := m.Seal(plain, "identity_account", "totp_secret", "a1")
	if bytes.Contains(sealed, plain) {
		t.Fatal("the value shows through")
	}
	if got, err := m.Open(sealed, "identity_account", "totp_secret", "a1"); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("got %q, %v", got, err)
	}
	for _, place := range [][]string{nil, {"identity_account", "totp_secret", "a2"}, {"identity_accounttotp_secret", "a1"}, {"identity_account", "totp_secreta1"}} {
		if _, err := m.Open(sealed, place...); err == nil {
			t.Errorf("it opened at %v", place)
		}
	}
	if _, err := master(t).Open(sealed, "identity_account", "totp_secret", "a1"); err == nil {
		t.Error("it opened under another master key")
	}
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := m.Open(bad, "identity_account", "totp_secret", "a1"); err == nil {
				t.Fatalf("it opened with bit %d of byte %d changed", bit, i)
			}
		}
	}
	for n := range sealed {
		if _, err := m.Open(sealed[:n], "identity_account", "totp_secret", "a1"); err == nil {
			t.Fatalf("the first %d bytes opened", n)
		}
	}
	if bytes.Equal(sealed, m.Seal(plain, "identity_account", "totp_secret", "a1")) {
		t.Error("the same value sealed twice is the same: the nonce repeats")
	}
}

// Proves that keyed hashes differ by purpose and by key, and stay the same
// otherwise.
func TestKeyedHash_DependsOnPurposeAndKey(t *testing.T) {
	t.Parallel()
	m := master(t)
	h := m.KeyedHash("nip", "197612242006041002")
	if !bytes.Equal(h, m.KeyedHash("nip", "197612242006041002")) {
		t.Error("the same value gives two hashes")
	}
	if bytes.Equal(h, m.KeyedHash("code", "197612242006041002")) || bytes.Equal(h, master(t).KeyedHash("nip", "197612242006041002")) {
		t.Error("purpose or key does not matter")
	}
}

// Proves T-36: the first start makes a key that only the owner reads, programs
// that start at once agree on it, and later starts find it again.
func TestLoad_MakesOneKeyOnFirstStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hashes := make([]string, 8)
	var wg sync.WaitGroup
	for i := range hashes {
		wg.Go(func() {
			m, err := Load(dir)
			if err != nil {
				t.Error(err)
				return
			}
			hashes[i] = string(m.KeyedHash("x", "y"))
		})
	}
	wg.Wait()
	for _, h := range hashes {
		if h != hashes[0] || h == "" {
			t.Fatal("two starts have two keys")
		}
	}
	st, err := os.Stat(filepath.Join(dir, KeyFile))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", st.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// Proves that a broken or default key is refused and never repeated in the
// error (T-36, T-76).
func TestFromText_RefusesBrokenAndDefaultKeys(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "c2VjcmV0", "not base64 at all!", strings.Repeat("A", 43) + "="} {
		_, err := FromText(s)
		if err == nil {
			t.Errorf("%q was taken", s)
		} else if s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
}
