package app

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/carrier"
)

// Proves T-44, U3: addresses and codes go in the clear with the demo alone; half
// a setting and a link that leads nowhere are refused at start.
func TestOutsideSettings_Check(t *testing.T) {
	t.Parallel()
	full := carrier.SMTP{URL: "smtps://mail.example", From: "netral@pemda.example"}
	plain := full
	plain.Plaintext = true
	for name, c := range map[string]struct {
		o          OutsideSettings
		demo, fine bool
	}{
		"none":                     {OutsideSettings{}, false, true},
		"a server and a sender":    {OutsideSettings{SMTP: full, Link: "https://n.example/{notice}"}, false, true},
		"in the clear":             {OutsideSettings{SMTP: plain}, false, false},
		"in the clear in the demo": {OutsideSettings{SMTP: plain}, true, true},
		"no sender":                {OutsideSettings{SMTP: carrier.SMTP{URL: full.URL}}, false, false},
		"no server":                {OutsideSettings{SMTP: carrier.SMTP{From: full.From}}, false, false},
		"a link in the clear":      {OutsideSettings{Link: "http://n.example/{notice}"}, false, false},
		"no link":                  {OutsideSettings{Link: "notices/{notice}"}, false, false},
	} {
		if err := c.o.check(c.demo); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}
