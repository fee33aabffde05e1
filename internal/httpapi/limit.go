package httpapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// Limit is how often one source may call a class of operations together.
type Limit struct {
	PerSecond float64
	Burst     int
}

// Steady is the limit that lets so many calls a second through and twelve
// seconds' worth of them at once.
func Steady(perSecond int) Limit { return Limit{PerSecond: float64(perSecond), Burst: 12 * perSecond} }

// The default limits. Public fits a person with a form, also a few behind one
// address; signing in, an office of hundreds that begins its morning behind one:
// guessing is held by the backoff of each account (T-30), hashing by its queue
// (T-31).
var (
	DefaultPublic = Steady(5)
	DefaultSignIn = Steady(50)
)

// limiter keeps token buckets by source in memory: no count query and no
// shared lock in the database (T-68). A source is known only as HMAC of its
// address under a random key that is thrown away every hour, so nothing of a
// caller is kept (T-01).
type limiter struct {
	class string
	limit Limit
	mu    sync.Mutex
	key   [32]byte
	since time.Time
	known map[[16]byte]*rate.Limiter
}

// What is left is told as the draft standard of the IETF says.
const (
	headerLimit  = "RateLimit"
	headerPolicy = "RateLimit-Policy"
)

const (
	limiterRotation = time.Hour
	limiterSources  = 100_000
)

func newLimiter(class string, l, otherwise Limit) *limiter {
	if l.PerSecond == 0 {
		l = otherwise
	}
	return &limiter{class: class, limit: l}
}

// take reserves one call, or tells how long to wait; and how many more are left
// just now.
func (l *limiter) take(source string, now time.Time) (wait time.Duration, left int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil || now.Sub(l.since) > limiterRotation || len(l.known) >= limiterSources {
		_, _ = rand.Read(l.key[:])
		l.known, l.since = map[[16]byte]*rate.Limiter{}, now
	}
	mac := hmac.New(sha256.New, l.key[:])
	mac.Write([]byte(source))
	id := [16]byte(mac.Sum(nil)[:16])
	b := l.known[id]
	if b == nil {
		b = rate.NewLimiter(rate.Limit(l.limit.PerSecond), l.limit.Burst)
		l.known[id] = b
	}
	return takeOne(b, now)
}

// takeOne reserves one call of a bucket, or tells how long to wait; and how many
// more are left just now.
func takeOne(b *rate.Limiter, now time.Time) (wait time.Duration, left int) {
	r := b.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
	}
	return wait, max(0, int(b.TokensAt(now)))
}

// tell says what is left of a limit: so many calls of a class in a window of
// seconds.
func tell(h http.Header, class string, most, window, left int) {
	h.Set(headerPolicy, fmt.Sprintf("%q;q=%d;w=%d", class, most, window))
	h.Set(headerLimit, fmt.Sprintf("%q;r=%d;t=%d", class, left, window))
}

// middleware tells how much is left and refuses a source that calls too often.
func (l *limiter) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	window := max(1, int(float64(l.limit.Burst)/l.limit.PerSecond))
	return func(c echo.Context) error {
		wait, left := l.take(network(c.RealIP()), time.Now())
		tell(c.Response().Header(), l.class, l.limit.Burst, window, left)
		if wait > 0 {
			return fault.New(fault.TooMany, "request.too_many").After(wait)
		}
		return next(c)
	}
}

// network takes an IPv6 address by its /64: one household has that many.
func network(ip string) string {
	p := net.ParseIP(ip)
	if p == nil || p.To4() != nil {
		return ip
	}
	return p.Mask(net.CIDRMask(64, 128)).String()
}
