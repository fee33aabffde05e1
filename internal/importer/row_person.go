package importer

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// person reads NIP, names and titles.
func (p *rowParser) person() {
	nip, nipColumn := p.cell(FieldNIP)
	name, nameColumn := p.text(FieldName)
	if both, column := p.cell(FieldNameAndNIP); !isBlank(both.Text) {
		splitName, splitNIP := splitNameAndNIP(both.Text)
		if name == "" {
			name, nameColumn = p.limited(FieldName, column, splitName, both.Type), column
		}
		if isBlank(nip.Text) {
			nip, nipColumn = sheet.Cell{Text: splitNIP, Type: sheet.Text}, column
		}
	}
	p.nip(nip, nipColumn)
	p.names(name, nameColumn)
	p.rec.SiasnID, _ = p.text(FieldSiasnID)
}

var nipInText = regexp.MustCompile(`\d[\d .]{16,24}\d`)

// splitNameAndNIP parts "Nama / NIP" by the digits.
func splitNameAndNIP(s string) (name, nip string) {
	at := nipInText.FindStringIndex(s)
	if at == nil {
		return tidy(s), ""
	}
	name = s[:at[0]]
	if tidy(name) == "" {
		name = s[at[1]:]
	}
	name = nipWord.ReplaceAllString(tidy(name), "")
	return strings.Trim(name, " /-,:;"), s[at[0]:at[1]]
}

var nipWord = regexp.MustCompile(`(?i)[ /,;-]*\b(?:NIP|NI ?PPPK)\b[ .:]*$`)

func (p *rowParser) nip(c sheet.Cell, column int) {
	digits, code := nipDigits(c)
	if code != "" {
		p.find(FieldNIP, column, c.Text, code, Error)
		return
	}
	if digits == "" {
		return // employment decides whether one is needed
	}
	parts, ok := splitNIP(digits, p.look.Today)
	if !ok {
		p.find(FieldNIP, column, c.Text, CodeNIPParts, Error)
		return
	}
	p.rec.NIP, p.parts, p.hasParts = digits, parts, true
	if parts.unusualNumber || parts.yearImplausible {
		p.find(FieldNIP, column, c.Text, CodeNIPUnusual, Warning)
	}
}

// academic are the titles in front that cannot be part of a name.
var academic = regexp.MustCompile(`^(?i:(?:prof|dr|drs|dra|ir|drg|drh|apt|ns)\. *)+`)

func (p *rowParser) names(name string, column int) {
	p.rec.TitleFront, _ = p.text(FieldTitleFront)
	p.rec.TitleBack, _ = p.text(FieldTitleBack)
	if name == "" {
		p.find(FieldName, column, "", CodeNameMissing, Error)
		return
	}
	if before, after, found := strings.Cut(name, ","); found && p.rec.TitleBack == "" {
		name, p.rec.TitleBack = strings.TrimSpace(before), strings.TrimSpace(after)
	}
	if title := academic.FindString(name); title != "" && len(title) < len(name) {
		if p.rec.TitleFront == "" {
			p.rec.TitleFront = strings.TrimSpace(title)
		}
		name = strings.TrimSpace(name[len(title):])
	}
	p.rec.Name = name
	switch {
	case asn.NameKey(name) == "":
		p.find(FieldName, column, name, CodeNameMissing, Error)
	case strings.ContainsFunc(name, unicode.IsDigit):
		p.find(FieldName, column, name, CodeNameUnusual, Warning)
	case strings.ContainsRune(name, '?'), strings.Contains(name, "Ã"):
		p.find(FieldName, column, name, CodeNameUnusual, Warning)
	}
}

// birthAndSex reads what the NIP says as well, and compares.
func (p *rowParser) birthAndSex() {
	p.rec.BirthPlace, _ = p.text(FieldBirthPlace)
	c, column := p.cell(FieldBirthDate)
	if both, at := p.cell(FieldBirthPlaceAndDate); !isBlank(both.Text) {
		place, date := splitPlaceAndDate(both.Text)
		if p.rec.BirthPlace == "" {
			p.rec.BirthPlace = p.limited(FieldBirthPlace, at, place, both.Type)
		}
		if isBlank(c.Text) {
			c, column = sheet.Cell{Text: date, Type: sheet.Text}, at
		}
	}
	p.rec.BirthDate = p.date(FieldBirthDate, c, column)
	p.sex()
	if p.hasParts {
		p.againstNIP(column, c)
	}
	if b := p.rec.BirthDate; !b.IsZero() && (b.AddYears(16).After(p.look.Today) || b.AddYears(80).Before(p.look.Today)) {
		p.find(FieldBirthDate, column, c.Text, CodeAgeImplausible, Warning)
	}
	p.appointed()
}

func (p *rowParser) againstNIP(column int, c sheet.Cell) {
	switch {
	case p.rec.BirthDate.IsZero():
		p.rec.BirthDate, p.rec.BirthDerived = p.parts.birth, true
	case !p.rec.BirthDate.Equal(p.parts.birth):
		p.find(FieldBirthDate, column, c.Text, CodeBirthDateDiffers, Warning).Expected = p.parts.birth.String()
	}
}

// splitPlaceAndDate parts "Bogor, 1 Januari 1990" before the first digit.
func splitPlaceAndDate(s string) (place, date string) {
	at := strings.IndexFunc(s, unicode.IsDigit)
	if at < 0 {
		return strings.Trim(tidy(s), " ,/"), ""
	}
	return strings.Trim(tidy(s[:at]), " ,/-"), s[at:]
}

func (p *rowParser) sex() {
	said, column := p.text(FieldSex)
	sex, known := sexes[fold(said)]
	if said != "" && !known {
		p.find(FieldSex, column, said, CodeSexUnknown, Warning)
	}
	p.rec.Sex = sex
	if !p.hasParts {
		return
	}
	if sex == "" {
		p.rec.Sex, p.rec.SexDerived = p.parts.sex, true
	} else if sex != p.parts.sex {
		p.find(FieldSex, column, said, CodeSexDiffers, Warning).Expected = p.parts.sex
	}
}

func (p *rowParser) contact() {
	if said, column := p.text(FieldEmail); said != "" {
		address, err := mail.ParseAddress(said)
		if err != nil || address.Address != said || !strings.Contains(said[strings.LastIndexByte(said, '@')+1:], ".") {
			p.find(FieldEmail, column, said, CodeEmailInvalid, Warning)
		} else {
			p.rec.Email = said
		}
	}
	c, column := p.cell(FieldPhone)
	if isBlank(c.Text) {
		return
	}
	phone, ok := parsePhone(c.Text)
	if !ok {
		p.find(FieldPhone, column, c.Text, CodePhoneInvalid, Warning)
		return
	}
	p.rec.Phone = phone
}

// parsePhone reads an Indonesian mobile or fixed number. A number cell has lost
// its leading zero, which is no loss: what follows begins with 8.
func parsePhone(s string) (string, bool) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune(" -.()+'\u00A0", r):
			return -1
		}
		return 'x'
	}, strings.TrimSpace(s))
	switch {
	case !allDigits(digits):
		return "", false
	case strings.HasPrefix(digits, "62"):
		digits = digits[2:]
	case digits[0] == '0':
		digits = digits[1:]
	case digits[0] != '8':
		return "", false
	}
	digits = strings.TrimPrefix(digits, "0") // "+62 (0)812"
	if len(digits) < 7 || len(digits) > 13 || digits[0] == '0' {
		return "", false
	}
	return "+62" + digits, true
}
