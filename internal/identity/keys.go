package identity

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/seal"
)

const (
	// Audience is what access tokens are for.
	Audience = "netral"
	// DefaultIssuer is who issues tokens until the operator says where the API
	// is reached.
	DefaultIssuer = "http://localhost:8080"
	// keysFresh is how old the key set in memory may be: with the five seconds
	// that package authn remembers a token, cleared at every change, a revoked
	// key is worth nothing after that (T-33).
	keysFresh = 3 * time.Second
	// announce is how long a new key is published before it signs, so that every
	// replica knows it by then.
	announce = 10 * time.Second
)

// keys are the signing keys of the installation, kept sealed in the database
// and the same for all replicas.
type keys struct {
	db        *db.DB
	master    *seal.Master
	publicURL string
	now       func() time.Time

	mu     sync.Mutex
	ring   *authn.Keyring
	loaded time.Time
	state  string // what the ring was made of
}

func newKeys(d *db.DB, m *seal.Master, publicURL string, now func() time.Time) *keys {
	return &keys{db: d, master: m, publicURL: strings.TrimRight(publicURL, "/"), now: now}
}

// issuer is who issues what is signed unless the database names another.
func (k *keys) issuer() string {
	if k.publicURL == "" {
		return DefaultIssuer
	}
	return k.publicURL
}

// platform is the context in which the installation looks after itself.
func platform(ctx context.Context) context.Context {
	return authz.With(ctx, authz.ForSystem(authz.Platform))
}

// current gives the key set, read from the database at most keysFresh ago.
func (k *keys) current(ctx context.Context) (*authn.Keyring, error) { return k.get(ctx, keysFresh) }

func (k *keys) get(ctx context.Context, fresh time.Duration) (*authn.Keyring, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if k.ring != nil && now.Sub(k.loaded) < fresh {
		return k.ring, nil
	}
	if err := k.load(platform(ctx), now); err != nil {
		return nil, err
	}
	k.loaded = now
	return k.ring, nil
}

// verify reads an access token. A key that is not known may have been made by
// another replica a moment ago, so the set is read again, at most every second.
func (k *keys) verify(ctx context.Context, token string) (authn.Claims, error) {
	ring, err := k.current(ctx)
	if err != nil {
		return authn.Claims{}, err
	}
	c, err := ring.Verify(token)
	if errors.Is(err, authn.ErrUnknownKey) {
		if ring, err = k.get(ctx, time.Second); err != nil {
			return c, err
		}
		c, err = ring.Verify(token)
	}
	if err != nil {
		return c, badToken()
	}
	return c, nil
}

func (k *keys) sign(ctx context.Context, c authn.Claims) (string, error) {
	ring, err := k.current(ctx)
	if err != nil {
		return "", err
	}
	token, _, err := ring.Sign(c)
	return token, err
}

// load reads keys and issuer, and makes the first of each.
func (k *keys) load(ctx context.Context, now time.Time) error {
	var rows []keyRow
	var issuer string
	err := k.db.Read(ctx, func(tx *db.Tx) (err error) {
		if rows, err = signingKeys(tx, now); err != nil {
			return err
		}
		issuer, err = readIssuer(tx)
		return err
	})
	if err != nil {
		return err
	}
	if issuer == "" || signer(rows, now) == "" {
		if rows, issuer, err = k.first(ctx, now); err != nil {
			return err
		}
	}
	return k.use(rows, issuer, signer(rows, now))
}

// signer is the key that signs now: the newest that has been announced.
func signer(rows []keyRow, now time.Time) string {
	kid := ""
	for _, r := range rows {
		if !r.SignsFrom.After(now) {
			kid = r.KID
		}
	}
	return kid
}

