package event

import (
	"time"

	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
)

// invite writes the invitees that rules mean: one statement a rule, however many
// they are; the first rule that means a person decides.
func invite(tx *db.Tx, e Event, rules []Invitation) (int64, error) {
	var invited int64
	for _, r := range rules {
		meant, named := r.People.SelectSQL(tx, e.Day)
		named["event"], named["mode"] = e.ID, r.Mode
		q := `INSERT INTO event_invitee (tenant_id, event_id, asn_id, opd_id, mode)
			SELECT m.tenant_id, CAST(@event AS uuid), m.asn_id, m.opd_id, @mode FROM (` + meant + `) m`
		if r.UnreachedOnly {
			q += reached("m.tenant_id", "m.asn_id") + ` WHERE r.yes IS NULL`
			rounds, err := roundsOf(tx, *e.Series)
			if err != nil {
				return 0, err
			}
			named["rounds"] = rounds
		}
		n, err := tx.Exec(q+` ON CONFLICT DO NOTHING`, named)
		if err != nil {
			return 0, err
		}
		invited += n
	}
	return invited, nil
}

func countOnSite(tx *db.Tx, eid id.ID) (n int64, err error) {
	return n, tx.From("event_invitee").Where("event_id = ? AND mode = 'on_site'", eid).Count(&n).Error
}

// Everything about one event is found by key, person by person: LATERAL with
// LIMIT says so. Joined freely, the planner takes thousands of people invited a
// moment ago for one row, because its figures know nothing of the event yet, and
// reads all of them once a person.

// joinPerson adds p, the person of a row.
func joinPerson(row string) string {
	return ` JOIN LATERAL (SELECT x.id, x.name, x.name_key FROM asn x WHERE x.tenant_id = ` + row + `.tenant_id AND x.id = ` + row + `.asn_id LIMIT 1) p ON TRUE`
}

// joinAttendance adds to a row of alias i (invitee) the standing entry of the
// person and of the delegate.
const joinAttendance = ` LEFT JOIN LATERAL (SELECT x.asn_id, x.mode, x.proof FROM event_attendance x WHERE x.tenant_id = i.tenant_id
		AND x.event_id = i.event_id AND x.asn_id = i.asn_id AND NOT x.struck LIMIT 1) a ON TRUE
	LEFT JOIN LATERAL (SELECT d.delegate_id, x.asn_id FROM event_delegation d LEFT JOIN event_attendance x ON x.tenant_id = d.tenant_id
		AND x.event_id = d.event_id AND x.asn_id = d.delegate_id AND NOT x.struck
		WHERE d.tenant_id = i.tenant_id AND d.event_id = i.event_id AND d.asn_id = i.asn_id LIMIT 1) g ON TRUE`

// reached adds r.yes: whether a person attended one of the @rounds.
func reached(tenant, person string) string {
	return ` LEFT JOIN LATERAL (SELECT TRUE AS yes FROM event_attendance x
		WHERE x.tenant_id = ` + tenant + ` AND x.event_id IN @rounds AND x.asn_id = ` + person + ` AND NOT x.struck LIMIT 1) r ON TRUE`
}

// roundsOf are the events of a series, at least one id that is none.
func roundsOf(tx *db.Tx, sid id.ID) ([]id.ID, error) {
	out := []id.ID{id.Nil}
	var rows []struct {
		ID id.ID `gorm:"column:id"`
	}
	err := tx.From("event").Where("series_id = ?", sid).Select("id").Find(&rows).Error
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out, err
}

// excused is the condition that the person of a column is on an excused spell on
// a day.
func excused(person string) string {
	return `EXISTS (SELECT FROM asn_absence s WHERE s.tenant_id IN @tenants AND s.asn_id = ` + person + ` AND s.valid_from <= @day
		AND (s.valid_until IS NULL OR s.valid_until >= @day))`
}

// stands is the condition that the person of a column is nobody whose record was
// joined to another: what was theirs is told of the one that stays.
func stands(person string) string { return person + ` NOT IN (` + asn.Gone + `)` }

