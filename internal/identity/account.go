package identity

import (
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// State is whether an account can be used.
type State string

// The states, of an account as a whole and of its membership in a government.
const (
	Invited   State = "invited" // a code is out, nobody has redeemed it
	Active    State = "active"
	Suspended State = "suspended"
)

// Account is one human who can sign in.
type Account struct {
	ID             id.ID
	Name           string
	Email          string // empty or normalised
	Phone          string
	State          State
	Assurance      authz.Assurance // without the second factor, see Assured
	CodeReissuedAt *time.Time
	Version        int32
	CreatedAt      time.Time

	nipHash     []byte
	password    string // argon2id in PHC form, empty when there is none
	totp        []byte // sealed
	totpPending []byte // sealed, begun and not confirmed
	totpStep    int64  // the last step used
	lastTenant  *int32
}

// SecondFactor reports whether one is bound.
func (a Account) SecondFactor() bool { return len(a.totp) > 0 }

// Assured is how sure Netral is of who this is.
func (a Account) Assured() authz.Assurance {
	if a.SecondFactor() {
		return authz.SecondFactor
	}
	return a.Assurance
}

// signInWith lists what the person can sign in with.
func (a Account) signInWith() []string {
	out := []string{}
	if a.Email != "" {
		out = append(out, "email")
	}
	if a.nipHash != nil {
		out = append(out, "nip")
	}
	return out
}

// noticeTime is how long a person is shown that a code was issued again.
const noticeTime = 30 * 24 * time.Hour

// notice tells when a code was issued again, if that was lately.
func (a Account) notice(now time.Time) *time.Time {
	if a.CodeReissuedAt == nil || now.Sub(*a.CodeReissuedAt) > noticeTime {
		return nil
	}
	return a.CodeReissuedAt
}

// Membership ties an account to one government, or with tenant 0 to the
// installation.
type Membership struct {
	Account id.ID
	Tenant  int32
	ASN     *id.ID // the own record in its registry
	State   State
}

// View is an account as one government sees it.
type View struct {
	Account
	ASN   *id.ID
	State State
}

// viewed joins the two states: what either forbids is forbidden.
func viewed(account, membership State) State {
	for _, s := range []State{Suspended, Invited} {
		if account == s || membership == s {
			return s
		}
	}
	return Active
}

// accountStep is what an administrator may do with an account.
type accountStep string

const (
	suspension   accountStep = "suspension"
	reactivation accountStep = "reactivation"
	codeRenewal  accountStep = "activation_code"
)

// accountSteps is the state machine of an account in a government, but for
// what the person does: redeeming a code.
var accountSteps = map[State][]accountStep{
	Invited:   {suspension, codeRenewal},
	Active:    {suspension, codeRenewal},
	Suspended: {reactivation},
}

func (v View) steps(mayWrite, own bool) []string {
	out := []string{}
	if !mayWrite || own {
		return out
	}
	for _, s := range accountSteps[v.State] {
		out = append(out, string(s))
	}
	return out
}

// allow refuses a step that the state does not have, or on the own account.
func (v View) allow(step accountStep, actor id.ID) error {
	if v.ID == actor {
		return fault.New(fault.Rule, "account.own")
	}
	for _, s := range accountSteps[v.State] {
		if s == step {
			return nil
		}
	}
	return fault.New(fault.Conflict, "account.state").Allowing(v.steps(true, false))
}

// normalEmail is an address as a name to sign in with.
func normalEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// nipDigits reads a NIP as people type it; false when it cannot be one.
func nipDigits(s string) (string, bool) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' {
			return -1
		}
		return r
	}, s)
	if len(digits) != 18 {
		return "", false
	}
	for _, r := range digits {
		if r < '0' || r > '9' {
			return "", false
		}
	}
	return digits, true
}
