package identity

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// usualQuota is how often a machine client may call a minute.
const usualQuota = 600

// clientSecretPrefix says what a leaked secret is.
const clientSecretPrefix = "ncs_"

func (s *Service) clientSecretHash(secret string) []byte {
	return s.master.KeyedHash("client secret", secret)
}

// Clients lists the machine clients that the caller's government sees, with
// the legal day of the installation.
func (s *Service) Clients(ctx context.Context, org *id.ID, r page.Request) (page.Page[Client], day.Day, error) {
	var out []Client
	var today day.Day
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if today, err = todayIn(tx, authz.Platform); err != nil {
			return err
		}
		out, err = listClients(tx, viewOf(tx.Scope().Principal()), org, today, r)
		return err
	})
	return page.Cut(r, out, func(c Client) []string { return []string{c.ID.String()} }), today, err
}

// ClientByID reads one machine client that the caller's government sees.
func (s *Service) ClientByID(ctx context.Context, cid id.ID) (c Client, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = todayIn(tx, authz.Platform); err != nil {
			return err
		}
		c, err = clientByID(tx, viewOf(tx.Scope().Principal()), cid, today, false)
		return err
	})
	return c, today, err
}

// CreateClient registers a machine client.
func (s *Service) CreateClient(ctx context.Context, c Client) (Client, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if today, err = todayIn(tx, authz.Platform); err != nil {
			return err
		}
		c, err = s.CreateClientTx(tx, c)
		return err
	})
	return c, today, err
}

// CreateClientTx registers a machine client in a transaction of the
// installation. Its role follows from the organisation; its id is the first one
// drawn.
func (s *Service) CreateClientTx(tx *db.Tx, c Client) (Client, error) {
	today, err := todayIn(tx, authz.Platform)
	if err != nil {
		return c, err
	}
	o, err := organisation.GetTx(tx, c.Organisation)
	if err != nil {
		return c, err
	}
	if c.Role, err = roleOf(o, today); err != nil {
		return c, err
	}
	if c.Scopes, err = scopesOf(c.Role, c.Scopes); err != nil {
		return c, err
	}
	if c.ExpiresOn.Before(today) {
		return c, fault.New(fault.Rule, "client.day_past").At("/expires_on", "client.day_past")
	}
	if c.tenants, err = reached(tx, o, c.Governments); err != nil {
		return c, err
	}
	if c.PerMinute == 0 {
		c.PerMinute = usualQuota
	}
	c.ID, c.Version, c.CreatedAt = tx.NewID(), 1, s.now()
	if err := insertClient(tx, c); err != nil {
		return c, err
	}
	if _, err := s.record(tx, c, ClientChange{Kind: Registration}); err != nil {
		return c, err
	}
	if err := noteClient(tx, c, "client.created", nil); err != nil {
		return c, err
	}
	return clientByID(tx, clientView{all: true}, c.ID, today, false)
}

