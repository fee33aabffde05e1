package authn

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

const (
	issuer   = "https://netral.test"
	audience = "netral"
)

// signingKeys are made once: drawing one takes a while.
var signingKeys = sync.OnceValue(func() [3]SigningKey {
	var out [3]SigningKey
	for i := range out {
		k, err := NewSigningKey()
		if err != nil {
			panic(err)
		}
		out[i] = k
	}
	return out
})

type wall struct {
	mu sync.Mutex
	t  time.Time
}

func (w *wall) now() time.Time       { w.mu.Lock(); defer w.mu.Unlock(); return w.t }
func (w *wall) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.t = w.t.Add(d) }
func newWall() *wall                 { return &wall{t: time.Date(2024, 5, 20, 2, 0, 0, 0, time.UTC)} }
func person() Claims {
	return Claims{Subject: id.ForName("account"), Session: id.ForName("session"), Government: id.ForName("g")}
}
func ring(w *wall) (*Keyring, string) { return ringOf(w, signingKeys()[0]) }

func ringOf(w *wall, keys ...SigningKey) (*Keyring, string) {
	k := NewKeyring(issuer, audience, w.now)
	k.Set(keys[0].ID, keys...)
	token, _, err := k.Sign(person())
	if err != nil {
		panic(err)
	}
	return k, token
}

// Proves that what was signed is read again, with kid and type in the header.
func TestToken_RoundTrip(t *testing.T) {
	t.Parallel()
	k, token := ring(newWall())
	for range 2 { // the second time from memory
		c, err := k.Verify(token)
		if err != nil || c.Subject != person().Subject || c.Session != person().Session || c.Government != person().Government || c.ID == "" {
			t.Fatalf("got %+v, %v", c, err)
		}
	}
	same := Claims{Subject: id.ForName("x"), Session: id.ForName("x")}
	token, _, err := k.Sign(same)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := k.Verify(token); err != nil || c.Subject != same.Subject || c.Session != same.Session {
		t.Errorf("got %+v, %v", c, err)
	}
}

