package population

// study is an education with which one enters a career.
type study struct {
	weight int
	level  string // SLTA, D-III, S-1, S-2, S-3
	front  string
	back   string
	entry  int    // rank of appointment, in the order of the scale
	top    int    // rank at which promotion ends
	age    int    // youngest age of appointment
	grade  string // grade of a PPPK
	// The titles of old, given until the early nineties in place of the first one
	// in back: Drs., Dra., Ir.
	oldMale, oldFemale string
}

// career is how people of a trade are educated, appointed and promoted.
type career struct {
	name       string // of the trade, before the level of a functional position
	functional bool   // the level follows from the rank
	women      int    // of a hundred
	contract   int    // PPPK, of a hundred
	trade      string // of executants: whose titles in executants.csv
	studies    []study
}

// degree, diploma and school spell the usual studies.
func degree(weight int, back, oldMale, oldFemale string) study {
	return study{weight: weight, level: "S-1", back: back, entry: iiia, top: iiid, age: 23, grade: "ix", oldMale: oldMale, oldFemale: oldFemale}
}

func master(weight int, back string) study {
	return study{weight: weight, level: "S-2", back: back, entry: iiib, top: ivc, age: 26, grade: "x"}
}

func diploma(weight int, back string) study {
	return study{weight: weight, level: "D-III", back: back, entry: 7, top: iiid, age: 21, grade: "vii"}
}

func secondary(weight int) study {
	return study{weight: weight, level: "SLTA", entry: 5, top: iiib, age: 19, grade: "v"}
}

