package importer

import (
	"fmt"
	"strings"

	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// units resolves what a sheet calls a unit. Numbers stand for units, so that
// those which are still to be made can be named as well.
type units struct {
	list   []opd.Unit
	byCode map[string][]int
	byName map[string][]int
	// scope is the unit the file declares, -1 for none.
	scope int
	// own are the ways to write the government's name, which people put behind
	// the name of a unit: "Dinas Kesehatan Kab. Tangerang".
	own    []string
	today  day.Day
	create bool
	made   []int
	warned map[string]bool
}

func newUnits(list []opd.Unit, government string, o Options, today day.Day) *units {
	u := &units{byCode: map[string][]int{}, byName: map[string][]int{}, scope: -1, today: today, create: o.CreateUnits, warned: map[string]bool{}}
	full := fold(government)
	u.own = []string{full, strings.Replace(full, "kabupaten", "kab", 1), "pemerintah" + full, "provinsi" + full}
	for _, unit := range list {
		u.add(unit)
		if o.OPD != nil && unit.ID == *o.OPD {
			u.scope = len(u.list) - 1
		}
	}
	return u
}

func (u *units) add(unit opd.Unit) int {
	n := len(u.list)
	u.list = append(u.list, unit)
	u.byCode[fold(unit.Code)] = append(u.byCode[fold(unit.Code)], n)
	key := u.nameKey(unit.Name)
	u.byName[key] = append(u.byName[key], n)
	return n
}

// nameKey folds a name and takes the government's own off its end.
func (u *units) nameKey(name string) string {
	key := fold(name)
	for _, own := range u.own {
		if rest, cut := strings.CutSuffix(key, own); cut && rest != "" && own != "" {
			return rest
		}
	}
	return key
}

// resolve tells the unit of a record, or what is wrong with what it says; a
// warning comes with a unit.
func (u *units) resolve(r Record) (unit int, f *Finding) {
	unit, f = u.opd(r)
	if f != nil && f.Severity == Error {
		return 0, f
	}
	if u.scope >= 0 && !u.isNew(unit) && !u.list[unit].Below(u.list[u.scope]) {
		return 0, &Finding{Field: FieldOPDName, Code: CodeOPDOutsideScope, Severity: Error, Expected: shorten(u.list[u.scope].Name)}
	}
	if r.UnitName == "" || f != nil || u.isNew(unit) {
		return unit, f
	}
	return u.within(unit, r.UnitName)
}

func (u *units) isNew(unit int) bool { return u.list[unit].ID == id.Nil }

// opd finds the OPD by its code, else by its name, else takes the declared one.
func (u *units) opd(r Record) (int, *Finding) {
	if r.OPDCode != "" {
		if n, f := u.one(u.byCode[fold(r.OPDCode)]); f == nil {
			return n, nil
		} else if r.OPDName == "" {
			return 0, f
		}
	}
	if r.OPDName == "" {
		if u.scope >= 0 {
			return u.scope, nil
		}
		return 0, &Finding{Field: FieldOPDName, Code: CodeOPDUnknown, Severity: Error}
	}
	key := u.nameKey(r.OPDName)
	n, f := u.one(u.byName[key])
	if f == nil || f.Code != CodeOPDUnknown {
		return n, f
	}
	if n, byCode := u.one(u.byCode[key]); byCode == nil {
		return n, nil
	}
	if !u.create || key == "" {
		return 0, f
	}
	n = u.add(opd.Unit{Name: r.OPDName, Code: u.freeCode(r), Type: typeOf(r.OPDName)})
	u.made = append(u.made, n)
	return n, &Finding{Field: FieldOPDName, Code: CodeOPDCreated, Severity: Warning}
}

// one takes the only living unit of those with a name.
func (u *units) one(found []int) (int, *Finding) {
	at, ended := -1, false
	for _, n := range found {
		if !u.isNew(n) && !u.list[n].On(u.today) {
			ended = true
			continue
		}
		if at >= 0 {
			return 0, &Finding{Field: FieldOPDName, Code: CodeOPDAmbiguous, Severity: Error}
		}
		at = n
	}
	switch {
	case at >= 0:
		return at, nil
	case ended:
		return 0, &Finding{Field: FieldOPDName, Code: CodeOPDEnded, Severity: Error}
	}
	return 0, &Finding{Field: FieldOPDName, Code: CodeOPDUnknown, Severity: Error}
}

// within looks for a unit below an OPD. One that is not known is said once and
// not for each of its people.
func (u *units) within(root int, name string) (int, *Finding) {
	key := u.nameKey(name)
	at := -1
	for _, n := range u.byName[key] {
		if u.isNew(n) || !u.list[n].On(u.today) || !u.list[n].Below(u.list[root]) {
			continue
		}
		if at >= 0 {
			return root, &Finding{Field: FieldUnitName, Code: CodeOPDAmbiguous, Severity: Warning}
		}
		at = n
	}
	if at >= 0 {
		return at, nil
	}
	seen := fmt.Sprint(root, key)
	if u.warned[seen] || len(u.warned) > 10_000 {
		return root, nil
	}
	u.warned[seen] = true
	return root, &Finding{Field: FieldUnitName, Code: CodeUnitUnknown, Severity: Warning}
}

// freeCode makes a code from the name: the file's own when it has one.
func (u *units) freeCode(r Record) string {
	base := strings.ToLower(strings.TrimSpace(r.OPDCode))
	if base == "" {
		base = strings.Join(strings.FieldsFunc(strings.ToLower(r.OPDName), func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < '0' || c > '9')
		}), "-")
	}
	base = base[:min(len(base), 40)]
	for n := 1; ; n++ {
		code := base
		if n > 1 {
			code = fmt.Sprintf("%s-%d", base, n)
		}
		if len(u.byCode[fold(code)]) == 0 && code != "" {
			return code
		}
	}
}

// typeWords are the first words of names that tell the kind of unit.
var typeWords = []struct{ start, kind string }{
	{"sekretariatdprd", "sekretariat_dprd"}, {"sekretariatdewan", "sekretariat_dprd"}, {"sekretariatdaerah", "sekretariat_daerah"},
	{"inspektorat", "inspektorat"}, {"dinas", "dinas"}, {"badan", "badan"}, {"satuanpolisi", "satpol_pp"}, {"satpolpp", "satpol_pp"},
	{"rsud", "rsud"}, {"rumahsakit", "rsud"}, {"kecamatan", "kecamatan"}, {"kelurahan", "kelurahan"}, {"uptd", "uptd"}, {"puskesmas", "puskesmas"},
	{"sdn", "school"}, {"smpn", "school"}, {"sman", "school"}, {"smkn", "school"}, {"tknegeri", "school"}, {"bagian", "bagian"}, {"bidang", "bidang"},
}

func typeOf(name string) string {
	key := fold(name)
	for _, w := range typeWords {
		if strings.HasPrefix(key, w.start) {
			return w.kind
		}
	}
	return "other"
}
