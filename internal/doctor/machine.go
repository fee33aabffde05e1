package doctor

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// Machine is what no resource owns: files, jobs, the clock, the master key.
type Machine struct {
	Files *blob.Store
	// Now is the clock of this machine.
	Now func() time.Time
	// KeyBesideData says that the master key lies in the folder of the data.
	KeyBesideData bool
}

const (
	// slowest is how long a job may wait for somebody to take it.
	slowest = 10 * time.Minute
	// drift is how far this machine's clock may be from the database's: codes of
	// the second factor and the life of tokens go by it.
	drift = 10 * time.Second
)

// Findings is what may be wrong with the machine.
func (m Machine) Findings() []Check {
	check := func(c Code, s Severity, find func(*db.Tx, Question) ([]Found, error)) Check {
		return Check{Code: c, Severity: s, About: Installation, Find: find}
	}
	key := check("master_key.beside_data", Warning, func(*db.Tx, Question) ([]Found, error) { return Once(m.KeyBesideData, nil), nil })
	key.Command = "netral admin master-key"
	return []Check{
		check("storage.not_writable", Severe, func(tx *db.Tx, _ Question) ([]Found, error) {
			return Once(m.Files.Probe(tx.Context()) != nil, nil), nil
		}),
		check("storage.nearly_full", Severe, m.nearlyFull),
		check("job.stuck", Severe, func(tx *db.Tx, _ Question) ([]Found, error) {
			n, err := waitingJobs(tx, slowest)
			return Counted(n), err
		}),
		check("clock.off", Severe, m.clockOff),
		key,
	}
}

func (m Machine) nearlyFull(*db.Tx, Question) ([]Found, error) {
	free, ok := m.Files.Free()
	return Once(ok && free < least, fault.Params{"free": free >> 20}), nil
}

// least is the room that must be free where files are written: the largest file
// that may be sent, several times over.
const least = 2 << 30

func (m Machine) clockOff(tx *db.Tx, _ Question) ([]Found, error) {
	theirs, err := databaseClock(tx)
	if err != nil {
		return nil, err
	}
	off := m.Now().Sub(theirs).Abs()
	return Once(off > drift, fault.Params{"seconds": int(off / time.Second)}), nil
}
