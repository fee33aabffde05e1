package notify

import (
	"fmt"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// Timing is when a person wants to be told outside the application.
type Timing string

// The timings.
const (
	AtOnce Timing = "at_once"
	Daily  Timing = "daily" // in one message a day
	Never  Timing = "never" // in the application alone
)

// Urgency is how much of the telling is its reader's choice.
type Urgency string

// The urgencies.
const (
	// Ordinary: all is.
	Ordinary Urgency = "ordinary"
	// Task: somebody waits for the reader to act, so it cannot be silenced, and
	// days off put it off for no longer than dutyWaits.
	Task Urgency = "task"
	// Term: a legal day comes near. It goes on days off too; quiet hours alone
	// put it off, to the same morning.
	Term Urgency = "term"
	// Alarm: the reader's own account may be in other hands. It goes at any hour.
	Alarm Urgency = "alarm"
)

// timings are what a reader may choose from, by urgency.
var timings = map[Urgency][]Timing{
	Ordinary: {AtOnce, Daily, Never},
	Task:     {AtOnce, Daily},
	Term:     {AtOnce},
	Alarm:    {AtOnce},
}

// dutyWaits is how long days off put off what somebody must act upon: over a
// weekend, not over the leave around Lebaran.
const dutyWaits = 72 * time.Hour

// Clock is a time of the local day, in minutes.
type Clock int16

// String writes it as HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// parseClock reads HH:MM, which the contract has checked.
func parseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	return Clock(t.Hour()*60 + t.Minute()), err
}

// on is the instant of the clock on a day.
func (c Clock) on(d day.Day, zone *time.Location) time.Time {
	y, m, n := d.Date()
	return time.Date(y, m, n, int(c)/60, int(c)%60, 0, 0, zone)
}

// Quiet are hours without messages; they may run over midnight.
type Quiet struct{ From, Until Clock }

// Preferences are how a person wants to be told outside the application. Clocks
// are local to the government that a notice is of.
type Preferences struct {
	Account         id.ID
	Language        lang.Lang
	Quiet           *Quiet
	WorkingDaysOnly bool
	DigestAt        Clock
	// Timings hold what differs from AtOnce.
	Timings map[string]Timing
	Version int32
}

// unchosen is what holds for who has chosen nothing.
func unchosen(account id.ID) Preferences {
	return Preferences{Account: account, Language: lang.Indonesian, DigestAt: 7 * 60, Timings: map[string]Timing{}, Version: 1}
}

// timing is when the reader wants to be told of a kind. A choice that a later
// version of the program does not allow any more counts for nothing.
func (p Preferences) timing(k Kind) Timing {
	if t := p.Timings[k.Name]; slices.Contains(timings[k.Urgency], t) {
		return t
	}
	return AtOnce
}

// check refuses what cannot be chosen. order names the kinds as they were given.
func (p Preferences) check(kinds map[string]Kind, order []string) error {
	var wrong []error
	if p.Quiet != nil && p.Quiet.From == p.Quiet.Until {
		wrong = append(wrong, fault.New(fault.Rule, "notice.quiet_hours_empty").At("/quiet_hours/until", "notice.quiet_hours_empty"))
	}
	for i, name := range order {
		allowed := timings[kinds[name].Urgency]
		if slices.Contains(order[:i], name) {
			wrong = append(wrong, fault.New(fault.Rule, "notice.kind_twice").At(fmt.Sprintf("/timings/%d/kind", i), "notice.kind_twice"))
		} else if !slices.Contains(allowed, p.Timings[name]) {
			wrong = append(wrong, fault.New(fault.Rule, "notice.timing_not_allowed", "allowed", allowed).
				At(fmt.Sprintf("/timings/%d/timing", i), "notice.timing_not_allowed", "allowed", allowed))
		}
	}
	return fault.All(wrong...)
}

// plan is what becomes of a delivery that is due.
type plan struct {
	// At is when it goes; not after now means at once.
	At time.Time
	// Digest says that it goes with the digest of At.
	Digest bool
	// Unwanted says that it does not go.
	Unwanted bool
}

// plan judges a delivery of a kind, made at an instant, now. It alone knows when
// a message may go. working tells whether offices work on a day; where nobody
// knows the holidays of a year yet, weekends alone are off.
func (p Preferences) plan(k Kind, made, now time.Time, zone *time.Location, working func(day.Day) bool) plan {
	u := k.Urgency
	if u == Alarm {
		return plan{At: now}
	}
	first, digest := now, false
	switch p.timing(k) {
	case Never:
		return plan{Unwanted: true}
	case Daily:
		first, digest = p.digestAfter(now, zone), true
	}
	out := plan{At: p.allowed(first, zone, p.WorkingDaysOnly && u != Term, working), Digest: digest}
	limit := made.Add(dutyWaits)
	if u != Task || !out.At.After(limit) {
		return out
	}
	latest := limit
	if digest {
		latest = p.digestAfter(limit.Add(-24*time.Hour), zone)
	}
	if latest.Before(first) {
		latest = first
	}
	out.At = p.awake(latest, zone)
	return out
}

// digestAfter is the first instant after another at which digests go out.
func (p Preferences) digestAfter(t time.Time, zone *time.Location) time.Time {
	d := day.Of(t, zone)
	if at := p.DigestAt.on(d, zone); at.After(t) {
		return at
	}
	return p.DigestAt.on(d.AddDays(1), zone)
}

// allowed is the first instant, not before at, that is in no quiet hours and,
// where days off count, on a working day.
func (p Preferences) allowed(at time.Time, zone *time.Location, daysOff bool, working func(day.Day) bool) time.Time {
	at = p.awake(at, zone)
	d := day.Of(at, zone)
	for range 60 { // no run of days off is longer; a broken calendar must not hold a message for ever
		if !daysOff || working(d) {
			break
		}
		d = d.AddDays(1)
		at = p.awake(p.DigestAt.on(d, zone), zone)
	}
	return at
}

// awake is the end of the quiet hours that an instant is in, or the instant.
func (p Preferences) awake(at time.Time, zone *time.Location) time.Time {
	if p.Quiet == nil {
		return at
	}
	d := day.Of(at, zone)
	for _, begin := range []day.Day{d.AddDays(-1), d} {
		end := begin
		if p.Quiet.Until < p.Quiet.From {
			end = begin.AddDays(1)
		}
		from, until := p.Quiet.From.on(begin, zone), p.Quiet.Until.on(end, zone)
		if !at.Before(from) && at.Before(until) {
			return until
		}
	}
	return at
}
