package catalog

import (
	"time"

	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// Findings is what reference data may lack. The joint decree on the holidays of
// a year comes in the autumn before; without it every deadline in working days is
// told too early, and nobody sees it.
func Findings() []doctor.Check {
	check := func(a doctor.About) doctor.Check {
		return doctor.Check{Code: "holiday.year_missing", Severity: doctor.Severe, About: a, Operation: "addReferenceRow", Find: yearsMissing}
	}
	return []doctor.Check{check(doctor.Government), check(doctor.Installation)}
}

// yearsMissing tells which of the years that matter now have no holiday: the
// present one, and from November on the next, whose decree is out by then.
func yearsMissing(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
	holidays, err := ViewsTx[Holiday](tx, HolidayKind, q.Today)
	if err != nil {
		return nil, err
	}
	c := NewCalendar(holidays, q.Today)
	years := []int{q.Today.Year()}
	if q.Today.Month() >= time.November {
		years = append(years, q.Today.Year()+1)
	}
	var out []doctor.Found
	for _, y := range years {
		if !c.years[y] {
			out = append(out, doctor.Found{Path: "/reference-data/holiday", Params: fault.Params{"year": y}})
		}
	}
	return out, nil
}
