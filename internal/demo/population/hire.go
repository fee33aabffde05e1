package population

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/nip"
	"github.com/netral-asn/netral/internal/platform/day"
)

// fill adds the posts without an office until the number of civil servants is
// exact: what is left of it is shared among the units by what each wants.
func (b *builder) fill() {
	open := b.civilServants
	var wants []float64
	var total float64
	for _, u := range b.all {
		want := u.want * (0.8 + 0.4*b.rng.Float64())
		want *= b.scale(u)
		wants, total = append(wants, want), total+want
	}
	for _, p := range b.posts {
		if !p.company {
			open--
		}
	}
	for i, n := range apportion(open, wants, total) {
		for range n {
			c := b.pick(b.all[i].mix)
			b.post(b.all[i], post{career: c, boss: b.all[i].boss(c, b.rng.IntN)})
		}
	}
}

// scale is how large a unit of a part of a government is, of the usual size:
// the offices that the programme looks at stay larger.
func (b *builder) scale(u *Unit) float64 {
	switch {
	case u.Type == "school" || u.Type == "puskesmas" || u.Type == "bumd":
		return 1
	case u.Type == "rsud":
		return (1 + b.bureau) / 2
	case u.Type == "inspektorat" || u.Type == "badan" || u.Code == "disdik" || u.Code == "dinkes":
		return (1 + 3*b.bureau) / 4
	}
	return b.bureau
}

// apportion shares n by weights, the largest remainders first (Hare).
func apportion(n int, weights []float64, total float64) []int {
	type rest struct {
		at   int
		part float64
	}
	out, rests := make([]int, len(weights)), make([]rest, len(weights))
	left := n
	for i, w := range weights {
		exact := float64(n) * w / total
		out[i] = int(exact)
		rests[i] = rest{i, exact - float64(out[i])}
		left -= out[i]
	}
	slices.SortStableFunc(rests, func(a, b rest) int {
		switch {
		case a.part > b.part:
			return -1
		case a.part < b.part:
			return 1
		}
		return 0
	})
	for _, r := range rests[:left] {
		out[r.at]++
	}
	return out
}

func (b *builder) pick(m mixture) *career {
	total := 0
	for _, s := range m {
		total += s.weight
	}
	at := b.rng.IntN(total)
	for _, s := range m {
		if at -= s.weight; at < 0 {
			return s.of
		}
	}
	panic("unreachable")
}

// boss is the direct superior of somebody without an office: the head of a
// small unit, the head of the fitting field of a hospital, else one of the
// middle managers.
func (u *Unit) boss(c *career, draw func(int) int) *post {
	switch u.Type {
	case "school", "puskesmas", "kelurahan":
		return u.posts[0]
	case "rsud":
		return u.posts[0].below(u, hospitalField(c))
	}
	var middle []*post
	for _, p := range u.posts {
		if p.kind == "administrator" || p.kind == "pengawas" {
			middle = append(middle, p)
		}
	}
	return middle[draw(len(middle))]
}

func hospitalField(c *career) string {
	switch c {
	case nurses, seniorNurses, midwives:
		return "Kepala Bidang Keperawatan"
	case doctors, dentists, specialists:
		return "Kepala Bidang Pelayanan Medis"
	case clerks:
		return "Kepala Bagian Tata Usaha"
	}
	return "Kepala Bidang Penunjang"
}

func (p *post) below(u *Unit, title string) *post {
	if q := u.titled(title); q != nil {
		return q
	}
	return p
}

// hire fills every post, units in order, superiors first.
func (b *builder) hire() []*Person {
	b.names.read(b.code)
	b.issued, b.executants = numbers{}, map[string][]string{}
	for _, r := range table("executants.csv") {
		b.executants[r[0]+r[1]] = append(b.executants[r[0]+r[1]], r[2])
	}
	var out []*Person
	for _, u := range b.all {
		for _, p := range u.posts {
			out = append(out, b.someone(p))
		}
	}
	return out
}

// someone draws careers until one fits the post.
func (b *builder) someone(p *post) *Person {
	for range 10_000 {
		if q := b.draw(p); q != nil {
			b.finish(p, q)
			return q
		}
	}
	panic("population: nobody fits " + p.title + " of " + p.unit.Name)
}

// candidate is a person in the making, with the study the titles follow from.
type candidate struct {
	Person
	study  study
	career *career
}

// draw makes a career for the post; nil when it does not fit.
func (b *builder) draw(p *post) *Person {
	c := candidate{career: p.career, study: b.study(p.career)}
	c.Unit, c.Office, c.Sex, c.Education, c.Employment = p.unit, p.office, "male", c.study.level, "pns"
	if b.chance(p.career.women) {
		c.Sex = "female"
	}
	switch {
	case p.company:
		c.Employment = "non_asn"
		b.employ(&c)
	case !p.permanent && b.chance(p.career.contract):
		c.Employment = "pppk"
		b.contract(&c)
	default:
		b.appoint(&c)
	}
	if c.rank > 0 && (p.lowest > c.rank || p.highest > 0 && c.rank > p.highest) {
		return nil
	}
	if c.Education == "S-3" && c.rank < iva {
		return nil // nobody has a doctorate so early
	}
	b.place(&c, p)
	age := Begin.DaysSince(c.Birth) / 365
	if c.Employment != "non_asn" && !nip.Retirement(c.Birth, c.PositionType).After(End) || age < p.youngest {
		return nil
	}
	b.titles(&c)
	return &c.Person
}

