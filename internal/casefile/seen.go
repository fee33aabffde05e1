package casefile

import (
	"slices"

	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Seen is what a read model is made of, whoever may see the case: nothing of it
// goes out as it is.
type Seen struct {
	Case
	Origins []Origin
	// Next is the soonest term somebody has to act within.
	Next *Deadline
}

// SeenTx reads one case for a read model.
func (s *Service) SeenTx(tx *db.Tx, cid id.ID) (Seen, error) {
	found, err := byIDs(tx, s.master, []id.ID{cid})
	if err != nil {
		return Seen{}, err
	}
	c, ok := found[cid]
	if !ok {
		return Seen{}, fault.Missing()
	}
	return seen(tx, c)
}

// SeenOfReportTx reads the cases that a report fed.
func (s *Service) SeenOfReportTx(tx *db.Tx, rid id.ID) ([]Seen, error) {
	cases, err := fromSameReport(tx, s.master, rid)
	if err != nil {
		return nil, err
	}
	return db.Each(cases, func(c Case) (Seen, error) { return seen(tx, c) })
}

// NamingBodiesTx lists the cases whose origin names a body.
func NamingBodiesTx(tx *db.Tx) ([]id.ID, error) { return idsNamingBodies(tx) }

func seen(tx *db.Tx, c Case) (out Seen, err error) {
	out.Case = c
	if out.Origins, err = origins(tx, c.ID); err != nil {
		return out, err
	}
	l, err := deadline.NewCounter(tx)
	if err != nil {
		return out, err
	}
	running, err := l.Running(c.Clocks)
	out.Next = nextToAct(running)
	return out, err
}

// Running reports whether a term of the case runs.
func (c Case) Running(rule string) bool {
	return slices.ContainsFunc(c.Clocks, func(k Clock) bool { return k.Rule == rule })
}
