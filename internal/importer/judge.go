package importer

import (
	"encoding/json"
	"strings"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/nip"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// judge turns rows into what package asn stages.
type judge struct {
	mapping Mapping
	look    Lookups
	units   *units
}

// remark is what is kept beside a staged row of which there is something to say.
type remark struct {
	Findings  []Finding `json:"findings,omitempty"`
	Cells     []string  `json:"cells,omitempty"`
	RetiresOn day.Day   `json:"retires_on,omitzero"`
	Skipped   bool      `json:"skipped,omitempty"`
}

func (n remark) text() (string, error) {
	if len(n.Findings) == 0 && n.RetiresOn.IsZero() {
		return "", nil
	}
	b, err := json.Marshal(n)
	return string(b), err
}

// row judges one row. ok is false for rows that belong to the page and say
// nothing.
func (j *judge) row(row sheet.Row) (in asn.Incoming, ok bool, err error) {
	rec, findings := ParseRow(j.mapping, row, j.look)
	if rec.Skipped && len(findings) == 0 {
		return in, false, nil
	}
	n := remark{Findings: findings, Skipped: rec.Skipped}
	if !rec.Skipped {
		j.place(&rec, &n, &in)
		j.days(&rec, &n)
	}
	in.Line, in.Refused = rec.Row, rec.Skipped || Refused(n.Findings)
	if in.Refused && !rec.Skipped {
		n.Cells = j.cells(row, n.Findings)
	}
	if in.Note, err = n.text(); err != nil {
		return in, false, err
	}
	return filled(in, rec), true, nil
}

func filled(in asn.Incoming, r Record) asn.Incoming {
	in.NIP, in.Name, in.TitleFront, in.TitleBack = r.NIP, r.Name, r.TitleFront, r.TitleBack
	in.BirthPlace, in.BirthDate, in.BirthDerived, in.Sex, in.SexDerived = r.BirthPlace, r.BirthDate, r.BirthDerived, r.Sex, r.SexDerived
	in.Email, in.Phone, in.EmploymentType, in.EmploymentSince = r.Email, r.Phone, r.EmploymentType, r.AppointedSince
	in.RankCode, in.RankSince, in.LegalStatus, in.SuperiorNIP = r.RankCode, r.RankSince, r.LegalStatus, r.SuperiorNIP
	in.PositionTitle, in.PositionType, in.PositionSince = r.PositionTitle, r.PositionType, r.PositionSince
	if in.EmploymentType == NonASN {
		in.NIP = "" // who is no ASN has none (asn.nip_of_non_asn)
	}
	return in
}

// add completes a finding with its place in the row.
func (j *judge) add(n *remark, r Record, f Finding, value string) {
	f.Row, f.Value = r.Row, shorten(value)
	if column, ok := j.mapping.Column(f.Field); ok {
		f.Column = column + 1
		f.Heading = shorten(j.mapping.Headings[column])
	}
	n.Findings = append(n.Findings, f)
}

// place finds the unit. A row that names none was already refused by ParseRow.
func (j *judge) place(r *Record, n *remark, in *asn.Incoming) {
	if r.OPDName == "" && r.OPDCode == "" && !j.look.OPDDeclared {
		return
	}
	unit, f := j.units.resolve(*r)
	in.Unit = unit
	if f == nil {
		return
	}
	value := r.OPDName
	switch {
	case f.Field == FieldUnitName:
		value = r.UnitName
	case value == "":
		value, f.Field = r.OPDCode, FieldOPDCode
	}
	j.add(n, *r, *f, value)
}

// days holds the record's days against today: what begins later counts from the
// import's day, and somebody past the age of retirement is pointed out.
func (j *judge) days(r *Record, n *remark) {
	for _, since := range []struct {
		field Field
		day   *day.Day
	}{{FieldAppointedSince, &r.AppointedSince}, {FieldRankSince, &r.RankSince}, {FieldPositionSince, &r.PositionSince}} {
		if since.day.After(j.look.Today) {
			j.add(n, *r, Finding{Field: since.field, Code: CodeStartsLater, Severity: Warning}, since.day.String())
			*since.day = day.Day{}
		}
	}
	if r.NIP == "" || r.BirthDate.IsZero() || r.EmploymentType == NonASN {
		return
	}
	if on := nip.Retirement(r.BirthDate, r.PositionType); !on.After(j.look.Today) {
		n.RetiresOn = on
		j.add(n, *r, Finding{Field: FieldBirthDate, Code: CodeRetirementReached, Severity: Warning, Expected: on.String()}, r.BirthDate.String())
	}
}

// cells are the texts of a refused row, to be given back for correction. A
// damaged NIP stays out: written back as text it would pass for a whole one.
func (j *judge) cells(row sheet.Row, findings []Finding) []string {
	out := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		out[i] = strings.Map(noControl, c.Text)
		if d, ok := c.Day(); ok {
			out[i] = d.Format("02-01-2006")
		}
	}
	for _, f := range findings {
		if (f.Code == CodeNIPNumber || f.Code == CodeNIPScientific || f.Code == CodeNIPLostDigits) && f.Column > 0 && f.Column <= len(out) {
			out[f.Column-1] = ""
		}
	}
	return out
}

// noControl drops what neither JSON in the database nor a sheet can hold.
func noControl(r rune) rune {
	if r < 0x20 && r != '\n' && r != '\t' || r == 0x7F || r == '\uFFFD' {
		return -1
	}
	return r
}
