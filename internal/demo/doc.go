// Package demo loads the demo programme: three governments on one installation,
// walked through the season from November 2023 to December 2024 as the public
// accounts of it tell. Units are real, people are invented (package population).
//
// What is loaded goes through the same services as what users send, with the
// same rules and the same journal. The clock of the database (table clock) is
// moved to each day before the acts of that day, so that they bear their true
// dates; at the end it is left on 2 December 2024, in the middle of things, and
// goes on from there with true time. Tokens and limits never use that clock.
//
// Identifiers follow from names (package id, Named), so the examples of the
// contract hold on every installation that runs the demo.
//
// A load that was interrupted is found by its note in the journal of the
// installation and done again from an empty database. Data that is not the
// demo's is never touched.
package demo
