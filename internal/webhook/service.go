package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/feed"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Config is what differs between installations.
type Config struct {
	// Loopback lets endpoints be on this machine: for tests and the demo alone.
	Loopback bool
	// Pauses replace the waits between attempts, in tests.
	Pauses []time.Duration
	// Attempt replaces how long a receiver may take, in tests.
	Attempt time.Duration
}

// Service is the use cases of webhooks.
type Service struct {
	db       *db.DB
	master   *seal.Master
	loopback bool
	pauses   []time.Duration
	attempt  time.Duration
	client   *http.Client
	couriers couriers
}

// NewService joins the service to the database and to the master key.
func NewService(d *db.DB, m *seal.Master, c Config) *Service {
	if c.Pauses == nil {
		c.Pauses = pauses
	}
	if c.Attempt == 0 {
		c.Attempt = attemptTime
	}
	return &Service{db: d, master: m, loopback: c.Loopback, pauses: c.Pauses, attempt: c.Attempt, client: newClient(c.Loopback), couriers: newCouriers()}
}

// most is how many endpoints one owner has.
const most = 10

// owner is whose endpoints the caller sees.
type owner struct {
	recipient id.ID
	tenant    *int32
	client    *id.ID
}

// ownerTx is the machine client that calls, or the caller's government.
func ownerTx(tx *db.Tx) (owner, error) {
	recipient, err := feed.RecipientTx(tx)
	if err != nil {
		return owner{}, err
	}
	o := owner{recipient: recipient}
	if p := tx.Scope().Principal(); p.Kind == authz.Client {
		o.client = &p.ID
		return o, nil
	}
	tenant, err := tx.Tenant()
	o.tenant = &tenant
	return o, err
}

// List lists the caller's endpoints.
func (s *Service) List(ctx context.Context, r page.Request) (page.Page[Endpoint], error) {
	var out []Endpoint
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := ownerTx(tx)
		if err != nil {
			return err
		}
		out, err = listEndpoints(tx, o, r)
		return err
	})
	return page.Cut(r, out, func(e Endpoint) []string { return []string{e.ID.String()} }), err
}

// Get reads one of the caller's endpoints.
func (s *Service) Get(ctx context.Context, eid id.ID) (e Endpoint, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := ownerTx(tx)
		if err != nil {
			return err
		}
		e, err = find(tx, o, eid, false)
		return err
	})
	return e, err
}

// Create registers an endpoint, which is told of what changes from now on, and
// gives its first secret.
func (s *Service) Create(ctx context.Context, e Endpoint) (Endpoint, Secret, error) {
	var secret Secret
	if err := checkURL(e.URL, s.loopback); err != nil {
		return e, secret, err
	}
	err := s.write(ctx, func(tx *db.Tx, o owner) error {
		n, err := countEndpoints(tx, o)
		if err != nil {
			return err
		}
		if n >= most {
			return fault.New(fault.Rule, "webhook.too_many", "limit", most)
		}
		e.ID, e.Recipient, e.Tenant, e.Client, e.State, e.Version, e.Created = tx.NewID(), o.recipient, o.tenant, o.client, Active, 1, time.Now().UTC()
		if e.ReadSeq, err = feed.HeadTx(tx, o.recipient); err != nil {
			return err
		}
		if err := insertEndpoint(tx, e); err != nil {
			return err
		}
		secret = newSecret(tx)
		if err := insertSecret(tx, s.master, e.ID, secret); err != nil {
			return err
		}
		return note(tx, e, "webhook.created")
	})
	return e, secret, err
}

// Change is what an owner may change.
type Change struct {
	URL         *string
	Description *string
	Types       *[]journal.Type
}

// Update changes an endpoint.
func (s *Service) Update(ctx context.Context, eid id.ID, c Change) (Endpoint, error) {
	if c.URL != nil {
		if err := checkURL(*c.URL, s.loopback); err != nil {
			return Endpoint{}, err
		}
	}
	return s.step(ctx, eid, Update, "webhook.updated", func(_ *db.Tx, e *Endpoint) error {
		if c.URL != nil {
			e.URL = *c.URL
		}
		if c.Description != nil {
			e.Description = *c.Description
		}
		if c.Types != nil {
			e.Types = *c.Types
		}
		return nil
	})
}

// Pause keeps what changes until the endpoint is resumed.
func (s *Service) Pause(ctx context.Context, eid id.ID) (Endpoint, error) {
	return s.step(ctx, eid, Pause, "webhook.paused", nil)
}

