package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

// Proves B3 on the command line: a dry run changes nothing, refused rows make
// the exit code fail and are written beside the file, accept_valid takes the
// others.
func TestImportCommand(t *testing.T) {
	t.Parallel()
	d, database := testkit.Open(t)
	ctx := context.Background()
	g, err := government.NewService(d).Create(authz.With(ctx, authz.ForSystem(authz.Platform)), government.Government{Code: "36.03", Name: "Kabupaten Tangerang",
		Kind: "regency", Zone: "Asia/Jakarta", HeadTitle: "Bupati", AgencyName: "BKPSDM"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(authz.With(ctx, authz.ForSystem(g.Tenant)), func(tx *db.Tx) error {
		_, err := opd.CreateTx(tx, opd.Unit{Code: "dinkes", Name: "Dinas Kesehatan", Type: "dinas", From: day.MustParse("2020-01-01")})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pns.csv")
	if err := os.WriteFile(file, []byte("NIP;Nama;Gol;OPD\n198609262015051001;SITI AMINAH;III/c;Dinas Kesehatan\n198609262015051002;BUDI;XX;dinkes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	globals := &Globals{DatabaseURL: database.AppURL, OwnerURL: database.OwnerURL}
	for _, c := range []struct {
		name   string
		cmd    importCmd
		err    error
		people int
	}{
		{"dry run", importCmd{DryRun: true, Mode: "all_or_nothing"}, nil, 0},
		{"all or nothing", importCmd{Mode: "all_or_nothing"}, errRefused, 0},
		{"accept valid", importCmd{Mode: "accept_valid", OPD: "dinkes", Employment: []string{"pns"}}, nil, 1},
	} {
		c.cmd.File, c.cmd.Government, c.cmd.Language = file, "36.03", "id"
		if err := c.cmd.Run(ctx, globals); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.name, err)
		}
		if n := people(t, database); n != c.people {
			t.Errorf("%s: %d persons, want %d", c.name, n, c.people)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(file), "pns.refused.xlsx")); err != nil {
		t.Error(err)
	}
	for name, cmd := range map[string]importCmd{
		"no such government": {Government: "99.99"}, "no such unit": {OPD: "entah"}, "no date": {ValidFrom: "kemarin"}, "no field": {Map: map[string]string{"Nama": "orang"}},
	} {
		cmd.File, cmd.Language, cmd.Mode = file, "id", "all_or_nothing"
		if cmd.Government == "" {
			cmd.Government = "36.03"
		}
		if err := cmd.Run(ctx, globals); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func people(t *testing.T, database testkit.Database) (n int) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, database.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM asn").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
