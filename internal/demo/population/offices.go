package population

import "strings"

// post is a place in a unit that somebody is to fill.
type post struct {
	unit      *Unit
	title     string
	kind      string // level of the position; empty when it follows from the rank
	echelon   string
	office    Office
	boss      *post
	career    *career
	lowest    int // ranks the post admits, in the order of the scale; 0 for any
	highest   int
	company   bool // staff of the municipal company
	person    *Person
	youngest  int
	permanent bool // never a contract servant
}

// The ranks that managerial posts admit (in the order of the scale: III/c is 11).
const (
	iiia, iiib, iiic, iiid = 9, 10, 11, 12
	iva, ivb, ivc, ivd     = 13, 14, 15, 16
)

func (b *builder) post(u *Unit, p post) *post {
	q := &p
	q.unit = u
	b.posts, u.posts = append(b.posts, q), append(u.posts, q)
	return q
}

// executive, administrator and supervisor spell the three levels of managers.
func (b *builder) executive(u *Unit, title, echelon string, o Office, boss *post) *post {
	highest := ivc
	if echelon == "II.a" {
		highest = ivd
	}
	return b.post(u, post{title: title, kind: "jpt_pratama", echelon: echelon, office: o, boss: boss, career: managers, lowest: ivb, highest: highest, permanent: true})
}

func (b *builder) administrator(u *Unit, title, echelon string, o Office, boss *post) *post {
	lowest := iiid
	if echelon == "III.a" {
		lowest = iva
	}
	return b.post(u, post{title: title, kind: "administrator", echelon: echelon, office: o, boss: boss, career: managers, lowest: lowest, highest: ivb, permanent: true})
}

func (b *builder) supervisor(u *Unit, title, echelon string, o Office, boss *post) *post {
	lowest, highest := iiic, iiid
	if echelon == "IV.b" {
		lowest, highest = iiib, iiid
	}
	return b.post(u, post{title: title, kind: "pengawas", echelon: echelon, office: o, boss: boss, career: managers, lowest: lowest, highest: highest, permanent: true})
}

const personnelTitle = "Kepala Subbagian Umum dan Kepegawaian"

// offices makes the managerial posts of every unit, superiors first.
func (b *builder) offices() {
	sekda := b.secretariat(b.byCode["setda"])
	for _, u := range b.all {
		switch u.Type {
		case "sekretariat_dprd", "inspektorat", "dinas", "badan", "satpol_pp":
			b.office(u, sekda)
		case "kecamatan":
			b.district(u, sekda)
		}
	}
	for _, u := range b.all {
		switch u.Type {
		case "rsud":
			b.hospital(u)
		case "kelurahan":
			b.village(u)
		case "puskesmas":
			b.healthCentre(u)
		case "school":
			b.school(u)
		case "bumd":
			b.municipal(u)
		}
	}
}

// secretariat is the Sekda with asisten, staf ahli and bagian.
func (b *builder) secretariat(u *Unit) *post {
	sekda := b.executive(u, "Sekretaris Daerah", "II.a", Head, nil)
	u.want, u.mix = 150, officeStaff
	sections := [][]string{
		{"Asisten Pemerintahan dan Kesejahteraan Rakyat", "Bagian Pemerintahan", "Bagian Kesejahteraan Rakyat", "Bagian Hukum"},
		{"Asisten Perekonomian dan Pembangunan", "Bagian Perekonomian", "Bagian Pengadaan Barang dan Jasa", "Bagian Administrasi Pembangunan"},
		{"Asisten Administrasi Umum", "Bagian Umum", "Bagian Organisasi", "Bagian Protokol dan Komunikasi Pimpinan"},
	}
	for _, s := range sections {
		assistant := b.executive(u, s[0], "II.b", None, sekda)
		for i, section := range s[1:] {
			if b.lean && i > 0 && section != "Bagian Umum" {
				continue
			}
			head := b.administrator(u, "Kepala "+section, "III.a", None, assistant)
			if section == "Bagian Umum" {
				b.supervisor(u, personnelTitle, "IV.a", PersonnelOfficer, head)
			} else if !b.lean {
				b.supervisor(u, "Kepala Subbagian Tata Usaha "+section, "IV.a", None, head)
			}
		}
	}
	for _, field := range []string{"Pemerintahan, Hukum dan Politik", "Ekonomi, Pembangunan dan Keuangan", "Kemasyarakatan dan Sumber Daya Manusia"} {
		b.executive(u, "Staf Ahli Bidang "+field, "II.b", None, sekda)
	}
	return sekda
}

// headTitle is what the head of an OPD is called.
func headTitle(u *Unit) string {
	switch u.Type {
	case "inspektorat":
		return "Inspektur"
	case "sekretariat_dprd":
		return "Sekretaris DPRD"
	case "satpol_pp":
		return "Kepala Satuan Polisi Pamong Praja"
	}
	return "Kepala " + u.Name
}

