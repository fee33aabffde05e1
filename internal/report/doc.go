// Package report owns submissions that somebody broke neutrality: from the
// public without an account, from an ASN with one, from Bawaslu, BKN or formerly
// KASN, from own monitoring, or by phone, WhatsApp and letter through an officer.
// A report is not a case: several reports may feed one, and one that names five
// people opens five (package casefile).
//
// A report is received, maybe incomplete until an answer or a day, verified, and
// then accepted, rejected, found to be a duplicate, withdrawn or referred; who
// may take which step stands in the one table of report.go. It is never lost for
// being incomplete: what is missing is shown and asked for.
//
// Two records of one human are one person here: a subject or officer in charge
// whose record was joined to another is the one that stays, and who was ever
// matched or recused is resolved on reading, so that joining or splitting
// records moves nobody to the other side of the wall.
//
// What must never happen:
//   - that anything of a reporter's device, address or hour is kept. Ids are
//     random, days are legal days, and a tracking code is known only by its
//     keyed hash (T-01, T-03, T-06);
//   - that the words of a report lie in the database in the clear. They are
//     sealed one by one, by the vault alone (T-37);
//   - that the person named, their superiors up to the head of the OPD, or who
//     was recused learns of a report by any path (T-11). Every statement about
//     reports starts at visible; only the reporter's own code leads around it.
package report
