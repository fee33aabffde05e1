package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// DataVersion counts the versions of the files under data/. A change of a file
// raises it (a test compares Digest); an installation takes over the rows of a
// higher version and never goes back to a lower one.
const DataVersion = 2

// Digest is the fingerprint of all rows.
func (d *Data) Digest() (string, error) {
	b, err := json.Marshal(d.All())
	if err != nil {
		return "", fmt.Errorf("catalog: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// kept is a national row as the database has it.
type kept struct {
	Row
	byProgram bool
	// touched is set once somebody gave the row another last day.
	touched bool
}

// plan says how the national rows become those of the program.
type plan struct {
	add      []Row
	last     []ending
	withdraw []id.ID
}

type ending struct {
	row   id.ID
	until day.Day
}

// planSync compares the rows in force with those the program brings. Rows are
// closed or withdrawn and others follow them; none is rewritten, so whatever
// names a row keeps finding what it named. A code the program no longer knows
// stays, since rows of governments may refer to it: to end one, the file gives
// its last day. What the installation's administrator wrote goes before the
// program.
func planSync(have []kept, want []Row) (plan, error) {
	var p plan
	byCode := map[string][]kept{}
	for _, k := range have {
		byCode[codeKey(k.Row)] = append(byCode[codeKey(k.Row)], k)
	}
	starts := map[string]bool{}
	for _, w := range want {
		starts[startKey(w)] = true
	}
	withdrawn := map[id.ID]bool{}
	planned := map[string]bool{}
	for _, w := range want {
		key := codeKey(w)
		if !planned[key] {
			planned[key] = true
			for _, k := range byCode[key] {
				if k.byProgram && !starts[startKey(k.Row)] {
					p.withdraw, withdrawn[k.ID] = append(p.withdraw, k.ID), true
				}
			}
		}
		if err := p.one(w, byCode[key], withdrawn); err != nil {
			return plan{}, err
		}
	}
	return p, nil
}

func (p *plan) one(w Row, have []kept, withdrawn map[id.ID]bool) error {
	for _, k := range have {
		if withdrawn[k.ID] {
			continue
		}
		if !k.byProgram {
			if overlap(k.Row, w) {
				return nil
			}
			continue
		}
		if k.ValidFrom != w.ValidFrom {
			continue
		}
		same, err := sameFact(k.Row, w)
		if err != nil {
			return err
		}
		switch {
		case same && k.ValidUntil == w.ValidUntil, same && k.touched && w.ValidUntil.IsZero():
			return nil
		case same && (k.ValidUntil.IsZero() || !w.ValidUntil.IsZero() && w.ValidUntil.Before(k.ValidUntil)):
			p.last = append(p.last, ending{row: k.ID, until: w.ValidUntil})
			return nil
		}
		p.withdraw, withdrawn[k.ID] = append(p.withdraw, k.ID), true
	}
	p.add = append(p.add, w)
	return nil
}

func codeKey(r Row) string  { return string(r.Kind) + "/" + r.Code }
func startKey(r Row) string { return codeKey(r) + "/" + r.ValidFrom.String() }

// sameFact reports whether two rows say the same, their last day aside.
func sameFact(a, b Row) (bool, error) {
	a.ValidUntil, b.ValidUntil = day.Day{}, day.Day{}
	x, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("catalog: %w", err)
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
}

// overlap reports whether two rows hold on a same day.
func overlap(a, b Row) bool {
	return (a.ValidUntil.IsZero() || !a.ValidUntil.Before(b.ValidFrom)) && (b.ValidUntil.IsZero() || !b.ValidUntil.Before(a.ValidFrom))
}