// The careers.
var (
	managers = &career{women: 27, studies: []study{
		{weight: 14, level: "S-2", back: "S.Sos., M.Si.", entry: iiia, top: ivd, age: 23},
		{weight: 11, level: "S-2", back: "S.H., M.H.", entry: iiia, top: ivd, age: 23},
		{weight: 12, level: "S-2", back: "S.E., M.M.", entry: iiia, top: ivd, age: 23},
		{weight: 10, level: "S-2", back: "S.T., M.T.", entry: iiia, top: ivd, age: 23},
		{weight: 10, level: "S-2", back: "S.IP., M.Si.", entry: iiia, top: ivd, age: 23},
		{weight: 10, level: "S-2", back: "S.STP., M.Si.", entry: iiia, top: ivd, age: 22},
		{weight: 8, level: "S-2", back: "S.AP., M.AP.", entry: iiia, top: ivd, age: 23},
		{weight: 4, level: "S-3", front: "Dr.", back: "M.Si.", entry: iiia, top: ivd, age: 24},
		{weight: 8, level: "S-1", back: "S.E.", entry: iiia, top: ivb, age: 23, oldMale: "Drs.", oldFemale: "Dra."},
		{weight: 7, level: "S-1", back: "S.Sos.", entry: iiia, top: ivb, age: 23, oldMale: "Drs.", oldFemale: "Dra."},
		{weight: 4, level: "S-1", back: "S.T.", entry: iiia, top: ivb, age: 23, oldMale: "Ir.", oldFemale: "Ir."},
		{weight: 4, level: "S-1", back: "S.H.", entry: iiia, top: ivb, age: 23},
	}}
	teachers = &career{name: "Guru", functional: true, women: 68, contract: 39, studies: []study{
		{weight: 62, level: "S-1", back: "S.Pd.", entry: iiia, top: ivb, age: 23, grade: "ix", oldMale: "Drs.", oldFemale: "Dra."},
		{weight: 16, level: "S-1", back: "S.Pd.I.", entry: iiia, top: ivb, age: 23, grade: "ix"},
		{weight: 4, level: "S-1", back: "S.Ag.", entry: iiia, top: ivb, age: 23, grade: "ix"},
		{weight: 4, level: "S-1", back: "S.Si.", entry: iiia, top: ivb, age: 23, grade: "ix"},
		{weight: 14, level: "S-2", back: "S.Pd., M.Pd.", entry: iiia, top: ivc, age: 24, grade: "x"},
	}}
	doctors = &career{name: "Dokter", functional: true, women: 58, contract: 5, studies: []study{
		{weight: 70, level: "S-1", front: "dr.", entry: iiib, top: ivc, age: 26, grade: "x"},
		{weight: 30, level: "S-2", front: "dr.", back: "M.K.M.", entry: iiib, top: ivc, age: 27, grade: "x"},
	}}
	specialists = &career{name: "Dokter", functional: true, women: 44, contract: 3, studies: []study{
		{weight: 16, level: "S-2", front: "dr.", back: "Sp.A.", entry: iiib, top: ivc + 1, age: 29, grade: "xi"},
		{weight: 18, level: "S-2", front: "dr.", back: "Sp.PD.", entry: iiib, top: ivc + 1, age: 29, grade: "xi"},
		{weight: 16, level: "S-2", front: "dr.", back: "Sp.OG.", entry: iiib, top: ivc + 1, age: 29, grade: "xi"},
		{weight: 14, level: "S-2", front: "dr.", back: "Sp.B.", entry: iiib, top: ivc + 1, age: 29, grade: "xi"},
		{weight: 12, level: "S-2", front: "dr.", back: "Sp.An.", entry: iiib, top: ivc + 1, age: 29, grade: "xi"},
		{weight: 10, level: "S-2", front: "dr.", back: "Sp.Rad.", entry: iiib, top: ivc + 1, age: 29, grade: "xi"},
	}}
	dentists = &career{name: "Dokter Gigi", functional: true, women: 72, contract: 6, studies: []study{
		{weight: 100, level: "S-1", front: "drg.", entry: iiib, top: ivc, age: 26, grade: "x"}}}
	pharmacists = &career{name: "Apoteker", functional: true, women: 74, contract: 20, studies: []study{
		{weight: 100, level: "S-1", front: "apt.", back: "S.Farm.", entry: iiib, top: ivb, age: 24, grade: "x"}}}
	nurses       = &career{name: "Perawat", functional: true, women: 72, contract: 24, studies: []study{diploma(100, "A.Md.Kep.")}}
	seniorNurses = &career{name: "Perawat", functional: true, women: 70, contract: 20, studies: []study{
		{weight: 85, level: "S-1", back: "S.Kep., Ners", entry: iiia, top: ivb, age: 24, grade: "ix"},
		{weight: 15, level: "S-2", back: "S.Kep., Ners, M.Kep.", entry: iiia, top: ivb, age: 26, grade: "x"}}}
	midwives = &career{name: "Bidan", functional: true, women: 100, contract: 25, studies: []study{
		diploma(82, "A.Md.Keb."), {weight: 18, level: "D-IV", back: "S.Tr.Keb.", entry: iiia, top: iiid, age: 24, grade: "ix"}}}
	sanitarians   = &career{name: "Tenaga Sanitasi Lingkungan", functional: true, women: 58, contract: 25, studies: []study{diploma(100, "A.Md.KL.")}}
	nutritionists = &career{name: "Nutrisionis", functional: true, women: 86, contract: 25, studies: []study{diploma(100, "A.Md.Gz.")}}
	laboratory    = &career{name: "Pranata Laboratorium Kesehatan", functional: true, women: 74, contract: 22, studies: []study{diploma(100, "A.Md.A.K.")}}
	druggists     = &career{name: "Asisten Apoteker", functional: true, women: 78, contract: 22, studies: []study{diploma(100, "A.Md.Farm.")}}
	radiographers = &career{name: "Radiografer", functional: true, women: 48, contract: 18, studies: []study{diploma(100, "A.Md.Rad.")}}
	recorders     = &career{name: "Perekam Medis", functional: true, women: 66, contract: 24, studies: []study{diploma(100, "A.Md.R.M.I.K.")}}

	analysts   = experts("Analis Kebijakan", 46, degree(24, "S.Sos.", "Drs.", "Dra."), degree(22, "S.IP.", "Drs.", "Dra."), degree(20, "S.AP.", "", ""), master(20, "S.Sos., M.Si."), master(14, "S.AP., M.AP."))
	planners   = experts("Perencana", 44, degree(40, "S.T.", "Ir.", "Ir."), degree(30, "S.E.", "Drs.", "Dra."), master(30, "S.T., M.T."))
	personnel  = experts("Analis SDM Aparatur", 52, degree(45, "S.Sos.", "Drs.", "Dra."), degree(30, "S.Psi.", "", ""), master(25, "S.Psi., M.Si."))
	auditors   = experts("Auditor", 46, degree(60, "S.E.", "Drs.", "Dra."), degree(20, "S.H.", "", ""), master(20, "S.E., M.Ak."))
	computing  = experts("Pranata Komputer", 34, degree(75, "S.Kom.", "", ""), master(25, "S.Kom., M.Kom."))
	archivists = experts("Arsiparis", 56, degree(60, "S.Sos.", "", ""), degree(40, "S.Hum.", "", ""))
	librarians = experts("Pustakawan", 62, degree(70, "S.I.Pust.", "", ""), degree(30, "S.Hum.", "", ""))
	extension  = experts("Penyuluh Pertanian", 42, degree(80, "S.P.", "Ir.", "Ir."), master(20, "S.P., M.P."))
	families   = experts("Penyuluh Keluarga Berencana", 60, degree(70, "S.Sos.", "", ""), degree(30, "S.K.M.", "", ""))
	socials    = experts("Pekerja Sosial", 58, degree(70, "S.Tr.Sos.", "", ""), degree(30, "S.Sos.", "", ""))
	engineers  = experts("Penata Kelola Bangunan Gedung dan Kawasan Permukiman", 30, degree(75, "S.T.", "Ir.", "Ir."), master(25, "S.T., M.T."))
	water      = experts("Teknik Pengairan", 26, degree(75, "S.T.", "Ir.", "Ir."), master(25, "S.T., M.T."))
	ecologists = experts("Pengendali Dampak Lingkungan", 48, degree(70, "S.Si.", "Ir.", "Ir."), degree(30, "S.T.", "Ir.", "Ir."))
	mediators  = experts("Mediator Hubungan Industrial", 44, degree(60, "S.H.", "", ""), degree(40, "S.Sos.", "", ""))
	traders    = experts("Pengawas Perdagangan", 46, degree(60, "S.E.", "Drs.", "Dra."), degree(40, "S.T.", "", ""))
	vehicles   = &career{name: "Penguji Kendaraan Bermotor", functional: true, women: 8, contract: 3, studies: []study{diploma(70, "A.Md.PKB."), diploma(30, "A.Md.LLAJ.")}}
	wardens    = &career{name: "Polisi Pamong Praja", functional: true, women: 12, contract: 3, studies: []study{secondary(70), diploma(30, "A.Md.")}}
	firemen    = &career{name: "Pemadam Kebakaran", functional: true, women: 3, contract: 8, studies: []study{secondary(80), diploma(20, "A.Md.")}}

	clerks = &career{women: 42, contract: 6, trade: "clerk",
		studies: []study{secondary(38), diploma(18, "A.Md."), degree(20, "S.E.", "", ""), degree(16, "S.Sos.", "", ""), degree(8, "S.Kom.", "", "")}}
	drivers = &career{women: 3, contract: 5, trade: "driver", studies: []study{secondary(100)}}
	keepers = &career{women: 22, contract: 10, trade: "school", studies: []study{secondary(85), diploma(15, "A.Md.")}}

	companyStaff = &career{women: 31, trade: "company",
		studies: []study{secondary(50), diploma(20, "A.Md."), degree(30, "S.E.", "", "")}}
)