// inherit gives the record that stays the invitations, delegations and standing
// entries that it lacks. The rows of the record that goes stay as they were: who
// was invited and who attended is never changed. Who came uninvited under one
// record and was invited under the other is no walk-in, and nobody represents
// themselves.
func inherit(tx *db.Tx, goes, stays id.ID) error {
	for _, q := range []string{
		`INSERT INTO event_invitee (tenant_id, event_id, asn_id, opd_id, mode)
			SELECT tenant_id, event_id, CAST(@stays AS uuid), opd_id, mode FROM event_invitee WHERE tenant_id IN @tenants AND asn_id = @goes
			ON CONFLICT DO NOTHING`,
		`UPDATE event_delegation d SET asn_id = @stays WHERE d.tenant_id IN @tenants AND d.asn_id = @goes AND d.delegate_id <> @stays
			AND NOT EXISTS (SELECT FROM event_delegation o WHERE o.tenant_id = d.tenant_id AND o.event_id = d.event_id AND o.asn_id = @stays)`,
		`UPDATE event_delegation d SET delegate_id = @stays WHERE d.tenant_id IN @tenants AND d.delegate_id = @goes AND d.asn_id <> @stays
			AND NOT EXISTS (SELECT FROM event_delegation o WHERE o.tenant_id = d.tenant_id AND o.event_id = d.event_id AND o.delegate_id = @stays)`,
		`UPDATE event_attendance SET delegate_of = @stays WHERE tenant_id IN @tenants AND delegate_of = @goes AND asn_id <> @stays`,
		`INSERT INTO event_attendance (tenant_id, event_id, asn_id, entry, opd_id, mode, proof, note, walk_in, delegate_of, office_group_id, recorded_by,
				recorded_later, struck, created_at)
			SELECT a.tenant_id, a.event_id, CAST(@stays AS uuid), 1 + coalesce((SELECT max(x.entry) FROM event_attendance x
				WHERE x.tenant_id = a.tenant_id AND x.event_id = a.event_id AND x.asn_id = @stays), 0),
				a.opd_id, a.mode, a.proof, a.note,
				a.walk_in AND NOT EXISTS (SELECT FROM event_invitee i WHERE i.tenant_id = a.tenant_id AND i.event_id = a.event_id AND i.asn_id = @stays),
				NULLIF(a.delegate_of, CAST(@stays AS uuid)), a.office_group_id, a.recorded_by, a.recorded_later, FALSE, a.created_at
			FROM event_attendance a WHERE a.tenant_id IN @tenants AND a.asn_id = @goes AND NOT a.struck
			AND NOT EXISTS (SELECT FROM event_attendance o WHERE o.tenant_id = a.tenant_id AND o.event_id = a.event_id AND o.asn_id = @stays AND NOT o.struck)`,
		`UPDATE event_attendance a SET walk_in = FALSE WHERE a.tenant_id IN @tenants AND a.asn_id = @stays AND a.walk_in AND NOT a.struck
			AND EXISTS (SELECT FROM event_invitee i WHERE i.tenant_id = a.tenant_id AND i.event_id = a.event_id AND i.asn_id = @stays)`,
	} {
		if _, err := tx.Exec(q, map[string]any{"goes": goes, "stays": stays}); err != nil {
			return err
		}
	}
	return nil
}

// InviteeFilter narrows a list of invitees.
type InviteeFilter struct {
	OPD      *id.ID
	Mode     Mode
	Attended *bool
	only     *id.ID
}

type inviteeRow struct {
	ASNID       id.ID   `gorm:"column:asn_id"`
	Name        string  `gorm:"column:name"`
	NameKey     string  `gorm:"column:name_key"`
	OPDID       id.ID   `gorm:"column:opd_id"`
	Mode        string  `gorm:"column:mode"`
	DelegateID  *id.ID  `gorm:"column:delegate_id"`
	Attended    *string `gorm:"column:attended"`
	Proof       *string `gorm:"column:proof"`
	Represented bool    `gorm:"column:represented"`
	Excused     bool    `gorm:"column:excused"`
}

