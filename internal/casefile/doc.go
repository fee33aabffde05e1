// Package casefile owns cases: the examination of one civil servant (ASN) for a
// breach of neutrality, from registration to closure.
//
// # Words
//
// A report is a submission, a case concerns one person: a report that names
// five people opens five cases, and several reports may feed one. The track is
// the road a case goes: ethics (council and moral statement), discipline, or
// dismissal (party membership). A summons (surat panggilan) calls the subject;
// the examination record (BAP) is signed or the refusal noted; a recommendation
// is the examiners' report (LHP) or the ethics council's view; the decision is
// a letter signed by whom the authority matrix of the reference data allows,
// holding a mandate or post on that day. What a decision imposes belongs to
// package sanction, which calls down here: a case's state is the one place
// where the whole process stands.
//
// # States
//
// Transitions in step.go is the whole machine: which step leads from where to
// where and who may take it. Answers (409 with allowed_steps), tests and
// docs/case-steps.md are made from it.
//
// # Who sees a case
//
// visible in store.go is the one predicate, used by every path (T-11): never
// somebody walled off (involved, related, recused), never the subject before
// the summons; a direct superior the case he must act in; the handlers all
// others. handled is the same without the subject. Viewers who are no handlers
// see the extract: no origin, opinion, note or assignment, so that nobody can
// tell from it that somebody reported.
//
// A case keeps the record it was opened for. Everybody who reads it, the wall,
// the filters and the earlier sanctions take records that were joined as one
// person.
//
// # What must never happen
//
// A case never holds a report's narrative or sender. What was examined,
// decided and noted is added, never changed. The post of the subject is kept as
// it was on the day of the act and on the day of the decision. Law is data:
// kinds, sanctions, terms and who may decide are rows of package catalog.
package casefile