func experts(name string, women int, s ...study) *career {
	for i := range s {
		s[i].top = ivb
	}
	return &career{name: name, functional: true, women: women, contract: 4, studies: s}
}

// mixture is who works in a kind of unit.
type mixture []share

type share struct {
	weight int
	of     *career
}

// common is what every office has besides its own trade.
func common(own ...share) mixture {
	return append(mixture{{46, clerks}, {6, drivers}, {8, analysts}, {4, planners}, {2, computing}, {3, archivists}}, own...)
}

var (
	officeStaff    = common()
	localStaff     = mixture{{82, clerks}, {10, drivers}, {8, analysts}}
	primaryStaff   = mixture{{93, teachers}, {7, keepers}}
	secondaryStaff = mixture{{90, teachers}, {7, keepers}, {3, clerks}}
	hospitalStaff  = mixture{{30, nurses}, {13, seniorNurses}, {13, midwives}, {9, specialists}, {6, doctors}, {1, dentists}, {4, pharmacists}, {5, druggists},
		{5, laboratory}, {3, radiographers}, {3, recorders}, {3, nutritionists}, {1, sanitarians}, {10, clerks}}
	healthCentreStaff = mixture{{32, midwives}, {24, nurses}, {5, seniorNurses}, {9, doctors}, {5, dentists}, {4, pharmacists}, {4, druggists}, {4, laboratory},
		{4, sanitarians}, {4, nutritionists}, {2, recorders}, {7, clerks}}
)

// size is how large an office is and what fields it has.
type size struct {
	staff  float64
	fields []string
	mix    mixture
}

// large hospitals are led by an executive.
var large = map[string]bool{"rsud-kabupaten-tangerang": true, "rsud-kota-tangerang": true, "rsud-cibinong": true}

