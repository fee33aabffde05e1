// Package hook signs what is posted to others as Standard Webhooks say, so that
// every receiver checks it with a library: webhooks and the gateway for short
// messages alike. It sends nothing.
package hook

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Headers are those of a signed message, read without regard to case: its
// identifier, the same at every attempt, the time of this one, and a signature
// of each secret (whsec_…) that holds.
func Headers(secrets []string, messageID string, at time.Time, body []byte) (http.Header, error) {
	signatures := make([]string, 0, len(secrets))
	for _, secret := range secrets {
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return nil, fmt.Errorf("hook: the secret is none: %w", err)
		}
		one, err := w.Sign(messageID, at, body)
		if err != nil {
			return nil, fmt.Errorf("hook: sign: %w", err)
		}
		signatures = append(signatures, one)
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "Netral")
	h.Set("webhook-id", messageID)
	h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	h.Set("webhook-signature", strings.Join(signatures, " "))
	return h, nil
}
