package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// election gives each government an election of its own with a candidate.
func (w *world) election(*testing.T) {
	own, foreign := anElection(w.s, w.a), anElection(w.s, w.b)
	w.same("electionId", own, foreign)
	w.same("candidateId", aCandidate(w.s, w.a, own), aCandidate(w.s, w.b, foreign))
}

func anElection(s *harness.Server, g government.Government) string {
	return s.As(authz.AgencyOfficer, g).Post("/elections", map[string]any{"code": "psu_2025", "name": map[string]any{"id": "Pemungutan suara ulang"},
		"election_kind": "regional", "contests": []string{"governor", "regent", "mayor"}, "starts_on": "2024-01-26", "voting_on": "2025-04-19", "ends_on": "2025-06-30",
		"source": map[string]any{"id": "Keputusan KPU"}, "confidence": "high"}).Expect(201).Text("id")
}

func aCandidate(s *harness.Server, g government.Government, election string) string {
	return s.As(authz.AgencyOfficer, g).Post("/elections/"+election+"/candidates", map[string]any{"contest": "mayor", "name": "Bambang Wiryawan",
		"status": "prospective", "valid_from": "2024-07-15", "source": "Pers"}).Expect(201).Text("id")
}
