// Package election knows the elections that neutrality is about: their
// calendar, what is voted on, the candidates and since when each of them is one.
//
// Elections and their stages are reference data: the national rows, and those a
// government adds or corrects for itself. An election's identifier follows from
// its code, so it is the same on every installation and outlives the row.
// Candidates are each government's own records.
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
// The calendar is read as it is known today, also for days long past: an
// election took place once, and a stage that was corrected was never true.
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
