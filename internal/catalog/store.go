package catalog

import (
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

const table = "reference_row"

// Where a row comes from: the files of the program, or people over the API.
const (
	byProgram = "program"
	byPeople  = "people"
)

type referenceRow struct {
	TenantID      int32           `gorm:"column:tenant_id"`
	ID            id.ID           `gorm:"column:id"`
	Kind          string          `gorm:"column:kind"`
	Code          string          `gorm:"column:code"`
	NameID        string          `gorm:"column:name_id"`
	NameEN        string          `gorm:"column:name_en"`
	NoteID        string          `gorm:"column:note_id"`
	NoteEN        string          `gorm:"column:note_en"`
	ValidFrom     day.Day         `gorm:"column:valid_from"`
	ValidUntil    day.Day         `gorm:"column:valid_until"`
	SuspendedFrom day.Day         `gorm:"column:suspended_from"`
	ReplacedBy    json.RawMessage `gorm:"column:replaced_by"`
	LegalBasis    string          `gorm:"column:legal_basis"`
	LegalSources  json.RawMessage `gorm:"column:legal_sources"`
	SourceID      string          `gorm:"column:source_id"`
	SourceEN      string          `gorm:"column:source_en"`
	Confidence    string          `gorm:"column:confidence"`
	Data          json.RawMessage `gorm:"column:data"`
	Origin        string          `gorm:"column:origin"`
	RecordedLater bool            `gorm:"column:recorded_later"`
	WithdrawnAt   *time.Time      `gorm:"column:withdrawn_at"`
	Version       int32           `gorm:"column:version"`
	CreatedAt     time.Time       `gorm:"column:created_at"`
}

func (r referenceRow) row() (Row, error) {
	out := Row{ID: r.ID, Tenant: r.TenantID, Version: r.Version, Kind: Kind(r.Kind), Code: r.Code, NameID: r.NameID, NameEN: r.NameEN, NoteID: r.NoteID, NoteEN: r.NoteEN,
		ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil, SuspendedFrom: r.SuspendedFrom, LegalBasis: r.LegalBasis,
		SourceID: r.SourceID, SourceEN: r.SourceEN, Confidence: Confidence(r.Confidence)}
	for _, f := range []struct {
		raw  json.RawMessage
		into any
	}{{r.ReplacedBy, &out.ReplacedBy}, {r.LegalSources, &out.LegalSources}, {r.Data, &out.Data}} {
		if err := json.Unmarshal(f.raw, f.into); err != nil {
			return Row{}, err
		}
	}
	return out, nil
}

func toReferenceRow(tx *db.Tx, tenant int32, origin string, later bool, r Row) (referenceRow, error) {
	out := referenceRow{TenantID: tenant, ID: r.ID, Kind: string(r.Kind), Code: r.Code, NameID: r.NameID, NameEN: r.NameEN,
		NoteID: r.NoteID, NoteEN: r.NoteEN, ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil, SuspendedFrom: r.SuspendedFrom,
		LegalBasis: r.LegalBasis, SourceID: r.SourceID, SourceEN: r.SourceEN, Confidence: string(r.Confidence), Origin: origin, RecordedLater: later,
		Version: 1, CreatedAt: tx.Now()}
	for _, f := range []struct {
		from any
		into *json.RawMessage
	}{{notNil(r.ReplacedBy), &out.ReplacedBy}, {notNil(r.LegalSources), &out.LegalSources}, {r.Data, &out.Data}} {
		raw, err := json.Marshal(f.from)
		if err != nil {
			return out, err
		}
		*f.into = raw
	}
	if r.Data == nil {
		out.Data = json.RawMessage("{}")
	}
	return out, nil
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// visible starts a statement on what the caller may read: the rows of the
// caller's governments and the national ones.
func visible(tx *db.Tx, of string) *gorm.DB {
	return tx.Platform(of).Where(of+".tenant_id IN ?", readable(tx))
}

func readable(tx *db.Tx) []int32 {
	if slices.Contains(tx.Scope().Tenants(), authz.Platform) {
		return tx.Scope().Tenants()
	}
	return append([]int32{authz.Platform}, tx.Scope().Tenants()...)
}

const holds = "withdrawn_at IS NULL AND (valid_from IS NULL OR valid_from <= ?) AND (valid_until IS NULL OR valid_until >= ?)"

// inForce reads the rows of a kind that hold on a day, by code; a government's
// own row stands in for the national one.
func inForce(tx *db.Tx, k Kind, code string, on day.Day) ([]Row, error) {
	q := visible(tx, table).Where("kind = ?", k).Where(holds, on, on)
	if code != "" {
		q = q.Where("code = ?", code)
	}
	var rows []referenceRow
	if err := q.Order("code, tenant_id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Row, 0, len(rows))
	for i, r := range rows {
		if i > 0 && rows[i-1].Code == r.Code {
			continue
		}
		one, err := r.row()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

type programRow struct {
	Version int    `gorm:"column:version"`
	Digest  string `gorm:"column:digest"`
}

func readProgram(tx *db.Tx) (programRow, error) {
	var r programRow
	return r, db.First(tx.Platform("reference_program"), &r)
}

func writeProgram(tx *db.Tx, r programRow) error {
	return db.Changed(tx.Platform("reference_program").Where("id").Updates(map[string]any{"version": r.Version, "digest": r.Digest}))
}

// lockRows keeps others from adding rows of the same government until the
// transaction ends; rows that are not there yet cannot be locked themselves.
func lockRows(tx *db.Tx, tenant int32) error {
	_, err := tx.Exec("SELECT pg_advisory_xact_lock(hashtext('reference_row'), @tenant)", map[string]any{"tenant": tenant})
	return err
}

func nationalRows(tx *db.Tx) ([]kept, map[id.ID]bool, error) {
	var rows []referenceRow
	if err := tx.From(table).Where("reference_row.tenant_id = ?", authz.Platform).Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	var out []kept
	taken := map[id.ID]bool{}
	for _, r := range rows {
		taken[r.ID] = true
		if r.WithdrawnAt != nil {
			continue
		}
		one, err := r.row()
		if err != nil {
			return nil, nil, err
		}
		out = append(out, kept{Row: one, byProgram: r.Origin == byProgram, touched: r.Version > 1})
	}
	return out, taken, nil
}

func insertRows(tx *db.Tx, tenant int32, origin string, later bool, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	out := make([]referenceRow, 0, len(rows))
	for _, r := range rows {
		one, err := toReferenceRow(tx, tenant, origin, later, r)
		if err != nil {
			return err
		}
		out = append(out, one)
	}
	return tx.Insert(table, &out)
}

func setLastDay(tx *db.Tx, row id.ID, until day.Day) error {
	return db.Changed(tx.From(table).Where("id = ?", row).
		Updates(map[string]any{"valid_until": until, "version": gorm.Expr("version + 1")}))
}

func setWithdrawn(tx *db.Tx, row id.ID) error {
	return db.Changed(tx.From(table).Where("id = ?", row).
		Updates(map[string]any{"withdrawn_at": tx.Now(), "version": gorm.Expr("version + 1")}))
}

type entryRow struct {
	Own        referenceRow `gorm:"embedded"`
	Government *id.ID       `gorm:"column:government_id"`
}

func (r entryRow) entry() (Entry, error) {
	row, err := r.Own.row()
	e := Entry{Row: row, Government: r.Government, RecordedLater: r.Own.RecordedLater}
	if r.Own.WithdrawnAt != nil {
		at := r.Own.WithdrawnAt.UTC()
		e.WithdrawnAt = &at
	}
	return e, err
}

func entries(q *gorm.DB) ([]Entry, error) {
	var rows []entryRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, entryRow.entry)
}

// withGovernment starts a statement on visible rows with whose they are.
func withGovernment(tx *db.Tx) *gorm.DB {
	return visible(tx, table).Joins("LEFT JOIN tenant ON tenant.tenant_id = reference_row.tenant_id").
		Select("reference_row.*, tenant.id AS government_id")
}

const (
	listedOn = "(reference_row.valid_from IS NULL OR reference_row.valid_from <= ?) AND (reference_row.valid_until IS NULL OR reference_row.valid_until >= ?)"
	// A national row is left out where the government's own holds instead.
	notReplaced = `(reference_row.tenant_id <> 0 OR NOT EXISTS (SELECT 1 FROM reference_row own WHERE own.tenant_id IN ? AND own.tenant_id <> 0
		AND own.kind = reference_row.kind AND own.code = reference_row.code AND own.withdrawn_at IS NULL
		AND (own.valid_from IS NULL OR own.valid_from <= ?) AND (own.valid_until IS NULL OR own.valid_until >= ?)))`
	firstDay = "coalesce(reference_row.valid_from, '0001-01-01'::date)"
)

func listEntries(tx *db.Tx, k Kind, f Filter, r page.Request) ([]Entry, error) {
	q := withGovernment(tx).Where("reference_row.kind = ? AND reference_row.withdrawn_at IS NULL", k)
	if f.Code != "" {
		q = q.Where("reference_row.code = ?", f.Code)
	}
	if f.On != nil {
		q = q.Where(listedOn, *f.On, *f.On)
		// Who speaks for several governments sees what each replaced.
		if _, err := tx.Tenant(); err == nil {
			q = q.Where(notReplaced, tx.Scope().Tenants(), *f.On, *f.On)
		}
	}
	if r.After != nil {
		q = q.Where("(reference_row.code, "+firstDay+", reference_row.id) > (?, ?::date, ?)", r.After[0], r.After[1], r.After[2])
	}
	return entries(q.Order("reference_row.code, " + firstDay + ", reference_row.id").Limit(r.Limit + 1))
}

func entriesOfCode(tx *db.Tx, k Kind, code string) ([]Entry, error) {
	return entries(withGovernment(tx).Where("reference_row.kind = ? AND reference_row.code = ?", k, code).
		Order("reference_row.tenant_id DESC, " + firstDay + " DESC, reference_row.created_at DESC, reference_row.id DESC"))
}

// ownEntries are the rows of one owner that were not withdrawn.
func ownEntries(tx *db.Tx, tenant int32, k Kind, code string) ([]Entry, error) {
	return entries(withGovernment(tx).Where("reference_row.tenant_id = ? AND reference_row.kind = ? AND reference_row.code = ? AND reference_row.withdrawn_at IS NULL",
		tenant, k, code))
}

func findEntry(tx *db.Tx, k Kind, code string, row id.ID) (Entry, error) {
	var one entryRow
	err := db.First(withGovernment(tx).Where("reference_row.kind = ? AND reference_row.code = ? AND reference_row.id = ?", k, code, row), &one)
	if err != nil {
		return Entry{}, err
	}
	return one.entry()
}

// knownCodes are all codes that a row may refer to.
func knownCodes(tx *db.Tx) (map[Kind]map[string]bool, error) {
	var rows []referenceRow
	if err := visible(tx, table).Distinct("kind", "code").Where("withdrawn_at IS NULL").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[Kind]map[string]bool{}
	for _, r := range rows {
		if out[Kind(r.Kind)] == nil {
			out[Kind(r.Kind)] = map[string]bool{}
		}
		out[Kind(r.Kind)][r.Code] = true
	}
	return out, nil
}

type verificationRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	ID         id.ID     `gorm:"column:id"`
	RowID      id.ID     `gorm:"column:row_id"`
	VerifiedBy id.ID     `gorm:"column:verified_by"`
	VerifiedAt time.Time `gorm:"column:verified_at"`
	Note       string    `gorm:"column:note"`
}

func insertVerification(tx *db.Tx, tenant int32, v Verification) error {
	return tx.Insert("reference_verification", &verificationRow{TenantID: tenant, ID: tx.NewID(), RowID: v.Row, VerifiedBy: v.By, VerifiedAt: v.At, Note: v.Note})
}

// verifications adds to each row its last verification, that of the caller's
// own government before that of the installation.
func verifications(tx *db.Tx, list []Entry) error {
	rows := make([]id.ID, 0, len(list))
	for _, e := range list {
		rows = append(rows, e.ID)
	}
	var found []verificationRow
	if err := visible(tx, "reference_verification").Where("row_id IN ?", rows).Order("(tenant_id <> 0), verified_at, id").Find(&found).Error; err != nil {
		return err
	}
	last := map[id.ID]Verification{}
	for _, v := range found {
		last[v.RowID] = Verification{Row: v.RowID, By: v.VerifiedBy, At: v.VerifiedAt.UTC(), Note: v.Note, National: v.TenantID == authz.Platform}
	}
	for i := range list {
		if v, ok := last[list[i].ID]; ok {
			list[i].Verification = &v
		}
	}
	return nil
}
