package demo

import (
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
)

// kabTangerangSteps are the accounts K1 and K3: the circular of 2023, three
// rounds of sosialisasi, warnings and coaching, recommendations followed up.
func (l *loader) kabTangerangSteps() []step {
	return slices.Concat([]step{
		{on: day.New(2023, time.November, 13), hour: 10, what: "Kab. Tangerang: circular 100.3.4.2/4283/XI/BKPSDM Tahun 2023", do: l.circular2023, filled: []string{"circular_addressee"}},
		{on: day.New(2024, time.January, 10), hour: 9, what: "Kab. Tangerang: receipts of the circular", do: l.receipts2023, filled: []string{"circular_acknowledgement"}},
	})
}
