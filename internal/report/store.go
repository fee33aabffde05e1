package report

import (
	"encoding/json"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID       int32           `gorm:"column:tenant_id"`
	ID             id.ID           `gorm:"column:id"`
	State          string          `gorm:"column:state"`
	Origin         string          `gorm:"column:origin"`
	Kind           string          `gorm:"column:kind"`
	OrganisationID *id.ID          `gorm:"column:organisation_id"`
	Number         string          `gorm:"column:number"`
	NumberKey      string          `gorm:"column:number_key"`
	SourceID       *id.ID          `gorm:"column:source_organisation_id"`
	SourceNumber   string          `gorm:"column:source_number"`
	SBTNumber      string          `gorm:"column:sbt_number"`
	ReceiptNumber  string          `gorm:"column:receipt_number"`
	TheirStatus    string          `gorm:"column:their_status"`
	TheirCode      string          `gorm:"column:their_status_code"`
	ReceivedOn     day.Day         `gorm:"column:received_on"`
	ActOn          *day.Day        `gorm:"column:act_on"`
	KnownOn        *day.Day        `gorm:"column:known_on"`
	ViolationCode  *string         `gorm:"column:violation_code"`
	ActCodes       json.RawMessage `gorm:"column:act_codes"`
	ElectionID     *id.ID          `gorm:"column:election_id"`
	Narrative      []byte          `gorm:"column:narrative"`
	Place          []byte          `gorm:"column:place"`
	Links          []byte          `gorm:"column:links"`
	Channel        string          `gorm:"column:channel"`
	CodeHash       []byte          `gorm:"column:code_hash"`
	FiledBy        *id.ID          `gorm:"column:filed_by"`
	HandlerASNID   *id.ID          `gorm:"column:handler_asn_id"`
	DuplicateOf    *id.ID          `gorm:"column:duplicate_of"`
	AnswerBy       *day.Day        `gorm:"column:answer_by"`
	Outcome        *string         `gorm:"column:outcome"`
	RecordedLater  bool            `gorm:"column:recorded_later"`
	UpdatedOn      day.Day         `gorm:"column:updated_on"`
	Version        int32           `gorm:"column:version"`
}

// report is the row on a legal day, without words.
func (r row) report(today day.Day) (Report, error) {
	out := Report{ID: r.ID, State: State(r.State), Origin: Origin(r.Origin), Kind: Kind(r.Kind), Organisation: r.OrganisationID, Number: r.Number,
		Source:   Source{r.SourceID, r.SourceNumber, r.SBTNumber, r.ReceiptNumber, TheirStatus{r.TheirStatus, r.TheirCode}},
		Received: r.ReceivedOn, Act: r.ActOn, Known: r.KnownOn, Violation: opt.Value(r.ViolationCode), Election: r.ElectionID, Channel: Channel(r.Channel),
		Handler: r.HandlerASNID, DuplicateOf: r.DuplicateOf, AnswerBy: r.AnswerBy, Outcome: Outcome(opt.Value(r.Outcome)), RecordedLater: r.RecordedLater,
		Updated: r.UpdatedOn, Version: r.Version, filedBy: r.FiledBy}
	return out.resumed(today), json.Unmarshal(r.ActCodes, &out.Acts)
}

// words opens what the reporter wrote.
func (r row) words(l locker) (w Words, err error) {
	if err = l.open("report", "narrative", 0, r.Narrative, &w.Narrative); err != nil {
		return w, err
	}
	if err = l.open("report", "place", 0, r.Place, &w.Place); err != nil {
		return w, err
	}
	return w, l.open("report", "links", 0, r.Links, &w.Links)
}

// Filter narrows a list of reports.
type Filter struct {
	State        State
	Origin       Origin
	Organisation *id.ID
	Number       string
	Handler      *id.ID
	UpdatedSince *day.Day
}

func (f Filter) apply(q *gorm.DB, today day.Day) *gorm.DB {
	switch f.State {
	case "":
	case Incomplete:
		q = q.Where("report.state = 'incomplete' AND report.answer_by >= ?", today)
	case Received: // see Report.resumed
		q = q.Where("(report.state = 'received' OR (report.state = 'incomplete' AND report.answer_by < ?))", today)
	default:
		q = q.Where("report.state = ?", f.State)
	}
	if f.Origin != "" {
		q = q.Where("report.origin = ?", f.Origin)
	}
	if f.Organisation != nil {
		q = q.Where("report.organisation_id = ?", *f.Organisation)
	}
	if f.Number != "" {
		q = q.Where("report.number_key = ?", canon.Number(f.Number))
	}
	if f.Handler != nil {
		q = q.Where("report.handler_asn_id = ?", *f.Handler)
	}
	if f.UpdatedSince != nil {
		q = q.Where("report.updated_on >= ?", *f.UpdatedSince)
	}
	return q
}

