package asn

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/nip"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

var constraints = db.Constraints{
	"asn_nip_key":  func() *fault.Fault { return fault.New(fault.Conflict, "asn.nip_taken").At("/nip", "asn.nip_taken") },
	"asn_opd_fkey": fault.Missing,
}

// Service is the use cases of persons.
type Service struct {
	db        *db.DB
	followers []Follower
}

// NewService joins the service to the database and to those who keep something
// about persons, in the order in which they follow a merger.
func NewService(d *db.DB, followers ...Follower) *Service {
	return &Service{db: d, followers: followers}
}

// List lists persons by name.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Person], error) {
	var out []Person
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = list(tx, f, r); return })
	return page.Cut(r, out, func(p Person) []string { return []string{NameKey(p.Name), p.ID.String()} }), err
}

// Search finds persons by name or NIP, best matches first.
func (s *Service) Search(ctx context.Context, q Query) (out []Person, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { out, err = search(tx, q); return err })
	return out, err
}

// Get reads one person; a record joined to another answers with that one.
func (s *Service) Get(ctx context.Context, pid id.ID) (p Person, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { p, err = GetTx(tx, pid); return err })
	return p, err
}

// GetTx reads one person inside the caller's reach.
func GetTx(tx *db.Tx, pid id.ID) (Person, error) {
	stays, err := survivor(tx, pid)
	if err != nil {
		return Person{}, err
	}
	return find(tx, stays, false)
}

// Create adds a person.
func (s *Service) Create(ctx context.Context, p Person, from day.Day) (Person, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { p, err = CreateTx(tx, p, from); return })
	return p, err
}

// CreateTx adds a person in the caller's transaction.
func CreateTx(tx *db.Tx, p Person, from day.Day) (Person, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return p, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return p, err
	}
	if p, err = completed(p); err != nil {
		return p, err
	}
	if _, err := opd.GetTx(tx, p.OPD); err != nil {
		return p, err
	}
	if err := knownSuperior(tx, p.Superior); err != nil {
		return p, err
	}
	p.ID, p.Version, p.State = tx.NewID(), 1, "active"
	if err := insert(tx, tenant, p); err != nil {
		return p, constraints.Fault(err)
	}
	facts := p.facts(from)
	for i := range facts {
		facts[i].RecordedLater = from.Before(today)
	}
	if err := insertFacts(tx, tenant, p.ID, facts); err != nil {
		return p, err
	}
	return p, journal.Note(tx, journal.Entry{Action: "asn.created", Object: "asn", ObjectID: p.ID})
}

// completed reads the NIP and fills what it says.
func completed(p Person) (Person, error) {
	if p.NIP != "" {
		n, reason := nip.Parse(p.NIP)
		if reason != "" {
			return p, fault.New(fault.Rule, "asn.invalid").At("/nip", "asn.nip_"+string(reason))
		}
		p.NIP = n.Digits
		if p.BirthDate == nil {
			p.BirthDate = &n.Birth
		}
		if p.Sex == "" {
			p.Sex = string(n.Sex)
		}
	}
	if p.LegalStatus == "" {
		p.LegalStatus = "active"
	}
	return p, p.check()
}

func knownSuperior(tx *db.Tx, superior *id.ID) error {
	if superior == nil {
		return nil
	}
	known, err := byIDs(tx, []id.ID{*superior})
	if err != nil {
		return err
	}
	if _, ok := known[*superior]; !ok {
		return fault.New(fault.Rule, "asn.superior_unknown").At("/superior_id", "asn.superior_unknown")
	}
	return nil
}

// Change holds the fields of a patch; nil stays as it is.
type Change struct {
	Name, TitleFront, TitleBack, BirthPlace, Sex, Email, Phone *string
	BirthDate                                                  *day.Day
}

// Update corrects what has no history.
func (s *Service) Update(ctx context.Context, pid id.ID, c Change) (Person, error) {
	return s.change(ctx, pid, "asn.updated", func(tx *db.Tx, tenant int32, p Person) (Person, error) {
		old := p.Name
		for to, from := range map[*string]*string{&p.Name: c.Name, &p.TitleFront: c.TitleFront, &p.TitleBack: c.TitleBack,
			&p.BirthPlace: c.BirthPlace, &p.Sex: c.Sex, &p.Email: c.Email, &p.Phone: c.Phone} {
			if from != nil {
				*to = *from
			}
		}
		if c.BirthDate != nil {
			p.BirthDate = c.BirthDate
		}
		if err := p.check(); err != nil {
			return p, err
		}
		return p, update(tx, tenant, p, p.Name != old)
	})
}

