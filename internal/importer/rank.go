package importer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Employment types, as the catalogue codes them.
const (
	PNS          = "pns"
	CPNS         = "cpns"
	PPPK         = "pppk"
	PPPKPartTime = "pppk_part_time"
	NonASN       = "non_asn"
)

// isPPPK reports whether the employment follows the scale of PPPK grades.
func isPPPK(employment string) bool { return employment == PPPK || employment == PPPKPartTime }

// isPNS reports whether the employment follows the ranks of civil servants; a
// CPNS holds the rank he will start with.
func isPNS(employment string) bool { return employment == PNS || employment == CPNS }

var (
	gradeAndRoom = regexp.MustCompile(`\b(iv|iii|ii|i)[ /.\-]*([a-e])\b`)
	digitAndRoom = regexp.MustCompile(`^([1-4])[ /.\-]*([a-e])$`)
	siasnRank    = regexp.MustCompile(`^([1-4])([1-5])$`)
	gradeAlone   = regexp.MustCompile(`^(?:gol(?:ongan)?[ .]*)?(x?(?:ix|iv|v?i{0,3}))$`)
	levelWord    = regexp.MustCompile(`\b(tk|tkt|tingkat)\b[ .]*(i|1)\b`)
	notLetter    = regexp.MustCompile(`[^a-z0-9/]+`)
)

var romans = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4}

var pppkRomans = []string{
	"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
}

// rankNames are the names of PNS ranks (PP 11/2017 as amended; names as in use
// since PP 12/2002).
var rankNames = map[string]string{
	"juru muda": "pns_i_a", "juru muda tingkat i": "pns_i_b", "juru": "pns_i_c", "juru tingkat i": "pns_i_d",
	"pengatur muda": "pns_ii_a", "pengatur muda tingkat i": "pns_ii_b", "pengatur": "pns_ii_c", "pengatur tingkat i": "pns_ii_d",
	"penata muda": "pns_iii_a", "penata muda tingkat i": "pns_iii_b", "penata": "pns_iii_c", "penata tingkat i": "pns_iii_d",
	"pembina": "pns_iv_a", "pembina tingkat i": "pns_iv_b", "pembina utama muda": "pns_iv_c", "pembina utama madya": "pns_iv_d", "pembina utama": "pns_iv_e",
}

// plainRanks are the ranks as SIASN writes them, "III/c"; nearly every row of a
// PNS has one of these.
var plainRanks = func() map[string]string {
	out := map[string]string{}
	for _, code := range rankNames {
		grade, room, _ := strings.Cut(strings.TrimPrefix(code, "pns_"), "_")
		out[strings.ToUpper(grade)+"/"+room] = code
	}
	return out
}()

// parseRank reads a rank as people write it: "III/c", "Penata (III/c)", "3C",
// "Penata", SIASN's "33", and "IX" for a PPPK. Employment settles what a bare
// number means and may be empty. It gives an empty rank and no code for an
// empty text.
func parseRank(text, employment string) (rank, code string) {
	if plain, ok := plainRanks[text]; ok {
		return plain, wrongScheme(plain, employment)
	}
	s := strings.ToLower(strings.Join(strings.Fields(text), " "))
	if isBlank(s) {
		return "", ""
	}
	named := rankByName(s)
	written := rankByCode(s, employment)
	switch {
	case written == "" && named == "":
		if m := gradeAlone.FindStringSubmatch(s); m != nil && romans[m[1]] > 0 {
			return "", CodeRankIncomplete
		}
		return "", CodeRankUnknown
	case written == "":
		written = named
	case named != "" && named != written:
		return written, CodeRankContradicts
	}
	return written, wrongScheme(written, employment)
}

// wrongScheme finds a PNS with a grade of PPPK and the reverse.
func wrongScheme(rank, employment string) (code string) {
	pppk := strings.HasPrefix(rank, "pppk_")
	if isPNS(employment) && pppk || isPPPK(employment) && !pppk {
		return CodeRankWrongScheme
	}
	return ""
}

// rankByCode reads the grade, by the last place in the text that has the form
// of one: "Penata Muda Tingkat I, III/b".
func rankByCode(s, employment string) string {
	s = levelWord.ReplaceAllString(s, "")
	if all := gradeAndRoom.FindAllStringSubmatch(s, -1); len(all) > 0 {
		last := all[len(all)-1]
		return pnsRank(romans[last[1]], last[2])
	}
	if m := digitAndRoom.FindStringSubmatch(s); m != nil {
		return pnsRank(int(m[1][0]-'0'), m[2])
	}
	if isPPPK(employment) {
		if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 17 {
			return "pppk_" + pppkRomans[n]
		}
	}
	if m := siasnRank.FindStringSubmatch(s); m != nil {
		return pnsRank(int(m[1][0]-'0'), string('a'+rune(m[2][0]-'1')))
	}
	// A grade without a letter is one of PPPK; a PNS always has a room.
	if m := gradeAlone.FindStringSubmatch(s); m != nil && m[1] != "" && !(isPNS(employment) && romans[m[1]] > 0) {
		for _, roman := range pppkRomans[1:] {
			if roman == m[1] {
				return "pppk_" + roman
			}
		}
	}
	return ""
}

// pnsRank makes the code, or nothing for a rank that does not exist: only grade
// IV has a room e.
func pnsRank(grade int, room string) string {
	if room == "e" && grade != 4 {
		return ""
	}
	return fmt.Sprintf("pns_%s_%s", pppkRomans[grade], room)
}

// rankByName reads the name that stands in the text beside or without a grade.
func rankByName(s string) string {
	if at := gradeAndRoom.FindStringIndex(levelWord.ReplaceAllStringFunc(s, blanks)); at != nil {
		s = s[:at[0]] + " " + s[at[1]:]
	}
	s = levelWord.ReplaceAllString(s, " tingkat i")
	return rankNames[strings.TrimSpace(notLetter.ReplaceAllString(strings.ReplaceAll(s, "/", " "), " "))]
}

// blanks gives as many spaces as s has bytes, so that positions stay.
func blanks(s string) string { return strings.Repeat(" ", len(s)) }