// forged is a token that must be refused, and how it was made.
func forged(t *testing.T, w *wall) map[string]string {
	t.Helper()
	keys := signingKeys()
	good := func() jwt.MapClaims {
		return jwt.MapClaims{"iss": issuer, "aud": audience, "sub": id.ForName("account").String(), "jti": "1",
			"iat": w.now().Unix(), "exp": w.now().Add(time.Minute).Unix()}
	}
	sign := func(m jwt.SigningMethod, key any, head map[string]any, claims jwt.MapClaims) string {
		tok := jwt.NewWithClaims(m, claims)
		tok.Header["typ"], tok.Header["kid"] = tokenType, keys[0].ID
		for name, v := range head {
			if v == nil {
				delete(tok.Header, name)
				continue
			}
			tok.Header[name] = v
		}
		s, err := tok.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	with := func(name string, v any) jwt.MapClaims {
		c := good()
		if v == nil {
			delete(c, name)
		} else {
			c[name] = v
		}
		return c
	}
	rs := jwt.SigningMethodRS256
	priv := keys[0].Private
	der := x509.MarshalPKCS1PublicKey(&priv.PublicKey)
	spki, err := x509.MarshalPKIXPublicKey(&priv.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})
	if _, err := newVerifier(w, keys[0]).Verify(sign(rs, priv, nil, good())); err != nil {
		t.Fatalf("the control must be taken, or the table proves nothing: %v", err)
	}
	cut := sign(rs, priv, nil, good())
	return map[string]string{
		"empty": "", "not a token": "abc", "two parts": "a.b", "huge": strings.Repeat("a", maxToken+1),
		"alg none":                sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, good()),
		"alg HS256, public DER":   sign(jwt.SigningMethodHS256, der, nil, good()),
		"alg HS256, public PEM":   sign(jwt.SigningMethodHS256, publicPEM, nil, good()),
		"alg PS256":               sign(jwt.SigningMethodPS256, priv, nil, good()),
		"alg RS512":               sign(jwt.SigningMethodRS512, priv, nil, good()),
		"alg RS1, lower case":     sign(rs, priv, map[string]any{"alg": "rs256"}, good()),
		"another key, our kid":    sign(rs, keys[1].Private, nil, good()),
		"another key, its kid":    sign(rs, keys[1].Private, map[string]any{"kid": keys[1].ID}, good()),
		"no kid":                  sign(rs, priv, map[string]any{"kid": nil}, good()),
		"kid is a path":           sign(rs, priv, map[string]any{"kid": "../../etc/passwd"}, good()),
		"kid is SQL":              sign(rs, priv, map[string]any{"kid": "' OR 1=1 --"}, good()),
		"kid is a list":           sign(rs, priv, map[string]any{"kid": []string{keys[0].ID}}, good()),
		"jku":                     sign(rs, priv, map[string]any{"jku": "https://evil.test/jwks.json"}, good()),
		"jwk in the header":       sign(rs, keys[1].Private, map[string]any{"jwk": map[string]any{"kty": "RSA"}}, good()),
		"x5u":                     sign(rs, priv, map[string]any{"x5u": "https://evil.test/c.pem"}, good()),
		"crit":                    sign(rs, priv, map[string]any{"crit": []string{"exp"}}, good()),
		"typ of another use":      sign(rs, priv, map[string]any{"typ": "JWT"}, good()),
		"no typ":                  sign(rs, priv, map[string]any{"typ": nil}, good()),
		"another issuer":          sign(rs, priv, nil, with("iss", "https://evil.test")),
		"no issuer":               sign(rs, priv, nil, with("iss", nil)),
		"another audience":        sign(rs, priv, nil, with("aud", "somebody")),
		"no audience":             sign(rs, priv, nil, with("aud", nil)),
		"expired":                 sign(rs, priv, nil, with("exp", w.now().Add(-Leeway-time.Second).Unix())),
		"no expiry":               sign(rs, priv, nil, with("exp", nil)),
		"not yet":                 sign(rs, priv, nil, with("nbf", w.now().Add(time.Hour).Unix())),
		"issued in the future":    sign(rs, priv, nil, with("iat", w.now().Add(time.Hour).Unix())),
		"no iat":                  sign(rs, priv, nil, with("iat", nil)),
		"no jti":                  sign(rs, priv, nil, with("jti", nil)),
		"no subject":              sign(rs, priv, nil, with("sub", nil)),
		"subject is no id":        sign(rs, priv, nil, with("sub", "admin")),
		"session is no id":        sign(rs, priv, nil, with("sid", "admin")),
		"signature cut":           cut[:len(cut)-4],
		"signature of other text": cut[:strings.IndexByte(cut, '.')+10] + "A" + cut[strings.IndexByte(cut, '.')+11:],
		"no signature":            cut[:strings.LastIndexByte(cut, '.')+1],
	}
}

func newVerifier(w *wall, keys ...SigningKey) *Keyring {
	k := NewKeyring(issuer, audience, w.now)
	k.Set(keys[0].ID, keys...)
	return k
}

// Proves T-32: no forged token is taken: algorithm confusion, none, injected
// keys, wrong or missing issuer, audience, type, expiry. Each differs from a
// token that is taken by the one thing its name says.
func TestVerify_RefusesForgedTokens(t *testing.T) {
	t.Parallel()
	w := newWall()
	k := newVerifier(w, signingKeys()[0])
	for name, token := range forged(t, w) {
		if c, err := k.Verify(token); err == nil {
			t.Errorf("%s: taken as %+v", name, c)
		} else if !errors.Is(err, ErrToken) && !errors.Is(err, ErrUnknownKey) {
			t.Errorf("%s: %v is neither of the two errors", name, err)
		}
	}
}

// Proves T-32, T-33: a token ends 15 minutes after it was issued, also when it
// is remembered as verified.
func TestVerify_EndsWithItsExpiry(t *testing.T) {
	t.Parallel()
	w := newWall()
	k, token := ring(w)
	w.pass(AccessLife + Leeway - time.Second)
	if _, err := k.Verify(token); err != nil {
		t.Fatalf("within the leeway: %v", err)
	}
	w.pass(2 * time.Second)
	if _, err := k.Verify(token); err == nil {
		t.Error("a remembered token outlived its expiry")
	}
}

