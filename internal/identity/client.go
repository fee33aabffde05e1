package identity

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Client is a machine of an oversight body.
type Client struct {
	ID           id.ID
	Name         string
	Organisation id.ID
	Role         authz.Role
	Governments  []id.ID // those the caller may know
	Scopes       []authz.Permission
	ExpiresOn    day.Day // last day
	// Networks are those it calls from; none means everywhere.
	Networks []netip.Prefix
	// PerMinute is how often it may call.
	PerMinute   int32
	Revoked     bool
	Credentials []Credential // alive
	Version     int32
	CreatedAt   time.Time

	tenants []int32
	waiting *ClientChange
}

// CredentialKind is how a machine proves who it is.
type CredentialKind string

// The kinds.
const (
	SecretKind  CredentialKind = "secret"
	KeyKind     CredentialKind = "key"
	commandKind CredentialKind = "command"
)

// Credential is a secret or key of a machine client.
type Credential struct {
	ID        id.ID
	Client    id.ID
	Kind      CredentialKind
	KID       string
	JWK       authn.JWK
	ExpiresOn day.Day
	CreatedAt time.Time
	// Suspension says that it leaked, or is feared to have; nil while it is good.
	Suspension *Suspension

	secretHash []byte
}

// alivePerKind is how many secrets, and how many keys, may be alive at a time:
// two, so that a machine changes over without a gap.
const alivePerKind = 2

// roleOf is the role of an organisation's machines.
func roleOf(o organisation.Organisation, today day.Day) (authz.Role, error) {
	role, ok := map[organisation.Kind]authz.Role{organisation.Bawaslu: authz.Bawaslu, organisation.BKN: authz.BKN}[o.Kind]
	if !ok || !o.On(today) {
		return "", fault.New(fault.Rule, "client.organisation_unfit").At("/organisation_id", "client.organisation_unfit")
	}
	return role, nil
}

// covers reports whether a government lies in an organisation's area: the
// nation's bodies reach all, a province's its own and those below, a regency's
// the one.
func covers(region, code string) bool {
	return region == "" || code == region || strings.HasPrefix(code, region+".")
}

// scopesOf are the permissions of a role, or those of them that were asked for.
func scopesOf(role authz.Role, asked []authz.Permission) ([]authz.Permission, error) {
	has := slices.DeleteFunc(authz.Permissions(), func(p authz.Permission) bool { return authz.ReachOf(role, p) == 0 })
	if len(asked) == 0 {
		return has, nil
	}
	for _, p := range asked {
		if !slices.Contains(has, p) {
			return nil, fault.New(fault.Rule, "client.scope_unfit").At("/scopes", "client.scope_unfit")
		}
	}
	out := slices.Clone(asked)
	slices.Sort(out)
	return slices.Compact(out), nil
}

// state is what the client is on a day.
func (c Client) state(today day.Day) string {
	switch {
	case c.Revoked:
		return "revoked"
	case c.ExpiresOn.Before(today):
		return "expired"
	case len(c.Credentials) > 0 && !c.works(id.Nil):
		return "suspended"
	}
	return "active"
}

// clientStep is something done with a machine client.
type clientStep struct {
	name       string
	permission authz.Permission
}

// clientSteps is the state machine of machine clients: they are made active, are
// suspended while none of their secrets and keys is taken, end by day or are
// revoked, and never come back from that. An alteration or revocation that
// narrows waits for a second person.
var clientSteps = map[string][]clientStep{
	"active":    {{"secret", "client.credential"}, {"key", "client.credential"}, {"suspension", "client.suspend"}, {"alteration", "client.write"}, {"revocation", "client.write"}},
	"suspended": {{"secret", "client.credential"}, {"key", "client.credential"}, {"alteration", "client.write"}, {"revocation", "client.write"}},
	"expired":   {{"alteration", "client.write"}, {"revocation", "client.write"}},
	"revoked":   {},
}

func (c Client) steps(today day.Day, may func(authz.Permission) bool) []string {
	out := []string{}
	for _, s := range clientSteps[c.state(today)] {
		if may(s.permission) {
			out = append(out, s.name)
		}
	}
	return out
}

// allow refuses a step that the client's state does not have.
func (c Client) allow(step string, today day.Day) error {
	if slices.ContainsFunc(clientSteps[c.state(today)], func(s clientStep) bool { return s.name == step }) {
		return nil
	}
	return fault.New(fault.Conflict, "client.revoked").Allowing(c.steps(today, func(authz.Permission) bool { return true }))
}

// until is the last day of a new credential: the one asked for, or a year, and
// never after the client's own.
func (c Client) until(asked *day.Day, today day.Day) (day.Day, error) {
	last := today.AddDays(365)
	if asked != nil {
		last = *asked
	}
	if asked == nil && last.After(c.ExpiresOn) {
		last = c.ExpiresOn
	}
	if last.Before(today) || last.After(c.ExpiresOn) {
		return last, fault.New(fault.Rule, "client.day_past").At("/expires_on", "client.day_past")
	}
	return last, nil
}

// roomFor refuses a third credential of a kind; suspended ones take no room,
// since the office needs another at once.
func (c Client) roomFor(k CredentialKind) error {
	n := 0
	for _, x := range c.Credentials {
		if x.Kind == k && x.Suspension == nil {
			n++
		}
	}
	if n >= alivePerKind {
		return fault.New(fault.Conflict, "client.two_alive").Allowing([]string{"credential_revocation"})
	}
	return nil
}

// pending is the proposal that waits for a second person.
func (c Client) pending(now time.Time) *id.ID {
	if c.waiting == nil || c.waiting.at(now).State != Proposed {
		return nil
	}
	return &c.waiting.ID
}

// works reports whether anything beside one credential still opens the door.
func (c Client) works(without id.ID) bool {
	return slices.ContainsFunc(c.Credentials, func(x Credential) bool { return x.ID != without && x.Suspension == nil })
}
