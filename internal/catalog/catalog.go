package catalog

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Kind is one sort of reference data.
type Kind string

// The kinds.
const (
	Act               Kind = "act"               // what somebody did: like, share, follow
	Authority         Kind = "authority"         // who decides, beside the position types
	AuthorityRuleKind Kind = "authority_rule"    // who may punish whom
	CandidateStatus   Kind = "candidate_status"  // prospective, determined and their ends
	ClosingReason     Kind = "closing_reason"    // why a case ends
	ContestType       Kind = "contest_type"      // what is voted on
	DeadlineRuleKind  Kind = "deadline_rule"     // terms of procedure
	ElectionKind      Kind = "election"          // Pemilu and Pilkada
	ElectionPhase     Kind = "election_phase"    // phases that decide the class of a violation
	ElectionStageKind Kind = "election_stage"    // the calendar of an election
	EmploymentType    Kind = "employment_type"   // PNS, CPNS, PPPK
	HolidayKind       Kind = "holiday"           // national holidays and collective leave
	LegalSourceKind   Kind = "legal_source"      // the legal library
	LegalStatus       Kind = "legal_status"      // standing of an employment (kedudukan hukum)
	OPDType           Kind = "opd_type"          // kinds of regional government unit
	OversightStatus   Kind = "oversight_status"  // words in which Bawaslu tells how far it is itself
	PactClauseKind    Kind = "pact_clause"       // clauses of the neutrality pact
	PositionTypeKind  Kind = "position_type"     // jabatan
	RankKind          Kind = "rank"              // pangkat and golongan
	RecommendingBody  Kind = "recommending_body" // KASN, then BKN
	SanctionLevel     Kind = "sanction_level"    // light, moderate, severe and beside them
	SanctionTypeKind  Kind = "sanction_type"     // kinds of sanction
	ViolationClass    Kind = "violation_class"   // ethics, discipline, dismissal, criminal
	ViolationTypeKind Kind = "violation_type"    // kinds of violation
)

// Confidence says how sure a fact is.
type Confidence string

// The confidences.
const (
	High   Confidence = "high"   // two sources agree, or the text was read
	Medium Confidence = "medium" // one source, or sure knowledge
	Low    Confidence = "low"    // unsure: shown as such wherever it is used
)

// Row is one fact as kept and edited: what all kinds have in common, and the
// rest as Data. The typed views below are made from it with Decode.
type Row struct {
	// ID names this very row, where a decision must keep which one it stood on;
	// rows that were only read from a file have none.
	ID id.ID `json:"-"`
	// Tenant is whose row it is, authz.Platform for a national one; Version
	// counts its changes.
	Tenant  int32  `json:"-"`
	Version int32  `json:"-"`
	Kind    Kind   `json:"kind"`
	Code    string `json:"code"`
	// NameID and NameEN are the text people read; NoteID and NoteEN say what
	// else they should know, and may be empty.
	NameID string `json:"name_id"`
	NameEN string `json:"name_en"`
	NoteID string `json:"note_id,omitempty"`
	NoteEN string `json:"note_en,omitempty"`
	// ValidFrom and ValidUntil are both included; a zero one is open.
	ValidFrom  day.Day `json:"valid_from,omitzero"`
	ValidUntil day.Day `json:"valid_until,omitzero"`
	// SuspendedFrom is the first day on which the row stands in the law but
	// may not be used; ReplacedBy names the codes that take its place.
	SuspendedFrom day.Day  `json:"suspended_from,omitzero"`
	ReplacedBy    []string `json:"replaced_by,omitempty"`
	// LegalBasis cites articles; LegalSources are codes of the legal library.
	LegalBasis   string     `json:"legal_basis,omitempty"`
	LegalSources []string   `json:"legal_sources,omitempty"`
	SourceID     string     `json:"source_id"`
	SourceEN     string     `json:"source_en"`
	Confidence   Confidence `json:"confidence"`
	// Data holds the kind's own fields: string, []string, int, bool. Empty
	// fields are left out.
	Data map[string]any `json:"data,omitempty"`
}

// On reports whether the row holds on a day, suspended or not.
func (r Row) On(d day.Day) bool { return d.Within(r.ValidFrom, r.ValidUntil) }

// Suspended reports whether the row may not be used on a day although it holds.
func (r Row) Suspended(d day.Day) bool {
	return !r.SuspendedFrom.IsZero() && !d.Before(r.SuspendedFrom)
}

// Usable reports whether the row holds on a day and is not suspended.
func (r Row) Usable(d day.Day) bool { return r.On(d) && !r.Suspended(d) }

// fact is a typed view that carries its row.
type fact[T any] interface {
	*T
	carry(Row)
}

func (r *Row) carry(from Row) { *r = from }

