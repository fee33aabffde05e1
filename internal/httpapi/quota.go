package httpapi

import (
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// quotas hold each machine client to its own number of calls a minute. They are
// kept in memory, so each replica grants that number by itself (T-35).
type quotas struct {
	mu    sync.Mutex
	known map[id.ID]*quota
}

type quota struct {
	perMinute int
	bucket    *rate.Limiter
}

const quotaWindow = 60 // seconds

func newQuotas() *quotas { return &quotas{known: map[id.ID]*quota{}} }

// of is the client's bucket; another number of calls is another bucket.
func (q *quotas) of(p authz.Principal) *quota {
	q.mu.Lock()
	defer q.mu.Unlock()
	own := q.known[p.ID]
	if own == nil || own.perMinute != p.PerMinute {
		own = &quota{perMinute: p.PerMinute, bucket: rate.NewLimiter(rate.Limit(float64(p.PerMinute)/quotaWindow), p.PerMinute)}
		q.known[p.ID] = own
	}
	return own
}

// spend takes one call of a machine client; people have none to spend. What is
// left is told to who has spent it all.
func (q *quotas) spend(c echo.Context, p authz.Principal) error {
	if p.PerMinute == 0 {
		return nil
	}
	wait, left := takeOne(q.of(p).bucket, time.Now())
	if wait == 0 {
		return nil
	}
	tell(c.Response().Header(), "client", p.PerMinute, quotaWindow, left)
	return fault.New(fault.TooMany, "request.too_many").After(wait)
}
