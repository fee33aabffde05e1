package feed

import (
	"time"

	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/db"
)

// behind is how long a note may wait for its number; the sequencer wakes every
// second.
const behind = 5 * time.Minute

// Findings is what may be wrong with the feed: what happened is not told.
func Findings() []doctor.Check {
	return []doctor.Check{{Code: "feed.behind", Severity: doctor.Severe, About: doctor.Government, Command: "netral serve",
		Find: func(tx *db.Tx, _ doctor.Question) ([]doctor.Found, error) {
			n, err := overdue(tx, tx.Now().Add(-behind))
			return doctor.Counted(n), err
		}}}
}
