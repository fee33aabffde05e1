package demo

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
)

// steps is the programme in the order of its days.
func (l *loader) steps() []step {
	begin := day.New(2023, time.November, 6)
	return []step{
		{begin, 7, "governments, oversight bodies", l.governments},
		{begin, 8, "units of the governments", l.units},
		{begin, 9, "files of staff written", l.files},
		{begin, 10, "staff registered", l.registry},
		{begin, 11, "heads and personnel officers of units, mandates", l.offices},
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
