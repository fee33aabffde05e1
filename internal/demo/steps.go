package demo

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
)

// steps is the programme in the order of its days.
func (l *loader) steps() []step {
	begin := day.New(2023, time.November, 6)
	on := day.New
	return []step{
		{begin, 7, "governments, oversight bodies", l.governments},
		{begin, 8, "units of the governments", l.units},
		{begin, 9, "files of staff written", l.files},
		{begin, 10, "staff registered", l.registry},
		{begin, 11, "heads and personnel officers of units, mandates", l.offices},
		{on(2023, time.November, 13), 10, "Kab. Tangerang: circular 100.3.4.2/4283/XI/BKPSDM Tahun 2023", l.circular2023},
		{on(2024, time.January, 10), 9, "Kab. Tangerang: receipts of the circular", l.receipts2023},
		{on(2024, time.August, 19), 20, "Kota Tangerang: anonymous report of a like", l.likeReported},
		{on(2024, time.August, 21), 10, "Kota Tangerang: the report is verified", l.likeVerified},
		{on(2024, time.August, 23), 9, "Kota Tangerang: a second report of the like", l.likeAgain},
		{on(2024, time.August, 26), 10, "Kota Tangerang: the accused is known, the case leaves the superior's hands", l.likeMatched},
		{on(2024, time.October, 2), 14, "Kab. Bogor: finding of Bawaslu", l.bawasluFinding},
	}
}

// each does something for every government.
func (l *loader) each(f func(*place) error) error {
	for _, p := range l.places {
		if err := f(p); err != nil {
			return err
		}
	}
	return nil
}

// The governments of the programme.
func (l *loader) kabTangerang() *place  { return l.places[0] }
func (l *loader) kotaTangerang() *place { return l.places[1] }
func (l *loader) kabBogor() *place      { return l.places[2] }
