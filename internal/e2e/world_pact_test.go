package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// pilkada is the election that pacts are about.
var pilkada = election.IDOf("pilkada_2024").String()

const (
	pactTitle   = "Pakta Integritas Netralitas Pegawai ASN"
	pactConsent = "Saya telah membaca dan menyetujui seluruh isi pakta ini."
)

// draftText begins a text with the national clauses.
func draftText(s *harness.Server, g government.Government) string {
	return s.As(authz.AgencyOfficer, g).Post("/pact-texts", map[string]any{"election_id": pilkada, "title": pactTitle, "consent": pactConsent}).Expect(201).Text("id")
}

// publishText brings a draft through approval by two people; it gives the hash.
func publishText(s *harness.Server, g government.Government, text string) string {
	officer := s.As(authz.AgencyOfficer, g)
	sha := officer.Post("/pact-texts/"+text+"/submission", nil).Expect(200).Text("text_sha256")
	for _, r := range []authz.Role{authz.AuthorisedOfficial, authz.AppointingAuth} {
		s.As(r, g).Post("/pact-texts/"+text+"/approvals", map[string]any{"text_sha256": sha}).Expect(200)
	}
	officer.Post("/pact-texts/"+text+"/publication", nil).Expect(200)
	return sha
}

// openPact opens a campaign for a fresh published text; it gives the hash too.
func openPact(s *harness.Server, g government.Government, rule map[string]any) (campaign, sha string) {
	text := draftText(s, g)
	sha = publishText(s, g, text)
	officer := s.As(authz.AgencyOfficer, g)
	campaign = officer.Post("/pact-campaigns", map[string]any{"pact_text_id": text, "title": "Pakta Pilkada 2024", "due_on": "2099-01-01", "rule": rule}).Expect(201).Text("id")
	officer.Post("/pact-campaigns/"+campaign+"/opening", map[string]any{}).Expect(200)
	return campaign, sha
}

// pactSigner is the person's own login.
func pactSigner(t *testing.T, s *harness.Server, g government.Government, person string) *harness.Caller {
	t.Helper()
	return s.As(authz.ASN, g, harness.Being(parsed(t, person)))
}

func consentTo(campaign, sha string) map[string]any {
	return map[string]any{"campaign_id": campaign, "text_sha256": sha, "consent": true}
}

// pacts makes a text, a campaign and a signature for every cell. The campaign
// of another unit does not oblige the caller.
func (w *world) pacts(t *testing.T) {
	t.Helper()
	texts, campaigns, signatures := [cells]string{3: nowhere}, [cells]string{3: nowhere}, [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		var sha string
		campaigns[i], sha = openPact(w.s, g, map[string]any{"opd_ids": []string{w.objects["opdId"][i]}})
		signatures[i] = pactSigner(t, w.s, g, w.objects["asnId"][i]).Post("/pact-signatures", consentTo(campaigns[i], sha)).Expect(201).Text("id")
		texts[i] = draftText(w.s, g)
	}
	w.objects["pactTextId"], w.objects["campaignId"], w.objects["signatureId"] = texts, campaigns, signatures
}
