package e2e

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/httpapi"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// tracers are the headers in which a browser, a proxy or a tracker says
// something of who sends.
var tracers = []string{"User-Agent", "X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via", "From", "Referer", "Origin", "Cookie", "Accept-Language",
	"X-Request-Id", "X-Correlation-Id", "Traceparent", "Tracestate", "Baggage", "If-None-Match", "Sec-Ch-Ua", "Dnt", "X-Anything"}

// traces counts up unique marks.
type traces struct{ marks []string }

func (m *traces) next(where string) string {
	mark := fmt.Sprintf("canary%s%dq", strings.ToLower(strings.ReplaceAll(where, "-", "")), len(m.marks))
	m.marks = append(m.marks, mark)
	return mark
}

func (m *traces) headers() http.Header {
	h := http.Header{"Content-Type": {"application/json"}}
	for _, name := range tracers {
		h.Set(name, m.next(name))
	}
	return h
}

// Proves H4, G1, T-01, T-02, T-03, T-06, T-07, T-37: whatever a reporter's
// browser says of itself, in every header and in the query, also of somebody
// signed in, leaves no mark in any table, in logs or in metrics; what the
// reporter wrote is in no table in the clear, nor is the tracking code; no row
// tells an hour or an account. Not parallel: it listens to the program's log.
func TestReport_LeavesNoTraceOfTheReporter(t *testing.T) {
	s := harness.Start(t)
	g := s.Government("36.71", "Kota Tangerang")
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)

	m := &traces{}
	reporter := s.As(authz.ASN, g, harness.Being(parsed(t, person(s, g, unit(s, g, "dinkes", ""), "Ade", 1))))
	send := func(path, body string) *harness.Answer {
		return reporter.Raw("POST", path, m.headers(), reader(body))
	}
	filed := send("/public/reports", fmt.Sprintf(`{"government":"36.71","narrative":%q,"place":%q,"links":[%q],"subjects":[{"name":%q,"nip":%q,"workplace":%q,"description":%q}]}`,
		m.next("narrative"), m.next("place"), m.next("link"), m.next("name"), m.next("nip"), m.next("office"), m.next("description"))).Expect(201)
	code := filed.Text("tracking_code")
	send("/public/reports?"+m.next("query")+"="+m.next("value"), `{"government":"36.71","narrative":"x"}`).Expect(400)
	send("/public/reports", `{"government":"`+m.next("government")+`","narrative":"x"}`).Expect(404)
	send("/public/report-status", `{"code":"`+code+`"}`).Expect(200)
	send("/public/report-messages", `{"code":"`+code+`","text":"`+m.next("message")+`"}`).Expect(200)
	send("/public/report-status", `{"code":"`+m.next("code")+`"}`).Expect(422)
	send("/public/report-withdrawals", `{"code":"`+code+`"}`).Expect(200)
	m.marks = append(m.marks, code[6:], strings.ReplaceAll(code[6:], "-", ""), "127.0.0.1", "::1")

	rows := everyRow(t, s)
	if !strings.Contains(rows, "Kota Tangerang") || !strings.Contains(log.String(), "route=/api/v1/asn") {
		t.Fatal("the search finds nothing at all: the test is blind")
	}
	gathered := gather(t)
	for _, mark := range m.marks {
		for where, text := range map[string]string{"tables": rows, "log": log.String(), "metrics": gathered} {
			if strings.Contains(text, mark) || strings.Contains(text, hex.EncodeToString([]byte(mark))) {
				t.Errorf("%q is in the %s", mark, where)
			}
		}
	}
	if strings.Contains(log.String(), "/public/report") {
		t.Errorf("the log has a line on a reporter's route: %s", log.String())
	}
	noHourNoAccount(t, s, reporter.Principal.ID.String())
}

// noHourNoAccount holds what the intake wrote to days without hours.
func noHourNoAccount(t *testing.T, s *harness.Server, account string) {
	t.Helper()
	if got := values(t, s, `SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relname LIKE 'report%' AND c.relkind = 'r' AND a.attnum > 0 AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'time'::regtype, 'inet'::regtype)`); got != "" {
		t.Errorf("tables of reports know hours or addresses: %s", got)
	}
	if got := values(t, s, `SELECT DISTINCT actor_kind || ' ' || coalesce(actor_id::text, '-') || ' ' || (at AT TIME ZONE 'UTC')::time || ' v' || substr(id::text, 15, 1) || ' v' || substr(object_id::text, 15, 1)
		FROM journal WHERE object_kind = 'report'`); got != "public - 00:00:00 v4 v4\n" {
		t.Errorf("the journal tells of reports %q", got)
	}
	if got := values(t, s, `SELECT count(*)::text FROM report WHERE filed_by IS NOT NULL OR code_hash IS NULL`); got != "0\n" {
		t.Errorf("%s reports know who filed them, of account %s", got, account)
	}
}

// values is the first column of a query, a line each.
func values(t *testing.T, s *harness.Server, sql string) string {
	t.Helper()
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, v := range all {
		out.WriteString(v + "\n")
	}
	return out.String()
}

// everyRow is all rows of all tables as text; bytes are in hexadecimal.
func everyRow(t *testing.T, s *harness.Server) string {
	t.Helper()
	var out strings.Builder
	tables := values(t, s, `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')`)
	for table := range strings.SplitSeq(strings.TrimSpace(tables), "\n") {
		out.WriteString(values(t, s, "SELECT t::text FROM "+table+" t"))
	}
	return out.String()
}

func gather(t *testing.T) string {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(httpapi.Collectors()...)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range families {
		out.WriteString(f.String())
	}
	if out.Len() == 0 {
		t.Fatal("no metrics were gathered")
	}
	return out.String()
}
