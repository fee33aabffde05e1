package e2e

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// printed finds the one-time codes on a sheet. Its texts are not compressed.
var printed = regexp.MustCompile(`\(((?:[0-9A-Z]{4}-){6}[0-9A-Z*~$=])\)`)

func codesOn(pdf []byte) []string {
	out := []string{}
	for _, m := range printed.FindAllSubmatch(pdf, -1) {
		out = append(out, string(m[1]))
	}
	return out
}

// Proves T-29, T-36 and the bulk activation: a personnel officer prints codes
// for the own units and no others; each opens one account, once, with the lowest
// assurance; the codes are nowhere in the database.
func TestActivation_SheetOfAUnit(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	f := s.Fixtures()
	own, other := unit(f, g, "own", ""), unit(f, g, "other", "")
	below := unit(f, g, "below", own)
	person(f, g, own, "Siti Aminah", 1)
	person(f, g, own, "Budi Santoso", 2)
	person(f, g, below, "Wawan Hermawan", 3)
	person(f, g, other, "Orang Lain", 4)
	kasubag := s.Account(g, "kasubag@x.example", nil)
	s.Give(g, kasubag.ID, authz.OPDOfficer, own)
	officer := s.SignedIn(kasubag.ID, g.ID)

	officer.Post("/opd/"+other+"/activation-sheets", map[string]any{}).ExpectCode(404, "request.not_found")
	sheet := officer.Post("/opd/"+own+"/activation-sheets", map[string]any{}).Expect(200)
	codes := codesOn(sheet.Body)
	if len(codes) != 2 || sheet.Header.Get("Content-Type") != "application/pdf" || sheet.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d codes, %v", len(codes), sheet.Header)
	}
	officer.Post("/opd/"+own+"/activation-sheets", map[string]any{}).ExpectCode(409, "activation.nobody")
	all := codesOn(officer.Post("/opd/"+own+"/activation-sheets", map[string]any{"below": true, "renew": true}).Expect(200).Body)
	if len(all) != 3 {
		t.Fatalf("%d codes with the units below", len(all))
	}
	redeem(s, codes[0], phrase).ExpectCode(422, "auth.code_invalid") // void, printed again
	opened := redeem(s, all[1], phrase).Expect(200)
	if opened.Text("assurance") != "sheet_code" || opened.Text("sign_in_with") != `["nip"]` || opened.Text("government.code") != "36.03" {
		t.Errorf("got %s", opened.Body)
	}
	redeem(s, all[1], phrase).ExpectCode(422, "auth.code_invalid")
	redeem(s, all[1][:len(all[1])-2]+"00", phrase).Expect(422)
	me := bearer(s, signIn(s, nipOf(1), phrase)).Get("/me").Expect(200)
	if me.Text("name") != "Siti Aminah" || me.Text("assurance") != "sheet_code" || me.Text("roles.0.role") != "asn" {
		t.Errorf("got %s", me.Body)
	}
	s.Pass(15 * 24 * time.Hour)
	redeem(s, all[0], phrase).ExpectCode(422, "auth.code_invalid")
	nowhereInDatabase(t, s, all...)
}

// nowhereInDatabase looks for texts in every column of identity's tables and of
// the journal.
func nowhereInDatabase(t *testing.T, s *harness.Server, secrets ...string) {
	t.Helper()
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	rows, err := conn.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND (tablename LIKE 'identity_%' OR tablename = 'journal')")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 5 {
		t.Fatalf("tables: %v, %v", tables, err)
	}
	plain := regexp.MustCompile(`[-]`)
	for _, table := range tables {
		for _, secret := range secrets {
			for _, form := range []string{secret, plain.ReplaceAllString(secret, "")} {
				var n int
				q := "SELECT count(*) FROM " + table + " x WHERE position($1 IN x::text) > 0 OR position(encode(convert_to($1, 'UTF8'), 'hex') IN x::text) > 0"
				if err := conn.QueryRow(ctx, q, form).Scan(&n); err != nil || n > 0 {
					t.Errorf("table %s holds a secret in %d rows (%v)", table, n, err)
				}
			}
		}
	}
}

