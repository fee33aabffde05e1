package notify

import (
	"errors"
	"testing"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// Proves Q1, T-09: own words lead nowhere, whether an address is written with its
// scheme or in the short way that telephones make links of; titles, abbreviations
// and times of day are none.
func TestTemplate_Check(t *testing.T) {
	t.Parallel()
	for text, refused := range map[string]bool{
		"Buka https://jahat.example/x":               true,
		"Buka HTTP://X.id":                           true,
		"Buka bit.ly/3xYz":                           true,
		"Buka wa.me/62812":                           true,
		"Buka t.co/abc":                              true,
		"Masuk di netral-login.com sekarang":         true,
		"Masuk di NETRAL.GO.ID.JAHAT.COM.":           true,
		"Balas ke budi@jahat.com":                    true,
		"Buka 10.0.0.1":                              true,
		"A.n. Bupati, Drs. Budi, S.Kom., M.Si.":      false,
		"Layanan pukul 08.00-15.30, tel. 021.555.12": false,
		"Ada edaran {government}. Mohon dibaca.":     false,
	} {
		err := Template{Subject: "Edaran", Text: text}.check()
		var f *fault.Fault
		switch {
		case !refused && err != nil:
			t.Errorf("%q: %v", text, err)
		case refused && (!errors.As(err, &f) || f.Code != "message_template.link"):
			t.Errorf("%q is taken: %v", text, err)
		}
	}
}
