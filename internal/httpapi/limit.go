package httpapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// Limit is how often one source may call the public operations together.
type Limit struct {
	PerSecond float64
	Burst     int
}

// DefaultLimit fits a person with a form, also a few behind one address.
var DefaultLimit = Limit{PerSecond: 5, Burst: 60}

// limiter keeps token buckets by source in memory: no count query and no
// shared lock in the database (T-68). A source is known only as HMAC of its
// address under a random key that is thrown away every hour, so nothing of a
// caller is kept (T-01).
type limiter struct {
	limit Limit
	mu    sync.Mutex
	key   [32]byte
	since time.Time
	known map[[16]byte]*rate.Limiter
}

const (
	limiterRotation = time.Hour
	limiterSources  = 100_000
)

func newLimiter(l Limit) *limiter {
	if l.PerSecond == 0 {
		l = DefaultLimit
	}
	return &limiter{limit: l}
}

// take reserves one call, or tells how long to wait.
func (l *limiter) take(source string, now time.Time) time.Duration {
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
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// middleware refuses a source that calls too often.
func (l *limiter) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if wait := l.take(network(c.RealIP()), time.Now()); wait > 0 {
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
