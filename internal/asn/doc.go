// Package asn owns the register of civil servants (ASN: PNS, CPNS, PPPK) and of
// other staff in the neutrality programme.
//
// A human is one record with an internal id. The NIP is an attribute with
// history: a PPPK gets another number with another agency. The record holds what
// is true today; every rank, position, unit, superior, employment, legal standing
// and NIP stands with its days in the history, so that a case can keep the post
// held on the day of the act. Nothing is deleted: a person departs, two records
// of one human are joined, an import is taken back by closing what it opened.
package asn
