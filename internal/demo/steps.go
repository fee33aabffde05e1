package demo

import (
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
)

// steps is the programme in the order of its days.
func (l *loader) steps() []step {
	out := slices.Concat(l.beginning(), l.kabTangerangSteps(), l.kotaTangerangSteps(), l.kabBogorSteps())
	slices.SortStableFunc(out, func(a, b step) int {
		if c := a.on.Compare(b.on); c != 0 {
			return c
		}
		return a.hour - b.hour
	})
	return out
}

// beginning is what the three have in common: they enter the system a week
// before the campaign for Pemilu.
func (l *loader) beginning() []step {
	begin := day.New(2023, time.November, 6)
	return []step{
		{on: begin, hour: 7, what: "governments, oversight bodies", do: l.governments},
		{on: begin, hour: 8, what: "units of the governments", do: l.units, filled: []string{"opd", "opd_change"}},
		{on: begin, hour: 9, what: "files of staff written", do: l.files},
		{on: begin, hour: 10, what: "staff registered", do: l.registry, filled: []string{"asn", "asn_fact", "asn_name_token"}},
		{on: begin, hour: 11, what: "heads and personnel officers of units, mandates", do: l.offices, filled: []string{"opd_officer"}},
		{on: begin, hour: 12, what: "accounts of officers", do: l.accounts},
		{on: begin, hour: 13, what: "provinces with their overseers", do: l.overProvinces},
		{on: day.New(2024, time.July, 1), hour: 9, what: "machine clients of Bawaslu and BKN", do: l.clients},
		{on: day.New(2024, time.July, 1), hour: 10, what: "people of the Bawaslu offices", do: l.officers},
		{on: Season, hour: 8, what: "Kab. Tangerang: a number for a letter", do: l.letterNumber},
		{on: day.New(2024, time.November, 28), hour: 10, what: "Kota Cilegon asks for a space of its own", do: l.applicant},
		{on: Season, hour: 8, what: "e-mail addresses of officers", do: l.addresses},
		{on: Season, hour: 9, what: "revocation of a machine client proposed", do: l.revocation},
		{on: Season, hour: 10, what: "Kab. Bogor: a letter of Bawaslu on its way in", do: l.letterUpload},
		{on: day.New(2024, time.July, 16), hour: 9, what: "would-be candidates of the three contests", do: l.candidates},
		{on: day.New(2024, time.September, 23), hour: 15, what: "candidates determined, numbers drawn", do: l.determined},
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
