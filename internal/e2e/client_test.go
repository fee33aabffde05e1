package e2e

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
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

// colleague is another one, who confirms what the first proposes.
func colleague(s *harness.Server) *harness.Caller {
	return s.SignedIn(s.Account(government.Government{}, "second@x.example", nil, authz.PlatformAdmin).ID, id.Nil)
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
	for _, step := range []string{"revocation", "suspension", "reinstatement"} {
		var why any
		if step != "revocation" {
			why = map[string]any{"reason": "x"}
		}
		op.Post(path+"/credentials/"+first.Text("credential_id")+"/"+step, why).ExpectCode(409, "client.credential_over")
		op.Post(path+"/credentials/"+id.ForName("none").String()+"/"+step, why).ExpectCode(404, "request.not_found")
	}
	s.Pass(5 * time.Second)
	machine.At(other).Get("/governments").ExpectCode(401, "auth.token_invalid")
	machineToken(s, cid, first.Text("client_secret")).ExpectCode(400, "auth.client_invalid")
	still := bearer(other, machineToken(other, cid, second.Text("client_secret")))
	still.Get("/governments").Expect(200)

	seenBy(t, s, a, b, cid)
	op.Post(path+"/credentials/"+second.Text("credential_id")+"/revocation", nil).ExpectCode(409, "client.last_credential")
	proposal := op.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "Sistem diganti."}).Expect(201)
	confirmed(colleague(s), cid, proposal).Expect(200)
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
	national       string // BKN
	reader         string // BKN's client
	client, secret string
	administrators [2]id.ID
}

// again signs in the administrators of the installation anew.
func (w watchers) again() watchers {
	w.one, w.two = w.s.SignedIn(w.administrators[0], id.Nil), w.s.SignedIn(w.administrators[1], id.Nil)
	return w
}

// officer signs in a person of an office.
func (w watchers) officer(email, office string) *harness.Caller {
	account := w.s.Account(government.Government{}, email, nil)
	w.one.Post("/role-grants", map[string]any{"account_id": account.ID, "role": "oversight_officer", "organisation_id": office, "valid_from": "2024-01-02"}).Expect(201)
	return w.s.SignedIn(account.ID, id.Nil)
}

