package casestatus

// The statements of the readings, for the benchmark's floor.
const (
	SQLByTheirs  = byTheirs
	SQLListFirst = listFirst
	SQLHead      = headOnly
)
