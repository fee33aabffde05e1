package carrier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// SMTP says how the mail server is reached.
type SMTP struct {
	// URL is smtps://user:password@host:465 (TLS at once) or
	// smtp://user:password@host:587 (STARTTLS, which must succeed).
	URL string
	// From is who messages come from: an address, or a name with one.
	From string
	// Plaintext lets smtp:// go on without TLS; for the demo alone.
	Plaintext bool
	// Roots are the authorities the server's certificate may come from; nil is
	// the machine's.
	Roots *x509.CertPool
}

// smtpTime bounds one step of a session: connecting, or sending one message.
const smtpTime = 30 * time.Second

// mailer is the carrier of e-mail.
type mailer struct {
	from   *netmail.Address
	domain string
	host   string
	opts   []mail.Option
}

// NewSMTP reads the settings and connects to nothing yet.
func NewSMTP(c SMTP) (Carrier, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, errors.New("mail: the sender is no address; give for instance: Netral <netral@example.go.id>")
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Hostname() == "" || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("mail: the server's address is not of the form smtps://user:password@host:465 or smtp://user:password@host:587") // never the text: it holds a password
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	m := &mailer{from: from, domain: domain, host: u.Hostname()}
	m.opts = []mail.Option{mail.WithTimeout(smtpTime), mail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), RootCAs: c.Roots, MinVersion: tls.VersionTLS12})}
	switch u.Scheme {
	case "smtps":
		m.opts = append(m.opts, mail.WithSSL(), mail.WithPort(portOf(u, 465)))
	case "smtp":
		policy := mail.TLSMandatory
		if c.Plaintext {
			policy = mail.TLSOpportunistic
		}
		m.opts = append(m.opts, mail.WithTLSPolicy(policy), mail.WithPort(portOf(u, 587)))
	default:
		return nil, errors.New("mail: the server's address starts with smtps:// or smtp://")
	}
	if user := u.User.Username(); user != "" {
		password, _ := u.User.Password()
		m.opts = append(m.opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user), mail.WithPassword(password))
	}
	if _, err := mail.NewClient(m.host, m.opts...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return m, nil
}

func portOf(u *url.URL, otherwise int) int {
	if n, err := strconv.Atoi(u.Port()); err == nil {
		return n
	}
	return otherwise
}

// Open connects, with TLS, and signs in.
func (m *mailer) Open(ctx context.Context) (Session, error) {
	c, err := mail.NewClient(m.host, m.opts...)
	if err != nil {
		return nil, err
	}
	if err := c.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &mailSession{m: m, c: c}, nil
}

type mailSession struct {
	m *mailer
	c *mail.Client
}

// Close says goodbye; a server that is gone already is no matter.
func (s *mailSession) Close() { _ = s.c.Close() }

// Send sends one message.
func (s *mailSession) Send(_ context.Context, m Message) Outcome {
	msg, err := s.m.write(m)
	if err != nil {
		return Outcome{Verdict: MessageRefused, Reason: "message_invalid"}
	}
	err = s.c.Send(msg)
	if msg.IsDelivered() { // also where the connection broke after the server took it over
		return Outcome{Verdict: Sent, Status: 250}
	}
	return judge(err)
}

// write makes the message: plain text, marked as made by a program (RFC 3834),
// so that nobody's absence note answers it.
func (m *mailer) write(in Message) (*mail.Msg, error) {
	if strings.ContainsAny(in.To+in.Subject, "\r\n") {
		return nil, errors.New("mail: a line break in a header")
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(m.from.Name, m.from.Address); err != nil {
		return nil, err
	}
	if err := msg.EnvelopeFrom(m.from.Address); err != nil {
		return nil, err
	}
	if err := msg.To(in.To); err != nil {
		return nil, err
	}
	msg.Subject(in.Subject)
	msg.SetMessageIDWithValue(in.ID + "@" + m.domain)
	msg.SetDateWithValue(in.Date)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", in.Language)
	msg.SetBodyString(mail.TypeTextPlain, in.Text)
	return msg, nil
}

// judge reads the server's answer. Only a refusal of the recipient that is about
// the mailbox counts against the address: 5.7.x at RCPT is what a relay answers
// that does not know us, and must not mark everybody's address.
func judge(err error) Outcome {
	var e *mail.SendError
	if !errors.As(err, &e) {
		return Outcome{Verdict: Later, Reason: Broken}
	}
	o := Outcome{Verdict: Later, Status: e.ErrorCode(), Reason: "not_now"}
	permanent := o.Status >= 500 && o.Status < 600
	switch {
	case o.Status == 0: // nobody knows what became of it
		o.Reason = Broken
	case !permanent:
	case e.Reason == mail.ErrSMTPRcptTo && !ofMailbox(e.EnhancedStatusCode()):
		o.Reason = "relay_refused"
	case e.Reason == mail.ErrSMTPRcptTo:
		o.Verdict, o.Reason = AddressRefused, "address_refused"
	case e.Reason == mail.ErrSMTPMailFrom:
		o.Reason = "sender_refused"
	default:
		o.Verdict, o.Reason = MessageRefused, "message_refused"
	}
	return o
}

// ofMailbox reports whether an enhanced status (RFC 3463) is about the mailbox
// or its address; without one a refusal at RCPT is.
func ofMailbox(enhanced string) bool {
	return enhanced == "" || strings.HasPrefix(enhanced, "5.0.") || strings.HasPrefix(enhanced, "5.1.") || strings.HasPrefix(enhanced, "5.2.")
}
