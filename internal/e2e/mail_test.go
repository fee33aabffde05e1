package e2e

import (
	"io"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/seal"
)

func quoted(m *mail.Message) io.Reader {
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		return quotedprintable.NewReader(m.Body)
	}
	return m.Body
}

var codeInText = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`)

// reachable adds an address and confirms it by the code that came.
func reachable(t *testing.T, c *harness.Caller, b *mailbox, address string) string {
	t.Helper()
	before := len(b.to(address))
	aid := c.Post("/me/addresses", map[string]any{"channel": "email", "value": address}).Expect(201).Text("id")
	code := codeInText.FindString(b.await(t, address, before+1).text)
	c.Post("/me/addresses/"+aid+"/confirmation", map[string]any{"code": strings.ToLower(code)}).Expect(200)
	return aid
}

// delivered waits until an account has n deliveries and none is on its way, and
// lists how they stand, as "kind state error".
func delivered(t *testing.T, s *harness.Server, account string, n int) (out []string) {
	t.Helper()
	for range 600 {
		if s.Count("SELECT count(*) FROM notice_delivery WHERE state <> 'waiting' AND account_id = '"+account+"'") >= n {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.Row("SELECT coalesce(array_agg(rtrim(kind || ' ' || state || ' ' || last_error) ORDER BY created_at, id), '{}') FROM notice_delivery WHERE account_id = $1", []any{account}, &out)
	return out
}

// Proves Q4, T-30, T-36: nothing goes to an address before its owner typed the
// code that was sent there; a code is good for an hour and five attempts, few are
// sent in a row, none is in the database; an account is vouched for only where
// the address is the registry's; an address is its owner's alone.
func TestMail_AddressIsConfirmed(t *testing.T) {
	t.Parallel()
	var by atomic.Int64
	b := newMailbox(t, true)
	s := harness.Start(t, b.mailing(t), func(c *app.Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(by.Load())) } })
	pass := func(d time.Duration) { by.Add(int64(d)) }
	h := newHall(s)
	mandate(s, h.g)
	a, andi := being(t, s, h.g, h.andi, "andi@x.example")
	_, chief := being(t, s, h.g, h.chief, "chief@x.example")
	s.Exec("UPDATE asn SET email = 'Andi@Registri.Example' WHERE id = $1", h.andi)
	assurance := func() (got string) {
		s.Row("SELECT assurance FROM identity_account WHERE id = $1", []any{a.ID}, &got)
		return got
	}

	for _, bad := range []string{"tanpa-tanda", "a@b", "a b@x.example", "ü@x.example", "<a@x.example>", "a@x.example\r\nBcc: b@x.example"} {
		andi.Post("/me/addresses", map[string]any{"channel": "email", "value": bad}).ExpectCode(422, "address.invalid")
	}
	andi.Post("/me/addresses", map[string]any{"channel": "phone", "value": "0812 3456 7890"}).ExpectCode(422, "address.channel_absent")
	first := andi.Post("/me/addresses", map[string]any{"channel": "email", "value": " Andi.Lain@X.example"}).Expect(201)
	aid := first.Text("id")
	if first.Text("value") != "andi.lain@x.example" || first.Text("state") != "unconfirmed" || first.Header.Get("Location") != "/api/v1/me/addresses/"+aid {
		t.Errorf("a new address: %s", first.Body)
	}
	andi.Post("/me/addresses", map[string]any{"channel": "email", "value": "andi.lain@x.example"}).ExpectCode(409, "address.there_already")
	circularOf(s, h.g, "SE/1/2024")
	m := b.await(t, "andi.lain@x.example", 1)
	code := codeInText.FindString(m.text)
	if !m.secure || code == "" || s.Count("SELECT count(*) FROM identity_address a WHERE a::text LIKE '%"+strings.ReplaceAll(code, "-", "")+"%'") != 0 {
		t.Errorf("the code: %+v", m)
	}
	confirm := func(c *harness.Caller, code string) *harness.Answer {
		return c.Post("/me/addresses/"+aid+"/confirmation", map[string]any{"code": code})
	}
	confirm(chief, code).ExpectCode(404, "request.not_found")
	chief.Get("/me/addresses/"+aid).ExpectCode(404, "request.not_found")
	chief.Post("/me/addresses/"+aid+"/codes", nil).ExpectCode(404, "request.not_found")
	chief.Delete("/me/addresses/"+aid).ExpectCode(404, "request.not_found")
	for range 5 {
		confirm(andi, "0000-0000").ExpectCode(422, "address.code_wrong")
	}
	confirm(andi, code).ExpectCode(409, "address.code_outdated")
	andi.Post("/me/addresses/"+aid+"/codes", nil).Expect(200)
	second := codeInText.FindString(b.await(t, "andi.lain@x.example", 2).text)
	if second == code {
		t.Error("the second code is the first")
	}
	confirm(andi, code).ExpectCode(422, "address.code_wrong")
	pass(61 * time.Minute)
	confirm(andi, second).ExpectCode(409, "address.code_outdated")
	andi.Post("/me/addresses/"+aid+"/codes", nil).Expect(200)
	b.await(t, "andi.lain@x.example", 3)
	if got := andi.Post("/me/addresses/"+aid+"/codes", nil).Expect(200); got.Header.Get("ETag") != `"4"` {
		t.Errorf("the fourth code: %v %s", got.Header, got.Body)
	}
	if got := andi.Post("/me/addresses/"+aid+"/codes", nil).ExpectCode(429, "auth.wait"); got.Header.Get("Retry-After") == "" {
		t.Errorf("too many codes: %v", got.Header)
	}
	confirm(andi, codeInText.FindString(b.await(t, "andi.lain@x.example", 4).text)).Expect(200)
	confirm(andi, code).ExpectCode(409, "address.confirmed_already")
	if assurance() != "sheet_code" {
		t.Error("an address that the registry does not have vouches for somebody")
	}
	pass(13 * time.Hour)
	reachable(t, andi, b, "andi@registri.example")
	if assurance() != "bound_contact" {
		t.Error("the registry's address does not vouch for its owner")
	}
	if got := andi.Get("/me/addresses").Expect(200); got.Len("items") != 2 || got.Text("channels") != `["email"]` || got.Text("items.0.allowed_steps") != `["removal"]` {
		t.Errorf("the addresses: %s", got.Body)
	}
	andi.Delete("/me/addresses/" + aid).Expect(204)
	andi.Get("/me/addresses/"+aid).ExpectCode(404, "request.not_found")
	if got := delivered(t, s, a.ID.String(), 5); slices.ContainsFunc(got, func(d string) bool { return !strings.HasPrefix(d, "address_code sent") }) {
		t.Errorf("what went to an address before it was confirmed: %v", got)
	}
}

// Proves Q1, Q4, T-09, T-11, T-44: a notice goes to the confirmed addresses of
// its reader, once, over TLS, in plain words with a link and nothing of its
// object; not when it was read before, not to who may not see its object when it
// is sent, not to an address that was removed.
func TestMail_NoticeIsSent(t *testing.T) {
	t.Parallel()
	b := newMailbox(t, true)
	s := harness.Start(t, b.mailing(t))
	h := newHall(s)
	mandate(s, h.g)
	a, andi := being(t, s, h.g, h.andi, "andi@x.example")
	reachable(t, andi, b, "andi@x.example")
	reachable(t, andi, b, "andi@rumah.example")
	circularOf(s, h.g, "SE/PENANDA/2024")
	for _, address := range []string{"andi@x.example", "andi@rumah.example"} {
		m := b.await(t, address, 2)
		nid := noticeOf(s, a, "circular_issued")
		if !m.secure || m.subject != "Surat edaran untuk Anda" || !strings.Contains(m.text, "https://netral.example/notices/"+nid) || !strings.HasPrefix(m.text, h.g.Name+" menerbitkan surat edaran") ||
			strings.Contains(m.text+m.subject, "PENANDA") || m.header.Get("Auto-Submitted") != "auto-generated" || m.header.Get("Content-Language") != "id" ||
			m.header.Get("From") != `"Netral" <netral@pemda.example>` || !strings.HasSuffix(m.id, "@pemda.example>") || m.header.Get("User-Agent") != "" {
			t.Errorf("the letter: %+v", m)
		}
	}
	if got := delivered(t, s, a.ID.String(), 4); !slices.Equal(got, []string{"address_code sent", "address_code sent", "circular_issued sent", "circular_issued sent"}) {
		t.Errorf("the deliveries: %v", got)
	}

	b.answering(func(string) error { return smtpError(451, 4, 7, 1) }, nil)
	circularOf(s, h.g, "SE/2/2024")
	awaitTold(t, "andi", andi, "circular_issued "+objectOf(s, "SE/PENANDA/2024"), "circular_issued "+objectOf(s, "SE/2/2024"))
	andi.Post("/me/notice-readings", map[string]any{"up_to_id": andi.Get("/me/notices").Expect(200).Text("items.0.id")}).Expect(204)
	b.answering(nil, nil)
	if got := delivered(t, s, a.ID.String(), 6); len(got) != 6 || got[4] != "circular_issued withheld read" || got[5] != got[4] {
		t.Errorf("what was read before it was sent: %v", got)
	}

	b.answering(func(string) error { return smtpError(451, 4, 7, 1) }, nil)
	campaign, _ := openPact(s, h.g, map[string]any{"opd_ids": []string{h.own}})
	awaitTold(t, "andi, of a pact", andi, "circular_issued "+objectOf(s, "SE/PENANDA/2024"), "circular_issued "+objectOf(s, "SE/2/2024"), "pact_opened "+campaign)
	s.Exec("UPDATE identity_membership SET state = 'suspended' WHERE account_id = $1", a.ID)
	b.answering(nil, nil)
	if got := delivered(t, s, a.ID.String(), 8); len(got) != 8 || got[6] != "pact_opened withheld account_closed" {
		t.Errorf("to whom may not sign in any more: %v", got)
	}
	if got := b.to("andi@x.example"); len(got) != 2 {
		t.Errorf("%d messages came, want 2", len(got))
	}
}

// objectOf is the circular of a number.
func objectOf(s *harness.Server, number string) (cid string) {
	s.Row("SELECT id::text FROM circular WHERE number = $1", []any{number}, &cid)
	return cid
}

func smtpError(code, class, subject, detail int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: "refused: rahasia@x.example"}
}

// Proves Q4: a refusal for good marks the address, is shown to its owner and to
// an administrator of the own government, and ends what goes there until it is
// confirmed anew; what a relay refuses because of us marks nobody; a refusal for
// now is tried again under the same Message-ID, with waits; one of the message
// itself leaves the address alone.
func TestMail_Refusals(t *testing.T) {
	t.Parallel()
	b := newMailbox(t, true)
	s := harness.Start(t, b.mailing(t))
	h := newHall(s)
	mandate(s, h.g)
	a, andi := being(t, s, h.g, h.andi, "andi@x.example")
	aid := reachable(t, andi, b, "andi@x.example")
	admin := s.As(authz.GovernmentAdmin, h.g)
	failing := func(c *harness.Caller) int { return c.Get("/failing-addresses").Expect(200).Len("items") }

	times := 3
	b.answering(func(string) error {
		if times--; times >= 0 {
			return smtpError(554, 5, 7, 1) // "relay access denied": our own trouble
		}
		return nil
	}, nil)
	circularOf(s, h.g, "SE/1/2024")
	b.await(t, "andi@x.example", 2)
	var attempts int
	delivered(t, s, a.ID.String(), 2)
	s.Row("SELECT attempts FROM notice_delivery WHERE kind = 'circular_issued'", nil, &attempts)
	if attempts != 4 || failing(admin) != 0 {
		t.Errorf("a relay that refused us: %d attempts, %d failing addresses", attempts, failing(admin))
	}

	b.answering(nil, func(string) error { return smtpError(554, 5, 6, 0) })
	circularOf(s, h.g, "SE/2/2024")
	if got := delivered(t, s, a.ID.String(), 3); len(got) != 3 || got[2] != "circular_issued failed message_refused" || failing(admin) != 0 {
		t.Errorf("a message that was refused: %v", got)
	}

	b.answering(func(string) error { return smtpError(550, 5, 1, 1) }, nil)
	circularOf(s, h.g, "SE/3/2024")
	if got := delivered(t, s, a.ID.String(), 4); len(got) != 4 || got[3] != "circular_issued refused address_refused" {
		t.Errorf("an address that was refused: %v", got)
	}
	if got := andi.Get("/me/addresses/" + aid).Expect(200); got.Text("state") != "failing" || got.Text("failure") != "address_refused" || got.Text("failing_since") == "" {
		t.Errorf("the owner sees %s", got.Body)
	}
	told := told(andi)
	if told[0] != "address_failing "+aid || len(told) != 4 {
		t.Errorf("the owner is told %v", told)
	}
	list := admin.Get("/failing-addresses").Expect(200)
	if list.Len("items") != 1 || list.Text("items.0.hint") != "a…@x.example" || list.Text("items.0.account_id") != a.ID.String() || strings.Contains(string(list.Body), "andi@x.example\"") && list.Text("items.0.account_name") != "andi@x.example" {
		t.Errorf("the administrator sees %s", list.Body)
	}
	if n := failing(s.As(authz.GovernmentAdmin, s.Government("36.71", "Kota Tangerang"))); n != 0 {
		t.Errorf("another government sees %d", n)
	}
	s.As(authz.AgencyOfficer, h.g).Get("/failing-addresses").Expect(http.StatusForbidden)
	b.answering(nil, nil)
	circularOf(s, h.g, "SE/4/2024")
	spreadAll(t, s)
	if got := delivered(t, s, a.ID.String(), 4); len(got) != 4 {
		t.Errorf("to an address that fails: %v", got)
	}
	sent := len(b.to("andi@x.example"))
	andi.Post("/me/addresses/"+aid+"/codes", nil).Expect(200)
	andi.Post("/me/addresses/"+aid+"/confirmation", map[string]any{"code": codeInText.FindString(b.await(t, "andi@x.example", sent+1).text)}).Expect(200)
	circularOf(s, h.g, "SE/5/2024")
	b.await(t, "andi@x.example", sent+2)
	if failing(admin) != 0 {
		t.Error("an address that was confirmed anew still fails")
	}
}

// Proves T-44: nothing is sent, and no attempt is lost, where the mail server
// offers no TLS, shows another certificate, or is not there; what waited goes out
// when it is back.
func TestMail_NoTLSNoMail(t *testing.T) {
	t.Parallel()
	plain, good := newMailbox(t, false), newMailbox(t, true)
	other := newMailbox(t, true)
	plain.roots, other.roots = good.roots, good.roots
	gone := &mailbox{url: strings.Replace(good.url, mailboxPassword, "salah", 1), roots: good.roots}
	s := harness.Start(t, good.mailing(t))
	h := newHall(s)
	a, andi := being(t, s, h.g, h.andi, "andi@x.example")
	if err := s.App.Jobs.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	andi.Post("/me/addresses", map[string]any{"channel": "email", "value": "andi@x.example"}).Expect(201)
	for name, b := range map[string]*mailbox{"without TLS": plain, "another certificate": other, "a wrong password": gone} {
		if more, err := besides(t, s, b).Notices.Deliver(t.Context()); err == nil || more {
			t.Errorf("%s: something was sent, %v", name, err)
		} else if strings.Contains(err.Error(), mailboxPassword) || strings.Contains(err.Error(), "salah") {
			t.Errorf("%s: the error tells the password: %v", name, err)
		}
	}
	var attempts int
	var state string
	s.Row("SELECT attempts, state FROM notice_delivery WHERE account_id = $1", []any{a.ID}, &attempts, &state)
	if attempts != 0 || state != "waiting" || len(plain.got)+len(other.got) != 0 {
		t.Errorf("%d attempts, %s", attempts, state)
	}
	if _, err := s.App.Notices.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	good.await(t, "andi@x.example", 1)
}

// besides is the program on the same database once more, sending to another
// mailbox when it is told to.
func besides(t *testing.T, s *harness.Server, b *mailbox) *app.App {
	t.Helper()
	master, err := seal.FromText(s.MasterKey)
	if err != nil {
		t.Fatal(err)
	}
	c := app.Config{Database: db.Config{URL: s.Database.AppURL, MaxConnections: 5}, Version: "test", Master: master}
	b.mailing(t)(&c)
	a, err := app.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}