// reached turns governments into tenant numbers and holds them to the
// organisation's area.
func reached(tx *db.Tx, o organisation.Organisation, governments []id.ID) ([]int32, error) {
	var out []int32
	for _, gid := range governments {
		e, err := government.EntryByIDTx(tx, gid)
		if err != nil {
			return nil, err
		}
		if !covers(o.RegionCode, e.Code) {
			return nil, fault.New(fault.Rule, "client.government_outside").At("/government_ids", "client.government_outside")
		}
		out = append(out, e.Tenant)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// union is what either holds, sorted.
func union(a, b []int32) []int32 {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// noteClient notes in the journal of the installation and in those of the
// governments that the client reaches: the watched are told.
func noteClient(tx *db.Tx, c Client, action string, details map[string]any) error {
	entry := journal.Entry{Action: action, Object: "client", ObjectID: c.ID, Details: details}
	home := tx.Scope()
	for _, t := range append([]int32{authz.Platform}, c.tenants...) {
		if err := tx.Enter(authz.Founding(home, t)); err != nil {
			return err
		}
		if err := journal.Note(tx, entry); err != nil {
			return err
		}
	}
	return tx.Enter(home)
}

// clientAct is what is done with a locked client, and how the journal calls it.
type clientAct func(*db.Tx, Client, day.Day) (action string, details map[string]any, err error)

// changeClient locks a client that the caller may do something about, takes a step
// and notes it: where it reached before, and where it reaches now.
func (s *Service) changeClient(ctx context.Context, cid id.ID, f clientAct) (Client, day.Day, error) {
	scope, _ := authz.From(ctx)
	return s.changeOf(ctx, actingOf(scope.Principal()), cid, f)
}

func (s *Service) changeOf(ctx context.Context, v clientView, cid id.ID, f clientAct) (c Client, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = todayIn(tx, authz.Platform); err != nil {
			return err
		}
		before, err := clientByID(tx, v, cid, today, true)
		if err != nil {
			return err
		}
		action, details, err := f(tx, before, today)
		if err != nil {
			return constraints.Fault(err)
		}
		if c, err = clientByID(tx, v, cid, today, false); err != nil {
			return err
		}
		told := c
		told.tenants = union(before.tenants, c.tenants)
		return noteClient(tx, told, action, details)
	})
	if err == nil {
		s.known.forget()
	}
	return c, today, err
}

// addTx adds a credential to a client that has room for it.
func (s *Service) addTx(tx *db.Tx, c Client, x Credential, asked *day.Day, today day.Day) (Credential, error) {
	if err := c.allow(string(x.Kind), today); err != nil {
		return x, err
	}
	if err := c.roomFor(x.Kind); err != nil {
		return x, err
	}
	var err error
	if x.ExpiresOn, err = c.until(asked, today); err != nil {
		return x, err
	}
	x.ID, x.Client = tx.NewID(), c.ID
	c.Version++
	if err := turnClient(tx, c, nil); err != nil {
		return x, err
	}
	if err := insertCredential(tx, x); err != nil {
		return x, err
	}
	_, err = s.record(tx, c, ClientChange{Kind: ChangeKind(x.Kind), Credential: &x.ID})
	return x, err
}

// NewSecret draws a secret of a client, to be shown once.
func (s *Service) NewSecret(ctx context.Context, cid id.ID, until *day.Day) (x Credential, secret string, err error) {
	secret = authn.NewSecret(clientSecretPrefix)
	_, _, err = s.changeClient(ctx, cid, func(tx *db.Tx, c Client, today day.Day) (string, map[string]any, error) {
		x, err = s.addTx(tx, c, Credential{Kind: SecretKind, CreatedAt: s.now(), secretHash: s.clientSecretHash(secret)}, until, today)
		return "client.secret_created", map[string]any{"credential_id": x.ID}, err
	})
	return x, secret, err
}

// AddKey adds a public key of a client.
func (s *Service) AddKey(ctx context.Context, cid id.ID, k authn.JWK, until *day.Day) (Client, day.Day, error) {
	if _, err := k.PublicKey(); err != nil {
		return Client{}, day.Day{}, fault.New(fault.Rule, "client.key_unfit").At("/jwk", "client.key_unfit")
	}
	return s.changeClient(ctx, cid, func(tx *db.Tx, c Client, today day.Day) (string, map[string]any, error) {
		x, err := s.addTx(tx, c, Credential{Kind: KeyKind, CreatedAt: s.now(), KID: k.ID, JWK: k}, until, today)
		return "client.key_added", map[string]any{"credential_id": x.ID}, err
	})
}

// RevokeCredential ends one secret or key. The last that works is the office's
// to revoke: by the installation it would be the end of the client, which needs a
// second person.
func (s *Service) RevokeCredential(ctx context.Context, cid, credential id.ID) (Client, day.Day, error) {
	return s.changeClient(ctx, cid, func(tx *db.Tx, c Client, _ day.Day) (string, map[string]any, error) {
		if _, err := livingOf(tx, c, credential); err != nil {
			return "", nil, err
		}
		if sideOf(tx.Scope().Principal()) == ByInstallation && !c.Revoked && !c.works(credential) {
			return "", nil, fault.New(fault.Conflict, "client.last_credential").Allowing([]string{"suspension", "revocation"})
		}
		if _, err := s.record(tx, c, ClientChange{Kind: CredentialRevocation, Narrows: true, Credential: &credential}); err != nil {
			return "", nil, err
		}
		if err := closeCredential(tx, cid, credential, s.now()); err != nil {
			return "", nil, err
		}
		c.Version++
		return "client.credential_revoked", map[string]any{"credential_id": credential}, turnClient(tx, c, nil)
	})
}

// Proof is how a machine client shows who it is: by secret, or by assertion.
type Proof struct {
	Client    string
	Secret    string
	Assertion string
}

// badClient is the one answer to a client that is not there, has ended or shows
// a wrong proof.
func badClient() error { return fault.New(fault.Shape, "auth.client_invalid") }

// ClientToken gives a machine client its access token, for all its scopes or
// the ones asked for.
func (s *Service) ClientToken(ctx context.Context, p Proof, scope string) (Token, error) {
	ctx = authz.With(ctx, authz.ForPublic(authz.Platform))
	issuer, err := s.Issuer(ctx)
	if err != nil {
		return Token{}, err
	}
	var t Token
	var client id.ID
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx) // every machine asks four times an hour; what it does is noted where it does it
		today, err := todayIn(tx, authz.Platform)
		if err != nil {
			return err
		}
		x, err := s.provenTx(tx, p, issuer, today)
		if err != nil {
			return err
		}
		if err := admitClient(tx, x, today); err != nil {
			return err
		}
		m, _, found, err := machineOf(tx, x.Client, x.ID, today)
		if err != nil || !found {
			return orElse(err, badClient())
		}
		client, t.Session = x.Client, x.ID
		t.Scope, err = narrowed(m, scope)
		return err
	})
	if err != nil {
		return Token{}, err
	}
	t, err = s.signed(ctx, t, client)
	return t, err
}

