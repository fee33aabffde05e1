package government

import (
	"strings"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// numberAlphabet has no letters and digits that are read for one another.
const numberAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// RandomNumber is a number that tells nothing of order, such as KN-3603-2024-7F3K9:
// kind, government, year and five signs of a random identifier.
func RandomNumber(kind, governmentCode string, on day.Day, random id.ID) string {
	var tail [5]byte
	bits := uint32(random[0])<<24 | uint32(random[1])<<16 | uint32(random[2])<<8 | uint32(random[3])
	for i := range tail {
		tail[i] = numberAlphabet[bits>>(5*i)&31]
	}
	return kind + "-" + strings.ReplaceAll(governmentCode, ".", "") + "-" + on.String()[:4] + "-" + string(tail[:])
}
