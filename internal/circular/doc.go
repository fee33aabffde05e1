// Package circular owns circulars (surat edaran) and who confirmed having read
// them.
//
// A circular is drafted by the personnel agency and issued over the name of who
// held the office on the day of signing, with the title of that day. Issuing
// freezes three things: the text in its canonical form with its SHA-256, the
// signatory, and the addressees. From then on nothing of it changes. A later
// circular amends or replaces it, or it is revoked:
//
//	draft -> issued -> amended -> replaced | revoked
//	         issued -> replaced | revoked
//
// An amended circular still binds, together with its amendment; a replaced or
// revoked one bound until its last day, so that "which was in force on that
// day" has the same answer in ten years.
//
// A receipt is given by the addressed person alone, under the own account, for
// the text with the hash it names; or on paper, and then an officer of the
// person's unit records it, and it stays marked as paper. Receipts are never
// changed. Offices begin in mid-season: whatever is entered after its day is
// marked recorded_later.
//
// When two records of one human are joined, the one that stays is addressed with
// whatever the other was and gets the receipts it has not; its own go before.
// The rows of the record that goes stay as they were and are no longer counted.
package circular