// office is a dinas, a badan and their like: head, secretary, personnel
// officer, fields.
func (b *builder) office(u *Unit, sekda *post) {
	s := sizes[u.Code]
	if s.staff == 0 {
		s = size{staff: 62, fields: []string{"Perencanaan", "Pengembangan", "Pengendalian"}}
	}
	u.want, u.mix = s.staff, officeStaff
	if s.mix != nil {
		u.mix = s.mix
	}
	head := b.executive(u, headTitle(u), "II.b", Head, sekda)
	if u.Code == "dinkes" {
		head.career = doctors
	}
	title := "Sekretaris " + u.Name
	if u.Type == "sekretariat_dprd" {
		title = "Kepala Bagian Umum dan Keuangan"
	}
	secretary := b.administrator(u, title, "III.a", Deputy, head)
	b.supervisor(u, personnelTitle, "IV.a", PersonnelOfficer, secretary)
	if !b.lean {
		b.supervisor(u, "Kepala Subbagian Perencanaan dan Keuangan", "IV.a", None, secretary)
	}
	word := map[string]string{"inspektorat": "Inspektur Pembantu ", "sekretariat_dprd": "Kepala Bagian "}[u.Type]
	if word == "" {
		word = "Kepala Bidang "
	}
	for i, f := range s.fields {
		if b.lean && i > 1 {
			break
		}
		b.administrator(u, word+f, "III.b", None, head)
	}
}

// district is a kecamatan: camat, sekcam, heads of sections.
func (b *builder) district(u *Unit, sekda *post) {
	camat := b.administrator(u, "Camat "+place(u), "III.a", Head, sekda)
	secretary := b.administrator(u, "Sekretaris Kecamatan "+place(u), "III.b", Deputy, camat)
	b.supervisor(u, personnelTitle, "IV.b", PersonnelOfficer, secretary)
	sections := []string{"Pemerintahan", "Ketenteraman dan Ketertiban Umum", "Pemberdayaan Masyarakat", "Pelayanan"}
	if b.lean {
		sections = sections[:1]
	}
	for _, s := range sections {
		b.supervisor(u, "Kepala Seksi "+s, "IV.a", None, camat)
	}
	u.want, u.mix = 15, localStaff
}

// village is a kelurahan.
func (b *builder) village(u *Unit) {
	name := u.Name[len("Kelurahan "):]
	lurah := b.supervisor(u, "Lurah "+name, "IV.a", Head, u.Parent.posts[0])
	if !b.lean {
		b.supervisor(u, "Sekretaris Kelurahan "+name, "IV.b", Deputy, lurah)
	}
	u.want, u.mix = 3, localStaff
}

// hospital is an RSUD, which since PP 72/2019 is a unit of Dinas Kesehatan with
// a personnel officer of its own.
func (b *builder) hospital(u *Unit) {
	boss := u.Parent.posts[0]
	var director *post
	title := "Direktur " + u.Name
	if large[u.Code] {
		director = b.post(u, post{title: title, kind: "jpt_pratama", echelon: "II.b", office: Head, boss: boss, career: doctors, lowest: ivb, highest: ivc, permanent: true})
	} else {
		director = b.post(u, post{title: title, kind: "administrator", echelon: "III.b", office: Head, boss: boss, career: doctors, lowest: iiid, highest: ivb, permanent: true})
	}
	affairs := b.administrator(u, "Kepala Bagian Tata Usaha", "III.b", Deputy, director)
	b.supervisor(u, personnelTitle, "IV.a", PersonnelOfficer, affairs)
	for _, f := range []string{"Pelayanan Medis", "Keperawatan", "Penunjang"} {
		b.post(u, post{title: "Kepala Bidang " + f, kind: "administrator", echelon: "III.b", boss: director, career: doctorsOrNurses(f), lowest: iiid, highest: ivb, permanent: true})
	}
	u.want, u.mix = sizes[u.Code].staff, hospitalStaff
}

func doctorsOrNurses(field string) *career {
	if field == "Keperawatan" {
		return seniorNurses
	}
	return doctors
}

// healthCentre is a puskesmas, headed by a health worker.
func (b *builder) healthCentre(u *Unit) {
	head := b.post(u, post{title: "Kepala " + u.Name, kind: "pengawas", echelon: "IV.a", office: Head, boss: u.Parent.posts[0], career: doctors, lowest: iiic, highest: iva, permanent: true})
	if !b.lean {
		b.supervisor(u, "Kepala Subbagian Tata Usaha "+u.Name, "IV.b", Deputy, head)
	}
	u.want, u.mix = 36, healthCentreStaff
}

// school is headed by a teacher with that further task.
func (b *builder) school(u *Unit) {
	field := "Kepala Bidang Pembinaan SD"
	u.want, u.mix = 10, primaryStaff
	if strings.HasPrefix(u.Code, "smpn-") {
		field, u.mix = "Kepala Bidang Pembinaan SMP", secondaryStaff
		u.want = 28
	}
	b.post(u, post{title: "Kepala " + u.Name, office: Head, boss: u.Parent.titled(field), career: teachers, lowest: iiic, highest: ivb, youngest: 35, permanent: true})
}

// titled finds the post of a title, the head's when there is none.
func (u *Unit) titled(title string) *post {
	for _, p := range u.posts {
		if p.title == title {
			return p
		}
	}
	return u.posts[0]
}

// municipal is the municipal company, whose staff are no civil servants.
func (b *builder) municipal(u *Unit) {
	head := b.post(u, post{title: "Direktur Utama", office: Head, career: companyStaff, company: true})
	b.post(u, post{title: "Kepala Bagian Sumber Daya Manusia", office: PersonnelOfficer, boss: head, career: companyStaff, company: true})
	for range b.company - 2 {
		b.post(u, post{title: "", boss: u.posts[1], career: companyStaff, company: true})
	}
}
