package report

import (
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/db"
)

// VerificationRule is the term within which a report is accepted or not; it is
// Netral's own, since no law gives the region one.
const VerificationRule = "referral_verification"

// keepClock lets the term run while the report is not decided upon. A clock knows
// days alone and draws an identifier that tells no order (T-03).
func keepClock(tx *db.Tx, r Report) error {
	undecided := r.State == Received || r.State == Incomplete || r.State == UnderVerification
	return deadline.RunTx(tx, deadline.Object{Kind: deadline.Report, ID: r.ID}, deadline.Clock{Rule: VerificationRule, From: r.Received}, undecided, r.Updated)
}
