package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/platform/carrier"
)

// post is a message that a mailbox took over.
type post struct {
	to, id, subject, text string
	header                mail.Header
	secure                bool
}

// mailbox is a real SMTP server of the test, with TLS and a password, that keeps
// what it takes over.
type mailbox struct {
	url   string
	roots *x509.CertPool
	pem   []byte // the same

	mu  sync.Mutex
	got []post
	// refuse and refuseData answer recipients and messages; nil lets all in.
	refuse, refuseData func(to string) error
	refused            int
	// swallow tells after which messages the connection breaks before the yes.
	swallow func() bool
}

const mailboxPassword = "rahasia-sekali"

// newMailbox starts one; without secure it knows no TLS.
func newMailbox(t *testing.T, secure bool) *mailbox {
	t.Helper()
	b := &mailbox{roots: x509.NewCertPool()}
	srv := smtp.NewServer(b)
	srv.Domain, srv.AllowInsecureAuth, srv.ErrorLog = "mail.test", !secure, silent{}
	if secure {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{b.certificate(t)}}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { _ = srv.Close() })
	b.url = "smtp://netral:" + mailboxPassword + "@" + ln.Addr().String()
	return b
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func (b *mailbox) certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	b.roots.AddCert(parsed)
	b.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// carrier sends to the mailbox.
func (b *mailbox) carrier(t *testing.T) carrier.Carrier {
	t.Helper()
	m, err := carrier.NewSMTP(carrier.SMTP{URL: b.url, From: "Netral <netral@pemda.example>", Roots: b.roots})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mailing lets a server send e-mail to the mailbox, and try again soon.
func (b *mailbox) mailing(t *testing.T) func(*app.Config) {
	return func(c *app.Config) {
		c.Carriers = map[carrier.Channel]carrier.Carrier{carrier.Email: b.carrier(t)}
		c.NoticeLink = "https://netral.example/notices/{notice}"
		c.NoticePauses = slices.Repeat([]time.Duration{20 * time.Millisecond}, 40)
	}
}

// NewSession begins a conversation.
func (b *mailbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &conversation{b: b, c: c}, nil
}

type conversation struct {
	b      *mailbox
	c      *smtp.Conn
	signed bool
	to     string
}

func (s *conversation) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *conversation) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "netral" || password != mailboxPassword {
			return smtp.ErrAuthFailed
		}
		s.signed = true
		return nil
	}), nil
}

func (s *conversation) Mail(string, *smtp.MailOptions) error {
	if !s.signed {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *conversation) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.b.answer(s.b.refuse, to)
}

func (b *mailbox) answer(refuse func(string) error, to string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if refuse == nil {
		return nil
	}
	err := refuse(to)
	if err != nil {
		b.refused++
	}
	return err
}

func (s *conversation) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.b.answer(s.b.refuseData, s.to); err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(quoted(m))
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	_, secure := s.c.TLSConnectionState()
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.got = append(s.b.got, post{to: s.to, id: m.Header.Get("Message-Id"), subject: subject, text: strings.ReplaceAll(string(body), "\r\n", "\n"), header: m.Header, secure: secure})
	if s.b.swallow != nil && s.b.swallow() {
		_ = s.c.Conn().Close()
	}
	return nil
}

func (s *conversation) Reset()        { s.to = "" }
func (s *conversation) Logout() error { return nil }

// to lists what an address got.
func (b *mailbox) to(address string) []post {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.got), func(r post) bool { return r.to != address })
}

// await waits for the nth message to an address.
func (b *mailbox) await(t *testing.T, address string, n int) post {
	t.Helper()
	for range 600 {
		if got := b.to(address); len(got) >= n {
			return got[n-1]
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s got %d messages, want %d", address, len(b.to(address)), n)
	return post{}
}

// answering sets how the mailbox answers.
func (b *mailbox) answering(rcpt, data func(string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse, b.refuseData = rcpt, data
}

func (b *mailbox) all() []post {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.got)
}

func (b *mailbox) count() int { return len(b.all()) }
