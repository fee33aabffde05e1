package identity

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
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
	for _, x := range []struct {
		c       Client
		allowed []string
	}{{active, []string{"secret", "key", "revocation"}}, {expired, []string{"revocation"}}, {revoked, nil}} {
		for _, step := range []string{"secret", "key", "revocation"} {
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
