package identity

import (
	"context"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// Installation names no government but the installation itself, where a token
// is asked for.
const Installation = "installation"

// Token is what a sign-in answers.
type Token struct {
	Access       string
	ExpiresIn    time.Duration
	Refresh      string
	Session      id.ID
	Government   place
	Scope        string
	FactorNeeded bool
	ReissuedAt   *time.Time
}

// refreshPrefix says what a leaked token is.
const refreshPrefix = "nrt_"

func (s *Service) refreshHash(token string) []byte { return s.master.KeyedHash("refresh token", token) }

// Password signs in with a name and a password, and a second factor where one
// is bound.
func (s *Service) Password(ctx context.Context, username, password, factor, where string) (Token, error) {
	refused := fault.New(fault.Shape, "auth.credentials_invalid")
	n := s.named(username)
	ctx = authz.With(ctx, authz.ForPublic(authz.Platform))
	try := s.attempt(ctx, n)
	if err := s.admit(ctx, try); err != nil {
		return Token{}, err
	}
	var a Account
	var known bool
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { a, known, err = accountByName(tx, n); return })
	if err != nil {
		return Token{}, err
	}
	right, stale, err := s.hasher.Check(ctx, a.password, password)
	if err != nil {
		return Token{}, err
	}
	if !right || !known {
		return Token{}, s.failed(ctx, try, refused)
	}
	fresh := a.password
	if stale {
		if fresh, err = s.hasher.Hash(ctx, password); err != nil {
			return Token{}, err
		}
	}
	var t Token
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := accountByID(tx, a.ID, true)
		if err != nil {
			return err
		}
		if now.password != a.password {
			return refused
		}
		now.password = fresh
		if t, err = s.openTx(tx, now, signIn{factor: factor, where: where}); err != nil {
			return err
		}
		return s.succeededTx(tx, try)
	})
	if wrongFactor(err) {
		return Token{}, s.failed(ctx, try, err)
	}
	if err != nil {
		return Token{}, err
	}
	return s.signed(ctx, t, a.ID)
}

func wrongFactor(err error) bool { return fault.Is(err, "auth.totp_invalid") }

// signIn is how somebody who has proved to be the account's owner comes in.
type signIn struct {
	factor string // code of the second factor, or a recovery code
	where  string // government asked for, empty for the last one
	// trusted skips the second factor: the operator's own commands.
	trusted bool
}

// openTx opens a session for an account that is locked and proven.
func (s *Service) openTx(tx *db.Tx, a Account, in signIn) (Token, error) {
	if a.State == Suspended {
		return Token{}, fault.New(fault.Shape, "auth.suspended")
	}
	if a.State == Invited {
		return Token{}, fault.New(fault.Shape, "auth.credentials_invalid")
	}
	now := s.now()
	if a.SecondFactor() && !in.trusted {
		step, err := s.checkFactorTx(tx, a, in.factor)
		if err != nil {
			return Token{}, err
		}
		a.totpStep = step
	}
	at, err := choose(tx, a, in.where)
	if err != nil {
		return Token{}, err
	}
	session := Session{ID: tx.NewID(), Account: a.ID, Tenant: at.Tenant, Agent: authn.AttemptOf(tx.Context()).Agent, SecondFactor: a.SecondFactor(),
		OpenedAt: now, RefreshedAt: now, ExpiresAt: now.Add(at.life())}
	if err := insertSession(tx, session); err != nil {
		return Token{}, err
	}
	if err := trimSessions(tx, a.ID, now); err != nil {
		return Token{}, err
	}
	a.lastTenant = &at.Tenant
	if err := updateAccount(tx, a, now); err != nil {
		return Token{}, err
	}
	t := Token{Session: session.ID, Government: at, FactorNeeded: at.Required && !s.demo && !session.SecondFactor, ReissuedAt: a.notice(now)}
	if t.Refresh, err = s.refreshTx(tx, session.ID); err != nil {
		return Token{}, err
	}
	return t, noteSelf(tx, a.ID, at.Tenant, journal.Entry{Action: "session.opened", Object: "session", ObjectID: session.ID,
		Details: map[string]any{"account_id": a.ID, "second_factor": session.SecondFactor}})
}

// noteSelf notes what somebody did with the own account, in the journal of the
// government it was for.
func noteSelf(tx *db.Tx, account id.ID, tenant int32, e journal.Entry) error {
	if err := tx.Enter(authz.ForSelf(authz.User, account, tenant)); err != nil {
		return err
	}
	return journal.Note(tx, e)
}

func (s *Service) refreshTx(tx *db.Tx, session id.ID) (string, error) {
	token := authn.NewSecret(refreshPrefix)
	return token, insertRefresh(tx, s.refreshHash(token), session, s.now())
}

