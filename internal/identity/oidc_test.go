package identity

import "testing"

// Proves T-76: settings of an identity provider go together, and nothing of a
// sign-in crosses the network in the clear.
func TestOIDC_Settings(t *testing.T) {
	t.Parallel()
	good := OIDC{Issuer: "https://sso.example.go.id", ClientID: "netral", RedirectURL: "https://app.example.go.id/masuk", NIPClaim: "nip"}
	change := func(f func(*OIDC)) OIDC { o := good; f(&o); return o }
	for name, x := range map[string]struct {
		o  OIDC
		ok bool
	}{
		"none":                {OIDC{NIPClaim: "nip"}, true},
		"good":                {good, true},
		"this machine":        {change(func(o *OIDC) { o.Issuer, o.RedirectURL = "http://127.0.0.1:9000", "http://localhost:3000/in" }), true},
		"half":                {OIDC{ClientID: "netral", NIPClaim: "nip"}, false},
		"no client":           {change(func(o *OIDC) { o.ClientID = "" }), false},
		"no claim":            {change(func(o *OIDC) { o.NIPClaim = "" }), false},
		"no redirect":         {change(func(o *OIDC) { o.RedirectURL = "" }), false},
		"issuer in the clear": {change(func(o *OIDC) { o.Issuer = "http://sso.example.go.id" }), false},
		"front end in clear":  {change(func(o *OIDC) { o.RedirectURL = "http://app.example.go.id" }), false},
		"no address":          {change(func(o *OIDC) { o.Issuer = "sso" }), false},
	} {
		if err := x.o.Check(); (err == nil) != x.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
