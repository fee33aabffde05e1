package webhook

import (
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Findings is what may be wrong with endpoints: a government sees its own, the
// installation those of bodies outside.
func Findings() []doctor.Check {
	var out []doctor.Check
	for _, about := range []doctor.About{doctor.Government, doctor.Installation} {
		out = append(out,
			doctor.Check{Code: "webhook.disabled", Severity: doctor.Severe, About: about, Operation: "resumeWebhook", Find: disabled},
			doctor.Check{Code: "webhook.dead_letters", Severity: doctor.Warning, About: about, Operation: "replayWebhook", Find: deadLetters})
	}
	return out
}

func disabled(tx *db.Tx, _ doctor.Question) ([]doctor.Found, error) {
	endpoints, err := disabledEndpoints(tx)
	out := make([]doctor.Found, 0, len(endpoints))
	for _, e := range endpoints {
		out = append(out, found(e, nil))
	}
	return out, err
}

func deadLetters(tx *db.Tx, _ doctor.Question) ([]doctor.Found, error) {
	counts, err := deadByEndpoint(tx)
	out := make([]doctor.Found, 0, len(counts))
	for _, c := range counts {
		out = append(out, found(c.Endpoint, fault.Params{"count": c.Dead}))
	}
	return out, err
}

func found(endpoint id.ID, p fault.Params) doctor.Found {
	return doctor.Found{Object: endpoint, Path: "/webhooks/" + endpoint.String(), Params: p}
}
