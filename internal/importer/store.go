package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

type row struct {
	TenantID        int32           `gorm:"column:tenant_id"`
	ID              id.ID           `gorm:"column:id"`
	Mode            string          `gorm:"column:mode"`
	State           string          `gorm:"column:state"`
	FileName        string          `gorm:"column:file_name"`
	Format          string          `gorm:"column:format"`
	Size            int64           `gorm:"column:size"`
	Worksheet       string          `gorm:"column:worksheet"`
	OPDID           *id.ID          `gorm:"column:opd_id"`
	EmploymentTypes json.RawMessage `gorm:"column:employment_types"`
	ValidFrom       day.Day         `gorm:"column:valid_from"`
	Mapping         json.RawMessage `gorm:"column:mapping"`
	CreateUnits     bool            `gorm:"column:create_units"`
	Columns         json.RawMessage `gorm:"column:columns"`
	Gone            json.RawMessage `gorm:"column:gone"`
	Phase           string          `gorm:"column:phase"`
	Percent         int             `gorm:"column:percent"`
	RowsRead        int             `gorm:"column:rows_read"`
	Attempts        int             `gorm:"column:attempts"`
	Counts          json.RawMessage `gorm:"column:counts"`
	Problem         *string         `gorm:"column:problem"`
	ProblemLine     *int            `gorm:"column:problem_line"`
	Difference      *string         `gorm:"column:difference"`
	Answers         *string         `gorm:"column:answers"`
	Version         int32           `gorm:"column:version"`
	CreatedAt       time.Time       `gorm:"column:created_at"`
	TouchedAt       time.Time       `gorm:"column:touched_at"`
	FinishedAt      *time.Time      `gorm:"column:finished_at"`
	ExpiredAt       *time.Time      `gorm:"column:expired_at"`
}

func (r row) load() (Import, error) {
	i := Import{ID: r.ID, State: State(r.State), Format: sheet.Kind(r.Format), Size: r.Size,
		Options:  Options{Mode: Mode(r.Mode), FileName: r.FileName, Worksheet: r.Worksheet, OPD: r.OPDID, ValidFrom: r.ValidFrom, CreateUnits: r.CreateUnits},
		Progress: Progress{Phase: Phase(r.Phase), Percent: r.Percent, Rows: r.RowsRead}, Attempts: r.Attempts, Problem: opt.Value(r.Problem),
		ProblemLine: opt.Value(r.ProblemLine), Difference: opt.Value(r.Difference), Answers: opt.Value(r.Answers), Version: r.Version,
		CreatedAt: r.CreatedAt, TouchedAt: r.TouchedAt, FinishedAt: r.FinishedAt, ExpiredAt: r.ExpiredAt}
	for to, from := range map[any]json.RawMessage{&i.EmploymentTypes: r.EmploymentTypes, &i.Mapping: r.Mapping, &i.Columns: r.Columns, &i.Gone: r.Gone, &i.Counts: r.Counts} {
		if err := json.Unmarshal(from, to); err != nil {
			return i, fmt.Errorf("import %s: %w", r.ID, err)
		}
	}
	return i, nil
}

func toRow(tenant int32, i Import) (row, error) {
	r := row{TenantID: tenant, ID: i.ID, Mode: string(i.Mode), State: string(i.State), FileName: i.FileName, Format: string(i.Format), Size: i.Size,
		Worksheet: i.Worksheet, OPDID: i.OPD, ValidFrom: i.ValidFrom, CreateUnits: i.CreateUnits, Phase: string(i.Progress.Phase), Percent: i.Progress.Percent,
		RowsRead: i.Progress.Rows, Attempts: i.Attempts, Problem: opt.Of(i.Problem), ProblemLine: opt.Of(i.ProblemLine), Difference: opt.Of(i.Difference),
		Answers: opt.Of(i.Answers), Version: i.Version, CreatedAt: i.CreatedAt, TouchedAt: i.TouchedAt, FinishedAt: i.FinishedAt, ExpiredAt: i.ExpiredAt}
	for to, from := range map[*json.RawMessage]any{&r.EmploymentTypes: i.EmploymentTypes, &r.Mapping: i.Mapping, &r.Columns: i.Columns, &r.Gone: i.Gone, &r.Counts: i.Counts} {
		b, err := json.Marshal(from)
		if err != nil {
			return r, err
		}
		*to = b
	}
	return r, nil
}

