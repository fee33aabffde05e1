// Package importer brings lists of civil servants from spreadsheets into the
// registry.
//
// A sheet passes three stages. Recognise finds the heading row and tells which
// column holds which Field; ParseRow turns a row into a Record and says, with a
// Finding for each point, what is wrong or odd about it; the rest compares the
// records with the registry and applies them.
//
// An import is queued, reading, then ready (a dry run that waits for its
// application), applied, refused (all or nothing, and a row was refused) or
// failed (the file could not be read to its end); an applied one can be undone.
// Whoever has import.write may apply, cancel and undo; the work between is done
// in the background, by any replica, in one transaction each time.
//
// What must never happen: a NIP that is guessed; somebody recorded as gone whom
// nobody named; half an import; a file that stays longer than it is needed.
//
// A Finding of severity Error refuses its row, a Warning does not: real
// registers hold oddities, and an import that refuses every oddity imports
// nothing. Nothing is guessed. A NIP that Excel turned into a number has lost
// its last digits; the row is refused and the finding says how to repair the
// file.
package importer
