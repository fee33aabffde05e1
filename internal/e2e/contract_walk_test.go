package e2e

import (
	"flag"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
)

var (
	walkRequests = flag.Int("walk.requests", 5000, "how many requests the walk over the contract makes")
	walkSeed     = flag.Uint64("walk.seed", 0, "where the walk begins: a seed draws the same requests again, identifiers aside; 0 is a new one")
)

// Proves O9, T-25, T-32: requests drawn from the contract's own schemas, by
// everybody in two governments, with identifiers that are there in part, find
// no server error; that no answer is outside the contract, the harness sees to.
// `make proof-walk` walks further.
func TestContractWalk_NoServerErrorNothingOutside(t *testing.T) {
	t.Parallel()
	seed := *walkSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	s := harness.Start(t)
	w := newWanderer(t, newWorld(t, s), seed)
	const enough = 10
	for n, wrong := 0, 0; n < *walkRequests && wrong < enough; n++ {
		outside := s.Outside()
		q := w.draw()
		a := q.caller.Raw(q.method, q.path, q.header, strings.NewReader(q.body))
		w.learn(q, a)
		if a.Status >= http.StatusInternalServerError || s.Outside() > outside {
			wrong++
			t.Errorf("request %d of -walk.seed=%d: %s\nanswered %d %.1000s", n, seed, q, a.Status, a.Body)
		}
	}
	w.report(seed)
}
