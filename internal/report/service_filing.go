package report

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// File enters a report on behalf of an account: an officer's, or the filer's
// own. A reporter who has no account gets a tracking code, shown this once.
func (s *Service) File(ctx context.Context, in Submission) (r Report, code string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { r, code, err = s.FileTx(tx, in); return err })
	return r, code, err
}

// FileTx enters a report in the caller's transaction.
func (s *Service) FileTx(tx *db.Tx, in Submission) (Report, string, error) {
	scope := tx.Scope()
	if !slices.Contains(originsOf(scope.Reach()), in.Origin) {
		return Report{}, "", fault.New(fault.Rule, "report.origin_not_yours").At("/origin", "report.origin_not_yours")
	}
	if err := checkSender(tx, in); err != nil {
		return Report{}, "", err
	}
	channel := channelOf(in.Origin)
	if scope.Reach() != authz.Whole {
		channel = ByAccount
	}
	return s.fileTx(tx, in, channel, actor(tx))
}

// checkSender holds an origin to the body that stands behind it.
func checkSender(tx *db.Tx, in Submission) error {
	kind, needed := sender[in.Origin]
	if needed && in.Organisation == nil {
		return fault.New(fault.Rule, "report.organisation_needed").At("/organisation_id", "field.required")
	}
	if in.Source.Organisation != nil {
		if _, err := organisation.GetTx(tx, *in.Source.Organisation); err != nil {
			return err
		}
	}
	if in.Organisation == nil {
		return nil
	}
	o, err := organisation.GetTx(tx, *in.Organisation)
	if err != nil {
		return err
	}
	if needed && o.Kind != kind {
		return fault.New(fault.Rule, "report.organisation_unfit").At("/organisation_id", "report.organisation_unfit")
	}
	return nil
}

// fileTx is the one intake: the public's and everybody else's.
func (s *Service) fileTx(tx *db.Tx, in Submission, channel Channel, user *id.ID) (Report, string, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Report{}, "", err
	}
	gov, err := government.EntryByTenantTx(tx, tenant)
	if err != nil {
		return Report{}, "", err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return Report{}, "", err
	}
	received := today
	if in.Received != nil {
		received = *in.Received
	}
	documents, refused := s.takeTx(tx, in.Uploads)
	if err := fault.All(in.check(received, today), checkCodes(tx, in, received), checkElection(tx, in), refused); err != nil {
		return Report{}, "", err
	}
	if in.Source.Status.Code, _, err = catalog.ReadOversightWordTx(tx, in.Source.Status.Word, received); err != nil {
		return Report{}, "", err
	}
	rid, receipt, err := drawID(tx, gov.Code, received)
	if err != nil {
		return Report{}, "", err
	}
	if in.Acknowledged {
		in.Source.Receipt = receipt
	}
	r := Report{ID: rid, State: Received, Origin: in.Origin, Kind: in.Kind, Organisation: in.Organisation, Number: in.Number, Source: in.Source,
		Received: received, Act: in.Act, Known: in.Known, Violation: in.Violation, Acts: in.Acts, Election: in.Election, Channel: channel,
		RecordedLater: received.Before(today), Updated: today, Version: 1, Words: in.Words, Cases: []id.ID{}, Documents: documents, filedBy: user}
	code, hash := "", []byte(nil)
	if channel == ByCode {
		code = authn.NewCode()
		hash = s.vault.hash(code)
		code = trackingCode(gov.Code, code)
	}
	if err := s.vault.insert(tx, tenant, r, hash); err != nil {
		return r, "", err
	}
	if err := keepClock(tx, r); err != nil {
		return Report{}, "", err
	}
	if r.Subjects, err = s.insertSubjects(tx, tenant, r.ID, in.Subjects, today); err != nil {
		return r, "", err
	}
	if err := s.vault.of(tenant, r.ID).insertDocuments(tx, tenant, r.ID, documents); err != nil {
		return r, "", err
	}
	filing := Step{No: 1, Action: Filing, From: Received, To: Received, Day: received, RecordedLater: r.RecordedLater, by: user}
	if err := s.vault.of(tenant, r.ID).insertStep(tx, tenant, r.ID, filing); err != nil {
		return r, "", err
	}
	r.Steps, r.Messages = []Step{filing}, []Message{}
	return r, code, journal.Note(tx, journal.Entry{Action: "report.filed", Object: "report", ObjectID: r.ID,
		Details: map[string]any{"origin": r.Origin, "kind": r.Kind}, Public: r.told(journal.ReportReceived)})
}

