package importer

import (
	"slices"

	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// The codes of findings. They are stable; the texts may change at any time.
const (
	CodeNoHeadings             = "import.no_headings"
	CodeColumnUnknown          = "import.column_unknown"
	CodeColumnMissing          = "import.column_missing"
	CodeColumnTwice            = "import.column_twice"
	CodeMappingUnknownField    = "import.mapping_unknown_field"
	CodeMappingUnknownColumn   = "import.mapping_unknown_column"
	CodeRowWithoutPerson       = "import.row_without_person"
	CodeCellError              = "import.cell_error"
	CodeTextTooLong            = "import.text_too_long"
	CodeNIPMissing             = "import.nip_missing"
	CodeNIPScientific          = "import.nip_scientific"
	CodeNIPNumber              = "import.nip_number"
	CodeNIPLostDigits          = "import.nip_lost_digits"
	CodeNIPNotDigits           = "import.nip_not_digits"
	CodeNIPLength              = "import.nip_length"
	CodeNIPOld                 = "import.nip_old"
	CodeNIPParts               = "import.nip_parts"
	CodeNIPUnusual             = "import.nip_unusual"
	CodeNIPTwice               = "import.nip_twice"
	CodeNameMissing            = "import.name_missing"
	CodeNameUnusual            = "import.name_unusual"
	CodeEmploymentUnknown      = "import.employment_unknown"
	CodeEmploymentOutsideScope = "import.employment_outside_scope"
	CodeEmploymentDiffers      = "import.employment_differs"
	CodeBirthDateDiffers       = "import.birth_date_differs"
	CodeAgeImplausible         = "import.age_implausible"
	CodeSexUnknown             = "import.sex_unknown"
	CodeSexDiffers             = "import.sex_differs"
	CodeAppointmentDiffers     = "import.appointment_differs"
	CodeDateUnreadable         = "import.date_unreadable"
	CodeDateTwoDigitYear       = "import.date_two_digit_year"
	CodeDateImplausible        = "import.date_implausible"
	CodeRankUnknown            = "import.rank_unknown"
	CodeRankIncomplete         = "import.rank_incomplete"
	CodeRankContradicts        = "import.rank_contradicts"
	CodeRankWrongScheme        = "import.rank_wrong_scheme"
	CodePositionTypeUnclear    = "import.position_type_unclear"
	CodeOPDMissing             = "import.opd_missing"
	CodeLegalStatusUnknown     = "import.legal_status_unknown"
	CodeSuperiorUnreadable     = "import.superior_unreadable"
	CodeSuperiorSelf           = "import.superior_self"
	CodeEmailInvalid           = "import.email_invalid"
	CodePhoneInvalid           = "import.phone_invalid"
)

// explanation says in both languages what is the matter and what to do.
type explanation struct {
	reasonID, reasonEN string
	remedyID, remedyEN string
}

// Explain gives the reason and the remedy of a finding, or of a file that
// package sheet refused. ok is false for a code without texts.
func Explain(l lang.Lang, code string) (reason, remedy string, ok bool) {
	e, ok := explanations[code]
	if !ok {
		return "", "", false
	}
	if l == lang.English {
		return e.reasonEN, e.remedyEN, true
	}
	return e.reasonID, e.remedyID, true
}

// Codes lists every code that Explain knows, of findings and of refused files.
func Codes() []string {
	out := make([]string, 0, len(explanations))
	for code := range explanations {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}

var explanations = map[string]explanation{
	CodeNoHeadings: {
		"Baris judul kolom tidak ditemukan dalam 10 baris pertama.",
		"No row of headings was found within the first 10 rows.",
		"Beri judul pada kolom, sekurang-kurangnya NIP dan Nama, atau pakai templat.",
		"Give the columns headings, at least NIP and Nama, or use the template.",
	},
	CodeColumnUnknown: {
		"Judul kolom ini tidak dikenal; kolomnya tidak dibaca.",
		"This heading is not known; the column is not read.",
		"Bila kolom ini diperlukan, petakan sendiri ke data yang dimaksud.",
		"If the column is needed, map it to a field yourself.",
	},
	CodeColumnMissing: {
		"Kolom yang wajib tidak ada.",
		"A column that is needed is not there.",
		"Tambahkan kolom itu atau petakan kolom yang sudah ada.",
		"Add the column, or map one that is there.",
	},
	CodeColumnTwice: {
		"Dua kolom berisi data yang sama.",
		"Two columns hold the same fact.",
		"Hapus salah satu kolom, atau petakan kolom yang lain ke \"ignore\".",
		"Remove one of them, or map the other one to \"ignore\".",
	},
	CodeMappingUnknownField: {
		"Pemetaan menyebut data yang tidak ada.",
		"The mapping names a field that does not exist.",
		"Pakai salah satu nama data dari daftar dalam dokumentasi.",
		"Use one of the field names listed in the documentation.",
	},
	CodeMappingUnknownColumn: {
		"Pemetaan menyebut kolom yang tidak ada dalam berkas.",
		"The mapping names a column that the file does not have.",
		"Tulis judul kolom seperti dalam berkas, atau huruf kolomnya.",
		"Write the heading as in the file, or the letters of the column.",
	},
	CodeRowWithoutPerson: {
		"Baris ini tidak memuat pegawai dan dilewati.",
		"The row holds no person and was passed over.",
		"Tidak perlu apa-apa bila ini catatan atau tanda tangan di bawah tabel.",
		"Nothing to do if this is a remark or a signature below the table.",
	},
	CodeCellError: {
		"Sel berisi kesalahan rumus.",
		"The cell holds the error of a formula.",
		"Perbaiki rumusnya, atau salin sebagai nilai.",
		"Repair the formula, or paste the cell as a value.",
	},
	CodeTextTooLong: {
		"Teks lebih panjang dari 300 huruf.",
		"The text is longer than 300 letters.",
		"Persingkat isinya.",
		"Shorten it.",
	},
	CodeNIPMissing: {
		"NIP kosong.",
		"The NIP is empty.",
		"Isi NIP atau NI PPPK 18 angka. Untuk pegawai non-ASN, isi jenis kepegawaian Non ASN.",
		"Enter the 18-digit NIP or NI PPPK. For staff who are not ASN set the employment type to Non ASN.",
	},
	CodeNIPScientific: {
		"NIP telah diubah Excel menjadi bilangan ilmiah (misalnya 1,98E+17); angka terakhirnya hilang.",
		"Excel turned the NIP into a number in scientific form (such as 1.98E+17); its last digits are lost.",
		"Ambil ulang NIP dari sumbernya. Atur format kolom ke Teks sebelum menempelkannya; mengubah format sesudahnya tidak mengembalikan angka.",
		"Take the NIP from its source again. Set the column's format to Text before pasting; changing it afterwards does not bring the digits back.",
	},
	CodeNIPNumber: {
		"NIP tersimpan sebagai bilangan. Excel hanya menyimpan 15 angka, sehingga tiga angka terakhir tidak dapat dipercaya.",
		"The NIP is stored as a number. Excel keeps 15 digits only, so the last three cannot be trusted.",
		"Ambil ulang NIP dari sumbernya ke kolom berformat Teks.",
		"Take the NIP from its source again, into a column with format Text.",
	},
	CodeNIPLostDigits: {
		"NIP berakhir 000: tiga angka terakhir hilang karena pernah menjadi bilangan.",
		"The NIP ends in 000: its last three digits were lost when it was a number.",
		"Ambil ulang NIP dari sumbernya ke kolom berformat Teks.",
		"Take the NIP from its source again, into a column with format Text.",
	},
	CodeNIPNotDigits: {
		"NIP memuat tanda selain angka.",
		"The NIP holds something other than digits.",
		"Periksa huruf yang mirip angka, misalnya O dan 0 atau l dan 1.",
		"Look for letters that resemble digits, such as O and 0 or l and 1.",
	},
	CodeNIPLength: {
		"NIP tidak terdiri atas 18 angka.",
		"The NIP does not have 18 digits.",
		"Periksa angka yang kurang atau lebih.",
		"Check for digits missing or too many.",
	},
	CodeNIPOld: {
		"Ini NIP lama 9 angka.",
		"This is an old NIP of 9 digits.",
		"Isi NIP baru 18 angka.",
		"Enter the new NIP of 18 digits.",
	},
	CodeNIPParts: {
		"NIP tidak mungkin benar: tanggal lahir atau angka jenis kelamin di dalamnya tidak ada.",
		"The NIP cannot be right: the birth date or the sex digit in it does not exist.",
		"Periksa angka 1-8 (tanggal lahir) dan angka 15 (1 laki-laki, 2 perempuan).",
		"Check digits 1 to 8 (birth date) and digit 15 (1 male, 2 female).",
	},
	CodeNIPUnusual: {
		"Angka 9-14 NIP (pengangkatan) tidak lazim.",
		"Digits 9 to 14 of the NIP (appointment) are unusual.",
		"Cocokkan dengan SK; bila memang demikian, biarkan.",
		"Compare with the decision; if it is so, leave it.",
	},
	CodeNIPTwice: {
		"NIP yang sama sudah ada pada baris lain dalam berkas ini.",
		"The same NIP stands in another row of this file.",
		"Hapus salah satu baris.",
		"Remove one of the rows.",
	},
	CodeNameMissing: {
		"Nama kosong.",
		"The name is empty.",
		"Isi nama pegawai.",
		"Enter the person's name.",
	},
	CodeNameUnusual: {
		"Nama memuat angka atau huruf yang rusak.",
		"The name holds a digit or a damaged letter.",
		"Periksa ejaan; simpan CSV sebagai UTF-8.",
		"Check the spelling; save a CSV as UTF-8.",
	},
	CodeEmploymentUnknown: {
		"Jenis kepegawaian tidak dikenal.",
		"The employment type is not known.",
		"Pakai PNS, CPNS, PPPK, PPPK Paruh Waktu, atau Non ASN.",
		"Use PNS, CPNS, PPPK, PPPK Paruh Waktu or Non ASN.",
	},
	CodeEmploymentOutsideScope: {
		"Jenis kepegawaian berbeda dari yang dinyatakan untuk berkas ini.",
		"The employment type is not the one declared for this file.",
		"Pindahkan baris ke berkas yang sesuai, atau ubah cakupan impor.",
		"Move the row to the proper file, or change the scope of the import.",
	},
	CodeEmploymentDiffers: {
		"Jenis kepegawaian tidak cocok dengan NIP (angka 13-14: 01-12 PNS, 21 ke atas PPPK).",
		"The employment type does not agree with the NIP (digits 13-14: 01-12 PNS, 21 and above PPPK).",
		"Periksa keduanya; pegawai yang beralih mendapat NIP baru.",
		"Check both; who changes over gets a new NIP.",
	},
	CodeBirthDateDiffers: {
		"Tanggal lahir berbeda dari NIP.",
		"The birth date differs from the NIP.",
		"Periksa apakah baris tergeser; bila NIP memang memuat tanggal lain, biarkan.",
		"Check whether rows have shifted; if the NIP really holds another date, leave it.",
	},
	CodeAgeImplausible: {
		"Umur di bawah 16 atau di atas 80 tahun.",
		"The age is under 16 or over 80.",
		"Periksa tahun lahir.",
		"Check the year of birth.",
	},
	CodeSexUnknown: {
		"Jenis kelamin tidak dikenal.",
		"The sex is not known.",
		"Pakai L atau P.",
		"Use L (male) or P (female).",
	},
	CodeSexDiffers: {
		"Jenis kelamin berbeda dari NIP.",
		"The sex differs from the NIP.",
		"Periksa apakah baris tergeser; P berarti perempuan.",
		"Check whether rows have shifted; P means female.",
	},
	CodeAppointmentDiffers: {
		"TMT pengangkatan berbeda dari NIP.",
		"The day of appointment differs from the NIP.",
		"Cocokkan dengan SK; bila memang demikian, biarkan.",
		"Compare with the decision; if it is so, leave it.",
	},
	CodeDateUnreadable: {
		"Tanggal tidak dapat dibaca.",
		"The date cannot be read.",
		"Tulis hari-bulan-tahun, misalnya 31-12-1990, atau 31 Desember 1990.",
		"Write day-month-year, such as 31-12-1990, or 31 Desember 1990.",
	},
	CodeDateTwoDigitYear: {
		"Tahun hanya dua angka.",
		"The year has two digits only.",
		"Tulis tahun dengan empat angka.",
		"Write the year with four digits.",
	},
	CodeDateImplausible: {
		"Tanggal terlalu dini atau terlalu jauh di depan.",
		"The date is too early or too far ahead.",
		"Periksa tahunnya.",
		"Check the year.",
	},
	CodeRankUnknown: {
		"Golongan atau pangkat tidak dikenal.",
		"The rank is not known.",
		"Tulis misalnya III/c untuk PNS atau IX untuk PPPK.",
		"Write for instance III/c for a PNS or IX for a PPPK.",
	},
	CodeRankIncomplete: {
		"Golongan PNS tanpa huruf ruang.",
		"The rank of a PNS lacks its letter.",
		"Tulis lengkap, misalnya III/c.",
		"Write it in full, such as III/c.",
	},
	CodeRankContradicts: {
		"Nama pangkat dan golongan tidak cocok; golongan yang dipakai.",
		"Name and grade of the rank do not agree; the grade is used.",
		"Periksa mana yang benar.",
		"Check which one is right.",
	},
	CodeRankWrongScheme: {
		"Golongan tidak sesuai jenis kepegawaian: PNS memakai I/a sampai IV/e, PPPK I sampai XVII.",
		"The rank does not fit the employment: a PNS has I/a to IV/e, a PPPK has I to XVII.",
		"Perbaiki golongan atau jenis kepegawaian.",
		"Correct the rank or the employment type.",
	},
	CodePositionTypeUnclear: {
		"Jenis jabatan tidak dapat dipastikan dari isian ini.",
		"The kind of position cannot be told from this.",
		"Isi eselon untuk jabatan struktural, atau jenjang (misalnya Ahli Muda) pada nama jabatan fungsional.",
		"Add the echelon of a structural post, or the level (such as Ahli Muda) to the title of a functional one.",
	},
	CodeOPDMissing: {
		"OPD kosong.",
		"The OPD is empty.",
		"Isi nama atau kode OPD.",
		"Enter the name or the code of the OPD.",
	},
	CodeLegalStatusUnknown: {
		"Kedudukan hukum tidak dikenal; tidak disimpan.",
		"The legal standing is not known; it is not stored.",
		"Pakai kata SIASN, misalnya Aktif, CLTN, atau Tugas Belajar.",
		"Use SIASN's words, such as Aktif, CLTN or Tugas Belajar.",
	},
	CodeSuperiorUnreadable: {
		"NIP atasan tidak dapat dibaca; tidak disimpan.",
		"The superior's NIP cannot be read; it is not stored.",
		"Isi 18 angka dalam kolom berformat Teks.",
		"Enter 18 digits in a column with format Text.",
	},
	CodeSuperiorSelf: {
		"Atasan adalah pegawai itu sendiri; tidak disimpan.",
		"The superior is the person itself; it is not stored.",
		"Isi NIP atasan langsung.",
		"Enter the direct superior's NIP.",
	},
	CodeEmailInvalid: {
		"Alamat surel tidak benar; tidak disimpan.",
		"The e-mail address is not valid; it is not stored.",
		"Isi satu alamat, misalnya nama@contoh.go.id.",
		"Enter one address, such as nama@contoh.go.id.",
	},
	CodePhoneInvalid: {
		"Nomor telepon tidak benar; tidak disimpan.",
		"The telephone number is not valid; it is not stored.",
		"Isi satu nomor, misalnya 081200000000.",
		"Enter one number, such as 081200000000.",
	},
	string(sheet.ReasonBroken): {
		"Berkas rusak atau terpotong.",
		"The file is damaged or cut off.",
		"Buka di Excel, simpan ulang, lalu kirim lagi.",
		"Open it in Excel, save it again and send it once more.",
	},
	string(sheet.ReasonDangerous): {
		"Isi berkas disusun tidak wajar (misalnya bom zip) dan tidak dibuka.",
		"The file is built in an unreasonable way (such as a zip bomb) and was not opened.",
		"Salin datanya ke buku kerja baru, lalu simpan sebagai XLSX.",
		"Copy the data to a new workbook and save it as XLSX.",
	},
	string(sheet.ReasonTooLarge): {
		"Berkas terlalu besar.",
		"The file is too large.",
		"Bagi menjadi beberapa berkas, atau kirim sebagai CSV.",
		"Split it into several files, or send it as CSV.",
	},
	string(sheet.ReasonTooManyRows): {
		"Barisnya terlalu banyak.",
		"There are too many rows.",
		"Bagi menjadi beberapa berkas.",
		"Split it into several files.",
	},
	string(sheet.ReasonTooManyColumns): {
		"Kolomnya terlalu banyak.",
		"There are too many columns.",
		"Hapus kolom yang tidak diperlukan; untuk CSV periksa tanda pemisahnya.",
		"Remove columns that are not needed; in a CSV check the delimiter.",
	},
	string(sheet.ReasonFieldTooLong): {
		"Isi satu sel terlalu panjang.",
		"One cell is too long.",
		"Persingkat isinya; untuk CSV periksa tanda pemisah dan akhir baris.",
		"Shorten it; in a CSV check delimiter and line ends.",
	},
	string(sheet.ReasonUnclosedQuote): {
		"Tanda kutip dibuka tetapi tidak ditutup.",
		"A quotation mark is opened and not closed.",
		"Tutup atau hapus tanda kutip pada baris yang disebut.",
		"Close or remove the quotation mark in the row named.",
	},
	string(sheet.ReasonNulByte): {
		"Berkas memuat byte nol.",
		"The file holds a zero byte.",
		"Simpan ulang sebagai CSV UTF-8.",
		"Save it again as CSV UTF-8.",
	},
	string(sheet.ReasonEncoding): {
		"Pengodean huruf tidak dikenal atau bercampur.",
		"The encoding of letters is unknown or mixed.",
		"Simpan ulang sebagai CSV UTF-8.",
		"Save it again as CSV UTF-8.",
	},
	string(sheet.ReasonEmpty): {
		"Berkas kosong.",
		"The file is empty.",
		"Kirim berkas yang berisi tabel.",
		"Send a file that holds a table.",
	},
	string(sheet.ReasonNotASheet): {
		"Berkas ini bukan lembar kerja.",
		"This is not a spreadsheet.",
		"Kirim XLSX atau CSV.",
		"Send XLSX or CSV.",
	},
	string(sheet.ReasonPDF): {
		"Berkas ini PDF.",
		"This is a PDF.",
		"Kirim lembar kerja aslinya, XLSX atau CSV.",
		"Send the original sheet as XLSX or CSV.",
	},
	string(sheet.ReasonWebPage): {
		"Berkas ini halaman web (HTML atau XML) yang diberi nama lembar kerja.",
		"This is a web page (HTML or XML) under a spreadsheet's name.",
		"Buka di Excel, lalu simpan sebagai XLSX.",
		"Open it in Excel and save it as XLSX.",
	},
	string(sheet.ReasonLegacyXLS): {
		"Berkas ini format Excel 97-2003 (.xls).",
		"This is the format of Excel 97-2003 (.xls).",
		"Buka di Excel, lalu simpan sebagai XLSX.",
		"Open it in Excel and save it as XLSX.",
	},
	string(sheet.ReasonBinaryWorkbook): {
		"Berkas ini buku kerja biner (.xlsb).",
		"This is a binary workbook (.xlsb).",
		"Simpan sebagai XLSX.",
		"Save it as XLSX.",
	},
	string(sheet.ReasonOpenDocument): {
		"Berkas ini OpenDocument (.ods).",
		"This is an OpenDocument sheet (.ods).",
		"Simpan sebagai XLSX.",
		"Save it as XLSX.",
	},
	string(sheet.ReasonPassword): {
		"Berkas dilindungi kata sandi.",
		"The file is protected by a password.",
		"Hapus kata sandinya, lalu simpan ulang.",
		"Remove the password and save it again.",
	},
	string(sheet.ReasonNoSuchWorksheet): {
		"Lembar yang diminta tidak ada dalam berkas.",
		"The worksheet asked for is not in the file.",
		"Periksa nama lembarnya.",
		"Check the name of the worksheet.",
	},
}