// admitClient tells a machine that proved who it is why it is not let in: that it
// was switched off is no secret to it.
func admitClient(tx *db.Tx, x Credential, today day.Day) error {
	c, err := clientByID(tx, clientView{all: true}, x.Client, today, false)
	switch {
	case err != nil:
		return err
	case c.Revoked:
		return fault.New(fault.Shape, "auth.client_revoked")
	case x.Suspension != nil:
		return fault.New(fault.Shape, "auth.client_suspended")
	}
	from := authz.Principal{Networks: c.Networks}
	if !from.From(authn.AttemptOf(tx.Context()).Address) {
		return fault.New(fault.Shape, "auth.client_address")
	}
	return nil
}

// narrowed is the scope of a token: what the client has, or the part asked for.
func narrowed(m machine, asked string) (string, error) {
	var has []string
	if err := json.Unmarshal(m.Scopes, &has); err != nil {
		return "", err
	}
	if asked == "" {
		return strings.Join(has, " "), nil
	}
	want := strings.Fields(asked)
	for _, w := range want {
		if !slices.Contains(has, w) {
			return "", fault.New(fault.Shape, "auth.scope_unknown").At("/scope", "auth.scope_unknown")
		}
	}
	return strings.Join(want, " "), nil
}

// provenTx finds the living credential that the proof shows.
func (s *Service) provenTx(tx *db.Tx, p Proof, issuer string, today day.Day) (Credential, error) {
	if p.Assertion != "" {
		return s.assertedTx(tx, p, issuer, today)
	}
	client, err := id.Parse(p.Client)
	if err != nil || p.Secret == "" {
		return Credential{}, badClient()
	}
	all, err := livingCredentials(tx, today, client)
	if err != nil {
		return Credential{}, err
	}
	shown := s.clientSecretHash(p.Secret)
	for _, x := range all {
		if x.Kind == SecretKind && sameHash(x.secretHash, shown) {
			return x, nil
		}
	}
	return Credential{}, badClient()
}

