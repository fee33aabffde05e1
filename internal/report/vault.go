package report

import (
	"encoding/json"
	"strconv"

	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// vault seals and opens the words of reports. It is the one place that knows
// with which key: everything else names the place where a value lies.
type vault struct{ master *seal.Master }

// locker is the vault's part for one report.
type locker struct {
	master *seal.Master
	tenant string
	report string
}

func (v vault) of(tenant int32, report id.ID) locker {
	return locker{v.master, strconv.Itoa(int(tenant)), report.String()}
}

// hash is how a tracking code is kept: under a pepper that is not in the
// database (T-06).
func (v vault) hash(code string) []byte { return v.master.KeyedHash("report tracking code", code) }

// seal closes a value for its column; row is its number inside the report.
func (l locker) seal(table, column string, row int32, value any) ([]byte, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return l.master.Seal(b, l.place(table, column, row)...), nil
}

// open reads a value back; an empty column leaves it as it is.
func (l locker) open(table, column string, row int32, sealed []byte, into any) error {
	if sealed == nil {
		return nil
	}
	b, err := l.master.Open(sealed, l.place(table, column, row)...)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

func (l locker) place(table, column string, row int32) []string {
	return []string{l.tenant, table, l.report, strconv.Itoa(int(row)), column}
}