func newWatchers(t *testing.T, s *harness.Server) watchers {
	t.Helper()
	f := s.Fixtures()
	w := watchers{s: s, regency: s.Government("32.01", "Kabupaten Bogor"), office: bawasluOffice(f, "32.01")}
	for i, email := range []string{"first@x.example", "second@x.example"} {
		w.administrators[i] = s.Account(government.Government{}, email, nil, authz.PlatformAdmin).ID
	}
	w = w.again()
	other := s.Government("36.03", "Kabupaten Tangerang")
	jabar := s.Government("32", "Provinsi Jawa Barat")
	w.watched = s.SignedIn(s.Account(w.regency, "admin@x.example", nil, authz.GovernmentAdmin).ID, w.regency.ID)
	w.province = s.SignedIn(s.Account(jabar, "province@x.example", nil, authz.ProvinceOverseer).ID, jabar.ID)
	w.person = w.officer("petugas@bawaslu.example", w.office)
	w.national = f.As(authz.PlatformAdmin, w.regency).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "BKN", "valid_from": "2018-08-15"}).Expect(201).Text("id")
	w.reader = w.one.Post("/clients", map[string]any{"name": "BKN", "organisation_id": w.national, "government_ids": []string{w.regency.ID.String(), other.ID.String()}, "expires_on": "2099-12-31"}).Expect(201).Text("id")
	w.bkn = bearer(s, machineToken(s, w.reader, w.one.Post("/clients/"+w.reader+"/secrets", map[string]any{}).Expect(201).Text("client_secret")))
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
	for _, ofMachines := range []string{"/me/client", "/changes", "/webhooks"} {
		w.person.Get(ofMachines).ExpectCode(403, "auth.not_permitted")
	}
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
	elsewhere := "/clients/" + w.reader + "/changes/" + narrower.Text("id")
	w.two.Raw(http.MethodPost, elsewhere+"/confirmation", http.Header{"If-Match": {w.two.Get("/clients/" + w.reader).Header.Get("ETag")}}, strings.NewReader("")).ExpectCode(404, "request.not_found")
	w.two.Post(elsewhere+"/rejection", map[string]any{"reason": "x"}).ExpectCode(404, "request.not_found")
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
	if got := machine.Get("/client-changes").Expect(200); got.Text("items.0.state") != "in_force" {
		t.Errorf("a machine with one scope is still told what was done about it: %s", got.Body)
	}

	withdrawn := w.one.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "Salah sasaran."}).Expect(201)
	w.one.Post(path+"/changes/"+withdrawn.Text("id")+"/rejection", map[string]any{"reason": "Keliru."}).Expect(200)
	machine.Get("/case-statuses").Expect(200)
	if n := w.watched.Get("/client-changes").Expect(200).Len("items"); n < 5 {
		t.Errorf("the watched see %d changes", n)
	}

	forgotten := w.one.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "Lupa."}).Expect(201)
	s.Pass(14 * 24 * time.Hour)
	w = w.again()
	machine = w.machine()
	if got := w.two.Get("/client-changes?client_id=" + w.client).Expect(200); got.Text("items.0.state") != "lapsed" || got.Len("items.0.allowed_steps") != 0 {
		t.Errorf("nobody decided for 14 days: %s", got.Body)
	}
	confirmed(w.two, w.client, forgotten).ExpectCode(409, "client.change_lapsed")
	if got := machine.Get("/me/client").Expect(200); got.Text("state") != "active" || got.Text("pending_change_id") != "" {
		t.Errorf("a proposal that lapsed still waits: %s", got.Body)
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

	machine.Post("/me/client/suspension", map[string]any{"reason": "Log terbuka."}).Expect(200)
	s.Pass(5 * time.Second)
	machine.Get("/case-statuses").ExpectCode(401, "auth.token_invalid")
	w.one.Post(door+"/reinstatement", map[string]any{"reason": "x"}).ExpectCode(403, "client.office_reinstates")
	another := w.person.Post(path+"/secrets", map[string]any{}).Expect(201)
	bearer(s, machineToken(s, w.client, another.Text("client_secret"))).Get("/case-statuses").Expect(200)
	w.person.Post("/clients/"+w.reader+"/secrets", map[string]any{}).ExpectCode(404, "request.not_found")
	w.person.Post(path+"/credentials/"+another.Text("credential_id")+"/revocation", nil).Expect(200)
	if got := w.person.Get(path).Expect(200); got.Text("state") != "suspended" {
		t.Errorf("the office gives up its last good secret: %s", got.Body)
	}
}

