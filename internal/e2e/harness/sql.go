package harness

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Conn connects to the test's database, past the program, till the test ends.
func (s *Server) Conn(url string) *pgx.Conn {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// Row reads one row past the row policies.
func (s *Server) Row(sql string, args []any, into ...any) {
	s.t.Helper()
	s.past(func(ctx context.Context, conn *pgx.Conn) error { return conn.QueryRow(ctx, sql, args...).Scan(into...) }, sql)
}

// Count reads one number past the row policies.
func (s *Server) Count(sql string) (n int) {
	s.t.Helper()
	s.Row(sql, nil, &n)
	return n
}

// Exec changes rows past the row policies.
func (s *Server) Exec(sql string, args ...any) {
	s.t.Helper()
	s.past(func(ctx context.Context, conn *pgx.Conn) error { _, err := conn.Exec(ctx, sql, args...); return err }, sql)
}

func (s *Server) past(do func(context.Context, *pgx.Conn) error, sql string) {
	s.t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.Database.SuperURL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := do(ctx, conn); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}
