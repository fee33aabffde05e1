package e2e

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// Proves C5, X17: the officer of a unit warns a person of the own unit, follows
// up and closes; the head reads; the person reads every word and answers once;
// nobody else sees anything.
func TestCoaching_WarnedFollowedUpAnsweredClosed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	under := harness.Under(parsed(t, h.own))
	kasubag, head, far := s.As(authz.OPDOfficer, h.g, under, harness.Being(parsed(t, h.head))), s.As(authz.OPDHead, h.g, under), s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.far)))
	andi, budi := s.As(authz.ASN, h.g, harness.Being(parsed(t, h.andi))), s.As(authz.ASN, h.g, harness.Being(parsed(t, h.budi)))

	recent := time.Now().AddDate(0, 0, -7).Format("2006-01-02")
	act := map[string]any{"asn_id": h.andi, "held_on": recent, "violation_type": "candidate_social_media_engagement"}
	kasubag.Post("/coachings", coachingInput(act)).ExpectCode(422, "coaching.invalid")
	act["handover"] = map[string]any{"decision": false}
	kasubag.Post("/coachings", coachingInput(act)).ExpectCode(422, "coaching.invalid")
	act["handover"] = map[string]any{"decision": false, "reason": "Sudah dihapus"}
	c := kasubag.Post("/coachings", coachingInput(act)).Expect(201)
	expires := time.Now().AddDate(0, 0, -7+365).Format("2006-01-02")
	if c.Text("opd_id") != h.own || c.Text("expires_on") != expires || c.Text("recorded_later") != "true" || c.Text("handover.reason") != "Sudah dihapus" {
		t.Errorf("the entry: %s", c.Body)
	}
	path := "/coachings/" + c.Text("id")

	far.Get(path).ExpectCode(404, "request.not_found")
	far.Post(path+"/closing", map[string]any{"closed_on": recent, "outcome": "x"}).ExpectCode(404, "request.not_found")
	far.Post("/coachings", coachingInput(map[string]any{"asn_id": h.andi})).ExpectCode(404, "request.not_found")
	if n := far.Get("/coachings").Expect(200).Len("items"); n != 0 {
		t.Errorf("another unit lists %d entries", n)
	}
	head.Get(path).Expect(200)
	head.Post(path+"/closing", map[string]any{"closed_on": recent, "outcome": "x"}).ExpectCode(403, "auth.not_permitted")

	if got := kasubag.Post(path+"/follow-ups", map[string]any{"held_on": recent, "note": "Tidak terulang"}).Expect(200); got.Text("follow_ups.0.note") != "Tidak terulang" {
		t.Errorf("followed up: %s", got.Body)
	}
	if got := andi.Get("/me/coachings").Expect(200); got.Len("items") != 1 || got.Text("items.0.note") == "" || got.Text("items.0.follow_ups.0.note") != "Tidak terulang" || got.Text("items.0.allowed_steps") != `["answer"]` {
		t.Errorf("the person sees %s", got.Body)
	}
	if got := budi.Get("/me/coachings").Expect(200); got.Len("items") != 0 {
		t.Errorf("somebody else sees %s", got.Body)
	}
	budi.Post("/me"+path+"/answer", map[string]any{"text": "bukan saya"}).ExpectCode(404, "request.not_found")
	andi.Get(path).ExpectCode(403, "auth.not_permitted")
	andi.Post("/me"+path+"/answer", map[string]any{"text": "Saya hapus"}).Expect(200)
	andi.Post("/me"+path+"/answer", map[string]any{"text": "lagi"}).ExpectCode(409, "coaching.answered")

	closed := kasubag.Post(path+"/closing", map[string]any{"closed_on": recent, "outcome": "Sesuai"}).Expect(200)
	if closed.Text("answer.text") != "Saya hapus" || closed.Text("outcome") != "Sesuai" || closed.Len("allowed_steps") != 0 {
		t.Errorf("closed: %s", closed.Body)
	}
	kasubag.Post(path+"/follow-ups", map[string]any{"held_on": recent, "note": "x"}).ExpectCode(409, "coaching.wrong_step")
	if list := kasubag.Get("/coachings?state=closed&asn_id=" + h.andi).Expect(200); list.Len("items") != 1 || list.Text("items.0.answered") != "true" || bytes.Contains(list.Body, []byte("Diingatkan")) {
		t.Errorf("the list: %s", list.Body)
	}
	other := s.Government("36.71", "Kota Tangerang")
	s.As(authz.AgencyOfficer, other).Get(path).ExpectCode(404, "request.not_found")
}

// Proves X17, T-37: an entry expires by rule and then counts no more; nobody
// writes about themselves; a whole unit can be meant; what was said is sealed at
// rest.
func TestCoaching_ExpiresAndIsSealed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	kasubag := s.As(authz.OPDOfficer, h.g, harness.Under(parsed(t, h.own)), harness.Being(parsed(t, h.head)))
	old := kasubag.Post("/coachings", coachingInput(map[string]any{"asn_id": h.andi})).Expect(201) // June 2024
	if old.Text("expires_on") != "2025-06-03" || old.Text("expired") != "true" {
		t.Errorf("the old entry: %s", old.Body)
	}
	if n := kasubag.Get("/coachings").Expect(200).Len("items"); n != 0 {
		t.Errorf("expired entries are listed: %d", n)
	}
	if n := kasubag.Get("/coachings?with_expired=true").Expect(200).Len("items"); n != 1 {
		t.Errorf("with expired ones: %d", n)
	}
	s.As(authz.ASN, h.g, harness.Being(parsed(t, h.andi))).Post("/me/coachings/"+old.Text("id")+"/answer", map[string]any{"text": "x"}).ExpectCode(409, "coaching.expired")

	kasubag.Post("/coachings", coachingInput(map[string]any{"asn_id": h.head})).ExpectCode(422, "coaching.invalid")
	own := coached(s, h.g, map[string]any{"asn_id": h.head})
	kasubag.Post("/coachings/"+own+"/closing", map[string]any{"closed_on": "2024-06-04", "outcome": "baik"}).ExpectCode(422, "coaching.self")
	unit := kasubag.Post("/coachings", coachingInput(map[string]any{"kind": "prevention", "opd_id": h.below})).Expect(201)
	if unit.Text("asn_id") != "" || unit.Text("opd_id") != h.below {
		t.Errorf("about a unit: %s", unit.Body)
	}
	kasubag.Post("/coachings", coachingInput(map[string]any{"opd_id": h.far})).ExpectCode(404, "request.not_found")
	kasubag.Post("/coachings", coachingInput(map[string]any{})).ExpectCode(422, "coaching.invalid")
	kasubag.Post("/coachings", coachingInput(map[string]any{"asn_id": h.andi, "violation_type": "tidak_ada", "handover": map[string]any{"decision": true}})).ExpectCode(422, "reference.code_unknown")

	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	var rows, plain int
	if err := conn.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE position('unggahan'::bytea IN words) > 0) FROM coaching`).Scan(&rows, &plain); err != nil {
		t.Fatal(err)
	}
	if rows != 3 || plain != 0 {
		t.Errorf("of %d entries %d are readable in the database", rows, plain)
	}
}
