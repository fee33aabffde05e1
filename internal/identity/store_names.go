package identity

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// ActorNamesTx are what accounts and machine clients are called, for those who may
// see what they did.
func ActorNamesTx(tx *db.Tx, actors []id.ID) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	for _, table := range []string{"identity_account", "identity_client"} {
		var rows []struct {
			ID   id.ID
			Name string
		}
		if err := tx.Platform(table).Select("id, name").Where("id IN ?", actors).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r.Name
		}
	}
	return out, nil
}
