package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{2}|\d{4})$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	inWords   = regexp.MustCompile(`^(\d{1,2})[-/. ]*([a-z]{3,9})[-/., ]*(\d{2}|\d{4})$`)
	clockTail = regexp.MustCompile(`[t ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?z?$`)
	weekday   = regexp.MustCompile(`^(senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad)[, ]+`)
)

var months = map[string]time.Month{
	"januari": 1, "jan": 1, "january": 1,
	"februari": 2, "feb": 2, "pebruari": 2, "peb": 2, "february": 2,
	"maret": 3, "mar": 3, "mrt": 3, "march": 3,
	"april": 4, "apr": 4,
	"mei": 5, "may": 5,
	"juni": 6, "jun": 6, "june": 6,
	"juli": 7, "jul": 7, "july": 7,
	"agustus": 8, "agu": 8, "agt": 8, "agst": 8, "ags": 8, "aug": 8, "august": 8,
	"september": 9, "sep": 9, "sept": 9,
	"oktober": 10, "okt": 10, "october": 10, "oct": 10,
	"november": 11, "nov": 11, "nopember": 11, "nop": 11,
	"desember": 12, "des": 12, "december": 12, "dec": 12,
}

// isBlank knows the signs people put where there is nothing.
func isBlank(s string) bool {
	s = strings.TrimSpace(s)
	if len(s) > len("(kosong)") || s != "" && isDigit(s[0]) {
		return false // nearly every cell
	}
	switch strings.ToLower(s) {
	case "", "-", "--", "---", "_", ".", "n/a", "#n/a", "null", "nihil", "(kosong)":
		return true
	}
	return false
}

// parseDate reads the forms dates have in real sheets, always day before month.
// It gives the zero day and no code for an empty cell, and a code when the text
// is no date or says less than a date.
func parseDate(c sheet.Cell) (day.Day, string) {
	if c.Type == sheet.Date || c.Type == sheet.Number {
		return serialDate(c.Text)
	}
	if d, ok := plainDate(c.Text); ok {
		return d, ""
	}
	s := strings.ToLower(strings.Join(strings.Fields(sheet.Unquote(c.Text)), " "))
	if isBlank(s) || strings.Trim(s, "0-/. :") == "" {
		return day.Day{}, "" // 00-00-0000 is how databases of old write "none"
	}
	s = clockTail.ReplaceAllString(weekday.ReplaceAllString(s, ""), "")
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		return makeDay(m[1], m[2], m[3])
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		return makeDay(m[3], m[2], m[1])
	}
	if m := inWords.FindStringSubmatch(s); m != nil {
		month, known := months[m[2]]
		if !known {
			return day.Day{}, CodeDateUnreadable
		}
		return makeDay(m[3], strconv.Itoa(int(month)), m[1])
	}
	// The serial day that a spreadsheet leaves behind when a date column is
	// saved as a plain number.
	if len(s) == 5 && allDigits(s) {
		return serialDate(s)
	}
	return day.Day{}, CodeDateUnreadable
}

// plainDate reads the two forms that SIASN exports, without regular
// expressions: a file has millions of them.
func plainDate(s string) (day.Day, bool) {
	if len(s) != 10 {
		return day.Day{}, false
	}
	year, month, dayOfMonth := s[6:], s[3:5], s[:2]
	first, second := s[2], s[5]
	if s[4] == '-' {
		year, month, dayOfMonth = s[:4], s[5:7], s[8:]
		first, second = s[4], s[7]
	}
	if first != '-' || second != '-' || !allDigits(year) || !allDigits(month) || !allDigits(dayOfMonth) {
		return day.Day{}, false
	}
	d, code := makeDay(year, month, dayOfMonth)
	return d, code == ""
}

func serialDate(s string) (day.Day, string) {
	if strings.Trim(s, "0.") == "" {
		return day.Day{}, ""
	}
	t, ok := sheet.SerialDay(s)
	if !ok || t.Year() > 2200 {
		return day.Day{}, CodeDateUnreadable
	}
	return day.Of(t, time.UTC), ""
}

// makeDay refuses days that do not exist, and years of two digits: 24 may be
// 1924.
func makeDay(year, month, dayOfMonth string) (day.Day, string) {
	if len(year) == 2 {
		return day.Day{}, CodeDateTwoDigitYear
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(dayOfMonth)
	if y < 1900 || y > 2200 || !realDay(y, m, d) {
		return day.Day{}, CodeDateUnreadable
	}
	return day.New(y, time.Month(m), d), ""
}

func realDay(y, m, d int) bool {
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return false
	}
	got := day.New(y, time.Month(m), d)
	return got.Month() == time.Month(m) && got.DayOfMonth() == d
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