func (b *builder) chance(percent int) bool { return b.rng.IntN(100) < percent }

func (b *builder) study(c *career) study {
	total := 0
	for _, s := range c.studies {
		total += s.weight
	}
	at := b.rng.IntN(total)
	for _, s := range c.studies {
		if at -= s.weight; at < 0 {
			return s
		}
	}
	panic("unreachable")
}

// intakes are when the state appointed: many in 2005 to 2010, when temporary
// staff were taken over, few in the years of the moratorium.
var intakes = []struct{ year, month, weight int }{
	{1986, 3, 2}, {1987, 3, 2}, {1988, 3, 4}, {1989, 3, 4}, {1990, 3, 4}, {1991, 3, 4}, {1992, 3, 4}, {1993, 3, 5}, {1994, 3, 5}, {1995, 3, 5},
	{1996, 3, 5}, {1997, 3, 7}, {1998, 3, 9}, {1999, 3, 7}, {2000, 12, 5}, {2001, 12, 5}, {2002, 12, 7}, {2003, 12, 7}, {2005, 1, 7}, {2006, 4, 8},
	{2007, 1, 8}, {2008, 1, 6}, {2008, 4, 4}, {2009, 1, 6}, {2009, 4, 4}, {2010, 1, 6}, {2010, 4, 3}, {2011, 1, 3}, {2014, 2, 4}, {2015, 3, 4},
	{2017, 5, 1}, {2019, 2, 5}, {2019, 3, 6}, {2020, 12, 5}, {2021, 1, 3}, {2022, 3, 3}, {2022, 4, 3},
}

// appoint makes a permanent civil servant: appointed at an age between the
// end of the studies and 35, or later when taken over from temporary staff.
func (b *builder) appoint(c *candidate) {
	total := 0
	for _, i := range intakes {
		total += i.weight
	}
	at := b.rng.IntN(total)
	for _, i := range intakes {
		if at -= i.weight; at < 0 {
			c.Appointed = day.New(i.year, time.Month(i.month), 1)
			break
		}
	}
	oldest := 35
	if y := c.Appointed.Year(); (y >= 2005 && y <= 2010 || y == 2014) && b.chance(25) {
		oldest = 45
	}
	r := b.rng.Float64()
	c.born(b, c.study.age+int(r*r*float64(oldest-c.study.age)))
	b.promote(c)
}

// born sets the birthday of who is so many years old at the appointment.
func (c *candidate) born(b *builder, age int) {
	c.Birth = c.Appointed.AddYears(-age).AddDays(-b.rng.IntN(364) - 1)
}

// promote moves up a rank about every four years until the education or a
// hurdle ends it: few functional experts pass from III/d to IV/a.
func (b *builder) promote(c *candidate) {
	pace := 4.2
	switch {
	case c.career == managers:
		pace = 3.7
	case c.career.functional:
		pace = 3.9
	}
	years := float64(Begin.DaysSince(c.Appointed)) / 365.25
	c.rank = min(c.study.entry+int(years/(pace+0.6*b.rng.Float64()-0.3)), c.study.top)
	if c.career.functional && c.rank > iiid && b.chance(45) {
		c.rank = iiid
	}
	if c.career.functional && c.rank > iva && b.chance(40) {
		c.rank = iva
	}
	c.Rank = pnsRanks[c.rank-1]
	c.RankSince = c.Appointed
	if c.rank > c.study.entry {
		earliest := c.Appointed.AddMonths(18 * (c.rank - c.study.entry))
		c.RankSince = day.Max(earliest, day.New(2023, 10, 1).AddMonths(-6*b.rng.IntN(8)))
	}
}

var pnsRanks = []string{"pns_i_a", "pns_i_b", "pns_i_c", "pns_i_d", "pns_ii_a", "pns_ii_b", "pns_ii_c", "pns_ii_d",
	"pns_iii_a", "pns_iii_b", "pns_iii_c", "pns_iii_d", "pns_iv_a", "pns_iv_b", "pns_iv_c", "pns_iv_d", "pns_iv_e"}

// contract makes a PPPK of the intakes of 2021 to 2023, mostly people who had
// worked for years without a position.
func (b *builder) contract(c *candidate) {
	starts := []day.Day{day.New(2021, 2, 1), day.New(2022, 3, 1), day.New(2022, 6, 1), day.New(2023, 3, 1), day.New(2023, 6, 1), day.New(2023, 6, 1)}
	c.Appointed = starts[b.rng.IntN(len(starts))]
	c.born(b, c.study.age+2+int((b.rng.Float64()+b.rng.Float64())/2*float64(52-c.study.age)))
	c.Rank, c.RankSince = "pppk_"+c.study.grade, c.Appointed
}

