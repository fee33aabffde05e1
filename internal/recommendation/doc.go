// Package recommendation owns what BKN, Bawaslu or formerly KASN recommend to
// the appointing authority about named ASN, and whether it was done.
//
// A recommendation is an obligation: sender, number as printed, the day it was
// received, the day by which the appointing authority has to act, and proof of
// what was done. It is open until it is followed up or contested, and what was
// contested may still be followed up. Nothing ends it silently: it ages in days,
// and being overdue is shown to everybody who may see it (X2).
//
// The term is custom, not law, so it comes from the reference data with its low
// confidence shown; an official may set another day and must say why. The day
// computed is kept beside it.
//
// A person whose record was joined to another is read as the one that stays; the
// rows are what the letter said and are never rewritten.
//
// The person concerned never sees it here; the own case tells them.
package recommendation
