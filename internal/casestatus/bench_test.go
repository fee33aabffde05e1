package casestatus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/casestatus"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

const (
	matters = 5_000
	callers = 8
	rounds  = 6
	round   = time.Second
)

// floorStatus is what the floor writes: the same fields as the contract's.
type floorStatus struct {
	ID          string    `json:"id"`
	Office      string    `json:"organisation_id"`
	Government  string    `json:"government_code"`
	Zone        string    `json:"-"`
	OurNumber   string    `json:"our_number,omitempty"`
	Receipt     string    `json:"receipt_number,omitempty"`
	TheirNumber string    `json:"their_number,omitempty"`
	SBT         string    `json:"sbt_number,omitempty"`
	Status      string    `json:"status"`
	Since       string    `json:"status_since"`
	Received    string    `json:"received_on"`
	Registered  *string   `json:"registered_on,omitempty"`
	Closed      *string   `json:"closed_on,omitempty"`
	Waits       string    `json:"waits_for"`
	Due         *floorDue `json:"due,omitempty"`
	Version     int32     `json:"version"`
	Updated     time.Time `json:"updated_at"`
}

type floorDue struct {
	Day        string `json:"day"`
	Rule       string `json:"rule"`
	Confidence string `json:"confidence"`
}

// floor is the least program that answers the same with the same statements:
// net/http and pgx, no signing in, no validation, no tenancy.
func floor(b *testing.B, address string, tenant int32, office id.ID) string {
	pool, err := pgxpool.New(context.Background(), address+"&pool_max_conns=10")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /case-statuses", func(w http.ResponseWriter, r *http.Request) {
		var out struct {
			Items []floorStatus `json:"items"`
		}
		sql, args := casestatus.SQLListFirst, []any{[]int32{tenant}, office.String(), 51}
		if n := r.URL.Query().Get("their_number"); n != "" {
			sql, args = casestatus.SQLByTheirs, []any{[]int32{tenant}, office.String(), 100, n}
		}
		rows, err := pool.Query(r.Context(), sql, args...)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var s floorStatus
			var since, received, now time.Time
			var registered, closed, due *time.Time
			var rule, confidence string
			var missed int32
			var offset, head int64
			if err := rows.Scan(&s.ID, &s.Office, &s.Government, &s.Zone, &s.OurNumber, &s.Receipt, &s.TheirNumber, &s.SBT, &s.Status, &since, &received, &registered, &closed,
				&s.Waits, &due, &rule, &confidence, &missed, &s.Version, &s.Updated, &now, &offset, &head); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			s.Since, s.Received, s.Registered, s.Closed = since.Format(time.DateOnly), received.Format(time.DateOnly), dayOf(registered), dayOf(closed)
			if d := dayOf(due); d != nil {
				s.Due = &floorDue{*d, rule, confidence}
			}
			out.Items = append(out.Items, s)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	go func() { _ = srv.Serve(l) }()
	b.Cleanup(func() { _ = srv.Close() })
	return "http://" + l.Addr().String()
}

func dayOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.Format(time.DateOnly)
	return &s
}

