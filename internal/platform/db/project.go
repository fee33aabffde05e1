package db

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/id"
)

// Noted is what the journal was told in a transaction: who follows the journal
// learns from it which object to look at.
type Noted struct {
	// ID is the note's own.
	ID       id.ID
	Tenant   int32
	Action   string
	Object   string
	ObjectID id.ID
	Details  map[string]any
	// Release is set when nobody may be told before that instant (T-03).
	Release *time.Time
}

// Projector keeps a read model in step with the journal: it runs before the
// commit of every write, with what was noted, in the same transaction. It leaves
// the transaction's scope as it found it.
type Projector func(tx *Tx, notes []Noted) error

// Project registers a read model; package app does so before anything is
// written.
func (d *DB) Project(p Projector) { d.projectors = append(d.projectors, p) }

func (tx *Tx) project() error {
	if len(tx.notes) == 0 {
		return nil
	}
	notes := tx.notes
	tx.notes = nil
	for _, p := range tx.projectors {
		if err := p(tx, notes); err != nil {
			return err
		}
	}
	return nil
}
