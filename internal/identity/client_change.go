package identity

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Side is from where something was done about a machine client: the watched and
// the watchers both may, and it is shown who did.
type Side string

// The sides.
const (
	ByInstallation Side = "installation"
	ByGovernment   Side = "government"
	ByOffice       Side = "office" // its own people
	ByClient       Side = "client" // the machine itself
)

// Suspension says since when, by whom and why a secret or key is not taken.
type Suspension struct {
	At         time.Time
	By         Side
	Government *id.ID
	Reason     string
}

// ChangeKind is what a change does.
type ChangeKind string

// The kinds. Alterations and revocations are proposed, the others done.
const (
	Registration         ChangeKind = "registration"
	Alteration           ChangeKind = "alteration"
	Revocation           ChangeKind = "revocation"
	NewSecretKind        ChangeKind = "secret"
	NewKeyKind           ChangeKind = "key"
	SuspensionKind       ChangeKind = "suspension"
	Reinstatement        ChangeKind = "reinstatement"
	CredentialRevocation ChangeKind = "credential_revocation" //nolint:gosec // a kind of change, no secret
)

// ChangeState is where a change stands.
type ChangeState string

// The states.
const (
	Proposed ChangeState = "proposed"
	InForce  ChangeState = "in_force"
	Rejected ChangeState = "rejected"
	Lapsed   ChangeState = "lapsed" // nobody decided in time
)

// proposalLife is how long a proposal waits for its second person: nobody confirms
// what its maker has long forgotten.
const proposalLife = 14 * 24 * time.Hour

// at is the change at a moment: a proposal that nobody decided lapses.
func (x ClientChange) at(now time.Time) ClientChange {
	if over := x.ProposedAt.Add(proposalLife); x.State == Proposed && !now.Before(over) {
		x.State, x.DecidedAt = Lapsed, &over
	}
	return x
}

// ClientChange is something done about a machine client, or proposed.
type ClientChange struct {
	ID             id.ID
	Client         id.ID
	ClientName     string
	Organisation   id.ID
	Kind           ChangeKind
	State          ChangeState
	Narrows        bool
	Side           Side
	Government     *id.ID // opaque id of the government that acted
	Credential     *id.ID
	Reason         string
	Wish           Wish
	ProposedBy     *id.ID
	ProposedAt     time.Time
	DecidedBy      *id.ID
	DecidedAt      *time.Time
	DecisionReason string
	Version        int32

	tenant *int32
}

// Wish is what an alteration sets; what is nil stays.
type Wish struct {
	Scopes    []authz.Permission `json:"scopes,omitempty"`
	Tenants   []int32            `json:"tenants,omitempty"`
	ExpiresOn *day.Day           `json:"expires_on,omitempty"`
	Networks  *[]netip.Prefix    `json:"networks,omitempty"`
	PerMinute *int32             `json:"per_minute,omitempty"`
}

func (w Wish) empty() bool {
	return w.Scopes == nil && w.Tenants == nil && w.ExpiresOn == nil && w.Networks == nil && w.PerMinute == nil
}

// narrows reports whether a wish takes anything from a client: then it needs a
// second person, since the watched must not switch off the watcher.
func (w Wish) narrows(c Client) bool {
	return missingFrom(w.Scopes, c.Scopes) || missingFrom(w.Tenants, c.tenants) ||
		(w.ExpiresOn != nil && w.ExpiresOn.Before(c.ExpiresOn)) || (w.PerMinute != nil && *w.PerMinute < c.PerMinute) ||
		(w.Networks != nil && closes(*w.Networks, c.Networks))
}

// missingFrom reports whether something held would be gone; nil asks nothing.
func missingFrom[T comparable](wished, held []T) bool {
	return wished != nil && slices.ContainsFunc(held, func(x T) bool { return !slices.Contains(wished, x) })
}

// closes reports whether an address that was let in would be no longer.
func closes(wished, held []netip.Prefix) bool {
	if len(wished) == 0 {
		return false
	}
	if len(held) == 0 {
		return true
	}
	return slices.ContainsFunc(held, func(h netip.Prefix) bool {
		return !slices.ContainsFunc(wished, func(w netip.Prefix) bool { return w.Bits() <= h.Bits() && w.Contains(h.Addr()) })
	})
}

// apply is the client after a change.
func (w Wish) apply(c Client) Client {
	if w.Scopes != nil {
		c.Scopes = w.Scopes
	}
	if w.Tenants != nil {
		c.tenants = w.Tenants
	}
	if w.ExpiresOn != nil {
		c.ExpiresOn = *w.ExpiresOn
	}
	if w.Networks != nil {
		c.Networks = *w.Networks
	}
	if w.PerMinute != nil {
		c.PerMinute = *w.PerMinute
	}
	return c
}

// decide is a proposal after somebody confirmed or rejected it. Who proposed it
// may take it back, and does not confirm it.
func (x ClientChange) decide(to ChangeState, by id.ID, at time.Time, reason string) (ClientChange, error) {
	switch x.at(at).State {
	case Proposed:
	case Lapsed:
		return x, fault.New(fault.Conflict, "client.change_lapsed").Allowing([]string{})
	default:
		return x, fault.New(fault.Conflict, "client.change_decided").Allowing([]string{})
	}
	if to == InForce && x.ProposedBy != nil && *x.ProposedBy == by {
		return x, fault.New(fault.Forbidden, "client.second_person_needed")
	}
	x.State, x.DecidedBy, x.DecidedAt, x.DecisionReason = to, &by, &at, reason
	x.Version++
	return x, nil
}

// steps lists what the caller may do with a change.
func (x ClientChange) steps(me id.ID, mayWrite bool) []string {
	switch {
	case !mayWrite || x.State != Proposed:
		return []string{}
	case x.ProposedBy != nil && *x.ProposedBy == me:
		return []string{"rejection"}
	}
	return []string{"confirmation", "rejection"}
}

// mayReinstate tells who lifts a suspension: the office lifts any, the
// installation what it or a government suspended.
func (s Suspension) mayReinstate(by Side) bool {
	return by == ByOffice || (by == ByInstallation && (s.By == ByInstallation || s.By == ByGovernment))
}

// readNetworks reads networks as CIDR; a single address is a network of one. A
// fence around everything is none, and says so by being left out.
func readNetworks(in []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(in))
	for _, s := range in {
		p, err := netip.ParsePrefix(s)
		if a, aerr := netip.ParseAddr(s); err != nil && aerr == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil || p != p.Masked() || p.Bits() == 0 || p.Addr().Is4In6() || strings.Contains(s, "%") {
			return nil, fault.New(fault.Rule, "client.network_unfit").At("/allowed_networks", "client.network_unfit")
		}
		out = append(out, p)
	}
	return out, nil
}
