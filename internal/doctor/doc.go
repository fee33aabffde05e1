// Package doctor names what would lose a report or a deadline: nobody who could
// handle a report, a task force whose term is over, next year without holidays,
// jobs that wait, a disk that is nearly full. Each finding says since when, what
// it is about, and how it is mended.
//
// It owns the list and no table: each resource offers Checks, cheap statements
// about its own rows, and package app joins them with those about the machine,
// which no resource owns (machine.go).
// A check finds counts and identifiers, never persons, and nothing of a report
// or a case: whoever administers a government may read what it found.
//
// Nothing is kept: a finding is there as long as the fault is, and gone at the
// next reading after it was mended.
//
// A new check takes a line in the resource's findings.go (its statement in
// store_findings.go) and the texts finding.<code>, risk.<code> and
// remedy.<code>.
package doctor
