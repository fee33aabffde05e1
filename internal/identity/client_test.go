package identity

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves T-35: an organisation's machine reaches the governments of its own
// area and no others.
func TestClient_ReachesTheOwnArea(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		region, code string
		want         bool
	}{
		{"", "36.03", true}, {"", "36", true}, {"36", "36", true}, {"36", "36.03", true}, {"36", "32.01", false}, {"36.03", "36.03", true},
		{"36.03", "36.71", false}, {"36.03", "36", false}, {"3", "36.03", false}, {"36.0", "36.03", false},
	} {
		if got := covers(x.region, x.code); got != x.want {
			t.Errorf("area %q, government %q: %t", x.region, x.code, got)
		}
	}
}

// Proves that only Bawaslu and BKN offices that exist get machines, with their
// own role.
func TestClient_RoleFollowsFromTheOrganisation(t *testing.T) {
	t.Parallel()
	today, ended := on(t, "2024-07-01"), on(t, "2024-06-30")
	for kind, want := range map[organisation.Kind]authz.Role{organisation.Bawaslu: authz.Bawaslu, organisation.BKN: authz.BKN, organisation.KASN: "",
		organisation.KPU: "", organisation.Ministry: "", organisation.Other: ""} {
		o := organisation.Organisation{Kind: kind, ValidFrom: on(t, "2018-01-01")}
		got, err := roleOf(o, today)
		if got != want || (want == "") != (codeOf(err) == "client.organisation_unfit") {
			t.Errorf("%s: got %q, %v", kind, got, err)
		}
		o.ValidUntil = &ended
		if _, err := roleOf(o, today); codeOf(err) != "client.organisation_unfit" {
			t.Errorf("%s that ended: %v", kind, err)
		}
	}
}

