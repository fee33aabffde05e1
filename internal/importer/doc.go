// Package importer brings lists of civil servants from spreadsheets into the
// registry.
//
// A sheet passes three stages. Recognise finds the heading row and tells which
// column holds which Field; ParseRow turns a row into a Record and says, with a
// Finding for each point, what is wrong or odd about it; the rest compares the
// records with the registry and applies them.
//
// A Finding of severity Error refuses its row, a Warning does not: real
// registers hold oddities, and an import that refuses every oddity imports
// nothing. Nothing is guessed. A NIP that Excel turned into a number has lost
// its last digits; the row is refused and the finding says how to repair the
// file.
package importer
