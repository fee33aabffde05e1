// Package notify tells people that something happened which concerns them.
//
// Words: a kind says what sort of thing happened; resources offer their kinds
// and package app joins them. A cause is one happening: an entry of the journal,
// or a day that comes near. A notice is a cause told to one account, unread until
// its reader says otherwise.
//
// Project follows the journal: in the transaction of the change it makes the
// notices, or, where thousands are told or the public's wait is not over (T-03),
// leaves the cause, which the loop spreads by one statement. So nothing is lost
// by a kill, and since a recipient, a cause and a kind make one notice, nothing
// comes twice. Days that come near are found by the sweep from the transaction's
// clock.
//
// A notice names its object and keeps nothing of it. Whether its reader may see
// the object, and what fills the text, is asked of the resource at every reading,
// in the scope of the permission that the object's own operation has: who lost a
// role or came behind a wall sees and counts no such notice any more (T-11).
//
// What must never happen: words of a report or a case, the name of an accused or
// a reporter, in a notice (T-09); a notice to somebody who could not read the
// object; a notice of a report that tells when it came in.
package notify