func invitees(tx *db.Tx, e Event, f InviteeFilter, r page.Request) ([]Invitee, error) {
	where, named := tx.ReachSQL("i.opd_id")+" AND "+stands("i.asn_id"), map[string]any{"event": e.ID, "day": e.Day, "limit": r.Limit + 1}
	if f.OPD != nil {
		where += " AND " + db.Under("i.opd_id", "units")
		named["units"] = []id.ID{*f.OPD}
	}
	if f.Mode != "" {
		where += " AND i.mode = @mode"
		named["mode"] = f.Mode
	}
	if f.Attended != nil {
		where += " AND (a.asn_id IS NOT NULL OR g.asn_id IS NOT NULL) = @attended"
		named["attended"] = *f.Attended
	}
	if f.only != nil {
		where += " AND i.asn_id = @only"
		named["only"] = *f.only
	}
	if r.After != nil {
		where += " AND (p.name_key, p.id) > (@name, @person)"
		named["name"], named["person"] = r.After[0], r.After[1]
	}
	var rows []inviteeRow
	err := tx.SQL(`SELECT i.asn_id, p.name, p.name_key, i.opd_id, i.mode, g.delegate_id, a.mode AS attended, a.proof,
		(a.asn_id IS NULL AND g.asn_id IS NOT NULL) AS represented, `+excused("i.asn_id")+` AS excused
		FROM event_invitee i`+joinPerson("i")+joinAttendance+`
		WHERE i.tenant_id IN @tenants AND i.event_id = @event AND `+where+` ORDER BY p.name_key, p.id LIMIT @limit`, named).Scan(&rows).Error
	out := make([]Invitee, 0, len(rows))
	for _, x := range rows {
		out = append(out, Invitee{Person: x.ASNID, Name: x.Name, OPD: x.OPDID, Mode: Mode(x.Mode), Delegate: x.DelegateID, Attended: Mode(opt.Value(x.Attended)),
			Proof: Proof(opt.Value(x.Proof)), Represented: x.Represented, Excused: x.Excused, nameKey: x.NameKey})
	}
	return out, err
}

type delegationRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	EventID    id.ID     `gorm:"column:event_id"`
	ASNID      id.ID     `gorm:"column:asn_id"`
	DelegateID id.ID     `gorm:"column:delegate_id"`
	CreatedAt  time.Time `gorm:"column:created_at"`
}

func setDelegate(tx *db.Tx, tenant int32, eid, person, delegate id.ID) error {
	return tx.Platform("event_delegation").Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "event_id"}, {Name: "asn_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"delegate_id", "created_at"})}).
		Create(&delegationRow{TenantID: tenant, EventID: eid, ASNID: person, DelegateID: delegate, CreatedAt: tx.Now()}).Error
}

// standings tells, of the persons named, what the list knows of those in the
// caller's reach: units for officers, the own record for oneself.
func standings(tx *db.Tx, eid id.ID, people []id.ID) (map[id.ID]standing, error) {
	reach := tx.ReachSQL("coalesce(i.opd_id, p.opd_id)")
	if tx.Scope().Reach() == authz.Self {
		reach = "p.id = @me"
	}
	var rows []struct {
		ID         id.ID  `gorm:"column:id"`
		OPDID      id.ID  `gorm:"column:opd_id"`
		Invited    bool   `gorm:"column:invited"`
		DelegateOf *id.ID `gorm:"column:delegate_of"`
		Stands     bool   `gorm:"column:stands"`
		Entries    int32  `gorm:"column:entries"`
	}
	err := tx.SQL(`SELECT p.id, coalesce(i.opd_id, p.opd_id) AS opd_id, i.asn_id IS NOT NULL AS invited, f.asn_id AS delegate_of,
		coalesce(e.stands, FALSE) AS stands, coalesce(e.entries, 0) AS entries
		FROM asn p
		LEFT JOIN LATERAL (SELECT v.asn_id, v.opd_id FROM event_invitee v WHERE v.tenant_id = p.tenant_id AND v.event_id = @event AND v.asn_id = p.id LIMIT 1) i ON TRUE
		LEFT JOIN event_delegation f ON f.tenant_id = p.tenant_id AND f.event_id = @event AND f.delegate_id = p.id
		LEFT JOIN LATERAL (SELECT bool_or(NOT x.struck) AS stands, max(x.entry) AS entries FROM event_attendance x
			WHERE x.tenant_id = p.tenant_id AND x.event_id = @event AND x.asn_id = p.id) e ON TRUE
		WHERE p.tenant_id IN @tenants AND p.id IN @people AND p.state IN ('active', 'departed') AND `+reach,
		map[string]any{"event": eid, "people": people, "me": tx.Scope().Person()}).Scan(&rows).Error
	out := make(map[id.ID]standing, len(rows))
	for _, r := range rows {
		out[r.ID] = standing{OPD: r.OPDID, Invited: r.Invited, DelegateOf: r.DelegateOf, Stands: r.Stands, Entries: r.Entries}
	}
	return out, err
}

type attendanceRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	EventID       id.ID     `gorm:"column:event_id"`
	ASNID         id.ID     `gorm:"column:asn_id"`
	Entry         int32     `gorm:"column:entry"`
	OPDID         id.ID     `gorm:"column:opd_id"`
	Mode          string    `gorm:"column:mode"`
	Proof         string    `gorm:"column:proof"`
	Note          string    `gorm:"column:note"`
	WalkIn        bool      `gorm:"column:walk_in"`
	DelegateOf    *id.ID    `gorm:"column:delegate_of"`
	OfficeGroupID *id.ID    `gorm:"column:office_group_id"`
	RecordedBy    *id.ID    `gorm:"column:recorded_by"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	Struck        bool      `gorm:"column:struck"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func (r attendanceRow) attendance() Attendance {
	return Attendance{Person: r.ASNID, Entry: r.Entry, OPD: r.OPDID, Mode: Mode(r.Mode), Proof: Proof(r.Proof), Note: r.Note, WalkIn: r.WalkIn,
		DelegateOf: r.DelegateOf, At: r.CreatedAt.UTC(), RecordedLater: r.RecordedLater, Struck: r.Struck}
}

// actor is the account that acts; the program itself has none.
func actor(tx *db.Tx) *id.ID {
	p := tx.Scope().Principal().ID
	if p == id.Nil {
		return nil
	}
	return &p
}

// insertAttendances adds entries; a person whom somebody else recorded at the
// same moment is passed over.
func insertAttendances(tx *db.Tx, tenant int32, eid id.ID, entries []Attendance) error {
	if len(entries) == 0 {
		return nil
	}
	rows := make([]attendanceRow, 0, len(entries))
	for _, a := range entries {
		rows = append(rows, attendanceRow{TenantID: tenant, EventID: eid, ASNID: a.Person, Entry: a.Entry, OPDID: a.OPD, Mode: string(a.Mode),
			Proof: string(a.Proof), Note: a.Note, WalkIn: a.WalkIn, DelegateOf: a.DelegateOf, RecordedBy: actor(tx), RecordedLater: a.RecordedLater, CreatedAt: tx.Now()})
	}
	return tx.Platform("event_attendance").Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

func findAttendance(tx *db.Tx, eid, person id.ID) (Attendance, error) {
	var r attendanceRow
	err := db.First(tx.From("event_attendance").Where("event_id = ? AND asn_id = ? AND NOT struck", eid, person), &r)
	return r.attendance(), err
}

// AttendanceFilter narrows an attendance list.
type AttendanceFilter struct {
	OPD    *id.ID
	Mode   Mode
	Struck bool
}

func attendances(tx *db.Tx, eid id.ID, f AttendanceFilter, r page.Request) ([]Attendance, error) {
	q := tx.ReachOPD(tx.From("event_attendance"), "event_attendance.opd_id").
		Joins(joinPerson("event_attendance")[1:]).
		Joins(`LEFT JOIN event_attendance_strike k ON k.tenant_id = event_attendance.tenant_id AND k.event_id = event_attendance.event_id
			AND k.asn_id = event_attendance.asn_id AND k.entry = event_attendance.entry`).
		Select("event_attendance.*, p.name, p.name_key, k.reason").
		Where("event_attendance.event_id = ? AND event_attendance.struck = ?", eid, f.Struck)
	if !f.Struck { // what was struck is history, whoever it was of
		q = q.Where(stands("event_attendance.asn_id"), map[string]any{"tenants": tx.Scope().Tenants()})
	}
	if f.OPD != nil {
		q = q.Where(db.Under("event_attendance.opd_id", "units"), map[string]any{"tenants": tx.Scope().Tenants(), "units": []id.ID{*f.OPD}})
	}
	if f.Mode != "" {
		q = q.Where("event_attendance.mode = ?", f.Mode)
	}
	if r.After != nil {
		q = q.Where("(p.name_key, p.id, event_attendance.entry) > (?, ?, CAST(? AS integer))", r.After[0], r.After[1], r.After[2])
	}
	var rows []struct {
		Own     attendanceRow `gorm:"embedded"`
		Name    string        `gorm:"column:name"`
		NameKey string        `gorm:"column:name_key"`
		Reason  *string       `gorm:"column:reason"`
	}
	err := q.Order("p.name_key, p.id, event_attendance.entry").Limit(r.Limit + 1).Find(&rows).Error
	out := make([]Attendance, 0, len(rows))
	for _, x := range rows {
		a := x.Own.attendance()
		a.Name, a.nameKey, a.StrikeReason = x.Name, x.NameKey, opt.Value(x.Reason)
		out = append(out, a)
	}
	return out, err
}

type strikeRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	EventID    id.ID     `gorm:"column:event_id"`
	ASNID      id.ID     `gorm:"column:asn_id"`
	Entry      int32     `gorm:"column:entry"`
	Reason     string    `gorm:"column:reason"`
	RecordedBy *id.ID    `gorm:"column:recorded_by"`
	CreatedAt  time.Time `gorm:"column:created_at"`
}