func insert(tx *db.Tx, i Import) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	r, err := toRow(tenant, i)
	if err != nil {
		return err
	}
	return tx.Insert("import", &r)
}

// find reads an import. Who sees one unit's people only sees its imports: those
// that declare the unit or one below it.
func find(tx *db.Tx, iid id.ID, lock bool) (Import, error) {
	q := tx.ReachOPD(tx.From("import").Where("id = ?", iid), "import.opd_id")
	if lock {
		q = q.Clauses(db.ForUpdate("import"))
	}
	var r row
	if err := db.First(q, &r); err != nil {
		return Import{}, err
	}
	if err := tx.Match(r.ID, r.Version, lock); err != nil {
		return Import{}, err
	}
	return r.load()
}

func list(tx *db.Tx, state State, r page.Request) ([]Import, error) {
	q := tx.ReachOPD(tx.From("import"), "import.opd_id")
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if r.After != nil {
		q = q.Where("(created_at, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("created_at DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, row.load)
}

// save writes an import back if it is still in the state it was read in; false
// means that somebody was faster.
func save(tx *db.Tx, i Import, was State) (bool, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return false, err
	}
	r, err := toRow(tenant, i)
	if err != nil {
		return false, err
	}
	res := tx.From("import").Where("id = ? AND state = ?", i.ID, was).Select("mode", "state", "gone", "columns", "phase", "percent", "rows_read", "attempts", "counts",
		"problem", "problem_line", "difference", "answers", "version", "touched_at", "finished_at", "expired_at").Updates(&r)
	return res.RowsAffected == 1, res.Error
}

// touch writes progress; false means that the import is no longer in the state
// in which the work began.
func touch(tx *db.Tx, iid id.ID, state State, p Progress) (bool, error) {
	n, err := tx.Exec(`UPDATE import SET phase = @phase, percent = @percent, rows_read = @rows, version = version + 1, touched_at = @now
		WHERE tenant_id IN @tenants AND id = @id AND state = @state`,
		map[string]any{"id": iid, "state": state, "phase": p.Phase, "percent": p.Percent, "rows": p.Rows, "now": tx.Now()})
	return n == 1, err
}

// governmentLock is the key space of the lock that lets one import of a
// government work at a time.
const governmentLock = 742002

// lockGovernment takes the lock for the rest of the transaction; false means
// that another import has it.
func lockGovernment(tx *db.Tx) (bool, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return false, err
	}
	var got bool
	err = tx.Conn().QueryRow(tx.Context(), "SELECT pg_try_advisory_xact_lock($1, $2)", governmentLock, tenant).Scan(&got)
	return got, err
}

type chunkRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	ImportID  id.ID     `gorm:"column:import_id"`
	Piece     int       `gorm:"column:piece"`
	Bytes     []byte    `gorm:"column:bytes"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func insertChunk(tx *db.Tx, iid id.ID, piece int, b []byte) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	return tx.Insert("import_chunk", &chunkRow{tenant, iid, piece, b, tx.Now()})
}

func readChunk(tx *db.Tx, iid id.ID, piece int) ([]byte, error) {
	var r chunkRow
	err := db.First(tx.From("import_chunk").Where("import_id = ? AND piece = ?", iid, piece), &r)
	return r.Bytes, err
}

func deleteChunks(tx *db.Tx, iid id.ID) error {
	_, err := tx.Exec("DELETE FROM import_chunk WHERE tenant_id IN @tenants AND import_id = @id", map[string]any{"id": iid})
	return err
}

// deleteStrayChunks drops pieces of uploads that never became an import.
func deleteStrayChunks(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM import_chunk c WHERE c.tenant_id IN @tenants AND c.created_at < @before
		AND NOT EXISTS (SELECT FROM import i WHERE i.tenant_id = c.tenant_id AND i.id = c.import_id)`, map[string]any{"before": before})
	return err
}

