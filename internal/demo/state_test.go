package demo

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// Proves T-60: data that is not the demo's is never touched, and nobody gets a
// token of it by the demo's command.
func TestLoad_RefusesDataThatIsNotTheDemos(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	s.Government("36.72", "Kota Cilegon")
	l := &loader{app: s.App, dir: t.TempDir()}
	if _, err := l.load(context.Background()); !errors.Is(err, errForeign) {
		t.Errorf("loading into foreign data: %v", err)
	}
	if _, err := Token(context.Background(), s.App, authz.AgencyOfficer, "36.03"); err == nil {
		t.Error("a token of foreign data was printed")
	}
	if err := clear(context.Background(), s.Database.OwnerURL); err != nil {
		t.Fatal(err)
	}
	if got := tables(t, s); got == 0 {
		t.Error("foreign data was cleared")
	}
}

// Proves U1: what an interrupted load left is removed before the next one, and
// a database without any is left alone.
func TestClear_RemovesWhatAnInterruptedLoadLeft(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ctx := context.Background()
	owner := s.Database.SuperURL // a cloned test database belongs to the superuser; the smoke test does this as the owner
	if err := clear(ctx, owner); err != nil || tables(t, s) == 0 {
		t.Fatalf("an empty installation was cleared (%v)", err)
	}
	l := &loader{app: s.App, dir: t.TempDir()}
	if err := l.mark(ctx, begun); err != nil {
		t.Fatal(err)
	}
	if err := clear(ctx, owner); err != nil {
		t.Fatal(err)
	}
	if got := tables(t, s); got != 0 {
		t.Errorf("%d tables are left", got)
	}
	if err := clear(ctx, owner); err != nil {
		t.Errorf("a database before its first migration: %v", err)
	}
}

func tables(t *testing.T, s *harness.Server) (n int) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.Database.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
