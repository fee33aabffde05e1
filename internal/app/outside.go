package app

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/netral-asn/netral/internal/platform/carrier"
)

// OutsideSettings say how people are reached outside the application.
type OutsideSettings struct {
	// SMTP is the mail server; without its address there is no e-mail.
	SMTP carrier.SMTP
	// Gateway takes messages to phones; without its address there are none.
	Gateway carrier.Gateway
	// Link is where a front end shows a notice, with {notice} in it.
	Link string
}

// check refuses what would send messages in the clear, or links that lead
// nowhere.
func (o OutsideSettings) check(demo bool) error {
	if o.SMTP.Plaintext && !demo {
		return errors.New("--smtp-plaintext sends people's addresses and codes in the clear: it goes with --demo alone")
	}
	if (o.SMTP.URL == "") != (o.SMTP.From == "") {
		return errors.New("give both --smtp-url and --mail-from, or neither")
	}
	if (o.Gateway.URL == "") != (o.Gateway.Secret == "") {
		return errors.New("give both --gateway-url and --gateway-secret, or neither")
	}
	if o.Link == "" {
		return nil
	}
	u, err := url.Parse(strings.ReplaceAll(o.Link, "{notice}", "x"))
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !demo)) {
		return fmt.Errorf("--notice-link %q is no https address", o.Link)
	}
	return nil
}

// Carriers are the ways out. The demo writes messages that it has no server for
// into a folder of dataDir, where whoever tries it out reads the codes.
func (o OutsideSettings) Carriers(demo bool, dataDir string) (map[carrier.Channel]carrier.Carrier, error) {
	out := map[carrier.Channel]carrier.Carrier{}
	if demo {
		box := carrier.NewOutbox(filepath.Join(dataDir, "outbox"))
		out[carrier.Email], out[carrier.Phone] = box, box
	}
	var err error
	if o.SMTP.URL != "" {
		if out[carrier.Email], err = carrier.NewSMTP(o.SMTP); err != nil {
			return nil, err
		}
	}
	if o.Gateway.URL != "" {
		if out[carrier.Phone], err = carrier.NewGateway(o.Gateway); err != nil {
			return nil, err
		}
	}
	return out, nil
}