// sizes are by code of the unit; one without a line is of the usual size.
var sizes = map[string]size{
	"setwan":      {48, []string{"Persidangan dan Perundang-undangan", "Fasilitasi Penganggaran dan Pengawasan"}, nil},
	"inspektorat": {70, []string{"Wilayah I", "Wilayah II", "Wilayah III", "Khusus"}, common(share{60, auditors})},
	"bkpsdm":      {74, []string{"Pengadaan, Pemberhentian dan Informasi", "Mutasi dan Promosi", "Pengembangan Kompetensi", "Penilaian Kinerja dan Penghargaan"}, common(share{40, personnel})},
	"bappeda":     {66, []string{"Perencanaan dan Evaluasi", "Ekonomi", "Infrastruktur", "Sosial Budaya"}, common(share{40, planners})},
	"bpkad":       {104, []string{"Anggaran", "Perbendaharaan", "Akuntansi", "Aset"}, nil},
	"bpkd":        {96, []string{"Anggaran", "Perbendaharaan", "Akuntansi", "Aset"}, nil},
	"bapenda":     {160, []string{"Pendataan dan Penilaian", "Penagihan", "Pengendalian"}, nil},
	"bpbd":        {150, []string{"Pencegahan dan Kesiapsiagaan", "Kedaruratan dan Logistik", "Pemadam Kebakaran"}, common(share{90, firemen})},
	"damkar":      {110, []string{"Pencegahan", "Pemadaman dan Penyelamatan"}, common(share{120, firemen})},
	"satpolpp":    {280, []string{"Penegakan Perundang-undangan Daerah", "Ketertiban Umum", "Perlindungan Masyarakat"}, common(share{190, wardens})},
	"disdik":      {150, []string{"Pembinaan SD", "Pembinaan SMP", "Pembinaan PAUD dan Pendidikan Nonformal", "Guru dan Tenaga Kependidikan"}, nil},
	"dinkes":      {130, []string{"Kesehatan Masyarakat", "Pencegahan dan Pengendalian Penyakit", "Pelayanan Kesehatan", "Sumber Daya Kesehatan"}, common(share{14, doctors}, share{20, sanitarians}, share{14, pharmacists}, share{12, nutritionists})},
	"disnaker":    {78, []string{"Penempatan Tenaga Kerja", "Hubungan Industrial", "Pelatihan"}, common(share{30, mediators})},
	"diskominfo":  {70, []string{"Informasi Publik", "Teknologi Informasi", "Statistik dan Persandian"}, common(share{45, computing})},
	"dinsos":      {62, []string{"Rehabilitasi Sosial", "Perlindungan dan Jaminan Sosial", "Pemberdayaan Sosial"}, common(share{30, socials})},
	"dtrb":        {110, []string{"Tata Ruang", "Bangunan Pemerintah", "Bangunan Pendidikan"}, common(share{50, engineers})},
	"dbmsda":      {190, []string{"Jalan", "Jembatan", "Sumber Daya Air"}, common(share{40, engineers}, share{40, water})},
	"dpupr":       {190, []string{"Bina Marga", "Tata Ruang", "Sumber Daya Air"}, common(share{40, engineers}, share{40, water})},
	"perkim":      {110, []string{"Perumahan", "Permukiman", "Pemakaman"}, common(share{45, engineers})},
	"dishub":      {210, []string{"Lalu Lintas", "Angkutan", "Prasarana"}, common(share{60, vehicles})},
	"dlhk":        {230, []string{"Pengendalian Pencemaran", "Pengelolaan Sampah", "Tata Lingkungan"}, common(share{36, ecologists}, share{20, drivers})},
	"dlh":         {170, []string{"Pengendalian Pencemaran", "Pengelolaan Sampah", "Tata Lingkungan"}, common(share{36, ecologists}, share{20, drivers})},
	"dpkp":        {150, []string{"Tanaman Pangan", "Ketahanan Pangan", "Peternakan"}, common(share{110, extension})},
	"dppkb":       {110, []string{"Pengendalian Penduduk", "Keluarga Berencana", "Ketahanan Keluarga"}, common(share{90, families})},
	"disperindag": {80, []string{"Perindustrian", "Perdagangan", "Kemetrologian"}, common(share{25, traders})},
	"dpad":        {60, []string{"Perpustakaan", "Kearsipan", "Layanan"}, common(share{24, librarians}, share{20, archivists})},

	"rsud-kabupaten-tangerang": {staff: 700}, "rsud-balaraja": {staff: 390}, "rsud-pakuhaji": {staff: 190}, "rsud-tigaraksa": {staff: 150},
	"rsud-kota-tangerang": {staff: 330}, "rsud-benda": {staff: 50}, "rsud-jurumudi-baru": {staff: 46}, "rsud-panunggangan-barat": {staff: 46},
	"rsud-cibinong": {staff: 380}, "rsud-ciawi": {staff: 300}, "rsud-leuwiliang": {staff: 260}, "rsud-cileungsi": {staff: 240}, "rsud-parung": {staff: 120},
}
