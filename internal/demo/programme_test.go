package demo

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jackc/pgx/v5"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves U1, B1, B3, E2, E8, D13 and the examples of the contract: the programme
// loads into an empty database, holds the numbers that the public accounts
// name, and everything that the contract's examples point at is there.
func TestProgramme(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the whole demo programme")
	}
	t.Parallel()
	s := harness.Start(t)
	var told bytes.Buffer
	l := &loader{app: s.App, ownerURL: s.Database.OwnerURL, dir: t.TempDir(), out: &told, began: time.Now()}
	if _, err := l.load(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, told.String())
	}
	t.Logf("\n%s", told.String())
	owner, err := pgx.Connect(context.Background(), s.Database.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(context.Background()) })

	t.Run("a second start loads nothing", func(t *testing.T) {
		again := &loader{app: s.App, dir: t.TempDir(), began: time.Now()}
		if _, err := again.load(context.Background()); err != nil || again.places != nil {
			t.Errorf("loaded again: %v", err)
		}
	})
	t.Run("numbers", func(t *testing.T) { checkNumbers(t, owner) })
	t.Run("clock", func(t *testing.T) {
		var now time.Time
		if err := owner.QueryRow(context.Background(), "SELECT now() + make_interval(secs => offset_seconds) FROM clock").Scan(&now); err != nil {
			t.Fatal(err)
		}
		if got := now.In(wib).Format("2006-01-02"); got != Season.String() {
			t.Errorf("the clock shows %s", got)
		}
	})
	contract := load(t)
	t.Run("every example exists", func(t *testing.T) { checkExamples(t, owner) })
	t.Run("every GET of the contract answers", func(t *testing.T) { checkReads(t, s, l, contract) })
}

// numbers are what the accounts name.
var numbers = []struct {
	what  string
	query string
	want  int
}{
	{"civil servants of Kab. Tangerang", "SELECT count(*) FROM asn JOIN tenant USING (tenant_id) WHERE tenant.code = '36.03' AND asn.state = 'active' AND asn.nip IS NOT NULL", 14000},
	{"civil servants of Kota Tangerang", "SELECT count(*) FROM asn JOIN tenant USING (tenant_id) WHERE tenant.code = '36.71' AND asn.state = 'active' AND asn.nip IS NOT NULL", 4460},
	{"others of Kota Tangerang", "SELECT count(*) FROM asn JOIN tenant USING (tenant_id) WHERE tenant.code = '36.71' AND asn.state = 'active' AND asn.nip IS NULL", 60},
	{"civil servants of Kab. Bogor, with one dismissed", "SELECT count(*) FROM asn JOIN tenant USING (tenant_id) WHERE tenant.code = '32.01' AND asn.nip IS NOT NULL", 2000},
	{"dismissed", "SELECT count(*) FROM asn WHERE state = 'departed' AND departure_reason = 'dismissed'", 1},
	{"obliged to sign in Kota Tangerang", "SELECT count(*) FROM pact_obligation", 4460},
	{"pacts signed", "SELECT count(*) FROM pact_signature", Signed},
	{"who signed twice", "SELECT count(*) - count(DISTINCT asn_id) FROM pact_signature", 0},
	{"refusals with a reason", "SELECT count(*) FROM pact_refusal", 2},
	{"addressed by the circular of 2023", "SELECT count(*) FROM circular_addressee", 14000},
	{"invited to the third round", "SELECT count(*) FROM event_invitee WHERE event_id = '8272686e-d358-53c1-93cd-38ee1653961c'", 14000},
	{"preventive talks, one an OPD of Kab. Tangerang", "SELECT count(*) FROM coaching WHERE kind = 'prevention'", 64},
	{"records of the walk that were entered later", "SELECT count(*) FROM pact_campaign WHERE recorded_later", 0},
	{"people without an own superior", "SELECT count(*) FROM asn WHERE superior_id IS NULL AND state = 'active' AND nip IS NOT NULL", 3},
}