// choose finds the government to act for: the one asked for, else the last one
// used, else the only or first one. One that is not the person's own is as
// unknown as one that is not there.
func choose(tx *db.Tx, a Account, where string) (place, error) {
	all, err := places(tx, a.ID)
	if err != nil {
		return place{}, err
	}
	if len(all) == 0 {
		return place{}, fault.New(fault.Shape, "auth.no_government")
	}
	if where != "" {
		for _, p := range all {
			if p.is(where) {
				return p, nil
			}
		}
		return place{}, fault.New(fault.Shape, "auth.government_unknown").At("/government", "auth.government_unknown")
	}
	for _, p := range all {
		if a.lastTenant != nil && p.Tenant == *a.lastTenant {
			return p, nil
		}
	}
	return all[0], nil
}

// is reports whether a client's word names the place.
func (p place) is(word string) bool {
	if p.Tenant == authz.Platform {
		return word == Installation
	}
	return word == p.Code || strings.EqualFold(word, p.ID.String())
}

// signed adds the access token.
func (s *Service) signed(ctx context.Context, t Token, subject id.ID) (Token, error) {
	access, err := s.keys.sign(ctx, authn.Claims{Subject: subject, Session: t.Session, Government: t.Government.ID, Scope: t.Scope})
	t.Access, t.ExpiresIn = access, authn.AccessLife
	return t, err
}

// Refresh turns a refresh token into the next access token and the next refresh
// token, for another government where asked. A token that was used before has
// been stolen, by whoever came first or second: the session ends (T-33).
func (s *Service) Refresh(ctx context.Context, token, where string) (Token, error) {
	ctx = authz.With(ctx, authz.ForPublic(authz.Platform))
	refused := fault.New(fault.Shape, "auth.refresh_invalid")
	var t Token
	var account id.ID
	stolen := false
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		r, session, found, err := refreshByHash(tx, s.refreshHash(token))
		if err != nil {
			return err
		}
		if !found || !session.alive(s.now()) {
			return refused
		}
		account = session.Account
		if stolen = r.UsedAt != nil; stolen {
			return s.endStolenTx(tx, session)
		}
		t, err = s.turnTx(tx, session, where, s.refreshHash(token))
		return err
	})
	if err != nil {
		return Token{}, err
	}
	if stolen {
		s.known.forget()
		return Token{}, refused
	}
	return s.signed(ctx, t, account)
}

func (s *Service) endStolenTx(tx *db.Tx, session Session) error {
	if _, err := endSessions(tx, s.now(), "refresh_token_reused", "id = ?", session.ID); err != nil {
		return err
	}
	warn("a refresh token came twice; the session was ended", "session", session.ID)
	return noteSelf(tx, session.Account, session.Tenant, journal.Entry{Action: "session.ended", Object: "session", ObjectID: session.ID,
		Details: map[string]any{"account_id": session.Account, "reason": "refresh_token_reused"}})
}

// turnTx exchanges the refresh token of a living session.
func (s *Service) turnTx(tx *db.Tx, session Session, where string, used []byte) (Token, error) {
	a, err := accountByID(tx, session.Account, false)
	if err != nil {
		return Token{}, err
	}
	if a.State != Active {
		return Token{}, fault.New(fault.Shape, "auth.suspended")
	}
	a.lastTenant = &session.Tenant // without a wish the session stays where it is
	at, err := choose(tx, a, where)
	if err != nil {
		return Token{}, err
	}
	now := s.now()
	if err := useRefresh(tx, used, now); err != nil {
		return Token{}, err
	}
	moved := session.Tenant != at.Tenant
	session.Tenant, session.RefreshedAt = at.Tenant, now
	if agent := authn.AttemptOf(tx.Context()).Agent; agent != "" {
		session.Agent = agent
	}
	if at.Required && session.OpenedAt.Add(officerSession).Before(session.ExpiresAt) {
		session.ExpiresAt = session.OpenedAt.Add(officerSession) // a role came, or a government where one is held
	}
	if !session.alive(now) {
		return Token{}, fault.New(fault.Shape, "auth.refresh_invalid")
	}
	if err := turnSession(tx, session); err != nil {
		return Token{}, err
	}
	t := Token{Session: session.ID, Government: at, FactorNeeded: at.Required && !s.demo && !session.SecondFactor, ReissuedAt: a.notice(now)}
	if t.Refresh, err = s.refreshTx(tx, session.ID); err != nil {
		return Token{}, err
	}
	if !moved {
		journal.Routine(tx)
		return t, nil
	}
	return t, noteSelf(tx, a.ID, at.Tenant, journal.Entry{Action: "session.moved", Object: "session", ObjectID: session.ID, Details: map[string]any{"account_id": a.ID}})
}

// Issue gives an access token for an account without a password, in a session
// of its own: for the operator's commands in the demo and for tests. government
// is id.Nil for the installation.
func (s *Service) Issue(ctx context.Context, account, government id.ID) (string, error) {
	where := Installation
	if government != id.Nil {
		where = government.String()
	}
	ctx = platform(ctx)
	var t Token
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := accountByID(tx, account, true)
		if err != nil {
			return err
		}
		t, err = s.openTx(tx, a, signIn{where: where, trusted: true})
		return err
	})
	if err != nil {
		return "", err
	}
	t, err = s.signed(ctx, t, account)
	return t.Access, err
}
