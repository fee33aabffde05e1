package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

const templates = "/message-templates"

// templateOf is the path of a template.
func templateOf(t *testing.T, c *harness.Caller, kind, language string) string {
	t.Helper()
	var all struct {
		Items []struct{ ID, Kind, Language string }
	}
	c.Get(templates).Expect(200).Into(&all)
	for _, m := range all.Items {
		if m.Kind == kind && m.Language == language {
			return templates + "/" + m.ID
		}
	}
	t.Fatalf("no template of %s in %s", kind, language)
	return ""
}

// Proves Q1, T-09, T-53: a government says it in its own words, in each language,
// for mail, telephones and digests alike, from the next message on, and takes the
// program's back; what could say more, or lead elsewhere, is refused; a
// neighbour's words and its template are not there; every edition stays.
func TestMessageTemplates(t *testing.T) {
	t.Parallel()
	b := newMailbox(t, true)
	s := harness.Start(t, b.mailing(t))
	h := newHall(s)
	mandate(s, h.g)
	_, andi := being(t, s, h.g, h.andi, "andi@x.example")
	_, chief := being(t, s, h.g, h.chief, "chief@x.example")
	reachable(t, andi, b, "andi@x.example")
	reachable(t, chief, b, "chief@x.example")
	chosen(chief, map[string]any{"language": "en"}).Expect(200)
	admin := s.As(authz.GovernmentAdmin, h.g)
	neighbour := s.As(authz.GovernmentAdmin, s.Government("32.01", "Kabupaten Bogor"))
	path := templateOf(t, admin, "circular_issued", "id")

	own := map[string]any{"subject": "Edaran dari {government}", "text": "Yth. Bapak/Ibu, ada edaran {government} untuk Anda."}
	put := func(body map[string]any) *harness.Answer { return admin.Do(http.MethodPut, path, body) }
	for code, bad := range map[string]map[string]any{
		"message_template.placeholder_unknown": {"subject": "Edaran {title}", "text": "Ada edaran."},
		"message_template.link":                {"subject": "Edaran", "text": "Buka HTTPS://jahat.example sekarang"},
		"message_template.subject_lines":       {"subject": "Edaran\nBcc: x@x.example", "text": "Ada edaran."},
		"message_template.empty":               {"subject": " ", "text": "Ada edaran."},
		"request.rules_broken":                 {"subject": "{nip}", "text": "www.jahat.example"},
	} {
		put(bad).ExpectCode(422, code)
		admin.Post(path+"/previews", bad).ExpectCode(422, code)
	}
	put(map[string]any{"subject": "Edaran", "text": strings.Repeat("a", 301)}).ExpectCode(400, "request.invalid")
	seen := admin.Post(path+"/previews", own).Expect(200)
	if seen.Text("subject") != "Edaran dari "+h.g.Name || !strings.HasPrefix(seen.Text("email"), "Yth. Bapak/Ibu, ada edaran "+h.g.Name+" untuk Anda.\n\nBuka: https://netral.example/notices/") ||
		!strings.HasPrefix(seen.Text("phone"), "Yth. Bapak/Ibu, ada edaran "+h.g.Name+" untuk Anda.\nBuka: ") {
		t.Errorf("the preview: %s", seen.Body)
	}
	if got := admin.Get(path).Expect(200); got.Text("own") != "false" || got.Header.Get("ETag") != `"1"` || got.Text("allowed_steps") != `["update"]` {
		t.Errorf("before: %s", got.Body)
	}
	got := put(own).Expect(200)
	if got.Text("own") != "true" || got.Text("text") != own["text"] || got.Text("program_subject") != "Surat edaran untuk Anda" || got.Text("version") != "2" || got.Text("allowed_steps") != `["update","restoration"]` {
		t.Errorf("its own words: %s", got.Body)
	}
	neighbour.Get(path).ExpectCode(404, "request.not_found")
	if got := neighbour.Get(templateOf(t, neighbour, "circular_issued", "id")).Expect(200); got.Text("own") != "false" {
		t.Errorf("the neighbour says %s", got.Body)
	}
	if got := s.As(authz.Auditor, h.g).Get(path).Expect(200); got.Text("allowed_steps") != "[]" {
		t.Errorf("an auditor may %s", got.Text("allowed_steps"))
	}

	circularOf(s, h.g, "SE/1/2024")
	if m := b.await(t, "andi@x.example", 2); m.subject != "Edaran dari "+h.g.Name || !strings.HasPrefix(m.text, "Yth. Bapak/Ibu, ada edaran "+h.g.Name+" untuk Anda.\n") {
		t.Errorf("the letter: %+v", m)
	}
	if m := b.await(t, "chief@x.example", 2); m.subject != "A circular for you" {
		t.Errorf("in another language: %+v", m)
	}

	admin.Delete(path).Expect(200)
	admin.Delete(path).ExpectCode(409, "message_template.of_the_program")
	got = admin.Get(path).Expect(200)
	if got.Text("own") != "false" || got.Text("subject") != "Surat edaran untuk Anda" || got.Len("editions") != 2 || got.Text("editions.1.subject") != own["subject"] || got.Text("editions.0.subject") != "" {
		t.Errorf("back to the program's: %s", got.Body)
	}
	circularOf(s, h.g, "SE/2/2024")
	if m := b.await(t, "andi@x.example", 3); m.subject != "Surat edaran untuk Anda" {
		t.Errorf("the letter after: %+v", m)
	}
	stale := http.Header{"If-Match": {`"2"`}, "Content-Type": {"application/json"}}
	admin.Raw(http.MethodPut, path, stale, strings.NewReader(`{"subject":"Edaran","text":"Ada edaran."}`)).ExpectCode(412, "request.stale")
	if n := s.Count("SELECT count(*) FROM journal WHERE object_kind = 'message_template'"); n != 2 {
		t.Errorf("%d entries in the journal", n)
	}
}
