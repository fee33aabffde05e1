package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// findings is what a caller is told, "severity code", in the order of the list.
func findings(c *harness.Caller) (out []string) {
	got := c.Get("/findings").Expect(200)
	for i := range got.Len("items") {
		at := fmt.Sprintf("items.%d.", i)
		out = append(out, got.Text(at+"severity")+" "+got.Text(at+"code"))
	}
	return out
}

// expects holds the answer against what must and must not be there.
func expects(t *testing.T, when string, c *harness.Caller, want ...string) {
	t.Helper()
	got := findings(c)
	for _, w := range want {
		finding, absent := strings.CutPrefix(w, "no ")
		if there := slices.ContainsFunc(got, func(s string) bool { return s == finding || absent && strings.HasSuffix(s, " "+finding) }); there == absent {
			t.Errorf("%s: want %q, got %q", when, w, got)
		}
	}
}

// Proves X23, U3, T-12: who must be there in a government is missed as long as
// they are, and no longer: handlers of reports, who decides, an inspector, a
// second pair of eyes, personnel officers, a second factor, codes in time.
func TestDoctor_PeopleOfAGovernment(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	g, f := s.Government("36.03", "Kabupaten Tangerang"), s.Fixtures()
	auditor := f.As(authz.Auditor, g)
	expects(t, "an empty government", auditor, "severe report.handler_missing", "severe case.decider_missing", "severe pact_text.approvers_few",
		"warning report.inspector_missing", "warning government.admin_missing", "no report.handlers_few", "no opd.officer_missing", "no client.approvers_few")
	if got := findings(auditor); !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(a[:3], b[:3]) }) {
		t.Errorf("the severe do not come first: %q", got)
	}
	admin := s.Account(g, "admin@x.example", nil, authz.GovernmentAdmin)
	s.Account(g, "one@x.example", nil, authz.AgencyOfficer)
	expects(t, "with one officer", auditor, "no report.handler_missing", "warning report.handlers_few", "no case.decider_missing", "severe pact_text.approvers_few",
		"no government.admin_missing", "warning account.second_factor_missing")
	s.Account(g, "two@x.example", nil, authz.Inspector, authz.AuthorisedOfficial)
	expects(t, "with two", auditor, "no report.handlers_few", "no report.inspector_missing", "no pact_text.approvers_few")
	s.Exec("UPDATE identity_account SET totp_sealed = 'x'")
	expects(t, "all with a second factor", auditor, "no account.second_factor_missing")

	by := f.As(authz.GovernmentAdmin, g)
	invited := by.Post("/accounts", map[string]any{"name": "Dedi", "email": "dedi@x.example"}).Expect(201).Text("account.id")
	expects(t, "just invited", auditor, "no account.code_expired")
	s.Exec("UPDATE identity_code SET expires_at = now() - interval '1 hour'")
	expects(t, "invited and forgotten", auditor, "warning account.code_expired")
	by.Post("/accounts/"+invited+"/activation-codes", map[string]any{"identity_card_seen": true}).Expect(201)
	expects(t, "invited again", auditor, "no account.code_expired")

	opd := unit(f, g, "dinkes", "")
	expects(t, "a new unit", auditor, "warning opd.officer_missing")
	f.As(authz.AgencyOfficer, g).Post("/opd/"+opd+"/officers", map[string]any{"office": "personnel_officer", "asn_id": person(f, g, opd, "Siti Aminah", 1),
		"holder_kind": "definitive", "valid_from": "2023-01-01"}).Expect(201)
	expects(t, "with a personnel officer", auditor, "no opd.officer_missing")

	if got := s.SignedIn(admin.ID, g.ID).Get("/findings").Expect(200).Text("government_id"); got != g.ID.String() {
		t.Errorf("the findings are of %q", got)
	}
	f.As(authz.TaskForceMember, g).Get("/findings").ExpectCode(403, "auth.not_permitted")
	s.SignedIn(admin.ID, g.ID).Get("/findings").Expect(200)
}

