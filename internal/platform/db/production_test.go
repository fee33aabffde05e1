package db_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

// Proves T-76: the program does not start on a database whose role slips past
// the row policies or owns the tables, or that may forget what it acknowledged.
// The servers of tests run without durability, so those reasons are always told.
func TestCheckProduction_RefusesWhatVoidsThePromises(t *testing.T) {
	t.Parallel()
	d := testkit.Fresh(t)
	ctx := context.Background()
	for name, c := range map[string]struct {
		url  string
		want []string
	}{
		"the program's role":      {d.AppURL, []string{"fsync", "synchronous_commit"}},
		"a superuser":             {d.SuperURL, []string{"fsync", "synchronous_commit", "BYPASSRLS"}},
		"the tables' owner":       {d.OwnerURL, []string{"fsync", "synchronous_commit", "owns tables"}},
		"one that commits safely": {d.AppURL + options(d.AppURL) + "synchronous_commit=on", []string{"fsync"}},
	} {
		o, err := db.Open(ctx, db.Config{URL: c.url})
		if err != nil {
			t.Fatal(err)
		}
		err = o.CheckProduction(ctx, false)
		o.Close()
		if err == nil || strings.Count(err.Error(), "\n") != len(c.want)-1 {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v does not speak of %s", name, err, w)
			}
		}
	}
}

func options(url string) string {
	if strings.Contains(url, "?") {
		return "&"
	}
	return "?"
}

// Proves U1: replicas that start at once on an empty database migrate it once;
// the others wait and find nothing left to do.
func TestMigrate_ReplicasStartAtOnce(t *testing.T) {
	t.Parallel()
	d := testkit.Empty(t)
	ctx := context.Background()
	applied := make(chan int, 4)
	failed := make(chan error, 4)
	for range 4 {
		go func() {
			n, err := db.Migrate(ctx, d.OwnerURL)
			applied <- n
			failed <- err
		}()
	}
	total := 0
	for range 4 {
		total += <-applied
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	have, want, err := db.Version(ctx, d.OwnerURL)
	if err != nil || have != want || have == 0 {
		t.Errorf("version %d of %d, %v", have, want, err)
	}
	conn, err := pgx.Connect(ctx, d.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var rows int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM goose_db_version WHERE version_id > 0").Scan(&rows); err != nil || rows != total {
		t.Errorf("%d migrations were applied and %d are recorded: %v", total, rows, err)
	}
}
