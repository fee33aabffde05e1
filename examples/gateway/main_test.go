package main

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/netral-asn/netral/internal/platform/carrier"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// Proves Q2: what the server posts the example takes, once, however often it
// comes; what the provider could not take comes again; what somebody else signed
// is refused, and tried again, since the setting may be mended.
func TestGateway(t *testing.T) {
	t.Parallel()
	key, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	down := true
	g := &gateway{key: key, sent: map[string]bool{}, provider: func(m message) error {
		if down {
			return errors.New("busy")
		}
		got = append(got, m.To+" "+m.Language+" "+m.Text)
		return nil
	}}
	srv := httptest.NewServer(g)
	defer srv.Close()
	send := func(secret string) carrier.Outcome {
		c, err := carrier.NewGateway(carrier.Gateway{URL: srv.URL, Secret: secret})
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.Send(context.Background(), carrier.Message{ID: "m1", To: "+6281234567890", Language: "id", Text: "Ada surat edaran untuk Anda.", Date: time.Now()})
	}
	if o := send(secret); o.Verdict != carrier.Later || o.Status != 503 {
		t.Errorf("a busy provider: %+v", o)
	}
	down = false
	for range 2 {
		if o := send(secret); o.Verdict != carrier.Sent {
			t.Errorf("sent: %+v", o)
		}
	}
	if o := send("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"); o.Verdict != carrier.Later || o.Status != 401 {
		t.Errorf("somebody else's signature: %+v", o)
	}
	if want := []string{"+6281234567890 id Ada surat edaran untuk Anda."}; !slices.Equal(got, want) {
		t.Errorf("the provider got %q", got)
	}
}
