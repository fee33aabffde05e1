package event

import (
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
)

// Series bundles the rounds of one election.
type Series struct {
	ID       id.ID
	Name     string
	Election *id.ID
	Version  int32
	created  time.Time
}

// Kind is what an event is.
type Kind string

// The kinds.
const (
	Sosialisasi  Kind = "sosialisasi"
	Pembinaan    Kind = "pembinaan"        // coaching
	Apel         Kind = "apel"             // roll-call
	Coordination Kind = "rapat_koordinasi" // with Bawaslu, Forkopimda
)

// Mode is where people attend.
type Mode string

// The modes. An event is on site, online or hybrid; an invitation is on site or
// online; attendance is on site, online or in an office group.
const (
	OnSite      Mode = "on_site"
	Online      Mode = "online"
	Hybrid      Mode = "hybrid"
	OfficeGroup Mode = "office_group"
)

// offers reports whether an event of this mode has such a place.
func (m Mode) offers(place Mode) bool {
	if place == OfficeGroup {
		place = Online
	}
	return m == Hybrid || m == place
}

// State is where an event stands.
type State string

// The states.
const (
	Draft     State = "draft"
	Published State = "published"
	Held      State = "held"
	Cancelled State = "cancelled"
)

// Step is what may be done with an event.
type Step string

// The steps.
const (
	Update         Step = "update"
	Inviting       Step = "invitations"
	Publication    Step = "publication"
	Holding        Step = "holding"
	Cancellation   Step = "cancellation"
	Attending      Step = "attendance"
	Grouping       Step = "office_group"
	Delegation     Step = "delegation"
	CheckInCode    Step = "check_in_code"
	MinutesTaken   Step = "minutes"
	AddActionPoint Step = "action_point"
)

// order is that in which steps are shown.
var order = []Step{Update, Inviting, Publication, Holding, Cancellation, Attending, Grouping, Delegation, CheckInCode, MinutesTaken, AddActionPoint}

// moves is the state machine: what each step makes of each state. What is not
// here is refused.
var moves = map[State]map[Step]State{
	Draft: {Update: Draft, Inviting: Draft, Publication: Published, Cancellation: Cancelled},
	Published: {Update: Published, Inviting: Published, Holding: Held, Cancellation: Cancelled, Attending: Published, Grouping: Published,
		Delegation: Published, CheckInCode: Published},
	Held:      {Attending: Held, Grouping: Held, Delegation: Held, MinutesTaken: Held, AddActionPoint: Held},
	Cancelled: {},
}

// Event is one event.
type Event struct {
	ID            id.ID
	Series        *id.ID
	Round         int32 // 0 outside a series
	Kind          Kind
	Title         string
	Mode          Mode
	Venue         Venue
	StreamURL     string
	Starts, Ends  time.Time
	Day           day.Day
	Agenda        []AgendaItem
	Speakers      []Speaker
	Materials     []Material
	Guests        []Guest
	Opening       *Opening
	Invitations   []Invitation
	Invited       int32
	State         State
	CancelReason  string
	Moves         []Move
	Minutes       string
	RecordedLater bool
	Version       int32
}

// Venue is the place; it has no name online.
type Venue struct {
	Name     string
	Address  string
	Capacity int32 // 0 when not known
}

// AgendaItem is one line of the programme.
type AgendaItem struct {
	Starts *time.Time `json:"starts_at,omitempty"`
	Title  string     `json:"title"`
}

// Speaker is who speaks, with the institution.
type Speaker struct {
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"`
	Institution string `json:"institution"`
	Topic       string `json:"topic,omitempty"`
}

// Material is what was handed out, with the legal bases it rests on.
type Material struct {
	Title        string   `json:"title"`
	Topic        string   `json:"topic,omitempty"`
	URL          string   `json:"url,omitempty"`
	LegalSources []string `json:"legal_source_codes,omitempty"`
}