// Proves T-23, T-34: a code is issued again after an identity card was seen, for
// a person of the own reach without a higher role; it ends the sessions and the
// person is shown it.
func TestActivation_CodeIssuedAgain(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	f := s.Fixtures()
	own, other := unit(f, g, "own", ""), unit(f, g, "other", "")
	siti, stranger, boss := person(f, g, own, "Siti Aminah", 1), person(f, g, other, "Orang Lain", 2), person(f, g, own, "Kepala Dinas", 3)
	kasubag := s.Account(g, "kasubag@x.example", nil)
	s.Give(g, kasubag.ID, authz.OPDOfficer, own)
	officer := s.SignedIn(kasubag.ID, g.ID)
	seen := map[string]any{"identity_card_seen": true}

	officer.Post("/asn/"+siti+"/activation-codes", map[string]any{"identity_card_seen": false}).ExpectCode(422, "account.card_unseen")
	officer.Post("/asn/"+stranger+"/activation-codes", seen).ExpectCode(404, "request.not_found")
	first := officer.Post("/asn/"+siti+"/activation-codes", seen).Expect(201)
	redeem(s, first.Text("code"), phrase).Expect(200)
	in := signIn(s, nipOf(1), phrase).Expect(200)
	if in.Text("notices") != "" {
		t.Errorf("a first code is no notice: %s", in.Body)
	}
	again := officer.Post("/asn/"+siti+"/activation-codes", seen).Expect(201)
	s.Pass(5 * time.Second)
	bearer(s, in).Get("/me").ExpectCode(401, "auth.token_invalid")
	redeem(s, again.Text("code"), "angin sore membawa layang-layang").Expect(200)
	signIn(s, nipOf(1), phrase).ExpectCode(400, "auth.credentials_invalid")
	in = signIn(s, nipOf(1), "angin sore membawa layang-layang").Expect(200)
	if in.Text("notices.0.kind") != "code_reissued" || bearer(s, in).Get("/me").Expect(200).Text("notices.0.kind") != "code_reissued" {
		t.Errorf("the person is not told: %s", in.Body)
	}

	head := parsed(t, boss)
	s.Account(g, "kepala@x.example", &head, authz.Inspector)
	officer.Post("/asn/"+boss+"/activation-codes", seen).ExpectCode(403, "account.role_above")
	late := officer.Post("/asn/"+siti+"/activation-codes", seen).Expect(201)
	admin := s.SignedIn(s.Account(g, "admin@x.example", nil, authz.GovernmentAdmin).ID, g.ID)
	admin.Post("/role-grants", map[string]any{"account_id": late.Text("account_id"), "role": "auditor", "valid_from": "2024-01-02"}).Expect(201)
	redeem(s, late.Text("code"), phrase).ExpectCode(422, "auth.code_invalid") // the officer must not hold an auditor's code
	officer.Post("/asn/"+siti+"/activation-codes", seen).ExpectCode(403, "account.role_above")
	admin.Post("/asn/"+siti+"/activation-codes", seen).Expect(201)
}

// Proves A1: a government that registers somebody else's NIP gets no way into
// what that person is elsewhere.
func TestActivation_ForeignNIPOpensNothing(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	a, b := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	f := s.Fixtures()
	victim := parsed(t, person(f, a, unit(f, a, "own", ""), "Siti Aminah", 1))
	account := s.Account(a, "siti@x.example", &victim, authz.Inspector)
	root := unit(f, b, "own", "")
	copied := person(f, b, root, "Siti Aminah", 1)
	evil := s.Account(b, "kasubag@x.example", nil)
	s.Give(b, evil.ID, authz.OPDOfficer, root)
	officer := s.SignedIn(evil.ID, b.ID)

	officer.Post("/asn/"+copied+"/activation-codes", map[string]any{"identity_card_seen": true}).ExpectCode(403, "account.role_above")
	codes := codesOn(officer.Post("/opd/"+root+"/activation-sheets", map[string]any{}).Expect(200).Body)
	if len(codes) != 1 {
		t.Fatalf("%d codes", len(codes))
	}
	if got := redeem(s, codes[0], phrase); got.Status == 200 {
		me := signIn(s, nipOf(1), phrase)
		t.Errorf("the account is open: %s %s", got.Body, me.Body)
	}
	signIn(s, nipOf(1), phrase).ExpectCode(400, "auth.credentials_invalid")
	if got := s.SignedIn(account.ID, a.ID).Get("/me").Expect(200); got.Text("governments.1.code") != "" {
		t.Errorf("the other government joined itself: %s", got.Body)
	}
}
