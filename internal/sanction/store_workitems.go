package sanction

import "github.com/netral-asn/netral/internal/platform/db"

// unfinished are the sanctions that the caller may see and that are not at
// their end.
func unfinished(tx *db.Tx) ([]Sanction, error) {
	var rows []row
	err := visible(tx).Where("sanction.state <> ? AND NOT (sanction.state = ? AND sanction.national_record_on IS NOT NULL)", Annulled, Completed).
		Order("sanction.decided_on, sanction.id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return db.Each(rows, row.sanction)
}
