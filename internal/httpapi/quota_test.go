package httpapi

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves T-35: a machine client spends its own quota and no other's, a new
// number of calls holds at once, and people have none to spend.
func TestQuota_EachClientItsOwn(t *testing.T) {
	t.Parallel()
	q := newQuotas()
	c := echo.New().NewContext(httptest.NewRequestWithContext(context.Background(), "GET", "/", nil), httptest.NewRecorder())
	a := authz.Principal{Kind: authz.Client, ID: id.ForName("a"), PerMinute: 2}
	b := authz.Principal{Kind: authz.Client, ID: id.ForName("b"), PerMinute: 2}
	for i, want := range []bool{true, true, false} {
		if err := q.spend(c, a); (err == nil) != want {
			t.Errorf("call %d: %v", i+1, err)
		}
	}
	f, _ := fault.As(q.spend(c, a))
	if f == nil || f.Kind != fault.TooMany || f.RetryAfter <= 0 {
		t.Errorf("refused with %v", f)
	}
	if err := q.spend(c, b); err != nil {
		t.Errorf("another client: %v", err)
	}
	a.PerMinute = 3
	if err := q.spend(c, a); err != nil {
		t.Errorf("a larger quota: %v", err)
	}
	for range 100 {
		if err := q.spend(c, authz.Principal{Kind: authz.User, ID: id.ForName("c")}); err != nil {
			t.Fatalf("a person: %v", err)
		}
	}
}
