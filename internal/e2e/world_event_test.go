package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// events holds one coordination meeting in each government, everybody invited,
// with an action point, and opens a series.
func (w *world) events(*testing.T) {
	series, meetings, points := [2]string{}, [2]string{}, [2]string{}
	for i, g := range []government.Government{w.a, w.b} {
		c := w.s.As(authz.AgencyOfficer, g)
		series[i] = c.Post("/event-series", map[string]any{"name": "Sosialisasi"}).Expect(201).Text("id")
		meetings[i] = publishedEvent(w.s, g, eventDraft(map[string]any{"kind": "rapat_koordinasi", "series_id": series[i], "round": 1}), invitedOnline)
		path := "/sosialisasi-events/" + meetings[i]
		c.Post(path+"/holding", map[string]any{}).Expect(200)
		points[i] = c.Post(path+"/action-points", map[string]any{"text": "Kanal bersama", "owner": "BKPSDM"}).Expect(201).Text("id")
	}
	w.same("seriesId", series[0], series[1])
	w.same("eventId", meetings[0], meetings[1])
	w.same("actionPointId", points[0], points[1])
}

// invitedOnline are the rules that invite everybody online.
var invitedOnline = []any{map[string]any{"mode": "online", "people": map[string]any{}}}

// eventDraft is the body of a hybrid event in the past, with what the test needs
// otherwise.
func eventDraft(with map[string]any) map[string]any {
	b := map[string]any{"kind": "sosialisasi", "title": "Sosialisasi Netralitas ASN", "mode": "hybrid", "venue": map[string]any{"name": "Gedung Serba Guna"},
		"stream_url": "https://rapat.example/netralitas", "starts_at": "2024-05-21T02:00:00Z", "ends_at": "2024-05-21T05:00:00Z"}
	for k, v := range with {
		b[k] = v
	}
	return b
}

// publishedEvent plans and publishes an event with rules of invitation.
func publishedEvent(s *harness.Server, g government.Government, draft map[string]any, rules []any) string {
	c := s.As(authz.AgencyOfficer, g)
	path := "/sosialisasi-events/" + c.Post("/sosialisasi-events", draft).Expect(201).Text("id")
	c.Post(path+"/invitations", map[string]any{"rules": rules}).Expect(200)
	return c.Post(path+"/publication", nil).Expect(200).Text("id")
}
