// Package pact owns the neutrality pact (pakta integritas): its texts in
// editions per election, the campaigns in which people sign, their signatures,
// strikes and refusals.
//
// A text goes draft, in_approval, published; two different people approve its
// exact words (their SHA-256) before anybody may publish it, and a published
// text never changes: the words people sign lie in a table that the program
// can add to and not update (T-48). A later edition names what it replaces.
//
// A campaign goes draft, open, closed. Opening freezes who must sign, by a
// rule, with the unit of that day; newcomers are enrolled later. Nobody is
// taken off the list: who was on leave or left service shows as excused.
//
// A signature is made by the signer's own login and by nobody else: its person
// is the token's, no input names one (T-49). It binds the hash of the words
// that were shown, the database's time (T-51) and how sure the account is, in a
// canonical record with its own hash. Signing twice gives the same signature.
// Officers enter what was signed on paper, marked as such. A wrong entry is
// struck by a second one, never erased; then the person may sign again.
//
// A refusal is kept with its reason sealed, for the personnel agency's eyes
// alone; it is no breach by itself, and whoever refused may sign later.
//
// A signature, a strike and a refusal name the record they were given under and
// are never rewritten, also when that record is joined to another: the canonical
// record would no longer be what was signed. Whoever reads takes the records of
// one human as one person, who signed when either did and cannot sign again. The
// record that stays is obliged with what the other was. When both had signed, both
// signatures stand and verify; the person counts once.
//
// What a signature may be called is fixed by law: without a certificate it is
// an approval by the account of a person, so no text here says "digitally
// signed" (UU ITE Pasal 11, PP 71/2019).
package pact