// Guest is somebody from outside the government's staff.
type Guest struct {
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"`
	Institution string `json:"institution"`
	Kind        string `json:"kind"`
	Represents  string `json:"represents,omitempty"`
	Attended    *bool  `json:"attended,omitempty"`
}

// Opening is who opens the event, by mandate on its day. Office and, for a
// delegate, Mandate are asked for; the rest follows.
type Opening struct {
	Office  government.Office
	Mandate *id.ID
	Title   string
	Name    string
}

// Invitation is one rule of who is invited how.
type Invitation struct {
	Mode          Mode     `json:"mode"`
	People        asn.Rule `json:"people"`
	UnreachedOnly bool     `json:"unreached_only,omitempty"`
}

// Move is when and where an event would have been before it was moved.
type Move struct {
	At           time.Time
	Starts, Ends time.Time
	VenueName    string
	Reason       string
}

// Change holds the fields of a patch; nil stays as it is.
type Change struct {
	Title        *string
	Mode         *Mode
	Venue        *Venue
	StreamURL    *string
	Starts, Ends *time.Time
	Agenda       *[]AgendaItem
	Speakers     *[]Speaker
	Materials    *[]Material
	Guests       *[]Guest
	Opening      *Opening
	Reason       string // of a move
}

// apply makes the patched event.
func (c Change) apply(e Event) Event {
	opt.Set(&e.Title, c.Title)
	opt.Set(&e.Mode, c.Mode)
	opt.Set(&e.Venue, c.Venue)
	opt.Set(&e.StreamURL, c.StreamURL)
	opt.Set(&e.Starts, c.Starts)
	opt.Set(&e.Ends, c.Ends)
	opt.Set(&e.Agenda, c.Agenda)
	opt.Set(&e.Speakers, c.Speakers)
	opt.Set(&e.Materials, c.Materials)
	opt.Set(&e.Guests, c.Guests)
	if c.Opening != nil {
		e.Opening = c.Opening
	}
	return e
}

// moved tells what a published event was before, when a change moves it.
func (e Event) moved(to Event, reason string) (*Move, error) {
	if e.State != Published || (e.Starts.Equal(to.Starts) && e.Ends.Equal(to.Ends) && e.Venue.Name == to.Venue.Name) {
		return nil, nil
	}
	if reason == "" {
		return nil, fault.New(fault.Rule, "event.move_reason_needed").At("/move_reason", "field.required")
	}
	return &Move{Starts: e.Starts, Ends: e.Ends, VenueName: e.Venue.Name, Reason: reason}, nil
}

// allows refuses a step that is not open and says which are.
func (e Event) allows(s Step) error {
	if (s == MinutesTaken || s == AddActionPoint) && e.Kind != Coordination {
		return fault.New(fault.Rule, "event.not_a_meeting")
	}
	if _, ok := moves[e.State][s]; !ok {
		return fault.New(fault.Conflict, "event.wrong_step").Allowing(e.steps(true, true))
	}
	return nil
}

// step moves the event.
func (e Event) step(s Step) (Event, error) {
	if err := e.allows(s); err != nil {
		return e, err
	}
	e.State = moves[e.State][s]
	e.Version++
	return e, nil
}

// steps lists what may be done with the event.
func (e Event) steps(mayWrite, mayRecord bool) []string {
	out := []string{}
	for _, s := range order {
		may := mayWrite
		if s == Attending || s == Grouping || s == Delegation {
			may = mayRecord
		}
		if (s == MinutesTaken || s == AddActionPoint) && e.Kind != Coordination {
			continue
		}
		if _, ok := moves[e.State][s]; ok && may {
			out = append(out, string(s))
		}
	}
	return out
}

