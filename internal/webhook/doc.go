// Package webhook tells systems outside that something changed, so that they
// need not ask: an endpoint is a URL of a machine client's side, or of a
// government's own systems, that gets the changes of one feed (package feed).
//
// Words: a delivery is one change on its way to one endpoint; an attempt is one
// request; a dead delivery is one that was given up after the last attempt and
// can be sent again by hand. A message has the identifier of the change, the
// same at every attempt and for every endpoint, so that a receiver can tell that
// it has it already: delivery is at least once.
//
// Order: the changes of one object (a matter) go out one after the other; while
// one waits for its next attempt nothing later of the same object is sent. Once
// it is dead the later ones go on; sent again by hand it comes late, which harms
// nobody, since a message tells nothing but what to read.
//
// The form is that of Standard Webhooks: headers webhook-id, webhook-timestamp
// and webhook-signature, secrets that begin with whsec_, two of them valid while
// one is being replaced.
//
// What must never happen: a request to an address inside (T-60), a message that
// carries more than type, identifiers and time (T-62), a change lost by a kill
// (T-63), a client that is told of governments it no longer speaks for.
package webhook
