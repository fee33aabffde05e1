package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// asked sends an application and gives its code and identifier.
func asked(s *harness.Server, by *harness.Caller, body map[string]any) (code, aid string) {
	receipt := s.Nobody().Post("/public/government-applications", body).Expect(201)
	by.Get("/government-applications/" + receipt.Text("id")).Expect(200)
	return receipt.Text("tracking_code"), receipt.Text("id")
}

func becameOf(s *harness.Server, code string) *harness.Answer {
	return s.Nobody().Post("/public/government-application-status", map[string]any{"code": code})
}

// Proves A2, T-15: a personnel agency asks without an account; approval opens
// the space and the first administrator's account, who signs in with the code and
// works in that space; who asked is forgotten with the decision; a space that
// exists is not asked for again.
func TestApplication_FromLetterToFirstSignIn(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	op, two := operator(s), colleague(s)
	code, aid := asked(s, op, anApplication("36.72", "Kota Cilegon", "city"))
	if got := becameOf(s, strings.ToLower(code)).Expect(200); got.Text("state") != "submitted" || got.Text("government_id") != "" {
		t.Errorf("waiting: %s", got.Body)
	}
	if got := op.Get("/government-applications/" + aid).Expect(200); got.Text("applicant_email") != "yuli@cilegon.example" || got.Len("allowed_steps") != 2 {
		t.Errorf("what the installation sees: %s", got.Body)
	}
	if got := op.Get("/me/work-items").Expect(200); got.Text("items.0.kind") != "government_application_decision" || got.Text("items.0.object_id") != aid {
		t.Errorf("work: %s", got.Body)
	}

	opened := op.Post("/government-applications/"+aid+"/approval", nil).Expect(201)
	gid := opened.Text("application.government_id")
	if opened.Text("application.state") != "approved" || opened.Text("application.applicant_name") != "" || opened.Header.Get("Location") != "/api/v1/governments/"+gid {
		t.Errorf("approved: %s, %s", opened.Header.Get("Location"), opened.Body)
	}
	two.Post("/government-applications/"+aid+"/approval", nil).ExpectCode(409, "application.decided")
	two.Post("/government-applications/"+aid+"/rejection", map[string]any{"reason": "x"}).ExpectCode(409, "application.decided")
	if got := becameOf(s, code).Expect(200); got.Text("state") != "approved" || got.Text("government_id") != gid {
		t.Errorf("what the applicant sees: %s", got.Body)
	}
	if n := op.Get("/me/work-items").Expect(200).Len("items"); n != 0 {
		t.Errorf("%d things left to do", n)
	}
	s.Nobody().Post("/public/government-applications", anApplication("36.72", "Kota Cilegon", "city")).ExpectCode(409, "government.code_taken")

	redeem(s, opened.Text("activation.code"), phrase).Expect(200)
	admin := bearer(s, signIn(s, "yuli@cilegon.example", phrase))
	if got := admin.Get("/me").Expect(200); !strings.Contains(string(got.Body), "government_admin") || !strings.Contains(string(got.Body), gid) {
		t.Errorf("the first administrator: %s", got.Body)
	}
	if n := contacts(t, s); n != 0 {
		t.Errorf("%d decided applications still say who asked", n)
	}
}

// contacts counts decided applications that still tell who asked.
func contacts(t *testing.T, s *harness.Server) (n int) {
	t.Helper()
	owner, err := pgx.Connect(context.Background(), s.Database.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close(context.Background()) }()
	if err := owner.QueryRow(context.Background(), `SELECT count(*) FROM government_application
		WHERE state <> 'submitted' AND (applicant_name || applicant_position || applicant_email || applicant_phone || note) <> ''`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Proves A2: a rejection carries a reason that the applicant reads; two may ask
// for the same government, and once one is approved the other cannot be, with
// nothing changed; a code that is not there tells nothing.
func TestApplication_RejectedAndTwice(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	op := s.As(authz.PlatformAdmin, g)
	code, aid := asked(s, op, anApplication("36.73", "Kota Serang", "city"))
	_, second := asked(s, op, anApplication("36.73", "Kota Serang", "city"))
	_, third := asked(s, op, anApplication("36.73", "Kota Serang", "city"))
	op.Post("/government-applications/"+aid+"/rejection", map[string]any{"reason": "Surat belum kami terima."}).Expect(200)
	if got := becameOf(s, code).Expect(200); got.Text("state") != "rejected" || got.Text("reason") != "Surat belum kami terima." {
		t.Errorf("rejected: %s", got.Body)
	}
	op.Post("/government-applications/"+second+"/approval", nil).Expect(201)
	op.Post("/government-applications/"+third+"/approval", nil).ExpectCode(409, "government.code_taken")
	if got := op.Get("/government-applications/" + third).Expect(200); got.Text("state") != "submitted" || got.Text("version") != "1" {
		t.Errorf("after the refusal: %s", got.Body)
	}
	becameOf(s, "7H2K-9QWD-4ZP3-XN5T-V8RM-C6JB-3").ExpectCode(422, "application.code_mistyped")
	becameOf(s, authn.PrintCode(authn.NewCode())).ExpectCode(404, "request.not_found")
	s.As(authz.GovernmentAdmin, g).Get("/government-applications").ExpectCode(403, "auth.not_permitted")
	tomorrow := anApplication("36.74", "Kota Tangerang Selatan", "city")
	tomorrow["letter_on"] = "2999-01-01"
	for field, bad := range map[string]map[string]any{
		"/code":      anApplication("36.74", "Kabupaten", "regency"),
		"/letter_on": tomorrow,
	} {
		if got := s.Nobody().Post("/public/government-applications", bad).ExpectCode(422, "application.invalid"); got.Text("errors.0.pointer") != field {
			t.Errorf("%s: %s", field, got.Body)
		}
	}
}

// Proves A2: what nobody decided lapses after 90 days: it can be decided no more,
// and the sweep forgets who asked.
func TestApplication_Lapses(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	op := s.As(authz.PlatformAdmin, s.Government("36.03", "Kabupaten Tangerang"))
	code, aid := asked(s, op, anApplication("36.72", "Kota Cilegon", "city"))
	if err := s.App.Applications.Sweep(context.Background()); err != nil { // nothing to do is no error
		t.Fatal(err)
	}
	moveClock(t, s, 91*24*3600)
	if got := becameOf(s, code).Expect(200); got.Text("state") != "lapsed" {
		t.Errorf("after 91 days: %s", got.Body)
	}
	op.Post("/government-applications/"+aid+"/approval", nil).ExpectCode(409, "application.decided")
	if op.Get("/government-applications?state=submitted").Expect(200).Len("items") != 0 || op.Get("/government-applications?state=lapsed").Expect(200).Len("items") != 1 {
		t.Error("a lapsed one still waits")
	}
	if err := s.App.Applications.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := op.Get("/government-applications/" + aid).Expect(200); got.Text("version") != "2" || got.Text("applicant_email") != "" {
		t.Errorf("after the sweep: %s", got.Body)
	}
	if n := contacts(t, s); n != 0 {
		t.Errorf("%d lapsed applications still say who asked", n)
	}
}
