// Package seal keeps secrets at rest: one master key outside the database, a
// file made on first start in the data folder or a setting, encrypts what must
// be read again (TOTP secrets, signing keys) and gives the peppers of keyed
// hashes. Whoever has the database alone has none of these (T-36, T-37).
package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// KeyFile is the master key's name in the data folder.
const KeyFile = "master.key"

// version of the form of sealed values: version, key id, nonce, ciphertext.
const version byte = 1

const (
	keySize   = 32
	keyIDSize = 4
)

// Master is the master key, ready for use.
type Master struct {
	secret []byte
	id     [keyIDSize]byte
	aead   cipher.AEAD
}

// New takes a master key of 32 bytes.
func New(secret []byte) (*Master, error) {
	if len(secret) != keySize {
		return nil, fmt.Errorf("master key: want %d bytes, got %d", keySize, len(secret))
	}
	if bytes.Equal(secret, make([]byte, keySize)) {
		return nil, errors.New("master key: it is all zeros")
	}
	m := &Master{secret: bytes.Clone(secret)}
	copy(m.id[:], m.Pepper("key id"))
	var err error
	m.aead, err = chacha20poly1305.NewX(m.Pepper("sealed values"))
	return m, err
}

// FromText reads a master key written in base64, as a setting carries it.
func FromText(s string) (*Master, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil {
		return nil, errors.New("master key: it is not base64") // never the text itself
	}
	return New(b)
}

// Load reads the master key from the data folder and makes one on first start.
// Two programs that start at once end up with the same key.
func Load(dataDir string) (*Master, error) {
	path := filepath.Join(dataDir, KeyFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("make the master key: %w", err)
		}
		b, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the master key: %w", err)
	}
	return FromText(string(b))
}

// create writes a fresh key whole or not at all: into a file of its own, then
// linked into place, which fails when somebody else was first.
func create(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), KeyFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if _, err := tmp.WriteString(Generate() + "\n"); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Generate makes a new master key in the form that FromText reads.
func Generate() string {
	var b [keySize]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return base64.StdEncoding.EncodeToString(b[:])
}

// Pepper derives a secret of 32 bytes for one purpose.
func (m *Master) Pepper(purpose string) []byte {
	b, err := hkdf.Key(sha256.New, m.secret, nil, "netral/"+purpose, keySize)
	if err != nil {
		panic("seal: 32 bytes of HKDF cannot fail: " + err.Error())
	}
	return b
}

// KeyedHash is HMAC-SHA-256 of a value under the pepper of a purpose. The same
// value under another purpose gives another hash.
func (m *Master) KeyedHash(purpose, value string) []byte {
	h := hmac.New(sha256.New, m.Pepper(purpose))
	h.Write([]byte(value))
	return h.Sum(nil)
}

// Seal encrypts a value and binds it to its place (table, row, column): sealed
// values moved elsewhere do not open.
func (m *Master) Seal(plain []byte, place ...string) []byte {
	out := make([]byte, 0, 1+keyIDSize+m.aead.NonceSize()+len(plain)+m.aead.Overhead())
	out = append(out, version)
	out = append(out, m.id[:]...)
	nonce := make([]byte, m.aead.NonceSize())
	_, _ = rand.Read(nonce)
	out = append(out, nonce...)
	return m.aead.Seal(out, nonce, plain, bind(place))
}

// ErrSealed says that a sealed value does not open: another master key, another
// place, or it was changed.
var ErrSealed = errors.New("seal: the value does not open with this master key at this place")

// Open decrypts a value sealed at the same place.
func (m *Master) Open(sealed []byte, place ...string) ([]byte, error) {
	head := 1 + keyIDSize
	if len(sealed) < head+m.aead.NonceSize() || sealed[0] != version || !bytes.Equal(sealed[1:head], m.id[:]) {
		return nil, ErrSealed
	}
	body := head + m.aead.NonceSize()
	plain, err := m.aead.Open(nil, sealed[head:body], sealed[body:], bind(place))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// bind writes the place so that no two places read alike.
func bind(place []string) []byte {
	var out []byte
	for _, p := range place {
		out = binary.AppendUvarint(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}
