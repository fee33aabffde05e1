// Package asn owns the register of civil servants (ASN: PNS, CPNS, PPPK) and of
// other staff in the neutrality programme.
//
// A human is one record with an internal id. The NIP is an attribute with
// history: a PPPK gets another number with another agency. The record holds what
// is true today; every rank, position, unit, superior, employment, legal standing
// and NIP stands with its days in the history, so that a case can keep the post
// held on the day of the act. Nothing is deleted: a person departs, two records
// of one human are joined, an import is taken back by closing what it opened.
//
// # Two records of one human
//
// Merge closes the record that goes and hands its history, absences and places as
// superior to the one that stays; afterwards the id of either answers with the
// one that stays, and one step always leads there. Whoever else keeps something
// about persons follows in the same transaction: packages below are called by
// name, packages above implement Follower and are wired in package app, in the
// order of ranks. What a person sees and is counted with afterwards is what was
// recorded of either record, once. A follower does one of three things:
//
//   - what may change moves: accounts, coaching, subjects and officers in charge
//     of reports, task forces, delegations;
//   - what is frozen but says the same of whoever it names is added to the record
//     that stays where it lacks it: addressees and receipts, invitations and
//     attendance, the duty to sign. The stronger fact wins, of equals the own. The
//     rows of the record that goes remain, and lists and counts pass over Gone;
//   - what is evidence of an act under that record remains and is read through
//     Records, or as the one that stays: signatures and refusals, the wall of
//     reports, subjects of recommendations, cases and sanctions.
//
// The journal's note of the merger names both records, so that every row can be
// told from which one it came.
package asn
