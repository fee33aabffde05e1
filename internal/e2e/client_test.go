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
	op.Post(path+"/credentials/"+second.Text("credential_id")+"/revocation", nil).ExpectCode(409, "client.last_credential")
	colleague := s.SignedIn(s.Account(government.Government{}, "second@x.example", nil, authz.PlatformAdmin).ID, id.Nil)
	proposal := op.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "Sistem diganti."}).Expect(201)
	confirmed(colleague, cid, proposal).Expect(200)
	op.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "x"}).ExpectCode(409, "client.revoked")
	op.Post(path+"/secrets", map[string]any{}).ExpectCode(409, "client.revoked")
	s.Pass(5 * time.Second)
	still.Get("/governments").ExpectCode(401, "auth.token_invalid")
	machineToken(s, cid, second.Text("client_secret")).ExpectCode(400, "auth.client_revoked")
	machineToken(s, cid, "ncs_wrong").ExpectCode(400, "auth.client_invalid")
	nowhereInDatabase(t, s, first.Text("client_secret"), second.Text("client_secret"))
}

// seenBy holds who may know of the client: the government it reaches.
func seenBy(t *testing.T, s *harness.Server, a, b government.Government, cid string) {
	t.Helper()
	watched := s.SignedIn(s.Account(a, "admin-a@x.example", nil, authz.GovernmentAdmin).ID, a.ID)
	if got := watched.Get("/clients/" + cid).Expect(200); got.Text("allowed_steps") != `["suspension"]` || got.Len("government_ids") != 1 {
		t.Errorf("got %s", got.Body)
	}
	watched.Post("/clients/"+cid+"/changes", map[string]any{"kind": "revocation", "reason": "x"}).ExpectCode(403, "auth.not_permitted")
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
	op.Post("/clients/"+cid+"/secrets", map[string]any{}).Expect(201)
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

// confirmed decides a proposal as the second person, upon the client as it is.
func confirmed(by *harness.Caller, client string, proposal *harness.Answer) *harness.Answer {
	seen := by.Get("/clients/" + client).Expect(200).Header.Get("ETag")
	return by.Raw(http.MethodPost, "/clients/"+client+"/changes/"+proposal.Text("id")+"/confirmation", http.Header{"If-Match": {seen}}, strings.NewReader(""))
}

// watchers is a client of an office with everybody who has to do with it.
type watchers struct {
	s              *harness.Server
	regency        government.Government
	office         string
	one, two       *harness.Caller // administrators of the installation
	person         *harness.Caller // of the office
	watched        *harness.Caller // administrator of the government
	province       *harness.Caller
	bkn            *harness.Caller
	client, secret string
}

func newWatchers(t *testing.T, s *harness.Server) watchers {
	t.Helper()
	f := s.Fixtures()
	w := watchers{s: s, regency: s.Government("32.01", "Kabupaten Bogor"), office: bawasluOffice(f, "32.01"), one: operator(s)}
	other := s.Government("36.03", "Kabupaten Tangerang")
	jabar := s.Government("32", "Provinsi Jawa Barat")
	w.two = s.SignedIn(s.Account(government.Government{}, "second@x.example", nil, authz.PlatformAdmin).ID, id.Nil)
	w.watched = s.SignedIn(s.Account(w.regency, "admin@x.example", nil, authz.GovernmentAdmin).ID, w.regency.ID)
	w.province = s.SignedIn(s.Account(jabar, "province@x.example", nil, authz.ProvinceOverseer).ID, jabar.ID)
	account := s.Account(government.Government{}, "petugas@bawaslu.example", nil)
	w.one.Post("/role-grants", map[string]any{"account_id": account.ID, "role": "oversight_officer", "valid_from": "2024-01-02"}).ExpectCode(422, "grant.organisation_unfit")
	w.one.Post("/role-grants", map[string]any{"account_id": account.ID, "role": "oversight_officer", "organisation_id": w.office, "valid_from": "2024-01-02"}).Expect(201)
	w.person = s.SignedIn(account.ID, id.Nil)
	national := f.As(authz.PlatformAdmin, w.regency).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "BKN", "valid_from": "2018-08-15"}).Expect(201).Text("id")
	reader := w.one.Post("/clients", map[string]any{"name": "BKN", "organisation_id": national, "government_ids": []string{w.regency.ID.String(), other.ID.String()}, "expires_on": "2099-12-31"}).Expect(201).Text("id")
	w.bkn = bearer(s, machineToken(s, reader, w.one.Post("/clients/"+reader+"/secrets", map[string]any{}).Expect(201).Text("client_secret")))
	w.client = w.one.Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": w.office, "government_ids": []string{w.regency.ID.String()},
		"expires_on": "2099-12-31"}).Expect(201).Text("id")
	w.secret = w.person.Post("/clients/"+w.client+"/secrets", map[string]any{}).Expect(201).Text("client_secret")
	return w
}

