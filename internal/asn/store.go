package asn

import (
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID       int32     `gorm:"column:tenant_id"`
	ID             id.ID     `gorm:"column:id"`
	Name           string    `gorm:"column:name"`
	NameKey        string    `gorm:"column:name_key"`
	TitleFront     string    `gorm:"column:title_front"`
	TitleBack      string    `gorm:"column:title_back"`
	NIP            *string   `gorm:"column:nip"`
	Sex            *string   `gorm:"column:sex"`
	BirthPlace     string    `gorm:"column:birth_place"`
	BirthDate      *day.Day  `gorm:"column:birth_date"`
	Email          string    `gorm:"column:email"`
	Phone          string    `gorm:"column:phone"`
	EmploymentType string    `gorm:"column:employment_type"`
	RankCode       *string   `gorm:"column:rank_code"`
	PositionTitle  string    `gorm:"column:position_title"`
	PositionType   *string   `gorm:"column:position_type"`
	OPDID          id.ID     `gorm:"column:opd_id"`
	SuperiorID     *id.ID    `gorm:"column:superior_id"`
	LegalStatus    string    `gorm:"column:legal_status"`
	State          string    `gorm:"column:state"`
	DepartedOn     *day.Day  `gorm:"column:departed_on"`
	DepartReason   *string   `gorm:"column:departure_reason"`
	MergedInto     *id.ID    `gorm:"column:merged_into"`
	Version        int32     `gorm:"column:version"`
	CreatedAt      time.Time `gorm:"column:created_at"`
	UpdatedAt      time.Time `gorm:"column:updated_at"`
}

func (r row) person() Person {
	return Person{ID: r.ID, Name: r.Name, TitleFront: r.TitleFront, TitleBack: r.TitleBack, NIP: opt.Value(r.NIP), Sex: opt.Value(r.Sex),
		BirthPlace: r.BirthPlace, BirthDate: r.BirthDate, Email: r.Email, Phone: r.Phone, EmploymentType: r.EmploymentType, RankCode: opt.Value(r.RankCode),
		PositionTitle: r.PositionTitle, PositionType: opt.Value(r.PositionType), OPD: r.OPDID, Superior: r.SuperiorID, LegalStatus: r.LegalStatus,
		State: r.State, DepartedOn: r.DepartedOn, DepartReason: opt.Value(r.DepartReason), MergedInto: r.MergedInto, Version: r.Version, UpdatedAt: r.UpdatedAt}
}

