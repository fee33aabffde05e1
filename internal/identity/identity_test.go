package identity

import (
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

func on(t *testing.T, s string) day.Day {
	t.Helper()
	d, err := day.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func codeOf(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// Proves T-15, T-23: every pair of a giver's role and a role given: who may, and
// that nobody but the table's two roles gives any.
func TestGrant_WhoMayGiveWhat(t *testing.T) {
	t.Parallel()
	may := map[authz.Role]map[authz.Role]bool{
		authz.PlatformAdmin: {authz.PlatformAdmin: true, authz.GovernmentAdmin: true, authz.ProvinceOverseer: true, authz.OversightOfficer: true},
		authz.GovernmentAdmin: {authz.AgencyOfficer: true, authz.OPDOfficer: true, authz.OPDHead: true, authz.TaskForceMember: true, authz.Inspector: true,
			authz.AuthorisedOfficial: true, authz.AppointingAuth: true, authz.IdentityCustodian: true, authz.Auditor: true},
	}
	giver, taker, unit := id.ForName("giver"), id.ForName("taker"), id.ForName("unit")
	for _, by := range authz.Roles {
		for _, role := range authz.Roles {
			g := Grant{Account: taker, Tenant: 7, Role: role, From: on(t, "2024-01-02")}
			if ofInstallation(role) {
				g.Tenant = authz.Platform
			}
			if role == authz.OversightOfficer {
				g.Organisation = &unit
			}
			if ofUnit(role) {
				g.OPD = &unit
			}
			want := "grant.not_yours"
			if may[by][role] {
				want = ""
			}
			if got := codeOf(g.check(actor{kind: authz.User, id: giver, roles: []authz.Role{by}})); got != want {
				t.Errorf("%s gives %s: got %q, want %q", by, role, got, want)
			}
		}
	}
	if (actor{kind: authz.Client, roles: []authz.Role{authz.Bawaslu, authz.BKN}}).mayGive(authz.Auditor) {
		t.Error("a machine gives a role")
	}
}

// Proves T-13, T-15: what is wrong with a grant is refused by its own name.
func TestGrant_Rules(t *testing.T) {
	t.Parallel()
	giver, unit := id.ForName("giver"), id.ForName("unit")
	by := actor{kind: authz.User, id: giver, roles: []authz.Role{authz.GovernmentAdmin, authz.PlatformAdmin}}
	until := on(t, "2024-01-01")
	for name, x := range map[string]struct {
		g    Grant
		want string
	}{
		"to oneself":                    {Grant{Account: giver, Tenant: 7, Role: authz.Auditor}, "grant.own"},
		"oversight without an office":   {Grant{Account: unit, Tenant: authz.Platform, Role: authz.OversightOfficer}, "grant.organisation_unfit"},
		"oversight in a government":     {Grant{Account: unit, Tenant: 7, Role: authz.OversightOfficer, Organisation: &unit}, "grant.government_unfit"},
		"an office for another role":    {Grant{Account: unit, Tenant: 7, Role: authz.Auditor, Organisation: &unit}, "grant.organisation_unfit"},
		"platform role in a government": {Grant{Tenant: 7, Role: authz.PlatformAdmin}, "grant.government_unfit"},
		"government's role in none":     {Grant{Role: authz.GovernmentAdmin}, "grant.government_unfit"},
		"unit's role without unit":      {Grant{Tenant: 7, Role: authz.OPDOfficer}, "grant.opd_unfit"},
		"other role with unit":          {Grant{Tenant: 7, Role: authz.Auditor, OPD: &unit}, "grant.opd_unfit"},
		"ends before it begins":         {Grant{Tenant: 7, Role: authz.Auditor, Until: &until}, "grant.period_inverted"},
		"one day":                       {Grant{Tenant: 7, Role: authz.Auditor, From: until, Until: &until}, ""},
		"a civil servant's":             {Grant{Tenant: 7, Role: authz.ASN}, "grant.not_yours"},
		"a machine's":                   {Grant{Tenant: 7, Role: authz.Bawaslu}, "grant.not_yours"},
	} {
		if x.g.From == (day.Day{}) {
			x.g.From = on(t, "2024-01-02")
		}
		if got := codeOf(x.g.check(by)); got != x.want {
			t.Errorf("%s: got %q, want %q", name, got, x.want)
		}
	}
}

// Proves that a substitute stands inside the original, is somebody else, and
// has no substitute.
func TestGrant_Substitute(t *testing.T) {
	t.Parallel()
	until := on(t, "2024-12-31")
	holder, other := id.ForName("holder"), id.ForName("other")
	original := Grant{ID: id.ForName("g"), Account: holder, Tenant: 7, Role: authz.OPDOfficer, From: on(t, "2024-01-02"), Until: &until}
	second := original
	second.StandsInFor = &original.ID
	for name, x := range map[string]struct {
		of          Grant
		account     id.ID
		from, until string
		want        string
	}{
		"inside":          {original, other, "2024-06-03", "2024-06-14", ""},
		"whole time":      {original, other, "2024-01-02", "2024-12-31", ""},
		"begins before":   {original, other, "2024-01-01", "2024-06-14", "grant.outside_original"},
		"lasts longer":    {original, other, "2024-06-03", "2025-01-01", "grant.outside_original"},
		"the holder":      {original, holder, "2024-06-03", "2024-06-14", "grant.substitute_self"},
		"of a substitute": {second, other, "2024-06-03", "2024-06-14", "grant.substitute_of_substitute"},
	} {
		got, err := x.of.substitute(x.account, on(t, x.from), on(t, x.until))
		if codeOf(err) != x.want {
			t.Errorf("%s: got %q, want %q", name, codeOf(err), x.want)
		}
		if err == nil && (got.Role != original.Role || *got.StandsInFor != original.ID || got.Account != other) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// Proves that a government is never without somebody who administers it:
// substitutes and roles of other times do not count.
func TestGrant_LastAdministratorStays(t *testing.T) {
	t.Parallel()
	first := on(t, "2024-07-01")
	yesterday, later := on(t, "2024-06-30"), on(t, "2024-08-01")
	own := Grant{ID: id.ForName("own"), Role: authz.GovernmentAdmin, From: on(t, "2024-01-01")}
	other := func(from day.Day, until *day.Day, standsIn bool) Grant {
		g := Grant{ID: id.ForName("other"), Role: authz.GovernmentAdmin, From: from, Until: until}
		if standsIn {
			g.StandsInFor = &own.ID
		}
		return g
	}
	for name, x := range map[string]struct {
		others []Grant
		want   string
	}{
		"nobody else":          {nil, "grant.last_admin"},
		"another one":          {[]Grant{other(own.From, nil, false)}, ""},
		"one whose time is up": {[]Grant{other(own.From, &yesterday, false)}, "grant.last_admin"},
		"one who comes later":  {[]Grant{other(later, nil, false)}, "grant.last_admin"},
		"only a substitute":    {[]Grant{other(own.From, nil, true)}, "grant.last_admin"},
	} {
		if got := codeOf(own.keepsAdmin(append(x.others, own), first)); got != x.want {
			t.Errorf("%s: got %q, want %q", name, got, x.want)
		}
	}
	auditor := Grant{ID: id.ForName("own"), Role: authz.Auditor}
	if err := auditor.keepsAdmin(nil, first); err != nil {
		t.Errorf("an auditor's role can always end: %v", err)
	}
}

// Proves that a role ends on any day from the one before its first.
func TestGrant_End(t *testing.T) {
	t.Parallel()
	until := on(t, "2024-12-31")
	g := Grant{From: on(t, "2024-06-01"), Until: &until}
	for last, want := range map[string]string{"2024-06-30": "", "2024-05-31": "", "2024-05-30": "grant.period_inverted", "2024-12-31": "grant.ended", "2025-01-01": "grant.ended"} {
		if _, err := g.end(on(t, last)); codeOf(err) != want {
			t.Errorf("%s: got %q, want %q", last, codeOf(err), want)
		}
	}
}

// Proves the state machine of accounts: which steps each state has, and that
// nobody takes one on the own account.
func TestAccount_Steps(t *testing.T) {
	t.Parallel()
	own := id.ForName("own")
	for state, allowed := range map[State]map[accountStep]bool{
		Invited:   {suspension: true, codeRenewal: true},
		Active:    {suspension: true, codeRenewal: true},
		Suspended: {reactivation: true},
	} {
		for _, step := range []accountStep{suspension, reactivation, codeRenewal} {
			v := View{Account: Account{ID: id.ForName("other")}, State: state}
			want := "account.state"
			if allowed[step] {
				want = ""
			}
			if got := codeOf(v.allow(step, own)); got != want {
				t.Errorf("%s in %s: got %q, want %q", step, state, got, want)
			}
			v.ID = own
			if got := codeOf(v.allow(step, own)); got != "account.own" {
				t.Errorf("%s on the own account: got %q", step, got)
			}
		}
	}
	for _, x := range []struct{ account, membership, want State }{{Active, Active, Active}, {Active, Invited, Invited}, {Invited, Active, Invited},
		{Suspended, Active, Suspended}, {Active, Suspended, Suspended}, {Invited, Suspended, Suspended}} {
		if got := viewed(x.account, x.membership); got != x.want {
			t.Errorf("account %s, membership %s: got %s, want %s", x.account, x.membership, got, x.want)
		}
	}
}

// Proves that a code of one government never sets the password of a person who
// belongs to another.
func TestCode_NeverReachesIntoAnotherGovernment(t *testing.T) {
	t.Parallel()
	at := func(tenant int32, s State) Membership { return Membership{Tenant: tenant, State: s} }
	for name, x := range map[string]struct {
		account State
		all     []Membership
		want    codeKind
		err     string
	}{
		"new":                                {Invited, []Membership{at(7, Invited)}, openKind, ""},
		"new, invited by two":                {Invited, []Membership{at(7, Invited), at(8, Invited)}, openKind, ""},
		"active here alone":                  {Active, []Membership{at(7, Active)}, resetKind, ""},
		"active here, invited elsewhere":     {Active, []Membership{at(7, Active), at(8, Invited)}, resetKind, ""},
		"active elsewhere, invited here":     {Active, []Membership{at(7, Invited), at(8, Active)}, joinKind, ""},
		"suspended elsewhere, invited here":  {Active, []Membership{at(7, Invited), at(8, Suspended)}, joinKind, ""},
		"active in both":                     {Active, []Membership{at(7, Active), at(8, Active)}, "", "account.elsewhere"},
		"active here, runs the installation": {Active, []Membership{at(0, Active), at(7, Active)}, "", "account.elsewhere"},
	} {
		got, err := kindOf(Account{State: x.account}, x.all, 7)
		if got != x.want || codeOf(err) != x.err {
			t.Errorf("%s: got %q, %q, want %q, %q", name, got, codeOf(err), x.want, x.err)
		}
	}
}

// Proves T-30: waits grow, end, are forgotten, and never last for good.
func TestTally_WaitsGrowAndEnd(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 5, 20, 2, 0, 0, 0, time.UTC)
	p := patience{free: 3, step: time.Second, most: 10 * time.Second, forget: time.Hour}
	var c tally
	for i, want := range []time.Duration{0, 0, 0, 1, 2, 4, 8, 10, 10} {
		c = c.failed(p, now)
		if got := c.wait(now); got != want*time.Second {
			t.Errorf("after failure %d: wait %s, want %ds", i+1, got, want)
		}
	}
	for range 100 {
		c = c.failed(ofPair, now)
	}
	if got := c.wait(now); got != ofPair.most {
		t.Errorf("after very many failures: %s", got)
	}
	if got := c.wait(now.Add(ofPair.most)); got != 0 {
		t.Errorf("the wait does not end: %s", got)
	}
	if got := c.failed(ofPair, now.Add(2*time.Hour)); got.failures != 1 {
		t.Errorf("not forgotten after two hours: %d", got.failures)
	}
	c.trustedUntil = now.Add(time.Minute)
	if c = c.cleared(); c.wait(now) != 0 || c.failures != 0 || !c.trusted(now) || c.trusted(now.Add(time.Minute)) {
		t.Errorf("cleared to %+v", c)
	}
}

// Proves that passwords guessed first are refused, and phrases are not.
func TestPassword_WhatIsGuessedFirstIsRefused(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"kuda laut berjemur di atap": "", "Tr0ub4dor&3x": "", "angin-sore-2024": "", "пароль очень длинный": "",
		"short": "auth.password_length", "aaaaaaaaaaaa": "auth.password_weak", "196904121994031005": "auth.password_weak", "password1234": "auth.password_weak",
		"Bismillah!!99": "auth.password_weak", "1234567890": "auth.password_weak", "Tangerang2024": "auth.password_weak", "ababababab": "auth.password_weak",
		"xx rina.kusumawati yy": "auth.password_weak",
	} {
		if got := codeOf(checkPassword("/password", password, "rina.kusumawati@tangerangkab.example", "rina.kusumawati", "Rina Kusumawati")); got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
	if got := codeOf(checkPassword("/password", string(make([]byte, 129)))); got != "auth.password_length" {
		t.Errorf("129 characters: %q", got)
	}
}

// Proves that a NIP is known in whatever form people type it, and nothing else
// is taken for one.
func TestNIP_AsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"196904121994031005": "196904121994031005", "19690412 199403 1 005": "196904121994031005",
		"19690412.199403.1.005": "196904121994031005", "19690412199403100": "", "rina@x.example": "", "19690412199403100५": ""} {
		if got, _ := nipDigits(typed); got != want {
			t.Errorf("%q: got %q", typed, got)
		}
	}
}
