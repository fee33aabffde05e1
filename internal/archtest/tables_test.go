package archtest

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/testkit"
)

// platformTables have no tenant_id first: accounts, directory, clock, job
// queue, migrations. Everything else is a tenant table.
var platformTables = map[string]bool{
	"clock": true, "tenant": true, "goose_db_version": true, "organisation": true, "government_application": true, "reference_program": true,
	"feed_recipient": true, "webhook_endpoint": true, "webhook_secret": true, "webhook_delivery": true, "notice_preference": true,
}

// crossing are tables whose rows belong to governments, under the row policy, but
// stand in the order of somebody who reads over several: their keys start with
// the reader, and never with what a government chose.
var crossing = map[string]string{"feed_entry": "recipient_id"}

func isPlatform(table string) bool {
	return platformTables[table] || strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "identity_")
}

func query(t *testing.T, sql string) [][]string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, testkit.Fresh(t).SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		v, err := rows.Values()
		if err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(v))
		for i, x := range v {
			row[i], _ = x.(string)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Proves A1, T-16, T-19: every tenant table has row-level security, forced, and
// the policy tenant_isolation, for reading and writing alike; no view, no
// SECURITY DEFINER function and no trigger leads around it.
func TestTables_RowPoliciesOnEveryTenantTable(t *testing.T) {
	t.Parallel()
	const policy = "(tenant_id = ANY ((string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text))::integer[]))"
	rows := query(t, `SELECT c.relname::text, c.relrowsecurity::text, c.relforcerowsecurity::text,
		coalesce((SELECT string_agg(p.polname::text || ' ' || p.polcmd::text || ' ' || pg_get_expr(p.polqual, c.oid), ';' ORDER BY p.polname DESC) FROM pg_policy p WHERE p.polrelid = c.oid), '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`)
	tenants := 0
	for _, r := range rows {
		if isPlatform(r[0]) {
			continue
		}
		tenants++
		if r[1] != "true" || r[2] != "true" {
			t.Errorf("table %s: row security enabled=%s forced=%s", r[0], r[1], r[2])
		}
		want := "tenant_isolation * " + policy
		if strings.HasPrefix(r[0], "reference_") { // national rows, tenant 0, are read by all and written by none but their own
			want += ";national_rows r (tenant_id = 0)"
		}
		if r[3] != want {
			t.Errorf("table %s: policies are %q", r[0], r[3])
		}
	}
	if tenants < 3 {
		t.Errorf("only %d tenant tables were seen", tenants)
	}
	for _, bad := range query(t, `SELECT 'view ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')
		UNION ALL SELECT 'security definer ' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND prosecdef
		UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE 'river%'`) {
		t.Errorf("leads around the row policies: %s", bad[0])
	}
}

// Proves that keys are fit for sharding by government and that nothing of
// another government shows through a conflict (T-19, T-21): tenant_id stands
// first in every primary, unique and foreign key of a tenant table.
func TestTables_TenantFirstInEveryKey(t *testing.T) {
	t.Parallel()
	rows := query(t, `SELECT c.relname::text, k.conname::text, (SELECT attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = k.conkey[1])
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND k.contype IN ('p', 'u', 'f')
		UNION ALL SELECT c.relname::text, i.relname::text, (SELECT attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = x.indkey[0])
		FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND x.indisunique`)
	for _, r := range rows {
		first := "tenant_id"
		if reader, ok := crossing[r[0]]; ok {
			first = reader
		}
		if !isPlatform(r[0]) && r[2] != first {
			t.Errorf("table %s: key %s starts with %s", r[0], r[1], r[2])
		}
	}
}

// Proves that the application's role owns nothing and cannot rewrite history:
// journal rows can be added and read, never changed.
func TestTables_GrantsOfTheAppRole(t *testing.T) {
	t.Parallel()
	for _, r := range query(t, `SELECT c.relname::text FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner WHERE o.rolname = 'netral_app'`) {
		t.Errorf("netral_app owns %s", r[0])
	}
	for _, r := range query(t, `SELECT privilege_type::text FROM information_schema.role_table_grants WHERE grantee = 'netral_app' AND table_name = 'journal'`) {
		if r[0] != "SELECT" && r[0] != "INSERT" {
			t.Errorf("netral_app may %s the journal", r[0])
		}
	}
	for _, r := range query(t, `SELECT rolname::text FROM pg_roles WHERE rolname = 'netral_app' AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole)`) {
		t.Errorf("%s has more than it may", r[0])
	}
}

// Proves that there are no enum types, no DEFAULT now() and no unnamed
// constraints: what the schema's conventions promise.
func TestTables_Conventions(t *testing.T) {
	t.Parallel()
	for _, r := range query(t, `SELECT 'enum type ' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = 'public' AND t.typtype = 'e' AND t.typname NOT LIKE 'river%'
		UNION ALL SELECT 'DEFAULT now() on ' || c.relname || '.' || a.attname FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
		WHERE c.relname NOT LIKE 'river%' AND c.relname <> 'goose_db_version' AND pg_get_expr(d.adbin, d.adrelid) ~ 'now\(\)|CURRENT_'`) {
		t.Error(r[0])
	}
}
