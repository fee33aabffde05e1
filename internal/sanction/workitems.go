package sanction

import (
	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what imposed sanctions ask of the agency: the next act on the way to
// the end.
func (s *Service) WorkItems() []workitem.Source {
	return []workitem.Source{{Kind: "sanction_step", Permission: "sanction.handle", Find: s.toHandle}}
}

// nextAct is what is to be done with a sanction on a day and from when on; no
// act while one can only wait.
func (s Sanction) nextAct(today day.Day) (casefile.Step, *day.Day) {
	switch s.State {
	case Imposed:
		return casefile.Delivering, nil
	case Delivered:
		if s.ComputedEffectiveOn != nil && !today.Before(*s.ComputedEffectiveOn) {
			return casefile.Effecting, s.ComputedEffectiveOn
		}
		return "", nil
	case Contested:
		return casefile.ContestDeciding, nil
	case InForce:
		return casefile.Executing, s.EffectiveOn
	case Serving:
		if s.EndsOn != nil && today.After(*s.EndsOn) {
			return casefile.Completing, s.EndsOn
		}
	}
	if (s.State == Serving || s.State == Completed) && s.NationalRecordOn == nil {
		return casefile.NationalRecord, nil
	}
	return "", nil
}

// toHandle are the sanctions with something to be done now.
func (s *Service) toHandle(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
	rows, err := unfinished(tx)
	if err != nil {
		return nil, err
	}
	files, err := s.files(tx, rows)
	if err != nil {
		return nil, err
	}
	terms, err := deadline.NewCounter(tx)
	if err != nil {
		return nil, err
	}
	var out []workitem.Item
	for _, f := range files {
		act, due := f.nextAct(q.Today)
		if act == "" || len(f.Steps) == 0 { // the subject of the case takes no step in it
			continue
		}
		if act == casefile.Delivering {
			t, ok, err := terms.Of(casefile.RuleDelivery, deadline.Start{On: f.DecidedOn})
			if err != nil {
				return nil, err
			}
			if ok {
				due = &t.Day
			}
		}
		i := workitem.Item{Object: f.ID, Path: "/sanctions/" + f.ID.String(), Steps: f.Steps, Params: fault.Params{"number": f.Of.Number}}
		if due != nil {
			i.Due = *due
		}
		out = append(out, i)
	}
	return out, nil
}
