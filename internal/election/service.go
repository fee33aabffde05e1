package election

import (
	"context"
	"slices"
	"strconv"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Service is the use cases of elections and candidates.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// at points to an element of a list in the body.
func at(list string, i int) string { return list + "/" + strconv.Itoa(i) }

// present is what an election is read with: the government's today and its
// calendar as known today. A calendar that was corrected holds for days before
// the correction as well, since an election took place on one day only.
type present struct {
	today    day.Day
	kind     string // of the government
	region   string
	contests []catalog.Contest
}

func presentTx(tx *db.Tx) (present, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return present{}, err
	}
	g, err := government.EntryByTenantTx(tx, tenant)
	if err != nil {
		return present{}, err
	}
	zone, err := g.Location()
	if err != nil {
		return present{}, err
	}
	p := present{today: tx.Today(zone), kind: g.Kind, region: g.Code}
	p.contests, err = catalog.ViewsTx[catalog.Contest](tx, catalog.ContestType, p.today)
	return p, err
}

// electionsTx gives the elections that concern the government, newest first.
func electionsTx(tx *db.Tx, p present) ([]Election, error) {
	all, err := catalog.ViewsTx[catalog.Election](tx, catalog.ElectionKind, p.today)
	if err != nil {
		return nil, err
	}
	var out []Election
	for _, e := range all {
		if seen, ok := seenBy(e, p.contests, p.kind); ok {
			out = append(out, seen)
		}
	}
	slices.SortStableFunc(out, func(a, b Election) int { return b.VotingOn.Compare(a.VotingOn) })
	return out, nil
}

// GetTx finds an election that concerns the transaction's government.
func GetTx(tx *db.Tx, eid id.ID) (Election, error) {
	p, err := presentTx(tx)
	if err != nil {
		return Election{}, err
	}
	return findTx(tx, p, eid)
}

func findTx(tx *db.Tx, p present, eid id.ID) (Election, error) {
	all, err := electionsTx(tx, p)
	if err != nil {
		return Election{}, err
	}
	i := slices.IndexFunc(all, func(e Election) bool { return e.ID == eid })
	if i < 0 {
		return Election{}, fault.Missing()
	}
	return all[i], nil
}

// stagesTx gives the calendar of an election by first day.
func stagesTx(tx *db.Tx, p present, e Election) ([]catalog.ElectionStage, error) {
	all, err := catalog.ViewsTx[catalog.ElectionStage](tx, catalog.ElectionStageKind, p.today)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s catalog.ElectionStage) bool { return s.Election != e.Code })
	slices.SortStableFunc(all, func(a, b catalog.ElectionStage) int { return a.StartsOn.Compare(b.StartsOn) })
	return all, nil
}

func calendarTx(tx *db.Tx, p present, e Election) (Calendar, []catalog.ElectionStage, error) {
	stages, err := stagesTx(tx, p, e)
	return CalendarOf(e.Election, stages), stages, err
}

// CandidateTx finds a candidate of the transaction's government.
func CandidateTx(tx *db.Tx, cid id.ID) (Candidate, error) { return findCandidate(tx, cid, false) }

// Elections lists the elections that concern the caller's government.
func (s *Service) Elections(ctx context.Context) (out []Election, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := presentTx(tx)
		if err != nil {
			return err
		}
		out, err = electionsTx(tx, p)
		return err
	})
	return out, err
}

// Election reads one.
func (s *Service) Election(ctx context.Context, eid id.ID) (e Election, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { e, err = GetTx(tx, eid); return err })
	return e, err
}

// Create adds an election of the government's own.
func (s *Service) Create(ctx context.Context, e catalog.Election) (out Election, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = CreateTx(tx, e); return err })
	return out, err
}

