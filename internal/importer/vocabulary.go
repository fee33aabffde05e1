package importer

import (
	"regexp"
	"strings"
)

// Sexes, as the registry codes them.
const (
	Male   = "male"
	Female = "female"
)

// sexes are the words for each; P is Perempuan, never Pria.
var sexes = map[string]string{
	"m": Male, "l": Male, "lakilaki": Male, "laki": Male, "lk": Male, "pria": Male, "male": Male, "1": Male,
	"f": Female, "p": Female, "perempuan": Female, "pr": Female, "w": Female, "wanita": Female, "female": Female, "2": Female,
}

// employments are the words for each kind of employment; C and P are how SIASN
// writes them.
var employments = map[string]string{
	"pns": PNS, "p": PNS, "pegawainegerisipil": PNS, "pnsd": PNS, "pnsdaerah": PNS,
	"cpns": CPNS, "c": CPNS, "calonpns": CPNS, "calonpegawainegerisipil": CPNS, "cpnsd": CPNS,
	"pppk": PPPK, "p3k": PPPK, "pegawaipemerintahdenganperjanjiankerja": PPPK, "pppkpenuhwaktu": PPPK,
	"pppkparuhwaktu": PPPKPartTime, "p3kparuhwaktu": PPPKPartTime, "pppkpw": PPPKPartTime, "pppkparttime": PPPKPartTime,
	"paruhwaktu": PPPKPartTime,
	"nonasn":     NonASN, "honorer": NonASN, "tkk": NonASN, "thl": NonASN, "ppnpn": NonASN, "tenagakontrak": NonASN, "kontrak": NonASN,
	"nonpns": NonASN, "bumd": NonASN, "pegawaibumd": NonASN, "pegawainonasn": NonASN, "tks": NonASN,
}

// legalStatuses are the kinds of legal standing by SIASN's number and in words.
var legalStatuses = map[string]string{
	"1": "active", "aktif": "active", "active": "active",
	"2": "unpaid_state_leave", "cltn": "unpaid_state_leave", "cutidiluartanggungannegara": "unpaid_state_leave", "cutidiluartanggungannegaracltn": "unpaid_state_leave",
	"3": "study_assignment", "tugasbelajar": "study_assignment", "tubel": "study_assignment",
	"4": "temporary_dismissal", "pemberhentiansementara": "temporary_dismissal", "diberhentikansementara": "temporary_dismissal",
	"5": "waiting_pay", "penerimauangtunggu": "waiting_pay",
	"7": "state_official", "pejabatnegara": "state_official",
	"8": "village_head", "kepaladesa": "village_head",
	"9": "appeal_in_progress", "sedangdalamprosesbanding": "appeal_in_progress", "sedangdalamprosesbandingbapek": "appeal_in_progress",
	"13": "unpaid_state_leave_extended", "perpanjangancltn": "unpaid_state_leave_extended",
	"14": "missing", "pnsyangdinyatakanhilang": "missing", "hilang": "missing",
	"15": "serving_discipline", "pnskenahukumandisiplin": "serving_discipline",
	"20": "pre_retirement", "masapersiapanpensiun": "pre_retirement", "mpp": "pre_retirement",
	"52": "inactive", "tidakaktif": "inactive", "nonaktif": "inactive",
	"66": "dismissed", "diberhentikan": "dismissed",
	"92": "data_blocked", "pemblokirandatapns": "data_blocked",
	"98": "retirement_age_reached", "mencapaibup": "retirement_age_reached",
	"99": "retired", "pensiun": "retired",
}

// parseLegalStatus reads a number, with or without a leading zero, or words.
func parseLegalStatus(s string) (string, bool) {
	key := fold(s)
	if trimmed := strings.TrimLeft(key, "0"); allDigits(key) && trimmed != "" {
		key = trimmed
	}
	code, ok := legalStatuses[key]
	return code, ok
}

// positionTypes are the kinds of position that a word alone settles.
var positionTypes = map[string]string{
	"jptutama": "jpt_utama", "jabatanpimpinantinggiutama": "jpt_utama",
	"jptmadya": "jpt_madya", "jabatanpimpinantinggimadya": "jpt_madya",
	"jptpratama": "jpt_pratama", "jabatanpimpinantinggipratama": "jpt_pratama",
	"administrator": "administrator", "jabatanadministrator": "administrator",
	"pengawas": "pengawas", "jabatanpengawas": "pengawas",
	"4": "pelaksana", "pelaksana": "pelaksana", "jabatanpelaksana": "pelaksana", "jfu": "pelaksana",
	"jabatanfungsionalumum": "pelaksana", "fungsionalumum": "pelaksana",
	"jfahliutama": "jf_ahli_utama", "jfahlimadya": "jf_ahli_madya", "jfahlimuda": "jf_ahli_muda", "jfahlipertama": "jf_ahli_pertama",
	"jfpenyelia": "jf_penyelia", "jfmahir": "jf_mahir", "jfterampil": "jf_terampil", "jfpemula": "jf_pemula",
}

// structural and functional are the words that leave the level open.
var (
	structural = map[string]bool{"1": true, "struktural": true, "jabatanstruktural": true, "managerial": true, "manajerial": true, "jabatanmanajerial": true}
	functional = map[string]bool{
		"2": true, "fungsional": true, "jabatanfungsional": true, "jft": true, "jf": true,
		"jabatanfungsionaltertentu": true, "fungsionaltertentu": true,
	}
)

var functionalLevel = regexp.MustCompile(`\b(ahli (?:utama|madya|muda|pertama)|penyelia|mahir|terampil|pemula)$`)

// parsePositionType tells the kind of position from what its column says, the
// echelon and the title. The answer is empty when these leave it open; ok is
// false when something was said that cannot be settled.
func parsePositionType(text, echelon, title string) (kind string, ok bool) {
	key := fold(text)
	if kind, known := positionTypes[key]; known {
		return kind, true
	}
	switch {
	case isBlank(text):
		if kind := byEchelon(echelon); kind != "" {
			return kind, true
		}
		return byTitle(title), true
	case structural[key]:
		kind = byEchelon(echelon)
	case functional[key]:
		kind = byTitle(title)
	}
	return kind, kind != ""
}

func byTitle(title string) string {
	m := functionalLevel.FindString(strings.ToLower(strings.Join(strings.Fields(title), " ")))
	if m == "" {
		return ""
	}
	return "jf_" + strings.ReplaceAll(m, " ", "_")
}

// byEchelon reads "IV.a", "IVa", "IV/a" or SIASN's "41". Echelon V is no longer
// a level of its own.
func byEchelon(s string) string {
	key := fold(s)
	switch {
	case key == "":
	case strings.HasPrefix(key, "iv"), key == "41", key == "42":
		return "pengawas"
	case strings.HasPrefix(key, "iii"), key == "31", key == "32":
		return "administrator"
	case strings.HasPrefix(key, "ii"), key == "21", key == "22":
		return "jpt_pratama"
	case key == "i", key == "ia", key == "ib", key == "11", key == "12":
		return "jpt_madya"
	}
	return ""
}
