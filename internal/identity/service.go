package identity

import (
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"runtime"
	"time"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/seal"
)

var constraints = db.Constraints{
	"identity_account_email_key": func() *fault.Fault {
		return fault.New(fault.Conflict, "account.email_taken").At("/email", "account.email_taken")
	},
	"identity_membership_asn_key": func() *fault.Fault {
		return fault.New(fault.Conflict, "account.person_taken").At("/asn_id", "account.person_taken")
	},
	"identity_membership_pkey":    func() *fault.Fault { return fault.New(fault.Conflict, "account.member_already") },
	"identity_account_nip_key":    func() *fault.Fault { return fault.New(fault.Conflict, "account.nip_taken") },
	"identity_grant_account_fkey": fault.Missing,
	"identity_address_value_key": func() *fault.Fault {
		return fault.New(fault.Conflict, "address.there_already").Allowing([]string{})
	},
	"identity_client_change_open": func() *fault.Fault {
		return fault.New(fault.Conflict, "client.change_pending").Allowing([]string{"confirmation", "rejection"})
	},
	"identity_client_credential_kid_key": func() *fault.Fault {
		return fault.New(fault.Conflict, "client.key_taken").At("/jwk/kid", "client.key_taken")
	},
}

// Config is what signing in depends on.
type Config struct {
	// Master keeps secrets at rest and gives the peppers.
	Master *seal.Master
	// PublicURL is where the API is reached from outside, the issuer of tokens;
	// empty keeps the one the installation has.
	PublicURL string
	// Demo needs no second factors; people there are invented.
	Demo bool
	// OIDC is the outside identity provider; the zero value is none.
	OIDC OIDC
	// Channels are the ways there are to reach people outside the application.
	Channels []Channel
	// Now is the wall clock; nil is the real one.
	Now func() time.Time
}

// Service is the use cases of identity.
type Service struct {
	db     *db.DB
	master *seal.Master
	demo   bool
	now    func() time.Time
	hasher *authn.Hasher
	keys   *keys
	known  *recent
	oidc   *provider
	// channels are the ways there are to reach people.
	channels []Channel
}

// waitingHashes bounds how many sign-ins wait for a free core (T-31).
const waitingHashes = 64

// NewService joins the service to the database.
func NewService(d *db.DB, c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	now := func() time.Time { return c.Now().UTC().Truncate(time.Microsecond) }
	return &Service{db: d, master: c.Master, demo: c.Demo, now: now, hasher: authn.NewHasher(runtime.GOMAXPROCS(0), waitingHashes),
		keys: newKeys(d, c.Master, c.PublicURL, now), known: newRecent(now), oidc: newProvider(c.OIDC, c.Now), channels: c.Channels}
}

// name is what somebody signs in with, in the form it is looked up by.
type name struct {
	email   string
	nipHash []byte
}

// named reads what somebody signs in with: eighteen digits are a NIP, which is
// known by a keyed hash alone.
func (s *Service) named(username string) name {
	if digits, ok := nipDigits(username); ok {
		return name{nipHash: s.nipHash(digits)}
	}
	return name{email: normalEmail(username)}
}

func (s *Service) nipHash(digits string) []byte { return s.master.KeyedHash("nip", digits) }

// tallyKey is the key attempts are counted under: what was tried cannot be read
// from it.
func (s *Service) tallyKey(kind string, parts ...string) string {
	value := kind
	for _, p := range parts {
		sum := sha256.Sum256([]byte(p))
		value += string(sum[:])
	}
	return string(s.master.KeyedHash("tally", value))
}

// needsFactor reports whether a role in force requires a second factor.
func (s *Service) needsFactor(grants []authz.Grant) bool {
	if s.demo {
		return false
	}
	for _, g := range grants {
		if authz.NeedsSecondFactor(g.Role) {
			return true
		}
	}
	return false
}

// warn logs what an operator should know; ids alone.
func warn(what string, args ...any) { slog.Warn("identity: "+what, args...) }

// sameHash compares in constant time.
func sameHash(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
