package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

const phrase = "kuda laut berjemur di atap"

// appoint opens an administrator's account as the operator's command does.
func appoint(t *testing.T, s *harness.Server, email string, role authz.Role, government, password string) identity.Issued {
	t.Helper()
	code, err := s.App.Identity.Appoint(context.Background(), identity.Appointment{Email: email, Role: role, Government: government, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func redeem(s *harness.Server, code, password string) *harness.Answer {
	return s.Nobody().Post("/auth/activation", map[string]any{"code": code, "password": password})
}

func signIn(s *harness.Server, name, password string, more ...string) *harness.Answer {
	return s.Token(append([]string{"grant_type", "password", "username", name, "password", password}, more...)...)
}

func bearer(s *harness.Server, token *harness.Answer) *harness.Caller {
	return s.WithToken(token.Expect(200).Text("access_token"))
}

// Proves T-15, T-30, T-36, issue rows A1 and C3: from an empty installation to
// an officer at work. The first administrator comes by command, everybody sets
// the own password with a one-time code, nobody who administers works without a
// second factor, and each gives only the roles that are theirs to give.
func TestIdentity_FromFirstAdministratorToOfficer(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	code := appoint(t, s, "pengelola@netral.example", authz.PlatformAdmin, "", "").Code
	signIn(s, "pengelola@netral.example", phrase).ExpectCode(400, "auth.credentials_invalid")
	redeem(s, code, "password1234").ExpectCode(422, "auth.password_weak")
	redeem(s, strings.ToLower(strings.ReplaceAll(code, "-", " ")), phrase).Expect(200)
	redeem(s, code, phrase).ExpectCode(422, "auth.code_invalid")

	first := signIn(s, "Pengelola@Netral.example", phrase).Expect(200)
	if first.Text("second_factor_needed") != "true" || first.Text("token_type") != "Bearer" || first.Text("expires_in") != "900" || first.Text("government") != "" {
		t.Errorf("got %s", first.Body)
	}
	operator := bearer(s, first)
	operator.Get("/accounts").ExpectCode(403, "auth.second_factor_needed")
	if got := operator.Get("/me").Expect(200).Text("permissions"); got != `["me.read","me.totp"]` {
		t.Errorf("before the second factor: %s", got)
	}
	secret, _ := operator.Bind(phrase)
	operator.Get("/accounts").Expect(200)
	operator.Get("/asn").ExpectCode(403, "auth.not_permitted")
	signIn(s, "pengelola@netral.example", phrase).ExpectCode(400, "auth.totp_needed")
	used := s.TOTP(secret)
	signIn(s, "pengelola@netral.example", phrase, "totp", used).Expect(200)
	signIn(s, "pengelola@netral.example", phrase, "totp", used).ExpectCode(400, "auth.totp_invalid")

	opened := operator.Post("/accounts", map[string]any{"name": "Rina Kusumawati", "email": "rina@tangerangkab.example", "government_id": g.ID.String()}).Expect(201)
	rina := opened.Text("account.id")
	operator.Post("/role-grants", map[string]any{"account_id": rina, "role": "agency_officer", "government_id": g.ID.String(), "valid_from": "2024-01-02"}).ExpectCode(403, "grant.not_yours")
	operator.Post("/role-grants", map[string]any{"account_id": rina, "role": "government_admin", "valid_from": "2024-01-02"}).Expect(422)
	made := operator.Post("/role-grants", map[string]any{"account_id": rina, "role": "government_admin", "government_id": g.ID.String(), "valid_from": "2024-01-02"}).Expect(201)
	if made.Text("recorded_later") != "true" || made.Text("government_id") != g.ID.String() || made.Text("granted_by") == "" {
		t.Errorf("got %s", made.Body)
	}
	redeem(s, opened.Text("code"), phrase).Expect(200)
	admin := bearer(s, signIn(s, "rina@tangerangkab.example", phrase))
	admin.Bind(phrase)
	officer := walkOfficer(t, s, admin, rina)
	officer.Get("/opd").Expect(200)
	officer.Post("/role-grants", map[string]any{"account_id": rina, "role": "auditor", "valid_from": "2024-01-02"}).ExpectCode(403, "auth.not_permitted")
	operator.Post("/role-grants/"+made.Text("id")+"/ending", map[string]any{"last_day": "2024-06-30"}).ExpectCode(409, "grant.last_admin")
	admin.Post("/accounts/"+rina+"/suspension", nil).ExpectCode(422, "account.own")
}

// walkOfficer lets the administrator of a government open an officer's account
// and give the role; nobody raises themselves.
func walkOfficer(t *testing.T, s *harness.Server, admin *harness.Caller, own string) *harness.Caller {
	t.Helper()
	admin.Post("/role-grants", map[string]any{"account_id": own, "role": "inspector", "valid_from": "2024-01-02"}).ExpectCode(403, "grant.own")
	admin.Post("/role-grants", map[string]any{"account_id": own, "role": "government_admin", "valid_from": "2024-01-02"}).ExpectCode(403, "grant.not_yours")
	opened := admin.Post("/accounts", map[string]any{"name": "Dedi Supriatna", "email": "dedi@tangerangkab.example"}).Expect(201)
	dedi := opened.Text("account.id")
	if opened.Text("account.state") != "invited" || opened.Header.Get("Location") != "/api/v1/accounts/"+dedi {
		t.Errorf("got %s", opened.Body)
	}
	redeem(s, opened.Text("code"), phrase).Expect(200)
	signIn(s, "dedi@tangerangkab.example", phrase).ExpectCode(400, "auth.no_government")
	admin.Post("/role-grants", map[string]any{"account_id": dedi, "role": "agency_officer", "valid_from": "2024-01-02"}).Expect(201)
	officer := bearer(s, signIn(s, "dedi@tangerangkab.example", phrase))
	officer.Bind(phrase)
	return officer
}

// Proves T-27, X18: a role that ends, a suspended account and an ended session
// stop working within five seconds, on every replica.
func TestIdentity_WhatIsTakenAwayIsGoneEverywhere(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	other := s.Replica()
	g := s.Government("36.03", "Kabupaten Tangerang")
	admin := s.SignedIn(s.Account(g, "admin@x.example", nil, authz.GovernmentAdmin).ID, g.ID)
	a := s.Account(g, "auditor@x.example", nil, authz.Auditor)
	here := s.SignedIn(a.ID, g.ID)
	there := here.At(other)
	here.Get("/role-grants").Expect(200)
	there.Get("/role-grants").Expect(200)
	grant := admin.Get("/role-grants?role=auditor").Expect(200).Text("items.0.id")
	yesterday := time.Now().AddDate(0, 0, -2).Format(time.DateOnly)
	admin.Post("/role-grants/"+grant+"/ending", map[string]any{"last_day": yesterday}).Expect(200)
	s.Pass(5 * time.Second)
	there.Get("/role-grants").ExpectCode(403, "auth.not_permitted")
	here.Get("/role-grants").ExpectCode(403, "auth.not_permitted")

	admin.Post("/accounts/"+a.ID.String()+"/suspension", nil).Expect(200)
	s.Pass(5 * time.Second)
	there.Get("/me").ExpectCode(401, "auth.token_invalid")
	admin.Post("/accounts/"+a.ID.String()+"/suspension", nil).ExpectCode(409, "account.state")
	if got := admin.Post("/accounts/"+a.ID.String()+"/reactivation", nil).Expect(200); got.Text("state") != "active" {
		t.Errorf("got %s", got.Body)
	}
	s.Account(g, "second@x.example", nil, authz.GovernmentAdmin)
	again := s.SignedIn(s.Account(g, "inspector@x.example", nil, authz.Inspector).ID, g.ID)
	own := again.Get("/me/sessions").Expect(200)
	if own.Len("items") != 1 || own.Text("items.0.current") != "true" || own.Text("items.0.government.code") != "36.03" {
		t.Errorf("got %s", own.Body)
	}
	admin.Delete("/me/sessions/"+own.Text("items.0.id")).ExpectCode(404, "request.not_found")
	again.Delete("/me/sessions/" + own.Text("items.0.id")).Expect(204)
	s.Pass(5 * time.Second)
	again.At(other).Get("/me").ExpectCode(401, "auth.token_invalid")
}

// Proves T-33: each refresh token works once; one that comes twice ends the
// session, for the thief and the owner alike.
func TestIdentity_RefreshTokenUsedTwiceEndsTheSession(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	appoint(t, s, "a@netral.example", authz.PlatformAdmin, "", phrase)
	first := signIn(s, "a@netral.example", phrase).Expect(200)
	second := refresh(s, first.Text("refresh_token")).Expect(200)
	third := refresh(s, second.Text("refresh_token")).Expect(200)
	if first.Text("refresh_token") == second.Text("refresh_token") || first.Text("session_id") != third.Text("session_id") {
		t.Error("a refresh token must change, its session not")
	}
	me := bearer(s, third)
	me.Get("/me").Expect(200)
	refresh(s, second.Text("refresh_token")).ExpectCode(400, "auth.refresh_invalid")
	refresh(s, third.Text("refresh_token")).ExpectCode(400, "auth.refresh_invalid")
	me.Get("/me").ExpectCode(401, "auth.token_invalid")
	refresh(s, "nrt_nothing").ExpectCode(400, "auth.refresh_invalid")

	fresh := signIn(s, "a@netral.example", phrase).Expect(200)
	s.Pass(13 * time.Hour)
	refresh(s, fresh.Text("refresh_token")).ExpectCode(400, "auth.refresh_invalid")
}

func refresh(s *harness.Server, token string, more ...string) *harness.Answer {
	return s.Token(append([]string{"grant_type", "refresh_token", "refresh_token", token}, more...)...)
}

// Proves T-30, T-31: an unknown name and a wrong password answer alike, waits
// grow, guessing from elsewhere does not keep out who signed in from here
// before, and a right password is of no use while waiting.
func TestIdentity_GuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	_, proxy, err := net.ParseCIDR("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	s := harness.StartReal(t, func(c *app.Config) { c.TrustedProxies = []*net.IPNet{proxy} })
	appoint(t, s, "a@netral.example", authz.PlatformAdmin, "", phrase)
	known := signIn(s, "a@netral.example", "salah sekali ini").ExpectCode(400, "auth.credentials_invalid")
	unknown := signIn(s, "nobody@netral.example", "salah sekali ini").ExpectCode(400, "auth.credentials_invalid")
	if withoutID(t, known) != withoutID(t, unknown) {
		t.Errorf("answers differ: %s %s", known.Body, unknown.Body)
	}
	for name, password := range map[string]string{"a@netral.example": phrase, "nobody@netral.example": phrase, "196904121994031005": phrase} {
		for range 8 {
			signIn(s, name, "salah sekali ini")
		}
		got := signIn(s, name, password).ExpectCode(429, "auth.wait")
		if got.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", name)
		}
	}
	s.Pass(2 * time.Minute)
	signIn(s, "a@netral.example", phrase).Expect(200)

	for range 8 { // the account is known from here now; somebody else guesses from elsewhere
		elsewhere(s, "a@netral.example", "salah sekali ini")
	}
	signIn(s, "a@netral.example", phrase).Expect(200)
}

func withoutID(t *testing.T, a *harness.Answer) string {
	t.Helper()
	var m map[string]any
	a.Into(&m)
	delete(m, "request_id")
	b, _ := json.Marshal(m)
	return string(b)
}

// elsewhere tries a password from another address, as a proxy tells it.
func elsewhere(s *harness.Server, name, password string) *harness.Answer {
	return s.Nobody().Raw(http.MethodPost, "/auth/token", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Forwarded-For": {"203.0.113.7"}},
		strings.NewReader("grant_type=password&username="+name+"&password="+strings.ReplaceAll(password, " ", "+")))
}

// Proves A6, T-22: one person works for two governments with separate rights in
// one token at a time, switches at a refresh, and cannot name a third.
func TestIdentity_TwoGovernmentsOneAtATime(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	a, b, c := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang"), s.Government("32.01", "Kabupaten Bogor")
	appoint(t, s, "rina@x.example", authz.GovernmentAdmin, "36.03", phrase)
	adminB := s.SignedIn(s.Account(b, "b@x.example", nil, authz.GovernmentAdmin).ID, b.ID)
	joined := adminB.Post("/accounts", map[string]any{"name": "Rina", "email": "rina@x.example"}).Expect(201)
	rina := joined.Text("account.id")
	adminB.Post("/role-grants", map[string]any{"account_id": rina, "role": "auditor", "valid_from": "2024-01-02"}).Expect(201)
	redeem(s, joined.Text("code"), "sandi pilihan orang lain").ExpectCode(422, "auth.password_wrong")
	redeem(s, joined.Text("code"), phrase).Expect(200)
	adminB.Post("/accounts/"+rina+"/activation-codes", map[string]any{"identity_card_seen": true}).ExpectCode(403, "account.role_above")

	in := signIn(s, "rina@x.example", phrase, "government", "36.03").Expect(200)
	if in.Text("government.id") != a.ID.String() {
		t.Errorf("got %s", in.Body)
	}
	bearer(s, in).Bind(phrase)
	refresh(s, in.Text("refresh_token"), "government", "32.01").ExpectCode(400, "auth.government_unknown")
	refresh(s, in.Text("refresh_token"), "government", "99.99").ExpectCode(400, "auth.government_unknown")
	refresh(s, in.Text("refresh_token"), "government", c.ID.String()).ExpectCode(400, "auth.government_unknown")
	moved := refresh(s, in.Text("refresh_token"), "government", b.ID.String()).Expect(200)
	inB := bearer(s, moved)
	me := inB.Get("/me").Expect(200)
	if me.Text("government.code") != "36.71" || me.Len("governments") != 2 || me.Text("roles.0.role") != "auditor" || me.Len("roles") != 1 {
		t.Errorf("got %s", me.Body)
	}
	inB.Get("/accounts").ExpectCode(403, "auth.not_permitted")
	inB.Get("/governments/"+a.ID.String()).ExpectCode(404, "request.not_found")
	if got := refresh(s, moved.Text("refresh_token")).Expect(200); got.Text("government.code") != "36.71" {
		t.Errorf("a refresh without a wish moves: %s", got.Body)
	}
	adminB.Post("/accounts/"+rina+"/suspension", nil).Expect(200)
	s.Pass(5 * time.Second)
	inB.Get("/me").ExpectCode(401, "auth.token_invalid")
}

// Proves T-33: keys change without a failed request, two replicas agree, and a
// revoked key is worth nothing within five seconds, on each.
func TestIdentity_KeysRotateWithoutAFailedRequest(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	other := s.Replica()
	appoint(t, s, "a@netral.example", authz.PlatformAdmin, "", phrase)
	old := signIn(s, "a@netral.example", phrase).Expect(200)
	kid := keyOf(t, old.Text("access_token"))
	bearer(s, old).At(other).Get("/me").Expect(200)
	if _, err := s.App.Identity.RotateKeys(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	for _, on := range []*harness.Server{other, s} {
		if n := len(published(t, on)); n < 1 {
			t.Errorf("%d keys are published", n)
		}
	}
	seen := map[string]bool{}
	for range 8 {
		s.Pass(4 * time.Second)
		for _, on := range []*harness.Server{s, other} {
			next := signIn(on, "a@netral.example", phrase).Expect(200)
			seen[keyOf(t, next.Text("access_token"))] = true
			bearer(on, next).At(s).Get("/me").Expect(200)
			bearer(on, next).At(other).Get("/me").Expect(200)
			bearer(on, old).Get("/me").Expect(200)
		}
	}
	if len(seen) != 2 || len(published(t, other)) != 2 {
		t.Errorf("keys seen: %v, published: %v", seen, published(t, other))
	}
	if _, err := s.App.Identity.RotateKeys(context.Background(), kid); err != nil {
		t.Fatal(err)
	}
	s.Pass(5 * time.Second)
	bearer(other, old).Get("/me").ExpectCode(401, "auth.token_invalid")
	bearer(s, old).Get("/me").ExpectCode(401, "auth.token_invalid")
	if slices.Contains(published(t, s), kid) {
		t.Error("a revoked key is published")
	}
}

func keyOf(t *testing.T, token string) string {
	t.Helper()
	head, err := base64.RawURLEncoding.DecodeString(token[:strings.IndexByte(token, '.')])
	if err != nil {
		t.Fatal(err)
	}
	var h struct{ KID string }
	if err := json.Unmarshal(head, &h); err != nil {
		t.Fatal(err)
	}
	return h.KID
}

// published lists the kids of the key set.
func published(t *testing.T, s *harness.Server) []string {
	t.Helper()
	var set struct{ Keys []struct{ KID, KTY string } }
	wellKnown(t, s, "/.well-known/jwks.json", &set)
	out := []string{}
	for _, k := range set.Keys {
		out = append(out, k.KID)
	}
	return out
}

func wellKnown(t *testing.T, s *harness.Server, path string, v any) {
	t.Helper()
	res, err := http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %d", path, res.StatusCode)
	}
	if err := json.NewDecoder(res.Body).Decode(v); err != nil {
		t.Fatal(err)
	}
}

// Proves T-32: no forged token comes through HTTP, and the metadata document
// names the issuer that tokens carry.
func TestIdentity_ForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t, func(c *app.Config) { c.PublicURL = "https://netral.example.go.id/" })
	appoint(t, s, "a@netral.example", authz.PlatformAdmin, "", phrase)
	good := signIn(s, "a@netral.example", phrase).Expect(200).Text("access_token")
	s.WithToken(good).Get("/me").Expect(200)
	strange, err := authn.NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	sign := func(issuer, audience, kid string, at time.Time) string {
		k := authn.NewKeyring(issuer, audience, func() time.Time { return at })
		k.Set(kid, authn.SigningKey{ID: kid, Private: strange.Private})
		token, _, err := k.Sign(authn.Claims{Subject: id.ForName("x"), Session: id.ForName("y")})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	parts := strings.Split(good, ".")
	issuer := "https://netral.example.go.id"
	for name, token := range map[string]string{
		"alg none":             base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + ".",
		"no signature":         parts[0] + "." + parts[1] + ".",
		"claims changed":       parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"x"}`)) + "." + parts[2],
		"another key, our kid": sign(issuer, identity.Audience, keyOf(t, good), s.Now()),
		"another key":          sign(issuer, identity.Audience, strange.ID, s.Now()),
		"rubbish":              "a.b.c", "huge": strings.Repeat("a", 9000),
	} {
		s.WithToken(token).Get("/me").ExpectCode(401, "auth.token_invalid")
		_ = name
	}
	s.Pass(16 * time.Minute)
	s.WithToken(good).Get("/me").ExpectCode(401, "auth.token_invalid")

	var m struct {
		Issuer        string
		TokenEndpoint string   `json:"token_endpoint"`
		Scopes        []string `json:"scopes_supported"`
	}
	wellKnown(t, s, "/.well-known/oauth-authorization-server", &m)
	if m.Issuer != issuer || m.TokenEndpoint != issuer+"/api/v1/auth/token" || !slices.Contains(m.Scopes, "asn.read") {
		t.Errorf("got %+v", m)
	}
}

// Proves that the own password, second factor, recovery codes, e-mail address
// and phone are the person's own matter, and that a changed password ends all
// other sessions.
func TestIdentity_OwnAccount(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	f := s.Fixtures()
	p := parsed(t, person(f, g, unit(f, g, "own", ""), "Siti Aminah", 1))
	a := s.Account(g, "siti@x.example", &p)
	me := s.SignedIn(a.ID, g.ID)
	got := me.Get("/me").Expect(200)
	if got.Text("asn_id") != p.String() || got.Text("roles.0.role") != "asn" || got.Text("assurance") != "sheet_code" || got.Text("second_factor.required") != "false" {
		t.Errorf("got %s", got.Body)
	}
	me.Get("/asn/" + p.String()).Expect(200)
	me.Post("/me/password", map[string]any{"current_password": "apa saja di sini", "new_password": "angin sore membawa layang-layang"}).Expect(204)
	me.Post("/me/password", map[string]any{"current_password": "salah sekali ini", "new_password": phrase}).ExpectCode(422, "auth.password_wrong")
	in := signIn(s, nipOf(1), "angin sore membawa layang-layang").Expect(200)
	secret, recovery := bearer(s, in).Bind("angin sore membawa layang-layang")
	me.Get("/me").ExpectCode(401, "auth.token_invalid")
	me = bearer(s, in)
	if got := me.Get("/me").Expect(200); got.Text("assurance") != "second_factor" || got.Text("second_factor.recovery_codes_left") != "10" {
		t.Errorf("got %s", got.Body)
	}
	signIn(s, "siti@x.example", "angin sore membawa layang-layang", "totp", strings.ToLower(recovery[3])).Expect(200)
	signIn(s, "siti@x.example", "angin sore membawa layang-layang", "totp", recovery[3]).ExpectCode(400, "auth.totp_invalid")
	signIn(s, "siti@x.example", "angin sore membawa layang-layang", "totp", s.TOTP(secret)).Expect(200)
	if n := me.Get("/me/sessions").Expect(200).Len("items"); n != 3 {
		t.Errorf("%d sessions", n)
	}
	me.Patch("/me", map[string]any{"email": "Siti.Aminah@X.example", "phone": "0812-0000"}).Expect(200)
	if got := me.Get("/me").Expect(200); got.Text("email") != "siti.aminah@x.example" || got.Text("phone") != "0812-0000" {
		t.Errorf("got %s", got.Body)
	}
	s.Account(g, "taken@x.example", nil)
	me.Patch("/me", map[string]any{"email": "TAKEN@x.example"}).ExpectCode(409, "account.email_taken")
	me.Delete("/me/totp").Expect(204)
	if got := me.Get("/me").Expect(200); got.Text("assurance") != "sheet_code" {
		t.Errorf("got %s", got.Body)
	}
	me.Delete("/me/totp").ExpectCode(409, "auth.totp_absent")
	me.Post("/me/totp/confirmation", map[string]any{"code": "000000"}).ExpectCode(409, "auth.totp_not_begun")
	if n := me.Get("/me/sessions").Expect(200).Len("items"); n != 1 {
		t.Errorf("%d sessions after the second factor went", n)
	}
}

// Proves C3 and the dated substitute: a Kasubag reaches the own OPD and what
// lies below it, somebody stands in for a time, and both end together.
func TestIdentity_OfficerOfAUnitAndSubstitute(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	f := s.Fixtures()
	own, other := unit(f, g, "own", ""), unit(f, g, "other", "")
	below := unit(f, g, "below", own)
	admin := s.SignedIn(s.Account(g, "admin@x.example", nil, authz.GovernmentAdmin).ID, g.ID)
	kasubag, deputy := s.Account(g, "kasubag@x.example", nil), s.Account(g, "deputy@x.example", nil)
	give := map[string]any{"account_id": kasubag.ID.String(), "role": "opd_officer", "valid_from": "2024-01-02"}
	admin.Post("/role-grants", give).ExpectCode(422, "grant.opd_unfit")
	give["opd_id"] = nowhere
	admin.Post("/role-grants", give).ExpectCode(404, "request.not_found")
	give["opd_id"] = own
	grant := admin.Post("/role-grants", give).Expect(201)
	officer := s.SignedIn(kasubag.ID, g.ID)
	officer.Get("/opd/" + below).Expect(200)
	officer.Get("/opd/"+other).ExpectCode(404, "request.not_found")
	if got := officer.Get("/me").Expect(200); got.Text("roles.0.opd_name") != "Unit own" {
		t.Errorf("got %s", got.Body)
	}
	today := time.Now().In(jakarta(t)).Format(time.DateOnly)
	path := "/role-grants/" + grant.Text("id")
	sub := admin.Post(path+"/substitutes", map[string]any{"account_id": deputy.ID.String(), "valid_from": today, "valid_until": "2099-12-31"}).Expect(201)
	if sub.Text("stands_in_for") != grant.Text("id") || sub.Text("opd_id") != own {
		t.Errorf("got %s", sub.Body)
	}
	admin.Post("/role-grants/"+sub.Text("id")+"/substitutes", map[string]any{"account_id": kasubag.ID.String(), "valid_from": today, "valid_until": today}).
		ExpectCode(409, "grant.substitute_of_substitute")
	stand := s.SignedIn(deputy.ID, g.ID)
	stand.Get("/opd/" + below).Expect(200)
	admin.Post(path+"/ending", map[string]any{"last_day": "2024-01-31"}).Expect(200)
	s.Pass(5 * time.Second)
	stand.Get("/opd/"+below).ExpectCode(403, "auth.not_permitted")
	if got := admin.Get("/role-grants/" + sub.Text("id")).Expect(200); got.Text("valid_until") != "2024-01-31" || got.Header.Get("ETag") != `"2"` {
		t.Errorf("the substitute goes on: %s", got.Body)
	}
	if n := admin.Get("/role-grants?role=opd_officer&on=2024-01-15").Expect(200).Len("items"); n != 1 {
		t.Errorf("on 15 January %d officers", n)
	}
}

func jakarta(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Proves that in the demo nobody needs a second factor, and that a province's
// overseer reads the governments of that province and no others.
func TestIdentity_DemoAndProvince(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t, func(c *app.Config) { c.Demo = true })
	province := s.Government("36", "Provinsi Banten")
	s.Government("36.03", "Kabupaten Tangerang")
	s.Government("36.71", "Kota Tangerang")
	s.Government("32.01", "Kabupaten Bogor")
	overseer := s.SignedIn(s.Account(province, "o@x.example", nil, authz.ProvinceOverseer).ID, province.ID)
	if got := overseer.Get("/governments").Expect(200); got.Len("items") != 3 {
		t.Errorf("got %s", got.Body)
	}
	if got := overseer.Get("/me").Expect(200); got.Text("second_factor.required") != "false" {
		t.Errorf("got %s", got.Body)
	}
}
