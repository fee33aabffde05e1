package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

// Proves T-20: rows copied come back as they were, whatever they hold, and an
// error of who fills them ends the copy.
func TestCopy_RoundTrip(t *testing.T) {
	t.Parallel()
	d, _ := testkit.Open(t)
	ctx := authz.With(context.Background(), authz.ForSystem(7))
	texts := []string{"plain", "", `back\slash`, "tab\there", "line\nfeed", "re\rturn", `\N`, `\.`, `quote"and,comma`, "naïve 𝔸"}
	boom := errors.New("boom")
	err := d.Scratch(ctx, func(tx *db.Tx) error {
		if _, err := tx.Conn().Exec(ctx, "CREATE TEMPORARY TABLE c (n int, t text, o text, l text[], b boolean, i uuid, d date) ON COMMIT DROP"); err != nil {
			return err
		}
		pid, on := id.New(ctx), day.MustParse("2024-05-21")
		n, err := tx.Copy("c", []string{"n", "t", "o", "l", "b", "i", "d"}, func(c *db.CopyRows) error {
			for i, s := range texts {
				c.Int(i)
				c.Text(s)
				c.Optional(s)
				c.Texts(texts)
				c.Bool(i == 0)
				c.ID(pid)
				c.Day(on)
				if err := c.End(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || n != int64(len(texts)) {
			t.Errorf("%d rows, %v", n, err)
		}
		rows, err := tx.Conn().Query(ctx, "SELECT t, o, l, b, i, d FROM c ORDER BY n")
		if err != nil {
			return err
		}
		for i := 0; rows.Next(); i++ {
			var (
				s    string
				o    *string
				list []string
				b    bool
				gotI id.ID
				gotD day.Day
			)
			if err := rows.Scan(&s, &o, &list, &b, &gotI, &gotD); err != nil {
				return err
			}
			if s != texts[i] || !slices.Equal(list, texts) || b != (i == 0) || gotI != pid || gotD != on || (o == nil) != (texts[i] == "") {
				t.Errorf("row %d: %q %q %v %v %v", i, s, list, b, gotI, gotD)
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		_, err = tx.Copy("c", []string{"n"}, func(*db.CopyRows) error { return boom })
		return err
	})
	if !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
}