// Proves X23: a task force whose term is over or nearly so, or that is too small,
// and years without holidays, until they are entered.
func TestDoctor_TaskForceAndHolidays(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	officer, auditor := s.As(authz.AgencyOfficer, g), s.As(authz.Auditor, g)
	until := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	decrees := 0
	force := func(last any) string {
		decrees++
		body := map[string]any{"name": "Satgas", "decree_number": fmt.Sprintf("800/%d/2023", decrees), "decreed_on": "2023-06-01", "valid_from": "2023-06-01"}
		if last != nil {
			body["valid_until"] = last
		}
		return officer.Post("/task-forces", body).Expect(201).Text("id")
	}
	member := func(of, name string) {
		officer.Post("/task-forces/"+of+"/members", map[string]any{"role": "member", "name": name, "institution": "Bawaslu"}).Expect(201)
	}
	expects(t, "none yet", auditor, "no task_force.expired", "no task_force.members_few")
	force(until(-5))
	expects(t, "a term that is over", auditor, "severe task_force.expired", "no task_force.expiring")
	next := force(until(10))
	expects(t, "a term that ends soon, with nobody", auditor, "no task_force.expired", "warning task_force.expiring", "severe task_force.members_few")
	member(next, "Ratna")
	expects(t, "with one member", auditor, "severe task_force.members_few")
	member(next, "Yusuf")
	last := force(nil)
	member(last, "Ratna")
	member(last, "Yusuf")
	expects(t, "with the next one", auditor, "no task_force.expiring", "no task_force.members_few")

	today := time.Now()
	years := []int{today.Year()}
	if today.Month() >= time.November {
		years = append(years, today.Year()+1)
	}
	for _, y := range years {
		expects(t, "a year without holidays", auditor, "severe holiday.year_missing")
		officer.Post("/reference-data/holiday", aHoliday(fmt.Sprintf("hari_jadi_%d", y), fmt.Sprintf("%d-10-08", y), "2024-01-02")).Expect(201)
	}
	expects(t, "with holidays", auditor, "no holiday.year_missing")
}

