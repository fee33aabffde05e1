// Package upload owns files on their way in: announced, sent in parts that may
// be sent again, completed, and then taken once by what they are for, such as a
// document of a report. An upload belongs to whoever began it, an account or a
// machine client, and to one government; it goes away after a day unless
// something took it.
//
// It is open until it is whole, held while the virus scanner cannot be reached,
// complete, and used by exactly one thing. What is in it decides: its digest and
// size must be the announced ones, its type is told by its content.
//
// What must never happen:
//   - that a byte of it lies readable on a disk (package blob; T-37, T-42);
//   - that somebody else than its owner finds it, or that it serves twice;
//   - that a file is used which the scanner could not look at although the
//     installation has one.
package upload
