// Package carrier takes messages out of the program: by SMTP to an e-mail
// address, into files where the demo runs without a mail server. It knows no
// resource and keeps nothing; whoever calls it keeps what was sent and tries
// again.
package carrier

import (
	"context"
	"time"
)

// Channel is a way to reach people.
type Channel string

// The channels.
const (
	Email Channel = "email"
	Phone Channel = "phone"
)

// Message is what one person is sent. Neither Subject nor To may hold a line
// break; carriers refuse what does.
type Message struct {
	// ID is the same at every attempt: a receiver knows a message that comes
	// twice by it.
	ID string
	// To is the address, Subject one line, Text the whole.
	To, Subject, Text string
	// Language is a tag of the text, for instance "id".
	Language string
	// Date is when the message was first due, the same at every attempt.
	Date time.Time
}

// Verdict is what came of an attempt.
type Verdict int

// The verdicts.
const (
	// Sent: it was taken over.
	Sent Verdict = iota
	// Later: not now, or nobody knows; the same message is to be tried again.
	Later
	// AddressRefused: nothing will reach this address.
	AddressRefused
	// MessageRefused: this message will not be taken, whatever the address.
	MessageRefused
)

// Broken is the reason of an outcome after which a session is of no more use.
const Broken = "connection"

// Outcome is what came of an attempt, with the other side's status and a code
// of ours for why; never its words, which may repeat the address.
type Outcome struct {
	Verdict Verdict
	Status  int
	Reason  string
}

// Carrier opens sessions in which messages are sent one after the other.
type Carrier interface {
	// Open reaches the other side. An error says that nothing can be sent now,
	// whatever the message.
	Open(ctx context.Context) (Session, error)
}

// Session sends messages; it is used by one goroutine at a time.
type Session interface {
	Send(ctx context.Context, m Message) Outcome
	// Close ends it; after an error of the connection Send has done so.
	Close()
}
