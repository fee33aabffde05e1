package catalog_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
)

func national(t *testing.T) *catalog.Data {
	t.Helper()
	d, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNational_IsSoundAndWhole(t *testing.T) {
	t.Parallel()
	// Proves F4, F5, G3, M1, M2: every kind has rows, and every file is read.
	d := national(t)
	files, err := filepath.Glob("data/*.csv")
	if err != nil || len(files) != len(catalog.Kinds()) {
		t.Errorf("%d files for %d kinds, %v", len(files), len(catalog.Kinds()), err)
	}
	for _, k := range catalog.Kinds() {
		if len(d.Rows(k)) == 0 {
			t.Errorf("no rows of kind %s", k)
		}
	}
	for _, r := range d.All() {
		if r.NameID == "" || r.NameEN == "" || r.SourceID == "" || r.SourceEN == "" || r.Confidence == "" {
			t.Errorf("%s %s lacks a text, a source or a confidence", r.Kind, r.Code)
		}
	}
}

func TestDecode_FillsEveryFieldOfTheFiles(t *testing.T) {
	t.Parallel()
	// A field added to a file and forgotten in its type would be lost silently.
	d := national(t)
	check := func(kind catalog.Kind, view any) {
		have := map[string]bool{}
		for f := range fields(reflect.TypeOf(view)) {
			have[f] = true
		}
		for _, r := range d.Rows(kind) {
			for f := range r.Data {
				if !have[f] {
					t.Errorf("%s has the field %s, its type has not", kind, f)
				}
			}
		}
	}
	check(catalog.ViolationTypeKind, catalog.ViolationType{})
	check(catalog.SanctionTypeKind, catalog.SanctionType{})
	check(catalog.AuthorityRuleKind, catalog.AuthorityRule{})
	check(catalog.DeadlineRuleKind, catalog.DeadlineRule{})
	check(catalog.ElectionKind, catalog.Election{})
	check(catalog.ElectionStageKind, catalog.ElectionStage{})
	check(catalog.HolidayKind, catalog.Holiday{})
	check(catalog.RankKind, catalog.Rank{})
	check(catalog.PositionTypeKind, catalog.PositionType{})
	check(catalog.EmploymentType, catalog.Employment{})
	check(catalog.LegalSourceKind, catalog.LegalSource{})
	check(catalog.PactClauseKind, catalog.PactClause{})
	check(catalog.ContestType, catalog.Contest{})
	check(catalog.OversightStatus, catalog.OversightWord{})
}

func fields(t reflect.Type) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i).Tag.Get("json")) {
				return
			}
		}
	}
}

