package e2e

import (
	"context"
	"sync"
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
)

// Proves U2: the national rows are there from the first start, stay as they are
// however many replicas start, come back to the program's after a change, and
// an older program changes nothing back.
func TestReferenceSync_ManyReplicasAndOlderOnes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	national, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	number := func(query string) (n int) {
		t.Helper()
		if err := conn.QueryRow(ctx, query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	change := func(statement string) {
		t.Helper()
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	together := func() {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := catalog.SyncNational(ctx, s.App.DB); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	const rows, notes = "SELECT count(*) FROM reference_row WHERE withdrawn_at IS NULL", "SELECT count(*) FROM journal WHERE action = 'reference.synced'"
	together()
	if got := number(rows); got != len(national.All()) || number(notes) != 1 {
		t.Errorf("%d rows, %d syncs", got, number(notes))
	}

	change("UPDATE reference_row SET name_id = 'lama' WHERE code = 'pilkada_2024.determination'")
	change("UPDATE reference_program SET version = 0")
	together()
	if number(notes) != 2 || number(rows) != len(national.All()) || number("SELECT count(*) FROM reference_row WHERE withdrawn_at IS NOT NULL AND name_id = 'lama'") != 1 {
		t.Errorf("after a change: %d syncs, %d rows", number(notes), number(rows))
	}
	err = s.App.DB.Read(harness.System(g), func(tx *db.Tx) error {
		r, err := catalog.ViewTx[catalog.ElectionStage](tx, catalog.ElectionStageKind, "pilkada_2024.determination", day.New(2024, 9, 22))
		if err != nil || r.NameID == "lama" || r.StartsOn != day.New(2024, 9, 22) {
			t.Errorf("%+v %v", r, err)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}

	change("UPDATE reference_program SET version = 1000000, digest = 'newer'")
	change("UPDATE reference_row SET name_id = 'lebih baru' WHERE code = 'pilkada_2024.voting'")
	together()
	if number(notes) != 2 || number("SELECT count(*) FROM reference_row WHERE name_id = 'lebih baru' AND withdrawn_at IS NULL") != 1 {
		t.Error("an older program changed the rows of a newer one")
	}
}