// employ makes staff of the municipal company.
func (b *builder) employ(c *candidate) {
	c.Appointed = day.New(2008+b.rng.IntN(15), time.Month(1+b.rng.IntN(12)), 1)
	c.born(b, c.study.age+b.rng.IntN(14))
}

// installed are the days on which managers took their posts.
var installed = []day.Day{day.New(2020, 1, 3), day.New(2021, 1, 8), day.New(2021, 12, 31), day.New(2022, 4, 8), day.New(2022, 9, 16), day.New(2023, 1, 6), day.New(2023, 8, 25)}

// place gives position and level.
func (b *builder) place(c *candidate, p *post) {
	c.Position, c.PositionType, c.Echelon = p.title, p.kind, p.echelon
	switch {
	case p.kind != "":
		c.PositionSince = installed[b.rng.IntN(len(installed))]
	case c.career.functional:
		level := c.level()
		c.PositionType, c.PositionSince = level.code, c.RankSince
		if c.Position == "" {
			c.Position = c.career.name + " " + level.name
		} else { // a further task beside the position, as of head teachers
			c.Position += " / " + c.career.name + " " + level.name
			c.PositionSince = day.Max(c.RankSince, installed[b.rng.IntN(len(installed))])
		}
	default:
		if c.Employment != "non_asn" {
			c.PositionType = "pelaksana"
		}
		if t := b.executants[c.career.trade+c.Education]; c.Position == "" {
			c.Position = t[b.rng.IntN(len(t))]
		}
		c.PositionSince = day.Max(c.Appointed, day.New(2018+b.rng.IntN(6), 1, 2))
	}
}

type level struct{ code, name string }

// level is that of a functional position: rank and education decide.
func (c *candidate) level() level {
	skilled := c.Education == "SLTA" || c.Education == "D-III"
	rank := c.rank
	if c.Employment == "pppk" {
		rank = map[string]int{"v": 5, "vii": 7, "ix": iiia, "x": iiib, "xi": iiic}[c.study.grade]
	}
	switch {
	case skilled && rank < 6:
		return level{"jf_pemula", "Pemula"}
	case skilled && rank < iiia:
		return level{"jf_terampil", "Terampil"}
	case skilled && rank < iiic:
		return level{"jf_mahir", "Mahir"}
	case skilled:
		return level{"jf_penyelia", "Penyelia"}
	case rank < iiic:
		return level{"jf_ahli_pertama", "Ahli Pertama"}
	case rank < iva:
		return level{"jf_ahli_muda", "Ahli Muda"}
	case rank < ivd:
		return level{"jf_ahli_madya", "Ahli Madya"}
	}
	return level{"jf_ahli_utama", "Ahli Utama"}
}

// titles sets what stands before and after the name, but for the pilgrim's.
func (b *builder) titles(c *candidate) {
	c.TitleFront, c.TitleBack = c.study.front, c.study.back
	old := c.study.oldMale
	if c.Sex == "female" {
		old = c.study.oldFemale
	}
	if old == "" || c.Birth.Year() > 1969 {
		return
	}
	c.TitleFront = old
	_, c.TitleBack, _ = strings.Cut(c.study.back, ", ")
}

// finish names and numbers who got the post.
func (b *builder) finish(p *post, q *Person) {
	pilgrim := b.names.give(b, q)
	age := Begin.DaysSince(q.Birth) / 365
	if pilgrim && age >= 42 && b.chance(map[bool]int{true: 42, false: 18}[p.career == managers]) {
		q.TitleFront = strings.TrimSpace(q.TitleFront + map[string]string{"male": " H.", "female": " Hj."}[q.Sex])
	}
	if q.Employment != "non_asn" {
		q.NIP = b.issued.issue(b, q)
	}
	p.person = q
	if p.boss != nil {
		q.Superior = p.boss.person
	}
}

// numbers are the employee numbers given out, by all but the serial number.
type numbers map[string]int

// issue makes a NIP, or the NI of a PPPK, whose place of the month holds the
// number of the contract. Serial numbers are given out nationwide: each
// government here has its own third of them.
func (n numbers) issue(b *builder, q *Person) string {
	month, sex := int(q.Appointed.Month()), 1
	if q.Employment == "pppk" {
		month = 21
	}
	if q.Sex == "female" {
		sex = 2
	}
	born, y := q.Birth.String(), q.Appointed.Year()
	prefix := fmt.Sprintf("%s%s%s%04d%02d%d", born[:4], born[5:7], born[8:], y, month, sex)
	if n[prefix] == 0 {
		n[prefix] = b.rng.IntN(4)
	}
	n[prefix]++
	third := slices.Index(Codes(), b.code) + 1
	return fmt.Sprintf("%s%03d", prefix, (n[prefix]-1)*3+third)
}
