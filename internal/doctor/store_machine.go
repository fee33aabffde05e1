package doctor

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
)

// waitingJobs counts the jobs that are due and that nobody has taken. Jobs go by
// real time.
func waitingJobs(tx *db.Tx, slowest time.Duration) (n int, err error) {
	return n, tx.SQL(`SELECT count(*) FROM river_job WHERE state IN ('available', 'scheduled', 'retryable')
		AND scheduled_at < clock_timestamp() - make_interval(secs => @slowest)`, map[string]any{"slowest": slowest.Seconds()}).Scan(&n).Error
}

func databaseClock(tx *db.Tx) (at time.Time, err error) {
	return at, tx.SQL(`SELECT clock_timestamp()`, nil).Scan(&at).Error
}
