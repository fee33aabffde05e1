package casestatus

// The statements of an office's readings, for the benchmark's floor.
var (
	SQLByTheirs  = ofOffice.byTheirs
	SQLListFirst = ofOffice.first
	SQLHead      = ofOffice.head
)
