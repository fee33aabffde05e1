package catalog

import "regexp"

// value is how a field is written in a file and kept in Data.
type value int

const (
	text value = iota
	list       // codes joined by "|"
	integer
	boolean
	date
)

// field is one column of a kind.
type field struct {
	name     string
	is       value
	required bool
	// oneOf lists the allowed values; refs the kinds whose codes are allowed.
	oneOf []string
	refs  []Kind
	// atMost bounds an integer, 0 when nothing does.
	atMost int
	// like is the form of each value.
	like *regexp.Regexp
}

// schema says which file holds a kind and which fields it has beyond the
// common ones.
type schema struct {
	file   string
	fields []field
	// fixed kinds are words that the program itself reads; they come with it
	// and nobody adds to them.
	fixed bool
}

func (f field) must() field                  { f.required = true; return f }
func (f field) among(values ...string) field { f.oneOf = values; return f }
func (f field) codesOf(kinds ...Kind) field  { f.refs = kinds; return f }

func (f field) bounded() field                { f.atMost = maxAmount; return f }
func (f field) shaped(r *regexp.Regexp) field { f.like = r; return f }

func txt(name string) field   { return field{name: name, is: text} }
func codes(name string) field { return field{name: name, is: list} }
func num(name string) field   { return field{name: name, is: integer} }
func yes(name string) field   { return field{name: name, is: boolean} }
func on(name string) field    { return field{name: name, is: date} }

func electionKinds(f field) field { return f.among("general", "regional") }

// maxAmount bounds what a rule counts: years, not millennia.
const maxAmount = 10_000

var (
	dayForm     = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
	exampleForm = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])>\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
)

// schemas is the whole of what a file may hold; the loader refuses the rest.
var schemas = map[Kind]schema{
	Act:             {file: "acts"},
	Authority:       {file: "authorities"},
	CandidateStatus: {file: "candidate_statuses", fixed: true},
	ClosingReason:   {file: "closing_reasons"},
	ElectionPhase:   {file: "election_phases", fixed: true},
	ViolationClass:  {file: "violation_classes", fixed: true},
	AuthorityRuleKind: {file: "authority_rules", fields: []field{
		codes("position_types").codesOf(PositionTypeKind),
		codes("employment_types").codesOf(EmploymentType),
		txt("level").codesOf(SanctionLevel),
		codes("authorities").must().codesOf(Authority, PositionTypeKind),
		txt("condition").must().among("always", "post_vacant", "no_structural_post", "official_failed_to_act"),
		num("levels_up"),
	}},
	ContestType: {file: "contest_types", fields: []field{
		electionKinds(txt("election_kind").must()),
		txt("region_level").must().among("national", "province", "regency_city"),
		codes("government_kinds").among("regency", "city", "province"),
	}},
	DeadlineRuleKind: {file: "deadline_rules", fields: []field{
		txt("unit").must().among(string(WorkingDays), string(CalendarDays), string(Hours), string(UnspecifiedDays)),
		num("amount").must().bounded(),
		txt("counting").must().among(string(DueBy), string(TakesEffectOn), string(NotBefore)),
		txt("must_act").among(parties...),
		electionKinds(codes("election_kinds")),
		txt("starts").among(string(NextDay), string(SameDay), string(AtOnce)),
		txt("last_day").among(string(Stays), string(NextWorkingDay)),
		yes("pausable"),
		num("extension_limit").bounded(), num("warn_before").bounded(), num("escalate_after").bounded(),
		codes("other_readings").among(string(WorkingDays), string(CalendarDays)),
		codes("examples").shaped(exampleForm), codes("examples_days_off").shaped(dayForm),
	}},
	ElectionKind: {file: "elections", fields: []field{
		electionKinds(txt("election_kind").must()),
		codes("contests").must().codesOf(ContestType),
		on("starts_on").must(), on("voting_on").must(), on("ends_on").must(),
	}},
	ElectionStageKind: {file: "election_stages", fields: []field{
		txt("election").must().codesOf(ElectionKind),
		txt("stage").must(),
		txt("effect").must().among("none", "registration", "determination", "campaign", "quiet_period", "voting", "count"),
		codes("contests").codesOf(ContestType),
		on("starts_on").must(), on("ends_on").must(),
	}},
	EmploymentType: {file: "employment_types", fields: []field{yes("is_asn").must(), yes("has_nip").must()}},
	HolidayKind: {file: "holidays", fields: []field{
		on("date").must(),
		txt("holiday_kind").must().among("national", "collective_leave", "regional"),
	}},
	LegalSourceKind: {file: "legal_sources", fields: []field{
		txt("legal_kind").must().among("uu", "pp", "perpres", "keppres", "permendagri", "perbkn", "perbawaslu", "pkpu", "skb", "se", "kepmen", "putusan_mk", "perda", "perkada", "keputusan"),
		txt("number").must(), num("year").must(),
	}},
	LegalStatus:     {file: "legal_statuses", fields: []field{codes("siasn_ids")}},
	OPDType:         {file: "opd_types", fields: []field{txt("headed_by").must()}},
	OversightStatus: {file: "oversight_statuses", fields: []field{codes("spellings").must(), yes("ends").must()}},
	PactClauseKind: {file: "pact_clauses", fields: []field{
		num("sort_order").must(), txt("region_code"), txt("variant_of").codesOf(PactClauseKind),
	}},
	PositionTypeKind: {file: "position_types", fields: []field{
		txt("family").must().among("managerial", "non_managerial"), num("level_order").must(), txt("typical_echelon"),
	}},
	RankKind: {file: "ranks", fields: []field{
		txt("scheme").must().among("pns", "pppk"), txt("grade").must(), txt("room"), num("sort_order").must(), codes("siasn_ids"),
	}},
	RecommendingBody: {file: "recommending_bodies", fields: []field{txt("abbreviation")}},
	SanctionLevel:    {file: "sanction_levels", fields: []field{num("severity")}},
	SanctionTypeKind: {file: "sanction_types", fields: []field{
		txt("class").must().codesOf(ViolationClass),
		txt("level").must().codesOf(SanctionLevel),
		txt("authority_level").must().codesOf(SanctionLevel),
		num("duration_months"),
		codes("employment_types").must().codesOf(EmploymentType),
		codes("siasn_ids"),
	}},
	ViolationTypeKind: {file: "violation_types", fields: []field{
		txt("class").must().codesOf(ViolationClass),
		codes("phases").codesOf(ElectionPhase),
		codes("candidate_statuses").codesOf(CandidateStatus),
		electionKinds(codes("election_kinds")),
		txt("harms_or_favours").must().among("favours", "harms", "either", "none"),
		codes("acts").codesOf(Act),
		codes("conditions").among("spouse_is_candidate", "own_candidacy", "no_unpaid_state_leave"),
		txt("sanction_level").must().codesOf(SanctionLevel),
		codes("other_published_levels").codesOf(SanctionLevel),
	}},
}
