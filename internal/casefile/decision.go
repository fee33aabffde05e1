package casefile

import (
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Decision is the letter that ends the examination.
type Decision struct {
	ID        id.ID
	Outcome   string // sanction, not_proven
	Number    string
	DecidedOn day.Day
	// Mandate is set when the appointing authority signed, SignatoryASN when
	// another official of the matrix did.
	Mandate          *id.ID
	SignatoryASN     *id.ID
	SignatoryName    string
	SignatoryTitle   string // of that day
	Exception        string
	AuthorityRule    string
	SanctionType     string
	Level            string
	LegalBasis       string
	Reason           string
	SubjectPost      Post // of that day
	Annulled         bool
	RecordedLater    bool
	actOn            day.Day
	violationTypes   []string
	sanctionSeverity int
}

// Signatory names who signed and, when it is another official than usual, why.
type Signatory struct {
	Mandate   *id.ID
	ASN       *id.ID
	Exception string // post_vacant, no_structural_post, official_failed_to_act
}

func (s Signatory) check() error {
	if (s.Mandate == nil) == (s.ASN == nil) {
		return fault.New(fault.Rule, "case.signatory_one").At("/signatory", "case.signatory_one")
	}
	return nil
}

// standing is what the matrix looks at in a signatory.
type standing struct {
	appointing bool   // holds the office of appointing authority (PPK)
	position   string // position type on the day
	inLine     bool   // a superior of the subject on the day
}

// Words of the authority rules that are no position types.
const (
	authorityPPK    = "ppk"
	authorityHigher = "next_higher_official"
	authorityAsPost = "as_for_position"
)

// matrix is the authority rules with what is needed to read them.
type matrix struct {
	rules []catalog.AuthorityRule
	// order ranks managerial position types, 1 the highest.
	order map[string]int
}

// entitled finds the rule by which somebody may decide a level on a subject, or
// refuses with who may and the source.
func (m matrix) entitled(subject Post, level, exception string, who standing) (catalog.AuthorityRule, error) {
	usual := m.applying(subject, level, "always")
	if len(usual) == 0 {
		return catalog.AuthorityRule{}, fault.New(fault.Rule, "case.authority_unknown", "position", subject.PositionType, "level", level)
	}
	rules := usual
	if exception != "" {
		rules = m.applying(subject, level, exception)
	}
	for _, r := range rules {
		if slices.ContainsFunc(r.Authorities, func(a string) bool { return m.is(a, who, usual, exception) }) {
			return r, nil
		}
	}
	return catalog.AuthorityRule{}, fault.New(fault.Rule, "case.not_entitled", "authorities", authorities(usual), "level", level).
		At("/signatory", "case.not_entitled", "authorities", authorities(usual), "level", level).Under(usual[0].LegalBasis)
}

// applying are the rules of a condition for a subject. A CPNS is judged as a
// PNS in the post.
func (m matrix) applying(subject Post, level, condition string) []catalog.AuthorityRule {
	out := m.matching(subject.PositionType, subject.EmploymentType, level, condition)
	if slices.ContainsFunc(out, func(r catalog.AuthorityRule) bool { return slices.Contains(r.Authorities, authorityAsPost) }) {
		return m.matching(subject.PositionType, "pns", level, condition)
	}
	return out
}

func (m matrix) matching(position, employment, level, condition string) []catalog.AuthorityRule {
	var out []catalog.AuthorityRule
	for _, r := range m.rules {
		if r.Condition == condition && r.Applies(position, employment, level) {
			out = append(out, r)
		}
	}
	return out
}

// is reports whether somebody is the authority that a rule names.
func (m matrix) is(authority string, who standing, usual []catalog.AuthorityRule, exception string) bool {
	switch authority {
	case authorityPPK:
		return who.appointing
	case authorityHigher:
		return who.appointing || (who.inLine && m.above(who.position, usual))
	}
	named := exception == "no_structural_post" // by the appointing authority, outside the line
	return who.position != "" && authority == who.position && (who.inLine || named)
}

// above reports whether a managerial post is higher than those the rules name.
func (m matrix) above(position string, usual []catalog.AuthorityRule) bool {
	mine, ok := m.order[position]
	if !ok {
		return false
	}
	for _, r := range usual {
		for _, a := range r.Authorities {
			if theirs, managerial := m.order[a]; !managerial || mine >= theirs {
				return false
			}
		}
	}
	return true
}

func authorities(rules []catalog.AuthorityRule) string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Authorities...)
	}
	return strings.Join(out, ", ")
}

// CheckKind refuses a kind of sanction that may not be imposed on the subject
// in this track on that day.
func CheckKind(k catalog.SanctionType, track string, subject Post, on day.Day) error {
	switch {
	case k.Suspended(on):
		instead := strings.Join(k.ReplacedBy, ", ")
		return fault.New(fault.Rule, "sanction.suspended", "replaced_by", instead).At("/sanction_type", "sanction.suspended", "replaced_by", instead).Under(k.LegalBasis)
	case !slices.Contains(k.EmploymentTypes, subject.EmploymentType):
		return fault.New(fault.Rule, "sanction.not_for_employment", "employment_type", subject.EmploymentType).
			At("/sanction_type", "sanction.not_for_employment", "employment_type", subject.EmploymentType).Under(k.LegalBasis)
	case k.Class != track:
		return fault.New(fault.Rule, "sanction.not_for_track", "track", track, "class", k.Class).
			At("/sanction_type", "sanction.not_for_track", "track", track, "class", k.Class).Under(k.LegalBasis)
	}
	return nil
}

// checkEarlier holds a sanction against the subject's earlier ones: no breach is
// punished twice, and a repeated breach of the same kind more heavily, or a
// reason is given.
func (d Decision) checkEarlier(earlier []Decision) error {
	for _, e := range earlier {
		if !overlap(d.violationTypes, e.violationTypes) {
			continue
		}
		if e.actOn.Equal(d.actOn) {
			return fault.New(fault.Rule, "case.already_sanctioned").Under("PP 94/2021")
		}
		if d.sanctionSeverity <= e.sanctionSeverity && d.Reason == "" {
			return fault.New(fault.Rule, "case.heavier_on_repetition", "earlier", e.SanctionType).
				At("/reason", "case.heavier_on_repetition", "earlier", e.SanctionType).Under("PP 94/2021")
		}
	}
	return nil
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) })
}
