package authn

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/netral-asn/netral/internal/platform/id"
)

// Times of access tokens (T-33).
const (
	AccessLife = 15 * time.Minute
	// Leeway bounds how far the clocks of two machines may be apart.
	Leeway = 30 * time.Second
	// remember is how long a verified token need not be verified again.
	remember = 5 * time.Second
	// remembered bounds the memory of verified tokens.
	remembered = 20_000
)

// Algorithm is the one algorithm; a token never chooses it (T-32).
const Algorithm = "RS256"

// tokenType is the typ of access tokens (RFC 9068).
const tokenType = "at+jwt"

const keyBits = 2048

// SigningKey signs access tokens.
type SigningKey struct {
	ID      string
	Private *rsa.PrivateKey
}

// NewSigningKey draws a key.
func NewSigningKey() (SigningKey, error) {
	k, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return SigningKey{}, fmt.Errorf("make a signing key: %w", err)
	}
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&k.PublicKey))
	return SigningKey{ID: base64.RawURLEncoding.EncodeToString(sum[:12]), Private: k}, nil
}

// Bytes is the private key for keeping (sealed, see package seal).
func (k SigningKey) Bytes() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(k.Private) }

// ReadSigningKey reads what Bytes wrote.
func ReadSigningKey(kid string, b []byte) (SigningKey, error) {
	v, err := x509.ParsePKCS8PrivateKey(b)
	if err != nil {
		return SigningKey{}, fmt.Errorf("signing key %s: %w", kid, err)
	}
	k, ok := v.(*rsa.PrivateKey)
	if !ok {
		return SigningKey{}, fmt.Errorf("signing key %s is not RSA", kid)
	}
	return SigningKey{ID: kid, Private: k}, nil
}

// Claims are what an access token says.
type Claims struct {
	// Subject is the account or the machine client.
	Subject id.ID
	// Session is the session of a person; id.Nil for machines.
	Session id.ID
	// Government is the opaque id of the one government that a person's token
	// speaks for; id.Nil for machines and for the installation itself.
	Government id.ID
	// Scope lists the permissions, separated by blanks, as information for
	// clients: what a caller may do is loaded anew, never read from a token.
	Scope     string
	ID        string
	ExpiresAt time.Time
}

type wireClaims struct {
	jwt.RegisteredClaims
	Session    string `json:"sid,omitempty"`
	Government string `json:"government,omitempty"`
	Scope      string `json:"scope,omitempty"`
}

// Errors of tokens. A client sees one answer for all of them.
var (
	ErrToken      = errors.New("authn: the token is not valid")
	ErrUnknownKey = errors.New("authn: the token names a key that is not in the set")
)

// Keyring signs and verifies access tokens. Keys overlap: those of the set
// verify, one of them signs, so that a change of key fails no request (T-33).
type Keyring struct {
	issuer, audience string
	now              func() time.Time
	parser           *jwt.Parser

	mu      sync.RWMutex
	keys    map[string]SigningKey
	order   []string
	signing string
	seen    map[[sha256.Size]byte]seen
}

type seen struct {
	claims Claims
	until  time.Time
}

// NewKeyring makes a keyring for one issuer and audience; now is the wall
// clock.
func NewKeyring(issuer, audience string, now func() time.Time) *Keyring {
	return &Keyring{issuer: issuer, audience: audience, now: now, keys: map[string]SigningKey{}, seen: map[[sha256.Size]byte]seen{},
		parser: jwt.NewParser(jwt.WithValidMethods([]string{Algorithm}), jwt.WithIssuer(issuer), jwt.WithAudience(audience),
			jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(Leeway), jwt.WithStrictDecoding(), jwt.WithTimeFunc(now))}
}

// Issuer is the name tokens are issued under.
func (k *Keyring) Issuer() string { return k.issuer }

// Set replaces the keys; signing names the one that signs. Tokens of a key that
// is gone are refused from now on.
func (k *Keyring) Set(signing string, keys ...SigningKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.signing, k.order = signing, k.order[:0]
	k.keys = make(map[string]SigningKey, len(keys))
	for _, key := range keys {
		k.keys[key.ID] = key
		k.order = append(k.order, key.ID)
	}
	clear(k.seen)
}

// Empty reports whether there is no key to sign with.
func (k *Keyring) Empty() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.keys[k.signing]
	return !ok
}

