package taskforce

import (
	"context"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

var constraints = db.Constraints{
	"task_force_decree_key": func() *fault.Fault { return fault.New(fault.Conflict, "taskforce.decree_taken") },
}

// Service is the use cases of task forces.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// List lists task forces, newest first, and today's legal day.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (p page.Page[TaskForce], today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		out, err := list(tx, f, r)
		p = page.Cut(r, out, func(x TaskForce) []string { return []string{x.From.String(), x.ID.String()} })
		return err
	})
	return p, today, err
}

// Get reads one task force and today's legal day.
func (s *Service) Get(ctx context.Context, fid id.ID) (f TaskForce, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		f, err = GetTx(tx, fid)
		return err
	})
	return f, today, err
}

// GetTx reads one task force.
func GetTx(tx *db.Tx, fid id.ID) (TaskForce, error) { return find(tx, fid, false) }

// Create records a task force with its first members.
func (s *Service) Create(ctx context.Context, f TaskForce, mandate *id.ID, members []Member) (TaskForce, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { f, today, err = CreateTx(tx, f, mandate, members); return })
	return f, today, err
}

// CreateTx records a task force in the caller's transaction. mandate names who
// signed the decree; without one the holder of that day is found.
func CreateTx(tx *db.Tx, f TaskForce, mandate *id.ID, members []Member) (TaskForce, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return f, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return f, today, err
	}
	if f.Until != nil && f.Until.Before(f.From) {
		return f, today, fault.New(fault.Rule, "taskforce.period_inverted").At("/valid_until", "taskforce.period_inverted")
	}
	if f.Election != nil {
		if _, err := election.GetTx(tx, *f.Election); err != nil {
			return f, today, err
		}
	}
	by, err := signatoryTx(tx, mandate, f.Decreed)
	if err != nil {
		return f, today, err
	}
	if f, err = f.signed(by, today); err != nil {
		return f, today, err
	}
	f.ID, f.Version, f.RecordedLater = tx.NewID(), 1, f.Decreed.Before(today)
	if err := insert(tx, tenant, f); err != nil {
		return f, today, constraints.Fault(err)
	}
	for _, m := range members {
		if _, err := addMember(tx, tenant, f, m, today); err != nil {
			return f, today, err
		}
	}
	return f, today, journal.Note(tx, journal.Entry{Action: "task_force.created", Object: "task_force", ObjectID: f.ID,
		Details: map[string]any{"mandate_id": f.Mandate, "members": len(members)}})
}

// signatoryTx is the mandate named, or the one of the appointing authority who
// could sign on the day.
func signatoryTx(tx *db.Tx, named *id.ID, on day.Day) (*government.Mandate, error) {
	if named != nil {
		m, err := government.MandateTx(tx, *named)
		return &m, err
	}
	holders, err := government.HoldersTx(tx, government.AppointingAuthority, on)
	return signatory(holders), err
}

// End sets the last day of a task force.
func (s *Service) End(ctx context.Context, fid id.ID, last day.Day) (f TaskForce, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		if f, err = find(tx, fid, true); err != nil {
			return err
		}
		if f, err = f.end(last, today); err != nil {
			return err
		}
		if err := updateEnd(tx, "task_force", f.ID, f.Until, f.Version); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "task_force.ended", Object: "task_force", ObjectID: f.ID})
	})
	return f, today, err
}

// Members lists who belongs, or belonged on a day, and today's legal day.
func (s *Service) Members(ctx context.Context, fid id.ID, on *day.Day, r page.Request) (p page.Page[Member], today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		f, err := find(tx, fid, false)
		if err != nil {
			return err
		}
		if on != nil && !f.On(*on) {
			p = page.Page[Member]{Items: []Member{}}
			return nil
		}
		out, err := listMembers(tx, fid, on, &r)
		p = page.Cut(r, out, func(m Member) []string { return []string{m.From.String(), m.ID.String()} })
		return err
	})
	return p, today, err
}

// AddMember records that somebody belongs.
func (s *Service) AddMember(ctx context.Context, m Member) (Member, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { m, today, err = AddMemberTx(tx, m); return })
	return m, today, err
}

// AddMemberTx records a member in the caller's transaction. The task force's row
// is locked, so that two chairs cannot slip in at once.
func AddMemberTx(tx *db.Tx, m Member) (Member, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return m, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return m, today, err
	}
	f, err := find(tx, m.TaskForce, true)
	if err != nil {
		return m, today, err
	}
	m, err = addMember(tx, tenant, f, m, today)
	return m, today, err
}

func addMember(tx *db.Tx, tenant int32, f TaskForce, m Member, today day.Day) (Member, error) {
	if m.From.IsZero() {
		m.From = f.From
	}
	if m.ASN != nil {
		p, err := asn.GetTx(tx, *m.ASN)
		if err != nil {
			return m, err
		}
		m.ASN = &p.ID
	}
	others, err := listMembers(tx, f.ID, nil, nil)
	if err != nil {
		return m, err
	}
	if err := m.check(f, others); err != nil {
		return m, err
	}
	m.ID, m.TaskForce, m.Version, m.RecordedLater = tx.NewID(), f.ID, 1, m.From.Before(today)
	if err := insertMember(tx, tenant, m); err != nil {
		return m, err
	}
	return m, journal.Note(tx, journal.Entry{Action: "task_force_member.added", Object: "task_force_member", ObjectID: m.ID,
		Details: map[string]any{"task_force_id": f.ID, "role": m.Role, "asn_id": m.ASN}})
}

// EndMember sets a member's last day.
func (s *Service) EndMember(ctx context.Context, fid, mid id.ID, last day.Day) (m Member, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		if m, err = findMember(tx, fid, mid); err != nil {
			return err
		}
		if m, err = m.end(last, today); err != nil {
			return err
		}
		if err := updateEnd(tx, "task_force_member", m.ID, m.Until, m.Version); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "task_force_member.ended", Object: "task_force_member", ObjectID: m.ID})
	})
	return m, today, err
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx gives the record that stays the memberships of both, none of them
// twice at once.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error {
	left, err := membershipsOf(tx, goes)
	if err != nil || len(left) == 0 {
		return err
	}
	own, err := membershipsOf(tx, stays)
	if err != nil {
		return err
	}
	for m, belongs := range joined(left, own) {
		to := goes
		if belongs {
			to = stays
		}
		if err := updatePerson(tx, m, to); err != nil {
			return err
		}
	}
	return nil
}
