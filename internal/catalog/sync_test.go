package catalog

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// knownDigest is that of the files of DataVersion.
const knownDigest = "4e8cb84a82c429edff32dcd56e7b3ab18694f88cedca628b5bd012db14e27321"

// Proves U2: a file cannot change without a new DataVersion, without which an
// installation would not take the change over.
func TestDataVersion_RisesWithTheFiles(t *testing.T) {
	t.Parallel()
	d, err := National()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := d.Digest(); err != nil || got != knownDigest {
		t.Errorf("the files under data/ changed: raise DataVersion once a release and put %s here (%v)", got, err)
	}
}

func sample(code, name, from, until string) Row {
	r := Row{Kind: OPDType, Code: code, NameID: name, NameEN: name, SourceID: "s", SourceEN: "s", Confidence: High, Data: map[string]any{"headed_by": "Kepala"}}
	_ = r.ValidFrom.UnmarshalText([]byte(from))
	_ = r.ValidUntil.UnmarshalText([]byte(until))
	return r
}

func have(n byte, r Row) kept { r.ID = id.ID{n}; return kept{Row: r, byProgram: true} }

// Proves U2: rows of a new version of the program are added, superseded ones
// closed, wrong ones withdrawn; nothing is rewritten, no code vanishes, and the
// administrator's word goes before the program's.
func TestPlanSync_ClosesAddsAndNeverRewrites(t *testing.T) {
	t.Parallel()
	admin := have(1, sample("a", "Lain", "2025-01-01", ""))
	admin.byProgram = false
	closedByAdmin := have(1, sample("a", "A", "", "2024-12-31"))
	closedByAdmin.touched = true
	for name, c := range map[string]struct {
		have                  []kept
		want                  []Row
		add, close, withdrawn int
	}{
		"nothing there":               {nil, []Row{sample("a", "A", "", "")}, 1, 0, 0},
		"the same":                    {[]kept{have(1, sample("a", "A", "", ""))}, []Row{sample("a", "A", "", "")}, 0, 0, 0},
		"superseded":                  {[]kept{have(1, sample("a", "A", "", ""))}, []Row{sample("a", "A", "", "2024-12-31"), sample("a", "B", "2025-01-01", "")}, 1, 1, 0},
		"superseded already":          {[]kept{have(1, sample("a", "A", "", "2024-12-31")), have(2, sample("a", "B", "2025-01-01", ""))}, []Row{sample("a", "A", "", "2024-12-31"), sample("a", "B", "2025-01-01", "")}, 0, 0, 0},
		"another text":                {[]kept{have(1, sample("a", "A", "", ""))}, []Row{sample("a", "B", "", "")}, 1, 0, 1},
		"another first day":           {[]kept{have(1, sample("a", "A", "2024-01-01", ""))}, []Row{sample("a", "A", "2024-02-01", "")}, 1, 0, 1},
		"ends later after all":        {[]kept{have(1, sample("a", "A", "", "2024-12-31"))}, []Row{sample("a", "A", "", "2025-12-31")}, 1, 0, 1},
		"ends earlier":                {[]kept{have(1, sample("a", "A", "", "2024-12-31"))}, []Row{sample("a", "A", "", "2024-06-30")}, 0, 1, 0},
		"a code the file lost":        {[]kept{have(1, sample("a", "A", "", "")), have(2, sample("b", "B", "", ""))}, []Row{sample("b", "B", "", "")}, 0, 0, 0},
		"closed by the administrator": {[]kept{closedByAdmin}, []Row{sample("a", "A", "", "")}, 0, 0, 0},
		"written by the administrator": {[]kept{have(2, sample("a", "A", "", "2024-12-31")), admin},
			[]Row{sample("a", "A", "", "2024-12-31"), sample("a", "B", "2025-01-01", "")}, 0, 0, 0},
	} {
		p, err := planSync(c.have, c.want)
		if err != nil || len(p.add) != c.add || len(p.last) != c.close || len(p.withdraw) != c.withdrawn {
			t.Errorf("%s: adds %d, closes %d, withdraws %d, %v", name, len(p.add), len(p.last), len(p.withdraw), err)
		}
	}
}

// Proves U2: what a sync leaves behind needs no other one, whatever was there.
func TestPlanSync_SettlesAtOnce(t *testing.T) {
	t.Parallel()
	d, err := National()
	if err != nil {
		t.Fatal(err)
	}
	var rows []kept
	for i, r := range d.All() {
		r.ID = id.ID{byte(i), byte(i >> 8), 1}
		switch i % 4 {
		case 0:
			r.NameID = "nama lama"
		case 1:
			r.ValidUntil = day.Day{}
		case 2:
			continue
		}
		rows = append(rows, kept{Row: r, byProgram: true})
	}
	p, err := planSync(rows, d.All())
	if err != nil || changes(p) == 0 {
		t.Fatalf("%+v %v", p, err)
	}
	p, err = planSync(apply(rows, p), d.All())
	if err != nil || changes(p) > 0 {
		t.Errorf("a second sync would still change %+v, %v", p, err)
	}
}

// apply does in memory what the store does in the database.
func apply(rows []kept, p plan) []kept {
	gone := map[id.ID]bool{}
	for _, x := range p.withdraw {
		gone[x] = true
	}
	until := map[id.ID]day.Day{}
	for _, e := range p.last {
		until[e.row] = e.until
	}
	var out []kept
	for _, k := range rows {
		if gone[k.ID] {
			continue
		}
		if u, ok := until[k.ID]; ok {
			k.ValidUntil, k.touched = u, true
		}
		out = append(out, k)
	}
	for i, r := range p.add {
		r.ID = id.ID{byte(i), byte(i >> 8), 2}
		out = append(out, kept{Row: r, byProgram: true})
	}
	return out
}

func changes(p plan) int { return len(p.add) + len(p.last) + len(p.withdraw) }