func (w watchers) machine() *harness.Caller {
	return bearer(w.s, machineToken(w.s, w.client, w.secret))
}

// Proves T-35, T-26: who is watched does not switch off the watcher. Revoking and
// narrowing need a reason and a second person, and the client, its office, the
// province and BKN see the proposal before it holds; what only gives holds at
// once.
func TestClient_WatcherIsNotSwitchedOffUnseen(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := newWatchers(t, s)
	machine, path := w.machine(), "/clients/"+w.client
	if got := machine.Get("/me/client").Expect(200); got.Text("id") != w.client || got.Text("quota_per_minute") != "600" || got.Len("allowed_steps") != 0 {
		t.Errorf("the machine sees itself as %s", got.Body)
	}
	w.person.Get("/me/client").ExpectCode(404, "request.not_found")
	w.watched.Get("/me/client").ExpectCode(403, "auth.not_permitted")

	w.one.Post(path+"/changes", map[string]any{"kind": "alteration", "reason": "x"}).ExpectCode(422, "client.change_empty")
	w.one.Post(path+"/changes", map[string]any{"kind": "alteration"}).ExpectCode(400, "request.invalid")
	w.one.Post(path+"/changes", map[string]any{"kind": "alteration", "reason": "x", "allowed_networks": []string{"10.0.0.1/8"}}).ExpectCode(422, "client.network_unfit")
	wider := w.one.Post(path+"/changes", map[string]any{"kind": "alteration", "reason": "Lebih sering.", "quota_per_minute": 1200}).Expect(201)
	if wider.Text("state") != "in_force" || wider.Text("narrows") != "false" || w.person.Get(path).Expect(200).Text("quota_per_minute") != "1200" {
		t.Errorf("what only gives: %s", wider.Body)
	}
	narrower := w.one.Post(path+"/changes", map[string]any{"kind": "alteration", "reason": "Cukup status.", "scopes": []string{"casestatus.read"}}).Expect(201)
	if narrower.Text("state") != "proposed" || len(w.scopes()) < 2 {
		t.Errorf("what takes: %s", narrower.Body)
	}
	w.one.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "x"}).ExpectCode(409, "client.change_pending")
	for who, c := range map[string]*harness.Caller{"the machine": machine, "its office": w.person, "the government": w.watched, "the province": w.province, "BKN": w.bkn} {
		got := c.Get("/client-changes?client_id=" + w.client).Expect(200)
		if got.Text("items.0.id") != narrower.Text("id") || got.Text("items.0.reason") != "Cukup status." || got.Text("items.0.side") != "installation" || got.Len("items.0.allowed_steps") != 0 {
			t.Errorf("%s sees %s", who, got.Body)
		}
	}
	if got := machine.Get("/me/client").Expect(200).Text("pending_change_id"); got != narrower.Text("id") {
		t.Errorf("the machine is not told: %q", got)
	}
	confirmed(w.one, w.client, narrower).ExpectCode(403, "client.second_person_needed")
	w.two.Raw(http.MethodPost, path+"/changes/"+narrower.Text("id")+"/confirmation", http.Header{"If-Match": {`"1"`}}, strings.NewReader("")).ExpectCode(412, "request.stale")
	confirmed(w.two, w.client, narrower).Expect(200)
	confirmed(w.two, w.client, narrower).ExpectCode(409, "client.change_decided")
	s.Pass(5 * time.Second)
	machine.Get("/governments").ExpectCode(403, "auth.not_permitted")
	machine.Get("/case-statuses").Expect(200)

	withdrawn := w.one.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "Salah sasaran."}).Expect(201)
	w.one.Post(path+"/changes/"+withdrawn.Text("id")+"/rejection", map[string]any{"reason": "Keliru."}).Expect(200)
	machine.Get("/case-statuses").Expect(200)
	if n := w.watched.Get("/client-changes").Expect(200).Len("items"); n < 5 {
		t.Errorf("the watched see %d changes", n)
	}
}

func (w watchers) scopes() []any {
	v, _ := w.person.Get("/clients/" + w.client).Expect(200).Value("scopes").([]any)
	return v
}

