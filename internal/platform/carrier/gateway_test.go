package carrier

import (
	"context"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const gatewaySecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// Proves Q2, T-44, T-61: what a gateway answers is understood, and only what it
// says of a number marks one; the message verifies with the reference library; a
// redirect is not followed, and a gateway that is away is not begun with.
func TestGateway_Send(t *testing.T) {
	t.Parallel()
	key, err := standardwebhooks.NewWebhook(gatewaySecret)
	if err != nil {
		t.Fatal(err)
	}
	status := 0
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := key.Verify(body, r.Header); err != nil || r.Header.Get("webhook-id") != "m1" || r.Method != http.MethodPost || r.URL.Path != "/kirim" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		if want := `{"id":"m1","to":"+62811","language":"id","text":"Satu"}`; string(body) != want {
			t.Errorf("the body is %s", body)
		}
		w.Header().Set("Location", "https://elsewhere.example/")
		w.WriteHeader(status)
	}))
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	c, err := NewGateway(Gateway{URL: srv.URL + "/kirim", Secret: gatewaySecret, Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m := Message{ID: "m1", To: "+62811", Language: "id", Subject: "nothing of it", Text: "Satu"}
	for code, want := range map[int]Outcome{
		200: {Sent, 200, ""}, 204: {Sent, 204, ""}, 302: {Later, 302, "not_now"}, 400: {Later, 400, "not_now"}, 401: {Later, 401, "not_now"}, 404: {Later, 404, "not_now"},
		410: {AddressRefused, 410, "address_refused"}, 422: {MessageRefused, 422, "message_refused"}, 429: {Later, 429, "not_now"}, 500: {Later, 500, "not_now"}, 503: {Later, 503, "not_now"},
	} {
		status = code
		if got := s.Send(context.Background(), m); got != want {
			t.Errorf("%d: %+v, want %+v", code, got, want)
		}
	}
	srv.Close()
	if got := s.Send(context.Background(), m); got.Verdict != Later || got.Reason != Broken {
		t.Errorf("away: %+v", got)
	}
	if _, err := c.Open(context.Background()); err == nil {
		t.Error("a gateway that is away was opened")
	}
}

// Proves Q2, T-44: numbers and codes do not go in the clear over a network, nor
// unsigned.
func TestNewGateway_Refuses(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]Gateway{
		"in the clear":      {URL: "http://gateway.example/", Secret: gatewaySecret},
		"no address":        {URL: "gateway", Secret: gatewaySecret},
		"a password in it":  {URL: "https://u:p@gateway.example/", Secret: gatewaySecret},
		"no secret":         {URL: "https://gateway.example/"},
		"a bare secret":     {URL: "https://gateway.example/", Secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
		"no base64":         {URL: "https://gateway.example/", Secret: "whsec_!!!"},
		"another machine's": {URL: "http://192.0.2.1/", Secret: gatewaySecret},
	} {
		if _, err := NewGateway(g); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	for _, fine := range []string{"https://gateway.example/kirim", "http://127.0.0.1:8090", "http://localhost:8090/x", "http://[::1]:8090"} {
		if _, err := NewGateway(Gateway{URL: fine, Secret: gatewaySecret}); err != nil {
			t.Errorf("%s: %v", fine, err)
		}
	}
}
