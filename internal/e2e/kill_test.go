package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/seal"
	"github.com/netral-asn/netral/internal/webhook"
)

var feedEntries = flag.Int("feed.entries", 2000, "how many changes the feed and the webhooks are killed over")

// replicaEnv tells a process of this test that it is a replica, to be killed.
const replicaEnv = "NETRAL_TEST_REPLICA"

// replicaOrder is what a replica is started with.
type replicaOrder struct {
	Database, Master, Files string
	Tenant                  int32
	Office, Client          id.ID
	// Mail is a mail server, and Roots in PEM whom its certificate is from.
	Mail  string
	Roots []byte
}

// carriers are the ways out of a replica.
func (o replicaOrder) carriers() (map[carrier.Channel]carrier.Carrier, error) {
	if o.Mail == "" {
		return nil, nil
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(o.Roots)
	m, err := carrier.NewSMTP(carrier.SMTP{URL: o.Mail, From: "netral@pemda.example", Roots: roots})
	return map[carrier.Channel]carrier.Carrier{carrier.Email: m}, err
}

// TestMain lets the test's own program be a replica: a process of its own, which
// alone can be killed like one.
func TestMain(m *testing.M) {
	if text := os.Getenv(replicaEnv); text != "" {
		if err := runReplica(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// Authenticate lets the two callers of the test in.
func (o replicaOrder) Authenticate(_ context.Context, token string) (authz.Principal, error) {
	p := authz.Principal{Kind: authz.User, ID: id.ForName("officer"), Tenants: []int32{o.Tenant}, Grants: []authz.Grant{{Role: authz.AgencyOfficer, Tenant: o.Tenant}}, Assurance: authz.SecondFactor}
	switch token {
	case "officer":
		return p, nil
	case "office":
		p.Kind, p.ID, p.Organisation, p.Grants[0].Role = authz.Client, o.Client, o.Office, authz.Bawaslu
		return p, nil
	}
	return p, fault.New(fault.Unauthenticated, "auth.token_invalid")
}

// runReplica serves until it is killed; its address is its first line.
func runReplica(text string) error {
	var o replicaOrder
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	master, err := seal.FromText(o.Master)
	if err != nil {
		return err
	}
	carriers, err := o.carriers()
	if err != nil {
		return err
	}
	a, err := app.New(context.Background(), app.Config{Database: db.Config{URL: o.Database, MaxConnections: 20}, Version: "test", Master: master, Files: blob.Config{Dir: o.Files}, Authenticator: o,
		Carriers: carriers, NoticeAttempt: time.Second, NoticePauses: slices.Repeat([]time.Duration{30 * time.Millisecond}, 60),
		Webhooks: webhook.Config{Loopback: true, Attempt: time.Second, Pauses: slices.Repeat([]time.Duration{30 * time.Millisecond}, 60)}})
	if err != nil {
		return err
	}
	if err := a.Jobs.Start(context.Background()); err != nil {
		return err
	}
	srv := httptest.NewServer(a.Handler())
	fmt.Println(srv.URL)
	select {}
}

// replica is one such process; it comes back after it was killed.
type replica struct {
	order string
	mu    sync.Mutex
	cmd   *exec.Cmd
	url   string
}

func (r *replica) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), replicaEnv+"="+r.order)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Errorf("a replica did not start: %v: %.500s", err, said.String())
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cmd, r.url = cmd, strings.TrimSpace(line)
}

// kill kills it with SIGKILL, which no program hears.
func (r *replica) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
	}
	r.cmd, r.url = nil, ""
}

func (r *replica) address() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.url
}

// balancer sends each request to the next replica, like a plain round robin.
type balancer struct {
	replicas []*replica
	next     atomic.Int64
}