// Proves T-35: the whole machine is stopped at once by either side, and its own
// office alone lets it in again; BKN sees everything and has no hand in it.
func TestClient_WholeIsSuspendedAtOnce(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := newWatchers(t, s)
	path := "/clients/" + w.client
	spare := w.person.Post(path+"/secrets", map[string]any{}).Expect(201)
	one, two := w.machine(), bearer(s, machineToken(s, w.client, spare.Text("client_secret")))
	one.Post("/me/client/suspension", map[string]any{"all": true, "reason": "Peladen kami dibobol."}).Expect(200)
	s.Pass(5 * time.Second)
	for _, m := range []*harness.Caller{one, two} {
		m.Get("/case-statuses").ExpectCode(401, "auth.token_invalid")
	}
	if got := w.watched.Get(path).Expect(200); got.Text("state") != "suspended" || got.Text("credentials.1.suspension.by") != "client" || got.Len("allowed_steps") != 0 {
		t.Errorf("the watched see %s", got.Body)
	}
	if got := w.bkn.Get("/client-changes?client_id=" + w.client).Expect(200); got.Text("items.0.kind") != "suspension" || got.Text("items.0.credential_id") != "" || got.Text("items.0.side") != "client" {
		t.Errorf("BKN sees %s", got.Body)
	}
	w.watched.Post(path+"/suspension", map[string]any{"reason": "x"}).ExpectCode(409, "client.already_suspended")
	w.person.Post(path+"/credentials/"+spare.Text("credential_id")+"/reinstatement", map[string]any{"reason": "Sudah bersih."}).Expect(200)
	two = bearer(s, machineToken(s, w.client, spare.Text("client_secret")))
	two.Get("/case-statuses").Expect(200)
	w.watched.Post(path+"/suspension", map[string]any{"reason": "Banyak permintaan aneh."}).Expect(200)
	s.Pass(5 * time.Second)
	two.Get("/case-statuses").ExpectCode(401, "auth.token_invalid")

	ofBKN := w.officer("petugas@bkn.example", w.national)
	if got := ofBKN.Get(path).Expect(200); got.Len("allowed_steps") != 0 || got.Text("state") != "suspended" {
		t.Errorf("a person of BKN sees %s", got.Body)
	}
	ofBKN.Post(path+"/secrets", map[string]any{}).ExpectCode(404, "request.not_found")
	ofBKN.Post(path+"/credentials/"+spare.Text("credential_id")+"/reinstatement", map[string]any{"reason": "x"}).ExpectCode(404, "request.not_found")
	ofBKN.Post(path+"/suspension", map[string]any{"reason": "x"}).ExpectCode(404, "request.not_found")
	ofBKN.Post("/clients/"+w.reader+"/secrets", map[string]any{}).Expect(201)
	w.person.Get("/clients/"+w.reader).ExpectCode(404, "request.not_found")
}

// Proves T-35: an allow list says what it means or is refused, and nothing is
// registered then.
func TestClient_AllowListOfNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := newWatchers(t, s)
	before := w.one.Get("/clients").Expect(200).Len("items")
	in := map[string]any{"name": "SIGAP", "organisation_id": w.office, "government_ids": []string{w.regency.ID.String()}, "expires_on": "2099-12-31"}
	for _, bad := range []string{"0.0.0.0/0", "::/0", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104", "10.0.0.1/8", "10.0.0.0/33", "bawaslu.go.id", "10.0.0", "fe80::1%eth0", "'; DROP TABLE tenant"} {
		in["allowed_networks"] = []string{"203.0.113.0/24", bad}
		w.one.Post("/clients", in).ExpectCode(422, "client.network_unfit")
	}
	in["allowed_networks"] = []string{""}
	w.one.Post("/clients", in).ExpectCode(400, "request.invalid")
	for _, quota := range []any{0, -1, 60001, "many"} {
		w.one.Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": w.office, "government_ids": []string{w.regency.ID.String()},
			"expires_on": "2099-12-31", "quota_per_minute": quota}).ExpectCode(400, "request.invalid")
	}
	if n := w.one.Get("/clients").Expect(200).Len("items"); n != before {
		t.Errorf("%d clients instead of %d", n, before)
	}
}

