// Package app joins everything: it builds the parts in order and stops them in
// reverse. It may import all packages; only the command line imports it.
package app

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/application"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/casestatus"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/circular"
	"github.com/netral-asn/netral/internal/coaching"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/event"
	"github.com/netral-asn/netral/internal/feed"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/history"
	"github.com/netral-asn/netral/internal/httpapi"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/importer"
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/pact"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/idempotency"
	"github.com/netral-asn/netral/internal/platform/job"
	"github.com/netral-asn/netral/internal/platform/seal"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/referral"
	"github.com/netral-asn/netral/internal/report"
	"github.com/netral-asn/netral/internal/sanction"
	"github.com/netral-asn/netral/internal/taskforce"
	"github.com/netral-asn/netral/internal/upload"
	"github.com/netral-asn/netral/internal/webhook"
	"github.com/netral-asn/netral/internal/workitem"
)

// Config is what the parts need. Package config reads it from flags,
// environment and file.
type Config struct {
	Database db.Config
	// Version is the program's own.
	Version string
	// Demo loads the demo programme and lets the clock be moved; production
	// means a database address and no demo.
	Demo           bool
	AllowedOrigins []string
	// PublicLimit and SignInLimit bound what one source may call without a
	// token; zero is the default.
	PublicLimit, SignInLimit httpapi.Limit
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []*net.IPNet
	// Master is the master key, which is never in the database.
	Master *seal.Master
	// PublicURL is where the API is reached from outside.
	PublicURL string
	// KeyBesideData says that the master key lies in the folder of the data.
	KeyBesideData bool
	// OIDC is the outside identity provider; the zero value is none.
	OIDC identity.OIDC
	// PollOnly says that the database is behind a pooler in transaction mode.
	PollOnly bool
	// ImportBytes bounds files sent to be imported; 0 is the default.
	ImportBytes int64
	// Files is where files lie, Uploads how they come in.
	Files   blob.Config
	Uploads upload.Config
	// Webhooks is what differs between installations of them.
	Webhooks webhook.Config
	// Carriers are the ways to reach people outside, and Link where a front end
	// shows a notice; see package notify, also for Attempt and Pauses.
	Carriers      map[carrier.Channel]carrier.Carrier
	NoticeLink    string
	NoticeAttempt time.Duration
	NoticePauses  []time.Duration
	// Authenticator replaces the real one in tests that need no sign-in.
	Authenticator httpapi.Authenticator
	// Held are sweeps that do not run by themselves, in tests that run them.
	Held []string
	// Now replaces the wall clock of sessions and codes in tests.
	Now func() time.Time
}

// App is Netral, built and not yet listening.
type App struct {
	httpapi.Services
	DB *db.DB
	// Jobs is background work; whoever starts the program starts it.
	Jobs    *job.Queue
	workers *job.Workers
	// Keeper keeps the answers of requests with an Idempotency-Key.
	Keeper *idempotency.Keeper
	// Files keeps what was uploaded.
	Files    *blob.Store
	master   *seal.Master
	held     []string
	webhooks webhook.Config
	handler  http.Handler
	draining atomic.Bool
	// hints are lines for the person who started the program.
	hints []string
}

// New builds the parts. The schema must be migrated before.
func New(ctx context.Context, c Config) (*App, error) {
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	a := &App{DB: d, workers: job.NewWorkers(), master: c.Master, webhooks: c.Webhooks, held: c.Held}
	if a.Jobs, err = job.NewQueue(d.Pool(), a.workers, c.PollOnly); err != nil {
		d.Close()
		return nil, err
	}
	if a.Files, err = blob.Open(d, c.Master, c.Files); err != nil {
		d.Close()
		return nil, err
	}
	a.build(c)
	who := c.Authenticator
	if who == nil {
		who = a.Identity
	}
	if err := catalog.SyncNational(ctx, d); err != nil {
		d.Close()
		return nil, fmt.Errorf("reference data: %w", err)
	}
	contract, err := httpapi.LoadContract(netral.Contract)
	if err != nil {
		d.Close()
		return nil, err
	}
	a.handler, err = httpapi.New(httpapi.Options{
		Contract: contract, ContractYAML: netral.Contract, Authenticator: who, Keeper: a.Keeper, AllowedOrigins: c.AllowedOrigins,
		PublicLimit: c.PublicLimit, SignInLimit: c.SignInLimit, TrustedProxies: c.TrustedProxies,
		Handlers: httpapi.NewHandlers(a.Services),
		Plain:    a.wellKnown(),
		Ready:    a.notReady,
		Version:  map[string]string{"version": c.Version, "go": runtime.Version()},
	})
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("http: %w", err)
	}
	return a, nil
}