// due lists imports that a sweep has something to do with: work that nobody has
// touched for a while, files kept for nothing, answers past their time.
func due(tx *db.Tx, stale, unused, old time.Time) ([]Import, error) {
	var rows []row
	if err := tx.From("import").Where(`state IN ('queued', 'reading', 'applying', 'undoing') AND touched_at < ? OR state = 'ready' AND touched_at < ?
		OR expired_at IS NULL AND finished_at < ?`, stale, unused, old).Order("created_at").Limit(1000).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, row.load)
}

// dropAnswers forgets the rows of an import.
func dropAnswers(tx *db.Tx, iid id.ID) error {
	for _, q := range []string{"DELETE FROM import_row WHERE tenant_id IN @tenants AND import_id = @id", "DELETE FROM import_gone WHERE tenant_id IN @tenants AND import_id = @id"} {
		if _, err := tx.Exec(q, map[string]any{"id": iid}); err != nil {
			return err
		}
	}
	return nil
}

// refusedLater tells the lines that only the comparison refused: their cells
// are not at hand.
func refusedLater(tx *db.Tx) (map[int]bool, error) {
	var lines []int
	err := tx.SQL("SELECT line FROM asn_incoming WHERE refused AND note IS NULL OR refused AND (note::jsonb->'cells') IS NULL AND (note::jsonb->'skipped') IS NULL", nil).Scan(&lines).Error
	out := make(map[int]bool, len(lines))
	for _, l := range lines {
		out[l] = true
	}
	return out, err
}

// writeAnswers keeps what became of each row. applied tells whether new persons
// really get their identifiers.
func writeAnswers(tx *db.Tx, iid id.ID, applied bool) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	var found strings.Builder
	named := map[string]any{"tenant": tenant, "import": iid, "applied": applied}
	for n, code := range foundCodes() {
		b, err := json.Marshal(fromRegistry[code])
		if err != nil {
			return err
		}
		fmt.Fprintf(&found, " WHEN @code%d THEN CAST(@finding%d AS jsonb)", n, n)
		named[fmt.Sprintf("code%d", n)], named[fmt.Sprintf("finding%d", n)] = code, string(b)
	}
	return tx.Transfer("import_row", strings.Fields("tenant_id import_id line outcome asn_id name opd_id changes findings cells retires_on"),
		`SELECT CAST(@tenant AS int), CAST(@import AS uuid), s.line,
			CASE WHEN (s.note::jsonb->'skipped') IS NOT NULL THEN 'skipped' WHEN s.refused THEN 'refused' WHEN m.line IS NULL THEN 'created' WHEN c.line IS NULL THEN 'unchanged'
				WHEN c.moved THEN 'moved' ELSE 'changed' END,
			coalesce(m.asn_id, CASE WHEN @applied AND NOT s.refused THEN s.new_id END), CASE WHEN m.line IS NULL AND NOT (@applied AND NOT s.refused) THEN s.name END, u.opd_id,
			c.changes, CASE WHEN s.note IS NOT NULL OR f.list IS NOT NULL THEN coalesce(s.note::jsonb->'findings', '[]') || coalesce(f.list, '[]') END,
			coalesce(s.note::jsonb->'cells', k.cells), CASE WHEN NOT s.refused THEN (s.note::jsonb->>'retires_on')::date END
		FROM asn_incoming s LEFT JOIN asn_incoming_match m ON m.line = s.line LEFT JOIN asn_incoming_change c ON c.line = s.line
		LEFT JOIN asn_incoming_unit u ON u.unit = s.unit AND NOT s.refused LEFT JOIN import_cells k ON k.line = s.line
		LEFT JOIN (SELECT line, jsonb_agg(CASE code`+found.String()+` END ORDER BY code) AS list FROM asn_incoming_finding GROUP BY line) f ON f.line = s.line`, "", named)
}

