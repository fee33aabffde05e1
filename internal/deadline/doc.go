// Package deadline is the one place that computes when something must be done,
// and keeps the clocks that run.
//
// # Words
//
// A rule is a row of the reference data: so many working days, calendar days or
// hours, from the event on, with its article and how sure we are of it. A clock
// is a rule that runs for one object (a case, a recommendation, a report) from
// the day of an event. A term is what a clock comes to: the last day, and how it
// came about. A reading is another way in which a source counts the same rule.
//
// # How a day is counted
//
// The day of the event does not count unless the rule says so. Working days pass
// over weekends, national holidays, collective leave (cuti bersama) and a
// government's own; calendar days pass over nothing and their last day stays,
// unless the rule moves it; hours run day and night from the instant, or from
// the end of the day where only the day is known. Legal days are those of the
// government's zone (WIB, WITA, WIT). A pause is passed over like a day off and
// an extension adds to the amount, each only where the rule allows it and with a
// reason.
//
// Every term explains itself: rule, article, confidence, start, each day passed
// over and why, whether the last day was moved, what other readings and the
// examples of official texts come to. Where the confidence is low, whoever must
// keep the term is shown the earliest of the readings, and nobody is refused for
// being late: lateness is marked.
//
// # Clocks
//
// A clock is stored with the day it came to when it was last counted. A sweep
// counts all running clocks again: a holiday decreed late, or struck, moves
// them, with a note in the journal and a word to whoever owns the object. It also
// raises the level: running, warned, overdue, then told to the appointing
// authority, then to oversight, and records the terms that passed. What is due is told from the clock in the
// database alone.
//
// # Inaction
//
// A term that passed without the step it asked for is a fact of its own, which
// nobody can change or take back: which term, by which day, whose turn it was
// and, of the appointing authority, by which mandate. That the step came later,
// or that more time was granted afterwards, shows beside it. What is the
// subject's right, such as an objection, is no fact of this kind.
//
// # What must never happen
//
// A second computation of a term elsewhere. A clock never holds a person, a text
// that speaks of one, or the hour at which a report came in (T-03).
package deadline