// Proves T-33: with overlapping keys a rotation refuses no token that was
// issued before it, and a key taken out is refused at once, remembered or not.
func TestKeyring_RotationOverlapsAndRevocationIsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWall()
	keys := signingKeys()
	k, old := ringOf(w, keys[0], keys[1])
	k.Set(keys[1].ID, keys[1], keys[0], keys[2])
	if _, err := k.Verify(old); err != nil {
		t.Fatalf("after the rotation: %v", err)
	}
	young, _, err := k.Sign(person())
	if err != nil {
		t.Fatal(err)
	}
	head, _ := base64.RawURLEncoding.DecodeString(strings.SplitN(young, ".", 2)[0])
	if !strings.Contains(string(head), keys[1].ID) {
		t.Errorf("signed with %s", head)
	}
	k.Set(keys[1].ID, keys[1], keys[2])
	if _, err := k.Verify(old); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a token of a removed key: %v", err)
	}
	if _, err := k.Verify(young); err != nil {
		t.Errorf("a token of the present key: %v", err)
	}
}

// Proves that the published key set verifies our tokens and holds nothing
// private.
func TestJWKS_IsPublicAndVerifies(t *testing.T) {
	t.Parallel()
	w := newWall()
	keys := signingKeys()
	k, token := ringOf(w, keys[0], keys[1])
	b, err := json.Marshal(k.JWKS())
	if err != nil || strings.Contains(string(b), `"d"`) || strings.Contains(string(b), `"p"`) {
		t.Fatalf("%s %v", b, err)
	}
	var set JWKS
	if err := json.Unmarshal(b, &set); err != nil || len(set.Keys) != 2 {
		t.Fatalf("%s %v", b, err)
	}
	_, err = jwt.Parse(token, func(tok *jwt.Token) (any, error) {
		for _, key := range set.Keys {
			if key.ID == tok.Header["kid"] {
				return key.PublicKey()
			}
		}
		return nil, errors.New("no such key")
	}, jwt.WithTimeFunc(w.now))
	if err != nil {
		t.Error(err)
	}
}

// Proves that signing keys are read again as they were written.
func TestSigningKey_RoundTrip(t *testing.T) {
	t.Parallel()
	k := signingKeys()[0]
	b, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadSigningKey(k.ID, b)
	if err != nil || !got.Private.Equal(k.Private) {
		t.Errorf("got another key, %v", err)
	}
	if _, err := ReadSigningKey("x", b[:20]); err == nil {
		t.Error("a cut key was read")
	}
}