// makeCells is where cells of rows wait that the comparison refused.
func makeCells(tx *db.Tx) error {
	_, err := tx.Conn().Exec(tx.Context(), "CREATE TEMPORARY TABLE import_cells (line integer NOT NULL, cells jsonb NOT NULL) ON COMMIT DROP")
	return err
}

// writeGone proposes who is in the scope and not in the file. A row that was
// refused still speaks for its person, by NIP or by name.
func writeGone(tx *db.Tx, iid id.ID, o Options) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	named := map[string]any{"tenant": tenant, "import": iid, "kinds": append([]string{}, o.EmploymentTypes...), "opd": o.OPD}
	where := ""
	if len(o.EmploymentTypes) > 0 {
		where += " AND a.employment_type IN @kinds"
		for _, k := range o.EmploymentTypes {
			if k == PNS { // a file of PNS holds CPNS as well
				named["kinds"] = append([]string{CPNS}, o.EmploymentTypes...)
			}
		}
	}
	if o.OPD != nil {
		where += ` AND a.opd_id IN (SELECT d.id FROM opd d JOIN opd r ON r.tenant_id = d.tenant_id AND d.path >= r.path AND d.path < r.path || '~'
			WHERE r.tenant_id = @tenant AND r.id = @opd)`
	}
	return tx.Transfer("import_gone", []string{"tenant_id", "import_id", "asn_id"}, `SELECT a.tenant_id, CAST(@import AS uuid), a.id FROM asn a
		WHERE a.tenant_id = @tenant AND a.state = 'active'`+where+`
		AND NOT EXISTS (SELECT FROM asn_incoming_match m WHERE m.asn_id = a.id)
		AND NOT EXISTS (SELECT FROM asn_incoming s WHERE s.refused AND (s.nip = a.nip OR s.name_key = a.name_key))`, "", named)
}

// countRows counts what became of the rows.
func countRows(tx *db.Tx, iid id.ID) (Counts, error) {
	var c struct {
		Rows, Created, Changed, Moved, Unchanged, Refused, Skipped, Warned, Retiring, Gone int
	}
	err := tx.SQL(`SELECT count(*) FILTER (WHERE outcome <> 'skipped') AS rows, count(*) FILTER (WHERE outcome = 'created') AS created,
			count(*) FILTER (WHERE outcome = 'changed') AS changed, count(*) FILTER (WHERE outcome = 'moved') AS moved,
			count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged, count(*) FILTER (WHERE outcome = 'refused') AS refused,
			count(*) FILTER (WHERE outcome = 'skipped') AS skipped, count(*) FILTER (WHERE outcome NOT IN ('refused', 'skipped') AND findings IS NOT NULL) AS warned,
			count(retires_on) AS retiring,
			(SELECT count(*) FROM import_gone g WHERE g.tenant_id IN @tenants AND g.import_id = @import) AS gone
		FROM import_row WHERE tenant_id IN @tenants AND import_id = @import`, map[string]any{"import": iid}).Scan(&c).Error
	return Counts{Rows: c.Rows, Created: c.Created, Changed: c.Changed, Moved: c.Moved, Unchanged: c.Unchanged, Refused: c.Refused, Skipped: c.Skipped,
		Warned: c.Warned, Retiring: c.Retiring, Gone: c.Gone}, err
}

