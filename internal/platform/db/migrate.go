package db

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver goose uses
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/netral-asn/netral/migrations"
)

// Migrate brings the schema of the database at ownerURL to the newest version.
// A session lock makes it safe when several replicas start at once: one
// migrates, the others wait.
func Migrate(ctx context.Context, ownerURL string) (applied int, err error) {
	p, closeDB, err := provider(ownerURL)
	if err != nil {
		return 0, err
	}
	defer closeDB()
	res, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return len(res), nil
}

// Version tells the schema's version and the newest this program knows.
func Version(ctx context.Context, ownerURL string) (have, want int64, err error) {
	p, closeDB, err := provider(ownerURL)
	if err != nil {
		return 0, 0, err
	}
	defer closeDB()
	return p.GetVersions(ctx)
}

func provider(ownerURL string) (*goose.Provider, func(), error) {
	conn, err := sql.Open("pgx", ownerURL)
	if err != nil {
		return nil, nil, fmt.Errorf("migrate: %w", scrub(err))
	}
	l, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120), lock.WithUnlockTimeout(1, 10))
	if err != nil {
		return nil, nil, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, conn, migrations.FS, goose.WithSessionLocker(l))
	if err != nil {
		_ = conn.Close()
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	return p, func() { _ = conn.Close() }, nil
}