// do sends a request to one replica after the other until one answers with what
// is no failure of the moment.
func (b *balancer) do(method, path, token, key string, body []byte) (status int, answer []byte, err error) {
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); {
		url := b.replicas[int(b.next.Add(1))%len(b.replicas)].address()
		if url == "" {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		if status, answer, err = once(method, url+"/api/v1"+path, token, key, body); err == nil && status < 500 && !(status == 409 && bytes.Contains(answer, []byte("request.key_in_use"))) {
			return status, answer, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return status, answer, fmt.Errorf("%s %s: no answer within a minute, last %d %s %w", method, path, status, answer, err)
}

func once(method, url, token, key string, body []byte) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// Proves O3, O4, O5, T-50, T-61, T-63, T-71: fifty writers, ten pollers, a
// receiver that refuses three of ten; replicas, sender and pollers are killed at
// random all the while. Every change reaches every poller and the receiver, those
// of one matter in their order; every signature verifies; every write that was
// repeated until it was answered took effect once.
func TestKill_FeedWebhooksAndWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for a while")
	}
	s := harness.Start(t)
	g := s.Government("32.01", "Kabupaten Bogor")
	office := sendingOffice(t, s, g)
	client := s.As(authz.PlatformAdmin, g).Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": office, "government_ids": []string{g.ID.String()}, "expires_on": "2099-12-31"}).Expect(201).Text("id")
	if err := s.App.Jobs.Stop(context.Background()); err != nil { // this process writes; the replicas do the rest
		t.Fatal(err)
	}
	order, err := json.Marshal(replicaOrder{Database: s.Database.AppURL, Master: s.MasterKey, Tenant: g.Tenant, Office: office, Client: parsed(t, client)})
	if err != nil {
		t.Fatal(err)
	}
	b := &balancer{replicas: []*replica{{order: string(order)}, {order: string(order)}}}
	for _, r := range b.replicas {
		r.start(t)
		t.Cleanup(r.kill)
	}
	if t.Failed() {
		return
	}
	in := newInbox(t, b)

	done := make(chan struct{})
	var kills int
	var killer sync.WaitGroup
	killer.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Duration(700+rand.IntN(1500)) * time.Millisecond):
				r := b.replicas[rand.IntN(len(b.replicas))]
				r.kill()
				kills++
				time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
				r.start(t)
			}
		}
	})
	var work sync.WaitGroup
	writeChanges(&work, t, s, authz.With(context.Background(), authz.ForSystem(g.Tenant)), office, *feedEntries)
	units := *feedEntries / 20
	writeUnits(&work, t, b, units)
	pollers := make([]*poller, 10)
	for i := range pollers {
		pollers[i] = &poller{b: b, want: *feedEntries}
		work.Go(func() { pollers[i].run(t) })
	}
	work.Go(func() { in.run(t, *feedEntries) })
	work.Wait()
	close(done)
	killer.Wait()

	want := writtenOrder(t, s)
	for i, p := range pollers {
		inOrder(t, fmt.Sprintf("poller %d", i), want, p.ids)
	}
	in.check(t, want)
	if n := s.Count("SELECT count(*) FROM opd"); n != units {
		t.Errorf("%d units stand, %d were acknowledged", n, units)
	}
	if n := s.Count("SELECT count(*) FROM journal_pending"); n != 0 {
		t.Errorf("%d notes have no number", n)
	}
	if n := s.Count("SELECT max(last_seq) - count(*) FROM feed_recipient r JOIN feed_entry e ON e.recipient_id = r.id WHERE r.id = '" + office.String() + "'"); n != 0 {
		t.Errorf("the feed has %d gaps", n)
	}
	if kills < 3 {
		t.Errorf("only %d kills: the proof is blind", kills)
	}
	t.Logf("%d changes, %d writes under a key, %d kills, %d messages of which %d refused", *feedEntries, units, kills, in.seen, in.refused)
}

// matters are written to by fifty writers, one at a time each, as the lock of a
// case's row makes them.
const matters = 25

func writeChanges(work *sync.WaitGroup, t *testing.T, s *harness.Server, ctx context.Context, office id.ID, total int) {
	var locks [matters]sync.Mutex
	var written [matters]int
	var left atomic.Int64
	left.Store(int64(total))
	for range 50 {
		work.Go(func() {
			for left.Add(-1) >= 0 {
				m := rand.IntN(matters)
				locks[m].Lock()
				for end := time.Now().Add(time.Minute); ; {
					err := s.App.DB.Write(ctx, func(tx *db.Tx) error {
						return journal.Note(tx, journal.Entry{Action: "case_status.changed", Object: "test_matter", ObjectID: id.ForName(fmt.Sprint("matter/", m)),
							Details: map[string]any{"n": written[m]}, Public: &journal.Public{Type: journal.CaseStatusChanged, To: []id.ID{office}}})
					})
					if err == nil {
						break
					}
					if time.Now().After(end) {
						t.Errorf("not written: %v", err)
						break
					}
				}
				written[m]++
				locks[m].Unlock()
				time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
			}
		})
	}
}

// writeUnits creates units over HTTP, each repeated under its key until it is
// answered.
func writeUnits(work *sync.WaitGroup, t *testing.T, b *balancer, total int) {
	var next atomic.Int64
	for range 4 {
		work.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(total) {
					return
				}
				body := fmt.Appendf(nil, `{"code": "u%d", "name": "Unit %d", "type": "dinas", "valid_from": "2020-01-01"}`, n, n)
				status, answer, err := b.do(http.MethodPost, "/opd", "officer", fmt.Sprintf("unit-%020d", n), body)
				if err != nil || status != http.StatusCreated {
					t.Errorf("unit %d: %d %s %v", n, status, answer, err)
				}
				time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
			}
		})
	}
}

// poller follows the feed; now and then it dies between dealing with a page and
// storing its cursor, and goes on from the cursor stored last.
type poller struct {
	b    *balancer
	want int
	ids  []string // in the order they first came
}

