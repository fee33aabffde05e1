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
		{begin, 7, "governments, oversight bodies", l.governments, nil},
		{begin, 8, "units of the governments", l.units, []string{"opd", "opd_change"}},
		{begin, 9, "files of staff written", l.files, nil},
		{begin, 10, "staff registered", l.registry, []string{"asn", "asn_fact", "asn_name_token"}},
		{begin, 11, "heads and personnel officers of units, mandates", l.offices, []string{"opd_officer"}},
	}
}

func (l *loader) kabTangerangSteps() []step {
	return []step{
		{day.New(2023, time.November, 13), 10, "Kab. Tangerang: circular 100.3.4.2/4283/XI/BKPSDM Tahun 2023", l.circular2023, []string{"circular_addressee"}},
		{day.New(2024, time.January, 10), 9, "Kab. Tangerang: receipts of the circular", l.receipts2023, []string{"circular_acknowledgement"}},
	}
}

func (l *loader) kotaTangerangSteps() []step {
	return []step{
		{day.New(2024, time.August, 1), 9, "Kota Tangerang: pact approved and published", l.pactText, nil},
		{day.New(2024, time.August, 5), 8, "Kota Tangerang: 4,460 are obliged to sign", l.pactCampaign, []string{"pact_obligation"}},
		{day.New(2024, time.August, 6), 9, "Kota Tangerang: heads of units and others sign", l.sign(0, 4), []string{"pact_signature"}},
		{day.New(2024, time.August, 8), 9, "Kota Tangerang: signatures", l.sign(1, 4), nil},
		{day.New(2024, time.August, 12), 8, "Kota Tangerang: refusals", l.refusals, nil},
		{day.New(2024, time.August, 13), 9, "Kota Tangerang: signatures", l.sign(2, 4), nil},
		{day.New(2024, time.August, 20), 9, "Kota Tangerang: signatures", l.sign(3, 4), nil},
		{day.New(2024, time.August, 20), 14, "Kota Tangerang: signatures on paper in the kecamatan", l.ceremony, nil},
		{day.New(2024, time.August, 19), 20, "Kota Tangerang: anonymous report of a like", l.likeReported, nil},
		{day.New(2024, time.August, 21), 10, "Kota Tangerang: the report is verified", l.likeVerified, nil},
		{day.New(2024, time.August, 23), 9, "Kota Tangerang: a second report of the like", l.likeAgain, nil},
		{day.New(2024, time.August, 26), 10, "Kota Tangerang: the accused is known, the case leaves the superior's hands", l.likeMatched, nil},
	}
}

func (l *loader) kabBogorSteps() []step {
	return []step{
		{day.New(2024, time.October, 2), 14, "Kab. Bogor: finding of Bawaslu", l.bawasluFinding, nil},
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
