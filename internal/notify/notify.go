package notify

import (
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Kind is a sort of notice: what causes it, who is told, what is shown.
type Kind struct {
	// Name is `<object>_<what happened>`, as the contract lists it.
	Name string
	// On are the actions of the journal that cause it, and When narrows them.
	On   []string
	When func(db.Noted) bool
	// Due finds the objects that are near a day today; for kinds without On.
	Due func(tx *db.Tx, today day.Day) ([]Reminder, error)

	// Exactly one says who is told: a statement of the people (their records) or
	// of the accounts that belong to @object, or whoever holds a permission. Of
	// the holders, who caused it needs no telling.
	People   string
	Accounts string
	Holders  authz.Permission
	// OfAccount says that it concerns an account in whatever government.
	OfAccount bool
	// Once tells an account once of an object, however often it is caused.
	Once bool
	// Many says that thousands may be told: the loop does it.
	Many bool
	// Waits says that the cause is not told before a wait of chance (T-03).
	Waits bool

	// Urgency says how much of the telling outside is the reader's choice.
	Urgency Urgency

	// Permission is that of reading the object; Seen runs in its scope.
	Permission authz.Permission
	// Seen tells which of the objects the caller may see now, and the values of
	// Placeholders.
	Seen func(tx *db.Tx, objects []id.ID) (map[id.ID]fault.Params, error)
	// Placeholders are what the texts of this kind may be filled with, besides
	// the name of the government.
	Placeholders []string
	// Path is where the object is read, below the base of the API.
	Path func(object id.ID) string
}

// Reminder is an object that is near its day. An object has one reminder for
// each day it has.
type Reminder struct {
	Object id.ID
	Day    day.Day
}

// caused reports whether a note of the journal causes the kind.
func (k Kind) caused(n db.Noted) bool {
	return slices.Contains(k.On, n.Action) && (k.When == nil || k.When(n))
}

// cause is one happening to be told.
type cause struct {
	Tenant  int32
	ID      id.ID
	Kind    string
	Object  id.ID
	Actor   *id.ID
	Release time.Time
}

// Notice is a cause told to one account.
type Notice struct {
	Tenant  int32
	ID      id.ID
	Kind    string
	Object  id.ID
	At      time.Time
	Read    *time.Time
	Version int32
	// Path, Subject and Text are what the reader is shown.
	Path, Subject, Text string
}

// Reading is the step of saying that one has read a notice.
const Reading = "reading"

// steps lists what the reader may do with the notice.
func (n Notice) steps() []string {
	if n.Read != nil {
		return []string{}
	}
	return []string{Reading}
}

// Filter narrows a list of notices.
type Filter struct {
	Unread       bool
	UpdatedSince *time.Time
}

// mostCounted is where counting the unread ones ends.
const mostCounted = 100

// At makes the path of an object from the one its resource has.
func At(resource string) func(id.ID) string {
	return func(object id.ID) string { return resource + "/" + object.String() }
}

// Under is the path of a list, for objects that their reader finds in a list
// alone.
func Under(list string) func(id.ID) string { return func(id.ID) string { return list } }

// All are objects that whoever was told may see, and that fill nothing.
func All(_ *db.Tx, objects []id.ID) (map[id.ID]fault.Params, error) {
	out := make(map[id.ID]fault.Params, len(objects))
	for _, o := range objects {
		out[o] = nil
	}
	return out, nil
}

// Some are the objects of a statement that found them, which fill nothing.
func Some(found []id.ID, err error) (map[id.ID]fault.Params, error) {
	if err != nil {
		return nil, err
	}
	return All(nil, found)
}
