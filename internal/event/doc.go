// Package event owns sosialisasi events: awareness sessions, coaching,
// roll-calls and coordination meetings, who was invited to them, who attended
// how, and who was never reached.
//
// A series bundles the rounds held for one election. An event is on site,
// online or both; who opens it is told by mandate, with the title of its day.
//
//	draft -> published -> held
//	draft | published -> cancelled
//
// Publishing freezes who is invited and how: rules are tried in order, the
// first that means a person decides. A published event may still be moved, with
// a reason; what it was before stays.
//
// Attendance has a mode (on site, own screen, office group) and a grade of
// proof: the person's own check-in with a code, a list, a signed list entered
// later, the statement of the unit's officer that all were there except some.
// A person has one standing entry an event. A wrong one is struck by another
// entry and never erased. Who was not invited is a walk-in; a delegate attends
// for somebody, who then counts as represented and not as reached.
//
// An officer fills the own units alone. Events held before the office began to
// use Netral are entered with their real time and marked recorded_later.
//
// When two records of one human are joined, the one that stays gets the
// invitations and standing entries that it has not: attended under one counts
// more than invited under the other, and two entries count once, its own. The
// rows of the record that goes stay as they were and are no longer counted.
package event