// ask lets eight callers ask over and over for one round, and tells how often
// they were answered as they should.
func ask(b *testing.B, c *http.Client, want int, request func(n int64) *http.Request) float64 {
	var n, answered atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(round)
	for range callers {
		wg.Go(func() {
			for time.Now().Before(end) {
				res, err := c.Do(request(n.Add(1)))
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				if res.StatusCode != want {
					b.Errorf("answered %d, want %d", res.StatusCode, want)
					return
				}
				answered.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(answered.Load()) / round.Seconds()
}

// BenchmarkCaseStatus proves that an office pulls its matters at no less than
// three quarters, and lists of fifty at no less than seven tenths, of the rate of
// the least program that can answer, signing in, validation, tenancy and limits
// included; and that an unchanged list is told at nine tenths of a full
// reading's rate or more. All in one run, in turns, on one PostgreSQL.
func BenchmarkCaseStatus(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := newBench(b)
		b.StartTimer()
		w.compare(b, "CASE_STATUS_BY_NUMBER_TO_FLOOR", 0.75, func(n int64) string { return "?their_number=" + url.QueryEscape(fmt.Sprintf("%03dlp2024", n%matters)) })
		list := w.compare(b, "CASE_STATUS_LIST_50_TO_FLOOR", 0.7, func(int64) string { return "?limit=50" })
		w.unchanged(b, list)
	}
}

type bench struct {
	client      *http.Client
	ours, least string
	token       string
	// another gives the token of a machine client that has spent no calls yet: every
	// round takes one, since at full speed more are made in a few of them than the
	// largest quota lets one client make.
	another func() string
}

// largestQuota is how many calls a minute a client can be given.
const largestQuota = 60_000

func newBench(b *testing.B) *bench {
	app.SpareCollections() // the floor, in the same process, gains from it too
	s := harness.StartReal(b)
	g := s.Government("32.01", "Kabupaten Bogor")
	f := s.Fixtures()
	office := f.As(authz.PlatformAdmin, g).Post("/organisations", map[string]any{"kind": "bawaslu", "level": "regency_city", "region_code": "32.01",
		"name": "Bawaslu Kabupaten Bogor", "valid_from": "2018-08-15"}).Expect(201).Text("id")
	admin := f.As(authz.PlatformAdmin, g)
	another := func() string {
		cid := admin.Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": office, "government_ids": []string{g.ID.String()}, "expires_on": "2099-12-31",
			"quota_per_minute": largestQuota}).Expect(201).Text("id")
		secret := admin.Post("/clients/"+cid+"/secrets", map[string]any{}).Expect(201).Text("client_secret")
		return s.Token("grant_type", "client_credentials", "client_id", cid, "client_secret", secret).Expect(200).Text("access_token")
	}
	if err := s.App.Jobs.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
	pool, err := pgxpool.New(context.Background(), s.Database.SuperURL)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	for _, q := range []string{
		fmt.Sprintf(`INSERT INTO case_status SELECT %d, gen_random_uuid(), '%s', NULL, gen_random_uuid(), NULL, '32.01', 'Asia/Jakarta', 'KN-3201-2024-'||n, 'kn32012024'||n,
			'', '', lpad(n::text, 3, '0')||'/LP/2024', lpad(n::text, 3, '0')||'lp2024', '', '', 'examining', '2024-10-14', '2024-10-02', '2024-10-04', NULL, 'examiners', '2024-11-12',
			'examination_end', 'high', 2, now() - n * interval '1 second', 0 FROM generate_series(0, %d) n`, g.Tenant, office, matters-1),
		fmt.Sprintf(`INSERT INTO case_status_head (tenant_id, organisation_id, version, updated_at) VALUES (%d, '%s', 1, now())`, g.Tenant, office),
		`ANALYZE case_status`,
	} {
		if _, err := pool.Exec(context.Background(), q); err != nil {
			b.Fatal(err)
		}
	}
	oid, err := id.Parse(office)
	if err != nil {
		b.Fatal(err)
	}
	return &bench{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}, ours: s.URL + "/api/v1", another: another,
		least: floor(b, s.Database.SuperURL, g.Tenant, oid)}
}

func (w *bench) request(base, query, tag string) *http.Request {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, base+"/case-statuses"+query, http.NoBody)
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	return req
}

// compare takes turns between the floor and us and tells our rate.
func (w *bench) compare(b *testing.B, name string, asked float64, query func(int64) string) float64 {
	var least, ours float64
	for i := range rounds + 1 {
		w.token = w.another()
		l := ask(b, w.client, http.StatusOK, func(n int64) *http.Request { return w.request(w.least, query(n), "") })
		o := ask(b, w.client, http.StatusOK, func(n int64) *http.Request { return w.request(w.ours, query(n), "") })
		if i > 0 { // the first round warms up
			least, ours = least+l/rounds, ours+o/rounds
		}
	}
	fmt.Printf("%s ratio %.2f (floor %.0f/s, ours %.0f/s)\n", name, ours/least, least, ours)
	if ours/least < asked {
		b.Errorf("%s: %.2f, asked %.2f", name, ours/least, asked)
	}
	return ours
}

// unchanged asks for a list that the caller has already.
func (w *bench) unchanged(b *testing.B, full float64) {
	w.token = w.another()
	res, err := w.client.Do(w.request(w.ours, "?limit=50", ""))
	if err != nil {
		b.Fatal(err)
	}
	_ = res.Body.Close()
	var rate float64
	for range rounds {
		w.token = w.another()
		rate += ask(b, w.client, http.StatusNotModified, func(int64) *http.Request { return w.request(w.ours, "?limit=50", res.Header.Get("ETag")) }) / rounds
	}
	fmt.Printf("CASE_STATUS_UNCHANGED_TO_FULL ratio %.2f (full %.0f/s, unchanged %.0f/s)\n", rate/full, full, rate)
	if rate/full < 0.9 {
		b.Errorf("an unchanged list is told at %.2f of a full one's rate", rate/full)
	}
}