// change loads a person in service, changes the record and notes it.
func (s *Service) change(ctx context.Context, pid id.ID, action string, f func(*db.Tx, int32, Person) (Person, error)) (p Person, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if p, err = find(tx, pid, true); err != nil {
			return err
		}
		if p.State != "active" {
			return fault.New(fault.Conflict, "asn.departed").Allowing(nil)
		}
		p.Version++
		if p, err = f(tx, tenant, p); err != nil {
			return constraints.Fault(err)
		}
		return journal.Note(tx, journal.Entry{Action: action, Object: "asn", ObjectID: p.ID})
	})
	return p, err
}

// AddFact writes a dated change of one aspect; the record changes when it is
// true today.
func (s *Service) AddFact(ctx context.Context, pid id.ID, f Fact) (Person, error) {
	return s.change(ctx, pid, "asn."+string(f.Aspect)+"_changed", func(tx *db.Tx, tenant int32, p Person) (Person, error) {
		return addFact(tx, tenant, p, f)
	})
}

func addFact(tx *db.Tx, tenant int32, p Person, f Fact) (Person, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return p, err
	}
	if f, err = checkedFact(tx, p, f); err != nil {
		return p, err
	}
	have, err := facts(tx, p.ID, f.Aspect)
	if err != nil {
		return p, err
	}
	f.RecordedLater = f.From.Before(today)
	f, ended, err := place(have, f)
	if err != nil {
		return p, err
	}
	if ended != nil {
		if err := endFact(tx, p.ID, *ended); err != nil {
			return p, err
		}
	}
	if err := insertFacts(tx, tenant, p.ID, []Fact{f}); err != nil {
		return p, err
	}
	if !f.From.After(today) && (f.Until == nil || !f.Until.Before(today)) {
		p = p.apply(f)
	}
	return p, update(tx, tenant, p, false)
}

// checkedFact holds a fact against what it points to.
func checkedFact(tx *db.Tx, p Person, f Fact) (Fact, error) {
	switch f.Aspect {
	case NIP:
		n, reason := nip.Parse(f.Value)
		if reason != "" {
			return f, fault.New(fault.Rule, "asn.invalid").At("/nip", "asn.nip_"+string(reason))
		}
		f.Value = n.Digits
	case Position:
		if _, err := opd.GetTx(tx, *f.OPD); err != nil {
			return f, err
		}
	case Employment:
		if f.Value != NonASN && p.NIP == "" {
			return f, fault.New(fault.Rule, "asn.nip_first").At("/employment_type", "asn.nip_first")
		}
	case Superior:
		return f, checkSuperior(tx, p, f)
	}
	return f, nil
}

// checkSuperior refuses a chain that closes into a ring.
func checkSuperior(tx *db.Tx, p Person, f Fact) error {
	if f.Superior == nil {
		return nil
	}
	if err := knownSuperior(tx, f.Superior); err != nil {
		return err
	}
	line, err := chain(tx, *f.Superior, f.From)
	if err != nil {
		return err
	}
	if *f.Superior == p.ID || slices.Contains(line, p.ID) {
		return fault.New(fault.Rule, "asn.superior_ring").At("/superior_id", "asn.superior_ring")
	}
	return nil
}

// Depart records that a person leaves service.
func (s *Service) Depart(ctx context.Context, pid id.ID, reason string, last day.Day) (Person, error) {
	return s.change(ctx, pid, "asn.departed", func(tx *db.Tx, tenant int32, p Person) (Person, error) {
		p.State, p.DepartedOn, p.DepartReason = "departed", &last, reason
		return p, update(tx, tenant, p, false)
	})
}

// History is every dated entry of a person, newest first.
func (s *Service) History(ctx context.Context, pid id.ID) (out []Fact, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := GetTx(tx, pid)
		if err != nil {
			return err
		}
		out, err = facts(tx, p.ID, "")
		return err
	})
	return out, err
}

// StatusOn tells what a person was on a legal day, today when on is nil.
func (s *Service) StatusOn(ctx context.Context, pid id.ID, on *day.Day) (st Status, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		d, err := orToday(tx, on)
		if err != nil {
			return err
		}
		p, err := GetTx(tx, pid)
		if err != nil {
			return err
		}
		st, err = StatusTx(tx, p, d)
		return err
	})
	return st, err
}

func orToday(tx *db.Tx, on *day.Day) (day.Day, error) {
	if on != nil {
		return *on, nil
	}
	return government.TodayTx(tx)
}