// Proves O6: scopes narrow a role and never widen it.
func TestClient_ScopesNarrow(t *testing.T) {
	t.Parallel()
	all, err := scopesOf(authz.Bawaslu, nil)
	if err != nil || !slices.Contains(all, "casestatus.read") || slices.Contains(all, "report.read") {
		t.Errorf("got %v, %v", all, err)
	}
	got, err := scopesOf(authz.Bawaslu, []authz.Permission{"government.read", "casestatus.read", "government.read"})
	if err != nil || !slices.Equal(got, []authz.Permission{"casestatus.read", "government.read"}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, p := range []authz.Permission{"report.read", "me.read", "client.write", "nothing.here", ""} {
		if _, err := scopesOf(authz.Bawaslu, []authz.Permission{p}); codeOf(err) != "client.scope_unfit" {
			t.Errorf("%q: %v", p, err)
		}
	}
}

// Proves the state machine of machine clients, and that a credential never
// outlives its client.
func TestClient_StepsAndDays(t *testing.T) {
	t.Parallel()
	today := on(t, "2024-07-01")
	active, expired, revoked := Client{ExpiresOn: on(t, "2024-12-31")}, Client{ExpiresOn: on(t, "2024-06-30")}, Client{ExpiresOn: on(t, "2024-12-31"), Revoked: true}
	leaked := Credential{ID: id.ForName("leaked"), Suspension: &Suspension{}}
	suspended, half := active, active
	suspended.Credentials = []Credential{leaked}
	half.Credentials = []Credential{leaked, {ID: id.ForName("good")}}
	if suspended.state(today) != "suspended" || half.state(today) != "active" {
		t.Error("a client is suspended while none of its secrets and keys is taken")
	}
	for _, x := range []struct {
		c       Client
		allowed []string
	}{{suspended, []string{"secret", "key", "alteration", "revocation"}}, {active, []string{"secret", "key", "suspension", "alteration", "revocation"}}, {expired, []string{"alteration", "revocation"}}, {revoked, nil}} {
		for _, step := range []string{"secret", "key", "suspension", "alteration", "revocation"} {
			want := "client.revoked"
			if slices.Contains(x.allowed, step) {
				want = ""
			}
			if got := codeOf(x.c.allow(step, today)); got != want {
				t.Errorf("%s when %s: got %q, want %q", step, x.c.state(today), got, want)
			}
		}
	}
	early, last, late := on(t, "2024-06-30"), on(t, "2024-12-31"), on(t, "2025-01-01")
	if got, err := active.until(nil, today); err != nil || got != last {
		t.Errorf("without a wish: %v, %v", got, err)
	}
	if got, err := active.until(&last, today); err != nil || got != last {
		t.Errorf("the client's last day: %v, %v", got, err)
	}
	if _, err := active.until(&early, today); codeOf(err) != "client.day_past" {
		t.Errorf("yesterday: %v", err)
	}
	if _, err := active.until(&late, today); codeOf(err) != "client.day_past" {
		t.Errorf("after the client: %v", err)
	}
	two := Client{Credentials: []Credential{{Kind: SecretKind}, {Kind: SecretKind}, {Kind: KeyKind}}}
	if codeOf(two.roomFor(SecretKind)) != "client.two_alive" || two.roomFor(KeyKind) != nil {
		t.Error("two of a kind are the most")
	}
}

// Proves T-35: what takes anything from a client is told from what only gives.
func TestWish_Narrows(t *testing.T) {
	t.Parallel()
	net := func(s ...string) []netip.Prefix {
		out, err := readNetworks(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	open := Client{Scopes: []authz.Permission{"casestatus.read", "government.read"}, tenants: []int32{1, 2}, ExpiresOn: on(t, "2025-06-30"), PerMinute: 600}
	fenced := open
	fenced.Networks = net("203.0.113.0/24")
	early, late := on(t, "2025-06-29"), on(t, "2025-07-01")
	few, many := int32(599), int32(601)
	for name, x := range map[string]struct {
		c    Client
		w    Wish
		want bool
	}{
		"nothing":              {open, Wish{}, false},
		"a scope less":         {open, Wish{Scopes: []authz.Permission{"casestatus.read"}}, true},
		"a scope more":         {open, Wish{Scopes: []authz.Permission{"casestatus.read", "election.read", "government.read"}}, false},
		"another government":   {open, Wish{Tenants: []int32{1, 3}}, true},
		"a government more":    {open, Wish{Tenants: []int32{1, 2, 3}}, false},
		"an earlier end":       {open, Wish{ExpiresOn: &early}, true},
		"a later end":          {open, Wish{ExpiresOn: &late}, false},
		"a lower quota":        {open, Wish{PerMinute: &few}, true},
		"a higher quota":       {open, Wish{PerMinute: &many}, false},
		"a first fence":        {open, Wish{Networks: ptr(net("203.0.113.0/24"))}, true},
		"the same fence":       {fenced, Wish{Networks: ptr(net("203.0.113.0/24"))}, false},
		"a wider fence":        {fenced, Wish{Networks: ptr(net("203.0.112.0/23", "198.51.100.7"))}, false},
		"a tighter fence":      {fenced, Wish{Networks: ptr(net("203.0.113.0/25"))}, true},
		"no fence any more":    {fenced, Wish{Networks: ptr(net())}, false},
		"an unrelated network": {fenced, Wish{Networks: ptr(net("2001:db8::/32"))}, true},
	} {
		if got := x.w.narrows(x.c); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, bad := range []string{"203.0.113.1/24", "example.org", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104", "10.0.0.0/33", "10.0.0.0/-1", "0.0.0.0/0", "::/0", "fe80::1%eth0", "10.0.0", "010.0.0.1", " 10.0.0.1", ""} {
		if _, err := readNetworks([]string{bad}); codeOf(err) != "client.network_unfit" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// Proves T-26, T-35: a proposal is confirmed by another person, rejected by any,
// and decided once; the office lifts any suspension, the installation not those
// of the office's side.
func TestClientChange_NeedsASecondPerson(t *testing.T) {
	t.Parallel()
	one, two, now := id.ForName("one"), id.ForName("two"), time.Now()
	x := ClientChange{State: Proposed, ProposedBy: &one, ProposedAt: now, Version: 1}
	if _, err := x.decide(InForce, one, now, ""); codeOf(err) != "client.second_person_needed" {
		t.Errorf("confirmed by who proposed: %v", err)
	}
	if y, err := x.decide(Rejected, one, now, "x"); err != nil || y.State != Rejected || y.Version != 2 {
		t.Errorf("taken back: %+v %v", y, err)
	}
	y, err := x.decide(InForce, two, now, "")
	if err != nil || y.State != InForce || *y.DecidedBy != two {
		t.Errorf("confirmed: %+v %v", y, err)
	}
	if _, err := y.decide(Rejected, two, now, ""); codeOf(err) != "client.change_decided" {
		t.Errorf("decided twice: %v", err)
	}
	x.ProposedAt = now.Add(-proposalLife)
	for _, to := range []ChangeState{InForce, Rejected} {
		if _, err := x.decide(to, two, now, "x"); codeOf(err) != "client.change_lapsed" {
			t.Errorf("%s after 14 days: %v", to, err)
		}
	}
	if x.at(now.Add(-time.Second)).State != Proposed || x.at(now).State != Lapsed || y.at(now.Add(proposalLife)).State != InForce {
		t.Error("a proposal lapses after 14 days, and nothing else does")
	}
	x.ProposedAt = now
	if !slices.Equal(x.steps(one, true), []string{"rejection"}) || !slices.Equal(x.steps(two, true), []string{"confirmation", "rejection"}) || len(x.steps(two, false)) != 0 || len(y.steps(two, true)) != 0 {
		t.Error("the steps shown are others")
	}
	for by, want := range map[Side][]Side{ByInstallation: {ByOffice, ByInstallation}, ByGovernment: {ByOffice, ByInstallation}, ByOffice: {ByOffice}, ByClient: {ByOffice}} {
		for _, who := range []Side{ByInstallation, ByGovernment, ByOffice, ByClient} {
			if got := (Suspension{By: by}).mayReinstate(who); got != slices.Contains(want, who) {
				t.Errorf("suspended by %s, lifted by %s: %v", by, who, got)
			}
		}
	}
}

// Proves T-22, T-35: who may know of a machine client follows from who asks, and
// so does the side that acts.
func TestViewAndSide(t *testing.T) {
	t.Parallel()
	office := id.ForName("office")
	in := func(r authz.Role, tenant int32) authz.Grant { return authz.Grant{Role: r, Tenant: tenant} }
	for name, x := range map[string]struct {
		p    authz.Principal
		want clientView
		side Side
	}{
		"the installation": {authz.Principal{Kind: authz.User, Tenants: []int32{0}, Grants: []authz.Grant{in(authz.PlatformAdmin, 0)}}, clientView{all: true}, ByInstallation},
		"both at once":     {authz.Principal{Kind: authz.User, Tenants: []int32{0, 1}, Organisation: office, Grants: []authz.Grant{in(authz.PlatformAdmin, 0), in(authz.OversightOfficer, 0)}}, clientView{all: true}, ByInstallation},
		"a government":     {authz.Principal{Kind: authz.User, Tenants: []int32{1}, Grants: []authz.Grant{in(authz.GovernmentAdmin, 1)}}, clientView{tenants: []int32{1}}, ByGovernment},
		"an office":        {authz.Principal{Kind: authz.User, Tenants: []int32{0, 1}, Organisation: office, Grants: []authz.Grant{in(authz.OversightOfficer, 0), in(authz.Bawaslu, 1)}}, clientView{office: office}, ByOffice},
		"a machine":        {authz.Principal{Kind: authz.Client, Tenants: []int32{1}, Organisation: office, Grants: []authz.Grant{in(authz.Bawaslu, 1)}}, clientView{office: office}, ByClient},
		"BKN":              {authz.Principal{Kind: authz.Client, Tenants: []int32{1, 2}, Organisation: office, Grants: []authz.Grant{in(authz.BKN, 1), in(authz.BKN, 2)}}, clientView{tenants: []int32{1, 2}}, ByClient},
	} {
		if got := viewOf(x.p); got.all != x.want.all || got.office != x.want.office || !slices.Equal(got.tenants, x.want.tenants) || sideOf(x.p) != x.side {
			t.Errorf("%s: %+v, %s", name, got, sideOf(x.p))
		}
	}
}
