// Package page is keyset paging in one place: an opaque cursor that belongs to
// one list with one set of filters, and at most 100 items a page (T-66).
package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// Default and Max bound the number of items of a page.
const (
	Default = 50
	Max     = 100
)

// Request is what a list operation was asked for.
type Request struct {
	Limit int
	// After holds the sort key of the last item seen, nil on the first page.
	After   []string
	list    string
	filters any
}

// Fingerprint names the list and its filters. It is worked out only when a
// cursor or a tag needs it: most readings are of a first and only page.
func (r Request) Fingerprint() string {
	b, err := json.Marshal(r.filters)
	if err != nil {
		panic(fmt.Sprintf("page: filters of %s cannot be marshalled: %v", r.list, err))
	}
	sum := sha256.Sum256(append([]byte(r.list+"\x00"), b...))
	return hex.EncodeToString(sum[:8])
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	// Next is the cursor of the following page, empty on the last.
	Next string
}

type cursor struct {
	List string   `json:"l"`
	Key  []string `json:"k"`
}

// ForeignCursor refuses a cursor that is of another list, or of none.
func ForeignCursor() error {
	return fault.New(fault.Shape, "request.invalid").AtParameter("cursor", "cursor.foreign")
}

// Read makes a Request from the query. list names the operation; filters are
// all that narrows or sorts it: a cursor got elsewhere is refused. keys is how
// many columns the sort key has.
func Read(list string, filters any, limit *int32, raw *string, keys int) (Request, error) {
	r := Request{Limit: Default, list: list, filters: filters}
	if limit != nil {
		r.Limit = min(max(int(*limit), 1), Max)
	}
	if raw == nil || *raw == "" {
		return r, nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(*raw)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.List != r.Fingerprint() || len(c.Key) != keys {
		return Request{}, ForeignCursor()
	}
	r.After = c.Key
	return r, nil
}

// Cut makes a page of rows that were fetched with Limit+1, and tells the sort
// key of an item.
func Cut[T any](r Request, rows []T, key func(T) []string) Page[T] {
	if len(rows) <= r.Limit {
		return Page[T]{Items: rows}
	}
	rows = rows[:r.Limit]
	b, err := json.Marshal(cursor{List: r.Fingerprint(), Key: key(rows[len(rows)-1])})
	if err != nil {
		panic("page: a cursor of strings cannot fail: " + err.Error())
	}
	return Page[T]{Items: rows, Next: base64.RawURLEncoding.EncodeToString(b)}
}

// Map turns a page of one type into a page of another.
func Map[T, U any](p Page[T], f func(T) U) Page[U] {
	out := Page[U]{Items: make([]U, 0, len(p.Items)), Next: p.Next}
	for _, v := range p.Items {
		out.Items = append(out.Items, f(v))
	}
	return out
}
