// Package testkit gives tests a fresh, migrated PostgreSQL database each, and
// the switch that sets the two tenancy locks apart. Test-only; it knows no
// resource.
package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/migrations"
)

// Database is one test's own database.
type Database struct {
	// AppURL is the role the program uses, OwnerURL the one that migrates,
	// SuperURL the one that sees all.
	AppURL, OwnerURL, SuperURL string
}

// passwords of the roles in test servers only.
const rolePassword = "test"

var template = sync.OnceValues(prepare)

// Fresh clones the migrated template and drops the clone after the test.
func Fresh(t testing.TB) Database {
	t.Helper()
	return create(t, func(tpl templateDB) string { return "TEMPLATE " + tpl.name + " STRATEGY FILE_COPY" })
}

// Empty makes a database that is not migrated.
func Empty(t testing.TB) Database {
	t.Helper()
	return create(t, func(templateDB) string { return "OWNER netral_owner" })
}

func create(t testing.TB, how func(templateDB) string) Database {
	t.Helper()
	tpl, err := template()
	if err != nil {
		if os.Getenv("CI") == "" && errors.Is(err, errNoServer) {
			t.Skipf("no PostgreSQL: %v", err)
		}
		t.Fatalf("test database: %v", err)
	}
	ctx := context.Background()
	name := "t_" + random()
	if err := exec(ctx, tpl.super, "CREATE DATABASE "+name+" "+how(tpl)); err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() { _ = exec(ctx, tpl.super, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return Database{AppURL: address(tpl.super, "netral_app", name), OwnerURL: address(tpl.super, "netral_owner", name),
		SuperURL: inDatabase(tpl.super, name)}
}

// Open opens a fresh database as the application's role.
func Open(t testing.TB) (*db.DB, Database) {
	t.Helper()
	d := Fresh(t)
	o, err := db.Open(context.Background(), db.Config{URL: d.AppURL, MaxConnections: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	return o, d
}

type templateDB struct{ super, name string }

// prepare makes the template once for all test programs of the same
// migrations; an advisory lock keeps two of them apart.
func prepare() (templateDB, error) {
	super, err := server()
	if err != nil {
		return templateDB{}, err
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, super)
	if err != nil {
		return templateDB{}, fmt.Errorf("connect to the test server: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(742001)"); err != nil {
		return templateDB{}, err
	}
	t := templateDB{super: super, name: "tpl_" + fingerprint()}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", t.name).Scan(&exists); err != nil || exists {
		return t, err
	}
	return t, build(ctx, conn, t)
}

func build(ctx context.Context, conn *pgx.Conn, t templateDB) error {
	roles := map[string]string{"netral_owner": "", "netral_app": "", "netral_backup": "BYPASSRLS"}
	for role, extra := range roles {
		var has bool
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role).Scan(&has); err != nil {
			return err
		}
		verb := "CREATE"
		if has {
			verb = "ALTER"
		}
		if _, err := conn.Exec(ctx, verb+" ROLE "+role+" LOGIN NOSUPERUSER "+extra+" PASSWORD '"+rolePassword+"'"); err != nil {
			return err
		}
	}
	draft := t.name + "_draft"
	for _, q := range []string{"DROP DATABASE IF EXISTS " + draft + " WITH (FORCE)", "CREATE DATABASE " + draft + " OWNER netral_owner"} {
		if _, err := conn.Exec(ctx, q); err != nil {
			return err
		}
	}
	if _, err := db.Migrate(ctx, address(t.super, "netral_owner", draft)); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "ALTER DATABASE "+draft+" RENAME TO "+t.name)
	return err
}

func fingerprint() string {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, path)
		h.Write([]byte(path))
		h.Write(b)
		return err
	})
	if err != nil {
		panic(err)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

func exec(ctx context.Context, address, q string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, q)
	return err
}

func address(super, role, name string) string {
	u := mustURL(inDatabase(super, name))
	u.User = url.UserPassword(role, rolePassword)
	return u.String()
}

func inDatabase(super, name string) string {
	u := mustURL(super)
	u.Path = "/" + name
	return u.String()
}

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic("testkit: the server's address is not a URL")
	}
	return u
}

func random() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Locks says which of the two tenancy locks hold during a test.
type Locks string

// The splits: both as in production, the filter of the program alone (the row
// policies admit everything), the row policies alone (the program's filter
// admits everything).
const (
	BothLocks  Locks = "both"
	FilterOnly Locks = "filter only"
	PolicyOnly Locks = "policy only"
)

// SplitLocks sets the locks apart for the whole test program until restore is
// called; all are the tenant numbers an open lock admits. Not for parallel
// tests.
func SplitLocks(l Locks, all []int32) (restore func()) {
	switch l {
	case FilterOnly:
		authz.SplitLocksForTest(func(own []int32) (filter, setting []int32) { return own, all })
	case PolicyOnly:
		authz.SplitLocksForTest(func(own []int32) (filter, setting []int32) { return all, own })
	default:
		authz.SplitLocksForTest(nil)
	}
	return func() { authz.SplitLocksForTest(nil) }
}
