package pact

import (
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Method is how somebody signed.
type Method string

// The methods.
const (
	ByAccount Method = "account"
	OnPaper   Method = "paper"
)

// Signature is one person's yes to one text in one campaign.
type Signature struct {
	ID            id.ID
	Campaign      id.ID
	Text          id.ID
	Person        id.ID
	Attempt       int32 // one more than were struck before
	OPD           id.ID
	TextSHA256    canon.Hash
	Method        Method
	Assurance     authz.Assurance // of the account; empty on paper
	Account       *id.ID          // the signer's own, or the officer's who entered paper
	SignedOn      day.Day
	Place         string // on paper
	Witness       string
	RecordedAt    time.Time // the database's
	RecordedLater bool
	Record        string // canonical JSON
	RecordSHA256  canon.Hash
	Code          string // receipt
	Strike        *Strike

	Government string // region code, part of record and code
	SignerName string
	Edition    int32
}

// Strike is the second entry that takes a wrong one back.
type Strike struct {
	Reason string
	By     *id.ID
	At     time.Time
}

// Stands reports whether nobody struck the signature.
func (s Signature) Stands() bool { return s.Strike == nil }

// Version is 1, and 2 once struck: nothing else ever happens to a signature.
func (s Signature) Version() int32 {
	if s.Stands() {
		return 1
	}
	return 2
}

// Steps lists what the caller may do with the signature.
func (s Signature) Steps(may func(authz.Permission) bool) []string {
	if s.Stands() && may("pact.strike") {
		return []string{"striking"}
	}
	return []string{}
}

// record is what the signature binds, in canonical form. Names are fixed: a
// record is checked years later.
func (s Signature) record() string {
	m := map[string]string{
		"campaign_id": s.Campaign.String(), "code": s.Code, "government": s.Government, "id": s.ID.String(), "method": string(s.Method),
		"pact_text_id": s.Text.String(), "recorded_at": s.RecordedAt.UTC().Format("2006-01-02T15:04:05.000000Z"), "schema": "netral.pact_signature.1",
		"signed_on": s.SignedOn.String(), "signer_id": s.Person.String(), "text_sha256": hex.EncodeToString(s.TextSHA256[:]),
	}
	if s.Account != nil {
		m["account_id"] = s.Account.String()
	}
	for name, v := range map[string]string{"assurance": string(s.Assurance), "place": s.Place, "witness": s.Witness} {
		if v != "" {
			m[name] = v
		}
	}
	return canonicalJSON(m)
}

// sealed draws the receipt and writes the record.
func (s Signature) sealed() Signature {
	s.Code = authn.NewCode()
	s.Record = s.record()
	s.RecordSHA256 = canon.Sum(s.Record)
	return s
}

// Intact reports whether the row still says what its record says, and the
// record what its hash says.
func (s Signature) Intact() bool {
	return s.Record == s.record() && s.RecordSHA256 == canon.Sum(s.Record)
}

// Receipt is the code people keep: the government's region code, so that it can
// be looked up there alone, and a secret.
func (s Signature) Receipt() string { return s.Government + "-" + authn.PrintCode(s.Code) }

var regionCode = regexp.MustCompile(`^\d\d(\.\d\d)?$`)

// parseReceipt reads a receipt as people type it.
func parseReceipt(s string) (government, code string, ok bool) {
	government, rest, found := strings.Cut(strings.TrimSpace(s), "-")
	if !found || !regionCode.MatchString(government) {
		return "", "", false
	}
	code, ok = authn.ParseCode(rest)
	return government, code, ok
}

// masked shows of a name only the first letter of each word, and not how long
// the words are.
func masked(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		words[i] = string([]rune(w)[:1]) + "***"
	}
	return strings.Join(words, " ")
}

// Refusal is a person's no.
type Refusal struct {
	ID       id.ID
	Campaign id.ID
	Person   id.ID
	OPD      id.ID
	Reason   string
	At       time.Time
}

// Verification is all the public learns from a receipt.
type Verification struct {
	Valid    bool
	Campaign id.ID
	Title    string
	SignedOn day.Day
	Name     string // masked
	Method   Method
}

// Mine is one campaign as the person who must sign sees it.
type Mine struct {
	Campaign  Campaign
	Text      Text
	Signature *Signature
	RefusedAt *time.Time
}

// Steps lists what the person may do.
func (m Mine) Steps() []string {
	switch {
	case m.Campaign.State != Open || m.Signature != nil:
		return []string{}
	case m.RefusedAt != nil:
		return []string{"signature"}
	}
	return []string{"signature", "refusal"}
}

// PaperItem names one person of a list, by id or NIP.
type PaperItem struct {
	Person *id.ID
	NIP    string
}

// Outcome is what became of one item of a list.
type Outcome struct {
	Result    string // recorded, signed_before, not_found
	Signature *id.ID
}

// The results. NotFound also stands for people outside the caller's reach and
// for people who are not obliged.
const (
	Recorded     = "recorded"
	SignedBefore = "signed_before"
	NotFound     = "not_found"
)
