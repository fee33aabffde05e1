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
	out := Row{ID: r.ID, Kind: Kind(r.Kind), Code: r.Code, NameID: r.NameID, NameEN: r.NameEN, NoteID: r.NoteID, NoteEN: r.NoteEN,
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

func toReferenceRow(tx *db.Tx, tenant int32, origin string, r Row) (referenceRow, error) {
	out := referenceRow{TenantID: tenant, ID: r.ID, Kind: string(r.Kind), Code: r.Code, NameID: r.NameID, NameEN: r.NameEN,
		NoteID: r.NoteID, NoteEN: r.NoteEN, ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil, SuspendedFrom: r.SuspendedFrom,
		LegalBasis: r.LegalBasis, SourceID: r.SourceID, SourceEN: r.SourceEN, Confidence: string(r.Confidence), Origin: origin,
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

func insertRows(tx *db.Tx, tenant int32, origin string, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	out := make([]referenceRow, 0, len(rows))
	for _, r := range rows {
		one, err := toReferenceRow(tx, tenant, origin, r)
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