// Proves T-27, T-35: what is done in a machine's name without a token, as telling
// its webhooks, ends with whatever ends the machine.
func TestClient_ReachEndsWithTheClient(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := newWatchers(t, s)
	reach := func() (out []int32) {
		err := s.App.DB.Read(authz.With(context.Background(), authz.ForSystem(authz.Platform)), func(tx *db.Tx) (err error) {
			out, err = identity.ClientReachTx(tx, parsed(t, w.client))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	path := "/clients/" + w.client
	credential := path + "/credentials/" + w.person.Get(path).Expect(200).Text("credentials.0.id")
	has := func(when string, want bool) {
		t.Helper()
		if got := reach(); slices.Equal(got, []int32{w.regency.Tenant}) != want || (len(got) == 0) == want {
			t.Errorf("%s: %v", when, got)
		}
	}
	has("active", true)
	w.watched.Post(path+"/suspension", map[string]any{"reason": "Bocor."}).Expect(200)
	has("suspended", false)
	w.person.Post(credential+"/reinstatement", map[string]any{"reason": "Tidak bocor."}).Expect(200)
	has("taken into use again", true)
	alter := func(more map[string]any) {
		more["kind"], more["reason"] = "alteration", "Uji."
		x := w.one.Post(path+"/changes", more).Expect(201)
		if x.Text("state") == "proposed" {
			confirmed(w.two, w.client, x).Expect(200)
		}
	}
	alter(map[string]any{"scopes": []string{"casestatus.read"}})
	has("without change.read", false)
	alter(map[string]any{"scopes": []string{"casestatus.read", "change.read"}})
	has("with change.read", true)
	s.Exec("UPDATE organisation SET valid_until = '2024-01-31' WHERE id = $1", w.office)
	has("its office has ended", false)
	s.Exec("UPDATE organisation SET valid_until = NULL WHERE id = $1", w.office)
	s.Exec("UPDATE identity_client SET expires_on = '2024-01-31' WHERE id = $1", w.client)
	has("its last day is over", false)
	s.Exec("UPDATE identity_client SET expires_on = '2099-12-31' WHERE id = $1", w.client)
	confirmed(w.two, w.client, w.one.Post(path+"/changes", map[string]any{"kind": "revocation", "reason": "Selesai."}).Expect(201)).Expect(200)
	has("revoked", false)
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
			a.ExpectCode(429, "request.too_many")
			if a.Header.Get("Retry-After") == "" || !strings.Contains(a.Header.Get("RateLimit-Policy"), `q=3;w=60`) || !strings.Contains(a.Header.Get("RateLimit"), "r=0") {
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
	machineToken(s, w.client, "ncs_wrong").ExpectCode(400, "auth.client_invalid")
	behind := s.Replica(func(c *app.Config) {
		_, loopback, _ := net.ParseCIDR("127.0.0.0/8")
		c.TrustedProxies = []*net.IPNet{loopback}
	})
	from := func(at *harness.Server, address string) *harness.Answer {
		return machine.At(at).Raw(http.MethodGet, "/me/client", http.Header{"X-Forwarded-For": {address}, "X-Real-Ip": {address}, "Forwarded": {"for=" + address}}, strings.NewReader(""))
	}
	from(s, "203.0.113.7").ExpectCode(403, "auth.address_not_allowed")
	from(behind, "203.0.113.7").Expect(200)
	from(behind, "::ffff:203.0.113.7").Expect(200)
	for _, stranger := range []string{"198.51.100.1", "203.0.113.7, 198.51.100.1", "2001:db8::203.0.113.7", "nonsense", ""} {
		from(behind, stranger).ExpectCode(403, "auth.address_not_allowed")
	}
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
	if len(rows) != 2 || rows[1][4] != "009/TM" {
		t.Errorf("the spreadsheet holds %v", rows)
	}
	for _, path := range []string{"/asn", "/reports", "/cases", "/accounts"} {
		w.person.Get(path).ExpectCode(403, "auth.not_permitted")
	}
	if me := w.person.Get("/me").Expect(200); me.Text("roles.0.role") != "oversight_officer" {
		t.Errorf("me: %s", me.Body)
	}
	account := s.Account(government.Government{}, "tanpa-kantor@x.example", nil)
	for _, unfit := range []map[string]any{{"role": "oversight_officer"}, {"role": "platform_admin", "organisation_id": w.office}} {
		unfit["account_id"], unfit["valid_from"] = account.ID, "2024-01-02"
		w.one.Post("/role-grants", unfit).ExpectCode(422, "grant.organisation_unfit")
	}
	kpu := f.As(authz.PlatformAdmin, w.regency).Post("/organisations", map[string]any{"kind": "kpu", "level": "national", "name": "KPU", "valid_from": "2018-08-15"}).Expect(201).Text("id")
	w.one.Post("/role-grants", map[string]any{"account_id": account.ID, "role": "oversight_officer", "organisation_id": kpu, "valid_from": "2024-01-02"}).ExpectCode(422, "client.organisation_unfit")
}