// CreateTx adds an election of the government's own, such as a repeated vote,
// in the caller's transaction. Its code is made from the region's and its own.
func CreateTx(tx *db.Tx, e catalog.Election) (Election, error) {
	p, err := presentTx(tx)
	if err != nil {
		return Election{}, err
	}
	if err := checkFrame(e, p.contests); err != nil {
		return Election{}, err
	}
	if e.ValidFrom.IsZero() {
		e.ValidFrom = p.today
	}
	e.Kind, e.Code = catalog.ElectionKind, ownCode(p.region, e.Code)
	e.Data = map[string]any{"election_kind": e.ElectionKind, "contests": e.Contests,
		"starts_on": e.StartsOn.String(), "voting_on": e.VotingOn.String(), "ends_on": e.EndsOn.String()}
	if _, err := catalog.AddTx(tx, e.Row); err != nil {
		if fault.Is(err, "reference.overlaps") {
			return Election{}, fault.New(fault.Conflict, "election.exists")
		}
		return Election{}, err
	}
	out, err := findTx(tx, p, IDOf(e.Code))
	if err != nil {
		return out, err
	}
	return out, journal.Note(tx, journal.Entry{Action: "election.created", Object: "election", ObjectID: out.ID, Details: map[string]any{"code": out.Code}})
}

// Stages lists the calendar of an election.
func (s *Service) Stages(ctx context.Context, eid id.ID) (out []catalog.ElectionStage, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := presentTx(tx)
		if err != nil {
			return err
		}
		e, err := findTx(tx, p, eid)
		if err != nil {
			return err
		}
		out, err = stagesTx(tx, p, e)
		return err
	})
	return out, err
}

// SetStage adds a stage to the calendar or corrects one.
func (s *Service) SetStage(ctx context.Context, eid id.ID, st catalog.ElectionStage) (out catalog.ElectionStage, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, err = SetStageTx(tx, eid, st); return err })
	return out, err
}

// SetStageTx adds a stage, or closes the government's own of the same code and
// puts the new one after it; the national row stays beside it, out of use for
// this government.
func SetStageTx(tx *db.Tx, eid id.ID, st catalog.ElectionStage) (catalog.ElectionStage, error) {
	var none catalog.ElectionStage
	p, err := presentTx(tx)
	if err != nil {
		return none, err
	}
	e, err := findTx(tx, p, eid)
	if err != nil {
		return none, err
	}
	if err := e.checkContests(st.Contests); err != nil {
		return none, err
	}
	if st.EndsOn.Before(st.StartsOn) {
		return none, fault.New(fault.Rule, "election.days_inverted").At("/ends_on", "election.days_inverted")
	}
	if st.ValidFrom.IsZero() {
		st.ValidFrom = p.today
	}
	st.Kind, st.Code = catalog.ElectionStageKind, stageCode(e.Code, st.Stage)
	st.Data = map[string]any{"election": e.Code, "stage": st.Stage, "effect": st.Effect, "starts_on": st.StartsOn.String(), "ends_on": st.EndsOn.String()}
	if len(st.Contests) > 0 {
		st.Data["contests"] = st.Contests
	}
	added, err := catalog.ReplaceTx(tx, st.Row)
	if err != nil {
		return none, err
	}
	if err := journal.Note(tx, journal.Entry{Action: "election.stage_set", Object: "election", ObjectID: e.ID, Details: map[string]any{"stage": st.Stage}}); err != nil {
		return none, err
	}
	return catalog.Decode[catalog.ElectionStage](added.Row)
}

// Candidates lists the candidates of an election by contest and number.
func (s *Service) Candidates(ctx context.Context, eid id.ID, contest string, r page.Request) (page.Page[Candidate], day.Day, error) {
	var out []Candidate
	var today day.Day
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := presentTx(tx)
		if err != nil {
			return err
		}
		if _, err := findTx(tx, p, eid); err != nil {
			return err
		}
		today = p.today
		out, err = listCandidates(tx, eid, contest, r)
		return err
	})
	return page.Cut(r, out, func(c Candidate) []string {
		return []string{c.Contest, strconv.Itoa(int(c.Number)), c.ID.String()}
	}), today, err
}

// Candidate reads one and today's legal day.
func (s *Service) Candidate(ctx context.Context, cid id.ID) (c Candidate, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		c, err = CandidateTx(tx, cid)
		return err
	})
	return c, today, err
}