// Sign issues an access token; expiry and id are filled in.
func (k *Keyring) Sign(c Claims) (token string, out Claims, err error) {
	k.mu.RLock()
	key, ok := k.keys[k.signing]
	k.mu.RUnlock()
	if !ok {
		return "", c, errors.New("authn: there is no key to sign with")
	}
	now := k.now().UTC().Truncate(time.Second)
	c.ID, c.ExpiresAt = base64.RawURLEncoding.EncodeToString(randomBytes(16)), now.Add(AccessLife)
	w := wireClaims{Scope: c.Scope, RegisteredClaims: jwt.RegisteredClaims{Issuer: k.issuer, Audience: jwt.ClaimStrings{k.audience},
		Subject: c.Subject.String(), ID: c.ID, IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(c.ExpiresAt)}}
	if c.Session != id.Nil {
		w.Session = c.Session.String()
	}
	if c.Government != id.Nil {
		w.Government = c.Government.String()
	}
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, w)
	t.Header["typ"], t.Header["kid"] = tokenType, key.ID
	token, err = t.SignedString(key.Private)
	return token, c, err
}

// maxToken bounds what is looked at.
const maxToken = 4096

// Verify reads an access token. What was verified is remembered for 5 s.
func (k *Keyring) Verify(token string) (Claims, error) {
	if len(token) > maxToken {
		return Claims{}, ErrToken
	}
	sum := sha256.Sum256([]byte(token))
	now := k.now()
	k.mu.RLock()
	hit, ok := k.seen[sum]
	k.mu.RUnlock()
	if ok && now.Before(hit.until) && now.Before(hit.claims.ExpiresAt.Add(Leeway)) {
		return hit.claims, nil
	}
	c, key, err := k.verify(token)
	if err != nil {
		return Claims{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, still := k.keys[key]; !still {
		return Claims{}, ErrUnknownKey
	}
	if len(k.seen) >= remembered {
		clear(k.seen)
	}
	k.seen[sum] = seen{claims: c, until: now.Add(remember)}
	return c, nil
}

func (k *Keyring) verify(token string) (c Claims, kid string, err error) {
	var w wireClaims
	_, err = k.parser.ParseWithClaims(token, &w, func(t *jwt.Token) (any, error) {
		key, err := k.keyFor(t.Header)
		if err != nil {
			return nil, err
		}
		kid = key.ID
		return &key.Private.PublicKey, nil
	})
	if errors.Is(err, ErrUnknownKey) {
		return c, kid, ErrUnknownKey
	}
	if err != nil {
		return c, kid, fmt.Errorf("%w: %w", ErrToken, err)
	}
	c, err = w.claims()
	return c, kid, err
}

// keyFor finds the key by kid in our own set; headers that point elsewhere
// (jku, x5u, jwk) make a token invalid whatever they hold.
func (k *Keyring) keyFor(h map[string]any) (SigningKey, error) {
	for name := range h {
		if name != "alg" && name != "typ" && name != "kid" {
			return SigningKey{}, ErrToken
		}
	}
	if h["typ"] != tokenType {
		return SigningKey{}, ErrToken
	}
	kid, _ := h["kid"].(string)
	k.mu.RLock()
	defer k.mu.RUnlock()
	key, ok := k.keys[kid]
	if !ok {
		return SigningKey{}, ErrUnknownKey
	}
	return key, nil
}

func (w wireClaims) claims() (Claims, error) {
	c := Claims{Scope: w.Scope, ID: w.ID, ExpiresAt: w.ExpiresAt.Time}
	if w.ID == "" || w.IssuedAt == nil {
		return c, ErrToken
	}
	for _, field := range []struct {
		text string
		to   *id.ID
	}{{w.Subject, &c.Subject}, {w.Session, &c.Session}, {w.Government, &c.Government}} {
		if field.text == "" {
			continue
		}
		v, err := id.Parse(field.text)
		if err != nil {
			return c, ErrToken
		}
		*field.to = v
	}
	if c.Subject == id.Nil {
		return c, ErrToken
	}
	return c, nil
}

// JWK is a public RSA key as JSON (RFC 7517).
type JWK struct {
	KeyType   string `json:"kty"`
	Use       string `json:"use,omitempty"`
	Algorithm string `json:"alg,omitempty"`
	ID        string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}

// NewJWK writes a public key as JSON.
func NewJWK(kid string, pub *rsa.PublicKey) JWK {
	return JWK{KeyType: "RSA", Use: "sig", Algorithm: Algorithm, ID: kid, N: base64.RawURLEncoding.EncodeToString(pub.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(pub.E)).Bytes())}
}

// JWKS is a set of public keys.
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// JWKS is the public half of the keyring, for whoever verifies our tokens.
func (k *Keyring) JWKS() JWKS {
	k.mu.RLock()
	defer k.mu.RUnlock()
	out := JWKS{Keys: []JWK{}}
	for _, kid := range k.order {
		out.Keys = append(out.Keys, NewJWK(kid, &k.keys[kid].Private.PublicKey))
	}
	return out
}