// use hands the keys to the ring, when they are others than before: what the
// ring remembers of verified tokens is forgotten then.
func (k *keys) use(rows []keyRow, issuer, signing string) error {
	state := issuer + " " + signing
	for _, r := range rows {
		state += " " + r.KID
	}
	if k.ring != nil && state == k.state {
		return nil
	}
	opened := make([]authn.SigningKey, 0, len(rows))
	for _, r := range rows {
		b, err := k.master.Open(r.Sealed, "identity_signing_key", r.KID)
		if err != nil {
			return errors.New("a signing key does not open: this is another master key than the one the database was begun with")
		}
		key, err := authn.ReadSigningKey(r.KID, b)
		if err != nil {
			return err
		}
		opened = append(opened, key)
	}
	if k.ring == nil || k.ring.Issuer() != issuer {
		k.ring = authn.NewKeyring(issuer, Audience, k.now)
	}
	k.ring.Set(signing, opened...)
	k.state = state
	return nil
}

// first makes what is missing, one replica at a time.
func (k *keys) first(ctx context.Context, now time.Time) (rows []keyRow, issuer string, err error) {
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx)
		if err := lockKeys(tx); err != nil {
			return err
		}
		if err := writeIssuer(tx, k.issuer(), false); err != nil {
			return err
		}
		if issuer, err = readIssuer(tx); err != nil {
			return err
		}
		if rows, err = signingKeys(tx, now); err != nil || signer(rows, now) != "" {
			return err
		}
		if _, err := k.makeTx(tx, now, now); err != nil {
			return err
		}
		rows, err = signingKeys(tx, now)
		return err
	})
	return rows, issuer, err
}

// makeTx draws a key that signs from an instant on.
func (k *keys) makeTx(tx *db.Tx, now, from time.Time) (string, error) {
	key, err := authn.NewSigningKey()
	if err != nil {
		return "", err
	}
	b, err := key.Bytes()
	if err != nil {
		return "", err
	}
	if err := insertKey(tx, keyRow{KID: key.ID, Sealed: k.master.Seal(b, "identity_signing_key", key.ID), SignsFrom: from, CreatedAt: now}); err != nil {
		return "", err
	}
	return key.ID, journal.Note(tx, journal.Entry{Action: "signing_key.created", Object: "signing_key", ObjectID: id.ForName(key.ID), Details: map[string]any{"kid": key.ID}})
}

// Prepare makes the first key, and takes over where the API is reached. It is
// called at start, before anybody signs in.
func (s *Service) Prepare(ctx context.Context) error {
	if s.keys.publicURL != "" {
		err := s.db.Write(platform(ctx), func(tx *db.Tx) error {
			journal.Routine(tx)
			return writeIssuer(tx, s.keys.publicURL, true)
		})
		if err != nil {
			return err
		}
	}
	_, err := s.keys.current(ctx)
	return err
}

// RotateKeys draws a new signing key. The present ones verify until the last
// token signed with them has expired; a revoked one stops at once, on every
// replica within five seconds.
func (s *Service) RotateKeys(ctx context.Context, revoke string) (kid string, err error) {
	now := s.now()
	err = s.db.Write(platform(ctx), func(tx *db.Tx) error {
		if err := lockKeys(tx); err != nil {
			return err
		}
		if revoke != "" {
			if err := revokeKey(tx, revoke, now); err != nil {
				return err
			}
			if err := journal.Note(tx, journal.Entry{Action: "signing_key.revoked", Object: "signing_key", ObjectID: id.ForName(revoke), Details: map[string]any{"kid": revoke}}); err != nil {
				return err
			}
		}
		rows, err := signingKeys(tx, now)
		if err != nil {
			return err
		}
		from := now
		if signer(rows, now) != "" {
			from = now.Add(announce)
		}
		if kid, err = s.keys.makeTx(tx, now, from); err != nil {
			return err
		}
		return retireKeys(tx, from.Add(authn.AccessLife+authn.Leeway), kid)
	})
	return kid, err
}

// JWKS is the public half of the signing keys.
func (s *Service) JWKS(ctx context.Context) (authn.JWKS, error) {
	ring, err := s.keys.current(ctx)
	if err != nil {
		return authn.JWKS{}, err
	}
	return ring.JWKS(), nil
}

// Issuer is who issues the tokens, an address.
func (s *Service) Issuer(ctx context.Context) (string, error) {
	ring, err := s.keys.current(ctx)
	if err != nil {
		return "", err
	}
	return ring.Issuer(), nil
}
