package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/netral-asn/netral/internal/httpapi"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/pgembed"
	"github.com/netral-asn/netral/internal/platform/seal"
	"github.com/netral-asn/netral/internal/upload"
	"github.com/netral-asn/netral/internal/webhook"
)

// Storage says where the data is: a database by address, or an embedded server
// in the data folder.
type Storage struct {
	DatabaseURL string
	OwnerURL    string
	DataDir     string
	// Log receives messages of the embedded server and of installing it.
	Log io.Writer
}

// Opened is storage ready for use.
type Opened struct {
	AppURL, OwnerURL string
	// Lost is closed when the embedded server started here has ended.
	Lost <-chan struct{}
	// Close stops the embedded server if it was started here.
	Close func() error
}

// Open makes the storage ready: with an address there is nothing to do,
// without one the embedded server is started, or attached to where command
// says that a running one will do.
func (s Storage) Open(ctx context.Context, command bool) (Opened, error) {
	if s.DatabaseURL != "" {
		o := Opened{AppURL: s.DatabaseURL, OwnerURL: s.OwnerURL, Close: func() error { return nil }}
		if o.OwnerURL == "" {
			o.OwnerURL = s.DatabaseURL
		}
		return o, nil
	}
	if err := pgembed.MakeDataDir(s.DataDir); err != nil {
		return Opened{}, err
	}
	start := pgembed.Start
	if command {
		start = pgembed.StartOrAttach
	}
	srv, err := start(ctx, pgembed.Config{Dir: filepath.Join(s.DataDir, "postgres"), Log: s.Log})
	if err != nil {
		return Opened{}, err
	}
	return Opened{AppURL: srv.AppURL(), OwnerURL: srv.OwnerURL(), Lost: srv.Done(), Close: srv.Stop}, nil
}

// Master reads the master key: the one given, or that of the data folder.
func (s Storage) Master(given string) (*seal.Master, error) {
	if given != "" {
		return seal.FromText(given)
	}
	if s.DatabaseURL != "" {
		return nil, errors.New("DATABASE_URL is set and NETRAL_MASTER_KEY is not: all replicas must share one master key; make one with: netral admin master-key")
	}
	return seal.Load(s.DataDir)
}

// Settings are those of a running server.
type Settings struct {
	Storage        Storage
	Addr           string
	MetricsAddr    string
	Version        string
	AllowedOrigins []string
	TrustedProxies []string
	// PublicRate and SignInRate are calls a second of one source without a token.
	PublicRate, SignInRate int
	MaxConnections         int32
	// MasterKey in base64; empty means the file in the data folder, which only
	// an embedded database may use: replicas must share one key.
	MasterKey string
	PollOnly  bool
	// ImportBytes bounds files sent to be imported; 0 is the default.
	ImportBytes int64
	// Files is where files lie, Uploads how they come in.
	Files   blob.Config
	Uploads upload.Config
	// Citus says that the tables are distributed.
	Citus bool
	// PublicURL is where the API is reached from outside, the issuer of tokens.
	PublicURL string
	// OIDC is the outside identity provider; the zero value is none.
	OIDC identity.OIDC
	// WebhookLoopback lets webhooks lead to this machine; with the demo alone.
	WebhookLoopback bool
	// Outside is how people are reached outside the application.
	Outside OutsideSettings
	// AllowPlaintextDatabase accepts an unencrypted link to the database.
	AllowPlaintextDatabase bool
	DrainTime              time.Duration
	// Programme is what --demo loads; nil without it.
	Programme *Programme
	// Out is where a person reads what to do next.
	Out io.Writer
}

// Programme is a demo programme. Package demo ranks above this one, so the
// command line joins the two.
type Programme struct {
	// Clear removes what an interrupted load left, before the schema is
	// migrated; it gets the address of the role that owns the tables.
	Clear func(ctx context.Context, ownerURL string) error
	// Load fills an empty database and does nothing to a full one; either way
	// it tells who can sign in.
	Load func(ctx context.Context, a *App) (hints []string, err error)
}

// garbage is how much may gather before it is collected, as a share of what
// lives. Most of that is the contract, 17 MiB that never change: Go's own 100 %
// would walk through them ten times a second under load, for a fifth of the time.
const garbage = 400

// SpareCollections lets more garbage gather than Go does by itself: some 85 MiB in
// all. GOGC in the environment has the last word.
func SpareCollections() {
	const usual = 100
	if was := debug.SetGCPercent(garbage); was != usual {
		debug.SetGCPercent(was)
	}
}