// check refuses an event that cannot be.
func (e Event) check() error {
	f := fault.New(fault.Rule, "event.invalid")
	if !e.Ends.After(e.Starts) {
		f.At("/ends_at", "event.ends_before_start")
	}
	if e.Mode != Online && e.Venue.Name == "" {
		f.At("/venue", "field.required")
	}
	if (e.Series == nil) != (e.Round == 0) {
		f.At("/round", "event.round_and_series")
	}
	if !e.fits(e.Invitations) {
		f.At("/mode", "event.wrong_mode")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// fits reports whether the event has the places that rules invite to.
func (e Event) fits(rules []Invitation) bool {
	return !slices.ContainsFunc(rules, func(r Invitation) bool { return !e.Mode.offers(r.Mode) })
}

// invite sets the rules of a draft, or adds to those of a published event.
func (e Event) invite(rules []Invitation) (Event, error) {
	e, err := e.step(Inviting)
	if err != nil {
		return e, err
	}
	if !e.fits(rules) {
		return e, fault.New(fault.Rule, "event.wrong_mode").At("/rules", "event.wrong_mode")
	}
	if e.Series == nil && slices.ContainsFunc(rules, func(r Invitation) bool { return r.UnreachedOnly }) {
		return e, fault.New(fault.Rule, "event.no_series").At("/rules", "event.no_series")
	}
	if e.State == Draft {
		e.Invitations = nil
	}
	e.Invitations = append(slices.Clone(e.Invitations), rules...)
	return e, nil
}

// publish opens the event to those invited.
func (e Event) publish(today day.Day) (Event, error) {
	e, err := e.step(Publication)
	if err != nil {
		return e, err
	}
	if len(e.Invitations) == 0 && e.Kind != Coordination {
		return e, fault.New(fault.Rule, "event.nobody_invited")
	}
	e.RecordedLater = e.Day.Before(today)
	if e.Mode != OnSite && e.StreamURL == "" && !e.RecordedLater {
		return e, fault.New(fault.Rule, "event.stream_needed").At("/stream_url", "field.required")
	}
	return e, nil
}

// seat refuses more people on site than the place holds.
func (e Event) seat(onSite int64) error {
	if e.Venue.Capacity > 0 && onSite > int64(e.Venue.Capacity) {
		return fault.New(fault.Rule, "event.over_capacity", "invited", onSite, "capacity", e.Venue.Capacity)
	}
	return nil
}

// hold says that the event took place.
func (e Event) hold(now time.Time, guests *[]Guest) (Event, error) {
	e, err := e.step(Holding)
	if err != nil {
		return e, err
	}
	if err := e.begun(now); err != nil {
		return e, err
	}
	opt.Set(&e.Guests, guests)
	return e, nil
}

// begun refuses what makes no sense before the event began.
func (e Event) begun(now time.Time) error {
	if now.Before(e.Starts) {
		return fault.New(fault.Conflict, "event.not_begun").Allowing(nil)
	}
	return nil
}

// of finds who opens the event among those in office on its day (X18).
func (o Opening) of(holders []government.Mandate) (Opening, error) {
	able := government.Able(holders, government.PowerOpenEvents, o.Mandate)
	switch len(able) {
	case 0:
		return o, fault.New(fault.Rule, "event.no_mandate").At("/opening", "event.no_mandate")
	case 1:
		m := able[0]
		return Opening{Office: o.Office, Mandate: &m.ID, Title: m.Title, Name: m.HolderName}, nil
	}
	return o, fault.New(fault.Rule, "event.opening_ambiguous").At("/opening/mandate_id", "field.required")
}

// ActionPoint is what a meeting agreed on.
type ActionPoint struct {
	ID       id.ID
	Event    id.ID
	Text     string
	Owner    string
	OwnerOPD *id.ID
	Due      *day.Day
	Done     *day.Day
	Result   string
	Version  int32
}

// complete says that the point is done.
func (p ActionPoint) complete(e Event, on, today day.Day, result string) (ActionPoint, error) {
	if p.Done != nil {
		return p, fault.New(fault.Conflict, "event.action_point_done").Allowing(nil)
	}
	if on.Before(e.Day) || on.After(today) {
		return p, fault.New(fault.Rule, "event.day_impossible").At("/done_on", "event.day_impossible")
	}
	p.Done, p.Result = &on, result
	p.Version++
	return p, nil
}
