package demo

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/importer"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// Proves B3: the import understands every row of the files the demo writes as
// the person that was meant, without an error or a warning.
func TestFiles_AreReadAsTheyWereMeant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, code := range population.Codes() {
		g := population.Of(code)
		for _, f := range lists[code] {
			began := time.Now()
			if err := f.write(dir, g); err != nil {
				t.Fatal(err)
			}
			t.Logf("%s written in %s", f.name, time.Since(began).Round(time.Millisecond))
			check(t, filepath.Join(dir, f.name), g.With(f.who))
		}
	}
}

func check(t *testing.T, path string, want []*population.Person) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		t.Fatal(err)
	}
	r, err := sheet.Open(in, info.Size(), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	company := want[0].NIP == ""
	m, findings := importer.Recognise([]sheet.Row{first}, importer.RecogniseOptions{NeedNIP: !company, NeedOPD: true})
	for _, f := range findings {
		t.Errorf("%s: %+v", path, f)
	}
	for _, p := range want {
		row, err := r.Next()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		rec, findings := importer.ParseRow(m, row, importer.Lookups{Today: day.New(2023, 11, 6)})
		for _, f := range findings {
			t.Errorf("%s: %+v", path, f)
		}
		if rec.NIP != p.NIP || rec.RankCode != p.Rank || rec.PositionType != p.PositionType || rec.Sex != p.Sex || rec.BirthDate != p.Birth || rec.OPDName != p.Unit.OPD().Name ||
			rec.EmploymentType != p.Employment || rec.BirthPlace != p.BirthPlace || rec.SuperiorNIP != superiorNIP(p) && !company || rec.TitleBack != p.TitleBack {
			t.Fatalf("%s row %d: %+v is not %+v", path, row.Number, rec, *p)
		}
	}
}
