// Command gateway shows what stands between Netral and a provider of SMS or
// WhatsApp: it takes the messages that Netral posts, checks their signature, and
// hands each one over once. Replace provider by a call of your provider's API,
// and the map by a table, so that a restart forgets nothing.
//
//	go run ./examples/gateway -secret-file gateway.secret
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// message is what Netral posts.
type message struct {
	ID       string `json:"id"`       // the same when it comes again
	To       string `json:"to"`       // E.164, for instance +6281234567890
	Language string `json:"language"` // id or en
	Text     string `json:"text"`
}

type gateway struct {
	key      *standardwebhooks.Webhook
	provider func(message) error
	mu       sync.Mutex
	sent     map[string]bool
}

// ServeHTTP answers 2xx when the message was taken over, 410 for a number that
// nothing will reach, 422 for a message that will never be taken; everything else
// makes Netral try again, for three days.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil || g.key.Verify(body, r.Header) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var m message
	if json.Unmarshal(body, &m) != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.sent[m.ID] {
		if err := g.provider(m); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		g.sent[m.ID] = true
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	address := flag.String("address", "127.0.0.1:8090", "where to listen")
	file := flag.String("secret-file", "gateway.secret", "file with the secret, the one that NETRAL_GATEWAY_SECRET_FILE names")
	flag.Parse()
	secret, err := os.ReadFile(*file)
	if err != nil {
		log.Fatal(err)
	}
	key, err := standardwebhooks.NewWebhook(strings.TrimSpace(string(secret)))
	if err != nil {
		log.Fatal(err)
	}
	show := func(m message) error { _, err := fmt.Printf("to %s:\n%s\n\n", m.To, m.Text); return err }
	srv := &http.Server{Addr: *address, ReadHeaderTimeout: 5 * time.Second, Handler: &gateway{key: key, provider: show, sent: map[string]bool{}}}
	log.Fatal(srv.ListenAndServe())
}
