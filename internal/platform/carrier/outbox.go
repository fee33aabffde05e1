package carrier

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// outbox puts messages into files that a person can open: what the demo does
// without a mail server.
type outbox struct{ dir string }

// NewOutbox is a carrier that writes every message into a folder and sends it
// nowhere. A message that comes twice replaces itself.
func NewOutbox(dir string) Carrier { return outbox{dir: dir} }

// Open makes the folder.
func (o outbox) Open(context.Context) (Session, error) { return o, os.MkdirAll(o.dir, 0o700) }

// Close has nothing to end.
func (outbox) Close() {}

// Send writes the message.
func (o outbox) Send(_ context.Context, m Message) Outcome {
	name := filepath.Join(o.dir, m.Date.UTC().Format("20060102-150405-")+m.ID+".txt")
	text := fmt.Sprintf("To: %s\nSubject: %s\nMessage-ID: %s\n\n%s", m.To, strings.ReplaceAll(m.Subject, "\n", " "), m.ID, m.Text)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		return Outcome{Verdict: Later, Reason: "outbox"}
	}
	return Outcome{Verdict: Sent}
}