// build makes the services, each after those it stands on, and says who works
// on which jobs.
func (a *App) build(c Config) {
	d := a.DB
	a.Governments = government.NewService(d)
	a.OPD = opd.NewService(d, asn.Staff{})
	a.ASN = asn.NewService(d, identity.Follower{}, circular.Follower{}, event.Follower{}, pact.Follower{}, coaching.Follower{},
		report.Follower{}, taskforce.Follower{})
	a.Keeper = idempotency.NewKeeper(d, a.master)
	a.sweep("idempotency", time.Hour, a.Keeper.Sweep)
	a.Identity = identity.NewService(d, identity.Config{Master: c.Master, PublicURL: c.PublicURL, Demo: c.Demo, OIDC: c.OIDC, Now: c.Now, Channels: channels(c.Carriers)})
	a.Applications = application.NewService(d, a.Identity, a.master)
	job.Every(a.workers, "government-applications", time.Hour, a.Applications.Sweep)
	a.Imports = importer.NewService(d, a.Jobs, c.ImportBytes)
	job.Handle(a.workers, a.Imports.Work)
	a.sweep("imports", time.Minute, a.Imports.Sweep)
	a.Uploads = upload.NewService(d, a.Files, c.Master, c.Uploads)
	a.sweep("uploads", time.Minute, a.Uploads.Sweep)
	a.sweep("files", 6*time.Hour, a.Files.Sweep)
	a.Circulars = circular.NewService(d)
	a.Events = event.NewService(d, a.master)
	a.Coachings = coaching.NewService(d, a.master)
	a.Organisations = organisation.NewService(d)
	a.Cases = casefile.NewService(d, a.master)
	a.Sanctions = sanction.NewService(d, a.Cases)
	a.CaseStatuses = casestatus.NewService(d, a.Cases)
	d.Project(a.CaseStatuses.Project)
	a.Deadlines = deadline.NewService(d, a.clockOwners()...)
	a.sweep("deadlines", 5*time.Minute, a.Deadlines.Sweep)
	a.sweep("case-statuses", 10*time.Minute, a.CaseStatuses.Sweep)
	a.Pacts = pact.NewService(d, a.master)
	a.Catalog = catalog.NewService(d)
	a.Elections = election.NewService(d)
	a.Reports = report.NewService(d, a.master, a.Uploads, a.Files)
	a.Referrals = referral.NewService(d, a.Reports, a.Uploads, a.Identity)
	a.Recommendations = recommendation.NewService(d)
	a.TaskForces = taskforce.NewService(d)
	a.WorkItems = workitem.NewService(d, a.workItems()...)
	a.History = history.NewService(d)
	a.Notices = notify.NewService(d, notify.Outside{Identity: a.Identity, Carriers: c.Carriers, Link: c.NoticeLink, Attempt: c.NoticeAttempt, Pauses: c.NoticePauses}, noticeKinds()...)
	d.Project(a.Notices.Project)
	a.sweep("notices", time.Hour, a.Notices.Sweep)
	a.Doctor = doctor.NewService(d, a.checks(c)...)
	a.follow()
}

