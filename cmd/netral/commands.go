package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/demo"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/clamd"
	"github.com/netral-asn/netral/internal/platform/config"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/pgembed"
	"github.com/netral-asn/netral/internal/upload"
)

// cli is all commands and flags; kong prints the help from it.
type cli struct {
	Globals
	Serve    serveCmd    `cmd:"" help:"Serve the API; without DATABASE_URL with an embedded PostgreSQL."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database's schema up to date."`
	Postgres postgresCmd `cmd:"" help:"Check that PostgreSQL's programs are installed; on Debian and Ubuntu as root install them."`
	OpenAPI  openAPICmd  `cmd:"" name:"openapi" help:"Print the contract, openapi.yaml."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
	Import   importCmd   `cmd:"" help:"Import civil servants from XLSX or CSV; into a running embedded server as well."`
	Admin    adminCmd    `cmd:"" help:"Keys and first accounts."`
	Doctor   doctorCmd   `cmd:"" help:"Name what would lose a report or a deadline, and how to mend it."`
	Verify   verifyCmd   `cmd:"" help:"Prove without the server what Netral signed."`
	Demo     demoCmd     `cmd:"" help:"The demo programme of a server started with --demo."`

	Healthcheck healthcheckCmd `cmd:"" help:"Ask a running server whether it is ready; for containers."`
}

// Globals are the flags of every command.
type Globals struct {
	Config      kong.ConfigFlag `help:"YAML file with settings by flag name."`
	Data        string          `help:"Data folder of the embedded PostgreSQL and of keys (default: /var/lib/netral as root, else the user's data folder)." env:"NETRAL_DATA" placeholder:"DIR"`
	DatabaseURL string          `name:"database-url" help:"PostgreSQL address of the application's role; unset means the embedded server." env:"DATABASE_URL" placeholder:"URL"`
	OwnerURL    string          `name:"migrate-database-url" help:"PostgreSQL address of the role that owns the tables; unset means --database-url." env:"MIGRATE_DATABASE_URL" placeholder:"URL"`
	LogLevel    slog.Level      `help:"debug, info, warn or error." env:"NETRAL_LOG_LEVEL" default:"info"`
	LogFormat   string          `help:"text, json or auto (text on a terminal)." env:"NETRAL_LOG_FORMAT" enum:"text,json,auto" default:"auto"`
}

func (g *Globals) dataDir() string {
	if g.Data != "" {
		return g.Data
	}
	return pgembed.DefaultDataDir(config.UserDirs())
}

func (g *Globals) storage() app.Storage {
	return app.Storage{DatabaseURL: g.DatabaseURL, OwnerURL: g.OwnerURL, DataDir: g.dataDir(), Log: os.Stderr}
}

// filesDir is the folder of files where no other place is named.
func (g *Globals) filesDir() string { return filepath.Join(g.dataDir(), "files") }

// filesFlags say where files lie.
type filesFlags struct {
	Files       string `help:"Where files lie: a folder, which all replicas share, or s3://bucket/prefix?endpoint=host&region=name (default: files in the data folder). They are encrypted either way." env:"NETRAL_FILES" placeholder:"WHERE"`
	S3AccessKey string `name:"s3-access-key" help:"Access key of the S3 store." env:"NETRAL_S3_ACCESS_KEY" placeholder:"KEY"`
	S3SecretKey string `name:"s3-secret-key" help:"Its secret; better by NETRAL_S3_SECRET_KEY_FILE." env:"NETRAL_S3_SECRET_KEY" placeholder:"SECRET"`
}

// mailFlags say how messages leave.
type mailFlags struct {
	SMTPURL       string `name:"smtp-url" help:"Mail server: smtps://user:password@host:465 or smtp://user:password@host:587 (STARTTLS); unset means no e-mail. Better by NETRAL_SMTP_URL_FILE." env:"NETRAL_SMTP_URL" placeholder:"URL"`
	GatewayURL    string `name:"gateway-url" help:"Gateway for messages to phones (SMS, WhatsApp): https, or http to this machine; unset means none." env:"NETRAL_GATEWAY_URL" placeholder:"URL"`
	GatewaySecret string `name:"gateway-secret" help:"Signs what is posted to the gateway: whsec_ and 24 random bytes or more in base64. Better by NETRAL_GATEWAY_SECRET_FILE." env:"NETRAL_GATEWAY_SECRET" placeholder:"SECRET"`
	SMTPPlaintext bool   `name:"smtp-plaintext" help:"Send mail without TLS where the server offers none: to try it out with --demo, refused without it." env:"NETRAL_SMTP_PLAINTEXT"`
	MailFrom      string `help:"Who mail comes from, for instance: Netral <netral@example.go.id>" env:"NETRAL_MAIL_FROM" placeholder:"ADDRESS"`
}

func (c *mailFlags) outside() app.OutsideSettings {
	return app.OutsideSettings{SMTP: carrier.SMTP{URL: c.SMTPURL, From: c.MailFrom, Plaintext: c.SMTPPlaintext}, Gateway: carrier.Gateway{URL: c.GatewayURL, Secret: c.GatewaySecret}}
}

type serveCmd struct {
	Addr                   string   `help:"Address to listen on." env:"NETRAL_ADDR" default:"127.0.0.1:8080"`
	MetricsAddr            string   `help:"Address of metrics and profiles; empty for none. Keep it off the public network." env:"NETRAL_METRICS_ADDR" default:"127.0.0.1:9090"`
	Demo                   bool     `help:"Load the demo programme on first start: three governments with invented people. Never in production." env:"NETRAL_DEMO"`
	AllowedOrigins         []string `help:"Origins of browsers that may call the API (CORS)." env:"NETRAL_ALLOWED_ORIGINS" placeholder:"URL"`
	TrustedProxies         []string `help:"Networks of the load balancers whose X-Forwarded-For is believed." env:"NETRAL_TRUSTED_PROXIES" placeholder:"CIDR"`
	MasterKey              string   `help:"Master key in base64 that wraps all other keys; unset means a file in the data folder (embedded PostgreSQL only)." env:"NETRAL_MASTER_KEY" placeholder:"KEY"`
	AllowPlaintextDatabase bool     `help:"Accept an unencrypted link to the database; only on a private network of containers." env:"NETRAL_ALLOW_PLAINTEXT_DATABASE"`
	PublicURL              string   `name:"public-url" help:"Where the API is reached from outside, for instance https://netral.example.go.id; the issuer of tokens." env:"NETRAL_PUBLIC_URL" placeholder:"URL"`
	OIDCIssuer             string   `name:"oidc-issuer" help:"Outside identity provider (OpenID Connect) that people may sign in with." env:"NETRAL_OIDC_ISSUER" placeholder:"URL"`
	OIDCClientID           string   `name:"oidc-client-id" help:"This installation's client identifier at the provider." env:"NETRAL_OIDC_CLIENT_ID" placeholder:"ID"`
	OIDCClientSecret       string   `name:"oidc-client-secret" help:"Its secret; better by NETRAL_OIDC_CLIENT_SECRET_FILE." env:"NETRAL_OIDC_CLIENT_SECRET" placeholder:"SECRET"`
	OIDCRedirectURL        string   `name:"oidc-redirect-url" help:"The front end's address that the provider sends people back to." env:"NETRAL_OIDC_REDIRECT_URL" placeholder:"URL"`
	OIDCNIPClaim           string   `name:"oidc-nip-claim" help:"Claim of the provider's ID token that holds the NIP." env:"NETRAL_OIDC_NIP_CLAIM" default:"nip"`
	PollOnly               bool     `help:"The database is behind a pooler in transaction mode: jobs are polled for." env:"NETRAL_POLL_ONLY"`
	ImportMaxBytes         int64    `help:"How large a file sent to be imported may be." env:"NETRAL_IMPORT_MAX_BYTES" default:"104857600"`
	filesFlags             `embed:""`
	UploadMaxBytes         int64  `help:"How large one uploaded file may be." env:"NETRAL_UPLOAD_MAX_BYTES" default:"104857600"`
	UploadQuotaBytes       int64  `help:"How much one account or machine client may have announced and not used yet." env:"NETRAL_UPLOAD_QUOTA_BYTES" default:"1073741824"`
	ClamAV                 string `name:"clamav" help:"Address of ClamAV's daemon, host:port or the path of its socket; uploads wait while it cannot be reached. Unset: files are not scanned, and say so." env:"NETRAL_CLAMAV" placeholder:"ADDRESS"`
	Citus                  bool   `help:"The tables are distributed with Citus: imports end in rows instead of INSERT ... SELECT." env:"NETRAL_CITUS"`
	PublicRate             int    `help:"Calls a second that one source may make without a token; twelve seconds' worth at once." env:"NETRAL_PUBLIC_RATE" default:"5"`
	SignInRate             int    `help:"Sign-ins a second from one source: an office behind one address. Guessing is held per account besides." env:"NETRAL_SIGN_IN_RATE" default:"50"`
	WebhookLoopback        bool   `help:"Let webhooks lead to this machine, over http too: to try them out with --demo, refused without it." env:"NETRAL_WEBHOOK_LOOPBACK"`
	mailFlags              `embed:""`
	NoticeLink             string        `help:"Where the front end shows a notice, for letters; {notice} stands for its identifier: https://netral.example.go.id/notices/{notice}" env:"NETRAL_NOTICE_LINK" placeholder:"URL"`
	MaxConnections         int32         `help:"Connections to PostgreSQL." env:"NETRAL_MAX_CONNECTIONS" default:"20"`
	DrainTime              time.Duration `help:"How long running requests may take after a stop was asked for." env:"NETRAL_DRAIN_TIME" default:"20s"`
}

func (c *serveCmd) Run(ctx context.Context, g *Globals) error {
	s := app.Settings{Storage: g.storage(), Addr: c.Addr, MetricsAddr: c.MetricsAddr, Version: version,
		AllowedOrigins: c.AllowedOrigins, TrustedProxies: c.TrustedProxies, MaxConnections: c.MaxConnections, MasterKey: c.MasterKey, PollOnly: c.PollOnly,
		AllowPlaintextDatabase: c.AllowPlaintextDatabase, PublicURL: c.PublicURL, OIDC: c.oidc(), DrainTime: c.DrainTime, Out: os.Stdout,
		ImportBytes: c.ImportMaxBytes, Citus: c.Citus, PublicRate: c.PublicRate, SignInRate: c.SignInRate, WebhookLoopback: c.WebhookLoopback,
		Outside: c.outside()}
	s.Outside.Link = c.NoticeLink
	var err error
	if s.Files, err = c.files(g); err != nil {
		return err
	}
	if s.Uploads, err = c.uploads(); err != nil {
		return err
	}
	if c.Demo {
		s.Programme = demo.Programme(g.dataDir(), os.Stdout)
	}
	return app.Run(ctx, s)
}

// files is where files lie.
func (c *filesFlags) files(g *Globals) (blob.Config, error) {
	own := blob.Config{Dir: g.filesDir()}
	switch {
	case c.Files == "":
		return own, nil
	case !strings.Contains(c.Files, "://"):
		return blob.Config{Dir: c.Files}, nil
	}
	b, err := blob.ParseBucket(c.Files, c.S3AccessKey, c.S3SecretKey)
	own.Bucket = b
	return own, err
}

func (c *serveCmd) uploads() (upload.Config, error) {
	out := upload.Config{MaxBytes: c.UploadMaxBytes, QuotaBytes: c.UploadQuotaBytes}
	if c.ClamAV == "" {
		return out, nil
	}
	var err error
	out.Scanner, err = clamd.New(c.ClamAV)
	return out, err
}

// oidc is the outside identity provider, none without an issuer.
func (c *serveCmd) oidc() identity.OIDC {
	return identity.OIDC{Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret, RedirectURL: c.OIDCRedirectURL, NIPClaim: c.OIDCNIPClaim}
}

type migrateCmd struct {
	Status bool `help:"Only tell the version the database has and the newest there is."`
}

func (c *migrateCmd) Run(ctx context.Context, g *Globals) error {
	store, err := g.storage().Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if c.Status {
		have, want, err := db.Version(ctx, store.OwnerURL)
		fmt.Printf("database %d, program %d\n", have, want)
		return err
	}
	n, err := db.Migrate(ctx, store.OwnerURL)
	fmt.Printf("%d migrations applied\n", n)
	return err
}

type postgresCmd struct{}

func (postgresCmd) Run(ctx context.Context) error {
	dir, err := pgembed.Find(ctx, os.Stderr)
	if err == nil {
		fmt.Println("PostgreSQL:", dir)
	}
	return err
}

type openAPICmd struct{}

func (openAPICmd) Run() error {
	_, err := os.Stdout.Write(netral.Contract)
	return err
}

type versionCmd struct {
	JSON bool `help:"As JSON."`
}

func (c *versionCmd) Run() error {
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]string{"version": version, "go": runtime.Version()})
	}
	fmt.Println("netral", version, runtime.Version())
	return nil
}

type healthcheckCmd struct {
	Addr string `help:"Address of the server." env:"NETRAL_ADDR" default:"127.0.0.1:8080"`
}

func (c *healthcheckCmd) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("127.0.0.1", port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	return nil
}
