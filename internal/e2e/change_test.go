package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// changePage is a page of the feed as a client reads it.
type changePage struct {
	Items []struct {
		ID   string `json:"id"`
		Type string `json:"type"`
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	} `json:"items"`
	Resume string `json:"resume_cursor"`
}

// changesUntil polls a feed from a cursor until it has given n changes.
func changesUntil(t *testing.T, c *harness.Caller, cursor string, n int) (types, ids []string, resume string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		q := "?wait=1"
		if cursor != "" {
			q += "&cursor=" + cursor
		}
		var page changePage
		c.Get("/changes" + q).Expect(200).Into(&page)
		for _, i := range page.Items {
			types, ids = append(types, i.Type), append(ids, i.Data.ID)
		}
		cursor = page.Resume
		if len(types) >= n {
			return types, ids, cursor
		}
		if time.Now().After(end) {
			t.Fatalf("got %v, want %d changes", types, n)
		}
	}
}

// Proves O2, T-62: a body is told of its own matters in their order, from
// receipt to the last word, by type, identifier and time alone; a cursor goes on
// where it stopped; what changed inside an office or for others is not told.
func TestChange_BodyFollowsItsMatters(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	mine, theirs := sendingOffice(t, s, o.g), parsed(t, nowhere)
	bawaslu, rival := s.As(authz.Bawaslu, o.g, speaksFor(mine)), s.As(authz.Bawaslu, o.g, speaksFor(theirs))
	start := bawaslu.Get("/changes?start=latest").Expect(200).Text("resume_cursor")

	rid := referral(s, o.g, mine, "005/Reg/LP/PB/Kab/13.13/X/2024", o.subject)
	o.accept(rid, o.subject)
	types, ids, cursor := changesUntil(t, bawaslu, start, 3)
	slices.Sort(types[1:]) // accepting and registering are one moment
	if !slices.Equal(types, []string{"report.received", "case.status_changed", "report.accepted"}) || ids[0] != rid || ids[1] != rid || ids[2] != rid {
		t.Errorf("from receipt to registration: %v of %v", types, ids)
	}
	path := "/cases/" + o.officer.Get("/cases").Expect(200).Text("items.0.id")
	o.officer.Post(path+"/notes", map[string]any{"body": "x"}).Expect(201)
	o.officer.Post(path+"/summonses", map[string]any{"issued_on": "2024-10-14", "appear_on": "2024-10-24", "place": "R"}).Expect(200)
	types, ids, last := changesUntil(t, bawaslu, cursor, 1)
	if !slices.Equal(types, []string{"case.status_changed"}) || ids[0] != rid {
		t.Errorf("after the cursor: %v of %v", types, ids)
	}
	bawaslu.Get("/case-statuses/" + ids[0]).Expect(200)

	all := bawaslu.Get("/changes").Expect(200)
	if all.Len("items") != 4 || all.Text("next_cursor") != "" || all.Text("resume_cursor") != last || all.Text("items.0.data.government_id") != o.g.ID.String() {
		t.Errorf("from the beginning: %s", all.Body)
	}
	for _, secret := range []string{"Rina", o.subject, "Rahasia", "LP/PB", strings.TrimPrefix(path, "/cases/")} {
		if strings.Contains(string(all.Body), secret) {
			t.Errorf("the feed shows %s: %s", secret, all.Body)
		}
	}
	if n := rival.Get("/changes").Expect(200).Len("items"); n != 0 {
		t.Errorf("another office is told of %d", n)
	}
	first := bawaslu.Get("/changes?limit=3").Expect(200)
	if first.Len("items") != 3 || first.Text("next_cursor") != first.Text("resume_cursor") || !strings.Contains(first.Header.Get("Link"), `rel="next"`) {
		t.Errorf("a page of three: %s", first.Body)
	}
	if got := bawaslu.Get("/changes?limit=3&cursor=" + first.Text("next_cursor")).Expect(200); got.Len("items") != 1 || got.Text("next_cursor") != "" {
		t.Errorf("the page after: %s", got.Body)
	}
	// The watched office's own systems are never told of reports and cases.
	if got := o.officer.Get("/changes").Expect(200); got.Len("items") != 0 {
		t.Errorf("the government is told: %s", got.Body)
	}
}

