// Package organisation owns the bodies that governments deal with and that are
// the same for all of them: Bawaslu and KPU offices of every level, BKN, the
// KASN that was, ministries.
//
// Who oversees neutrality is data with dates, never code: KASN supervised until
// early September 2024 (Perpres 91 and 92/2024, SE MenPANRB 4/2024), BKN after
// it, and the Constitutional Court (121/PUU-XXII/2024) ordered an independent
// body by October 2027. A body that ended stays, since its letters and
// recommendations name it.
//
// A body belongs to no government: the table is a platform table, everybody
// signed in reads it and only the administrator of the installation writes it.
// A body is ended once, and neither deleted nor reopened; one that comes back is
// a new one.
package organisation
