// Package wire holds the small conversions between the contract's types and
// ours that every resource's handlers need.
package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Base is the path of the API, for Location and Link headers.
const Base = "/api/v1"

// Day turns our legal day into the contract's.
func Day(d day.Day) openapi_types.Date {
	return openapi_types.Date{Time: d.Time()}
}

// DayPtr does the same for a day that may be missing.
func DayPtr(d *day.Day) *openapi_types.Date {
	if d == nil || d.IsZero() {
		return nil
	}
	v := Day(*d)
	return &v
}

// ToDay turns the contract's legal day into ours.
func ToDay(d openapi_types.Date) day.Day { return day.Of(d.Time, time.UTC) }

// ToDayPtr does the same for a day that may be missing.
func ToDayPtr(d *openapi_types.Date) *day.Day {
	if d == nil {
		return nil
	}
	v := ToDay(*d)
	return &v
}

// ID turns an identifier that may be missing into the contract's.
func ID(v *id.ID) *string {
	if v == nil || *v == id.Nil {
		return nil
	}
	s := v.String()
	return &s
}

// ToID reads an identifier that may be missing.
func ToID(s *string) (*id.ID, error) {
	if s == nil {
		return nil, nil
	}
	v, err := id.Parse(*s)
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// Optional gives nil for an empty text.
func Optional[T ~string](s T) *T { return opt.Of(s) }

// Value gives the zero value for a field left out.
func Value[T any](p *T) T { return opt.Value(p) }

// Each turns every item of a list into another; an empty list is not null.
func Each[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}

// Strings turns a slice of one kind of text into another.
func Strings[To, From ~string](in []From) []To {
	return Each(in, func(v From) To { return To(v) })
}

// Location is the address of a new resource, for the Location header.
func Location(path string) *string {
	s := Base + path
	return &s
}

// Link is the Link header of a page and its next_cursor; both nil on the last
// page. Package httpapi adds the filters that were asked for.
func Link[T any](p page.Page[T], path string) (header, cursor *string) {
	if p.Next == "" {
		return nil, nil
	}
	h := "<" + Base + path + "?cursor=" + p.Next + `>; rel="next"`
	return &h, &p.Next
}

// ETag is the version of a resource as a header.
func ETag(version int32) *string {
	s := `"` + strconv.Itoa(int(version)) + `"`
	return &s
}

// ContentTag is an ETag made of an answer itself, for lists, which have no
// version.
func ContentTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// Known reads If-None-Match (RFC 9110): which tags name an answer that the
// client has already; nil when it did not say.
func Known(header *string) func(tag string) bool {
	if header == nil {
		return nil
	}
	have := strings.Split(*header, ",")
	for i := range have {
		have[i] = strings.TrimPrefix(strings.TrimSpace(have[i]), "W/")
	}
	return func(tag string) bool { return slices.Contains(have, tag) || slices.Contains(have, "*") }
}
