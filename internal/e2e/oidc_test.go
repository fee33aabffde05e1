package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// sso is an identity provider of the test: it holds codes to PKCE and client as
// a real one does, and says of a person what the test tells it to.
type sso struct {
	t    *testing.T
	url  string
	key  *rsa.PrivateKey
	mu   sync.Mutex
	code map[string]login
	down bool
	now  func() time.Time
}

// login is what somebody at the provider has agreed to.
type login struct {
	challenge string
	claims    jwt.MapClaims
	kid       string
}

func startSSO(t *testing.T) *sso {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &sso{t: t, key: key, code: map[string]login{}, now: time.Now}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer(w, map[string]any{"issuer": p.url, "authorization_endpoint": p.url + "/authorize", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/token", p.token)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

func (p *sso) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	l, ok := p.code[r.FormValue("code")]
	delete(p.code, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	user, secret, _ := r.BasicAuth()
	if p.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if !ok || base64.RawURLEncoding.EncodeToString(sum[:]) != l.challenge || user != "netral" || secret != "rahasia-klien" {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": "invalid_grant"})
		return
	}
	id := jwt.NewWithClaims(jwt.SigningMethodRS256, l.claims)
	id.Header["kid"] = l.kid
	raw, err := id.SignedString(p.key)
	if err != nil {
		p.t.Error(err)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": raw})
}

// agree lets a person sign in at the provider with the address that Netral gave.
func (p *sso) agree(address, code string, claims jwt.MapClaims) {
	u, err := url.Parse(address)
	if err != nil {
		p.t.Fatal(err)
	}
	q := u.Query()
	all := jwt.MapClaims{"iss": p.url, "aud": "netral", "sub": "person-1", "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(), "nonce": q.Get("nonce")}
	for k, v := range claims {
		all[k] = v
	}
	if q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != "https://app.example.go.id/masuk" || q.Get("client_id") != "netral" {
		p.t.Errorf("got %s", address)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.code[code] = login{challenge: q.Get("code_challenge"), claims: all, kid: "one"}
}

// through walks a person through the provider.
func (p *sso) through(s *harness.Server, claims jwt.MapClaims, more map[string]any) *harness.Answer {
	start := s.Nobody().Post("/auth/oidc/authorization", nil).Expect(200)
	p.agree(start.Text("authorization_url"), "kode", claims)
	in := map[string]any{"code": "kode", "state": start.Text("state")}
	for k, v := range more {
		in[k] = v
	}
	return s.Nobody().Post("/auth/oidc/token", in)
}

func withSSO(p *sso) func(*app.Config) {
	return func(c *app.Config) {
		c.OIDC = identity.OIDC{Issuer: p.url, ClientID: "netral", ClientSecret: "rahasia-klien", RedirectURL: "https://app.example.go.id/masuk", NIPClaim: "nip_pegawai"}
	}
}

// Proves O7 as far as it goes here, T-32: an outside identity provider signs in
// whoever has the NIP it vouches for; a person of the registry gets an account;
// states, codes, nonces and signatures are held.
func TestOIDC_SignsInByNIP(t *testing.T) {
	t.Parallel()
	p := startSSO(t)
	s := harness.StartReal(t, withSSO(p))
	p.now = s.Now
	g := s.Government("36.03", "Kabupaten Tangerang")
	f := s.Fixtures()
	root := unit(f, g, "own", "")
	person(f, g, root, "Siti Aminah", 1)
	head := parsed(t, person(f, g, root, "Kepala Dinas", 2))
	boss := s.Account(g, "kepala@x.example", &head, authz.Inspector)

	siti := p.through(s, jwt.MapClaims{"nip_pegawai": nipOf(1)}, nil).Expect(200)
	me := bearer(s, siti).Get("/me").Expect(200)
	if me.Text("name") != "Siti Aminah" || me.Text("assurance") != "bound_contact" || me.Text("roles.0.role") != "asn" || me.Text("government.code") != "36.03" {
		t.Errorf("got %s", me.Body)
	}
	again := bearer(s, p.through(s, jwt.MapClaims{"nip_pegawai": nipOf(1)}, nil)).Get("/me").Expect(200)
	if again.Text("account_id") != me.Text("account_id") {
		t.Error("the second sign-in opened another account")
	}
	refresh(s, siti.Text("refresh_token")).Expect(200)

	officer := p.through(s, jwt.MapClaims{"nip_pegawai": nipOf(2)}, nil).Expect(200)
	if officer.Text("second_factor_needed") != "true" {
		t.Errorf("a provider does not replace the second factor: %s", officer.Body)
	}
	secret, _ := bearer(s, officer).Bind("")
	p.through(s, jwt.MapClaims{"nip_pegawai": nipOf(2)}, nil).ExpectCode(400, "auth.totp_needed")
	full := p.through(s, jwt.MapClaims{"nip_pegawai": nipOf(2)}, map[string]any{"totp": s.TOTP(secret)}).Expect(200)
	if got := bearer(s, full).Get("/me").Expect(200); got.Text("account_id") != boss.ID.String() || got.Text("second_factor.enrolled") != "true" {
		t.Errorf("got %s", got.Body)
	}

	p.through(s, jwt.MapClaims{"nip_pegawai": nipOf(7)}, nil).ExpectCode(422, "auth.oidc_person_unknown")
	p.through(s, jwt.MapClaims{"email": "siti@x.example"}, nil).ExpectCode(422, "auth.oidc_without_nip")
	p.through(s, jwt.MapClaims{"nip_pegawai": 42}, nil).ExpectCode(422, "auth.oidc_without_nip")
	signIn(s, nipOf(1), phrase).ExpectCode(400, "auth.credentials_invalid")
}

// Proves that nothing but a fresh code of our own state, for us, signed by the
// provider, signs anybody in.
func TestOIDC_RefusesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	p := startSSO(t)
	s := harness.StartReal(t, withSSO(p))
	p.now = s.Now
	g := s.Government("36.03", "Kabupaten Tangerang")
	f := s.Fixtures()
	person(f, g, unit(f, g, "own", ""), "Siti Aminah", 1)
	nip := nipOf(1)
	for name, claims := range map[string]jwt.MapClaims{
		"another nonce":    {"nonce": "x"},
		"no nonce":         {"nonce": nil},
		"another audience": {"aud": "somebody"},
		"another issuer":   {"iss": "https://evil.test"},
		"expired":          {"exp": time.Now().Add(-time.Hour).Unix()},
	} {
		claims["nip_pegawai"] = nip
		if got := p.through(s, claims, nil); got.Status != 400 || got.Text("code") != "auth.oidc_refused" {
			t.Errorf("%s: got %d %s", name, got.Status, got.Body)
		}
	}
	start := s.Nobody().Post("/auth/oidc/authorization", nil).Expect(200)
	other := s.Nobody().Post("/auth/oidc/authorization", nil).Expect(200)
	finish := func(code string, state *harness.Answer) *harness.Answer {
		return s.Nobody().Post("/auth/oidc/token", map[string]any{"code": code, "state": state.Text("state")})
	}
	p.agree(start.Text("authorization_url"), "a", jwt.MapClaims{"nip_pegawai": nip})
	finish("a", other).ExpectCode(400, "auth.oidc_refused") // the code of another browser's sign-in: its PKCE does not fit
	finish("b", start).ExpectCode(400, "auth.oidc_refused")
	finish("a", start).ExpectCode(400, "auth.oidc_state_invalid")
	s.Nobody().Post("/auth/oidc/token", map[string]any{"code": "a", "state": "made-up"}).ExpectCode(400, "auth.oidc_state_invalid")
	late := s.Nobody().Post("/auth/oidc/authorization", nil).Expect(200)
	s.Pass(11 * time.Minute)
	finish("a", late).ExpectCode(400, "auth.oidc_state_invalid")
	p.mu.Lock()
	p.down = true
	p.mu.Unlock()
	if got := p.through(s, jwt.MapClaims{"nip_pegawai": nip}, nil).ExpectCode(503, "server.unavailable"); got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	nowhereInDatabase(t, s, start.Text("state"))

	none := harness.StartReal(t)
	none.Nobody().Post("/auth/oidc/authorization", nil).ExpectCode(404, "auth.oidc_absent")
	none.Nobody().Post("/auth/oidc/token", map[string]any{"code": "a", "state": "b"}).ExpectCode(404, "auth.oidc_absent")
}