// StatusTx tells what a person was on a legal day: what a case keeps of the day
// of the act and of the decision.
func StatusTx(tx *db.Tx, p Person, on day.Day) (Status, error) {
	f, err := factsOn(tx, p.ID, on)
	if err != nil {
		return Status{}, err
	}
	st := Status{Person: p.ID, Day: on, Name: p.Name, Facts: f}
	if pos, ok := f[Position]; ok && pos.OPD != nil {
		units, err := opd.TreeTx(tx)
		if err != nil {
			return st, err
		}
		if i := slices.IndexFunc(units, func(u opd.Unit) bool { return u.ID == *pos.OPD }); i >= 0 {
			st.OPDName = units[i].Name
		}
	}
	return st, nil
}

// Superiors is the chain of superiors on a legal day, nearest first.
func (s *Service) Superiors(ctx context.Context, pid id.ID, on *day.Day) (out []Person, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		d, err := orToday(tx, on)
		if err != nil {
			return err
		}
		p, err := GetTx(tx, pid)
		if err != nil {
			return err
		}
		out, err = SuperiorsTx(tx, p.ID, d)
		return err
	})
	return out, err
}

// SuperiorsTx is the chain of superiors on a legal day, nearest first.
func SuperiorsTx(tx *db.Tx, pid id.ID, on day.Day) ([]Person, error) {
	line, err := chain(tx, pid, on)
	if err != nil {
		return nil, err
	}
	known, err := byIDs(tx, line)
	if err != nil {
		return nil, err
	}
	out := make([]Person, 0, len(line))
	for _, x := range line {
		out = append(out, known[x])
	}
	return out, nil
}

// Absences lists a person's excused spells and today's legal day.
func (s *Service) Absences(ctx context.Context, pid id.ID) (out []Absence, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		p, err := GetTx(tx, pid)
		if err != nil {
			return err
		}
		out, err = absences(tx, p.ID)
		return err
	})
	return out, today, err
}

// Excuse records an excused spell.
func (s *Service) Excuse(ctx context.Context, a Absence) (Absence, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { a, err = ExcuseTx(tx, a); return })
	return a, err
}

// ExcuseTx records an excused spell in the caller's transaction.
func ExcuseTx(tx *db.Tx, a Absence) (Absence, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return a, err
	}
	if _, err := find(tx, a.Person, true); err != nil {
		return a, err
	}
	if a.Until != nil && a.Until.Before(a.From) {
		return a, fault.New(fault.Rule, "asn.period_inverted").At("/valid_until", "asn.period_inverted")
	}
	a.ID, a.Version = tx.NewID(), 1
	if err := insertAbsence(tx, tenant, a); err != nil {
		return a, err
	}
	return a, journal.Note(tx, journal.Entry{Action: "asn_absence.created", Object: "asn_absence", ObjectID: a.ID, Details: map[string]any{"asn_id": a.Person}})
}

// EndAbsence sets the last day of a spell.
func (s *Service) EndAbsence(ctx context.Context, pid, aid id.ID, last day.Day) (a Absence, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, pid, false); err != nil {
			return err
		}
		if a, err = findAbsence(tx, pid, aid); err != nil {
			return err
		}
		if a, err = a.end(last); err != nil {
			return err
		}
		if err := updateAbsenceEnd(tx, a); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "asn_absence.ended", Object: "asn_absence", ObjectID: a.ID})
	})
	return a, err
}

// Staff moves persons between units for package opd.
type Staff struct{}

// MoveTx gives everybody in the units from, or only the persons named, a
// position in the unit to from a day on. Title and level stay.
func (Staff) MoveTx(tx *db.Tx, from, only []id.ID, to id.ID, on day.Day) (int64, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return 0, err
	}
	people, err := staffOf(tx, from, only)
	if err != nil {
		return 0, err
	}
	for _, p := range people {
		p.Version++
		if _, err := addFact(tx, tenant, p, Fact{Aspect: Position, From: on, Value: p.PositionType, Title: p.PositionTitle, OPD: &to}); err != nil {
			return 0, err
		}
	}
	return int64(len(people)), nil
}

// CountTx counts the persons in service in a unit.
func (Staff) CountTx(tx *db.Tx, unit id.ID) (int64, error) { return count(tx, unit) }

// ExistsTx reports a person of the government who is not there as missing.
func (Staff) ExistsTx(tx *db.Tx, person id.ID) error {
	known, err := byIDs(tx, []id.ID{person})
	if err != nil {
		return err
	}
	if p, ok := known[person]; !ok || p.State != "active" {
		return fault.Missing()
	}
	return nil
}
