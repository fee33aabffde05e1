package importer

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

var allStates = []State{Queued, Reading, Ready, Applying, Applied, RefusedAs, Failed, Cancelled, Undoing, Undone}

// Proves B3: who may do what with an import in which state, and what a wrong
// step is told.
func TestImport_Steps(t *testing.T) {
	t.Parallel()
	want := map[State]string{Queued: "cancellation", Reading: "cancellation", Ready: "application cancellation", Applying: "cancellation", Applied: "undo"}
	for _, s := range allStates {
		i := Import{State: s}
		if got := strings.Join(i.steps(true), " "); got != want[s] {
			t.Errorf("%s: %q, want %q", s, got, want[s])
		}
		if len(i.steps(false)) != 0 {
			t.Errorf("%s: a reader is offered steps", s)
		}
		for _, step := range []Step{Application, Undo, Cancellation} {
			after, err := i.take(step)
			if slices.Contains(i.steps(true), string(step)) {
				if err != nil || after.State == s || after.Version != 1 {
					t.Errorf("%s, %s: %v %+v", s, step, err, after)
				}
				continue
			}
			f, ok := fault.As(err)
			if !ok || f.Code != "import.state" || strings.Join(f.AllowedSteps, " ") != want[s] {
				t.Errorf("%s, %s: %v", s, step, err)
			}
		}
		if s.finished() && s.working() {
			t.Errorf("%s is finished and at work", s)
		}
	}
	now := time.Now()
	if _, err := (Import{State: Applied, ExpiredAt: &now}).take(Undo); err == nil {
		t.Error("an import whose way back was dropped can be undone")
	}
}

// Proves B3: what sheets call a unit is found by code, by name, with the
// government's own name behind it; what is not clear is refused, not guessed.
func TestUnits_Resolve(t *testing.T) {
	t.Parallel()
	today, ended := day.MustParse("2024-05-21"), day.MustParse("2023-12-31")
	unit := func(code, name string) opd.Unit {
		return opd.Unit{ID: id.ForName(code), Code: code, Name: name, From: day.MustParse("2020-01-01")}
	}
	old := unit("dinlama", "Dinas Lama")
	old.Until = &ended
	list := []opd.Unit{unit("dinkes", "Dinas Kesehatan"), unit("bkpsdm", "Badan Kepegawaian"), old, unit("a", "Bagian Umum"), unit("b", "Bagian Umum")}
	for name, c := range map[string]struct {
		rec  Record
		want string // code of the unit, or of the finding
	}{
		"name":               {Record{OPDName: "DINAS  KESEHATAN"}, "dinkes"},
		"with the regency":   {Record{OPDName: "Dinas Kesehatan Kabupaten Tangerang"}, "dinkes"},
		"with kab.":          {Record{OPDName: "Dinas Kesehatan Kab. Tangerang"}, "dinkes"},
		"code":               {Record{OPDCode: "BKPSDM"}, "bkpsdm"},
		"code as name":       {Record{OPDName: "bkpsdm"}, "bkpsdm"},
		"code wins":          {Record{OPDCode: "dinkes", OPDName: "Badan Kepegawaian"}, "dinkes"},
		"unknown code, name": {Record{OPDCode: "xyz", OPDName: "Badan Kepegawaian"}, "bkpsdm"},
		"unknown":            {Record{OPDName: "Dinas Antah Berantah"}, CodeOPDUnknown},
		"ended":              {Record{OPDName: "Dinas Lama"}, CodeOPDEnded},
		"ambiguous":          {Record{OPDName: "Bagian Umum"}, CodeOPDAmbiguous},
		"unknown unit":       {Record{OPDName: "Dinas Kesehatan", UnitName: "Puskesmas Jauh"}, CodeUnitUnknown},
	} {
		u := newUnits(list, "Kabupaten Tangerang", Options{}, today)
		n, f := u.resolve(c.rec)
		got := u.list[n].Code
		if f != nil {
			got = f.Code
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	u := newUnits(list, "Kabupaten Tangerang", Options{CreateUnits: true}, today)
	first, f := u.resolve(Record{OPDName: "Dinas Perikanan"})
	again, g := u.resolve(Record{OPDName: "DINAS PERIKANAN"})
	if f == nil || f.Code != CodeOPDCreated || g != nil || first != again || len(u.made) != 1 || u.list[first].Type != "dinas" || u.list[first].Code != "dinas-perikanan" {
		t.Errorf("%v %v %+v", f, g, u.list[first])
	}
	if _, f := u.resolve(Record{OPDName: "Dinas Kesehatan", UnitName: "Pos"}); f == nil {
		t.Error("the first unknown unit is not said")
	}
	if _, f := u.resolve(Record{OPDName: "Dinas Kesehatan", UnitName: "Pos"}); f != nil {
		t.Error("an unknown unit is said for each of its people")
	}
}

// Proves B3: the files we hand out are files we read: every heading of the
// template is known, every choice of its lists is understood.
func TestTemplate_IsUnderstood(t *testing.T) {
	t.Parallel()
	columns, example := templateColumns([]string{"Dinas Kesehatan"})
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Heading
	}
	m := recognise(t, names...)
	if len(m.Fields()) != len(columns) || len(example) != len(columns) {
		t.Fatalf("%d columns, %d known, %d in the example", len(columns), len(m.Fields()), len(example))
	}
	for _, kind := range positionChoices {
		if code, ok := parsePositionType(kind, "", ""); !ok || code == "" {
			t.Errorf("position %s is not understood", kind)
		}
	}
	for _, rank := range rankChoices() {
		if code, problem := parseRank(rank, map[bool]string{true: PNS, false: PPPK}[strings.Contains(rank, "/")]); problem != "" || code == "" {
			t.Errorf("rank %s is not understood", rank)
		}
	}
	for _, c := range columns {
		for _, choice := range c.Choices {
			switch c.Heading {
			case "Jenis Pegawai":
				if employments[fold(choice)] == "" {
					t.Errorf("employment %s is not understood", choice)
				}
			case "Kedudukan Hukum":
				if _, ok := parseLegalStatus(choice); !ok {
					t.Errorf("legal standing %s is not understood", choice)
				}
			}
		}
	}
}