// drawID draws an identifier, and the number of an acknowledgement made of it,
// that is free; the second draw is rare.
func drawID(tx *db.Tx, governmentCode string, on day.Day) (rid id.ID, receipt string, err error) {
	for range 10 {
		rid = tx.NewUnorderedID()
		receipt = government.RandomNumber("TT", governmentCode, on, rid)
		taken, err := receiptTaken(tx, receipt)
		if err != nil || !taken {
			return rid, receipt, err
		}
	}
	return rid, receipt, fault.New(fault.Unavailable, "server.unavailable").After(time.Second)
}

// takeTx makes the caller's uploads documents, and tells of every one that cannot
// be.
func (s *Service) takeTx(tx *db.Tx, uploads []id.ID) ([]Document, error) {
	out, refused := make([]Document, 0, len(uploads)), make([]error, 0, len(uploads))
	for i, u := range uploads {
		f, err := s.uploads.TakeTx(tx, u)
		refused = append(refused, at(err, "/upload_ids/"+strconv.Itoa(i)))
		out = append(out, Document{No: int32(i + 1), Upload: u, File: f})
	}
	return out, fault.All(refused...)
}

// checkCodes holds the codes of the reference data to what stood there on the
// day of the act.
func checkCodes(tx *db.Tx, in Submission, received day.Day) error {
	on := received
	if in.Act != nil {
		on = *in.Act
	}
	var refused []error
	if in.Violation != "" {
		_, err := catalog.FindTx(tx, catalog.ViolationTypeKind, in.Violation, on)
		refused = append(refused, at(err, "/violation_type"))
	}
	for _, a := range in.Acts {
		_, err := catalog.FindTx(tx, catalog.Act, a, on)
		refused = append(refused, at(err, "/acts"))
	}
	return fault.All(refused...)
}

func checkElection(tx *db.Tx, in Submission) error {
	if in.Election == nil {
		return nil
	}
	_, err := election.GetTx(tx, *in.Election)
	return at(err, "/election_id")
}

// at adds the field that a code stood in.
func at(err error, pointer string) error {
	if f, ok := fault.As(err); ok {
		f.Fields = append(f.Fields, fault.Field{Pointer: pointer, Code: f.Code, Params: f.Params})
	}
	return err
}

// insertSubjects adds subjects from number 1 on. Who is named by a NIP of this
// government is matched at once, so that the wall stands from the first moment.
func (s *Service) insertSubjects(tx *db.Tx, tenant int32, rid id.ID, in []Subject, today day.Day) ([]Subject, error) {
	out := make([]Subject, 0, len(in))
	for i, sub := range in {
		sub.No, sub.AddedBy = int32(i+1), Reporter
		if sub.ASN == nil {
			var err error
			if sub, err = matchedByNIP(tx, sub); err != nil {
				return nil, err
			}
		}
		if err := s.vault.of(tenant, rid).insertSubject(tx, tenant, rid, sub, today); err != nil {
			return nil, err
		}
		out = append(out, sub)
	}
	return out, nil
}

func matchedByNIP(tx *db.Tx, sub Subject) (Subject, error) {
	digits := onlyDigits(sub.Detail.NIP)
	if len(digits) != 18 {
		return sub, nil
	}
	person, err := personByNIP(tx, digits)
	if err != nil || person == nil {
		return sub, err
	}
	sub.ASN, sub.Kind = person, SubjectASN
	return sub, nil
}

func onlyDigits(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			out = append(out, s[i])
		}
	}
	return string(out)
}
