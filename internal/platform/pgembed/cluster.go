package pgembed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The roles: the superuser sets up, the owner migrates, the program itself
// owns nothing and is bound by row policies, backups read everything.
const (
	super  = "postgres"
	owner  = "netral_owner"
	app    = "netral_app"
	backup = "netral_backup"
	dbName = "netral"
	// port names the socket; nothing listens on it.
	port = "5432"
)

// settings are the server's arguments. They stand above postgresql.conf and
// ALTER SYSTEM, so nobody weakens them unseen.
func settings(data, socket string, fast bool) []string {
	durable, connections := "on", "120"
	if fast {
		durable, connections = "off", "400"
	}
	out := []string{"-D", data}
	for _, s := range []string{
		"listen_addresses=", "port=" + port, "unix_socket_directories=" + socket, "unix_socket_permissions=0700",
		"password_encryption=scram-sha-256", "cluster_name=netral",
		"timezone=UTC", "log_timezone=UTC",
		"max_connections=" + connections, "shared_buffers=128MB", "max_wal_size=1GB",
		// After an import the planner should not be blind for a minute.
		"autovacuum_naptime=10s",
		"fsync=" + durable, "synchronous_commit=" + durable, "full_page_writes=" + durable,
		// No statement, parameter or row value in the server's log (T-43).
		"logging_collector=off", "log_destination=stderr",
		"log_error_verbosity=terse", "log_min_error_statement=panic", "log_min_messages=fatal",
		"log_statement=none", "log_min_duration_statement=-1", "log_min_duration_sample=-1", "log_transaction_sample_rate=0",
		"log_duration=off", "log_parameter_max_length=0", "log_parameter_max_length_on_error=0",
	} {
		out = append(out, "-c", s)
	}
	return out
}

// initdb makes the cluster in a new folder and renames it, so that a half-made
// one is never taken for whole.
func initdb(ctx context.Context, c Config, bin string, who account, password string) error {
	old, _ := filepath.Glob(filepath.Join(c.Dir, "data.new-*"))
	for _, d := range old {
		_ = os.RemoveAll(d)
	}
	draft := filepath.Join(c.Dir, "data.new-"+randomHex(4))
	if err := who.makePrivateDir(draft); err != nil {
		return err
	}
	pw, err := who.passwordFile(c.Dir, password)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(pw) }()
	args := []string{"-D", draft, "-U", super, "--pwfile", pw, "--auth", "scram-sha-256", "--encoding", "UTF8", "--lc-messages", "C"}
	args = append(args, locale()...)
	if c.Fast {
		args = append(args, "--no-sync")
	}
	var said bytes.Buffer
	p, err := launch(filepath.Join(bin, "initdb"), args, draft, who, &said)
	if err != nil {
		return err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		p.kill()
		return ctx.Err()
	}
	if p.err != nil {
		return fmt.Errorf("initdb: %w: %s", p.err, strings.TrimSpace(said.String()))
	}
	return renameSynced(draft, filepath.Join(c.Dir, "data"))
}

// locale sorts by code point everywhere alike; macOS knows no C.UTF-8.
func locale() []string {
	if runtime.GOOS == "darwin" {
		return []string{"--locale", "C", "--lc-ctype", "UTF-8"}
	}
	return []string{"--locale", "C.UTF-8"}
}

// passwordFile is how initdb takes the superuser's password.
func (a account) passwordFile(dir, password string) (string, error) {
	f, err := os.CreateTemp(dir, "initdb.password-*") // 0600, and no link is followed
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(password + "\n")
	if a.cred != nil {
		err = errors.Join(err, f.Chown(int(a.cred.Uid), int(a.cred.Gid)))
	}
	return f.Name(), errors.Join(err, f.Close())
}

// setUp makes the roles and the database on first start. The database comes
// under its name last, so its presence means that all is set up.
func (s *Server) setUp(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.SuperURL())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var has bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", dbName).Scan(&has); err != nil || has {
		return err
	}
	const draft = dbName + "_draft"
	statements := []string{"DROP DATABASE IF EXISTS " + draft}
	for _, role := range []string{owner, app, backup} {
		attributes := "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
		if role == backup {
			attributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS"
		}
		// The password is our own hex text: nothing to escape.
		statements = append(statements, "DROP ROLE IF EXISTS "+role,
			fmt.Sprintf("CREATE ROLE %s %s PASSWORD '%s'", role, attributes, s.conn.Passwords[role]))
	}
	statements = append(statements,
		"GRANT pg_read_all_data TO "+backup,
		"ALTER ROLE "+backup+" SET default_transaction_read_only = on",
		// The schema public belongs to pg_database_owner, which is this owner.
		"CREATE DATABASE "+draft+" OWNER "+owner,
		"REVOKE ALL ON DATABASE "+draft+", postgres, template1 FROM PUBLIC",
		// Imports go through temporary tables.
		"GRANT CONNECT, TEMPORARY ON DATABASE "+draft+" TO "+app,
		"GRANT CONNECT ON DATABASE "+draft+" TO "+backup,
		"ALTER DATABASE "+draft+" RENAME TO "+dbName)
	for _, q := range statements {
		if _, err := conn.Exec(ctx, q); err != nil {
			return fmt.Errorf("set up roles and database: %w", err)
		}
	}
	return nil
}
