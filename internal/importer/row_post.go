package importer

import (
	"strings"
	"unicode"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// employment settles the kind of employment: from the row, else from the file,
// else from the NIP, which is another number for a PPPK.
func (p *rowParser) employment() {
	said, column := p.text(FieldEmploymentType)
	kind := employments[fold(said)]
	declared := p.look.declared()
	if said != "" && kind == "" {
		severity := Warning
		if declared == "" && !p.hasParts {
			severity = Error
		}
		p.find(FieldEmploymentType, column, said, CodeEmploymentUnknown, severity)
	}
	if kind == "" {
		kind = declared
	}
	if kind == "" && p.hasParts {
		kind = PNS
		if p.parts.pppk {
			kind = PPPK
		}
	}
	if kind != "" && !p.look.holds(kind) {
		p.find(FieldEmploymentType, column, said, CodeEmploymentOutsideScope, Error).Expected = strings.Join(p.look.EmploymentTypes, ", ")
	}
	p.rec.EmploymentType = kind
	p.nipAgainstEmployment(kind)
}

func (p *rowParser) nipAgainstEmployment(kind string) {
	_, column := p.cell(FieldNIP)
	if p.rec.NIP == "" {
		if kind != NonASN && !p.refused(FieldNIP) {
			p.find(FieldNIP, column, "", CodeNIPMissing, Error)
		}
		return
	}
	if isPNS(kind) && p.parts.pppk || isPPPK(kind) && !p.parts.pppk {
		p.find(FieldNIP, column, p.rec.NIP, CodeEmploymentDiffers, Warning).Expected = kind
	}
}

func (p *rowParser) refused(f Field) bool {
	for _, finding := range p.findings {
		if finding.Field == f && finding.Severity == Error {
			return true
		}
	}
	return false
}

// appointed compares the day of the first appointment with digits 9 to 14: year
// and month of a CPNS, the year alone of a PPPK.
func (p *rowParser) appointed() {
	c, column := p.cell(FieldAppointedSince)
	since := p.date(FieldAppointedSince, c, column)
	p.rec.AppointedSince = since
	if since.IsZero() || !p.hasParts {
		return
	}
	differs := since.Year() != p.parts.year || !p.parts.pppk && !p.parts.unusualNumber && int(since.Month()) != p.parts.monthOrNumber
	if differs {
		p.find(FieldAppointedSince, column, c.Text, CodeAppointmentDiffers, Warning).Expected = p.rec.NIP[8:12] + "-" + p.rec.NIP[12:14]
	}
}

// date reads a date. An empty cell leaves the day open, because every date of
// the registry may be unknown; an unreadable one is for the sender to repair.
func (p *rowParser) date(f Field, c sheet.Cell, column int) day.Day {
	d, code := parseDate(c)
	if code != "" {
		p.find(f, column, c.Text, code, Error)
		return day.Day{}
	}
	return d
}

// since reads the first day of a rank or position and judges it.
func (p *rowParser) since(f Field) day.Day {
	c, column := p.cell(f)
	d := p.date(f, c, column)
	if d.IsZero() {
		return d
	}
	born := p.rec.BirthDate
	if d.After(p.look.Today.AddDays(92)) || !born.IsZero() && d.Before(born.AddYears(15)) {
		p.find(f, column, c.Text, CodeDateImplausible, Warning)
	}
	return d
}

func (p *rowParser) rank() {
	said, column := p.text(FieldRankCode)
	rank, code := parseRank(said, p.rec.EmploymentType)
	switch code {
	case "":
		p.rec.RankCode = rank
	case CodeRankContradicts:
		p.rec.RankCode = rank
		p.find(FieldRankCode, column, said, code, Warning)
	default:
		p.find(FieldRankCode, column, said, code, Error)
	}
	p.rec.RankSince = p.since(FieldRankSince)
}

func (p *rowParser) position() {
	p.rec.PositionTitle, _ = p.text(FieldPositionTitle)
	said, column := p.text(FieldPositionType)
	echelon, _ := p.text(FieldEchelon)
	kind, ok := parsePositionType(said, echelon, p.rec.PositionTitle)
	if !ok {
		p.find(FieldPositionType, column, said, CodePositionTypeUnclear, Warning)
	}
	p.rec.PositionType = kind
	p.rec.PositionSince = p.since(FieldPositionSince)
}

func (p *rowParser) place() {
	p.rec.OPDCode, _ = p.text(FieldOPDCode)
	p.rec.OPDSiasnID, _ = p.text(FieldOPDSiasnID)
	p.rec.UnitName, _ = p.text(FieldUnitName)
	p.rec.UnitSiasnID, _ = p.text(FieldUnitSiasnID)
	p.rec.HomeAgency, _ = p.text(FieldHomeAgency)
	p.rec.WorkingAgency, _ = p.text(FieldWorkingAgency)
	var column int
	p.rec.OPDName, column = p.text(FieldOPDName)
	if !p.look.OPDDeclared && p.rec.OPDName == "" && p.rec.OPDCode == "" && p.rec.OPDSiasnID == "" {
		p.find(FieldOPDName, column, "", CodeOPDMissing, Error)
	}
	said, column := p.text(FieldLegalStatus)
	if said != "" {
		status, known := parseLegalStatus(said)
		if !known {
			p.find(FieldLegalStatus, column, said, CodeLegalStatusUnknown, Warning)
		}
		p.rec.LegalStatus = status
	}
	p.superior()
}

// superior reads a NIP or, in many local sheets, a name.
func (p *rowParser) superior() {
	c, column := p.cell(FieldSuperiorNIP)
	if isBlank(c.Text) {
		return
	}
	if text := tidy(c.Text); strings.ContainsFunc(text, unicode.IsLetter) && c.Type == sheet.Text && !scientific.MatchString(text) {
		p.rec.SuperiorName = p.limited(FieldSuperiorNIP, column, text, c.Type)
		return
	}
	digits, code := nipDigits(c)
	switch {
	case code != "":
		p.find(FieldSuperiorNIP, column, c.Text, CodeSuperiorUnreadable, Warning)
	case digits == p.rec.NIP:
		p.find(FieldSuperiorNIP, column, c.Text, CodeSuperiorSelf, Warning)
	default:
		p.rec.SuperiorNIP = digits
	}
}