// AddCandidate records a candidate with the first status.
func (s *Service) AddCandidate(ctx context.Context, c Candidate, first StatusEntry) (out Candidate, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { out, today, err = AddCandidateTx(tx, c, first); return err })
	return out, today, err
}

// AddCandidateTx records a candidate with the first status in the caller's
// transaction.
func AddCandidateTx(tx *db.Tx, c Candidate, first StatusEntry) (Candidate, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return c, day.Day{}, err
	}
	p, err := presentTx(tx)
	if err != nil {
		return c, day.Day{}, err
	}
	e, err := findTx(tx, p, c.Election)
	if err != nil {
		return c, p.today, err
	}
	if err := e.checkContest(c.Contest); err != nil {
		return c, p.today, err
	}
	c.ID = tx.NewID()
	if c, err = c.add(first, p.today); err != nil {
		return c, p.today, err
	}
	if err := insertCandidate(tx, tenant, c); err != nil {
		return c, p.today, err
	}
	if err := insertStatus(tx, tenant, c.ID, c.recorded(first.From)); err != nil {
		return c, p.today, err
	}
	return c, p.today, journal.Note(tx, journal.Entry{Action: "candidate.created", Object: "candidate", ObjectID: c.ID,
		Details: map[string]any{"election_id": c.Election, "contest": c.Contest, "status": first.Status}})
}

// UpdateCandidate corrects how a candidate is written, or enters the number.
func (s *Service) UpdateCandidate(ctx context.Context, cid id.ID, ch Change) (c Candidate, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		if c, err = findCandidate(tx, cid, true); err != nil {
			return err
		}
		c = ch.apply(c)
		if err := updateCandidate(tx, c); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "candidate.updated", Object: "candidate", ObjectID: c.ID, Details: map[string]any{"fields": ch.fields()}})
	})
	return c, today, err
}

// AddStatus records what a candidate became, with its real day.
func (s *Service) AddStatus(ctx context.Context, cid id.ID, e StatusEntry) (c Candidate, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { c, today, err = AddStatusTx(tx, cid, e); return err })
	return c, today, err
}

// AddStatusTx records what a candidate became in the caller's transaction.
func AddStatusTx(tx *db.Tx, cid id.ID, e StatusEntry) (Candidate, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Candidate{}, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return Candidate{}, today, err
	}
	c, err := findCandidate(tx, cid, true)
	if err != nil {
		return c, today, err
	}
	if c, err = c.add(e, today); err != nil {
		return c, today, err
	}
	if err := insertStatus(tx, tenant, c.ID, c.recorded(e.From)); err != nil {
		return c, today, err
	}
	if err := updateCandidate(tx, c); err != nil {
		return c, today, err
	}
	return c, today, journal.Note(tx, journal.Entry{Action: "candidate.status_added", Object: "candidate", ObjectID: c.ID,
		Details: map[string]any{"status": e.Status, "valid_from": e.From}})
}

// Explanation says which phases a day lies in and why.
type Explanation struct {
	Election Election
	On       day.Day
	Contest  string
	Phases   []Explained
	// Stages gives the entries of the calendar by code, Words the phases.
	Stages map[string]catalog.ElectionStage
	Words  map[string]catalog.Row
	// Candidate concerned, his status that day, and the phases with the
	// frontier moved to where it is for him.
	Candidate *Candidate
	Status    Status
	Effective Phases
}

