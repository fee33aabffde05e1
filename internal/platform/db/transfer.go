package db

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Transfer is INSERT ... SELECT out of temporary tables. rest follows the
// statement, for instance ON CONFLICT. See SQL for the values.
//
// On a database that Citus distributes such a statement would run as COPY, which
// row policies refuse; there (Config.MultiRow) the rows are fetched and inserted
// many at a time.
func (tx *Tx) Transfer(table string, columns []string, query, rest string, named map[string]any) error {
	into := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") "
	if !tx.multiRow {
		_, err := tx.Exec(into+query+" "+rest, named)
		return err
	}
	if _, err := tx.Exec("DECLARE transfer NO SCROLL CURSOR FOR "+query, named); err != nil {
		return err
	}
	for batch := max(1, maxParameters/len(columns)); ; {
		rows, err := tx.conn.Query(tx.ctx, "FETCH "+strconv.Itoa(batch)+" FROM transfer", pgx.QueryExecModeDescribeExec)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) ([]any, error) { return r.Values() })
		if err != nil {
			return fmt.Errorf("fetch rows for %s: %w", table, err)
		}
		if len(list) == 0 {
			break
		}
		args := []any{pgx.QueryExecModeDescribeExec} // cached, it would be taken for another cursor's, or be one of many sizes
		for _, row := range list {
			args = append(args, row...)
		}
		if _, err := tx.conn.Exec(tx.ctx, into+placeholders(len(list), len(columns))+" "+rest, args...); err != nil {
			return err
		}
		if len(list) < batch {
			break
		}
	}
	_, err := tx.conn.Exec(tx.ctx, "CLOSE transfer")
	return err
}

// maxParameters keeps a statement well below the 65,535 values it may have.
const maxParameters = 20_000

// placeholders spells VALUES ($1, $2), ($3, $4).
func placeholders(rows, columns int) string {
	var s strings.Builder
	s.WriteString("VALUES ")
	for n := range rows * columns {
		switch {
		case n == 0:
			s.WriteString("($")
		case n%columns == 0:
			s.WriteString("), ($")
		default:
			s.WriteString(", $")
		}
		s.WriteString(strconv.Itoa(n + 1))
	}
	s.WriteByte(')')
	return s.String()
}
