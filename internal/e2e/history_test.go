package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// Proves R1, T-03, T-11, T-12, T-47: who accounts for others reads who did what and
// when, by kind, object, actor, action and day, in pages; nothing of reports, of
// what follows from them, or of a neighbour is there, and nothing of what was
// written; nobody else reads it, and nobody changes it.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, other := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	chief := s.Account(g, "kepala@x.example", nil, authz.GovernmentAdmin)
	admin := as(s, g, chief, authz.GovernmentAdmin)
	someone := s.Account(g, "orang@x.example", nil)
	grant := admin.Post("/role-grants", map[string]any{"account_id": someone.ID.String(), "role": "auditor", "valid_from": "2024-01-02"}).Expect(201).Text("id")
	s.As(authz.AgencyOfficer, g).Post("/opd", map[string]any{"code": "dinas-x", "name": "Dinas PENANDA", "type": "dinas", "valid_from": "2020-01-01"}).Expect(201)
	s.As(authz.AgencyOfficer, other).Post("/opd", map[string]any{"code": "dinas-x", "name": "Dinas PENANDA", "type": "dinas", "valid_from": "2020-01-01"}).Expect(201)
	filed := file(s, "36.71", map[string]any{"act_on": "2024-08-19"})
	satgas := s.As(authz.TaskForceMember, g)
	report := onlyReport(t, satgas)
	satgas.Post("/reports/"+report+"/verification", map[string]any{}).Expect(200)
	if filed.Text("tracking_code") == "" {
		t.Fatal("nothing was filed")
	}

	auditor := s.As(authz.Auditor, g)
	list := func(query string) *harness.Answer { return auditor.Get("/history" + query).Expect(200) }
	got := list("?object_kind=role_grant&object_id=" + grant)
	if got.Len("items") != 1 || got.Text("items.0.action") != "role.granted" || got.Text("items.0.actor_kind") != "user" || got.Text("items.0.actor_id") != chief.ID.String() ||
		got.Text("items.0.actor_name") != chief.Name || got.Text("items.0.object_id") != grant {
		t.Errorf("the grant: %s", got.Body)
	}
	all := list("?limit=100")
	if strings.Contains(string(all.Body), report) || strings.Contains(string(all.Body), "PENANDA") || strings.Contains(string(all.Body), `"report`) {
		t.Errorf("too much is told: %s", all.Body)
	}
	if n := list("?object_kind=report").Len("items") + list("?object_kind=report&object_id="+report).Len("items") + list("?action=report.verified").Len("items"); n != 0 {
		t.Errorf("%d entries of reports", n)
	}
	if n := list("?object_kind=opd").Len("items"); n != 1 {
		t.Errorf("%d units were made", n)
	}
	if n := list("?actor_id=" + chief.ID.String()).Len("items"); n != 1 {
		t.Errorf("%d by the administrator", n)
	}
	zone := time.FixedZone("WIB", 7*3600)
	today, tomorrow := time.Now().In(zone).Format(time.DateOnly), time.Now().In(zone).AddDate(0, 0, 1).Format(time.DateOnly)
	if in, after, before := list("?action=role.granted&from="+today+"&until="+today).Len("items"), list("?from="+tomorrow).Len("items"), list("?until=2024-01-01").Len("items"); in == 0 || after+before != 0 {
		t.Errorf("%d today, %d after, %d before", in, after, before)
	}

	seen := map[string]bool{}
	for path := "/history?limit=2"; path != ""; {
		p := auditor.Get(path).Expect(200)
		for i := range p.Len("items") {
			seen[p.Text("items."+string(rune('0'+i))+".id")] = true
		}
		path = ""
		if c := p.Text("next_cursor"); c != "" {
			path = "/history?limit=2&cursor=" + c
			auditor.Get("/history?limit=2&object_kind=opd&cursor="+c).ExpectCode(400, "request.invalid")
		}
	}
	if len(seen) != all.Len("items") {
		t.Errorf("%d in pages, %d in all", len(seen), all.Len("items"))
	}
	for _, r := range []authz.Role{authz.AgencyOfficer, authz.TaskForceMember, authz.ASN, authz.Inspector} {
		s.As(r, g).Get("/history").ExpectCode(403, "auth.not_permitted")
	}
	if body := s.As(authz.PlatformAdmin, g).Get("/history").Expect(200).Body; strings.Contains(string(body), grant) {
		t.Errorf("the installation's administrator reads a government's history: %s", body)
	}

	conn := s.Conn(s.Database.AppURL)
	for _, q := range []string{"UPDATE journal SET action = 'x'", "DELETE FROM journal"} {
		if _, err := conn.Exec(context.Background(), q); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// Proves R1, T-66: the first page is read off an index, however long the history.
func TestHistory_ByIndex(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	ctx, conn := context.Background(), s.Conn(s.Database.SuperURL)
	for _, q := range []string{`INSERT INTO journal (tenant_id, id, at, actor_kind, action, object_kind, object_id, details)
		SELECT (SELECT tenant_id FROM tenant WHERE code = '36.71'), gen_random_uuid(), now() - n * interval '1 minute', 'system', 'opd.updated', CASE n % 3 WHEN 0 THEN 'report' ELSE 'opd' END, gen_random_uuid(), '{}'
		FROM generate_series(1, 50000) n`, "ANALYZE journal"} {
		if _, err := conn.Exec(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := conn.Query(ctx, fmt.Sprintf("EXPLAIN SELECT * FROM journal WHERE tenant_id IN (%d) AND object_kind IN ('opd', 'asn') ORDER BY at DESC, id DESC LIMIT 51", g.Tenant))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || !strings.Contains(strings.Join(plan, "\n"), "Index Scan Backward using journal_by_time") {
		t.Errorf("%v: %q", err, plan)
	}
	if got := s.As(authz.Auditor, g).Get("/history?limit=100").Expect(200); got.Len("items") != 100 {
		t.Errorf("%d items", got.Len("items"))
	}
}
