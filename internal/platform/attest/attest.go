// Package attest signs what others must be able to prove without us: compact
// JSON Web Signatures (RFC 7515) with Ed25519 (EdDSA, RFC 8037), each under a
// type of its own, so that one kind of document never passes for another and
// none for an access token. It knows no resource and keeps no key.
package attest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// algorithm is the one algorithm; a document never chooses it.
const algorithm = "EdDSA"

// maxDocument bounds what is looked at.
const maxDocument = 64 << 10

// Key signs documents.
type Key struct {
	ID      string
	private ed25519.PrivateKey
}

// NewKey draws a key; its identifier follows from it.
func NewKey() (Key, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("make a key for receipts: %w", err)
	}
	sum := sha256.Sum256(public)
	return Key{ID: base64.RawURLEncoding.EncodeToString(sum[:12]), private: private}, nil
}

// Bytes is the private key for keeping (sealed, see package seal).
func (k Key) Bytes() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(k.private) }

// ReadKey reads what Bytes wrote.
func ReadKey(kid string, b []byte) (Key, error) {
	v, err := x509.ParsePKCS8PrivateKey(b)
	if err != nil {
		return Key{}, fmt.Errorf("key for receipts %s: %w", kid, err)
	}
	private, ok := v.(ed25519.PrivateKey)
	if !ok {
		return Key{}, fmt.Errorf("key for receipts %s is not Ed25519", kid)
	}
	return Key{ID: kid, private: private}, nil
}

// Public is the half that verifies.
func (k Key) Public() []byte { return bytes.Clone(k.private.Public().(ed25519.PublicKey)) }

type header struct {
	Algorithm string `json:"alg"`
	Type      string `json:"typ"`
	Key       string `json:"kid"`
}

// Sign makes a document of a type out of claims. The same claims under the same
// key give the same document.
func (k Key) Sign(typ string, claims any) (string, error) {
	head, err := json.Marshal(header{algorithm, typ, k.ID})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	return signed + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(k.private, []byte(signed))), nil
}

// JWKS is the public halves, of keys that sign no more as well: what they signed
// stays true (RFC 7517).
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// JWK is one of them. RevokedAt is set when it became known to others.
type JWK struct {
	Type      string     `json:"kty"`
	Curve     string     `json:"crv"`
	X         string     `json:"x"`
	ID        string     `json:"kid"`
	Use       string     `json:"use"`
	Algorithm string     `json:"alg"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}

// NewJWK describes a public key.
func NewJWK(kid string, public []byte, revoked *time.Time) JWK {
	return JWK{Type: "OKP", Curve: "Ed25519", X: base64.RawURLEncoding.EncodeToString(public), ID: kid, Use: "sig", Algorithm: algorithm, RevokedAt: revoked}
}

// Errors of documents.
var (
	ErrDocument   = errors.New("the document is not one of ours, or was changed")
	ErrUnknownKey = errors.New("the document names a key that is not among these")
	ErrRevoked    = errors.New("the key that signed the document was revoked")
)

// Verify holds a document to its type and to the keys, and reads its claims.
func (s JWKS) Verify(document, typ string, claims any) error {
	head, body, signature, err := split(document)
	if err != nil {
		return err
	}
	var h header
	d := json.NewDecoder(bytes.NewReader(head))
	d.DisallowUnknownFields() // crit, jwk, jku: nothing in it is followed
	if err := d.Decode(&h); err != nil || h.Algorithm != algorithm || h.Type != typ {
		return ErrDocument
	}
	key, err := s.find(h.Key)
	if err != nil {
		return err
	}
	if !ed25519.Verify(key, []byte(document[:strings.LastIndexByte(document, '.')]), signature) {
		return ErrDocument
	}
	return json.Unmarshal(body, claims)
}

func (s JWKS) find(kid string) (ed25519.PublicKey, error) {
	for _, k := range s.Keys {
		if k.ID != kid {
			continue
		}
		if k.RevokedAt != nil {
			return nil, ErrRevoked
		}
		x, err := base64.RawURLEncoding.Strict().DecodeString(k.X)
		if err != nil || k.Type != "OKP" || k.Curve != "Ed25519" || len(x) != ed25519.PublicKeySize {
			return nil, ErrUnknownKey
		}
		return x, nil
	}
	return nil, ErrUnknownKey
}

func split(document string) (head, body, signature []byte, err error) {
	parts := strings.Split(document, ".")
	if len(document) > maxDocument || len(parts) != 3 {
		return nil, nil, nil, ErrDocument
	}
	for i, into := range []*[]byte{&head, &body, &signature} {
		if *into, err = base64.RawURLEncoding.Strict().DecodeString(parts[i]); err != nil {
			return nil, nil, nil, ErrDocument
		}
	}
	return head, body, signature, nil
}
