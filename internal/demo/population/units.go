package population

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
)

//go:embed data/*.csv
var files embed.FS

// table reads one of the embedded files without its heading. A broken file is
// our own mistake.
func table(name string) [][]string {
	b, err := files.ReadFile("data/" + name)
	if err != nil {
		panic("population: " + err.Error())
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		panic("population: " + name + ": " + err.Error())
	}
	return rows[1:]
}

func (b *builder) add(code, name, kind string, parent *Unit) {
	u := &Unit{Code: code, Name: name, Type: kind, Parent: parent}
	if _, twice := b.byCode[code]; twice {
		panic("population: two units are called " + code)
	}
	b.all, b.byCode[code] = append(b.all, u), u
}

// units makes the tree, parents first.
func (b *builder) units() {
	for _, r := range table("opd_" + b.code + ".csv") {
		b.add(r[0], r[1], r[2], b.byCode[r[3]])
	}
	for _, r := range table("kelurahan.csv") {
		if r[0] == b.code {
			b.add("kel-"+slug(r[2])+suffix(b.byCode, "kel-"+slug(r[2]), r[1]), "Kelurahan "+r[2], "kelurahan", b.byCode[r[1]])
		}
	}
	b.puskesmasUnits()
	b.schools()
	if b.company > 0 {
		b.add("perumda-tb", "Perumda Tirta Benteng", "bumd", nil)
	}
}

// suffix keeps two kelurahan of one name apart, as a regency may have them.
func suffix(known map[string]*Unit, code, kecamatan string) string {
	if known[code] == nil {
		return ""
	}
	return "-" + kecamatan[len("kec-"):]
}

func (b *builder) kecamatan() []*Unit {
	var out []*Unit
	for _, u := range b.all {
		if u.Type == "kecamatan" {
			out = append(out, u)
		}
	}
	return out
}

// place is the name of a kecamatan without the word.
func place(kecamatan *Unit) string { return kecamatan.Name[len("Kecamatan "):] }

// puskesmasUnits spreads the health centres over the kecamatan; a second one
// carries a number.
func (b *builder) puskesmasUnits() {
	kec := b.kecamatan()
	for i := range b.puskesmas {
		name := place(kec[i%len(kec)])
		if round := i / len(kec); round > 0 {
			name = fmt.Sprintf("%s %s", name, []string{"I", "II", "III", "IV"}[round])
		}
		b.add("pkm-"+slug(name), "UPTD Puskesmas "+name, "puskesmas", b.byCode["dinkes"])
	}
}

// schools are what a government at this level has: SD and SMP.
func (b *builder) schools() {
	disdik := b.byCode["disdik"]
	for _, k := range b.kecamatan() {
		for n := range b.primary {
			b.add(fmt.Sprintf("sdn-%s-%d", slug(place(k)), n+1), fmt.Sprintf("SD Negeri %s %d", place(k), n+1), "school", disdik)
		}
	}
	for n := range b.secondary {
		b.add(fmt.Sprintf("smpn-%d", n+1), fmt.Sprintf("SMP Negeri %d %s", n+1, b.short), "school", disdik)
	}
}