// assertedTx verifies an assertion with the client's own living keys; each
// serves once.
func (s *Service) assertedTx(tx *db.Tx, p Proof, issuer string, today day.Day) (Credential, error) {
	client, err := authn.AssertionClient(p.Assertion)
	if err != nil || (p.Client != "" && !strings.EqualFold(p.Client, client.String())) {
		return Credential{}, badClient()
	}
	all, err := livingCredentials(tx, today, client)
	if err != nil {
		return Credential{}, err
	}
	keys := map[string]*rsa.PublicKey{}
	by := map[string]Credential{}
	for _, x := range all {
		if x.Kind != KeyKind {
			continue
		}
		if keys[x.KID], err = x.JWK.PublicKey(); err != nil {
			return Credential{}, err
		}
		by[x.KID] = x
	}
	a, err := authn.CheckAssertion(p.Assertion, client, keys, []string{issuer, issuer + wire.Base + "/auth/token"}, s.now())
	if err != nil {
		return Credential{}, badClient()
	}
	fresh, err := useAssertion(tx, client, s.master.KeyedHash("assertion", a.ID), a.ExpiresAt.Add(authn.Leeway), s.now())
	if err != nil || !fresh {
		return Credential{}, orElse(err, badClient())
	}
	return by[a.Key], nil
}

// IssueMachine gives a machine client an access token without a proof: for the
// operator's commands in the demo.
func (s *Service) IssueMachine(ctx context.Context, client id.ID) (string, error) {
	ctx = platform(ctx)
	var t Token
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx)
		today, err := todayIn(tx, authz.Platform)
		if err != nil {
			return err
		}
		c, err := clientByID(tx, clientView{all: true}, client, today, false)
		if err != nil {
			return err
		}
		if c.state(today) != "active" {
			return badClient()
		}
		x := Credential{ID: tx.NewID(), Client: client, Kind: commandKind, ExpiresOn: c.ExpiresOn, CreatedAt: s.now()}
		t.Session, t.Scope = x.ID, strings.Join(wire.Strings[string](c.Scopes), " ")
		return insertCredential(tx, x)
	})
	if err != nil {
		return "", err
	}
	t, err = s.signed(ctx, t, client)
	return t.Access, err
}

// loadMachine reads from the primary database what a machine's token is worth
// now. Its scope narrows, never widens.
func (s *Service) loadMachine(ctx context.Context, c authn.Claims) (authz.Principal, error) {
	p := authz.Principal{Kind: authz.Client, ID: c.Subject, Session: c.Session}
	err := s.db.Read(platform(ctx), func(tx *db.Tx) error {
		today, err := todayIn(tx, authz.Platform)
		if err != nil {
			return err
		}
		m, tenants, found, err := machineOf(tx, c.Subject, c.Session, today)
		if err != nil || !found {
			return orElse(err, badToken())
		}
		p.Organisation, p.Tenants, p.PerMinute = m.OrganisationID, tenants, int(m.PerMinute)
		if err := json.Unmarshal(m.Networks, &p.Networks); err != nil {
			return err
		}
		for _, t := range tenants {
			p.Grants = append(p.Grants, authz.Grant{Role: authz.Role(m.Role), Tenant: t})
		}
		if err := json.Unmarshal(m.Scopes, &p.Scopes); err != nil {
			return err
		}
		asked := strings.Fields(c.Scope)
		p.Scopes = slices.DeleteFunc(p.Scopes, func(x authz.Permission) bool { return !slices.Contains(asked, string(x)) })
		if len(p.Scopes) == 0 { // none left is none, not all
			return badToken()
		}
		return nil
	})
	return p, err
}

// ClientReachTx tells the governments that a machine client may read today, for
// what is done in its name without a token.
func ClientReachTx(tx *db.Tx, client id.ID) ([]int32, error) {
	today, err := todayIn(tx, authz.Platform)
	if err != nil {
		return nil, err
	}
	return clientReach(tx, client, today)
}
