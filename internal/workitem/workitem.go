package workitem

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Kind is what somebody is to do: `<resource>_<act>`.
type Kind string

// Item is one thing to do.
type Item struct {
	Kind   Kind
	Object id.ID
	// Path is where the object is read, below the base of the API.
	Path string
	// Params fill the text work.<kind>.
	Params fault.Params
	// Due is the day by which it is to be done; no day when none is set.
	Due day.Day
	// Steps lists what the caller may do with the object now, as the object
	// itself tells it.
	Steps []string
}

// Source finds the work of one kind.
type Source struct {
	Kind Kind
	// Permission is that of the act; Find runs in its scope.
	Permission authz.Permission
	// Find gives the caller's items of the kind behind the place of the question,
	// soonest first: all of them, or at least the first Limit.
	Find func(*db.Tx, Question) ([]Item, error)
}

// never is where items without a day stand: at the end.
var never = day.New(9999, time.December, 31)

// Question is what a source is asked.
type Question struct {
	Today day.Day
	Limit int
	// after is the place in the list that was seen last, for this kind.
	after place
}

// place is where an item stands among those of its kind.
type place struct {
	due    day.Day
	object id.ID
}

// Behind is the condition that a row stands behind the place of the question,
// and the order of the list; due and object name its columns. A nullable due
// stands at the end.
func (q Question) Behind(due, object string) (where, order string, named map[string]any) {
	at := "coalesce(" + due + ", DATE '9999-12-31')"
	return "(" + at + ", " + object + ") > (CAST(@after_due AS date), CAST(@after_object AS uuid))", at + ", " + object,
		map[string]any{"after_due": q.after.due, "after_object": q.after.object, "limit": q.Limit}
}

// Asked is a question from the beginning of the list, for other uses of a
// source than the list.
func Asked(today day.Day, limit int) Question {
	return Question{Today: today, Limit: limit, after: place{due: day.New(1, time.January, 1)}}
}

func (i Item) place() place {
	if i.Due.IsZero() {
		return place{never, i.Object}
	}
	return place{i.Due, i.Object}
}

// compare orders items by day, then by kind, then by object.
func compare(a, b Item) int {
	if c := a.place().due.Compare(b.place().due); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Kind, b.Kind); c != 0 {
		return c
	}
	return bytes.Compare(a.Object[:], b.Object[:])
}

// key is the sort key of an item in a cursor.
func key(i Item) []string { return []string{i.place().due.String(), string(i.Kind), i.Object.String()} }

// last reads the item that a cursor stands on; nil on the first page.
func last(r page.Request) (*Item, error) {
	if r.After == nil {
		return nil, nil
	}
	due, err := day.Parse(r.After[0])
	if err != nil {
		return nil, page.ForeignCursor()
	}
	object, err := id.Parse(r.After[2])
	if err != nil {
		return nil, page.ForeignCursor()
	}
	return &Item{Kind: Kind(r.After[1]), Object: object, Due: due}, nil
}

// ask makes the question for one kind: where the list of all kinds stands on
// another kind, this one begins behind or ahead of everything on that day.
func ask(k Kind, today day.Day, limit int, after *Item) Question {
	q := Asked(today, limit)
	if after == nil {
		return q
	}
	q.after = after.place()
	switch {
	case k < after.Kind:
		q.after.object = id.ID(bytes.Repeat([]byte{math.MaxUint8}, len(id.Nil)))
	case k > after.Kind:
		q.after.object = id.Nil
	}
	return q
}

// behind leaves out what stands at or before the place of the question: a source
// may give all it has.
func (q Question) behind(items []Item) []Item {
	return slices.DeleteFunc(items, func(i Item) bool {
		p := i.place()
		c := p.due.Compare(q.after.due)
		return c < 0 || c == 0 && bytes.Compare(p.object[:], q.after.object[:]) <= 0
	})
}