func toRow(tx *db.Tx, tenant int32, p Person) row {
	return row{TenantID: tenant, ID: p.ID, Name: p.Name, NameKey: NameKey(p.Name), TitleFront: p.TitleFront, TitleBack: p.TitleBack, NIP: opt.Of(p.NIP),
		Sex: opt.Of(p.Sex), BirthPlace: p.BirthPlace, BirthDate: p.BirthDate, Email: p.Email, Phone: p.Phone, EmploymentType: p.EmploymentType,
		RankCode: opt.Of(p.RankCode), PositionTitle: p.PositionTitle, PositionType: opt.Of(p.PositionType), OPDID: p.OPD, SuperiorID: p.Superior,
		LegalStatus: p.LegalStatus, State: p.State, DepartedOn: p.DepartedOn, DepartReason: opt.Of(p.DepartReason), MergedInto: p.MergedInto,
		Version: p.Version, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
}

// Filter narrows a list of persons.
type Filter struct {
	OPD            *id.ID // with all units below
	EmploymentType string
	RankCode       string
	PositionType   string
	LegalStatus    string
	State          string
	UpdatedSince   *time.Time
}

// visible is every record the caller may see: joined and withdrawn ones answer
// only through Resolve.
func visible(tx *db.Tx) *gorm.DB {
	return tx.ReachPerson(tx.From("asn"), "asn.id", "asn.opd_id").Where("asn.state IN ('active', 'departed')")
}

func (f Filter) apply(tx *db.Tx, q *gorm.DB) *gorm.DB {
	if f.OPD != nil {
		q = q.Where(db.Under("asn.opd_id", "units"), map[string]any{"tenants": tx.Scope().Tenants(), "units": []id.ID{*f.OPD}})
	}
	for column, v := range map[string]string{"employment_type": f.EmploymentType, "rank_code": f.RankCode, "position_type": f.PositionType,
		"legal_status": f.LegalStatus, "state": f.State} {
		if v != "" {
			q = q.Where("asn."+column+" = ?", v)
		}
	}
	if f.UpdatedSince != nil {
		q = q.Where("asn.updated_at >= ?", *f.UpdatedSince)
	}
	return q
}

func list(tx *db.Tx, f Filter, r page.Request) ([]Person, error) {
	q := f.apply(tx, visible(tx))
	if r.After != nil {
		q = q.Where("(asn.name_key, asn.id) > (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	err := q.Order("asn.name_key, asn.id").Limit(r.Limit + 1).Find(&rows).Error
	return persons(rows), err
}

func persons(rows []row) []Person {
	out := make([]Person, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.person())
	}
	return out
}

// Query is a search.
type Query struct {
	Words     string
	NIPPrefix string
	Filter    Filter
	Limit     int
}

// candidates bounds how many matches by name are looked at among all people of
// a government. A narrower search looks at more: those it is about may stand
// far behind.
const (
	candidates = 1000
	narrowed   = 20_000
)

// search finds persons by words of their name, best matches first, or by the
// beginning of a NIP.
func search(tx *db.Tx, q Query) ([]Person, error) {
	g := q.Filter.apply(tx, visible(tx))
	if q.NIPPrefix != "" {
		g = g.Where("asn.nip >= ? AND asn.nip < ?", q.NIPPrefix, q.NIPPrefix+"~")
	}
	words := queryWords(q.Words)
	if len(words) == 0 {
		if q.Words != "" {
			return nil, nil
		}
		var rows []row
		err := g.Order("asn.name_key, asn.id").Limit(q.Limit).Find(&rows).Error
		return persons(rows), err
	}
	// Exactly as asked first: for names that thousands bear that is a page full,
	// and nobody looks further. Then by sound as well, and with fewer words only
	// when all give nothing.
	limit := candidates
	if tx.Scope().Reach() != authz.Whole || q.NIPPrefix != "" || q.Filter != (Filter{}) {
		limit = narrowed
	}
	found, err := byWords(g, q.Limit, func() ([]hit, error) { return everyWord(tx, words, false, limit) })
	if err == nil && len(found) < q.Limit {
		found, err = byWords(g, q.Limit, func() ([]hit, error) { return everyWord(tx, words, true, limit) })
	}
	for need := len(words) - 1; err == nil && need > 0 && len(found) == 0; need-- {
		found, err = byWords(g, q.Limit, func() ([]hit, error) { return someWords(tx, words, need, limit) })
	}
	return found, err
}

// byWords reads the persons that were hit, best first.
func byWords(g *gorm.DB, limit int, look func() ([]hit, error)) ([]Person, error) {
	hits, err := look()
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	var ids, scores strings.Builder
	for i, h := range hits {
		if i > 0 {
			ids.WriteByte(',')
			scores.WriteByte(',')
		}
		ids.WriteString(h.person.String())
		scores.WriteString(strconv.Itoa(h.score))
	}
	var rows []row
	err = g.Session(&gorm.Session{}).Joins("JOIN unnest(CAST(? AS uuid[]), CAST(? AS int[])) hit(asn_id, score) ON hit.asn_id = asn.id", "{"+ids.String()+"}", "{"+scores.String()+"}").
		Order("hit.score DESC, asn.name_key, asn.id").Limit(limit).Find(&rows).Error
	return persons(rows), err
}

// hit is a person whom words of a search found, and how well: every word counts
// before how exactly it matches.
type hit struct {
	person id.ID
	score  int
}

// everyWord joins what each word finds. The sets are large and what they have
// in common is small: a join is several times cheaper than counting.
func everyWord(tx *db.Tx, words []queryWord, bySound bool, limit int) ([]hit, error) {
	var from, score strings.Builder
	args := []any{tx.Scope().Tenants(), limit}
	for i, w := range words {
		n := strconv.Itoa(i)
		if i == 0 {
			from.WriteString("(" + w.hits(&args, bySound) + ") w0")
			score.WriteString("max(w0.score)")
		} else {
			from.WriteString(" JOIN (" + w.hits(&args, bySound) + ") w" + n + " ON w" + n + ".asn_id = w0.asn_id")
			score.WriteString(" + max(w" + n + ".score)")
		}
	}
	return ranked(tx, "SELECT w0.asn_id, "+score.String()+" FROM "+from.String()+" GROUP BY w0.asn_id", args)
}

// someWords counts the words that match. It groups word by word first, because
// count(DISTINCT) sorts.
func someWords(tx *db.Tx, words []queryWord, need, limit int) ([]hit, error) {
	var s strings.Builder
	args := []any{tx.Scope().Tenants(), limit}
	for i, w := range words {
		if i > 0 {
			s.WriteString(" UNION ALL ")
		}
		s.WriteString("SELECT asn_id, max(score) AS score FROM (" + w.hits(&args, true) + ") w GROUP BY asn_id")
	}
	return ranked(tx, "SELECT asn_id, (count(*) * 100 + sum(score))::int FROM ("+s.String()+") t GROUP BY asn_id HAVING count(*) >= "+strconv.Itoa(need), args)
}

// ranked reads the best hits. How many people bear a name is guessed badly for
// all but the commonest, and a nested loop over two such guesses takes seconds,
// compiling the plan for them a quarter of one: the plan is kept from both.
func ranked(tx *db.Tx, query string, args []any) (out []hit, err error) {
	var b pgx.Batch
	b.Queue("SET LOCAL enable_nestloop = off")
	b.Queue("SET LOCAL max_parallel_workers_per_gather = 0")
	b.Queue("SET LOCAL jit = off")
	b.Queue(query+" ORDER BY 2 DESC, 1 LIMIT $2", args...).Query(func(rows pgx.Rows) error {
		out, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (h hit, err error) { return h, r.Scan(&h.person, &h.score) })
		return err
	})
	b.Queue("SET LOCAL enable_nestloop = on")
	return out, tx.Conn().SendBatch(tx.Context(), &b).Close()
}

// hits finds one word by its beginning, and by its sound; $1 are the
// governments.
func (w queryWord) hits(args *[]any, bySound bool) string {
	value := func(v any) string { *args = append(*args, v); return "$" + strconv.Itoa(len(*args)) }
	q := "SELECT asn_id, 2 AS score FROM asn_name_token WHERE tenant_id = ANY ($1) AND token >= " + value(w.prefix) + " AND token < " + value(w.prefix+"~")
	if bySound {
		q += " UNION ALL SELECT asn_id, 1 FROM asn_name_token WHERE tenant_id = ANY ($1) AND token = " + value(w.sound)
	}
	return q
}

func find(tx *db.Tx, pid id.ID, lock bool) (Person, error) {
	q := visible(tx).Where("asn.id = ?", pid)
	if lock {
		q = q.Clauses(db.ForUpdate("asn"))
	}
	var r row
	if err := db.First(q, &r); err != nil {
		return Person{}, err
	}
	return r.person(), tx.Match(r.ID, r.Version, lock)
}

// survivor follows a joined record to the one that stays.
func survivor(tx *db.Tx, pid id.ID) (id.ID, error) {
	var r row
	ok, err := db.Found(tx.From("asn").Where("id = ? AND state = 'merged'", pid), &r)
	if err != nil || !ok || r.MergedInto == nil {
		return pid, err
	}
	return *r.MergedInto, nil
}

func insert(tx *db.Tx, tenant int32, p Person) error {
	r := toRow(tx, tenant, p)
	if err := tx.Insert("asn", &r); err != nil {
		return err
	}
	return insertTokens(tx, tenant, p.ID, p.Name)
}

type tokenRow struct {
	TenantID int32  `gorm:"column:tenant_id"`
	Token    string `gorm:"column:token"`
	ASNID    id.ID  `gorm:"column:asn_id"`
}

func insertTokens(tx *db.Tx, tenant int32, pid id.ID, name string) error {
	rows := []tokenRow{}
	for _, t := range Tokens(name) {
		rows = append(rows, tokenRow{tenant, t, pid})
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Insert("asn_name_token", &rows)
}

func update(tx *db.Tx, tenant int32, p Person, renamed bool) error {
	r := toRow(tx, tenant, p)
	err := db.Changed(tx.From("asn").Where("id = ?", p.ID).Select("name", "name_key", "title_front", "title_back", "nip", "sex", "birth_place", "birth_date",
		"email", "phone", "employment_type", "rank_code", "position_title", "position_type", "opd_id", "superior_id", "legal_status", "state",
		"departed_on", "departure_reason", "merged_into", "version", "updated_at").Updates(&r))
	if err != nil || !renamed {
		return err
	}
	if _, err := tx.Exec("DELETE FROM asn_name_token WHERE tenant_id IN @tenants AND asn_id = @id", map[string]any{"id": p.ID}); err != nil {
		return err
	}
	return insertTokens(tx, tenant, p.ID, p.Name)
}

type factRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ASNID         id.ID     `gorm:"column:asn_id"`
	Aspect        string    `gorm:"column:aspect"`
	ValidFrom     day.Day   `gorm:"column:valid_from"`
	ValidUntil    *day.Day  `gorm:"column:valid_until"`
	Value         *string   `gorm:"column:value"`
	Title         *string   `gorm:"column:title"`
	OPDID         *id.ID    `gorm:"column:opd_id"`
	SuperiorID    *id.ID    `gorm:"column:superior_id"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func (r factRow) fact() Fact {
	return Fact{Aspect: Aspect(r.Aspect), From: r.ValidFrom, Until: r.ValidUntil, Value: opt.Value(r.Value), Title: opt.Value(r.Title),
		OPD: r.OPDID, Superior: r.SuperiorID, RecordedLater: r.RecordedLater}
}

func insertFacts(tx *db.Tx, tenant int32, pid id.ID, facts []Fact) error {
	rows := make([]factRow, 0, len(facts))
	for _, f := range facts {
		rows = append(rows, factRow{TenantID: tenant, ASNID: pid, Aspect: string(f.Aspect), ValidFrom: f.From, ValidUntil: f.Until, Value: opt.Of(f.Value),
			Title: opt.Of(f.Title), OPDID: f.OPD, SuperiorID: f.Superior, RecordedLater: f.RecordedLater, CreatedAt: tx.Now()})
	}
	return tx.Insert("asn_fact", &rows)
}

// live is a fact that was ever true: an import taken back leaves entries whose
// last day lies before their first.
const live = "(valid_until IS NULL OR valid_until >= valid_from)"

func facts(tx *db.Tx, pid id.ID, aspect Aspect) ([]Fact, error) {
	q := tx.From("asn_fact").Where("asn_id = ? AND "+live, pid)
	if aspect != "" {
		q = q.Where("aspect = ?", aspect)
	}
	var rows []factRow
	err := q.Order("valid_from DESC, aspect").Limit(2000).Find(&rows).Error
	out := make([]Fact, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.fact())
	}
	return out, err
}

func factsOn(tx *db.Tx, pid id.ID, on day.Day) (map[Aspect]Fact, error) {
	var rows []factRow
	err := tx.From("asn_fact").Where("asn_id = ? AND valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)", pid, on, on).Find(&rows).Error
	out := map[Aspect]Fact{}
	for _, r := range rows {
		out[Aspect(r.Aspect)] = r.fact()
	}
	return out, err
}

func endFact(tx *db.Tx, pid id.ID, f Fact) error {
	return db.Changed(tx.From("asn_fact").Where("asn_id = ? AND aspect = ? AND valid_from = ?", pid, f.Aspect, f.From).
		Update("valid_until", f.Until))
}

// chain is the line of superiors on a day, nearest first. A ring in old data
// ends it.
func chain(tx *db.Tx, pid id.ID, on day.Day) ([]id.ID, error) {
	var rows []struct {
		SuperiorID id.ID `gorm:"column:superior_id"`
	}
	err := tx.SQL(`WITH RECURSIVE line AS (
		SELECT f.superior_id, 1 AS depth, ARRAY[f.asn_id] AS seen FROM asn_fact f
		WHERE f.tenant_id IN @tenants AND f.asn_id = @id AND f.aspect = 'superior' AND f.superior_id IS NOT NULL
		AND f.valid_from <= @on AND (f.valid_until IS NULL OR f.valid_until >= @on)
		UNION ALL
		SELECT f.superior_id, line.depth + 1, line.seen || f.asn_id FROM line JOIN asn_fact f ON f.tenant_id IN @tenants AND f.asn_id = line.superior_id
		AND f.aspect = 'superior' AND f.superior_id IS NOT NULL AND f.valid_from <= @on AND (f.valid_until IS NULL OR f.valid_until >= @on)
		WHERE line.depth < 50 AND NOT f.asn_id = ANY (line.seen)
	) SELECT superior_id FROM line ORDER BY depth`, map[string]any{"id": pid, "on": on}).Scan(&rows).Error
	out := make([]id.ID, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.SuperiorID)
	}
	return out, err
}

// byIDs reads persons of the government, whatever the caller's reach: names of
// superiors are shown to whoever may see the person.
func byIDs(tx *db.Tx, ids []id.ID) (map[id.ID]Person, error) {
	var rows []row
	err := tx.From("asn").Where("id IN ?", ids).Find(&rows).Error
	out := map[id.ID]Person{}
	for _, r := range rows {
		out[r.ID] = r.person()
	}
	return out, err
}

type absenceRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	ID         id.ID     `gorm:"column:id"`
	ASNID      id.ID     `gorm:"column:asn_id"`
	Kind       string    `gorm:"column:kind"`
	ValidFrom  day.Day   `gorm:"column:valid_from"`
	ValidUntil *day.Day  `gorm:"column:valid_until"`
	Reason     string    `gorm:"column:reason"`
	Version    int32     `gorm:"column:version"`
	CreatedAt  time.Time `gorm:"column:created_at"`
}

func (r absenceRow) absence() Absence {
	return Absence{ID: r.ID, Person: r.ASNID, Kind: r.Kind, From: r.ValidFrom, Until: r.ValidUntil, Reason: r.Reason, Version: r.Version}
}

func absences(tx *db.Tx, pid id.ID) ([]Absence, error) {
	var rows []absenceRow
	err := tx.From("asn_absence").Where("asn_id = ?", pid).Order("valid_from DESC, id").Limit(1000).Find(&rows).Error
	out := make([]Absence, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.absence())
	}
	return out, err
}

func findAbsence(tx *db.Tx, pid, aid id.ID) (Absence, error) {
	var r absenceRow
	err := db.First(tx.From("asn_absence").Where("asn_id = ? AND id = ?", pid, aid).Clauses(db.ForUpdate("asn_absence")), &r)
	return r.absence(), err
}

func insertAbsence(tx *db.Tx, tenant int32, a Absence) error {
	return tx.Insert("asn_absence", &absenceRow{TenantID: tenant, ID: a.ID, ASNID: a.Person, Kind: a.Kind, ValidFrom: a.From, ValidUntil: a.Until,
		Reason: a.Reason, Version: a.Version, CreatedAt: tx.Now()})
}

func updateAbsenceEnd(tx *db.Tx, a Absence) error {
	return db.Changed(tx.From("asn_absence").Where("id = ?", a.ID).Updates(map[string]any{"valid_until": a.Until, "version": a.Version}))
}

// staffOf lists persons in service in the units.
func staffOf(tx *db.Tx, units, only []id.ID) ([]Person, error) {
	q := tx.From("asn").Where("opd_id IN ? AND state = 'active'", units)
	if only != nil {
		q = q.Where("id IN ?", only)
	}
	var rows []row
	err := q.Order("id").Find(&rows).Error
	return persons(rows), err
}

func count(tx *db.Tx, unit id.ID) (n int64, err error) {
	return n, tx.From("asn").Where("opd_id = ? AND state = 'active'", unit).Count(&n).Error
}
