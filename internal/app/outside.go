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
	if o.Link == "" {
		return nil
	}
	u, err := url.Parse(strings.ReplaceAll(o.Link, "{notice}", "x"))
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !demo)) {
		return fmt.Errorf("--notice-link %q is no https address", o.Link)
	}
	return nil
}

// carriers are the ways out. The demo without a mail server writes letters into
// a folder, where whoever tries it out reads the codes.
func (s Settings) carriers() (map[carrier.Channel]carrier.Carrier, error) {
	out := map[carrier.Channel]carrier.Carrier{}
	switch {
	case s.Outside.SMTP.URL != "":
		m, err := carrier.NewSMTP(s.Outside.SMTP)
		if err != nil {
			return nil, err
		}
		out[carrier.Email] = m
	case s.Programme != nil:
		out[carrier.Email] = carrier.NewOutbox(filepath.Join(s.Storage.DataDir, "outbox"))
	}
	return out, nil
}
