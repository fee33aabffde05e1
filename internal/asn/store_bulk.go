package asn

import (
	"fmt"
	"strings"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// stageTables are dropped by the transaction's end. Keys are C-collated like
// the columns they are compared with.
const stageTables = `
CREATE TEMPORARY TABLE asn_incoming (line integer NOT NULL, new_id uuid NOT NULL, refused boolean NOT NULL, nip text COLLATE "C",
	name text, name_key text COLLATE "C", title_front text, title_back text, sex text, sex_derived boolean NOT NULL, birth_place text,
	birth_date date, birth_derived boolean NOT NULL, email text, phone text, employment_type text, employment_since date, rank_code text,
	rank_since date, position_title text, position_type text, position_since date, legal_status text, unit integer NOT NULL,
	superior_nip text COLLATE "C", tokens text[], note text) ON COMMIT DROP;
CREATE TEMPORARY TABLE asn_incoming_unit (unit integer NOT NULL, opd_id uuid NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE asn_incoming_match (line integer NOT NULL, asn_id uuid NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE asn_incoming_superior (line integer NOT NULL, person uuid NOT NULL, superior_id uuid) ON COMMIT DROP;
CREATE TEMPORARY TABLE asn_incoming_finding (line integer NOT NULL, code text NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE asn_incoming_change (line integer NOT NULL, asn_id uuid NOT NULL, version integer NOT NULL, returns boolean NOT NULL,
	name text NOT NULL, name_key text COLLATE "C" NOT NULL, title_front text NOT NULL, title_back text NOT NULL, sex text, birth_place text NOT NULL,
	birth_date date, email text NOT NULL, phone text NOT NULL, employment_type text NOT NULL, rank_code text, position_title text NOT NULL,
	position_type text, opd_id uuid NOT NULL, superior_id uuid, legal_status text NOT NULL, renamed boolean NOT NULL, moved boolean NOT NULL,
	employment_changed boolean NOT NULL, rank_changed boolean NOT NULL, position_changed boolean NOT NULL, superior_changed boolean NOT NULL,
	legal_status_changed boolean NOT NULL, changes jsonb NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE asn_incoming_fact (line integer NOT NULL, asn_id uuid NOT NULL, aspect text COLLATE "C" NOT NULL, value text, title text,
	opd_id uuid, superior_id uuid, valid_from date NOT NULL, valid_until date, previous date) ON COMMIT DROP`

var incomingColumns = strings.Fields(`line new_id refused nip name name_key title_front title_back sex sex_derived birth_place birth_date
	birth_derived email phone employment_type employment_since rank_code rank_since position_title position_type position_since
	legal_status unit superior_nip tokens note`)

// stageIncoming makes the tables and copies the list. Statements over a million
// rows take longer than a request may.
func stageIncoming(tx *db.Tx, fill func(put func(Incoming) error) error) (int64, error) {
	for _, q := range append([]string{"SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0", "SET LOCAL work_mem = '64MB'"},
		strings.Split(stageTables, ";\n")...) {
		if _, err := tx.Conn().Exec(tx.Context(), q); err != nil {
			return 0, fmt.Errorf("stage a list: %w", err)
		}
	}
	n, err := tx.Copy("asn_incoming", incomingColumns, func(c *db.CopyRows) error {
		return fill(func(in Incoming) error { return putIncoming(c, in) })
	})
	if err != nil {
		return 0, err
	}
	_, err = tx.Conn().Exec(tx.Context(), "ANALYZE asn_incoming")
	return n, err
}

func putIncoming(c *db.CopyRows, in Incoming) error {
	c.Int(in.Line)
	c.ID(in.ID)
	c.Bool(in.Refused)
	c.Optional(in.NIP)
	c.Optional(in.Name)
	key := words(in.Name)
	c.Optional(strings.Join(key, " "))
	c.Optional(in.TitleFront)
	c.Optional(in.TitleBack)
	c.Optional(in.Sex)
	c.Bool(in.SexDerived)
	c.Optional(in.BirthPlace)
	c.Day(in.BirthDate)
	c.Bool(in.BirthDerived)
	c.Optional(in.Email)
	c.Optional(in.Phone)
	c.Optional(in.EmploymentType)
	c.Day(in.EmploymentSince)
	c.Optional(in.RankCode)
	c.Day(in.RankSince)
	c.Optional(in.PositionTitle)
	c.Optional(in.PositionType)
	c.Day(in.PositionSince)
	c.Optional(in.LegalStatus)
	c.Int(in.Unit)
	c.Optional(in.SuperiorNIP)
	if in.Refused {
		c.Null()
	} else {
		c.Texts(tokensOf(key))
	}
	c.Optional(in.Note)
	return c.End()
}

func stageUnits(tx *db.Tx, units []id.ID) error {
	if _, err := tx.Copy("asn_incoming_unit", []string{"unit", "opd_id"}, func(c *db.CopyRows) error {
		for i, u := range units {
			c.Int(i)
			c.ID(u)
			if err := c.End(); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	_, err := tx.Conn().Exec(tx.Context(), "ANALYZE asn_incoming_unit")
	return err
}

// run executes the statements of a step one after another.
func (b Bulk) run(tx *db.Tx, statements ...string) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	for _, q := range statements {
		if _, err := tx.Exec(q, map[string]any{"tenant": tenant, "import": b.Import, "day": b.ValidFrom, "today": b.Today, "now": tx.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// transfer moves rows out of the temporary tables into one of ours.
func (b Bulk) transfer(tx *db.Tx, table, columns, query, rest string) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	return tx.Transfer(table, strings.Fields(columns), query, rest,
		map[string]any{"tenant": tenant, "import": b.Import, "day": b.ValidFrom, "today": b.Today, "now": tx.Now()})
}

// matchIncoming finds who is known: by NIP; staff without one by name, with the
// birth date or, where it is not known, the unit.
func (b Bulk) matchIncoming(tx *db.Tx) error {
	return b.run(tx, `INSERT INTO asn_incoming_match SELECT s.line, a.id FROM asn_incoming s JOIN asn a ON a.tenant_id = @tenant AND a.nip = s.nip
			WHERE NOT s.refused AND s.nip IS NOT NULL`,
		`INSERT INTO asn_incoming_match SELECT s.line, a.id FROM asn_incoming s JOIN asn_incoming_unit u ON u.unit = s.unit
			JOIN asn a ON a.tenant_id = @tenant AND a.nip IS NULL AND a.employment_type = 'non_asn' AND a.state IN ('active', 'departed') AND a.name_key = s.name_key
				AND (a.birth_date = s.birth_date OR (a.birth_date IS NULL OR s.birth_date IS NULL) AND a.opd_id = u.opd_id)
			WHERE NOT s.refused AND s.nip IS NULL`,
		`ANALYZE asn_incoming_match`)
}

// findDoubles refuses who stands in the list twice, or cannot be told from
// another: also under a number of the past, or of a record that was joined to
// another, which would open the same human a second time.
func (b Bulk) findDoubles(tx *db.Tx) error {
	return b.run(tx, `INSERT INTO asn_incoming_finding SELECT s.line, '`+FoundNIPTwice+`' FROM asn_incoming s
			JOIN (SELECT nip, min(line) AS first FROM asn_incoming WHERE nip IS NOT NULL GROUP BY nip HAVING count(*) > 1) d ON d.nip = s.nip AND s.line > d.first`,
		`INSERT INTO asn_incoming_finding SELECT DISTINCT s.line, '`+FoundNIPFormer+`' FROM asn_incoming s
			JOIN asn_fact f ON f.tenant_id = @tenant AND f.aspect = 'nip' AND f.value = s.nip
			JOIN asn a ON a.tenant_id = f.tenant_id AND a.id = f.asn_id AND a.state <> 'withdrawn'
			WHERE `+incomingNew,
		`INSERT INTO asn_incoming_finding SELECT line, '`+FoundPersonAmbiguous+`' FROM asn_incoming_match GROUP BY line HAVING count(*) > 1`,
		`INSERT INTO asn_incoming_finding SELECT line, '`+FoundPersonTwice+`' FROM (
			SELECT line, row_number() OVER (PARTITION BY name_key, birth_date, CASE WHEN birth_date IS NULL THEN unit END ORDER BY line) AS n
			FROM asn_incoming WHERE NOT refused AND nip IS NULL) s WHERE n > 1
			UNION SELECT m.line, '`+FoundPersonTwice+`' FROM asn_incoming_match m
			JOIN (SELECT asn_id, min(line) AS first FROM asn_incoming_match GROUP BY asn_id HAVING count(*) > 1) d ON d.asn_id = m.asn_id AND m.line > d.first
			WHERE NOT EXISTS (SELECT FROM asn_incoming_finding f WHERE f.line = m.line)`,
		`UPDATE asn_incoming s SET refused = TRUE FROM asn_incoming_finding f WHERE f.line = s.line AND NOT s.refused`,
		`DELETE FROM asn_incoming_match m USING asn_incoming_finding f WHERE f.line = m.line`)
}

// incomingNew is every row that makes a new person.
const incomingNew = `NOT s.refused AND NOT EXISTS (SELECT FROM asn_incoming_match m WHERE m.line = s.line)`

// findSuperiors looks superiors up by NIP, in the registry and in the list
// itself, and leaves out those that would close a ring.
func (b Bulk) findSuperiors(tx *db.Tx) error {
	var named bool
	if err := tx.SQL("SELECT EXISTS (SELECT FROM asn_incoming WHERE superior_nip IS NOT NULL AND NOT refused)", nil).Scan(&named).Error; err != nil || !named {
		return err
	}
	return b.run(tx, `INSERT INTO asn_incoming_superior SELECT s.line, coalesce(m.asn_id, s.new_id), coalesce(a.id, k.new_id) FROM asn_incoming s
			LEFT JOIN asn_incoming_match m ON m.line = s.line
			LEFT JOIN asn a ON a.tenant_id = @tenant AND a.nip = s.superior_nip AND a.state = 'active'
			LEFT JOIN (SELECT s.nip, s.new_id FROM asn_incoming s WHERE s.nip IS NOT NULL AND `+incomingNew+`) k ON k.nip = s.superior_nip
			WHERE s.superior_nip IS NOT NULL AND NOT s.refused`,
		`INSERT INTO asn_incoming_finding SELECT line, '`+FoundSuperiorUnknown+`' FROM asn_incoming_superior WHERE superior_id IS NULL`,
		`DELETE FROM asn_incoming_superior WHERE superior_id IS NULL`,
		`ANALYZE asn_incoming_superior`,
		// Whoever is not reached from somebody without a superior leads into a ring; on the ring is who comes back to himself.
		`INSERT INTO asn_incoming_finding WITH RECURSIVE edge AS (
				SELECT person, superior_id FROM asn_incoming_superior
				UNION ALL SELECT a.id, a.superior_id FROM asn a WHERE a.tenant_id = @tenant AND a.state = 'active' AND a.superior_id IS NOT NULL
					AND NOT EXISTS (SELECT FROM asn_incoming_superior x WHERE x.person = a.id)),
			reached AS (
				SELECT e.person FROM edge e WHERE NOT EXISTS (SELECT FROM edge up WHERE up.person = e.superior_id)
				UNION ALL SELECT e.person FROM reached r JOIN edge e ON e.superior_id = r.person),
			lost AS (SELECT e.person, e.superior_id FROM edge e WHERE NOT EXISTS (SELECT FROM reached r WHERE r.person = e.person)),
			walk AS (
				SELECT person AS start, superior_id AS at, 1 AS depth FROM lost
				UNION ALL SELECT w.start, l.superior_id, w.depth + 1 FROM walk w JOIN lost l ON l.person = w.at WHERE w.at <> w.start AND w.depth < 50)
			SELECT s.line, '`+FoundSuperiorRing+`' FROM asn_incoming_superior s WHERE s.person IN (SELECT start FROM walk WHERE at = start)`,
		`DELETE FROM asn_incoming_superior s USING asn_incoming_finding f WHERE f.line = s.line AND f.code = '`+FoundSuperiorRing+`'`)
}

// findChanges keeps the known persons whom the list changes, as they will be.
func (b Bulk) findChanges(tx *db.Tx) error {
	return b.run(tx, `INSERT INTO asn_incoming_change
		SELECT e.line, e.asn_id, e.version, e.returns, e.name, e.name_key, e.title_front, e.title_back, e.sex, e.birth_place, e.birth_date, e.email, e.phone,
			e.employment_type, e.rank_code, e.position_title, e.position_type, e.opd_id, e.superior_id, e.legal_status,
			e.name <> a.name, e.opd_id <> a.opd_id,
			e.employment_type <> a.employment_type, e.rank_code IS DISTINCT FROM a.rank_code,
			(e.position_title, e.opd_id) <> (a.position_title, a.opd_id) OR e.position_type IS DISTINCT FROM a.position_type,
			e.superior_id IS DISTINCT FROM a.superior_id, e.legal_status <> a.legal_status,
			(SELECT jsonb_agg(jsonb_build_object('field', v.field, 'old', v.old, 'new', v.new) ORDER BY v.n) FROM (VALUES
				(1, 'name', a.name, e.name), (2, 'title_front', a.title_front, e.title_front), (3, 'title_back', a.title_back, e.title_back), (4, 'sex', a.sex, e.sex),
				(5, 'birth_place', a.birth_place, e.birth_place), (6, 'birth_date', a.birth_date::text, e.birth_date::text), (7, 'email', a.email, e.email),
				(8, 'phone', a.phone, e.phone), (9, 'employment_type', a.employment_type, e.employment_type), (10, 'rank_code', a.rank_code, e.rank_code),
				(11, 'position_title', a.position_title, e.position_title), (12, 'position_type', a.position_type, e.position_type),
				(13, 'opd_id', a.opd_id::text, e.opd_id::text), (14, 'superior_id', a.superior_id::text, e.superior_id::text),
				(15, 'legal_status', a.legal_status, e.legal_status), (16, 'state', a.state, 'active')) v(n, field, old, new) WHERE v.old IS DISTINCT FROM v.new)
		FROM (SELECT s.line, a.id AS asn_id, a.version, a.state = 'departed' AS returns, s.name, s.name_key, coalesce(s.title_front, a.title_front) AS title_front,
				coalesce(s.title_back, a.title_back) AS title_back, CASE WHEN s.sex_derived THEN coalesce(a.sex, s.sex) ELSE coalesce(s.sex, a.sex) END AS sex,
				coalesce(s.birth_place, a.birth_place) AS birth_place,
				CASE WHEN s.birth_derived THEN coalesce(a.birth_date, s.birth_date) ELSE coalesce(s.birth_date, a.birth_date) END AS birth_date,
				coalesce(s.email, a.email) AS email, coalesce(s.phone, a.phone) AS phone, coalesce(s.employment_type, a.employment_type) AS employment_type,
				coalesce(s.rank_code, a.rank_code) AS rank_code, coalesce(s.position_title, a.position_title) AS position_title,
				coalesce(s.position_type, a.position_type) AS position_type, u.opd_id, coalesce(p.superior_id, a.superior_id) AS superior_id,
				coalesce(s.legal_status, a.legal_status) AS legal_status
			FROM asn_incoming_match m JOIN asn_incoming s ON s.line = m.line JOIN asn_incoming_unit u ON u.unit = s.unit
			JOIN asn a ON a.tenant_id = @tenant AND a.id = m.asn_id LEFT JOIN asn_incoming_superior p ON p.line = s.line) e
		JOIN asn a ON a.tenant_id = @tenant AND a.id = e.asn_id
		WHERE e.returns OR (e.name, e.title_front, e.title_back, e.sex, e.birth_place, e.birth_date, e.email, e.phone, e.employment_type, e.rank_code, e.position_title,
				e.position_type, e.opd_id, e.superior_id, e.legal_status)
			IS DISTINCT FROM (a.name, a.title_front, a.title_back, a.sex, a.birth_place, a.birth_date, a.email, a.phone, a.employment_type, a.rank_code, a.position_title,
				a.position_type, a.opd_id, a.superior_id, a.legal_status)`,
		`INSERT INTO asn_incoming_finding SELECT line, '`+FoundPersonReturns+`' FROM asn_incoming_change WHERE returns`,
		`ANALYZE asn_incoming_change`)
}

// planFacts finds the day from which each changed aspect counts: the day given
// when it lies after the entry there is, else the first day of the import, else,
// when that entry began on it or later, the same day: the entry is corrected in
// its place. A planned entry ahead stays and bounds the new one.
func (b Bulk) planFacts(tx *db.Tx) error {
	return b.run(tx, `INSERT INTO asn_incoming_fact
		SELECT f.line, f.asn_id, f.aspect, f.value, f.title, f.opd_id, f.superior_id, f.valid_from,
			(SELECT min(x.valid_from) - 1 FROM asn_fact x WHERE x.tenant_id = @tenant AND x.asn_id = f.asn_id AND x.aspect = f.aspect
				AND x.valid_from > f.valid_from AND (x.valid_until IS NULL OR x.valid_until >= x.valid_from)), f.previous
		FROM (SELECT c.line, c.asn_id, v.aspect, v.value, v.title, v.opd_id, v.superior_id, x.valid_from AS previous,
				CASE WHEN x.valid_from IS NULL OR coalesce(v.since, @day) > x.valid_from THEN coalesce(v.since, @day)
					WHEN @day > x.valid_from THEN @day ELSE x.valid_from END AS valid_from
			FROM asn_incoming_change c JOIN asn_incoming s ON s.line = c.line
			CROSS JOIN LATERAL (VALUES
				('employment', c.employment_changed, c.employment_type, NULL, NULL::uuid, NULL::uuid, NULL::date),
				('rank', c.rank_changed, c.rank_code, NULL, NULL, NULL, s.rank_since),
				('position', c.position_changed, c.position_type, c.position_title, c.opd_id, NULL, s.position_since),
				('superior', c.superior_changed, NULL, NULL, NULL, c.superior_id, NULL),
				('legal_status', c.legal_status_changed, c.legal_status, NULL, NULL, NULL, NULL)) v(aspect, changed, value, title, opd_id, superior_id, since)
			LEFT JOIN LATERAL (SELECT y.valid_from FROM asn_fact y WHERE y.tenant_id = @tenant AND y.asn_id = c.asn_id AND y.aspect = v.aspect
				AND y.valid_from <= @today AND (y.valid_until IS NULL OR y.valid_until >= y.valid_from) ORDER BY y.valid_from DESC LIMIT 1) x ON TRUE
			WHERE v.changed) f`,
		`INSERT INTO asn_incoming_finding SELECT DISTINCT f.line, '`+FoundSinceNotLater+`' FROM asn_incoming_fact f JOIN asn_incoming s ON s.line = f.line
			WHERE f.aspect = 'rank' AND s.rank_since <> f.valid_from OR f.aspect = 'position' AND s.position_since <> f.valid_from`)
}

func (b Bulk) insertPersons(tx *db.Tx) error {
	return b.transfer(tx, "asn", `tenant_id id name name_key title_front title_back nip sex birth_place birth_date email phone employment_type rank_code position_title position_type opd_id superior_id legal_status state version created_at updated_at`,
		`SELECT CAST(@tenant AS int), s.new_id, s.name, s.name_key, coalesce(s.title_front, ''), coalesce(s.title_back, ''), s.nip, s.sex, coalesce(s.birth_place, ''), s.birth_date,
			coalesce(s.email, ''), coalesce(s.phone, ''), s.employment_type, s.rank_code, coalesce(s.position_title, ''), s.position_type, u.opd_id, p.superior_id,
			coalesce(s.legal_status, 'active'), 'active', 1, CAST(@now AS timestamptz), CAST(@now AS timestamptz)
		FROM asn_incoming s JOIN asn_incoming_unit u ON u.unit = s.unit LEFT JOIN asn_incoming_superior p ON p.line = s.line WHERE `+incomingNew, "")
}

func (b Bulk) insertFirstFacts(tx *db.Tx) error {
	return b.transfer(tx, "asn_fact", `tenant_id asn_id aspect valid_from value title opd_id superior_id recorded_later import_id created_at`,
		`SELECT CAST(@tenant AS int), s.new_id, v.aspect, coalesce(v.since, @day), v.value, v.title, v.opd_id, v.superior_id, coalesce(v.since, @day) < @today, CAST(@import AS uuid), CAST(@now AS timestamptz)
		FROM asn_incoming s JOIN asn_incoming_unit u ON u.unit = s.unit LEFT JOIN asn_incoming_superior p ON p.line = s.line
		CROSS JOIN LATERAL (VALUES
			('employment', s.employment_type, NULL, NULL::uuid, NULL::uuid, s.employment_since),
			('legal_status', coalesce(s.legal_status, 'active'), NULL, NULL, NULL, NULL),
			('nip', s.nip, NULL, NULL, NULL, s.employment_since),
			('position', coalesce(s.position_type, ''), s.position_title, u.opd_id, NULL, s.position_since),
			('rank', s.rank_code, NULL, NULL, NULL, s.rank_since),
			('superior', NULL, NULL, NULL, p.superior_id, NULL)) v(aspect, value, title, opd_id, superior_id, since)
		WHERE `+incomingNew+` AND (v.value IS NOT NULL OR v.superior_id IS NOT NULL)`, "")
}

// insertNameTokens sorts by token: a million names scattered over the index
// would touch each of its pages again and again.
func (b Bulk) insertNameTokens(tx *db.Tx) error {
	return b.transfer(tx, "asn_name_token", `tenant_id token asn_id`,
		`SELECT CAST(@tenant AS int), t.token, s.new_id FROM asn_incoming s
		CROSS JOIN LATERAL unnest(s.tokens) t(token) WHERE `+incomingNew+` ORDER BY t.token COLLATE "C", s.new_id`, "")
}

// keptColumns are those of asn_before.
const keptColumns = "tenant_id import_id asn_id aspect valid_from image undone"

const keepPersonSQL = `SELECT a.tenant_id, CAST(@import AS uuid), a.id, 'person', CAST(@day AS date), to_jsonb(a), FALSE FROM asn a
	WHERE a.tenant_id = @tenant AND a.id `

// keepBefore keeps records and entries as they are, before they change.
func (b Bulk) keepBefore(tx *db.Tx) error {
	if err := b.transfer(tx, "asn_before", keptColumns, keepPersonSQL+`IN (SELECT c.asn_id FROM asn_incoming_change c)`, ""); err != nil {
		return err
	}
	return b.transfer(tx, "asn_before", keptColumns, `SELECT DISTINCT ON (x.asn_id, x.aspect, x.valid_from) x.tenant_id, CAST(@import AS uuid), x.asn_id, x.aspect,
		x.valid_from, to_jsonb(x), FALSE
		FROM asn_incoming_fact f JOIN asn_fact x ON x.tenant_id = @tenant AND x.asn_id = f.asn_id AND x.aspect = f.aspect AND x.valid_from IN (f.previous, f.valid_from)`, "")
}

func (b Bulk) keepPerson(tx *db.Tx, person id.ID) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO asn_before ("+strings.ReplaceAll(keptColumns, " ", ", ")+") "+keepPersonSQL+"= @person",
		map[string]any{"tenant": tenant, "import": b.Import, "day": b.ValidFrom, "person": person})
	return err
}

// changePersons refuses when somebody changed one of them since the comparison.
func (b Bulk) changePersons(tx *db.Tx) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE asn a SET name = c.name, name_key = c.name_key, title_front = c.title_front, title_back = c.title_back, sex = c.sex, birth_place = c.birth_place,
			birth_date = c.birth_date, email = c.email, phone = c.phone, employment_type = c.employment_type, rank_code = c.rank_code, position_title = c.position_title,
			position_type = c.position_type, opd_id = c.opd_id, superior_id = c.superior_id, legal_status = c.legal_status, state = 'active', departed_on = NULL,
			departure_reason = NULL, version = c.version + 1, updated_at = @now
		FROM asn_incoming_change c WHERE a.tenant_id = @tenant AND a.id = c.asn_id AND a.version = c.version`, map[string]any{"tenant": tenant, "now": tx.Now()})
	if err != nil {
		return err
	}
	var want int64
	if err := tx.SQL("SELECT count(*) FROM asn_incoming_change", nil).Scan(&want).Error; err != nil {
		return err
	}
	if n != want {
		return fault.New(fault.Conflict, "import.registry_changed").Allowing(nil)
	}
	if err := b.run(tx, `DELETE FROM asn_name_token t USING asn_incoming_change c WHERE t.tenant_id = @tenant AND t.asn_id = c.asn_id AND c.renamed`); err != nil {
		return err
	}
	return b.transfer(tx, "asn_name_token", "tenant_id token asn_id", `SELECT CAST(@tenant AS int), t.token, c.asn_id FROM asn_incoming_change c JOIN asn_incoming s ON s.line = c.line
			CROSS JOIN LATERAL unnest(s.tokens) t(token) WHERE c.renamed ORDER BY t.token COLLATE "C"`, "")
}

func (b Bulk) changeFacts(tx *db.Tx) error {
	if err := b.run(tx, `UPDATE asn_fact x SET valid_until = f.valid_from - 1 FROM asn_incoming_fact f WHERE x.tenant_id = @tenant AND x.asn_id = f.asn_id
			AND x.aspect = f.aspect AND x.valid_from = f.previous AND f.previous < f.valid_from AND (x.valid_until IS NULL OR x.valid_until >= f.valid_from)`); err != nil {
		return err
	}
	return b.transfer(tx, "asn_fact", "tenant_id asn_id aspect valid_from valid_until value title opd_id superior_id recorded_later import_id created_at",
		`SELECT CAST(@tenant AS int), f.asn_id, f.aspect, f.valid_from, f.valid_until, f.value, f.title, f.opd_id, f.superior_id, f.valid_from < @today, CAST(@import AS uuid), CAST(@now AS timestamptz)
			FROM asn_incoming_fact f ORDER BY f.asn_id, f.aspect`,
		`ON CONFLICT (tenant_id, asn_id, aspect, valid_from) DO UPDATE SET valid_until = excluded.valid_until, value = excluded.value, title = excluded.title,
				opd_id = excluded.opd_id, superior_id = excluded.superior_id, recorded_later = excluded.recorded_later, import_id = excluded.import_id,
				created_at = excluded.created_at`)
}

// importCreated is every person whom an import brought: one with entries of it
// and no image from before.
const importCreated = `SELECT DISTINCT f.asn_id FROM asn_fact f WHERE f.tenant_id = @tenant AND f.import_id = @import AND f.aspect = 'position'
	AND NOT EXISTS (SELECT FROM asn_before i WHERE i.tenant_id = f.tenant_id AND i.import_id = @import AND i.asn_id = f.asn_id AND i.aspect = 'person')`

// undoneSince is how far later imports that were taken back have counted a
// record's version: there and back again.
const undoneSince = `2 * (SELECT count(*) FROM asn_before u WHERE u.tenant_id = a.tenant_id AND u.asn_id = a.id AND u.aspect = 'person' AND u.undone
	AND (u.image->>'version')::int >= `

// countStanding looks for later versions of the records, and for rows elsewhere
// that name who was created. Tables that point to persons are found by their
// foreign keys, so a new one cannot be forgotten; those without are named.
func (b Bulk) countStanding(tx *db.Tx) (int64, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return 0, err
	}
	var refs []struct {
		Relation string `gorm:"column:relation"`
		Field    string `gorm:"column:field"`
	}
	if err := tx.SQL(`SELECT format('%I', c.relname) AS relation, format('%I', f.attname) AS field FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY p(own, theirs, n)
		JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = p.theirs AND t.attname = 'id'
		JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = p.own
		WHERE k.contype = 'f' AND k.confrelid = 'asn'::regclass AND c.relname NOT IN ('asn_fact', 'asn_before') ORDER BY 1, 2`, nil).Scan(&refs).Error; err != nil {
		return 0, err
	}
	used := []string{`SELECT o.asn_id FROM opd_officer o WHERE o.tenant_id = @tenant AND o.asn_id IN (SELECT asn_id FROM made)`,
		`SELECT a.superior_id FROM asn a WHERE a.tenant_id = @tenant AND a.superior_id IN (SELECT asn_id FROM made) AND a.id NOT IN (SELECT asn_id FROM made)
			AND a.id NOT IN (SELECT i.asn_id FROM asn_before i WHERE i.tenant_id = @tenant AND i.import_id = @import AND i.aspect = 'person')`}
	for _, r := range refs {
		used = append(used, fmt.Sprintf("SELECT r.%[2]s FROM %[1]s r WHERE r.tenant_id = @tenant AND r.%[2]s IN (SELECT asn_id FROM made)", r.Relation, r.Field))
	}
	var n int64
	err = tx.SQL(`WITH made AS MATERIALIZED (`+importCreated+`), standing AS (
			SELECT a.id FROM made JOIN asn a ON a.tenant_id = @tenant AND a.id = made.asn_id WHERE a.version <> 1 + `+undoneSince+`1) OR a.state <> 'active'
			UNION SELECT a.id FROM asn_before i JOIN asn a ON a.tenant_id = i.tenant_id AND a.id = i.asn_id
				WHERE i.tenant_id = @tenant AND i.import_id = @import AND i.aspect = 'person' AND a.version <> (i.image->>'version')::int + 1 + `+undoneSince+`(i.image->>'version')::int + 1)
			UNION `+strings.Join(used, " UNION ")+`) SELECT count(*) FROM standing`, map[string]any{"tenant": tenant, "import": b.Import}).Scan(&n).Error
	return n, err
}

// withdrawPersons frees the NIP as well, so that the corrected list can bring
// the person again.
func (b Bulk) withdrawPersons(tx *db.Tx) error {
	return b.run(tx, "SET LOCAL statement_timeout = 0",
		`DELETE FROM asn_name_token t USING (`+importCreated+`) m WHERE t.tenant_id = @tenant AND t.asn_id = m.asn_id`,
		`UPDATE asn a SET state = 'withdrawn', nip = NULL, version = a.version + 1, updated_at = @now FROM (`+importCreated+`) m
			WHERE a.tenant_id = @tenant AND a.id = m.asn_id`)
}

// closeFacts leaves what the import opened with a last day before its first.
func (b Bulk) closeFacts(tx *db.Tx) error {
	return b.run(tx, `UPDATE asn_fact f SET valid_until = f.valid_from - 1 WHERE f.tenant_id = @tenant AND f.import_id = @import`)
}

func (b Bulk) restoreFacts(tx *db.Tx) error {
	return b.run(tx, `UPDATE asn_fact f SET valid_until = o.valid_until, value = o.value, title = o.title, opd_id = o.opd_id, superior_id = o.superior_id,
			recorded_later = o.recorded_later, import_id = o.import_id, created_at = o.created_at
		FROM asn_before i CROSS JOIN LATERAL jsonb_populate_record(NULL::asn_fact, i.image) o
		WHERE i.tenant_id = @tenant AND i.import_id = @import AND i.aspect <> 'person' AND f.tenant_id = i.tenant_id AND f.asn_id = i.asn_id AND f.aspect = i.aspect
			AND f.valid_from = i.valid_from`)
}

func (b Bulk) restorePersons(tx *db.Tx) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	var renamed []struct {
		ID   id.ID  `gorm:"column:id"`
		Name string `gorm:"column:name"`
	}
	if err := tx.SQL(`SELECT a.id, i.image->>'name' AS name FROM asn_before i JOIN asn a ON a.tenant_id = i.tenant_id AND a.id = i.asn_id
		WHERE i.tenant_id = @tenant AND i.import_id = @import AND i.aspect = 'person' AND a.name <> i.image->>'name'`,
		map[string]any{"tenant": tenant, "import": b.Import}).Scan(&renamed).Error; err != nil {
		return err
	}
	if err := b.run(tx, `UPDATE asn a SET name = o.name, name_key = o.name_key, title_front = o.title_front, title_back = o.title_back, sex = o.sex,
			birth_place = o.birth_place, birth_date = o.birth_date, email = o.email, phone = o.phone, employment_type = o.employment_type, rank_code = o.rank_code,
			position_title = o.position_title, position_type = o.position_type, opd_id = o.opd_id, superior_id = o.superior_id, legal_status = o.legal_status,
			state = o.state, departed_on = o.departed_on, departure_reason = o.departure_reason, version = a.version + 1, updated_at = @now
		FROM asn_before i CROSS JOIN LATERAL jsonb_populate_record(NULL::asn, i.image) o
		WHERE i.tenant_id = @tenant AND i.import_id = @import AND i.aspect = 'person' AND a.tenant_id = i.tenant_id AND a.id = i.asn_id`,
		`UPDATE asn_before SET undone = TRUE WHERE tenant_id = @tenant AND import_id = @import`); err != nil {
		return err
	}
	for _, r := range renamed {
		if _, err := tx.Exec("DELETE FROM asn_name_token WHERE tenant_id IN @tenants AND asn_id = @id", map[string]any{"id": r.ID}); err != nil {
			return err
		}
		if err := insertTokens(tx, tenant, r.ID, r.Name); err != nil {
			return err
		}
	}
	return nil
}

// forget keeps the images of undone imports: they tell how far versions were
// counted there and back.
func (b Bulk) forget(tx *db.Tx) error {
	return b.run(tx, `DELETE FROM asn_before WHERE tenant_id = @tenant AND import_id = @import AND NOT undone`)
}
