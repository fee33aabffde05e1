package casefile

import (
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what cases ask of people: of who handles one to bring it on, of the
// direct superior to summon and examine, of who may decide to decide.
func (s *Service) WorkItems() []workitem.Source {
	source := func(kind workitem.Kind, p authz.Permission, which string) workitem.Source {
		return workitem.Source{Kind: kind, Permission: p, Find: func(tx *db.Tx, _ workitem.Question) ([]workitem.Item, error) { return s.work(tx, which) }}
	}
	return []workitem.Source{
		source("case_handling", "case.note", assignedToCaller),
		source("case_examination", "case.examine", callerExamines),
		source("case_decision", "case.decide", awaitsDecision),
	}
}

// work turns cases into items: each is due on its soonest day by which something
// must be done. There are tens of open cases in a government, so all are read.
func (s *Service) work(tx *db.Tx, which string) ([]workitem.Item, error) {
	cases, err := waiting(tx, s.master, which)
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	l, err := deadline.NewCounter(tx)
	if err != nil {
		return nil, err
	}
	out := make([]workitem.Item, 0, len(cases))
	for _, c := range cases {
		running, err := l.Running(c.Clocks)
		if err != nil {
			return nil, err
		}
		i := workitem.Item{Object: c.ID, Path: "/cases/" + c.ID.String(), Steps: c.steps(c.ViewOf(tx.Scope()), tx.Scope().May), Params: fault.Params{"number": c.Number}}
		if d := nextToAct(running); d != nil {
			i.Due = d.Day
		}
		out = append(out, i)
	}
	return out, nil
}