// Proves O2, T-72: asking again costs little: an unchanged answer is 304, a held
// one comes when there is something, and otherwise when its time is over.
func TestChange_AskingAgain(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	mine := sendingOffice(t, s, o.g)
	bawaslu := s.As(authz.Bawaslu, o.g, speaksFor(mine))
	empty := bawaslu.Get("/changes").Expect(200)
	ask := func(path, tag string) *harness.Answer {
		return bawaslu.Raw("GET", path, http.Header{"If-None-Match": {tag}}, strings.NewReader(""))
	}
	tag := empty.Header.Get("ETag")
	if got := ask("/changes", tag).Expect(304); got.Header.Get("ETag") != tag {
		t.Errorf("304 names %s", got.Header.Get("ETag"))
	}
	began := time.Now()
	ask("/changes?wait=1", tag).Expect(304)
	if d := time.Since(began); d < 900*time.Millisecond || d > 5*time.Second {
		t.Errorf("held for %s, want a second", d)
	}
	filed := make(chan struct{})
	go func() {
		defer close(filed)
		time.Sleep(300 * time.Millisecond)
		referral(s, o.g, mine, "005", o.subject)
	}()
	began = time.Now()
	got := ask("/changes?wait=20&cursor="+empty.Text("resume_cursor"), tag).Expect(200)
	if d := time.Since(began); got.Len("items") != 1 || d > 10*time.Second {
		t.Errorf("held for %s: %s", d, got.Body)
	}
	<-filed
	ask("/changes", tag).Expect(200)
}

// Proves T-66: a cursor from elsewhere is a clear 400: another client's, also of
// the same body, one of a list, a changed one, one of a time that was undone.
func TestChange_CursorsFromElsewhere(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	mine := sendingOffice(t, s, o.g)
	one, other, stranger := s.As(authz.Bawaslu, o.g, speaksFor(mine)), s.As(authz.Bawaslu, o.g, speaksFor(mine)), s.As(authz.Bawaslu, o.g)
	referral(s, o.g, mine, "005", o.subject)
	_, _, cursor := changesUntil(t, one, "", 1)
	refused := func(c *harness.Caller, cursor, code string) {
		t.Helper()
		a := c.Get("/changes?cursor="+cursor).ExpectCode(400, "request.invalid")
		if a.Text("errors.0.parameter") != "cursor" || a.Text("errors.0.code") != code {
			t.Errorf("cursor %s: %s", cursor, a.Body)
		}
	}
	refused(other, cursor, "cursor.not_yours")
	refused(stranger, cursor, "cursor.not_yours")
	for i := range len(cursor) - 1 { // the last letter holds bits of no meaning
		letter := "A"
		if cursor[i] == 'A' {
			letter = "B"
		}
		refused(one, cursor[:i]+letter+cursor[i+1:], "cursor.not_yours")
	}
	refused(one, cursor[:len(cursor)-2], "cursor.not_yours")
	refused(one, "eyJsIjoiMDAiLCJrIjpbIngiXX0", "cursor.not_yours")
	s.Row("WITH e AS (DELETE FROM feed_entry) UPDATE feed_recipient SET last_seq = 0 RETURNING 1", nil, new(int))
	refused(one, cursor, "cursor.ahead")
}

// Proves T-03, D2: what the public sent has no number before its random wait of
// 15 to 120 minutes is over, and nothing kept tells the hour afterwards.
func TestChange_PublicWaits(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	s.Nobody().Post("/public/reports", map[string]any{"government": "32.01", "narrative": "Kata-kata pelapor."}).Expect(201)
	var held, numbered int
	var wait time.Duration
	const numberedRows = `SELECT count(*) FROM journal_leaf l JOIN journal j USING (tenant_id) WHERE j.id = l.journal_id AND j.actor_kind = 'public'`
	o.officer.Post("/circulars", map[string]any{}) // whatever else is written
	time.Sleep(1500 * time.Millisecond)            // the sequencer has had its turn
	s.Row(`SELECT count(*), (`+numberedRows+`), coalesce(min(release_at), now()) - now() FROM journal_pending WHERE place IS NULL`, nil, &held, &numbered, &wait)
	if held != 1 || numbered != 0 || wait < 14*time.Minute || wait > 121*time.Minute {
		t.Errorf("held %d, numbered %d, for %s", held, numbered, wait)
	}
	if err := s.App.DB.MoveClock(t.Context(), time.Now().Add(121*time.Minute)); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); numbered == 0 && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		s.Row(numberedRows, nil, &numbered)
	}
	if n := s.Count(`SELECT count(*) FROM journal_pending`); numbered != 1 || n != 0 {
		t.Errorf("after the wait: numbered %d, waiting %d", numbered, n)
	}
}
