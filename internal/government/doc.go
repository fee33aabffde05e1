// Package government owns the regional governments on an installation and the
// mandates of those who act for them.
//
// A government is addressed by its Kemendagri region code (36.03) and known by
// an opaque id; inside the database it is a tenant number that never leaves.
// The directory (table tenant) says who there is; what a government set for
// itself (table government) lies behind row policies like everything else.
//
// A mandate says who holds an office from one legal day to another: the
// appointing authority (PPK), the authorised official (PyB, the regional
// secretary) and the head of the personnel agency, definitively or as Pj, Pjs,
// Plt, Plh or delegate. Mandates decide who could act on a day; they are ended,
// never deleted, so that the answer stays the same in ten years.
package government