// Explain tells the phases of a day, for a contest and for a candidate.
func (s *Service) Explain(ctx context.Context, eid id.ID, on day.Day, contest string, candidate *id.ID) (x Explanation, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := presentTx(tx)
		if err != nil {
			return err
		}
		x = Explanation{On: on, Contest: contest, Stages: map[string]catalog.ElectionStage{}}
		if x.Election, err = findTx(tx, p, eid); err != nil {
			return err
		}
		if x.Candidate, err = concernedTx(tx, eid, candidate); err != nil {
			return err
		}
		if x.Candidate != nil {
			x.Contest, x.Status = x.Candidate.Contest, x.Candidate.StatusOn(on)
		} else if x.Election.checkContest(contest) != nil {
			return fault.New(fault.Shape, "request.invalid").AtParameter("contest", "election.contest_unfit")
		}
		calendar, stages, err := calendarTx(tx, p, x.Election)
		if err != nil {
			return err
		}
		x.Phases = calendar.Explain(on, x.Contest)
		x.Effective = calendar.PhasesOn(on, x.Contest).For(x.Status)
		for _, st := range stages {
			x.Stages[st.Code] = st
		}
		x.Words, err = catalog.ByCodeTx(tx, catalog.ElectionPhase, p.today)
		return err
	})
	return x, err
}

// concernedTx finds the candidate that is meant, who must stand in the election.
func concernedTx(tx *db.Tx, eid id.ID, candidate *id.ID) (*Candidate, error) {
	if candidate == nil {
		return nil, nil
	}
	c, err := CandidateTx(tx, *candidate)
	if err != nil {
		return nil, err
	}
	if c.Election != eid {
		return nil, fault.Missing()
	}
	return &c, nil
}

// Asked is what is known of an act; only the day is needed.
type Asked struct {
	On       day.Day
	Election *id.ID
	Contest  string
	// Candidate concerned; Status is asked for when there is no record of one.
	Candidate *id.ID
	Status    Status
	Acts      []string
	Direction string
	Facts     []string
}

// Answer is what fits, and what it was judged by.
type Answer struct {
	Question  Question
	Proposals []Proposal
	Classes   []string
}

// ProposeTx proposes types of violation for an act, by the law of that day and
// the calendar as known today. It decides nothing: see Propose.
func ProposeTx(tx *db.Tx, a Asked) (Answer, error) {
	q, err := questionTx(tx, a)
	if err != nil {
		return Answer{}, err
	}
	types, err := catalog.ViewsTx[catalog.ViolationType](tx, catalog.ViolationTypeKind, a.On)
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Question: q, Proposals: Propose(types, q)}
	out.Classes = Classes(out.Proposals)
	return out, nil
}

func questionTx(tx *db.Tx, a Asked) (Question, error) {
	q := Question{On: a.On, Status: a.Status, Acts: a.Acts, Direction: a.Direction, Facts: a.Facts}
	for i, act := range a.Acts {
		if _, err := catalog.FindTx(tx, catalog.Act, act, a.On); err != nil {
			if f, ok := fault.As(err); ok {
				return q, f.At(at("/acts", i), "reference.not_found")
			}
			return q, err
		}
	}
	if a.Election == nil {
		if a.Candidate != nil {
			return q, fault.New(fault.Rule, "election.needed").At("/election_id", "field.required")
		}
		return q, nil
	}
	p, err := presentTx(tx)
	if err != nil {
		return q, err
	}
	e, err := findTx(tx, p, *a.Election)
	if err != nil {
		return q, err
	}
	c, err := concernedTx(tx, e.ID, a.Candidate)
	if err != nil {
		return q, err
	}
	contest := a.Contest
	if c != nil {
		contest, q.Status = c.Contest, c.StatusOn(a.On)
	} else if err := e.checkContest(contest); err != nil {
		return q, err
	}
	calendar, _, err := calendarTx(tx, p, e)
	q.ElectionKind, q.Phases = e.ElectionKind, calendar.PhasesOn(a.On, contest)
	return q, err
}

// Proposed is an answer with the words of its codes.
type Proposed struct {
	Answer
	ClassWords, LevelWords map[string]catalog.Row
}

// Propose proposes types of violation for an act.
func (s *Service) Propose(ctx context.Context, a Asked) (out Proposed, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Answer, err = ProposeTx(tx, a); err != nil {
			return err
		}
		if out.ClassWords, err = catalog.ByCodeTx(tx, catalog.ViolationClass, a.On); err != nil {
			return err
		}
		out.LevelWords, err = catalog.ByCodeTx(tx, catalog.SanctionLevel, a.On)
		return err
	})
	return out, err
}