// checks is what would lose a report or a deadline, by resource; see package
// doctor.
func (a *App) checks(c Config) []doctor.Check {
	now := c.Now
	if now == nil {
		now = time.Now
	}
	return slices.Concat(
		catalog.Findings(),
		opd.Findings(),
		a.Identity.Findings(),
		taskforce.Findings(),
		feed.Findings(),
		webhook.Findings(),
		doctor.Machine{Files: a.Files, Now: now, KeyBesideData: c.KeyBesideData}.Findings(),
		a.Notices.Findings(),
	)
}

// channels are the ways there are to reach people, as package identity names them.
func channels(c map[carrier.Channel]carrier.Carrier) (out []identity.Channel) {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		out = append(out, identity.Channel(name))
	}
	return out
}

// noticeKinds is what people are told, by resource; see package notify.
func noticeKinds() []notify.Kind {
	return slices.Concat(
		importer.Notices(),
		circular.Notices(),
		event.Notices(),
		pact.Notices(),
		report.Notices(),
		recommendation.Notices(),
		casefile.Notices(),
	)
}

// workItems is what waits for people, by resource; see package workitem.
func (a *App) workItems() []workitem.Source {
	return slices.Concat(
		application.WorkItems(),
		circular.WorkItems(),
		pact.WorkItems(),
		event.WorkItems(),
		coaching.WorkItems(),
		importer.WorkItems(),
		report.WorkItems(),
		recommendation.WorkItems(),
		a.Cases.WorkItems(),
		a.Sanctions.WorkItems(),
	)
}

// clockOwners is what has clocks, whose wall hides them, and who keeps the days
// they come to; see package deadline.
func (a *App) clockOwners() []deadline.Owner {
	return []deadline.Owner{
		{Kind: deadline.Case, Path: "/cases/", Read: "case.read", Visible: deadline.Seen(casefile.VisibleIDs), Taken: a.Cases.ClockStepTx, Moved: a.Sanctions.ClockMovedTx},
		{Kind: deadline.Recommendation, Path: "/recommendations/", Read: "recommendation.read", Visible: recommendation.VisibleIDs, Moved: recommendation.ClockMovedTx},
		{Kind: deadline.Report, Path: "/reports/", Read: "report.read", Visible: report.VisibleIDs},
	}
}

// follow starts what follows the journal: its numbers, the feeds, those who wait
// for them. A commit here wakes it at once, one elsewhere within a second.
func (a *App) follow() {
	noted, fed := job.NewBell(), job.NewBell()
	a.DB.OnNoted(noted.Ring)
	a.Feed = feed.NewService(a.DB, a.master, fed)
	job.Loop(a.workers, "sequencer", time.Second, noted, a.Feed.Sequence)
	job.Loop(a.workers, "notices", time.Second, noted, a.Notices.Tell)
	job.Loop(a.workers, "deliveries", time.Second, noted, a.Notices.Deliver)
	job.Loop(a.workers, "watch", time.Second, fed, a.Feed.Watch)
	a.Webhooks = webhook.NewService(a.DB, a.master, a.webhooks)
	job.Loop(a.workers, "webhooks", time.Second, fed, a.Webhooks.Deliver)
	job.Every(a.workers, "webhook-log", time.Hour, a.Webhooks.Sweep)
}

// sweep does work at intervals in every government in turn.
func (a *App) sweep(name string, every time.Duration, work func(context.Context) error) {
	if slices.Contains(a.held, name) {
		return
	}
	job.Every(a.workers, name, every, func(ctx context.Context) error { return a.Governments.Each(ctx, work) })
}

// Handler answers HTTP.
func (a *App) Handler() http.Handler { return a.handler }

// Close releases what New opened.
func (a *App) Close() { a.DB.Close() }

// notReady names the parts that cannot do their work now.
func (a *App) notReady(ctx context.Context) map[string]string {
	if a.draining.Load() {
		return map[string]string{"server": "stopping"}
	}
	if err := a.DB.Pool().Ping(ctx); err != nil {
		return map[string]string{"database": "not reachable"}
	}
	return nil
}