// Proves T-35: a client assertion is taken when it is the client's own, meant
// for us and short-lived, and in no other case.
func TestCheckAssertion_OnlyTheClientsOwn(t *testing.T) {
	t.Parallel()
	now := newWall().now()
	keys := signingKeys()
	client := id.ForName("bawaslu")
	public := map[string]*rsa.PublicKey{"k1": &keys[0].Private.PublicKey}
	make1 := func(m jwt.SigningMethod, key any, kid string, change func(jwt.MapClaims)) string {
		c := jwt.MapClaims{"iss": client.String(), "sub": client.String(), "aud": issuer, "jti": "a", "exp": now.Add(time.Minute).Unix()}
		change(c)
		tok := jwt.NewWithClaims(m, c)
		tok.Header["kid"] = kid
		s, err := tok.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	same := func(jwt.MapClaims) {}
	rs, priv := jwt.SigningMethodRS256, keys[0].Private
	good := make1(rs, priv, "k1", same)
	if who, err := AssertionClient(good); err != nil || who != client {
		t.Errorf("whose: %v %v", who, err)
	}
	if a, err := CheckAssertion(good, client, public, []string{"x", issuer}, now); err != nil || a.ID != "a" || a.Client != client {
		t.Fatalf("the control: %+v %v", a, err)
	}
	for name, raw := range map[string]string{
		"another key":      make1(rs, keys[1].Private, "k1", same),
		"unknown kid":      make1(rs, priv, "k2", same),
		"HS256":            make1(jwt.SigningMethodHS256, x509.MarshalPKCS1PublicKey(&priv.PublicKey), "k1", same),
		"none":             make1(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "k1", same),
		"another audience": make1(rs, priv, "k1", func(c jwt.MapClaims) { c["aud"] = "https://other.test" }),
		"another issuer":   make1(rs, priv, "k1", func(c jwt.MapClaims) { c["iss"] = id.ForName("x").String() }),
		"another subject":  make1(rs, priv, "k1", func(c jwt.MapClaims) { c["sub"] = id.ForName("x").String() }),
		"no expiry":        make1(rs, priv, "k1", func(c jwt.MapClaims) { delete(c, "exp") }),
		"expired":          make1(rs, priv, "k1", func(c jwt.MapClaims) { c["exp"] = now.Add(-time.Minute).Unix() }),
		"lives too long":   make1(rs, priv, "k1", func(c jwt.MapClaims) { c["exp"] = now.Add(time.Hour).Unix() }),
		"no jti":           make1(rs, priv, "k1", func(c jwt.MapClaims) { delete(c, "jti") }),
		"nothing":          "",
	} {
		if _, err := CheckAssertion(raw, client, public, []string{issuer}, now); !errors.Is(err, ErrAssertion) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Proves that keys too weak to trust are refused when a client registers them.
func TestJWK_RefusesWeakKeys(t *testing.T) {
	t.Parallel()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("this Go makes no short keys: ", err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	good := signingKeys()[0].Private.N.Bytes()
	for name, k := range map[string]JWK{
		"short":       {KeyType: "RSA", ID: "a", N: b64(weak.N.Bytes()), E: "AQAB"},
		"exponent 3":  {KeyType: "RSA", ID: "a", N: b64(good), E: b64([]byte{3})},
		"even":        {KeyType: "RSA", ID: "a", N: b64(good), E: b64([]byte{1, 0, 2})},
		"long e":      {KeyType: "RSA", ID: "a", N: b64(good), E: b64([]byte{1, 2, 3, 4, 5})},
		"not RSA":     {KeyType: "EC", ID: "a", N: b64(good), E: "AQAB"},
		"no kid":      {KeyType: "RSA", N: b64(good), E: "AQAB"},
		"another alg": {KeyType: "RSA", ID: "a", Algorithm: "HS256", N: b64(good), E: "AQAB"},
		"not base64":  {KeyType: "RSA", ID: "a", N: "!", E: "AQAB"},
	} {
		if _, err := k.PublicKey(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := (JWK{KeyType: "RSA", ID: "a", N: b64(good), E: "AQAB"}).PublicKey(); err != nil {
		t.Errorf("the control: %v", err)
	}
}

// Proves T-30, T-31: hashes are argon2id at no less than 19 MiB and two passes,
// differ for the same password, and an account that is not there costs the same
// and is never let in.
func TestHasher_HashesAndChecks(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := NewHasher(1, 4)
	a, err := h.Hash(ctx, "rahasia-panjang-sekali")
	if err != nil || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s %v", a, err)
	}
	b, _ := h.Hash(ctx, "rahasia-panjang-sekali")
	if a == b {
		t.Error("two hashes of one password are the same")
	}
	if ok, stale, err := h.Check(ctx, a, "rahasia-panjang-sekali"); !ok || stale || err != nil {
		t.Errorf("right password: %v %v %v", ok, stale, err)
	}
	if ok, _, err := h.Check(ctx, a, "rahasia-panjang-sekalI"); ok || err != nil {
		t.Errorf("wrong password: %v %v", ok, err)
	}
	if ok, _, err := h.Check(ctx, "", "rahasia-panjang-sekali"); ok || err != nil {
		t.Errorf("no account: %v %v", ok, err)
	}
	c, _, _, err := decode(h.dummy)
	if err != nil || c != h.cost {
		t.Errorf("the stand-in costs %+v, not %+v", c, h.cost)
	}
	old := encode(cost{memoryKiB: 8 * 1024, passes: 1, lanes: 1}, []byte("0123456789abcdef"), make([]byte, hashSize))
	if _, stale, err := h.Check(ctx, old, "x"); !stale || err != nil {
		t.Errorf("a cheap hash is not called stale: %v", err)
	}
	for _, bad := range []string{"x", "$argon2i$v=19$m=1,t=1,p=1$AA$AA", "$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=0,p=1$AAAA$AAAA"} {
		if _, _, err := h.Check(ctx, bad, "x"); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

// Proves T-31: no more hashes run at once than there are workers, a bounded
// number waits, and the rest is told to come back.
func TestHasher_FullQueueIsTooMany(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	h := NewHasher(1, 1)
	leave, err := h.enter(ctx) // the one worker
	if err != nil {
		t.Fatal(err)
	}
	waited := make(chan error)
	go func() { _, err := h.enter(ctx); waited <- err }()
	for len(h.waiting) < cap(h.waiting) {
		time.Sleep(time.Millisecond)
	}
	_, err = h.Hash(ctx, "x")
	if f, ok := fault.As(err); !ok || f.Kind != fault.TooMany || f.RetryAfter == 0 {
		t.Errorf("a full queue gave %v", err)
	}
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("who waited got %v", err)
	}
	leave()
	if len(h.waiting) != 0 || len(h.running) != 0 {
		t.Errorf("places are lost: %d %d", len(h.waiting), len(h.running))
	}
}

// Proves T-06: codes carry 120 random bits and a check symbol, are read however
// people type them, and one mistyped or swapped symbol is always noticed.
func TestCode_ReadsWhatPeopleTypeAndNoticesSlips(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		c := NewCode()
		if seen[c] || len(c) != codeSymbols+1 {
			t.Fatalf("%s", c)
		}
		seen[c] = true
		for _, typed := range []string{c, PrintCode(c), strings.ToLower(PrintCode(c)), " " + strings.ReplaceAll(strings.ReplaceAll(c, "0", "o"), "1", "l")} {
			if got, ok := ParseCode(typed); !ok || got != c {
				t.Fatalf("%q was read as %q, %v", typed, got, ok)
			}
		}
		for i := range codeSymbols {
			slip := []byte(c)
			slip[i] = alphabet[(strings.IndexByte(alphabet, slip[i])+1)%32]
			if _, ok := ParseCode(string(slip)); ok {
				t.Fatalf("%s passes for %s", slip, c)
			}
			if i > 0 && c[i] != c[i-1] {
				swap := []byte(c)
				swap[i], swap[i-1] = swap[i-1], swap[i]
				if _, ok := ParseCode(string(swap)); ok {
					t.Fatalf("%s passes for %s", swap, c)
				}
			}
		}
	}
	for _, s := range []string{"", "A", strings.Repeat("A", 26), strings.Repeat("U", 25), strings.Repeat("é", 25), strings.Repeat("0", 24) + "1"} {
		if _, ok := ParseCode(s); ok {
			t.Errorf("%q was taken", s)
		}
	}
}

// Proves that a second factor is taken once and within one step of its time.
func TestCheckTOTP_OnceAndInTime(t *testing.T) {
	t.Parallel()
	secret, address, err := NewTOTP("siti@example.go.id")
	if err != nil || !strings.HasPrefix(address, "otpauth://totp/Netral:") {
		t.Fatalf("%s %v", address, err)
	}
	now := newWall().now()
	code := func(at time.Time) string {
		c, err := TOTPCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	step, ok := CheckTOTP(secret, code(now), now, 0)
	if !ok {
		t.Fatal("the present code was refused")
	}
	if _, again := CheckTOTP(secret, code(now), now, step); again {
		t.Error("a code was taken twice")
	}
	if _, ok := CheckTOTP(secret, code(now.Add(-30*time.Second)), now, 0); !ok {
		t.Error("a code of the step before was refused")
	}
	if _, ok := CheckTOTP(secret, code(now.Add(-30*time.Second)), now, step); ok {
		t.Error("a code older than the last one was taken")
	}
	if next, ok := CheckTOTP(secret, code(now.Add(30*time.Second)), now, step); !ok || next <= step {
		t.Error("the next code was refused")
	}
	for _, c := range []string{code(now.Add(2 * time.Minute)), code(now.Add(-2 * time.Minute)), "", "12345", "abcdef"} {
		if _, ok := CheckTOTP(secret, c, now, 0); ok {
			t.Errorf("%q was taken", c)
		}
	}
}

// Proves that secrets are long and never the same.
func TestNewSecret_IsLongAndFresh(t *testing.T) {
	t.Parallel()
	a, b := NewSecret("netral_rt_"), NewSecret("netral_rt_")
	if a == b || len(a) != len("netral_rt_")+43 {
		t.Errorf("%s %s", a, b)
	}
}