// strike strikes the standing entries of the persons in the caller's reach and
// tells whose.
func strike(tx *db.Tx, tenant int32, eid id.ID, people []id.ID, reason string) (map[id.ID]bool, error) {
	var rows []attendanceRow
	err := tx.ReachOPD(tx.From("event_attendance"), "event_attendance.opd_id").
		Where("event_id = ? AND asn_id IN ? AND NOT struck", eid, people).Clauses(db.ForUpdate("event_attendance")).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := map[id.ID]bool{}
	strikes, whom := make([]strikeRow, 0, len(rows)), make([]id.ID, 0, len(rows))
	for _, r := range rows {
		strikes = append(strikes, strikeRow{TenantID: tenant, EventID: eid, ASNID: r.ASNID, Entry: r.Entry, Reason: reason, RecordedBy: actor(tx), CreatedAt: tx.Now()})
		whom = append(whom, r.ASNID)
		out[r.ASNID] = true
	}
	if err := tx.Insert("event_attendance_strike", &strikes); err != nil {
		return nil, err
	}
	return out, tx.From("event_attendance").Where("event_id = ? AND asn_id IN ? AND NOT struck", eid, whom).Update("struck", true).Error
}

// confirm records all of a unit who were invited online, except some: one
// statement, however many they are.
func confirm(tx *db.Tx, e Event, g Group) (int64, error) {
	named := map[string]any{"event": e.ID, "units": []id.ID{g.OPD}, "day": e.Day, "place": g.Place, "group": g.ID, "by": actor(tx),
		"later": g.RecordedLater, "now": tx.Now()}
	except := ""
	if len(g.Except) > 0 {
		except = " AND i.asn_id NOT IN @except"
		named["except"] = g.Except
	}
	return tx.Exec(`INSERT INTO event_attendance (tenant_id, event_id, asn_id, entry, opd_id, mode, proof, note, walk_in, office_group_id, recorded_by,
			recorded_later, struck, created_at)
		SELECT i.tenant_id, i.event_id, i.asn_id, 1 + coalesce((SELECT max(x.entry) FROM event_attendance x
			WHERE x.tenant_id = i.tenant_id AND x.event_id = i.event_id AND x.asn_id = i.asn_id), 0),
			i.opd_id, 'office_group', 'office_statement', @place, FALSE, CAST(@group AS uuid), CAST(@by AS uuid), CAST(@later AS boolean), FALSE,
			CAST(@now AS timestamptz)
		FROM event_invitee i WHERE i.tenant_id IN @tenants AND i.event_id = @event AND i.mode = 'online'
		AND NOT EXISTS (SELECT FROM event_delegation d WHERE d.tenant_id = i.tenant_id AND d.event_id = i.event_id AND d.asn_id = i.asn_id)
		AND `+db.Under("i.opd_id", "units")+` AND `+tx.ReachSQL("i.opd_id")+` AND `+stands("i.asn_id")+except+` AND NOT `+excused("i.asn_id")+`
		ON CONFLICT DO NOTHING`, named)
}

type groupRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	EventID       id.ID     `gorm:"column:event_id"`
	ID            id.ID     `gorm:"column:id"`
	OPDID         id.ID     `gorm:"column:opd_id"`
	Place         string    `gorm:"column:place"`
	Confirmed     int32     `gorm:"column:confirmed"`
	Excepted      int32     `gorm:"column:excepted"`
	RecordedBy    *id.ID    `gorm:"column:recorded_by"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func insertGroup(tx *db.Tx, tenant int32, eid id.ID, g Group) error {
	return tx.Insert("event_office_group", &groupRow{TenantID: tenant, EventID: eid, ID: g.ID, OPDID: g.OPD, Place: g.Place, Confirmed: g.Confirmed,
		Excepted: g.Excepted, RecordedBy: actor(tx), RecordedLater: g.RecordedLater, CreatedAt: tx.Now()})
}

func listGroups(tx *db.Tx, eid id.ID, r page.Request) ([]Group, error) {
	q := tx.ReachOPD(tx.From("event_office_group"), "event_office_group.opd_id").Where("event_id = ?", eid)
	if r.After != nil {
		q = q.Where("(created_at, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []groupRow
	err := q.Order("created_at DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error
	out := make([]Group, 0, len(rows))
	for _, x := range rows {
		out = append(out, Group{ID: x.ID, OPD: x.OPDID, Place: x.Place, Confirmed: x.Confirmed, Excepted: x.Excepted, At: x.CreatedAt.UTC(), RecordedLater: x.RecordedLater})
	}
	return out, err
}

type countRow struct {
	OPDID       id.ID  `gorm:"column:opd_id"`
	Name        string `gorm:"column:name"`
	Invited     int32  `gorm:"column:invited"`
	OnSite      int32  `gorm:"column:on_site"`
	Online      int32  `gorm:"column:online"`
	OfficeGroup int32  `gorm:"column:office_group"`
	Represented int32  `gorm:"column:represented"`
	WalkIns     int32  `gorm:"column:walk_ins"`
	Excused     int32  `gorm:"column:excused"`
	Unreached   int32  `gorm:"column:unreached"`
}

func (r countRow) count() Count {
	return Count{OPD: r.OPDID, OPDName: r.Name, Invited: r.Invited, OnSite: r.OnSite, Online: r.Online, OfficeGroup: r.OfficeGroup,
		Represented: r.Represented, WalkIns: r.WalkIns, Excused: r.Excused, Unreached: r.Unreached}
}

const countColumns = `count(*) FILTER (WHERE s.invited) AS invited, count(*) FILTER (WHERE s.mode = 'on_site') AS on_site,
	count(*) FILTER (WHERE s.mode = 'online') AS online, count(*) FILTER (WHERE s.mode = 'office_group') AS office_group,
	count(*) FILTER (WHERE s.mode IS NULL AND s.represented) AS represented, count(*) FILTER (WHERE s.walk_in) AS walk_ins,
	count(*) FILTER (WHERE s.mode IS NULL AND NOT s.represented AND s.excused) AS excused,
	count(*) FILTER (WHERE s.mode IS NULL AND NOT s.represented AND NOT s.excused) AS unreached`

// seen is one row for everybody invited and for everybody who came uninvited.
func seen(tx *db.Tx) string {
	return `(SELECT i.opd_id, TRUE AS invited, a.mode, FALSE AS walk_in, g.asn_id IS NOT NULL AS represented, ` + excused("i.asn_id") + ` AS excused
		FROM event_invitee i` + joinAttendance + ` WHERE i.tenant_id IN @tenants AND i.event_id = @event AND ` + tx.ReachSQL("i.opd_id") + ` AND ` + stands("i.asn_id") + `
		UNION ALL SELECT a.opd_id, FALSE, a.mode, a.walk_in, FALSE, FALSE FROM event_attendance a
		LEFT JOIN LATERAL (SELECT TRUE AS yes FROM event_invitee v WHERE v.tenant_id = a.tenant_id AND v.event_id = a.event_id AND v.asn_id = a.asn_id LIMIT 1) i ON TRUE
		WHERE a.tenant_id IN @tenants AND a.event_id = @event AND NOT a.struck AND i.yes IS NULL AND ` + tx.ReachSQL("a.opd_id") + ` AND ` + stands("a.asn_id") + `) s`
}

// counts is the coverage unit by unit, by name.
func counts(tx *db.Tx, e Event, r page.Request) ([]Count, error) {
	after, named := "", map[string]any{"event": e.ID, "day": e.Day, "limit": r.Limit + 1}
	if r.After != nil {
		after = " AND (o.name, o.id) > (@name, @opd)"
		named["name"], named["opd"] = r.After[0], r.After[1]
	}
	var rows []countRow
	err := tx.SQL(`SELECT o.id AS opd_id, o.name, `+countColumns+` FROM `+seen(tx)+` JOIN opd o ON o.tenant_id IN @tenants AND o.id = s.opd_id
		WHERE TRUE`+after+` GROUP BY o.id, o.name ORDER BY o.name, o.id LIMIT @limit`, named).Scan(&rows).Error
	out := make([]Count, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.count())
	}
	return out, err
}

// sum is the coverage of the caller's whole reach.
func sum(tx *db.Tx, e Event) (Count, error) {
	var r countRow
	err := tx.SQL(`SELECT `+countColumns+` FROM `+seen(tx), map[string]any{"event": e.ID, "day": e.Day}).Scan(&r).Error
	return r.count(), err
}

// inService is everybody bound by neutrality who is in service today, with what
// a series reached.
func inService(tx *db.Tx) string {
	return ` FROM asn p JOIN opd o ON o.tenant_id = p.tenant_id AND o.id = p.opd_id` + reached("p.tenant_id", "p.id") + `
		WHERE p.tenant_id IN @tenants AND p.state = 'active' AND p.employment_type <> 'non_asn' AND ` + tx.ReachSQL("p.opd_id")
}

type seriesCountRow struct {
	OPDID     id.ID  `gorm:"column:opd_id"`
	Name      string `gorm:"column:name"`
	InService int32  `gorm:"column:in_service"`
	Reached   int32  `gorm:"column:reached"`
	Excused   int32  `gorm:"column:excused"`
	Unreached int32  `gorm:"column:unreached"`
}

func (r seriesCountRow) count() SeriesCount {
	return SeriesCount{OPD: r.OPDID, OPDName: r.Name, InService: r.InService, Reached: r.Reached, Excused: r.Excused, Unreached: r.Unreached}
}

func seriesColumns() string {
	return `count(*) AS in_service, count(r.yes) AS reached, count(*) FILTER (WHERE r.yes IS NULL AND ` + excused("p.id") + `) AS excused,
		count(*) FILTER (WHERE r.yes IS NULL AND NOT ` + excused("p.id") + `) AS unreached`
}

func seriesCounts(tx *db.Tx, rounds []id.ID, today day.Day, r page.Request) ([]SeriesCount, error) {
	after, named := "", map[string]any{"rounds": rounds, "day": today, "limit": r.Limit + 1}
	if r.After != nil {
		after = " AND (o.name, o.id) > (@name, @opd)"
		named["name"], named["opd"] = r.After[0], r.After[1]
	}
	var rows []seriesCountRow
	err := tx.SQL(`SELECT o.id AS opd_id, o.name, `+seriesColumns()+inService(tx)+after+` GROUP BY o.id, o.name ORDER BY o.name, o.id LIMIT @limit`, named).Scan(&rows).Error
	out := make([]SeriesCount, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.count())
	}
	return out, err
}

func seriesSum(tx *db.Tx, rounds []id.ID, today day.Day) (SeriesCount, error) {
	var r seriesCountRow
	err := tx.SQL(`SELECT `+seriesColumns()+inService(tx), map[string]any{"rounds": rounds, "day": today}).Scan(&r).Error
	return r.count(), err
}

func unreached(tx *db.Tx, rounds []id.ID, unit *id.ID, today day.Day, r page.Request) ([]Unreached, error) {
	more, named := "", map[string]any{"rounds": rounds, "day": today, "limit": r.Limit + 1}
	if unit != nil {
		more += " AND " + db.Under("p.opd_id", "units")
		named["units"] = []id.ID{*unit}
	}
	if r.After != nil {
		more += " AND (p.name_key, p.id) > (@name, @person)"
		named["name"], named["person"] = r.After[0], r.After[1]
	}
	var rows []struct {
		ID      id.ID  `gorm:"column:id"`
		Name    string `gorm:"column:name"`
		NameKey string `gorm:"column:name_key"`
		OPDID   id.ID  `gorm:"column:opd_id"`
		Excused bool   `gorm:"column:excused"`
	}
	err := tx.SQL(`SELECT p.id, p.name, p.name_key, p.opd_id, `+excused("p.id")+` AS excused`+inService(tx)+` AND r.yes IS NULL`+more+`
		ORDER BY p.name_key, p.id LIMIT @limit`, named).Scan(&rows).Error
	out := make([]Unreached, 0, len(rows))
	for _, x := range rows {
		out = append(out, Unreached{Person: x.ID, Name: x.Name, OPD: x.OPDID, Excused: x.Excused, nameKey: x.NameKey})
	}
	return out, err
}

type codeRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	EventID   id.ID     `gorm:"column:event_id"`
	Mode      string    `gorm:"column:mode"`
	CodeHash  []byte    `gorm:"column:code_hash"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func putCode(tx *db.Tx, tenant int32, eid id.ID, m Mode, hash []byte) error {
	return tx.Platform("event_check_in_code").Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "event_id"}, {Name: "mode"}},
		DoUpdates: clause.AssignmentColumns([]string{"code_hash", "created_at"})}).
		Create(&codeRow{TenantID: tenant, EventID: eid, Mode: string(m), CodeHash: hash, CreatedAt: tx.Now()}).Error
}

