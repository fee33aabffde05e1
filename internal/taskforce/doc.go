// Package taskforce owns the task forces (Satgas) that watch over neutrality:
// set up by decree for a term, maybe for one election, with a chair, vice
// chairs, a secretary and members, from the government or from outside.
//
// A decree is signed by whoever held the mandate on its day, also an acting
// head; the title is copied from that mandate. A decree of today that nobody
// could sign is refused; one from the paper files is taken and shows that no
// mandate is known (X18). Members and task forces end on a day and are never
// deleted: who belonged on a day is answered the same in ten years.
//
// Two records of one human that are joined belong once: where both did at the
// same time, the weightier role counts and the other stays, as history, with the
// record that went.
//
// Belonging to a task force gives no access: that is a dated role (package
// authz), and who sees a report is decided by the wall of package report.
package taskforce