func list(tx *db.Tx, f Filter, today day.Day, r page.Request) ([]Report, error) {
	q := f.apply(visible(tx, today), today)
	if r.After != nil {
		q = q.Where("(report.received_on, report.id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("report.received_on DESC, report.id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(x row) (Report, error) { return x.report(today) })
}

// find reads a report that the caller may see, without words.
func find(tx *db.Tx, rid id.ID, today day.Day, lock bool) (row, Report, error) {
	q := visible(tx, today).Where("report.id = ?", rid)
	if lock {
		q = q.Clauses(db.ForUpdate("report"))
	}
	var x row
	if err := db.First(q, &x); err != nil {
		return x, Report{}, err
	}
	if err := tx.Match(x.ID, x.Version, lock); err != nil {
		return x, Report{}, err
	}
	r, err := x.report(today)
	return x, r, err
}

// findByCode reads the report that a tracking code's hash belongs to: the only
// way around visible, for the reporter alone.
func findByCode(tx *db.Tx, hash []byte, today day.Day, lock bool) (row, Report, error) {
	q := tx.From("report").Where("report.code_hash = ?", hash)
	if lock {
		q = q.Clauses(db.ForUpdate("report"))
	}
	var x row
	if err := db.First(q, &x); err != nil {
		return x, Report{}, err
	}
	r, err := x.report(today)
	return x, r, err
}

// load reads all that belongs to a report, with its words.
func (v vault) load(tx *db.Tx, x row, r Report) (Report, error) {
	l := v.of(x.TenantID, x.ID)
	var err error
	if r.Words, err = x.words(l); err != nil {
		return r, err
	}
	if r.Subjects, err = l.subjects(tx, x.ID); err != nil {
		return r, err
	}
	if r.Messages, err = l.messages(tx, x.ID); err != nil {
		return r, err
	}
	if r.Steps, err = l.steps(tx, x.ID); err != nil {
		return r, err
	}
	if r.Documents, err = l.documents(tx, x.ID); err != nil {
		return r, err
	}
	r.Cases, err = cases(tx, x.ID)
	return r, err
}

func (v vault) insert(tx *db.Tx, tenant int32, r Report, codeHash []byte) error {
	l := v.of(tenant, r.ID)
	acts, err := json.Marshal(append([]string{}, r.Acts...))
	if err != nil {
		return err
	}
	x := row{TenantID: tenant, ID: r.ID, State: string(r.State), Origin: string(r.Origin), Kind: string(r.Kind), OrganisationID: r.Organisation,
		Number: r.Number, NumberKey: canon.Number(r.Number), SourceID: r.Source.Organisation,
		SourceNumber: r.Source.Number, SBTNumber: r.Source.SBT, ReceiptNumber: r.Source.Receipt, TheirStatus: r.Source.Status.Word, TheirCode: r.Source.Status.Code, ReceivedOn: r.Received, ActOn: r.Act, KnownOn: r.Known, ViolationCode: opt.Of(r.Violation),
		ActCodes: acts, ElectionID: r.Election, Channel: string(r.Channel), CodeHash: codeHash, FiledBy: r.filedBy, RecordedLater: r.RecordedLater,
		UpdatedOn: r.Updated, Version: r.Version}
	if x.Narrative, err = l.seal("report", "narrative", 0, r.Words.Narrative); err != nil {
		return err
	}
	if r.Words.Place != "" {
		if x.Place, err = l.seal("report", "place", 0, r.Words.Place); err != nil {
			return err
		}
	}
	if len(r.Words.Links) > 0 {
		if x.Links, err = l.seal("report", "links", 0, r.Words.Links); err != nil {
			return err
		}
	}
	return tx.Insert("report", &x)
}

func receiptTaken(tx *db.Tx, number string) (bool, error) {
	var r row
	return db.Found(tx.From("report").Select("id").Where("receipt_number = ?", number), &r)
}

// update writes what steps change, and whether the term to verify still runs.
func update(tx *db.Tx, r Report) error {
	if err := keepClock(tx, r); err != nil {
		return err
	}
	return db.Changed(tx.From("report").Where("id = ?", r.ID).Updates(map[string]any{"state": r.State, "handler_asn_id": r.Handler,
		"duplicate_of": r.DuplicateOf, "answer_by": r.AnswerBy, "outcome": opt.Of(string(r.Outcome)), "updated_on": r.Updated, "version": r.Version}))
}

type subjectRow struct {
	TenantID int32  `gorm:"column:tenant_id"`
	ReportID id.ID  `gorm:"column:report_id"`
	No       int32  `gorm:"column:no"`
	Kind     string `gorm:"column:kind"`
	Detail   []byte `gorm:"column:detail"`
	ASNID    *id.ID `gorm:"column:asn_id"`
	AddedBy  string `gorm:"column:added_by"`
}

func subjectRows(tx *db.Tx, rid id.ID) ([]subjectRow, error) {
	var rows []subjectRow
	err := tx.From("report_subject").Where("report_id = ?", rid).Order("no").Find(&rows).Error
	return rows, err
}

func (r subjectRow) subject() Subject {
	return Subject{No: r.No, Kind: SubjectKind(r.Kind), ASN: r.ASNID, AddedBy: Sender(r.AddedBy)}
}

func (l locker) subjects(tx *db.Tx, rid id.ID) ([]Subject, error) {
	rows, err := subjectRows(tx, rid)
	if err != nil {
		return nil, err
	}
	out := make([]Subject, 0, len(rows))
	for _, x := range rows {
		s := x.subject()
		if err := l.open("report_subject", "detail", x.No, x.Detail, &s.Detail); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (l locker) insertSubject(tx *db.Tx, tenant int32, rid id.ID, s Subject, today day.Day) error {
	detail, err := l.seal("report_subject", "detail", s.No, s.Detail)
	if err != nil {
		return err
	}
	x := subjectRow{TenantID: tenant, ReportID: rid, No: s.No, Kind: string(s.Kind), Detail: detail, ASNID: s.ASN, AddedBy: string(s.AddedBy)}
	if err := tx.Insert("report_subject", &x); err != nil || s.ASN == nil {
		return err
	}
	return insertSubjectPerson(tx, tenant, rid, s.No, *s.ASN, today)
}

// insertSubjectPerson remembers a match for good; the same again is no news.
func insertSubjectPerson(tx *db.Tx, tenant int32, rid id.ID, no int32, person id.ID, today day.Day) error {
	_, err := tx.Exec(`INSERT INTO report_subject_person (tenant_id, report_id, no, asn_id, matched_on) VALUES (@tenant, @report, @no, @person, @on)
		ON CONFLICT DO NOTHING`, map[string]any{"tenant": tenant, "report": rid, "no": no, "person": person, "on": today})
	return err
}

func updateSubject(tx *db.Tx, rid id.ID, no int32, person id.ID) error {
	return db.Changed(tx.From("report_subject").Where("report_id = ? AND no = ?", rid, no).
		Updates(map[string]any{"asn_id": person, "kind": string(SubjectASN)}))
}

type messageRow struct {
	TenantID int32    `gorm:"column:tenant_id"`
	ReportID id.ID    `gorm:"column:report_id"`
	No       int32    `gorm:"column:no"`
	Sender   string   `gorm:"column:sender"`
	Kind     string   `gorm:"column:kind"`
	Body     []byte   `gorm:"column:body"`
	SentOn   day.Day  `gorm:"column:sent_on"`
	AnswerBy *day.Day `gorm:"column:answer_by"`
}

func (l locker) messages(tx *db.Tx, rid id.ID) ([]Message, error) {
	var rows []messageRow
	if err := tx.From("report_message").Where("report_id = ?", rid).Order("no").Limit(maxMessages).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Message, 0, len(rows))
	for _, x := range rows {
		m := Message{No: x.No, Sender: Sender(x.Sender), Kind: MessageKind(x.Kind), Sent: x.SentOn, AnswerBy: x.AnswerBy}
		if err := l.open("report_message", "body", x.No, x.Body, &m.Text); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// insertMessage adds a message under the next number. The report's row is
// locked, so numbers do not collide.
func (l locker) insertMessage(tx *db.Tx, tenant int32, rid id.ID, m Message) error {
	var err error
	if m.No, err = nextNo(tx, "report_message", rid); err != nil {
		return err
	}
	if m.No > maxMessages {
		return tooManyMessages()
	}
	body, err := l.seal("report_message", "body", m.No, m.Text)
	if err != nil {
		return err
	}
	return tx.Insert("report_message", &messageRow{TenantID: tenant, ReportID: rid, No: m.No, Sender: string(m.Sender), Kind: string(m.Kind),
		Body: body, SentOn: m.Sent, AnswerBy: m.AnswerBy})
}

func nextNo(tx *db.Tx, table string, rid id.ID) (int32, error) {
	var last struct {
		No int32 `gorm:"column:no"`
	}
	err := tx.From(table).Select("coalesce(max(no), 0) AS no").Where("report_id = ?", rid).Take(&last).Error
	return last.No + 1, err
}

type stepRow struct {
	TenantID       int32   `gorm:"column:tenant_id"`
	ReportID       id.ID   `gorm:"column:report_id"`
	No             int32   `gorm:"column:no"`
	Action         string  `gorm:"column:action"`
	FromState      string  `gorm:"column:from_state"`
	ToState        string  `gorm:"column:to_state"`
	HappenedOn     day.Day `gorm:"column:happened_on"`
	ByUserID       *id.ID  `gorm:"column:by_user_id"`
	OrganisationID *id.ID  `gorm:"column:organisation_id"`
	Note           []byte  `gorm:"column:note"`
	RecordedLater  bool    `gorm:"column:recorded_later"`
}

func (l locker) steps(tx *db.Tx, rid id.ID) ([]Step, error) {
	var rows []stepRow
	if err := tx.From("report_step").Where("report_id = ?", rid).Order("no").Limit(1000).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Step, 0, len(rows))
	for _, x := range rows {
		s := Step{No: x.No, Action: Action(x.Action), From: State(x.FromState), To: State(x.ToState), Day: x.HappenedOn,
			Organisation: x.OrganisationID, RecordedLater: x.RecordedLater}
		if err := l.open("report_step", "note", x.No, x.Note, &s.Note); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (l locker) insertStep(tx *db.Tx, tenant int32, rid id.ID, s Step) error {
	no, err := nextNo(tx, "report_step", rid)
	if err != nil {
		return err
	}
	x := s.row(tenant, rid, no)
	if !s.Note.empty() {
		if x.Note, err = l.seal("report_step", "note", no, s.Note); err != nil {
			return err
		}
	}
	return tx.Insert("report_step", &x)
}

func (s Step) row(tenant int32, rid id.ID, no int32) stepRow {
	return stepRow{TenantID: tenant, ReportID: rid, No: no, Action: string(s.Action), FromState: string(s.From), ToState: string(s.To),
		HappenedOn: s.Day, ByUserID: s.by, OrganisationID: s.Organisation, RecordedLater: s.RecordedLater}
}

// insertPlainStep adds a step without words; later stages take those.
func insertPlainStep(tx *db.Tx, tenant int32, rid id.ID, s Step) error {
	no, err := nextNo(tx, "report_step", rid)
	if err != nil {
		return err
	}
	x := s.row(tenant, rid, no)
	return tx.Insert("report_step", &x)
}

type caseRow struct {
	TenantID int32 `gorm:"column:tenant_id"`
	ReportID id.ID `gorm:"column:report_id"`
	CaseID   id.ID `gorm:"column:case_id"`
}

func cases(tx *db.Tx, rid id.ID) ([]id.ID, error) {
	var rows []caseRow
	if err := tx.From("report_case").Where("report_id = ?", rid).Order("case_id").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]id.ID, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.CaseID)
	}
	return out, nil
}

func insertCases(tx *db.Tx, tenant int32, rid id.ID, caseIDs []id.ID) error {
	rows := make([]caseRow, 0, len(caseIDs))
	for _, c := range caseIDs {
		rows = append(rows, caseRow{tenant, rid, c})
	}
	return tx.Insert("report_case", &rows)
}

type recusalRow struct {
	TenantID  int32   `gorm:"column:tenant_id"`
	ReportID  id.ID   `gorm:"column:report_id"`
	No        int32   `gorm:"column:no"`
	ASNID     *id.ID  `gorm:"column:asn_id"`
	UserID    *id.ID  `gorm:"column:user_id"`
	Reason    []byte  `gorm:"column:reason"`
	RecusedOn day.Day `gorm:"column:recused_on"`
}

func (l locker) insertRecusal(tx *db.Tx, tenant int32, rid id.ID, person, user *id.ID, reason string, on day.Day) error {
	no, err := nextNo(tx, "report_recusal", rid)
	if err != nil {
		return err
	}
	sealed, err := l.seal("report_recusal", "reason", no, reason)
	if err != nil {
		return err
	}
	return tx.Insert("report_recusal", &recusalRow{TenantID: tenant, ReportID: rid, No: no, ASNID: person, UserID: user, Reason: sealed, RecusedOn: on})
}

// personByNIP finds who has a number in the government. It serves intake alone:
// the answer is never shown to who asked (T-29).
func personByNIP(tx *db.Tx, digits string) (*id.ID, error) {
	var x struct {
		ID id.ID `gorm:"column:id"`
	}
	ok, err := db.Found(tx.From("asn").Select("id").Where("nip = ? AND state IN ('active', 'departed')", digits), &x)
	if err != nil || !ok {
		return nil, err
	}
	return &x.ID, nil
}

// inherit names the record that stays wherever a report speaks of the one that
// goes: as a subject and as the officer in charge. Who was ever matched or
// recused is never rewritten, the wall reads both records as one.
func inherit(tx *db.Tx, goes, stays id.ID) error {
	if err := tx.From("report_subject").Where("asn_id = ?", goes).Update("asn_id", stays).Error; err != nil {
		return err
	}
	return tx.From("report").Where("handler_asn_id = ?", goes).Updates(map[string]any{"handler_asn_id": stays, "version": gorm.Expr("version + 1")}).Error
}
