package identity

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/id"
)

// Session is one sign-in, on one device.
type Session struct {
	ID           id.ID
	Account      id.ID
	Tenant       int32 // the government it speaks for now
	Agent        string
	SecondFactor bool
	OpenedAt     time.Time
	RefreshedAt  time.Time
	ExpiresAt    time.Time
	Ended        bool
}

// How long sessions last. Whoever holds a role signs in every working day;
// everybody else every month.
const (
	officerSession = 12 * time.Hour
	ownSession     = 30 * 24 * time.Hour
	maxSessions    = 20
	keepSessions   = 90 * 24 * time.Hour // ended ones, for a look back
)

// life is how long a session in a government lasts.
func (p place) life() time.Duration {
	if p.Required {
		return officerSession
	}
	return ownSession
}

// alive reports whether the session can be used.
func (s Session) alive(now time.Time) bool { return !s.Ended && now.Before(s.ExpiresAt) }
