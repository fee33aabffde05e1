// Package feed owns the order of the journal and what of it is told outside.
//
// Words: a note is an entry of the journal. A leaf is its number in its
// government: 0, 1, 2 … without a gap, given once. A change is a note that is
// public, as a recipient sees it; a recipient is a body whose matter changed, or
// a government's own systems. Its seq is the change's number in the recipient's
// feed: 1, 2, 3 … without a gap, over all governments. A cursor is such a number,
// sealed for who reads it.
//
// A note has no number when it is committed: numbers given inside a writer's
// transaction would leave gaps, or let a reader see 8 before 7. The sequencer
// numbers what is committed, one government at a time under the lock of its head,
// in the order in which the notes were written; what one row lock puts in order
// stays in order, so a case's changes do. It runs in every replica, and may be
// killed at any point: a batch is one transaction.
//
// What must never happen: a number given twice or left out, a reader that passes
// over a change, a change that tells more than type, id and time (T-62), a note
// of the public told before its wait is over (T-03). Reports, cases and sanctions
// are told to the bodies they came from and never to a government's own systems,
// since nothing there could keep them from who stands behind a wall (T-11).
package feed
