// Package casestatus owns what an oversight body pulls: the coarse state of the
// matters whose origin names it. Bawaslu sends a referral and watches here what
// becomes of it; BKN likewise, and the office whose finding BKN sent on.
//
// It is a read model. Projector follows the journal: in the transaction of the
// step that moved a report, a recommendation or a case it writes a row for every
// body that the matter names, so that one statement answers everything. What is
// not accepted has a row as well, which becomes that of its first case. A row
// changes when what it shows does, and its version tells nothing else. Beside
// the rows stands their head, one row an office and government, from which a
// conditional read is answered; the sweep makes terms and holidays of today out
// of what was computed earlier, and finds nothing to do otherwise.
//
// What must never happen: a word about a reporter, a name, a matter of another
// body. The caller's organisation stands in every statement.
package casestatus
