package identity

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// OIDC is an outside identity provider that vouches for NIPs.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	// RedirectURL is the front end's address that the provider sends people
	// back to.
	RedirectURL string
	// NIPClaim is the claim of the ID token that holds the NIP.
	NIPClaim string
}

// Check refuses settings that do not go together, and a provider whose answers
// anybody on the way could change.
func (o OIDC) Check() error {
	if o.Issuer == "" {
		if o.ClientID+o.ClientSecret+o.RedirectURL != "" {
			return errors.New("settings of an identity provider without --oidc-issuer")
		}
		return nil
	}
	if o.ClientID == "" || o.RedirectURL == "" || o.NIPClaim == "" {
		return errors.New("--oidc-issuer needs --oidc-client-id, --oidc-redirect-url and --oidc-nip-claim")
	}
	for name, address := range map[string]string{"--oidc-issuer": o.Issuer, "--oidc-redirect-url": o.RedirectURL} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || (u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname()))) {
			return fmt.Errorf("%s must be an https address (http on this machine alone)", name)
		}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// stateLife is how long a person may take at the provider.
const stateLife = 10 * time.Minute

// provider talks to the outside identity provider; what it publishes is read
// once and kept.
type provider struct {
	OIDC
	client *http.Client
	now    func() time.Time

	mu    sync.Mutex
	known *oidc.Provider
}

func newProvider(c OIDC, now func() time.Time) *provider {
	return &provider{OIDC: c, now: now, client: &http.Client{Timeout: 10 * time.Second}}
}

// ready finds the provider's addresses and keys.
func (p *provider) ready() (*oidc.Provider, error) {
	if p.Issuer == "" {
		return nil, fault.New(fault.NotFound, "auth.oidc_absent")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	// The keys are fetched again long after this request: not under its context.
	found, err := oidc.NewProvider(oidc.ClientContext(context.Background(), p.client), p.Issuer)
	if err != nil {
		return nil, away(err)
	}
	p.known = found
	return found, nil
}

// away says that the provider does not answer as it should.
func away(err error) error {
	return fault.New(fault.Unavailable, "server.unavailable").After(5 * time.Second).Because(err)
}

func (p *provider) config(at *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: at.Endpoint(), RedirectURL: p.RedirectURL, Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// nip exchanges a code and gives the NIP that the provider vouches for.
func (p *provider) nip(ctx context.Context, code, verifier, nonce string) (string, error) {
	at, err := p.ready()
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	refused := func(err error) error { return fault.New(fault.Shape, "auth.oidc_refused").Because(err) }
	tokens, err := p.config(at).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	var answer *oauth2.RetrieveError
	switch {
	case errors.As(err, &answer) && answer.Response.StatusCode < http.StatusInternalServerError:
		return "", refused(errors.New("the provider answered " + answer.Response.Status)) // its text may name persons
	case err != nil:
		return "", away(errors.New("the exchange with the identity provider failed"))
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := at.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return "", refused(err)
	}
	if !sameHash([]byte(token.Nonce), []byte(nonce)) {
		return "", refused(errors.New("another nonce"))
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return "", refused(err)
	}
	said, _ := claims[p.NIPClaim].(string)
	digits, ok := nipDigits(said)
	if !ok {
		return "", fault.New(fault.Rule, "auth.oidc_without_nip")
	}
	return digits, nil
}

// derived is a secret that follows from the state alone, so that nothing but
// the state's hash is kept.
func (s *Service) derived(purpose, state string) string {
	return base64.RawURLEncoding.EncodeToString(s.master.KeyedHash(purpose, state))
}

// BeginOIDC starts a sign-in at the outside provider: where to go, and the state
// that comes back.
func (s *Service) BeginOIDC(ctx context.Context) (address, state string, err error) {
	at, err := s.oidc.ready()
	if err != nil {
		return "", "", err
	}
	state = authn.NewSecret("")
	now := s.now()
	err = s.db.Write(authz.With(ctx, authz.ForPublic(authz.Platform)), func(tx *db.Tx) error {
		journal.Routine(tx)
		return insertState(tx, s.master.KeyedHash("oidc state", state), now.Add(stateLife), now)
	})
	if err != nil {
		return "", "", err
	}
	address = s.oidc.config(at).AuthCodeURL(state, oidc.Nonce(s.derived("oidc nonce", state)), oauth2.S256ChallengeOption(s.derived("oidc verifier", state)))
	return address, state, nil
}

// FinishOIDC signs in whoever the provider vouches for.
func (s *Service) FinishOIDC(ctx context.Context, code, state, factor, where string) (Token, error) {
	if _, err := s.oidc.ready(); err != nil {
		return Token{}, err
	}
	ctx = authz.With(ctx, authz.ForPublic(authz.Platform))
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx)
		return takeState(tx, s.master.KeyedHash("oidc state", state), s.now())
	})
	if err != nil {
		return Token{}, err
	}
	digits, err := s.oidc.nip(ctx, code, s.derived("oidc verifier", state), s.derived("oidc nonce", state))
	if err != nil {
		return Token{}, err
	}
	n := name{nipHash: s.nipHash(digits)}
	try := s.attempt(ctx, n)
	if factor != "" { // codes of the second factor are guessed no faster here than at the front door
		if err := s.admit(ctx, try); err != nil {
			return Token{}, err
		}
	}
	t, account, err := s.openVouched(ctx, n, digits, signIn{factor: factor, where: where}, try)
	if wrongFactor(err) {
		return Token{}, s.failed(ctx, try, err)
	}
	if err != nil {
		return Token{}, err
	}
	return s.signed(ctx, t, account)
}

