package report

import (
	"errors"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// SubjectsTx lists the subjects of a report and whom they were matched to,
// without the reporter's words. Ask GetTx first whether the caller may know.
func SubjectsTx(tx *db.Tx, rid id.ID) ([]Subject, error) {
	rows, err := subjectRows(tx, rid)
	out := make([]Subject, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.subject())
	}
	return out, err
}

// WalledTx reports whether a person must not know of a report, whatever their
// role: cases ask it before they give somebody a part in what came from it.
func WalledTx(tx *db.Tx, rid, person id.ID) (bool, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return false, err
	}
	return walled(tx, rid, person, today)
}

// AcceptTx accepts a verified report into the cases that were opened from it.
func AcceptTx(tx *db.Tx, rid id.ID, caseIDs []id.ID) error {
	if len(caseIDs) == 0 {
		return errors.New("report: accepted into no case")
	}
	return stepTx(tx, rid, Acceptance, func(tenant int32, _ *Report) error { return insertCases(tx, tenant, rid, caseIDs) })
}

// FinishTx says how the cases of an accepted report ended, when the last of
// them has; the reporter is told in public words.
func FinishTx(tx *db.Tx, rid id.ID, outcome string) error {
	return stepTx(tx, rid, Finishing, func(_ int32, r *Report) error { r.Outcome = Outcome(outcome); return nil })
}

// stepTx takes a step that follows from a later stage, without words.
func stepTx(tx *db.Tx, rid id.ID, a Action, f func(tenant int32, r *Report) error) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return err
	}
	_, r, err := find(tx, rid, today, true)
	if err != nil {
		return err
	}
	to, err := r.next(a, tx.Scope().May)
	if err != nil {
		return err
	}
	step := Step{Action: a, From: r.State, To: to, Day: today, by: actor(tx)}
	r.State, r.Updated, r.Version = to, today, r.Version+1
	if err := f(tenant, &r); err != nil {
		return err
	}
	if err := insertPlainStep(tx, tenant, rid, step); err != nil {
		return err
	}
	if err := update(tx, r); err != nil {
		return err
	}
	return noteStep(tx, r, step)
}
