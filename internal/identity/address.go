package identity

import (
	netmail "net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Channel is a way to reach somebody outside the application.
type Channel string

// The channels. Which of them an installation has is the operator's matter.
const (
	Email Channel = "email"
	Phone Channel = "phone"
)

// AddressState is whether messages go to an address.
type AddressState string

// The states.
const (
	Unconfirmed AddressState = "unconfirmed" // a code is out
	Confirmed   AddressState = "confirmed"
	Failing     AddressState = "failing" // the other side refused it for good
)

// Address is where messages reach a person.
type Address struct {
	ID           id.ID
	Account      id.ID
	Channel      Channel
	Value        string
	State        AddressState
	CodeExpires  time.Time
	Confirmed    *time.Time
	FailingSince *time.Time
	Failure      string
	Version      int32
	CreatedAt    time.Time

	serial   int32 // of the last code
	attempts int32 // at it
}

const (
	// addressesMost is how many addresses an account may have.
	addressesMost = 5
	// addressCodeLife is how long a code sent to an address is good for, and
	// addressAttempts how often one may mistype it.
	addressCodeLife = time.Hour
	addressAttempts = 5
)

// The steps of an address.
const (
	addressConfirmation = "confirmation"
	addressCode         = "code"
	addressRemoval      = "removal"
)

// addressSteps is the state machine: a failing address is confirmed anew, which
// shows that messages arrive again.
var addressSteps = map[AddressState][]string{
	Unconfirmed: {addressConfirmation, addressCode, addressRemoval},
	Confirmed:   {addressRemoval},
	Failing:     {addressConfirmation, addressCode, addressRemoval},
}

func (a Address) steps() []string { return addressSteps[a.State] }

// open refuses a step at an address that has nothing to confirm.
func (a Address) open() error {
	if a.State == Confirmed {
		return fault.New(fault.Conflict, "address.confirmed_already").Allowing(a.steps())
	}
	return nil
}

// outdated reports whether no code is good any more.
func (a Address) outdated(now time.Time) bool {
	return !now.Before(a.CodeExpires) || a.attempts >= addressAttempts
}

// renewed is the address with another code.
func (a Address) renewed(now time.Time) Address {
	a.serial++
	a.attempts, a.CodeExpires = 0, now.Add(addressCodeLife)
	a.Version++
	return a
}

// confirmed is the address after its code was typed.
func (a Address) confirmed(now time.Time) Address {
	a.State, a.Confirmed, a.FailingSince, a.Failure = Confirmed, &now, nil, ""
	a.CodeExpires = now // the code has served
	a.Version++
	return a
}

// refused is the address after the other side refused it for good.
func (a Address) refused(reason string, now time.Time) Address {
	a.State, a.FailingSince, a.Failure = Failing, &now, reason
	a.Version++
	return a
}

// Hint shows an address to somebody else than its owner: enough to tell which
// one it is.
func (a Address) Hint() string {
	if a.Channel == Phone {
		return "…" + a.Value[max(0, len(a.Value)-3):]
	}
	local, domain, _ := strings.Cut(a.Value, "@")
	return local[:min(1, len(local))] + "…@" + domain
}

var (
	international = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)
	phoneNoise    = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "")
)

// normalAddress is an address in the one form in which it is kept; false when it
// cannot be one.
func normalAddress(c Channel, typed string) (string, bool) {
	if c == Phone {
		n := normalPhone(phoneNoise.Replace(strings.TrimSpace(typed)))
		return n, international.MatchString(n)
	}
	v := normalEmail(typed)
	for _, r := range v {
		if r <= ' ' || r >= 0x7f {
			return "", false
		}
	}
	a, err := netmail.ParseAddress(v)
	_, domain, _ := strings.Cut(v, "@")
	return v, err == nil && a.Address == v && strings.Contains(domain, ".")
}

// normalPhone is a number in the form of E.164. It is one of Indonesia unless it
// says otherwise, by + or 00; the 0 of numbers within the country never follows
// its code, though people write +62 (0)812.
func normalPhone(n string) string {
	switch {
	case strings.HasPrefix(n, "00"):
		n = "+" + n[2:]
	case strings.HasPrefix(n, "0"):
		n = "+62" + n[1:]
	case strings.HasPrefix(n, "62"):
		n = "+" + n
	}
	if within, ok := strings.CutPrefix(n, "+62"); ok {
		n = "+62" + strings.TrimLeft(within, "0")
	}
	return n
}
