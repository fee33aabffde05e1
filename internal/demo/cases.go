package demo

import (
	"context"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/sanction"
)

// proceedings is one case from registration to closure. Days that are empty
// were not reached: the case stands there when the programme ends.
type proceedings struct {
	name    string // of the case and its sanction
	subject string // handle
	opening casefile.Opening
	// involved are handles of superiors who have a part in the matter.
	involved []string

	registered, summoned, appears, examined, recommended, decided, delivered, effective, executed, recorded, closed string

	place, letter, record, answer, opinion string
	council                                bool // the ethics council, not an examination team
	sanction, decision, basis, proof       string
	mandate                                string // who decides: the appointing authority, or
	official                               string // the handle of a superior whom the authority matrix allows
	contested, ruled                       string // days of an objection that is turned down
	siasn, idis                            string // numbers of the national record
	note                                   string // internal
}

// steps are the days of the proceedings.
func (c proceedings) steps(l *loader, at func() *place) []step {
	var out []step
	add := func(date string, hour int, what string, do func(context.Context, *place, day.Day) error) {
		if date == "" {
			return
		}
		on := day.MustParse(date)
		out = append(out, step{on: on, hour: hour, what: c.name + ": " + what, do: func(ctx context.Context) error { return do(ctx, at(), on) }, quiet: true})
	}
	add(c.registered, 9, "case registered", l.openCase(c))
	if c.note != "" {
		add(c.registered, 15, "note", func(ctx context.Context, p *place, _ day.Day) error {
			_, err := l.app.Cases.AddNote(p.as(ctx, authz.AgencyOfficer, "case.note", p.name("note", c.name)), p.ref("case", c.name), c.note)
			return err
		})
	}
	add(c.summoned, 10, "summoned", l.summon(c))
	add(c.examined, 13, "examined", l.examine(c))
	add(c.recommended, 14, "recommended", l.recommend(c))
	add(c.decided, 15, "decided", l.impose(c))
	add(c.delivered, 16, "delivered", func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Sanctions.Deliver(c.agency(ctx, p, "delivery"), p.ref("sanction", c.name), "handed_over", on)
		return err
	})
	add(c.contested, 10, "objection", func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Sanctions.Contest(p.as(ctx, authz.AgencyOfficer, "sanction.handle", p.name("contest", c.name)), p.ref("sanction", c.name),
			sanction.Contest{Kind: "objection", FiledOn: on, Number: "Keberatan tertanggal " + inWords(on)})
		return err
	})
	add(c.ruled, 11, "objection turned down", func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Sanctions.DecideContest(c.agency(ctx, p, "contest-decision"), p.ref("sanction", c.name),
			sanction.Ruling{Outcome: "confirm", DecidedOn: on, DecidedBy: "Atasan pejabat yang berwenang menghukum", DecisionNumber: c.decision + "-K"})
		return err
	})
	add(c.effective, 17, "in force", func(ctx context.Context, p *place, _ day.Day) error {
		_, err := l.app.Sanctions.PutIntoEffect(c.agency(ctx, p, "effect"), p.ref("sanction", c.name), nil, "")
		return err
	})
	add(c.executed, 10, "carried out", func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Sanctions.Execute(c.agency(ctx, p, "execution"), p.ref("sanction", c.name), sanction.Execution{On: on, By: "BKPSDM", Proof: c.proof})
		return err
	})
	add(c.recorded, 11, "entered in SIASN and I'DIS", func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Sanctions.RecordNationally(c.agency(ctx, p, "national-record"), p.ref("sanction", c.name), sanction.NationalRecord{On: on, IDISNumber: c.idis, SIASNNumber: c.siasn})
		return err
	})
	add(c.closed, 12, "closed", func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Cases.Close(p.as(ctx, authz.AgencyOfficer, "case.close", p.name("case", c.name+"/closing")), p.ref("case", c.name), on, "completed", "")
		return err
	})
	return out
}

// agency is the context in which the personnel agency handles the sanction.
func (c proceedings) agency(ctx context.Context, p *place, step string) context.Context {
	return p.as(ctx, authz.AgencyOfficer, "sanction.handle", p.name("sanction", c.name+"/"+step))
}

func (l *loader) openCase(c proceedings) func(context.Context, *place, day.Day) error {
	return func(ctx context.Context, p *place, _ day.Day) error {
		subject := casefile.Subject{Person: p.ref("asn", c.subject)}
		for _, h := range c.involved {
			subject.Involved = append(subject.Involved, p.ref("asn", h))
		}
		c.opening.Subjects = []casefile.Subject{subject}
		_, err := l.app.Cases.Open(p.as(ctx, authz.AgencyOfficer, "case.open", p.name("case", c.name)), c.opening)
		return err
	}
}

func (l *loader) summon(c proceedings) func(context.Context, *place, day.Day) error {
	return func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Cases.Summon(p.as(ctx, authz.AgencyOfficer, "case.examine", p.name("case", c.name+"/summons")), p.ref("case", c.name),
			casefile.Summons{IssuedOn: on, AppearOn: day.MustParse(c.appears), Place: c.place, Number: c.letter})
		return err
	}
}

func (l *loader) examine(c proceedings) func(context.Context, *place, day.Day) error {
	return func(ctx context.Context, p *place, on day.Day) error {
		_, err := l.app.Cases.Examine(p.as(ctx, authz.AgencyOfficer, "case.examine", p.name("case", c.name+"/examination")), p.ref("case", c.name),
			casefile.Examination{HeldOn: on, Outcome: "signed", Examiners: []id.ID{p.ref("asn", "secretary-bkpsdm"), p.ref("asn", "auditor")}, Record: c.record, Answer: c.answer})
		return err
	}
}

func (l *loader) recommend(c proceedings) func(context.Context, *place, day.Day) error {
	return func(ctx context.Context, p *place, on day.Day) error {
		by := "examiners"
		if c.council {
			by = "ethics_council"
		}
		_, err := l.app.Cases.Recommend(p.as(ctx, authz.AgencyOfficer, "case.recommend", p.name("case", c.name+"/recommendation")), p.ref("case", c.name),
			casefile.Recommendation{GivenOn: on, GivenBy: by, Proven: true, SanctionType: c.sanction, Opinion: c.opinion})
		return err
	}
}

func (l *loader) impose(c proceedings) func(context.Context, *place, day.Day) error {
	return func(ctx context.Context, p *place, on day.Day) error {
		var signatory casefile.Signatory
		if c.official != "" {
			signatory.ASN = ref(p.ref("asn", c.official))
		} else {
			signatory.Mandate = ref(p.ref("mandate", c.mandate))
		}
		_, err := l.app.Sanctions.Impose(p.as(ctx, authz.AgencyOfficer, "sanction.impose", p.name("sanction", c.name)), sanction.Imposition{Case: p.ref("case", c.name),
			Letter: casefile.Letter{Number: c.decision, DecidedOn: on, LegalBasis: c.basis, SanctionType: c.sanction, Signatory: signatory}})
		return err
	}
}

// fromReport is the origin of a case that a report feeds.
func fromReport(report id.ID, received string) casefile.Origin {
	return casefile.Origin{Kind: "report", Report: &report, ReceivedOn: day.MustParse(received)}
}

// fromBawaslu is the origin of a case that a finding of Bawaslu Kab. Bogor feeds.
func fromBawaslu(report id.ID, number, received string) casefile.Origin {
	o := fromReport(report, received)
	o.Organisation, o.TheirNumber = ref(id.ForName("organisation/bawaslu-32.01")), number
	return o
}
