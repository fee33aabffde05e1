package db

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5"
)

// CheckProduction refuses a database that would void what Netral promises
// (T-76): a role that the row policies do not bind, a server that may forget
// what it acknowledged, a link that others can read. Every reason is told at
// once. plain accepts an unencrypted link, for a private network of containers.
func (d *DB) CheckProduction(ctx context.Context, plain bool) error {
	var bound, fsync, durable, owns bool
	err := d.pool.QueryRow(ctx, `SELECT NOT (rolsuper OR rolbypassrls), current_setting('fsync') = 'on',
		current_setting('synchronous_commit') <> 'off',
		EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relowner = r.oid)
		FROM pg_roles r WHERE rolname = current_user`).Scan(&bound, &fsync, &durable, &owns)
	if err != nil {
		return fmt.Errorf("look at the database's settings: %w", err)
	}
	var bad []error
	for _, r := range []struct {
		wrong bool
		why   string
	}{
		{!bound, "the role of DATABASE_URL is a superuser or has BYPASSRLS: use one that the row policies bind"},
		{owns, "the role of DATABASE_URL owns tables: migrate as another role, MIGRATE_DATABASE_URL"},
		{!fsync, "fsync is off: a power cut would lose what was acknowledged"},
		{!durable, "synchronous_commit is off: a crash would lose what was acknowledged"},
		{!plain && !private(d.pool.Config().ConnConfig), "the link to the database is not encrypted: add sslmode=verify-full to DATABASE_URL"},
	} {
		if r.wrong {
			bad = append(bad, errors.New(r.why))
		}
	}
	return errors.Join(bad...)
}

// private reports whether nobody outside this machine can read the link.
func private(c *pgx.ConnConfig) bool {
	if c.TLSConfig != nil || c.Host == "" || c.Host[0] == '/' {
		return true
	}
	ip := net.ParseIP(c.Host)
	return c.Host == "localhost" || ip != nil && ip.IsLoopback()
}
