package job_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/job"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

type greet struct {
	Tenant int32  `json:"tenant"`
	Name   string `json:"name"`
}

func (greet) Kind() string      { return "greet" }
func (g greet) InTenant() int32 { return g.Tenant }

// Proves T-20: a job exists exactly when the write that made it was committed,
// and works under its government's scope.
func TestQueue_JobsFollowTheirTransaction(t *testing.T) {
	t.Parallel()
	d, _ := testkit.Open(t)
	got := make(chan string, 10)
	workers := job.NewWorkers()
	job.Handle(workers, func(ctx context.Context, g greet) error {
		s, _ := authz.From(ctx)
		if s.Tenants()[0] != 7 {
			return errors.New("wrong scope")
		}
		got <- g.Name
		return nil
	})
	q, err := job.NewQueue(d.Pool(), workers, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx := authz.With(context.Background(), authz.ForSystem(7))
	insert := func(name string, fail bool) error {
		return d.Write(ctx, func(tx *db.Tx) error {
			if err := q.InsertTx(tx, greet{Tenant: 7, Name: name}); err != nil {
				return err
			}
			if fail {
				return errors.New("on purpose")
			}
			return journal.Note(tx, journal.Entry{Action: "test.done", Object: "test", ObjectID: id.New(ctx)})
		})
	}
	if err := insert("rolled back", true); err == nil {
		t.Fatal("the write was to fail")
	}
	if err := insert("committed", false); err != nil {
		t.Fatal(err)
	}
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = q.Stop(context.Background()) }()
	select {
	case name := <-got:
		if name != "committed" {
			t.Errorf("worked on %q", name)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the job was not worked on")
	}
	select {
	case name := <-got:
		t.Errorf("a second job ran: %q", name)
	case <-time.After(700 * time.Millisecond):
	}
}