// Decode gives the typed view of a row, for instance Decode[ViolationType](r).
// The data may come from Load or from JSON in the database alike.
func Decode[T any, P fact[T]](r Row) (T, error) {
	var out T
	raw, err := json.Marshal(r.Data)
	if err != nil {
		return out, fmt.Errorf("catalog: %s %s: %w", r.Kind, r.Code, err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("catalog: %s %s: %w", r.Kind, r.Code, err)
	}
	P(&out).carry(r)
	return out, nil
}

// DecodeAll gives the typed views of several rows, in their order.
func DecodeAll[T any, P fact[T]](rows []Row) ([]T, error) {
	return db.Each(rows, Decode[T, P])
}

// ViolationType is one form of violation. The same act can be another type
// when the candidate's status is another: a like for a bakal calon is a matter
// of ethics, for a determined calon of severe discipline.
type ViolationType struct {
	Row `json:"-"`
	// Class is the road the matter goes: ethics, discipline, dismissal, criminal.
	Class string `json:"class"`
	// Phases in which the type can occur; empty is any.
	Phases []string `json:"phases"`
	// CandidateStatuses the type is about; empty is any, or no candidate.
	CandidateStatuses []string `json:"candidate_statuses"`
	// ElectionKinds it applies to (general, regional); empty is both.
	ElectionKinds []string `json:"election_kinds"`
	// HarmsOrFavours: favours, harms, either, or none when it is not about
	// another person's candidacy.
	HarmsOrFavours string `json:"harms_or_favours"`
	// Acts by which it is committed; empty where it is not tied to any.
	Acts []string `json:"acts"`
	// Conditions that must also be true: spouse_is_candidate, own_candidacy,
	// no_unpaid_state_leave.
	Conditions []string `json:"conditions"`
	// SanctionLevel is proposed only; to_be_determined where the law is silent.
	SanctionLevel string `json:"sanction_level"`
	// OtherPublishedLevels are levels that other printed lists give for it.
	OtherPublishedLevels []string `json:"other_published_levels"`
}

// SanctionType is one kind of sanction.
type SanctionType struct {
	Row   `json:"-"`
	Class string `json:"class"`
	Level string `json:"level"`
	// AuthorityLevel is the level to look up in the authority rules: an
	// honourable dismissal is a severe sanction, yet decided as a dismissal.
	AuthorityLevel string `json:"authority_level"`
	// DurationMonths is zero for what is complete at once.
	DurationMonths int `json:"duration_months"`
	// EmploymentTypes it may be imposed on.
	EmploymentTypes []string `json:"employment_types"`
	// SIASNIDs are the numbers of the kind in SIASN's own list. More than one
	// means that which of them is meant has not been established.
	SIASNIDs []string `json:"siasn_ids"`
}

// Level orders the levels of sanction: a higher severity is heavier, zero has no
// place in the order.
type Level struct {
	Row      `json:"-"`
	Severity int `json:"severity"`
}

// AuthorityRule says who may impose a level on whom.
type AuthorityRule struct {
	Row `json:"-"`
	// PositionTypes, EmploymentTypes and Level choose the subject and the
	// sanction; empty is any.
	PositionTypes   []string `json:"position_types"`
	EmploymentTypes []string `json:"employment_types"`
	Level           string   `json:"level"`
	// Authorities are codes of authority or position_type.
	Authorities []string `json:"authorities"`
	// Condition: always, post_vacant, no_structural_post, official_failed_to_act.
	Condition string `json:"condition"`
	// LevelsUp counts the steps from the subject; zero where it does not matter.
	LevelsUp int `json:"levels_up"`
}

// Applies reports whether the rule speaks of this subject and level.
func (a AuthorityRule) Applies(positionType, employmentType, level string) bool {
	any := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return any(a.PositionTypes, positionType) && any(a.EmploymentTypes, employmentType) && (a.Level == "" || a.Level == level)
}

// DeadlineRule is one term of procedure; package deadline computes with it.
type DeadlineRule struct {
	Row `json:"-"`
	// Unit: working_days, calendar_days, hours, or unspecified_days.
	Unit   Unit `json:"unit"`
	Amount int  `json:"amount"`
	// Counting says what the computed day means.
	Counting Counting `json:"counting"`
	// MustAct is who has to act within the term; empty where nobody in particular.
	MustAct       Party    `json:"must_act"`
	ElectionKinds []string `json:"election_kinds"`
	// Starts says whether the day of the event counts; empty is NextDay.
	Starts Starts `json:"starts"`
	// LastDay says what becomes of a last day on which offices are closed; empty
	// is Stays.
	LastDay LastDay `json:"last_day"`
	// Pausable terms may be stopped for a while; ExtensionLimit is by how much, in
	// the rule's unit, a term may be made longer in all, zero for not at all.
	Pausable       bool `json:"pausable"`
	ExtensionLimit int  `json:"extension_limit"`
	// WarnBefore is how many calendar days before the last day somebody is warned;
	// EscalateAfter after how many days beyond it the next level is told, zero for
	// never.
	WarnBefore    int `json:"warn_before"`
	EscalateAfter int `json:"escalate_after"`
	// OtherReadings are units in which other sources read the term.
	OtherReadings []Unit `json:"other_readings"`
	// Examples are dates that official texts compute, `event>result`, and
	// ExamplesDaysOff the days off on the way that the calendar does not have.
	Examples        []string  `json:"examples"`
	ExamplesDaysOff []day.Day `json:"examples_days_off"`
}

// Party is somebody whom a matter can wait for.
type Party string

// Those whom rules speak of by their function.
const (
	AppointingAuthority Party = "appointing_authority"
	SubjectOfCase       Party = "subject"
)

// parties are all that a rule may name, as the case statuses name them.
var parties = []string{"sender", "task_force", "personnel_agency", "direct_superior", "examiners", "deciding_official", string(AppointingAuthority),
	string(SubjectOfCase), "bkn", "bpasn", "other_body"}

// Election is one election.
type Election struct {
	Row          `json:"-"`
	ElectionKind string   `json:"election_kind"` // general or regional
	Contests     []string `json:"contests"`
	// StartsOn and EndsOn frame its stages: first preparation, taking office.
	StartsOn day.Day `json:"starts_on"`
	VotingOn day.Day `json:"voting_on"`
	EndsOn   day.Day `json:"ends_on"`
}

// ElectionStage is one stage of an election's calendar. Stages overlap.
type ElectionStage struct {
	Row      `json:"-"`
	Election string `json:"election"`
	Stage    string `json:"stage"`
	// Effect on the phase: determination, campaign, quiet_period, voting;
	// registration, count and none have none.
	Effect string `json:"effect"`
	// Contests the stage is about; empty is all of the election.
	Contests []string `json:"contests"`
	StartsOn day.Day  `json:"starts_on"`
	EndsOn   day.Day  `json:"ends_on"`
}

// Holiday is one day off. ValidFrom is the day of the decree: from then on the
// holiday counts. A withdrawn one has ValidUntil.
type Holiday struct {
	Row  `json:"-"`
	Date day.Day `json:"date"`
	// HolidayKind: national, collective_leave (cuti bersama), or regional for one
	// that a government decreed for itself.
	HolidayKind string `json:"holiday_kind"`
}

// Rank is a pangkat of PNS or a golongan of PPPK. Compare by SortOrder inside
// one scheme only: the two are different scales.
type Rank struct {
	Row       `json:"-"`
	Scheme    string   `json:"scheme"` // pns or pppk
	Grade     string   `json:"grade"`
	Room      string   `json:"room"`
	SortOrder int      `json:"sort_order"`
	SIASNIDs  []string `json:"siasn_ids"`
}

// PositionType is a sort of jabatan. Compare LevelOrder inside one family.
type PositionType struct {
	Row            `json:"-"`
	Family         string `json:"family"` // managerial or non_managerial
	LevelOrder     int    `json:"level_order"`
	TypicalEchelon string `json:"typical_echelon"`
}

// Employment is a sort of employment.
type Employment struct {
	Row    `json:"-"`
	IsASN  bool `json:"is_asn"`
	HasNIP bool `json:"has_nip"`
}

// LegalSource is an entry of the legal library: a law, a regulation, a
// circular, a judgment. NameID is its title, NameEN says what it is about.
type LegalSource struct {
	Row       `json:"-"`
	LegalKind string `json:"legal_kind"`
	Number    string `json:"number"`
	Year      int    `json:"year"`
}

// PactClause is one clause of the pact. Its text is the name; {election} in it
// is replaced by the election's name.
type PactClause struct {
	Row       `json:"-"`
	SortOrder int `json:"sort_order"`
	// RegionCode is set for the wording of one government, which stands in for
	// the national clause VariantOf.
	RegionCode string `json:"region_code"`
	VariantOf  string `json:"variant_of"`
}

// OversightWord is a state in Bawaslu's own handling, with the spellings in
// which its offices write it (package canon: without spaces, case and
// punctuation).
type OversightWord struct {
	Row       `json:"-"`
	Spellings []string `json:"spellings"`
	// Ends says that the office goes no further with it.
	Ends bool `json:"ends"`
}

// Contest is what is voted on.
type Contest struct {
	Row          `json:"-"`
	ElectionKind string `json:"election_kind"`
	RegionLevel  string `json:"region_level"` // national, province, regency_city
	// GovernmentKinds whose people vote on it; empty is all.
	GovernmentKinds []string `json:"government_kinds"`
}
