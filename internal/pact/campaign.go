package pact

import (
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// CampaignState is how far a campaign is.
type CampaignState string

// The states of a campaign.
const (
	Planned CampaignState = "draft"
	Open    CampaignState = "open"
	Closed  CampaignState = "closed"
)

// campaignFlow is who may do what with a campaign when. Paper that was signed
// in time may come in after the end.
var campaignFlow = []move[CampaignState]{
	{Planned, "opening", Open, "pact.write"},
	{Open, "enrolments", Open, "pact.write"},
	{Open, "paper_signatures", Open, "pact.record_paper"},
	{Open, "closing", Closed, "pact.write"},
	{Closed, "paper_signatures", Closed, "pact.record_paper"},
}

// Campaign asks certain people to sign one text by a day.
type Campaign struct {
	ID            id.ID
	Text          id.ID
	Election      id.ID // the text's
	Title         string
	DueOn         day.Day
	Rule          asn.Rule
	Mandate       *id.ID // who witnesses, by office
	WitnessName   string // frozen at opening, with the title of that day
	WitnessTitle  string
	State         CampaignState
	OpenedOn      *day.Day
	RecordedLater bool
	ClosedOn      *day.Day
	Version       int32
}

// Steps lists what the caller may do with the campaign.
func (c Campaign) Steps(may func(authz.Permission) bool) []string {
	return steps(campaignFlow, c.State, may)
}

// step moves the campaign, or refuses with the steps that are open instead.
func (c Campaign) step(name string, may func(authz.Permission) bool) (Campaign, error) {
	to, ok := next(campaignFlow, c.State, name)
	if !ok {
		return c, fault.New(fault.Conflict, "pact_campaign.wrong_state", "state", c.State).Allowing(c.Steps(may))
	}
	if to != c.State {
		c.State = to
		c.Version++
	}
	return c, nil
}

// paperDay holds the day of a ceremony against the campaign's own days.
func (c Campaign) paperDay(signed, today day.Day) error {
	switch {
	case signed.After(today):
		return fault.New(fault.Rule, "pact.day_ahead").At("/signed_on", "pact.day_ahead")
	case c.OpenedOn != nil && signed.Before(*c.OpenedOn):
		return fault.New(fault.Rule, "pact.before_opening").At("/signed_on", "pact.before_opening")
	case c.ClosedOn != nil && signed.After(*c.ClosedOn):
		return fault.New(fault.Rule, "pact.after_closing").At("/signed_on", "pact.after_closing")
	}
	return nil
}

// Standing is how a person stands to a campaign.
type Standing string

// The standings. Excused is whoever is in an excused spell or has left service.
const (
	Signed   Standing = "signed"
	Refused  Standing = "refused"
	Excused  Standing = "excused"
	Unsigned Standing = "open"
)

// Count is how far a unit, or the whole campaign, is.
type Count struct {
	OPD                                      id.ID
	Name                                     string
	Obliged, Signed, Refused, Excused, Still int32
}

func (c Count) plus(o Count) Count {
	c.Obliged += o.Obliged
	c.Signed += o.Signed
	c.Refused += o.Refused
	c.Excused += o.Excused
	c.Still += o.Still
	return c
}

// Progress is a campaign's count in the caller's reach. Whoever may not know
// who refused sees them among those still to sign.
type Progress struct {
	Campaign     id.ID
	On           day.Day
	Total        Count
	Units        []Count
	ShowsRefused bool
}

// Obligation is one person's duty to sign.
type Obligation struct {
	Person   id.ID
	Name     string
	NameKey  string
	OPD      id.ID
	OPDName  string
	Standing Standing
	Enrolled bool // later than the opening
}
