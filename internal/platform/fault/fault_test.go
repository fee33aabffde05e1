package fault_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// Proves T1: a fault keeps what it was made of, field by field.
func TestFault_KeepsWhatItIsMadeOf(t *testing.T) {
	t.Parallel()
	steps := []string{"closing"}
	got := fault.New(fault.Conflict, "case.step_not_allowed", "state", "closed", "day", 3).
		Under("PP 94/2021 Pasal 31").Allowing(steps).After(time.Minute).
		At("/subjects/0/nip", "asn.nip_length", "digits", 17).AtParameter("on", "field.required")
	want := &fault.Fault{Kind: fault.Conflict, Code: "case.step_not_allowed", Params: fault.Params{"state": "closed", "day": 3},
		Source: "PP 94/2021 Pasal 31", AllowedSteps: []string{"closing"}, RetryAfter: time.Minute, Fields: []fault.Field{
			{Pointer: "/subjects/0/nip", Code: "asn.nip_length", Params: fault.Params{"digits": 17}},
			{Parameter: "on", Code: "field.required"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	steps[0] = "changed by the caller"
	if got.AllowedSteps[0] != "closing" {
		t.Error("the steps are the caller's slice")
	}
}

// Proves T1: no step open is told apart from steps that do not matter.
func TestAllowing_NoneIsNotUnsaid(t *testing.T) {
	t.Parallel()
	if fault.New(fault.Conflict, "a.b").AllowedSteps != nil {
		t.Error("steps are shown though nobody spoke of them")
	}
	if got := fault.New(fault.Conflict, "a.b").Allowing(nil).AllowedSteps; got == nil || len(got) != 0 {
		t.Errorf("got %#v", got)
	}
}

// Proves T1, T-14: a fault is found through what wraps it, anything else is
// none, and the cause is for logs alone.
func TestFault_IsFoundInTheChain(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection refused")
	wrapped := fmt.Errorf("reading: %w", fault.Missing().Because(cause))
	for name, c := range map[string]struct {
		err  error
		code string
		want bool
	}{
		"the fault itself": {fault.Missing(), "request.not_found", true},
		"wrapped":          {wrapped, "request.not_found", true},
		"joined":           {errors.Join(cause, fault.Missing()), "request.not_found", true},
		"another code":     {wrapped, "request.invalid", false},
		"no fault":         {cause, "request.not_found", false},
		"nothing":          {nil, "request.not_found", false},
	} {
		if got := fault.Is(c.err, c.code); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !errors.Is(wrapped, cause) {
		t.Error("the cause is lost")
	}
	f, ok := fault.As(wrapped)
	if !ok || f.Kind != fault.NotFound || f.Error() != "request.not_found: connection refused" {
		t.Errorf("got %v", f)
	}
	if got := fault.Missing().Error(); got != "request.not_found" {
		t.Errorf("without a cause: %q", got)
	}
}