// byCode finds the event and the place that a code stands for.
func byCode(tx *db.Tx, hash []byte) (eid id.ID, m Mode, known bool, err error) {
	var r codeRow
	known, err = db.Found(tx.From("event_check_in_code").Where("code_hash = ?", hash), &r)
	return r.EventID, Mode(r.Mode), known, err
}

// mine lists the events of the caller's own record.
func mine(tx *db.Tx, r page.Request) ([]Mine, error) {
	me := tx.Scope().Person()
	q := tx.From("event").
		Joins("LEFT JOIN event_invitee i ON i.tenant_id = event.tenant_id AND i.event_id = event.id AND i.asn_id = ?", me).
		Joins("LEFT JOIN event_delegation f ON f.tenant_id = event.tenant_id AND f.event_id = event.id AND f.delegate_id = ?", me).
		Joins("LEFT JOIN event_attendance a ON a.tenant_id = event.tenant_id AND a.event_id = event.id AND a.asn_id = ? AND NOT a.struck", me).
		Select("event.*, i.mode AS invited_mode, f.asn_id AS delegate_of, a.mode AS attended_mode, a.proof AS attended_proof").
		Where("event.state <> 'draft' AND (i.asn_id IS NOT NULL OR f.asn_id IS NOT NULL OR a.asn_id IS NOT NULL)")
	if r.After != nil {
		q = q.Where("(event.starts_at, event.id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []struct {
		Own        row     `gorm:"embedded"`
		Invited    *string `gorm:"column:invited_mode"`
		DelegateOf *id.ID  `gorm:"column:delegate_of"`
		Attended   *string `gorm:"column:attended_mode"`
		Proof      *string `gorm:"column:attended_proof"`
	}
	if err := q.Order("event.starts_at DESC, event.id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Mine, 0, len(rows))
	for _, x := range rows {
		e, err := x.Own.event()
		if err != nil {
			return nil, err
		}
		out = append(out, Mine{Event: e, Invited: Mode(opt.Value(x.Invited)), DelegateOf: x.DelegateOf, Attended: Mode(opt.Value(x.Attended)), Proof: Proof(opt.Value(x.Proof))})
	}
	return out, nil
}
