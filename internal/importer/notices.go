package importer

import "github.com/netral-asn/netral/internal/notify"

// Notices is what imports tell those who sent or asked for them: that the file
// was compared, applied, refused or could not be read.
func Notices() []notify.Kind {
	return []notify.Kind{{Name: "import_finished", Urgency: notify.Ordinary, On: []string{"import.compared", "import.applied", "import.refused", "import.failed", "import.undone", "import.outdated"},
		Accounts: askedBy, Permission: "import.read", Seen: noticed, Path: notify.At("/imports")}}
}