// openVouched opens a session for the account with the NIP, and the account
// first where the registry knows the person.
func (s *Service) openVouched(ctx context.Context, n name, digits string, in signIn, t try) (out Token, account id.ID, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, found, err := accountByName(tx, n)
		if err != nil {
			return err
		}
		if found {
			account = a.ID
		} else if account, err = s.registeredTx(tx, digits); err != nil {
			return err
		}
		if a, err = accountByID(tx, account, true); err != nil {
			return err
		}
		if a, err = s.vouchedTx(tx, a); err != nil {
			return err
		}
		if out, err = s.openTx(tx, a, in); err != nil || in.factor == "" {
			return err
		}
		return s.succeededTx(tx, t)
	})
	return out, account, err
}

// vouchedTx opens an account that was only invited: the provider has proven the
// person, so no code is needed any more.
func (s *Service) vouchedTx(tx *db.Tx, a Account) (Account, error) {
	if a.State == Suspended {
		return a, nil // openTx refuses it
	}
	if a.State == Invited {
		a.State = Active
	}
	a.Assurance = authz.BoundContact
	if err := updateAccount(tx, a, s.now()); err != nil {
		return a, err
	}
	return a, activateOwnMemberships(tx, a.ID)
}

// registeredTx opens the account of a person whom a registry knows by NIP, as a
// member of every government that does.
func (s *Service) registeredTx(tx *db.Tx, digits string) (account id.ID, err error) {
	home := tx.Scope()
	all, err := everyTenant(tx)
	if err != nil {
		return id.Nil, err
	}
	if err := tx.Enter(authz.ForSearch(all)); err != nil {
		return id.Nil, err
	}
	records, err := recordsByNIP(tx, digits)
	if err != nil {
		return id.Nil, err
	}
	if len(records) == 0 {
		return id.Nil, fault.New(fault.Rule, "auth.oidc_person_unknown")
	}
	for _, r := range records {
		if err := tx.Enter(authz.ForSystem(r.TenantID)); err != nil {
			return id.Nil, err
		}
		a, err := s.OpenTx(tx, NewAccount{ASN: &r.ID, Active: true, Assurance: authz.BoundContact})
		if err != nil {
			return id.Nil, err
		}
		account = a.ID
	}
	return account, tx.Enter(home)
}
