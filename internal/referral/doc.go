// Package referral owns what an office of Bawaslu sends over the API: a report, a
// finding or preliminary information about civil servants of a government, under
// the office's own number, with documents. It becomes a report by the one intake
// of package report and goes the way of every other; what this package adds is
// the acknowledgement: our number, and a receipt that is signed and proves without
// us what came and when.
//
// An office has each of its numbers once in a government. The same number with the
// same content is the same referral, with the same receipt, whether it is sent
// again by mistake or because the answer was lost; with another content it is a
// conflict.
//
// What must never happen:
//   - that a receipt was given for what is not kept: both are one transaction;
//   - that a receipt holds a person, a word of the report or the name of a file;
//   - that an office learns of a referral of another one, or whether the registry
//     knows whom it names (T-29).
package referral
