package carrier

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// Proves Q4, U3: a mail server is named in one of two forms, and no mistake in
// them repeats the password.
func TestSMTP_Settings(t *testing.T) {
	t.Parallel()
	for url, fine := range map[string]bool{
		"smtps://u:rahasia@mail.example:465": true, "smtp://u:rahasia@mail.example": true, "smtp://mail.example:2525": true,
		"": false, "mail.example:25": false, "http://u:rahasia@mail.example": false, "smtp://u:rahasia@": false,
		"smtp://u:rahasia@mail.example/path": false, "smtp://u:rahasia@mail.example?starttls=off": false, "smtp://u:rah%zz@mail.example": false,
	} {
		_, err := NewSMTP(SMTP{URL: url, From: "Netral <netral@pemda.example>"})
		if (err == nil) != fine || (err != nil && strings.Contains(err.Error(), "rah")) {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, from := range []string{"", "netral", "netral@pemda.example\r\nBcc: x@x.example"} {
		if _, err := NewSMTP(SMTP{URL: "smtps://mail.example", From: from}); err == nil {
			t.Errorf("the sender %q passes", from)
		}
	}
}

// Proves T-53: nothing that reaches a header of a message breaks its line.
func TestSMTP_Headers(t *testing.T) {
	t.Parallel()
	c, err := NewSMTP(SMTP{URL: "smtps://mail.example", From: "netral@pemda.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []Message{{To: "a@x.example\r\nBcc: b@x.example", Subject: "x"}, {To: "a@x.example", Subject: "x\nBcc: b@x.example"}, {To: "a@x.example, b@x.example", Subject: "x"}} {
		if _, err := c.(*mailer).write(m); err == nil {
			t.Errorf("%+v was written", m)
		}
	}
}

// Proves U1: the outbox holds each message once, however often it is sent.
func TestOutbox(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := NewOutbox(dir).Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m := Message{ID: "1", To: "a@x.example", Subject: "Kode", Text: "ABCD", Date: time.Unix(0, 0)}
	for range 2 {
		if o := s.Send(context.Background(), m); o.Verdict != Sent {
			t.Fatal(o)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("%d files, %v", len(files), err)
	}
}
