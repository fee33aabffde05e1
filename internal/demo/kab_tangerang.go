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
		{on: day.New(2023, time.December, 1), hour: 9, what: "Kab. Tangerang: first round of sosialisasi announced", do: l.firstRound, quiet: true},
		{on: day.New(2023, time.December, 12), hour: 12, what: "Kab. Tangerang: first round of sosialisasi", do: l.firstRoundHeld},
		{on: day.New(2024, time.January, 15), hour: 9, what: "Kab. Tangerang: second round announced", do: l.secondRound, filled: []string{"event_invitee"}, quiet: true},
		{on: day.New(2024, time.January, 23), hour: 11, what: "Kab. Tangerang: second round of sosialisasi", do: l.secondRoundHeld, filled: []string{"event_attendance"}},
		{on: day.New(2024, time.May, 13), hour: 9, what: "Kab. Tangerang: third round announced", do: l.thirdRound, filled: []string{"event_invitee"}, quiet: true},
		{on: day.New(2024, time.May, 21), hour: 12, what: "Kab. Tangerang: third round, a hall and hundreds of office groups", do: l.thirdRoundHeld, filled: []string{"event_attendance"}},
		{on: day.New(2024, time.March, 4), hour: 11, what: "Kab. Tangerang: recommendation of KASN", do: l.kasnRecommended},
		{on: day.New(2024, time.March, 25), hour: 15, what: "Kab. Tangerang: the recommendation of KASN is followed up", do: l.kasnFollowedUp},
		{on: day.New(2024, time.June, 3), hour: 8, what: "Kab. Tangerang: somebody stands in for a personnel officer", do: l.substitute},
		{on: day.New(2024, time.June, 3), hour: 13, what: "Kab. Tangerang: an early warning", do: l.warned},
		{on: day.New(2024, time.July, 3), hour: 10, what: "Kab. Tangerang: the warning is looked after", do: l.lookedAfter, quiet: true},
		{on: day.New(2024, time.July, 8), hour: 14, what: "Kab. Tangerang: prevention and warnings by the personnel officers", do: l.ledger},
		{on: day.New(2024, time.August, 30), hour: 9, what: "Kab. Tangerang: unpaid leave of a candidate's husband", do: l.unpaidLeave},
		{on: day.New(2024, time.September, 2), hour: 9, what: "Kab. Tangerang: a regional holiday", do: l.regionalHoliday},
		{on: day.New(2024, time.November, 8), hour: 11, what: "Kab. Tangerang: recommendation of BKN", do: l.bknRecommended},
		{on: day.New(2024, time.November, 12), hour: 15, what: "Kab. Tangerang: the recommendation of BKN is taken up", do: l.bknFollowedUp},
	}, kasnCase.steps(l, l.kabTangerang), bknCase.steps(l, l.kabTangerang))
}