func (p *poller) run(t *testing.T) {
	seen := map[string]bool{}
	cursor := ""
	for end := time.Now().Add(5 * time.Minute); len(seen) < p.want; {
		path := "/changes?limit=100&wait=1"
		if cursor != "" {
			path += "&cursor=" + cursor
		}
		status, answer, err := p.b.do(http.MethodGet, path, "office", "", nil)
		var page changePage
		if err != nil || status != http.StatusOK || json.Unmarshal(answer, &page) != nil {
			t.Errorf("poller: %d %.300s %v", status, answer, err)
			return
		}
		for _, i := range page.Items {
			if !seen[i.ID] {
				seen[i.ID] = true
				p.ids = append(p.ids, i.ID)
			}
		}
		if rand.IntN(10) > 0 {
			cursor = page.Resume
		}
		if time.Now().After(end) {
			t.Errorf("a poller got %d of %d changes", len(seen), p.want)
			return
		}
	}
}

// inbox is the receiver of webhooks: three of ten messages it refuses or drops.
type inbox struct {
	mu            sync.Mutex
	secret        string
	ids           []string // in the order they were first taken
	taken         map[string]bool
	seen, refused int
	forged        int
	log           *os.File
}

func newInbox(t *testing.T, b *balancer) *inbox {
	t.Helper()
	in := &inbox{taken: map[string]bool{}}
	var err error
	if in.log, err = os.Create(filepath.Join(t.TempDir(), "messages.jsonl")); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(in)
	t.Cleanup(srv.Close)
	status, answer, err := b.do(http.MethodPost, "/webhooks", "office", "", fmt.Appendf(nil, `{"url": %q}`, srv.URL))
	var made struct {
		Secret string `json:"secret"`
	}
	if err != nil || status != http.StatusCreated || json.Unmarshal(answer, &made) != nil {
		t.Fatalf("register the endpoint: %d %s %v", status, answer, err)
	}
	in.secret = made.Secret
	return in
}

// ServeHTTP takes a message, or not.
func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.seen++
	v, err := standardwebhooks.NewWebhook(in.secret)
	if err != nil || v.Verify(body, r.Header) != nil {
		in.forged++
	}
	_ = json.NewEncoder(in.log).Encode(map[string]any{"body": string(body), "headers": map[string]string{"webhook-id": r.Header.Get("webhook-id"),
		"webhook-timestamp": r.Header.Get("webhook-timestamp"), "webhook-signature": r.Header.Get("webhook-signature")}})
	switch n := rand.IntN(100); {
	case n < 15:
		in.refused++
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case n < 30:
		in.refused++
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.Close()
		}
		return
	}
	if mid := r.Header.Get("webhook-id"); !in.taken[mid] {
		in.taken[mid] = true
		in.ids = append(in.ids, mid)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (in *inbox) run(t *testing.T, want int) {
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		in.mu.Lock()
		got := len(in.ids)
		in.mu.Unlock()
		if got >= want {
			return
		}
		if time.Now().After(end) {
			t.Errorf("the receiver took %d of %d messages", got, want)
			return
		}
	}
}

// check holds what was taken against what was written, and has the reference
// library of another language verify every signature.
func (in *inbox) check(t *testing.T, want map[string][]string) {
	t.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	inOrder(t, "the receiver", want, in.ids)
	if in.forged != 0 {
		t.Errorf("%d of %d messages do not verify", in.forged, in.seen)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(root, ".ci", "verify-webhooks.mjs")
	if _, err := os.Stat(filepath.Join(root, ".ci", "node_modules", "standardwebhooks")); err != nil {
		if os.Getenv("CI") != "" {
			t.Error("the reference library is not installed: npm ci in .ci")
		}
		t.Log("SKIPPED: signatures were not verified by the reference library of npm: npm ci in .ci installs it")
		return
	}
	out, err := exec.Command("node", script, in.secret, in.log.Name()).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != fmt.Sprint(in.seen) {
		t.Errorf("the reference library verified %s of %d messages: %v", out, in.seen, err)
	}
}

// writtenOrder is the notes of each matter in the order they were written.
func writtenOrder(t *testing.T, s *harness.Server) map[string][]string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.Database.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, "SELECT object_id::text, id::text FROM journal WHERE object_kind = 'test_matter' ORDER BY object_id, (details->>'n')::int")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var object, note string
		if err := rows.Scan(&object, &note); err != nil {
			t.Fatal(err)
		}
		out[object] = append(out[object], note)
	}
	return out
}

// inOrder holds that everything written came, of each matter in its order.
func inOrder(t *testing.T, who string, want map[string][]string, got []string) {
	t.Helper()
	of := map[string]string{}
	total := 0
	for object, notes := range want {
		total += len(notes)
		for _, n := range notes {
			of[n] = object
		}
	}
	by := map[string][]string{}
	for _, n := range got {
		by[of[n]] = append(by[of[n]], n)
	}
	if len(got) != total {
		t.Errorf("%s got %d of %d changes", who, len(got), total)
	}
	for object, notes := range want {
		if !slices.Equal(by[object], notes) {
			t.Errorf("%s got the changes of %s in another order", who, object)
		}
	}
}
