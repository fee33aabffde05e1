package pact

import (
	"context"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// ListCampaigns lists campaigns, newest first.
func (s *Service) ListCampaigns(ctx context.Context, f CampaignFilter, r page.Request) (page.Page[Campaign], error) {
	var out []Campaign
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = listCampaigns(tx, f, r); return })
	return page.Cut(r, out, func(c Campaign) []string { return []string{c.ID.String()} }), err
}

// GetCampaign reads one campaign.
func (s *Service) GetCampaign(ctx context.Context, cid id.ID) (c Campaign, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { c, err = findCampaign(tx, cid, false); return err })
	return c, err
}

// CreateCampaign plans a campaign for a published text.
func (s *Service) CreateCampaign(ctx context.Context, c Campaign) (Campaign, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { c, err = CreateCampaignTx(tx, c); return })
	return c, err
}

// CreateCampaignTx plans a campaign in the caller's transaction.
func CreateCampaignTx(tx *db.Tx, c Campaign) (Campaign, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return c, err
	}
	t, err := findText(tx, c.Text, false)
	if err != nil {
		return c, err
	}
	if t.State != Published {
		return c, fault.New(fault.Rule, "pact_campaign.text_unpublished").At("/pact_text_id", "pact_campaign.text_unpublished")
	}
	if c.Mandate != nil {
		if _, err := government.MandateTx(tx, *c.Mandate); err != nil {
			return c, err
		}
	}
	c.ID, c.Election, c.Version, c.State = tx.NewID(), t.Election, 1, Planned
	if err := insertCampaign(tx, tenant, c); err != nil {
		return c, err
	}
	return c, journal.Note(tx, journal.Entry{Action: "pact_campaign.created", Object: "pact_campaign", ObjectID: c.ID, Details: map[string]any{"pact_text_id": c.Text}})
}

// OpenCampaign freezes who must sign and who witnesses. on is the day of the
// opening, today when nil; one in the past is entered later.
func (s *Service) OpenCampaign(ctx context.Context, cid id.ID, on *day.Day) (Campaign, error) {
	return s.moveCampaign(ctx, cid, "opening", func(tx *db.Tx, c Campaign, today day.Day) (Campaign, map[string]any, error) {
		first := today
		if on != nil {
			first = *on
		}
		if first.After(today) {
			return c, nil, fault.New(fault.Rule, "pact.day_ahead").At("/opened_on", "pact.day_ahead")
		}
		if c.DueOn.Before(first) {
			return c, nil, fault.New(fault.Rule, "pact_campaign.due_before_opening").At("/opened_on", "pact_campaign.due_before_opening")
		}
		c.OpenedOn, c.RecordedLater = &first, first.Before(today)
		c, err := witnessed(tx, c, first)
		if err != nil {
			return c, nil, err
		}
		n, err := oblige(tx, c, "opening", first)
		return c, map[string]any{"obliged": n}, err
	})
}

// witnessed freezes the witness with the title of the day.
func witnessed(tx *db.Tx, c Campaign, on day.Day) (Campaign, error) {
	if c.Mandate == nil {
		return c, nil
	}
	m, err := government.MandateTx(tx, *c.Mandate)
	if err != nil {
		return c, err
	}
	if !m.On(on) {
		return c, fault.New(fault.Conflict, "pact_campaign.witness_not_in_office").Allowing(c.Steps(tx.Scope().May))
	}
	c.WitnessName, c.WitnessTitle = m.HolderName, m.Title
	return c, nil
}

// Enrol adds newcomers to an open campaign: the persons named, or whoever the
// campaign's rule means today. It tells how many were new.
func (s *Service) Enrol(ctx context.Context, cid id.ID, people []id.ID) (added int64, err error) {
	_, err = s.moveCampaign(ctx, cid, "enrolments", func(tx *db.Tx, c Campaign, today day.Day) (Campaign, map[string]any, error) {
		if len(people) == 0 {
			added, err = oblige(tx, c, "enrolment", today)
			return c, map[string]any{"enrolled": added}, err
		}
		people = distinct(people)
		n, err := inService(tx, people)
		if err != nil {
			return c, nil, err
		}
		if n != int64(len(people)) {
			return c, nil, fault.Missing()
		}
		added, err = obligePersons(tx, c.ID, people)
		return c, map[string]any{"enrolled": added}, err
	})
	return added, err
}

func distinct(ids []id.ID) []id.ID {
	seen := map[id.ID]bool{}
	out := make([]id.ID, 0, len(ids))
	for _, x := range ids {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}

// CloseCampaign ends a campaign today.
func (s *Service) CloseCampaign(ctx context.Context, cid id.ID) (Campaign, error) {
	return s.moveCampaign(ctx, cid, "closing", func(_ *db.Tx, c Campaign, today day.Day) (Campaign, map[string]any, error) {
		c.ClosedOn = &today
		return c, nil, nil
	})
}

var campaignActions = map[string]string{"opening": "opened", "enrolments": "enrolled", "closing": "closed"}

// toldOf says of which steps the government's own systems are told.
var toldOf = map[string]*journal.Public{"opening": {Type: journal.CampaignOpened}, "closing": {Type: journal.CampaignClosed}}

// moveCampaign takes a step with a campaign under its lock and notes it.
func (s *Service) moveCampaign(ctx context.Context, cid id.ID, step string,
	f func(*db.Tx, Campaign, day.Day) (Campaign, map[string]any, error)) (c Campaign, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		if c, err = findCampaign(tx, cid, true); err != nil {
			return err
		}
		if c, err = c.step(step, tx.Scope().May); err != nil {
			return err
		}
		var details map[string]any
		if c, details, err = f(tx, c, today); err != nil {
			return err
		}
		if err := updateCampaign(tx, tenant, c); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "pact_campaign." + campaignActions[step], Object: "pact_campaign", ObjectID: c.ID, Details: details,
			Public: toldOf[step]})
	})
	return c, err
}

// asOf is the day for which a campaign's excused spells are told: its end, or
// today.
func (c Campaign) asOf(today day.Day) day.Day {
	if c.ClosedOn != nil {
		return *c.ClosedOn
	}
	return today
}

// Progress counts a campaign in the caller's reach.
func (s *Service) Progress(ctx context.Context, cid id.ID) (p Progress, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		c, on, err := campaignToday(tx, cid)
		if err != nil {
			return err
		}
		p = Progress{Campaign: c.ID, On: on, ShowsRefused: tx.Scope().May("pact.refusal_read")}
		if p.Units, err = counts(tx, c.ID, on, p.ShowsRefused); err != nil {
			return err
		}
		for _, u := range p.Units {
			p.Total = p.Total.plus(u)
		}
		return nil
	})
	return p, err
}

func campaignToday(tx *db.Tx, cid id.ID) (Campaign, day.Day, error) {
	c, err := findCampaign(tx, cid, false)
	if err != nil {
		return c, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	return c, c.asOf(today), err
}

// Obligations lists who must sign, by name, in the caller's reach.
func (s *Service) Obligations(ctx context.Context, f ObligationFilter, r page.Request) (page.Page[Obligation], error) {
	var out []Obligation
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		c, on, err := campaignToday(tx, f.Campaign)
		if err != nil {
			return err
		}
		f.Campaign = c.ID
		out, err = listObligations(tx, f, on, tx.Scope().May("pact.refusal_read"), r)
		return err
	})
	return page.Cut(r, out, func(o Obligation) []string { return []string{o.NameKey, o.Person.String()} }), err
}