// hashes binds the difference (line, outcome, changes) and the answers (line,
// outcome, codes), row by row in the order of the file.
func hashes(tx *db.Tx, iid id.ID) (difference, answers string, err error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return "", "", err
	}
	rows, err := tx.Conn().Query(tx.Context(), `SELECT line::text, outcome, coalesce(changes::text, ''),
			coalesce((SELECT string_agg(f->>'code', ',' ORDER BY n) FROM jsonb_array_elements(findings) WITH ORDINALITY x(f, n)), '')
		FROM import_row WHERE tenant_id = $1 AND import_id = $2 ORDER BY line`, pgx.QueryResultFormats{pgx.TextFormatCode}, tenant, iid)
	if err != nil {
		return "", "", err
	}
	defer rows.Close()
	d, a := sha256.New(), sha256.New()
	for rows.Next() {
		v := rows.RawValues()
		for i, part := range v {
			if i != 3 {
				d.Write(part)
				d.Write([]byte{'\t'})
			}
			if i != 2 {
				a.Write(part)
				a.Write([]byte{'\t'})
			}
		}
		d.Write([]byte{'\n'})
		a.Write([]byte{'\n'})
	}
	return hex.EncodeToString(d.Sum(nil)), hex.EncodeToString(a.Sum(nil)), rows.Err()
}

type answerRow struct {
	Line     int             `gorm:"column:line"`
	Outcome  string          `gorm:"column:outcome"`
	ASNID    *id.ID          `gorm:"column:asn_id"`
	Findings json.RawMessage `gorm:"column:findings"`
	Cells    json.RawMessage `gorm:"column:cells"`
}

func (r answerRow) answer() (Answer, error) {
	a := Answer{Line: r.Line, Outcome: Outcome(r.Outcome), ASN: r.ASNID, Findings: []Finding{}}
	if len(r.Findings) > 0 {
		if err := json.Unmarshal(r.Findings, &a.Findings); err != nil {
			return a, err
		}
	}
	if len(r.Cells) > 0 {
		return a, json.Unmarshal(r.Cells, &a.cells)
	}
	return a, nil
}

// AnswerFilter narrows the answers.
type AnswerFilter struct {
	Outcome Outcome
	// Said leaves only rows with a finding.
	Said bool
}

// answersOf reads answers in the order of the file. The outcome is one of a
// closed set and stands in the statement itself, so that its index serves.
func answersOf(tx *db.Tx, iid id.ID, f AnswerFilter, after, limit int) ([]Answer, error) {
	q := tx.From("import_row").Where("import_id = ? AND line > ?", iid, after)
	if f.Outcome != "" {
		q = q.Where("outcome = " + literal(f.Outcome))
	}
	if f.Said {
		q = q.Where("findings IS NOT NULL")
	}
	var rows []answerRow
	if err := q.Order("line").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, answerRow.answer)
}

// literal spells an outcome for a statement; anything else spells nothing.
func literal(o Outcome) string {
	switch o {
	case RowCreated, RowChanged, RowMoved, RowUnchanged, RowRefused, RowSkipped:
		return "'" + string(o) + "'"
	}
	return "NULL"
}

type differenceRow struct {
	Line      int             `gorm:"column:line"`
	Outcome   string          `gorm:"column:outcome"`
	ASNID     *id.ID          `gorm:"column:asn_id"`
	Name      string          `gorm:"column:name"`
	NIP       *string         `gorm:"column:nip"`
	OPDID     *id.ID          `gorm:"column:opd_id"`
	OPDName   *string         `gorm:"column:opd_name"`
	Changes   json.RawMessage `gorm:"column:changes"`
	RetiresOn *day.Day        `gorm:"column:retires_on"`
}

func (r differenceRow) difference() (Difference, error) {
	d := Difference{Kind: r.Outcome, Line: r.Line, ASN: r.ASNID, Name: r.Name, NIP: opt.Value(r.NIP), OPD: r.OPDID, OPDName: opt.Value(r.OPDName), RetiresOn: r.RetiresOn}
	if len(r.Changes) == 0 {
		return d, nil
	}
	return d, json.Unmarshal(r.Changes, &d.Fields)
}

