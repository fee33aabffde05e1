package pact

import (
	"slices"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what pacts ask of people: to sign, and to be the second who approves
// a text.
func WorkItems() []workitem.Source {
	return []workitem.Source{
		{Kind: "pact_signature", Permission: "pact.sign", Find: unsigned},
		{Kind: "pact_text_approval", Permission: "pact.approve", Find: func(tx *db.Tx, _ workitem.Question) ([]workitem.Item, error) {
			return textsWaiting(tx, func(t Text, scope authz.Scope) bool {
				return t.agreed() < approvalsNeeded && !t.approvedBy(scope.Principal())
			})
		}},
		{Kind: "pact_text_publication", Permission: "pact.write", Find: func(tx *db.Tx, _ workitem.Question) ([]workitem.Item, error) {
			return textsWaiting(tx, func(t Text, _ authz.Scope) bool { return t.agreed() >= approvalsNeeded })
		}},
	}
}

// approvedBy reports whether somebody said yes in this round, whatever the
// account.
func (t Text) approvedBy(p authz.Principal) bool {
	return slices.ContainsFunc(t.Approvals, func(a Approval) bool {
		return a.Approver == p.ID || (a.Person != nil && *a.Person == p.Person)
	})
}

// textsWaiting are the texts in approval that wait for the caller.
func textsWaiting(tx *db.Tx, waits func(Text, authz.Scope) bool) ([]workitem.Item, error) {
	texts, err := textsInApproval(tx)
	if err != nil {
		return nil, err
	}
	var out []workitem.Item
	for _, t := range texts {
		if waits(t, tx.Scope()) {
			out = append(out, workitem.Item{Object: t.ID, Path: "/pact-texts/" + t.ID.String(), Steps: t.Steps(tx.Scope().May),
				Params: fault.Params{"title": t.Title, "edition": t.Edition}})
		}
	}
	return out, nil
}
