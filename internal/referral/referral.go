package referral

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/netral-asn/netral/internal/platform/attest"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/report"
	"github.com/netral-asn/netral/internal/upload"
)

// ReceiptType is the typ of receipts; nothing else that is signed has it.
const ReceiptType = "netral-receipt+jwt"

// Receipt is what we acknowledge, in the words it is signed in. It has no person
// and no word of the report.
type Receipt struct {
	Issuer         string        `json:"iss"`
	ID             id.ID         `json:"jti"`
	Number         string        `json:"sub"` // ours
	IssuedAt       int64         `json:"iat"`
	GovernmentCode string        `json:"government_code"`
	Government     string        `json:"government"`
	OrganisationID id.ID         `json:"organisation_id"`
	Organisation   string        `json:"organisation"`
	Kind           report.Kind   `json:"kind"`
	TheirNumber    string        `json:"their_number"`
	TheirStatus    string        `json:"their_status,omitempty"`
	TheirCode      string        `json:"their_status_code,omitempty"`
	ReceivedOn     string        `json:"received_on"`
	Content        string        `json:"content_sha256"`
	Documents      []ReceiptFile `json:"documents"`
	Subjects       int           `json:"subject_count"`
	Missing        []string      `json:"missing"`
}

// ReceiptFile is a document as a receipt tells it.
type ReceiptFile struct {
	MediaType upload.MediaType `json:"media_type"`
	Size      int64            `json:"size"`
	SHA256    string           `json:"sha256"`
}

// At is when we received it.
func (r Receipt) At() time.Time { return time.Unix(r.IssuedAt, 0).UTC() }

// Verify reads a receipt and holds it against public keys, without us.
func Verify(document string, keys attest.JWKS) (r Receipt, err error) {
	return r, keys.Verify(document, ReceiptType, &r)
}

// ContentOf is the hash of what an office sent, which the receipt tells: of the
// request's body in the form of RFC 8785, without where it goes and without the
// identifiers of uploads, in whose place the receipt lists their digests.
func ContentOf(body any) (canon.Hash, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return canon.Hash{}, err
	}
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		return canon.Hash{}, errors.New("the referral is not a JSON object")
	}
	delete(members, "government_code")
	delete(members, "upload_ids")
	form, err := canon.JSON(members)
	return canon.Sum(string(form)), err
}

// Referral is what was received, with its receipt signed.
type Referral struct {
	Receipt
	Signed string
}

// Trial is what a referral would become.
type Trial struct {
	Content canon.Hash
	// Already is our number when the very same is here.
	Already string
	Status  report.TheirStatus
	Known   []string
	Missing []string
}

// taken refuses another content under a number that the office used before.
func (r Receipt) taken() error {
	return fault.New(fault.Conflict, "referral.number_taken", "receipt", r.Number, "day", r.ReceivedOn).
		At("/number", "referral.number_taken", "receipt", r.Number, "day", r.ReceivedOn).Allowing([]string{})
}