// differencesOf reads what rows change, in the order of the file. Kind is an
// outcome, retiring, or empty for all that changes something.
func differencesOf(tx *db.Tx, iid id.ID, kind string, after, limit int) ([]Difference, error) {
	where := "r.outcome IN ('created', 'changed', 'moved')"
	switch kind {
	case "":
	case Retiring:
		where = "r.retires_on IS NOT NULL"
	default:
		where = "r.outcome = " + literal(Outcome(kind))
	}
	var rows []differenceRow
	if err := tx.SQL(`SELECT r.line, r.outcome, r.asn_id, coalesce(a.name, r.name, '') AS name, a.nip, coalesce(r.opd_id, a.opd_id) AS opd_id, o.name AS opd_name, r.changes, r.retires_on
		FROM import_row r LEFT JOIN asn a ON a.tenant_id = r.tenant_id AND a.id = r.asn_id
		LEFT JOIN opd o ON o.tenant_id = r.tenant_id AND o.id = coalesce(r.opd_id, a.opd_id)
		WHERE r.tenant_id IN @tenants AND r.import_id = @import AND r.line > @after AND `+where+` ORDER BY r.line LIMIT @limit`,
		map[string]any{"import": iid, "after": after, "limit": limit}).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return differences(tx, rows)
}

// goneOf reads who is proposed as gone.
func goneOf(tx *db.Tx, iid id.ID, after id.ID, limit int) ([]Difference, error) {
	var rows []differenceRow
	if err := tx.SQL(`SELECT 0 AS line, 'gone' AS outcome, g.asn_id, a.name, a.nip, a.opd_id, o.name AS opd_name
		FROM import_gone g JOIN asn a ON a.tenant_id = g.tenant_id AND a.id = g.asn_id LEFT JOIN opd o ON o.tenant_id = a.tenant_id AND o.id = a.opd_id
		WHERE g.tenant_id IN @tenants AND g.import_id = @import AND g.asn_id > @after ORDER BY g.asn_id LIMIT @limit`,
		map[string]any{"import": iid, "after": after, "limit": limit}).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return differences(tx, rows)
}

// differences adds the names of units to changes of unit.
func differences(tx *db.Tx, rows []differenceRow) ([]Difference, error) {
	out := make([]Difference, 0, len(rows))
	var ids []string
	for _, r := range rows {
		d, err := r.difference()
		if err != nil {
			return nil, err
		}
		for _, f := range d.Fields {
			if f.Field == "opd_id" {
				ids = append(ids, f.Old, f.New)
			}
		}
		out = append(out, d)
	}
	if len(ids) == 0 {
		return out, nil
	}
	var names []struct {
		ID   string `gorm:"column:id"`
		Name string `gorm:"column:name"`
	}
	if err := tx.From("opd").Select("id::text AS id, name").Where("id::text IN ?", ids).Find(&names).Error; err != nil {
		return nil, err
	}
	known := map[string]string{}
	for _, n := range names {
		known[n.ID] = n.Name
	}
	for _, d := range out {
		for i, f := range d.Fields {
			if f.Field == "opd_id" {
				d.Fields[i].OldName, d.Fields[i].NewName = known[f.Old], known[f.New]
			}
		}
	}
	return out, nil
}

// proposed counts how many of the persons an import proposes as gone.
func proposed(tx *db.Tx, iid id.ID, people []id.ID) (int64, error) {
	var n int64
	return n, tx.From("import_gone").Where("import_id = ? AND asn_id IN ?", iid, people).Count(&n).Error
}

func anyRefused(tx *db.Tx) (refused bool, err error) {
	return refused, tx.SQL("SELECT EXISTS (SELECT FROM asn_incoming WHERE refused AND (note IS NULL OR (note::jsonb->'skipped') IS NULL))", nil).Scan(&refused).Error
}
