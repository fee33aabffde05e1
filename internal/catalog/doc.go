// Package catalog holds the reference data of the neutrality rules: kinds of
// violation and of sanction, who may punish, deadlines, ranks, positions,
// holidays, elections and their stages, the legal library.
//
// The law changes, and some of it is unsure. So none of it is code: every fact
// is a dated row with its texts in Indonesian and English, its legal basis, the
// source it was taken from and how sure we are of it (high: two sources agree
// or the text was read; medium: one source or sure knowledge; low: unsure).
// A row is never rewritten: it is closed with its last day, and a new row with
// the same code follows it. What held on the day of an act can then be told in
// ten years.
//
// # Words
//
// A kind is one sort of reference data (violation_type). A code names one fact
// of a kind and never changes; it is what other tables keep. Both ends of a
// row's validity are included; an empty one is open. A row that is suspended
// stands in the law but may not be used from that day on: the allowance cuts of
// PP 94/2021 Pasal 8 wait for the pay regulation (Pasal 42), and replaced_by
// names the kinds imposed meanwhile.
//
// # National rows and a government's own
//
// The files under data/ are the national rows, the same for every government.
// Load reads and checks them; a mistake in a file is an error that names file or row
// and field. Check holds a row from anywhere else, such as one written
// over the API, to the same rules.
//
// At every start SyncNational brings the rows of the files into the database as
// rows of tenant 0, which everybody reads and only the installation writes. A
// government's own row goes before the national one of the same code on the days
// on which it holds. A row that never was true is withdrawn, not closed: it
// stays readable by whatever names it and holds on no day. Inside a transaction
// FindTx, RowsTx, ViewTx, ViewsTx and CalendarTx are the way to all of it.
//
// # Days
//
// A working day is Monday to Friday unless a holiday or collective leave (cuti
// bersama) falls on it. The day of the event is not counted: counting begins
// with the next working day. Every result says which days were passed over and
// why, because people must be able to check a date that binds them. Holidays
// come by decree, now and then days before: Holidays takes the day on which one
// counts, so that a late decree moves the deadlines that are still running.
package catalog
