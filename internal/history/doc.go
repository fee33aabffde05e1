// Package history shows who did what and when: the journal, to those who account
// for the work of others.
//
// Of every kind of object it is decided here whether its entries are shown. What
// lies behind the wall around reports and cases (T-11, T-12), or tells of it by
// its time, never is: the number of a summons, a file, a term that began to run.
// Such objects carry their own history, which asks the wall. An entry's details
// are not shown but for the names of the fields that changed; they hold nothing
// of persons anyway (T-47).
package history
