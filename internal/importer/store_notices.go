package importer

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// askedBy are the accounts that did something with an import, as the journal
// tells.
const askedBy = `SELECT DISTINCT j.actor_id AS account_id FROM journal j
	WHERE j.tenant_id IN @tenants AND j.object_kind = 'import' AND j.object_id = @object AND j.actor_kind = 'user'`

func noticed(tx *db.Tx, imports []id.ID) (map[id.ID]fault.Params, error) {
	var found []id.ID
	err := tx.ReachOPD(tx.From("import").Where("id IN ?", imports), "import.opd_id").Pluck("import.id", &found).Error
	return notify.Some(found, err)
}
