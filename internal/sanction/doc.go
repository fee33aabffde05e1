// Package sanction owns what a decision imposes: from the letter over delivery,
// effect, remedy and execution to the entry in the national systems.
//
// The kinds are rows of the reference data: moral statements, the light kinds,
// the moderate ones (while the allowance cuts wait for their regulation, the
// transitional kinds stand in), the severe ones and dismissal, each for the
// employments it fits. Imposing calls down to package casefile, which holds the
// decision and the one state machine; every step here is a step of the case,
// taken in the same transaction, so a sanction and its case never disagree.
//
// The day of effect is counted when the decision is received (the fifteenth
// working day, without the day of receipt) and kept with the days passed over;
// the official may set another with a reason, and both stay.
//
// A reprimand or "enlightenment" for neutrality is coaching (package coaching),
// never a sanction. What was imposed is never deleted: a remedy that changes or
// annuls it is added.
package sanction
