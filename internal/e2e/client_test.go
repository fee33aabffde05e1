package e2e

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// bawasluOffice registers a Bawaslu office and gives its id.
func bawasluOffice(s *harness.Server, region string) string {
	return s.As(authz.PlatformAdmin, government.Government{}).Post("/organisations", map[string]any{"kind": "bawaslu", "level": "regency_city",
		"name": "Bawaslu " + region, "region_code": region, "valid_from": "2018-08-15"}).Expect(201).Text("id")
}

// operator is a signed-in administrator of the installation.
func operator(s *harness.Server) *harness.Caller {
	return s.SignedIn(s.Account(government.Government{}, "operator@x.example", nil, authz.PlatformAdmin).ID, id.Nil)
}

func machineToken(s *harness.Server, client, secret string, more ...string) *harness.Answer {
	return s.Token(append([]string{"grant_type", "client_credentials", "client_id", client, "client_secret", secret}, more...)...)
}

// Proves O6, T-35: a machine client of one office with scopes, an end, and two
// secrets in rotation; what is revoked stops within five seconds, and the
// governments it reaches see it.
func TestClient_SecretsScopesAndRevocation(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	other := s.Replica()
	f := s.Fixtures()
	a, b := s.Government("32.01", "Kabupaten Bogor"), s.Government("36.03", "Kabupaten Tangerang")
	org, op := bawasluOffice(f, "32.01"), operator(s)
	in := map[string]any{"name": "SIGAP", "organisation_id": org, "government_ids": []string{a.ID.String()}, "expires_on": "2099-12-31", "scopes": []string{"government.read", "casestatus.read"}}
	outside := maps.Clone(in)
	outside["government_ids"] = []string{a.ID.String(), b.ID.String()}
	op.Post("/clients", outside).ExpectCode(422, "client.government_outside")
	wide := maps.Clone(in)
	wide["scopes"] = []string{"report.read"}
	op.Post("/clients", wide).ExpectCode(422, "client.scope_unfit")
	made := op.Post("/clients", in).Expect(201)
	cid := made.Text("id")
	if made.Text("role") != "bawaslu" || made.Text("state") != "active" {
		t.Errorf("got %s", made.Body)
	}

	path := "/clients/" + cid
	first := op.Post(path+"/secrets", map[string]any{}).Expect(201)
	second := op.Post(path+"/secrets", map[string]any{"expires_on": "2099-01-31"}).Expect(201)
	op.Post(path+"/secrets", map[string]any{}).ExpectCode(409, "client.two_alive")
	token := machineToken(s, cid, first.Text("client_secret")).Expect(200)
	if token.Text("scope") != "casestatus.read government.read" || token.Text("refresh_token") != "" || token.Text("session_id") != "" {
		t.Errorf("got %s", token.Body)
	}
	machine := bearer(s, token)
	if got := machine.Get("/governments").Expect(200); got.Len("items") != 1 || got.Text("items.0.code") != "32.01" {
		t.Errorf("got %s", got.Body)
	}
	machine.Get("/me").ExpectCode(403, "auth.not_permitted")
	machine.Get("/asn").ExpectCode(403, "auth.not_permitted")
	narrow := bearer(s, machineToken(s, cid, second.Text("client_secret"), "scope", "casestatus.read"))
	narrow.Get("/governments").ExpectCode(403, "auth.not_permitted")
	machineToken(s, cid, second.Text("client_secret"), "scope", "report.read").ExpectCode(400, "auth.scope_unknown")
	machineToken(s, cid, "ncs_wrong").ExpectCode(400, "auth.client_invalid")
	machineToken(s, id.ForName("nobody").String(), second.Text("client_secret")).ExpectCode(400, "auth.client_invalid")
	basic(s, cid, second.Text("client_secret")).Expect(200)
	basic(s, cid, "ncs_wrong").ExpectCode(400, "auth.client_invalid")

	op.Post(path+"/credentials/"+first.Text("credential_id")+"/revocation", nil).Expect(200)
	op.Post(path+"/credentials/"+first.Text("credential_id")+"/revocation", nil).ExpectCode(404, "request.not_found")
	s.Pass(5 * time.Second)
	machine.At(other).Get("/governments").ExpectCode(401, "auth.token_invalid")
	machineToken(s, cid, first.Text("client_secret")).ExpectCode(400, "auth.client_invalid")
	still := bearer(other, machineToken(other, cid, second.Text("client_secret")))
	still.Get("/governments").Expect(200)

	seenBy(t, s, a, b, cid)
	op.Post(path+"/revocation", nil).Expect(200)
	op.Post(path+"/revocation", nil).ExpectCode(409, "client.revoked")
	op.Post(path+"/secrets", map[string]any{}).ExpectCode(409, "client.revoked")
	s.Pass(5 * time.Second)
	still.Get("/governments").ExpectCode(401, "auth.token_invalid")
	machineToken(s, cid, second.Text("client_secret")).ExpectCode(400, "auth.client_invalid")
	nowhereInDatabase(t, s, first.Text("client_secret"), second.Text("client_secret"))
}

