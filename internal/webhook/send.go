package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/hook"
)

// message is what a receiver reads.
type message struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      messageData `json:"data"`
}

type messageData struct {
	ID           string `json:"id"`
	GovernmentID string `json:"government_id,omitempty"`
}

func (d Delivery) message() ([]byte, error) {
	m := message{Type: string(d.Type), Timestamp: d.At.UTC(), Data: messageData{ID: d.Object.String()}}
	if d.Government != nil {
		m.Data.GovernmentID = d.Government.String()
	}
	return json.Marshal(m)
}

// values are the secrets themselves.
func values(secrets []Secret) []string {
	out := make([]string, 0, len(secrets))
	for _, s := range secrets {
		out = append(out, s.Value)
	}
	return out
}

// attempt sends a delivery once.
func attempt(ctx context.Context, c *http.Client, url string, secrets []Secret, d Delivery, now time.Time) outcome {
	body, err := d.message()
	if err != nil {
		return outcome{err: "internal"}
	}
	header, err := hook.Headers(values(secrets), d.Message.String(), now, body)
	if err != nil {
		return outcome{err: "internal"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return outcome{err: "url_invalid"}
	}
	req.Header = header
	res, err := c.Do(req)
	if err != nil {
		return outcome{err: failure(err)}
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, answerBytes))
	o := outcome{status: res.StatusCode, gone: res.StatusCode == http.StatusGone}
	if !o.ok() {
		o.err = "refused"
		if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
			o.retryAfter = time.Duration(min(s, int(longestAsked/time.Second))) * time.Second
		}
	}
	return o
}

// failure names why nothing came back, by a code.
func failure(err error) string {
	var dns *net.DNSError
	var ne net.Error
	switch {
	case errors.Is(err, errInside):
		return "address_inside"
	case errors.As(err, &dns):
		return "name_unknown"
	case errors.As(err, &ne) && ne.Timeout():
		return "timeout"
	case strings.Contains(err.Error(), "tls:") || strings.Contains(err.Error(), "x509:"):
		return "tls"
	}
	return "unreachable"
}
