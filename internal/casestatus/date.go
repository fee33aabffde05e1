package casestatus

import (
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/netral-asn/netral/internal/platform/day"
)

// date reads a day as pgx brings it, without the detour over database/sql.
type date day.Day

// ScanDate takes a date of the database; NULL is no day.
func (d *date) ScanDate(v pgtype.Date) error {
	*d = date{}
	if v.Valid {
		*d = date(day.Of(v.Time, time.UTC))
	}
	return nil
}