// seenBy holds who may know of the client: the government it reaches.
func seenBy(t *testing.T, s *harness.Server, a, b government.Government, cid string) {
	t.Helper()
	watched := s.SignedIn(s.Account(a, "admin-a@x.example", nil, authz.GovernmentAdmin).ID, a.ID)
	if got := watched.Get("/clients/" + cid).Expect(200); got.Len("allowed_steps") != 0 || got.Len("government_ids") != 1 {
		t.Errorf("got %s", got.Body)
	}
	watched.Post("/clients/"+cid+"/revocation", nil).ExpectCode(403, "auth.not_permitted")
	stranger := s.SignedIn(s.Account(b, "admin-b@x.example", nil, authz.GovernmentAdmin).ID, b.ID)
	stranger.Get("/clients/"+cid).ExpectCode(404, "request.not_found")
	if n := stranger.Get("/clients").Expect(200).Len("items"); n != 0 {
		t.Errorf("a government it does not reach sees %d clients", n)
	}
}

// basic asks for a token with HTTP Basic.
func basic(s *harness.Server, client, secret string) *harness.Answer {
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"},
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(client+":"+secret))}}
	return s.Nobody().Raw(http.MethodPost, "/auth/token", h, strings.NewReader(url.Values{"grant_type": {"client_credentials"}}.Encode()))
}

// Proves T-32, T-35: private_key_jwt takes an assertion of the client's own
// living key once, and none of another key, audience, time or algorithm.
func TestClient_SignedAssertion(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	f := s.Fixtures()
	g := s.Government("32.01", "Kabupaten Bogor")
	org, op := bawasluOffice(f, "32.01"), operator(s)
	cid := op.Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": org, "government_ids": []string{g.ID.String()}, "expires_on": "2099-12-31"}).Expect(201).Text("id")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	n, e := base64.RawURLEncoding.EncodeToString(key.N.Bytes()), base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())
	jwk := map[string]any{"kty": "RSA", "kid": "bogor-1", "n": n, "e": e}
	withPrivate := maps.Clone(jwk)
	withPrivate["d"] = "abc"
	op.Post("/clients/"+cid+"/keys", map[string]any{"jwk": withPrivate}).ExpectCode(400, "request.invalid")
	weak := maps.Clone(jwk)
	weak["e"] = "Aw"
	op.Post("/clients/"+cid+"/keys", map[string]any{"jwk": weak}).ExpectCode(422, "client.key_unfit")
	added := op.Post("/clients/"+cid+"/keys", map[string]any{"jwk": jwk}).Expect(201)
	op.Post("/clients/"+cid+"/keys", map[string]any{"jwk": jwk}).ExpectCode(409, "client.key_taken")

	claims := func(change func(jwt.MapClaims)) jwt.MapClaims {
		c := jwt.MapClaims{"iss": cid, "sub": cid, "aud": identity.DefaultIssuer + "/api/v1/auth/token", "jti": id.New(context.Background()).String(),
			"iat": s.Now().Unix(), "exp": s.Now().Add(time.Minute).Unix()}
		change(c)
		return c
	}
	sign := func(m jwt.SigningMethod, k any, kid string, c jwt.MapClaims) string {
		tok := jwt.NewWithClaims(m, c)
		tok.Header["kid"] = kid
		out, err := tok.SignedString(k)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	show := func(assertion string) *harness.Answer {
		return s.Token("grant_type", "client_credentials", "client_assertion_type", authn.AssertionType, "client_assertion", assertion)
	}
	plain := func(jwt.MapClaims) {}
	good := sign(jwt.SigningMethodRS256, key, "bogor-1", claims(plain))
	machine := bearer(s, show(good))
	machine.Get("/governments").Expect(200)
	show(good).ExpectCode(400, "auth.client_invalid")
	strange, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, assertion := range map[string]string{
		"another key":       sign(jwt.SigningMethodRS256, strange, "bogor-1", claims(plain)),
		"unknown kid":       sign(jwt.SigningMethodRS256, key, "bogor-2", claims(plain)),
		"HS256, public key": sign(jwt.SigningMethodHS256, []byte(n), "bogor-1", claims(plain)),
		"none":              sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "bogor-1", claims(plain)),
		"another audience":  sign(jwt.SigningMethodRS256, key, "bogor-1", claims(func(c jwt.MapClaims) { c["aud"] = "https://evil.test" })),
		"expired":           sign(jwt.SigningMethodRS256, key, "bogor-1", claims(func(c jwt.MapClaims) { c["exp"] = s.Now().Add(-time.Minute).Unix() })),
		"for a year":        sign(jwt.SigningMethodRS256, key, "bogor-1", claims(func(c jwt.MapClaims) { c["exp"] = s.Now().AddDate(1, 0, 0).Unix() })),
		"no jti":            sign(jwt.SigningMethodRS256, key, "bogor-1", claims(func(c jwt.MapClaims) { delete(c, "jti") })),
		"another's":         sign(jwt.SigningMethodRS256, key, "bogor-1", claims(func(c jwt.MapClaims) { c["sub"] = id.ForName("x").String() })),
		"rubbish":           "a.b.c",
	} {
		if got := show(assertion); got.Status != 400 || got.Text("code") != "auth.client_invalid" {
			t.Errorf("%s: got %d %s", name, got.Status, got.Body)
		}
	}
	op.Post("/clients/"+cid+"/credentials/"+added.Text("credentials.0.id")+"/revocation", nil).Expect(200)
	s.Pass(5 * time.Second)
	machine.Get("/governments").ExpectCode(401, "auth.token_invalid")
	show(sign(jwt.SigningMethodRS256, key, "bogor-1", claims(plain))).ExpectCode(400, "auth.client_invalid")
}
