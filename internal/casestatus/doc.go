// Package casestatus owns what an oversight body pulls: the coarse state of the
// matters whose origin names it. Bawaslu sends a referral and watches here what
// becomes of it; BKN likewise.
//
// It is a read model: Follower writes a row for every case and every body that
// sent it, in the transaction of the step that moved the case. A row changes
// only when the coarse word does, so that its version tells nothing of what
// happens inside an office.
//
// What must never happen: a word about a reporter, a name, a matter of another
// body. The caller's organisation stands in every statement.
package casestatus