func TestDecode_ReadsRowsThatPassedThroughJSON(t *testing.T) {
	t.Parallel()
	// The database keeps Data as JSON; check and view must be the same after it.
	d := national(t)
	known := func(k catalog.Kind, code string) bool {
		return slices.ContainsFunc(d.Rows(k), func(r catalog.Row) bool { return r.Code == code })
	}
	for _, r := range d.All() {
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back catalog.Row
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if err := catalog.Check(back, known); err != nil {
			t.Errorf("after JSON: %v", err)
		}
	}
	r, ok := d.Find(catalog.ViolationTypeKind, "prospective_social_media_engagement", day.New(2024, 6, 1))
	if !ok {
		t.Fatal("the like is missing")
	}
	v, err := catalog.Decode[catalog.ViolationType](r)
	if err != nil || v.Class != "ethics" || !slices.Contains(v.Acts, "like") || v.Code != r.Code {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestNational_SuspendsTheAllowanceCuts(t *testing.T) {
	t.Parallel()
	// Proves M1: PP 94/2021 Pasal 42. The three old kinds take their place.
	d := national(t)
	on := day.New(2024, 11, 27)
	cuts := 0
	for _, r := range d.Rows(catalog.SanctionTypeKind) {
		if !strings.HasPrefix(r.Code, "allowance_cut") {
			continue
		}
		cuts++
		if !r.On(on) || r.Usable(on) || len(r.ReplacedBy) != 3 {
			t.Errorf("%s: on %v, usable %v, replaced by %v", r.Code, r.On(on), r.Usable(on), r.ReplacedBy)
		}
		for _, code := range r.ReplacedBy {
			other, ok := d.Find(catalog.SanctionTypeKind, code, on)
			if !ok || !other.Usable(on) || other.Data["duration_months"] != 12 || other.Data["level"] != "moderate" {
				t.Errorf("%s cannot take the place of %s", code, r.Code)
			}
		}
	}
	if cuts != 3 {
		t.Errorf("%d allowance cuts, want 3", cuts)
	}
}

func TestFind_GivesTheRowOfTheDay(t *testing.T) {
	t.Parallel()
	// The party ban moved from UU 5/2014 to UU 20/2023 on 31 October 2023.
	d := national(t)
	for on, want := range map[string]string{"2014-01-14": "", "2023-10-30": "uu_5_2014", "2023-10-31": "uu_20_2023"} {
		r, ok := d.Find(catalog.ViolationTypeKind, "party_membership", day.MustParse(on))
		if want == "" {
			if ok {
				t.Errorf("on %s a row was found", on)
			}
			continue
		}
		if !ok || r.LegalSources[0] != want {
			t.Errorf("on %s: %v", on, r.LegalSources)
		}
	}
	for on, want := range map[string]string{"2024-09-03": "kasn", "2024-09-04": "bkn"} {
		n := 0
		for _, r := range d.Rows(catalog.RecommendingBody) {
			if r.On(day.MustParse(on)) {
				n++
				if r.Code != want {
					t.Errorf("on %s %s recommends", on, r.Code)
				}
			}
		}
		if n != 1 {
			t.Errorf("on %s %d bodies recommend", on, n)
		}
	}
}

func TestAuthorityRules_GiveOneAnswerForEveryPositionAndLevel(t *testing.T) {
	t.Parallel()
	// Proves M2: the matrix of PP 94/2021 has no gap and no contradiction for PNS.
	d := national(t)
	rules, err := catalog.DecodeAll[catalog.AuthorityRule](d.Rows(catalog.AuthorityRuleKind))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"jpt_pratama.light": "ppk", "administrator.light": "jpt_pratama", "administrator.moderate": "ppk",
		"pengawas.light": "administrator", "pengawas.moderate": "jpt_pratama", "pelaksana.moderate": "administrator",
		"pelaksana.severe": "ppk", "jf_ahli_utama.severe": "ppk", "jf_ahli_utama.dismissal": "president",
		"jf_ahli_muda.light": "jpt_pratama|administrator",
	}
	for _, p := range d.Rows(catalog.PositionTypeKind) {
		if p.Code == "jpt_utama" || p.Code == "jpt_madya" {
			continue // not found in a regency or city
		}
		for _, level := range []string{"light", "moderate", "severe", "dismissal"} {
			var found []string
			for _, r := range rules {
				if r.Condition == "always" && r.Applies(p.Code, "pns", level) {
					found = append(found, strings.Join(r.Authorities, "|"))
				}
			}
			key := p.Code + "." + level
			if len(found) != 1 {
				t.Errorf("%s: %v", key, found)
			} else if w, named := want[key]; named && found[0] != w {
				t.Errorf("%s: %s, want %s", key, found[0], w)
			}
		}
	}
}

func TestNational_NamesItsSourcesForStrangers(t *testing.T) {
	t.Parallel()
	// What is unsure says so: these rows must never look certain.
	d := national(t)
	for code, kind := range map[string]catalog.Kind{
		"prospective_campaign_team": catalog.ViolationTypeKind, "objection_filing": catalog.DeadlineRuleKind,
		"ppk_follow_up_recommendation": catalog.DeadlineRuleKind, "independent_supervisory_body": catalog.RecommendingBody,
	} {
		for _, r := range d.Rows(kind) {
			if r.Code == code && r.Confidence != catalog.Low {
				t.Errorf("%s has confidence %s", code, r.Confidence)
			}
		}
	}
	for _, r := range d.Rows(catalog.ViolationTypeKind) {
		if r.LegalBasis == "" || len(r.LegalSources) == 0 {
			t.Errorf("%s names no law", r.Code)
		}
		if r.Data["harms_or_favours"] == "" {
			t.Errorf("%s does not say whether it harms or favours", r.Code)
		}
	}
}

func TestLoad_RefusesBrokenFiles(t *testing.T) {
	t.Parallel()
	// Each line breaks one file in one way; the error must name the place.
	for name, c := range map[string]struct {
		file   string
		change func(head []string, rows [][]string) ([]string, [][]string)
		want   string
	}{
		"unknown column": {"acts.csv", func(h []string, rows [][]string) ([]string, [][]string) {
			h = append(h, "colour")
			for i := range rows {
				rows[i] = append(rows[i], "red")
			}
			return h, rows
		}, "the first line must be"},
		"one language":       {"acts.csv", set("name_en", ""), "name_en: required"},
		"no source":          {"ranks.csv", set("source_id", ""), "source_id: required"},
		"odd confidence":     {"ranks.csv", set("confidence", "certain"), "confidence: not_allowed certain"},
		"impossible date":    {"holidays.csv", set("date", "2023-02-30"), "data.date: form"},
		"impossible day":     {"holidays.csv", set("valid_from", "yesterday"), "valid_from"},
		"inverted validity":  {"ranks.csv", both(set("valid_from", "2024-02-01"), set("valid_until", "2024-01-31")), "valid_until: inverted"},
		"unknown reference":  {"violation_types.csv", set("acts", "whistle"), "data.acts: not_found whistle"},
		"unknown law":        {"violation_types.csv", set("legal_sources", "uu_99_2099"), "legal_sources: not_found uu_99_2099"},
		"unknown value":      {"violation_types.csv", set("harms_or_favours", "maybe"), "data.harms_or_favours: not_allowed maybe"},
		"missing value":      {"violation_types.csv", set("class", ""), "data.class: required"},
		"not a number":       {"deadline_rules.csv", set("amount", "seven"), "amount"},
		"not true or false":  {"employment_types.csv", set("is_asn", "yes"), "is_asn"},
		"odd code":           {"acts.csv", set("code", "A Banner"), "code: form"},
		"code twice":         {"acts.csv", set("code", "like"), "overlaps"},
		"half a note":        {"acts.csv", set("note_en", "only English"), "note_id: required"},
		"replaced by nobody": {"sanction_types.csv", set("replaced_by", "flogging"), "replaced_by: not_found flogging"},
		"value twice":        {"violation_types.csv", set("acts", "like|like"), "data.acts: twice like"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := copyOfData(t)
			files[c.file] = &fstest.MapFile{Data: edit(t, files[c.file].Data, c.change)}
			_, err := catalog.Load(files)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestCheck_NamesEveryMistakeOfARow(t *testing.T) {
	t.Parallel()
	err := catalog.Check(catalog.Row{Kind: catalog.RankKind, Code: "x", Data: map[string]any{"sort_order": 1.5, "shoe": "12"}},
		func(catalog.Kind, string) bool { return true })
	for _, want := range []string{"name_id: required", "confidence: not_allowed", "data.scheme: required", "data.sort_order: form 1.5", "data.shoe: unknown_field"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
	var m catalog.Mistake
	if !errors.As(err, &m) || m.Code != "x" {
		t.Errorf("no mistake to read in %v", err)
	}
}

type change = func(head []string, rows [][]string) ([]string, [][]string)

// set writes a value into the first row.
func set(column, value string) change {
	return func(h []string, rows [][]string) ([]string, [][]string) {
		rows[0][slices.Index(h, column)] = value
		return h, rows
	}
}

func both(a, b change) change {
	return func(h []string, rows [][]string) ([]string, [][]string) { return b(a(h, rows)) }
}

func edit(t *testing.T, data []byte, c change) []byte {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head, rows := c(lines[0], lines[1:])
	var out strings.Builder
	w := csv.NewWriter(&out)
	if err := w.WriteAll(append([][]string{head}, rows...)); err != nil {
		t.Fatal(err)
	}
	return []byte(out.String())
}

func copyOfData(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := filepath.Glob("data/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(n)] = &fstest.MapFile{Data: b}
	}
	return files
}
