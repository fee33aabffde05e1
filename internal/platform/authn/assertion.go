package authn

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/netral-asn/netral/internal/platform/id"
)

// AssertionType is the client_assertion_type of private_key_jwt (RFC 7523).
const AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionLife bounds how long an assertion may be valid: its jti must be
// remembered that long.
const assertionLife = 10 * time.Minute

// Assertion is a machine client's proof that it holds its private key.
type Assertion struct {
	Client    id.ID
	ID        string // jti; the caller refuses it a second time
	Key       string // kid of the key that signed it
	ExpiresAt time.Time
}

// ErrAssertion says that a client assertion is not valid.
var ErrAssertion = errors.New("authn: the client assertion is not valid")

// AssertionClient reads whose assertion this claims to be, so that the keys can
// be looked up. Nothing of it is to be believed before CheckAssertion.
func AssertionClient(raw string) (id.ID, error) {
	if len(raw) > maxToken {
		return id.Nil, ErrAssertion
	}
	var c jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(raw, &c); err != nil {
		return id.Nil, ErrAssertion
	}
	client, err := id.Parse(c.Subject)
	if err != nil {
		return id.Nil, ErrAssertion
	}
	return client, nil
}

// CheckAssertion verifies an assertion against the client's own keys: RS256
// alone, issuer and subject the client, audience one of ours, expiring soon.
func CheckAssertion(raw string, client id.ID, keys map[string]*rsa.PublicKey, audiences []string, now time.Time) (Assertion, error) {
	var c jwt.RegisteredClaims
	p := jwt.NewParser(jwt.WithValidMethods([]string{Algorithm}), jwt.WithIssuer(client.String()), jwt.WithSubject(client.String()),
		jwt.WithExpirationRequired(), jwt.WithLeeway(Leeway), jwt.WithStrictDecoding(), jwt.WithTimeFunc(func() time.Time { return now }))
	used := ""
	_, err := p.ParseWithClaims(raw, &c, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		key, ok := keys[kid]
		if !ok {
			return nil, ErrAssertion
		}
		used = kid
		return key, nil
	})
	if err != nil {
		return Assertion{}, fmt.Errorf("%w: %w", ErrAssertion, err)
	}
	ours := slices.ContainsFunc(c.Audience, func(a string) bool { return slices.Contains(audiences, a) })
	if !ours || c.ID == "" || len(c.ID) > 128 || c.ExpiresAt.After(now.Add(assertionLife)) {
		return Assertion{}, ErrAssertion
	}
	return Assertion{Client: client, ID: c.ID, Key: used, ExpiresAt: c.ExpiresAt.Time}, nil
}

// PublicKey reads the RSA key of a JWK, of at least 2048 bits.
func (k JWK) PublicKey() (*rsa.PublicKey, error) {
	if k.KeyType != "RSA" || k.ID == "" || (k.Algorithm != "" && k.Algorithm != Algorithm) {
		return nil, errors.New("authn: the key is not an RSA key for RS256 with a kid")
	}
	n, err := base64.RawURLEncoding.DecodeString(k.N)
	if err != nil {
		return nil, fmt.Errorf("authn: n is not base64url: %w", err)
	}
	e, err := base64.RawURLEncoding.DecodeString(k.E)
	if err != nil || len(e) == 0 || len(e) > 4 {
		return nil, errors.New("authn: e is not base64url of a small number")
	}
	pub := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if pub.N.BitLen() < keyBits || pub.N.BitLen() > 8192 || pub.E < 65537 || pub.E%2 == 0 {
		return nil, errors.New("authn: the key is too short, too long or has a weak exponent")
	}
	return pub, nil
}
