// Package opd owns the units of a government: OPD and the tree below them, with
// their history, and who heads them and keeps their personnel matters.
//
// A unit is created, renamed, moved, merged, split and ended on a day; each is
// an entry of its history, and nothing is deleted. The tree of any past day is
// told from the history. What lies below a unit is a range over its path, which
// is how the reach of a unit's officer is drawn (package db, ReachOPD).
package opd
