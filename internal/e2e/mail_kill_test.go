package e2e

import (
	"context"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
)

var mailCount = flag.Int("mail.count", 300, "how many messages the sender is killed over")

// Proves Q3, Q4, T-71, T-72: two notices to many go out, to half of them in one
// digest later, while the sender is killed with SIGKILL over and over, three of
// ten recipients and messages are refused for now, and some connections break
// between the message and the yes. Every address gets both; what comes twice has
// the same Message-ID; in the end nothing is on its way.
func TestMailKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for a while")
	}
	b := newMailbox(t, true)
	s := harness.Start(t, b.mailing(t))
	h := newHall(s)
	mandate(s, h.g)
	crowd(t, s, h.g, []string{h.own, h.below, h.far}, *mailCount-4)
	s.Exec(`WITH a AS (INSERT INTO identity_account (id, name, phone, password_hash, totp_step, state, assurance, version, created_at, updated_at)
			SELECT id, 'Orang', '', '', 0, 'active', 'sheet_code', 1, now(), now() FROM asn RETURNING id),
		m AS (INSERT INTO identity_membership (account_id, tenant_id, asn_id, state, created_at) SELECT id, $1, id, 'active', now() FROM a)
		INSERT INTO identity_address (id, account_id, channel, value, state, code_serial, code_expires_at, attempts, confirmed_at, failure, version, created_at)
		SELECT id, id, 'email', id || '@x.example', 'confirmed', 1, now(), 0, now(), '', 2, now() FROM a`, h.g.Tenant)
	s.Exec(`INSERT INTO notice_preference (account_id, language, working_days_only, digest_at, timings, version, updated_at)
		SELECT id, 'id', false, extract(epoch FROM ((now() + interval '3 hours') AT TIME ZONE 'Asia/Jakarta')::time)::int / 60, '{"circular_issued": "daily"}', 2, now() FROM asn
		WHERE ('x' || right(id::text, 1))::bit(4)::int % 2 = 0`)
	digests := s.Count("SELECT count(*) FROM notice_preference")
	if err := s.App.Jobs.Stop(context.Background()); err != nil { // this process writes; the replica sends
		t.Fatal(err)
	}
	share := func(n int, e error) func(string) error {
		return func(string) error {
			if rand.IntN(100) < n {
				return e
			}
			return nil
		}
	}
	b.answering(share(20, smtpError(451, 4, 7, 1)), share(12, smtpError(451, 4, 3, 0)))
	b.swallow = func() bool { return rand.IntN(50) == 0 }
	circularOf(s, h.g, "SE/1/2024")
	circularOf(s, h.g, "SE/2/2024")
	order, err := json.Marshal(replicaOrder{Database: s.Database.AppURL, Master: s.MasterKey, Tenant: h.g.Tenant, Mail: b.url, Roots: b.pem})
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{order: string(order)}
	r.start(t)
	t.Cleanup(r.kill)

	kills := 0
	waiting := func(more string) int {
		return s.Count("SELECT (SELECT count(*) FROM notice_cause) + count(*) FROM notice_delivery WHERE state = 'waiting'" + more)
	}
	messages := 2**mailCount - digests // two to whom is told at once, one to the others
	send := func(more string) {
		for end := time.Now().Add(5 * time.Minute); waiting(more) > 0 && time.Now().Before(end) && !t.Failed(); {
			time.Sleep(time.Duration(50+rand.IntN(100)) * time.Millisecond)
			if got := b.count(); kills < 7 && got >= (kills+1)*messages/9 {
				r.kill()
				kills++
				r.start(t)
			}
		}
	}
	send(" AND kind <> 'digest'")
	if n := s.Count("SELECT count(*) FROM notice_delivery WHERE state = 'gathered'"); n != 2*digests {
		t.Errorf("%d of %d deliveries are in digests", n, 2*digests)
	}
	moveClock(t, s, int64((3*time.Hour+time.Minute)/time.Second))
	send("")
	got, twice := map[string]map[string]bool{}, 0
	for _, m := range b.all() {
		if got[m.to][m.id] {
			twice++
		} else if got[m.to] == nil {
			got[m.to] = map[string]bool{}
		}
		got[m.to][m.id] = true
	}
	several := 0
	for _, ids := range got {
		several += len(ids)
	}
	if n := waiting(""); len(got) != *mailCount || several != messages || n != 0 || s.Count("SELECT count(*) FROM notice_delivery WHERE state = 'sent' AND kind <> 'digest'") != 2**mailCount {
		t.Errorf("%d of %d addresses got something, %d of %d messages came, %d wait", len(got), *mailCount, several, messages, n)
	}
	if kills < 3 || b.refused < *mailCount/5 {
		t.Errorf("%d kills, %d refusals: the proof is blind", kills, b.refused)
	}
	if n := s.Count("SELECT count(*) FROM identity_address WHERE state <> 'confirmed'"); n != 0 {
		t.Errorf("%d addresses were marked", n)
	}
	t.Logf("%d notices in %d messages, %d of them digests, %d kills, %d refused for now, %d came twice under the same Message-ID", 2**mailCount, messages, digests, kills, b.refused, twice)
}