func checkNumbers(t *testing.T, owner *pgx.Conn) {
	for _, n := range numbers {
		var got int
		if err := owner.QueryRow(context.Background(), n.query).Scan(&got); err != nil {
			t.Errorf("%s: %v", n.what, err)
		}
		if got != n.want {
			t.Errorf("%s: %d, want %d", n.what, got, n.want)
		}
	}
}

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(netral.Contract)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// identifiers that follow from names are UUIDs of version 5; the examples of
// what a request has just made are of version 4 or 7.
var named = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b`)

// checkExamples looks for every identifier of the contract's examples among
// those of all tables.
func checkExamples(t *testing.T, owner *pgx.Conn) {
	ctx := context.Background()
	tables, err := owner.Query(ctx, `SELECT c.table_name::text FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND c.column_name = 'id' AND c.data_type = 'uuid' AND t.table_type = 'BASE TABLE'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	// What has no row under its own identifier was at least changed under it.
	sources := []string{"SELECT object_id::text FROM journal"}
	for _, table := range names {
		sources = append(sources, "SELECT id::text FROM "+pgx.Identifier{table}.Sanitize())
	}
	for _, source := range sources {
		rows, err := owner.Query(ctx, source)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range ids {
			known[v] = true
		}
	}
	for _, code := range []string{"pilkada-2024", "36-71.psu-2025"} { // an election's identifier follows from its code; the second is an example of one just made
		known[id.ForName("election/"+code).String()] = true
	}
	missing := map[string]int{}
	for n, line := range strings.Split(string(netral.Contract), "\n") {
		for _, v := range named.FindAllString(line, -1) {
			if !known[v] && missing[v] == 0 {
				missing[v] = n + 1
				t.Errorf("openapi.yaml line %d: %s is not in the demo", n+1, v)
			}
		}
	}
}

// checkReads calls every GET with the examples of its parameters as everybody
// of the demo until somebody may.
func checkReads(t *testing.T, s *harness.Server, l *loader, doc *openapi3.T) {
	callers := l.callers(s)
	for _, path := range doc.Paths.InMatchingOrder() {
		item := doc.Paths.Value(path)
		if item.Get == nil {
			continue
		}
		call, known := filled(path, slices.Concat(item.Parameters, item.Get.Parameters))
		if !known {
			t.Errorf("%s: a parameter has no example", path)
			continue
		}
		seen := map[int]string{}
		for _, c := range callers {
			a := c.Get(call)
			if seen[a.Status] == "" {
				seen[a.Status] = string(a.Body)
			}
			if a.Status == 200 {
				break
			}
		}
		if seen[200] == "" {
			t.Errorf("GET %s: nobody was answered: %s", call, shortened(seen))
		}
	}
}

func shortened(seen map[int]string) string {
	var out []string
	for status, body := range seen {
		out = append(out, fmt.Sprintf("%d %.200s", status, body))
	}
	slices.Sort(out)
	return strings.Join(out, " | ")
}

// callers are everybody who has an account in the demo, and nobody.
func (l *loader) callers(s *harness.Server) []*harness.Caller {
	out := []*harness.Caller{s.Nobody()}
	for _, p := range l.places {
		for _, a := range actors {
			out = append(out, s.Principal(p.principal(a.role)))
		}
		out = append(out, s.Principal(authz.Principal{Kind: authz.Client, ID: id.ForName(clientOf(authz.Bawaslu, p.Code)), Tenants: []int32{p.Tenant},
			Grants: []authz.Grant{{Role: authz.Bawaslu, Tenant: p.Tenant}}, Organisation: id.ForName("organisation/bawaslu-" + p.Code)}))
	}
	overseer := authz.Principal{Kind: authz.User, ID: id.ForName("account/36/province_overseer"), Assurance: authz.SecondFactor}
	for _, p := range l.places[:2] {
		overseer.Tenants = append(overseer.Tenants, p.Tenant)
		overseer.Grants = append(overseer.Grants, authz.Grant{Role: authz.ProvinceOverseer, Tenant: p.Tenant})
	}
	return append(out, s.Principal(overseer), s.Principal(authz.Principal{Kind: authz.User, ID: id.ForName("account/platform_admin"), Tenants: []int32{authz.Platform},
		Grants: []authz.Grant{{Role: authz.PlatformAdmin, Tenant: authz.Platform}}, Assurance: authz.SecondFactor}))
}

// filled puts the examples of the required parameters into a path.
func filled(path string, parameters openapi3.Parameters) (string, bool) {
	query := url.Values{}
	for _, ref := range parameters {
		p := ref.Value
		if !p.Required {
			continue
		}
		example := p.Example
		if example == nil {
			example = p.Schema.Value.Example
		}
		if example == nil {
			return path, false
		}
		switch p.In {
		case openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(fmt.Sprint(example)))
		case openapi3.ParameterInQuery:
			query.Set(p.Name, fmt.Sprint(example))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, true
}
