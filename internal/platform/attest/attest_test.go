package attest_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/attest"
)

type claims struct {
	Number string `json:"number"`
}

func newKey(t *testing.T) attest.Key {
	t.Helper()
	k, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func keysOf(k ...attest.Key) (s attest.JWKS) {
	for _, x := range k {
		s.Keys = append(s.Keys, attest.NewJWK(x.ID, x.Public(), nil))
	}
	return s
}

// Proves T-32 for documents: what is signed verifies with the public key alone,
// under its own type and no other, whatever is changed in it is found, and a
// document chooses neither algorithm nor key.
func TestVerify_OnlyWhatWasSigned(t *testing.T) {
	t.Parallel()
	k, other := newKey(t), newKey(t)
	b, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if k, err = attest.ReadKey(k.ID, b); err != nil {
		t.Fatal(err)
	}
	doc, err := k.Sign("receipt+jwt", claims{"TT-1"})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(doc, ".")
	made := func(head, body string) string {
		enc := base64.RawURLEncoding.EncodeToString
		return enc([]byte(head)) + "." + enc([]byte(body)) + "." + parts[2]
	}
	otherDoc, err := other.Sign("receipt+jwt", claims{"TT-1"})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	revoked := attest.JWKS{Keys: []attest.JWK{attest.NewJWK(k.ID, k.Public(), &at)}}
	mislabelled := attest.JWKS{Keys: []attest.JWK{attest.NewJWK(k.ID, other.Public(), nil)}}
	for name, x := range map[string]struct {
		doc, typ string
		keys     attest.JWKS
		want     error
	}{
		"as signed":                {doc, "receipt+jwt", keysOf(other, k), nil},
		"another type":             {doc, "at+jwt", keysOf(k), attest.ErrDocument},
		"another body":             {made(`{"alg":"EdDSA","typ":"receipt+jwt","kid":"`+k.ID+`"}`, `{"number":"TT-2"}`), "receipt+jwt", keysOf(k), attest.ErrDocument},
		"no algorithm":             {made(`{"alg":"none","typ":"receipt+jwt","kid":"`+k.ID+`"}`, `{"number":"TT-1"}`), "receipt+jwt", keysOf(k), attest.ErrDocument},
		"a key of its own":         {made(`{"alg":"EdDSA","typ":"receipt+jwt","kid":"`+k.ID+`","jwk":{}}`, `{"number":"TT-1"}`), "receipt+jwt", keysOf(k), attest.ErrDocument},
		"cut":                      {doc[:len(doc)-4], "receipt+jwt", keysOf(k), attest.ErrDocument},
		"longer":                   {doc + "AAAA", "receipt+jwt", keysOf(k), attest.ErrDocument},
		"two parts":                {parts[0] + "." + parts[1], "receipt+jwt", keysOf(k), attest.ErrDocument},
		"not base64":               {"*." + parts[1] + "." + parts[2], "receipt+jwt", keysOf(k), attest.ErrDocument},
		"a key we do not have":     {otherDoc, "receipt+jwt", keysOf(k), attest.ErrUnknownKey},
		"a revoked key":            {doc, "receipt+jwt", revoked, attest.ErrRevoked},
		"another key by that name": {doc, "receipt+jwt", mislabelled, attest.ErrDocument},
	} {
		var got claims
		err := x.keys.Verify(x.doc, x.typ, &got)
		if !errors.Is(err, x.want) || x.want == nil && (err != nil || got.Number != "TT-1") {
			t.Errorf("%s: got %v, %+v; want %v", name, err, got, x.want)
		}
	}
}
