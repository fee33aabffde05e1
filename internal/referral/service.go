package referral

import (
	"context"
	"errors"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/report"
	"github.com/netral-asn/netral/internal/upload"
)

// Service is the use cases of referrals.
type Service struct {
	db      *db.DB
	reports *report.Service
	uploads *upload.Service
	signer  *identity.Service
}

// NewService joins the service to the database, the intake, the files and who
// signs.
func NewService(d *db.DB, reports *report.Service, uploads *upload.Service, signer *identity.Service) *Service {
	return &Service{db: d, reports: reports, uploads: uploads, signer: signer}
}

// errTried undoes a trial.
var errTried = errors.New("referral: it was only tried")

// Send takes a referral in for the government with a region code, or the caller's
// only one.
func (s *Service) Send(ctx context.Context, code string, in report.Submission, content canon.Hash) (r Referral, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		got, err := s.receiveTx(tx, code, in, content)
		if err != nil {
			return err
		}
		r, err = s.signed(tx, got.Receipt)
		return err
	})
	return r, err
}

// Try does all that Send does and undoes it.
func (s *Service) Try(ctx context.Context, code string, in report.Submission, content canon.Hash) (t Trial, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		got, err := s.receiveTx(tx, code, in, content)
		if err != nil {
			return err
		}
		t = Trial{Content: content, Status: report.TheirStatus{Word: got.TheirStatus, Code: got.TheirCode}, Missing: got.Missing}
		if got.again {
			t.Already = got.Number
		}
		if t.Status.Word != "" && t.Status.Code == "" {
			if _, t.Known, err = catalog.ReadOversightWordTx(tx, t.Status.Word, got.on); err != nil {
				return err
			}
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return t, nil
	}
	return t, err
}

// Get reads one of the office's referrals.
func (s *Service) Get(ctx context.Context, rid id.ID) (r Referral, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := office(tx); err != nil {
			return err
		}
		receipt, err := find(tx, rid)
		if err != nil {
			return err
		}
		r, err = s.signed(tx, receipt)
		return err
	})
	return r, err
}

// signed signs a receipt with the key of today: what an earlier one signed is true
// as well, and one that was revoked is made good so.
func (s *Service) signed(tx *db.Tx, r Receipt) (Referral, error) {
	document, err := s.signer.AttestTx(tx, ReceiptType, r)
	return Referral{Receipt: r, Signed: document}, err
}

// received is what stands after a referral was taken in.
type received struct {
	Receipt
	on    day.Day
	again bool
}

// office is the one that the caller speaks for.
func office(tx *db.Tx) (id.ID, error) {
	o := tx.Scope().Principal().Organisation
	if o == id.Nil {
		return o, fault.New(fault.Forbidden, "auth.not_permitted")
	}
	return o, nil
}

func (s *Service) receiveTx(tx *db.Tx, code string, in report.Submission, content canon.Hash) (out received, err error) {
	sender, err := office(tx)
	if err != nil {
		return out, err
	}
	if err := government.EnterTx(tx, code); err != nil {
		return out, err
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return out, err
	}
	if out.on, err = government.TodayTx(tx); err != nil {
		return out, err
	}
	if out.Receipt, out.again, err = findNumber(tx, in.Number); err != nil {
		return out, err
	}
	if out.again {
		return out, s.same(tx, tenant, out.Receipt, in, content)
	}
	in.Origin, in.Organisation, in.Acknowledged = report.FromBawaslu, &sender, true
	filed, _, err := s.reports.FileTx(tx, in)
	if err != nil {
		return out, err
	}
	if out.Receipt, err = s.receipt(tx, tenant, filed, content); err != nil {
		return out, err
	}
	if err := insert(tx, tenant, out.Receipt); err != nil {
		return out, err
	}
	return out, journal.Note(tx, journal.Entry{Action: "referral.acknowledged", Object: "referral", ObjectID: filed.ID,
		Details: map[string]any{"content_sha256": out.Content, "documents": len(filed.Documents)}})
}

// receipt says what came in.
func (s *Service) receipt(tx *db.Tx, tenant int32, filed report.Report, content canon.Hash) (Receipt, error) {
	g, err := government.EntryByTenantTx(tx, tenant)
	if err != nil {
		return Receipt{}, err
	}
	o, err := organisation.GetTx(tx, *filed.Organisation)
	if err != nil {
		return Receipt{}, err
	}
	issuer, err := s.signer.IssuerTx(tx)
	r := Receipt{Issuer: issuer, ID: filed.ID, Number: filed.Source.Receipt, IssuedAt: tx.Now().Unix(), GovernmentCode: g.Code, Government: g.Name,
		OrganisationID: o.ID, Organisation: o.Name, Kind: filed.Kind, TheirNumber: filed.Number, TheirStatus: filed.Source.Status.Word,
		TheirCode: filed.Source.Status.Code, ReceivedOn: filed.Received.String(), Content: content.String(),
		Documents: make([]ReceiptFile, 0, len(filed.Documents)), Subjects: len(filed.Subjects), Missing: filed.Missing()}
	for _, d := range filed.Documents {
		r.Documents = append(r.Documents, ReceiptFile{d.File.MediaType, d.File.Size, d.File.SHA256.String()})
	}
	return r, err
}

// same holds what is sent again under a number against what is there. Uploads that
// were used for it then may be named again; others must hold the same files.
func (s *Service) same(tx *db.Tx, tenant int32, r Receipt, in report.Submission, content canon.Hash) error {
	documents, err := s.reports.DocumentsTx(tx, tenant, r.ID)
	if err != nil {
		return err
	}
	if content.String() != r.Content || len(documents) != len(in.Uploads) {
		return r.taken()
	}
	for i, u := range in.Uploads {
		if u == documents[i].Upload {
			continue
		}
		sum, found, err := s.uploads.DigestTx(tx, u)
		if err != nil {
			return err
		}
		if !found || sum != documents[i].File.SHA256 {
			return r.taken()
		}
	}
	journal.Routine(tx) // nothing changed
	return nil
}