// Run serves until ctx ends, then stops in order: not ready, drain, close.
func Run(ctx context.Context, s Settings) error {
	SpareCollections()
	if err := s.check(); err != nil {
		return err
	}
	proxies, err := networks(s.TrustedProxies)
	if err != nil {
		return err
	}
	ports, err := s.listen()
	if err != nil {
		return err
	}
	defer ports.close()
	store, err := s.Storage.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() {
		if err := store.Close(); err != nil {
			slog.Error("stop PostgreSQL", "error", err)
		}
	}()
	if s.Programme != nil {
		if err := s.Programme.Clear(ctx, store.OwnerURL); err != nil {
			return fmt.Errorf("demo programme: %w", err)
		}
	}
	applied, err := db.Migrate(ctx, store.OwnerURL)
	if err != nil {
		return err
	}
	slog.Info("schema ready", "migrations_applied", applied)
	master, err := s.Storage.Master(s.MasterKey)
	if err != nil {
		return err
	}
	carriers, err := s.Outside.Carriers(s.Programme != nil, s.Storage.DataDir)
	if err != nil {
		return err
	}
	a, err := New(ctx, Config{Database: db.Config{URL: store.AppURL, MaxConnections: s.MaxConnections, MultiRow: s.Citus}, Version: s.Version, ImportBytes: s.ImportBytes, Files: s.Files, Uploads: s.Uploads,
		Demo: s.Programme != nil, KeyBesideData: s.MasterKey == "", AllowedOrigins: s.AllowedOrigins, TrustedProxies: proxies, PublicLimit: httpapi.Steady(s.PublicRate), SignInLimit: httpapi.Steady(s.SignInRate), Master: master, Webhooks: webhook.Config{Loopback: s.WebhookLoopback}, PollOnly: s.PollOnly, PublicURL: s.PublicURL, OIDC: s.OIDC, Carriers: carriers, NoticeLink: s.Outside.Link})
	if err != nil {
		return err
	}
	defer a.Close()
	if s.Storage.DatabaseURL != "" {
		if err := a.DB.CheckProduction(ctx, s.AllowPlaintextDatabase); err != nil {
			return fmt.Errorf("this database is not fit for production:\n%w", err)
		}
	}
	if err := a.Identity.Prepare(ctx); err != nil {
		return err
	}
	if err := a.program(ctx, s); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-store.Lost:
			cancel(errLost)
		case <-ctx.Done():
		}
	}()
	err = a.serve(ctx, s, ports)
	if lost := context.Cause(ctx); errors.Is(lost, errLost) {
		return errors.Join(lost, err)
	}
	return err
}

// program loads the demo; without it the clock must go right.
func (a *App) program(ctx context.Context, s Settings) (err error) {
	if s.Programme != nil {
		if a.hints, err = s.Programme.Load(ctx, a); err != nil {
			return fmt.Errorf("demo programme: %w", err)
		}
		return nil
	}
	moved, err := a.DB.ClockMoved(ctx)
	if err == nil && moved {
		err = errors.New("the clock of this database is moved: it holds the demo programme; start with --demo, or give another --data")
	}
	return err
}

// errLost ends the program, so that whoever runs it starts it again: without
// its database it could only refuse.
var errLost = errors.New("the embedded PostgreSQL ended by itself; start again, committed data is safe")

// check refuses what must not run (T-76).
func (s Settings) check() error {
	if s.Programme != nil && s.Storage.DatabaseURL != "" {
		return errors.New("--demo and DATABASE_URL do not go together: the demo has its own data folder")
	}
	if s.WebhookLoopback && s.Programme == nil {
		return errors.New("webhooks to this machine are for trying out with --demo: leave NETRAL_WEBHOOK_LOOPBACK unset")
	}
	if err := s.Outside.check(s.Programme != nil); err != nil {
		return err
	}
	return s.OIDC.Check()
}

func networks(in []string) ([]*net.IPNet, error) {
	out := make([]*net.IPNet, 0, len(in))
	for _, s := range in {
		_, n, err := net.ParseCIDR(s)
		if err != nil {
			return nil, fmt.Errorf("trusted proxies: %q is no network like 10.0.0.0/8", s)
		}
		out = append(out, n)
	}
	return out, nil
}

// listeners are the addresses of a server, taken before anything slow begins:
// whoever starts it twice is told at once.
type listeners struct{ api, metrics net.Listener }

func (s Settings) listen() (l listeners, err error) {
	if l.api, err = net.Listen("tcp", s.Addr); err != nil {
		return l, fmt.Errorf("listen: %w (another address: --addr)", err)
	}
	if s.MetricsAddr == "" {
		return l, nil
	}
	if l.metrics, err = net.Listen("tcp", s.MetricsAddr); err != nil {
		_ = l.api.Close()
		return l, fmt.Errorf("listen for metrics: %w (another address: --metrics-addr)", err)
	}
	return l, nil
}

func (l listeners) close() {
	_ = l.api.Close()
	if l.metrics != nil {
		_ = l.metrics.Close()
	}
}

func (a *App) serve(ctx context.Context, s Settings, l listeners) error {
	srv := httpapi.NewHTTPServer(a.Handler())
	failed := make(chan error, 2)
	go func() { failed <- srv.Serve(l.api) }()
	metrics := serveMetrics(l.metrics, failed)
	if err := a.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	a.announce(s, l.api.Addr().String())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	a.draining.Store(true)
	a.Feed.LetGo()
	slog.Info("stopping")
	dctx, cancel := context.WithTimeout(context.Background(), s.DrainTime)
	defer cancel()
	if metrics != nil {
		_ = metrics.Shutdown(dctx)
	}
	if err := srv.Shutdown(dctx); err != nil {
		return fmt.Errorf("requests were still running after %s: %w", s.DrainTime, err)
	}
	if err := a.Jobs.Stop(dctx); err != nil {
		return fmt.Errorf("jobs were still running after %s: %w", s.DrainTime, err)
	}
	return nil
}

// announce tells a person where to go and how to stop.
func (a *App) announce(s Settings, addr string) {
	if s.Out == nil {
		return
	}
	_, _ = fmt.Fprintf(s.Out, "\nNetral is ready.\n  Swagger UI:  http://%[1]s/docs\n  Contract:    http://%[1]s/openapi.yaml\n", addr)
	for _, line := range a.hints {
		_, _ = fmt.Fprintln(s.Out, "  "+line)
	}
	_, _ = fmt.Fprintln(s.Out, "  Stop with Ctrl-C.")
}

// serveMetrics answers with metrics and profiles, which never stand on the
// public port (T-75); without a listener it does nothing.
func serveMetrics(ln net.Listener, failed chan<- error) *http.Server {
	if ln == nil {
		return nil
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reg.MustRegister(httpapi.Collectors()...)
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return srv
}
