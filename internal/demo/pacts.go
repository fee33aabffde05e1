package demo

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/pact"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Signed is how many of the 4,460 obliged of Kota Tangerang signed.
const Signed = 4315

var pilkada = id.ForName("election/pilkada-2024")

// pactText is written by the personnel agency and approved by the regional
// secretary and the acting mayor.
func (l *loader) pactText(ctx context.Context) error {
	p := l.kotaTangerang()
	name := p.name("pact-text", "pilkada-2024")
	officer := func(perm authz.Permission, step string) context.Context {
		return p.as(ctx, authz.AgencyOfficer, perm, name+step)
	}
	t, err := l.app.Pacts.CreateText(officer("pact.write", ""), pact.Text{Election: pilkada, Title: "Pakta Integritas Netralitas Pegawai ASN",
		Preamble: "Saya yang bertanda tangan di bawah ini, Pegawai Aparatur Sipil Negara pada Pemerintah Kota Tangerang, menyatakan bahwa saya:",
		Consent:  "Saya telah membaca dan menyetujui seluruh isi pakta ini."})
	if err != nil {
		return err
	}
	if t, err = l.app.Pacts.SubmitText(officer("pact.write", "/submission"), t.ID); err != nil {
		return err
	}
	for _, r := range []authz.Role{authz.AuthorisedOfficial, authz.AppointingAuth} {
		if _, err := l.app.Pacts.ApproveText(p.as(ctx, r, "pact.approve", name+"/"+string(r)), t.ID, t.SHA256); err != nil {
			return err
		}
	}
	_, err = l.app.Pacts.PublishText(officer("pact.write", "/publication"), t.ID)
	return err
}

// pactCampaign obliges every civil servant, with the acting mayor as witness.
func (l *loader) pactCampaign(ctx context.Context) error {
	p := l.kotaTangerang()
	name := p.name("campaign", "pilkada-2024")
	c, err := l.app.Pacts.CreateCampaign(p.as(ctx, authz.AgencyOfficer, "pact.write", name), pact.Campaign{Text: p.ref("pact-text", "pilkada-2024"),
		Title: "Penandatanganan Pakta Integritas Netralitas ASN, Pilkada 2024", DueOn: day.New(2024, time.August, 30), Mandate: ref(p.ref("mandate", "mayor"))})
	if err != nil {
		return err
	}
	_, err = l.app.Pacts.OpenCampaign(p.as(ctx, authz.AgencyOfficer, "pact.write", name+"/opening"), c.ID, nil)
	return err
}

// signers are who signs, heads of units first; the others never did, for no
// reason that is known, or refused.
func (p *place) signers() []*population.Person {
	var first, rest []*population.Person
	unsigned := map[*population.Person]bool{p.cast["teacher"]: true, p.cast["refused"]: true}
	all := p.staff.With(civil)
	for i := 0; len(unsigned) < len(all)-Signed; i++ {
		q := all[(i*37+5)%len(all)]
		if q.Office == population.None && q != p.cast["first"] {
			unsigned[q] = true
		}
	}
	first = append(first, p.cast["first"])
	for _, q := range all {
		switch {
		case unsigned[q] || q == p.cast["first"]:
		case q.Office == population.Head:
			first = append(first, q)
		default:
			rest = append(rest, q)
		}
	}
	return append(first, rest...)
}

// onPaper reports whether somebody signs at the ceremony of a kecamatan.
func onPaper(q *population.Person) bool {
	return q.Office != population.Head && (q.Unit.Type == "kecamatan" || q.Unit.Type == "kelurahan")
}

// signingDays are how many days the signatures with own accounts are spread over.
const signingDays = 4

// sign lets those sign who do so with their own accounts on one of the days;
// the first one is of the heads.
func (l *loader) sign(on int) func(context.Context) error {
	return func(ctx context.Context) error {
		p := l.kotaTangerang()
		t, err := l.app.Pacts.GetText(p.system(ctx, "read"), p.ref("pact-text", "pilkada-2024"))
		if err != nil {
			return err
		}
		campaign := p.ref("campaign", "pilkada-2024")
		all := p.signers()
		return together(len(all), func(i int) error {
			q := all[i]
			if onPaper(q) || i*signingDays/len(all) != on {
				return nil
			}
			name := p.name("signature", strconv.Itoa(i))
			if i == 0 {
				name = p.name("signature", "first")
			}
			_, _, err := l.app.Pacts.Sign(p.self(ctx, q, "pact.sign", name), campaign, t.SHA256, true)
			return err
		})
	}
}

// together runs f for 0 to n-1, several at once; the order of what is done at
// the same instant decides nothing.
func together(n int, f func(i int) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	next := make(chan int)
	for range 2 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return failed
}

// ceremony enters what the staff of kecamatan and kelurahan signed on paper.
func (l *loader) ceremony(ctx context.Context) error {
	p := l.kotaTangerang()
	for _, u := range p.staff.Units {
		if u.Type != "kecamatan" {
			continue
		}
		var items []pact.PaperItem
		for _, q := range p.signers() {
			if onPaper(q) && q.Unit.OPD() == u {
				items = append(items, pact.PaperItem{NIP: q.NIP})
			}
		}
		out, err := l.app.Pacts.RecordPaper(p.as(ctx, authz.AgencyOfficer, "pact.record_paper", p.name("paper", u.Code)), p.ref("campaign", "pilkada-2024"),
			pact.Paper{SignedOn: day.New(2024, time.August, 19), Place: "Kantor " + u.Name, Witness: u.Name, Items: items})
		if err != nil {
			return err
		}
		for i, o := range out {
			if o.Result != pact.Recorded {
				return fmt.Errorf("signature %d on the list of %s: %s", i, u.Name, o.Result)
			}
		}
	}
	return nil
}

// refusals are two of those who did not sign and said why.
func (l *loader) refusals(ctx context.Context) error {
	p := l.kotaTangerang()
	campaign := p.ref("campaign", "pilkada-2024")
	if _, _, err := l.app.Pacts.Refuse(p.self(ctx, p.cast["refused"], "pact.sign", p.name("refusal", "first")), campaign,
		"Saya menunggu penjelasan tentang butir ketiga."); err != nil {
		return err
	}
	signed := map[*population.Person]bool{}
	for _, q := range p.signers() {
		signed[q] = true
	}
	for _, q := range p.staff.With(civil) {
		if !signed[q] && q != p.cast["refused"] && q != p.cast["teacher"] {
			_, _, err := l.app.Pacts.Refuse(p.self(ctx, q, "pact.sign", p.name("refusal", "second")), campaign,
				"Isi pakta sudah menjadi kewajiban menurut undang-undang; saya tidak melihat perlunya menandatangani lagi.")
			return err
		}
	}
	return nil
}
