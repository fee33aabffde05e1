// Package coaching owns the ledger in which personnel officers (Kasubag Umum
// dan Kepegawaian) record prevention, coaching and early warnings.
//
// An entry is about one person or about a whole unit. It is open until closed;
// follow-ups are added on the way; the person sees every word and may answer
// once:
//
//	open -> closed
//
// An entry is never a sanction and never a case, and nothing of the sanction
// process may rest on it. That is why it expires by a dated rule
// (coaching_expiry of the reference data), and why an entry that names a
// catalogued act must say whether the matter is handed over to intake:
// coaching does not take the place of an examination, and a superior who looks
// away from a breach is liable himself (PP 94/2021).
//
// What was said is sealed at rest; lists show codes and days alone.
//
// Entries about a record that is joined to another are about the one that stays.
package coaching