// Proves X23: what may be wrong with the installation: one administrator alone,
// files that cannot be written, jobs that wait, clocks apart, old keys, the master
// key beside the data, no mail; each gone once it is mended.
func TestDoctor_Installation(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t, func(c *app.Config) { c.KeyBesideData = true; c.Held = append(c.Held, "deadlines") })
	g := s.Government("36.03", "Kabupaten Tangerang")
	op := s.Fixtures(func(c *app.Config) { c.KeyBesideData = true }).As(authz.PlatformAdmin, g)
	expects(t, "fresh", op, "warning client.approvers_few", "warning master_key.beside_data", "warning mail.absent", "no storage.not_writable", "no job.stuck",
		"no clock.off", "no report.handler_missing")
	s.Account(government.Government{}, "a@x.example", nil, authz.PlatformAdmin)
	expects(t, "one administrator", op, "warning client.approvers_few")
	s.Account(government.Government{}, "b@x.example", nil, authz.PlatformAdmin)
	expects(t, "two administrators", op, "no client.approvers_few")
	expects(t, "the key elsewhere", s.Fixtures().As(authz.PlatformAdmin, g), "no master_key.beside_data")

	away := s.Files + ".away"
	if err := os.Rename(s.Files, away); err != nil {
		t.Fatal(err)
	}
	expects(t, "the folder is gone", op, "severe storage.not_writable")
	if err := os.Rename(away, s.Files); err != nil {
		t.Fatal(err)
	}
	expects(t, "the folder is back", op, "no storage.not_writable")

	s.Exec(`INSERT INTO river_job (kind, max_attempts, queue, args, scheduled_at, state) VALUES ('of_nobody', 1, 'of_nobody', '{}', now() - interval '1 hour', 'available')`)
	expects(t, "a job that nobody takes", op, "severe job.stuck")
	s.Exec(`DELETE FROM river_job WHERE kind = 'of_nobody'`)
	expects(t, "taken", op, "no job.stuck")

	if _, err := s.App.Identity.RotateKeys(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	expects(t, "a new key", op, "no signing_key.old")
	s.Exec("UPDATE identity_signing_key SET signs_from = now() - interval '200 days'")
	expects(t, "an old key", op, "warning signing_key.old")
	if _, err := s.App.Identity.RotateKeys(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	expects(t, "replaced", op, "no signing_key.old")

	late := s.Fixtures(func(c *app.Config) { c.Now = func() time.Time { return time.Now().Add(time.Minute) } }).As(authz.PlatformAdmin, g)
	expects(t, "a clock a minute off", late, "severe clock.off")
}

// Proves X23, T-35: a machine client whose last key ends, an endpoint that was
// disabled and letters that never arrived are named to the installation; messages
// that nobody sends to both sides, and addresses that refuse to the government.
func TestDoctor_ClientsWebhooksAndMail(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w, f := newWatchers(t, s), s.Fixtures()
	op, auditor := f.As(authz.PlatformAdmin, w.regency), f.As(authz.Auditor, w.regency)
	expects(t, "fresh", op, "no client.credential_expiring", "no webhook.disabled", "no webhook.dead_letters", "no mail.unreachable")
	s.Exec("UPDATE identity_client_credential SET expires_on = current_date + 5 WHERE client_id = $1", w.client)
	expects(t, "the last secret ends", op, "warning client.credential_expiring")
	w.person.Post("/clients/"+w.client+"/secrets", map[string]any{}).Expect(201)
	expects(t, "with another one", op, "no client.credential_expiring")

	machine := w.machine()
	endpoint := machine.Post("/webhooks", map[string]any{"url": "https://bawaslu.example.com/netral", "types": []string{"case.status_changed"}}).Expect(201).Text("id")
	if err := s.App.Jobs.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Exec("UPDATE webhook_endpoint SET state = 'disabled', version = version + 1 WHERE id = $1", endpoint)
	expects(t, "disabled", op, "severe webhook.disabled")
	machine.Post("/webhooks/"+endpoint+"/resumption", nil).Expect(200)
	expects(t, "resumed", op, "no webhook.disabled")

	delivery := func(tenant int32, state string) {
		s.Exec(`INSERT INTO notice_delivery (tenant_id, id, account_id, address_id, channel, kind, state, message_id, attempts, next_at, last_error, created_at)
			VALUES ($1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'email', 'role_granted', $2, gen_random_uuid(), 1, now() - interval '2 hours', '', now() - interval '3 hours')`, tenant, state)
	}
	expects(t, "before", auditor, "no mail.unreachable", "no mail.given_up")
	delivery(w.regency.Tenant, "waiting")
	delivery(w.regency.Tenant, "refused")
	expects(t, "letters that wait and letters refused", auditor, "severe mail.unreachable", "warning mail.given_up")
	expects(t, "the installation has none", op, "no mail.unreachable")
	delivery(authz.Platform, "waiting")
	expects(t, "a code that waits", op, "severe mail.unreachable")
	s.Exec("DELETE FROM notice_delivery")
	expects(t, "sent", auditor, "no mail.unreachable", "no mail.given_up")
}

// Proves X23: what happened and does not reach the feeds is named until it does.
func TestDoctor_FeedBehind(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	if err := s.App.Jobs.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	unit(s, g, "dinkes", "")
	auditor := s.As(authz.Auditor, g)
	expects(t, "just now", auditor, "no feed.behind")
	moveClock(t, s, 600)
	expects(t, "ten minutes later", auditor, "severe feed.behind")
	if _, err := s.App.Feed.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	expects(t, "numbered", auditor, "no feed.behind")
}