// Proves T-35, T-27: a leaked key is out of use at once, whoever of the two sides
// notices, and it is shown who did it; the office lifts it and adds another
// without asking anybody.
func TestClient_LeakedKeyIsSuspendedAtOnce(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	replica := s.Replica()
	w := newWatchers(t, s)
	machine, path := w.machine(), "/clients/"+w.client
	credential := w.person.Get(path).Expect(200).Text("credentials.0.id")
	door := path + "/credentials/" + credential
	w.watched.Post(door+"/suspension", map[string]any{"reason": "Terlihat di repositori."}).Expect(200)
	w.watched.Post(door+"/suspension", map[string]any{"reason": "x"}).ExpectCode(409, "client.already_suspended")
	s.Pass(5 * time.Second)
	machine.At(replica).Get("/case-statuses").ExpectCode(401, "auth.token_invalid")
	machineToken(s, w.client, w.secret).ExpectCode(400, "auth.client_suspended")
	if got := w.person.Get(path).Expect(200); got.Text("credentials.0.suspension.by") != "government" || got.Text("credentials.0.suspension.government_id") != w.regency.ID.String() {
		t.Errorf("who suspended it: %s", got.Body)
	}
	if got := w.bkn.Get("/client-changes?client_id=" + w.client).Expect(200); got.Text("items.0.kind") != "suspension" || got.Text("items.0.side") != "government" {
		t.Errorf("BKN sees %s", got.Body)
	}
	w.watched.Post(door+"/reinstatement", map[string]any{"reason": "x"}).ExpectCode(403, "auth.not_permitted")
	w.person.Post(door+"/reinstatement", map[string]any{"reason": "Bukan milik kami."}).Expect(200)
	w.person.Post(door+"/reinstatement", map[string]any{"reason": "x"}).ExpectCode(409, "client.not_suspended")
	machine = w.machine()
	machine.Get("/case-statuses").Expect(200)

	machine.Post("/me/client/suspension", map[string]any{"reason": "Log terbuka."}).Expect(204)
	s.Pass(5 * time.Second)
	machine.Get("/case-statuses").ExpectCode(401, "auth.token_invalid")
	w.one.Post(door+"/reinstatement", map[string]any{"reason": "x"}).ExpectCode(403, "client.office_reinstates")
	another := w.person.Post(path+"/secrets", map[string]any{}).Expect(201)
	bearer(s, machineToken(s, w.client, another.Text("client_secret"))).Get("/case-statuses").Expect(200)
	w.person.Post("/clients/"+w.one.Get("/clients").Expect(200).Text("items.0.id")+"/secrets", map[string]any{}).ExpectCode(404, "request.not_found")
}

// Proves T-35: a machine calls from its networks alone, signing in included, and
// no more often than its quota; both follow a change within five seconds.
func TestClient_NetworksAndQuota(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := newWatchers(t, s)
	machine, path := w.machine(), "/clients/"+w.client
	confirmed(w.two, w.client, w.one.Post(path+"/changes", map[string]any{"kind": "alteration", "reason": "Tiga saja.", "quota_per_minute": 3}).Expect(201)).Expect(200)
	s.Pass(5 * time.Second)
	refused := 0
	for range 6 {
		if a := machine.Get("/case-statuses"); a.Status == 429 {
			refused++
			if a.Header.Get("Retry-After") == "" || !strings.Contains(a.Header.Get("RateLimit-Policy"), `q=3;w=60`) {
				t.Errorf("refused without saying when to come back: %v", a.Header)
			}
		}
	}
	if refused != 3 {
		t.Errorf("%d of 6 calls were refused", refused)
	}
	confirmed(w.two, w.client, w.one.Post(path+"/changes", map[string]any{"kind": "alteration", "reason": "Kantor saja.", "quota_per_minute": 2, "allowed_networks": []string{"203.0.113.0/24"}}).
		Expect(201)).Expect(200)
	s.Pass(5 * time.Second)
	machine.Get("/case-statuses").ExpectCode(403, "auth.address_not_allowed")
	machineToken(s, w.client, w.secret).ExpectCode(400, "auth.client_address")
	w.one.Post(path+"/changes", map[string]any{"kind": "alteration", "reason": "Uji.", "quota_per_minute": 60, "allowed_networks": []string{"203.0.113.0/24", "127.0.0.0/8", "::1"}}).Expect(201)
	s.Pass(5 * time.Second)
	machine.Get("/case-statuses").Expect(200)
}

// Proves O2: a person of a Bawaslu office signs in and sees, in every government
// of its area and no other, what the office's machines see; the spreadsheet too.
func TestClient_PersonOfTheOfficeReadsAndExports(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := newWatchers(t, s)
	f := s.Fixtures()
	rid := f.As(authz.AgencyOfficer, w.regency).Post("/reports", map[string]any{"origin": "bawaslu", "kind": "finding", "organisation_id": w.office, "number": "009/TM", "narrative": "x"}).Expect(201).Text("id")
	if got := w.person.Get("/case-statuses").Expect(200); got.Text("items.0.id") != rid {
		t.Errorf("got %s", got.Body)
	}
	rows := cellsOf(t, w.person.Get("/case-statuses/export").Expect(200).Body)
	if len(rows) != 2 || rows[1][3] != "009/TM" {
		t.Errorf("the spreadsheet holds %v", rows)
	}
	for _, path := range []string{"/asn", "/reports", "/cases", "/accounts"} {
		w.person.Get(path).ExpectCode(403, "auth.not_permitted")
	}
	if me := w.person.Get("/me").Expect(200); me.Text("roles.0.role") != "oversight_officer" {
		t.Errorf("me: %s", me.Body)
	}
}
