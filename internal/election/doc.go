// Package election knows the elections that neutrality is about: their
// calendar, what is voted on, the candidates and since when each of them is one.
//
// # Phases
//
// What an act is depends on the day. The phases of a day are a set, because
// they nest: the campaign lies after the determination of candidates, and so do
// the quiet period, voting day and what follows. On a day outside the election
// the set is empty. Determination differs per contest (in 2023 the lists for
// the councils on 3 November, the presidential tickets on 13 November); asked
// without a contest, a day between them lies before and after at once.
//
// # Candidates
//
// The frontier between ethics and discipline is the determination of that
// candidate, not of all: a court may move it for one ticket. So a candidate has
// dated statuses (prospective, determined, not_determined, withdrawn), and the
// status on the day of the act goes before the calendar.
//
// # What must never happen
//
// Propose only proposes. The official who decides sets class and level; the
// phases and the status a case was judged under are kept with the case, so that
// a calendar corrected later does not change a decision.
package election