// Resume goes on, from where the endpoint was paused or disabled.
func (s *Service) Resume(ctx context.Context, eid id.ID) (Endpoint, error) {
	return s.step(ctx, eid, Resume, "webhook.resumed", func(_ *db.Tx, e *Endpoint) error {
		e.FailingSince = nil
		return nil
	})
}

// End ends an endpoint for good.
func (s *Service) End(ctx context.Context, eid id.ID) (Endpoint, error) {
	return s.step(ctx, eid, End, "webhook.ended", nil)
}

// Rotate gives a new secret. The one before goes on signing beside it for a day.
func (s *Service) Rotate(ctx context.Context, eid id.ID) (e Endpoint, secret Secret, err error) {
	e, err = s.step(ctx, eid, Rotate, "webhook.secret_renewed", func(tx *db.Tx, e *Endpoint) error {
		if err := expireSecrets(tx, e.ID, time.Now().UTC().Add(overlap)); err != nil {
			return err
		}
		secret = newSecret(tx)
		return insertSecret(tx, s.master, e.ID, secret)
	})
	return e, secret, err
}

// Test sends a message that tells nothing, and gives its delivery.
func (s *Service) Test(ctx context.Context, eid id.ID) (d Delivery, err error) {
	_, err = s.step(ctx, eid, Test, "webhook.tested", func(tx *db.Tx, e *Endpoint) error {
		last, err := lastPlace(tx, e.ID)
		if err != nil {
			return err
		}
		now, did := time.Now().UTC(), tx.NewID()
		d = Delivery{Endpoint: e.ID, ID: did, Place: last + 1, Message: did, Type: tested, Object: did, At: now, State: Waiting, Next: now}
		return insertDeliveries(tx, []Delivery{d})
	})
	return d, err
}

// Replay tries dead deliveries anew, one or all, and tells how many.
func (s *Service) Replay(ctx context.Context, eid id.ID, only *id.ID) (n int64, err error) {
	_, err = s.step(ctx, eid, Replay, "webhook.replayed", func(tx *db.Tx, e *Endpoint) error {
		if only != nil {
			if _, err := findDelivery(tx, e.ID, *only); err != nil {
				return err
			}
		}
		if n, err = revive(tx, e.ID, only, time.Now().UTC()); err == nil && n == 0 {
			err = fault.New(fault.Conflict, "webhook.nothing_dead").Allowing(e.Steps(true))
		}
		return err
	})
	return n, err
}

// Deliveries lists what was or is to be sent to an endpoint, newest first.
func (s *Service) Deliveries(ctx context.Context, eid id.ID, state DeliveryState, r page.Request) (page.Page[Delivery], error) {
	var out []Delivery
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := ownerTx(tx)
		if err != nil {
			return err
		}
		if _, err := find(tx, o, eid, false); err != nil {
			return err
		}
		out, err = listDeliveries(tx, eid, state, r)
		return err
	})
	return page.Cut(r, out, func(d Delivery) []string { return []string{strconv.FormatInt(d.Place, 10)} }), err
}

func (s *Service) step(ctx context.Context, eid id.ID, step Step, action string, do func(*db.Tx, *Endpoint) error) (e Endpoint, err error) {
	err = s.write(ctx, func(tx *db.Tx, o owner) error {
		if e, err = find(tx, o, eid, true); err != nil {
			return err
		}
		if e, err = e.take(step); err != nil {
			return err
		}
		if do != nil {
			if err := do(tx, &e); err != nil {
				return err
			}
		}
		if err := updateEndpoint(tx, e); err != nil {
			return err
		}
		return note(tx, e, action)
	})
	return e, err
}

// write runs in the caller's government, or for a body outside, which speaks for
// several, in the installation's own space.
func (s *Service) write(ctx context.Context, do func(*db.Tx, owner) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := ownerTx(tx)
		if err != nil {
			return err
		}
		if p := tx.Scope().Principal(); o.client != nil {
			if err := tx.Enter(authz.ForSelf(p.Kind, p.ID, authz.Platform)); err != nil {
				return err
			}
		}
		return do(tx, o)
	})
}

func note(tx *db.Tx, e Endpoint, action string) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: "webhook", ObjectID: e.ID, Details: map[string]any{"recipient_id": e.Recipient}})
}

// newSecret draws a secret in the form of Standard Webhooks.
func newSecret(tx *db.Tx) Secret {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return Secret{ID: tx.NewID(), Value: "whsec_" + base64.StdEncoding.EncodeToString(b[:]), Created: time.Now().UTC()}
}
