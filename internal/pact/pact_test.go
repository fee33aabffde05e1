package pact

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

func everything(authz.Permission) bool { return true }

func nothing(authz.Permission) bool { return false }

// Proves E1, T-48: a text takes exactly the steps of its state; a published one
// takes none, and nobody publishes what two people did not approve.
func TestText_StepsOfEachState(t *testing.T) {
	t.Parallel()
	words := canon.Sum("words")
	yes := func(n int, h canon.Hash) (out []Approval) {
		for range n {
			out = append(out, Approval{SHA256: h})
		}
		return out
	}
	all := []string{"update", "submission", "approvals", "return", "publication"}
	for name, c := range map[string]struct {
		text Text
		open []string
	}{
		"draft":                        {Text{State: Draft}, []string{"update", "submission"}},
		"in approval":                  {Text{State: InApproval}, []string{"approvals", "return"}},
		"one approval":                 {Text{State: InApproval, Approvals: yes(1, words)}, []string{"approvals", "return"}},
		"two approvals":                {Text{State: InApproval, Approvals: yes(2, words)}, []string{"approvals", "return", "publication"}},
		"two approvals of other words": {Text{State: InApproval, Approvals: yes(2, canon.Sum("other"))}, []string{"approvals", "return"}},
		"one of each":                  {Text{State: InApproval, Approvals: append(yes(1, words), yes(1, canon.Sum("other"))...)}, []string{"approvals", "return"}},
		"published":                    {Text{State: Published, Approvals: yes(2, words)}, []string{}},
	} {
		c.text.SHA256 = words
		if got := c.text.Steps(everything); !slices.Equal(got, c.open) {
			t.Errorf("%s: open are %v, want %v", name, got, c.open)
		}
		if got := c.text.Steps(nothing); len(got) != 0 {
			t.Errorf("%s: somebody without permission sees %v", name, got)
		}
		for _, step := range all {
			moved, err := c.text.step(step, everything)
			f, refused := fault.As(err)
			if refused == slices.Contains(c.open, step) {
				t.Errorf("%s: %s refused=%v", name, step, refused)
			}
			if refused && (f.Kind != fault.Conflict || !slices.Equal(f.AllowedSteps, c.open)) {
				t.Errorf("%s: %s says %v", name, step, f)
			}
			if !refused && moved.Version != c.text.Version+1 {
				t.Errorf("%s: %s left the version", name, step)
			}
		}
	}
}

// Proves E1: one person counts once, whatever the account, and a yes is to the
// words as they are.
func TestText_ApproversDiffer(t *testing.T) {
	t.Parallel()
	a, b, p, q := id.ForName("a"), id.ForName("b"), id.ForName("p"), id.ForName("q")
	words := canon.Sum("words")
	text := Text{State: InApproval, SHA256: words, Approvals: []Approval{{Approver: a, Person: &p, SHA256: words}}}
	for name, c := range map[string]struct {
		approval Approval
		code     string
	}{
		"another":                    {Approval{Approver: b, Person: &q, SHA256: words}, ""},
		"another without own record": {Approval{Approver: b, SHA256: words}, ""},
		"same account":               {Approval{Approver: a, SHA256: words}, "pact_text.approved_before"},
		"same person":                {Approval{Approver: b, Person: &p, SHA256: words}, "pact_text.approved_before"},
		"other words":                {Approval{Approver: b, SHA256: canon.Sum("other")}, "pact.text_differs"},
	} {
		err := text.approvable(c.approval, everything)
		if (err == nil) != (c.code == "") || (err != nil && !fault.Is(err, c.code)) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

// Proves E2: a campaign takes exactly the steps of its state.
func TestCampaign_StepsOfEachState(t *testing.T) {
	t.Parallel()
	all := []string{"opening", "enrolments", "paper_signatures", "closing"}
	for state, open := range map[CampaignState][]string{
		Planned: {"opening"}, Open: {"enrolments", "paper_signatures", "closing"}, Closed: {"paper_signatures"},
	} {
		c := Campaign{State: state}
		if got := c.Steps(everything); !slices.Equal(got, open) {
			t.Errorf("%s: open are %v, want %v", state, got, open)
		}
		for _, step := range all {
			moved, err := c.step(step, everything)
			if (err == nil) != slices.Contains(open, step) {
				t.Errorf("%s: %s gives %v", state, step, err)
			}
			if err == nil && (moved.State != state) != (moved.Version != c.Version) {
				t.Errorf("%s: %s gives state %s with version %d", state, step, moved.State, moved.Version)
			}
		}
	}
}

// Proves E6: paper carries its real day, inside the campaign and not ahead.
func TestCampaign_DaysOfPaper(t *testing.T) {
	t.Parallel()
	d := day.MustParse
	opened, closed := d("2024-08-05"), d("2024-08-31")
	for name, c := range map[string]struct {
		signed, today string
		closed        *day.Day
		code          string
	}{
		"first day":        {"2024-08-05", "2024-08-20", nil, ""},
		"today":            {"2024-08-20", "2024-08-20", nil, ""},
		"tomorrow":         {"2024-08-21", "2024-08-20", nil, "pact.day_ahead"},
		"before it began":  {"2024-08-04", "2024-08-20", nil, "pact.before_opening"},
		"entered too late": {"2024-08-31", "2024-10-01", &closed, ""},
		"signed too late":  {"2024-09-01", "2024-10-01", &closed, "pact.after_closing"},
	} {
		err := Campaign{OpenedOn: &opened, ClosedOn: c.closed}.paperDay(d(c.signed), d(c.today))
		if (err == nil) != (c.code == "") || (err != nil && !fault.Is(err, c.code)) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

// Proves E1, T-48: the words people sign have one numbered form, and any change
// of them changes the hash.
func TestText_WordsAndHash(t *testing.T) {
	t.Parallel()
	text := Text{Title: "Pakta ", Preamble: "Saya:", Clauses: []Clause{{Text: "menjaga\r\nnetralitas"}, {Text: "menolak uang"}}, Consent: "Setuju."}.composed()
	const want = "Pakta\n\nSaya:\n\n1. menjaga\nnetralitas\n2. menolak uang\n\nSetuju."
	if text.Body != want {
		t.Errorf("the words are %q", text.Body)
	}
	// printf of the words above through sha256sum
	if got := text.SHA256.String(); got != "7f043e9b75353e009be13b3868eacb65d0eb2ad81cfdfc17a44f3de1e54c1f89" {
		t.Errorf("the hash is %s", got)
	}
	for name, change := range map[string]func(*Text){
		"title": func(t *Text) { t.Title = "Pakte" }, "preamble": func(t *Text) { t.Preamble = "" }, "consent": func(t *Text) { t.Consent = "Setuju" },
		"clause": func(t *Text) { t.Clauses[1].Text += "!" }, "order": func(t *Text) { slices.Reverse(t.Clauses) }, "one less": func(t *Text) { t.Clauses = t.Clauses[:1] },
	} {
		other := text
		other.Clauses = slices.Clone(text.Clauses)
		change(&other)
		if other.composed().SHA256 == text.SHA256 {
			t.Errorf("another %s has the same hash", name)
		}
	}
}

// Proves that records have the canonical form of RFC 8785.
func TestCanonicalJSON(t *testing.T) {
	t.Parallel()
	got := canonicalJSON(map[string]string{"b": "a\"\\\n\x01<&>\u2028é", "a": "", "a1": "1"})
	const want = "{\"a\":\"\",\"a1\":\"1\",\"b\":\"a\\\"\\\\\\n\\u0001<&>\u2028é\"}"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Proves T-49: whatever of a signature is changed afterwards, it shows.
func TestSignature_EveryChangeShows(t *testing.T) {
	t.Parallel()
	account := id.ForName("account")
	s := Signature{ID: id.ForName("s"), Campaign: id.ForName("c"), Text: id.ForName("t"), Person: id.ForName("p"), TextSHA256: canon.Sum("words"), Method: ByAccount,
		Assurance: authz.SecondFactor, Account: &account, SignedOn: day.MustParse("2024-08-12"), RecordedAt: time.Date(2024, 8, 12, 1, 30, 0, 5000, time.UTC), Government: "36.71"}.sealed()
	if !s.Intact() {
		t.Fatalf("a fresh signature is not intact: %s", s.Record)
	}
	other := id.ForName("other")
	for name, change := range map[string]func(*Signature){
		"id": func(s *Signature) { s.ID = other }, "campaign": func(s *Signature) { s.Campaign = other }, "text": func(s *Signature) { s.Text = other },
		"signer": func(s *Signature) { s.Person = other }, "words": func(s *Signature) { s.TextSHA256[0]++ }, "method": func(s *Signature) { s.Method = OnPaper },
		"assurance": func(s *Signature) { s.Assurance = authz.SheetCode }, "account": func(s *Signature) { s.Account = &other },
		"no account": func(s *Signature) { s.Account = nil }, "day": func(s *Signature) { s.SignedOn = s.SignedOn.AddDays(1) },
		"time": func(s *Signature) { s.RecordedAt = s.RecordedAt.Add(time.Microsecond) }, "government": func(s *Signature) { s.Government = "36.03" },
		"code": func(s *Signature) { s.Code = "0" }, "place": func(s *Signature) { s.Place = "x" }, "witness": func(s *Signature) { s.Witness = "x" },
		"record": func(s *Signature) { s.Record += " " }, "hash": func(s *Signature) { s.RecordSHA256[0]++ },
		"record with its hash": func(s *Signature) { s.Record = "{}"; s.RecordSHA256 = canon.Sum("{}") },
	} {
		changed := s
		change(&changed)
		if changed.Intact() {
			t.Errorf("another %s does not show", name)
		}
	}
}

// Proves E11: a receipt is read as people type it, and names its government.
func TestReceipt_AsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	s := Signature{Government: "36.71"}.sealed()
	for _, typed := range []string{s.Receipt(), " " + strings.ToLower(s.Receipt()) + " ", "36.71-" + s.Code, strings.ReplaceAll(s.Receipt(), "0", "o")} {
		if g, code, ok := parseReceipt(typed); !ok || g != "36.71" || code != s.Code {
			t.Errorf("%q is read as %s %s %v", typed, g, code, ok)
		}
	}
	for _, bad := range []string{"", "-", "36.71", "36.71-", s.Code, "3671-" + s.Code, "36.71-" + s.Code[:24], "36.71-" + s.Code + "0", "xx.yy-" + s.Code} {
		if _, _, ok := parseReceipt(bad); ok {
			t.Errorf("%q is read as a receipt", bad)
		}
	}
}

// Proves E11: of a name the public sees first letters, and not the length.
func TestMasked(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Siti Aminah": "S*** A***", "Ahmad": "A***", "Élodie  de Nurdin": "É*** d*** N***", "": ""} {
		if got := masked(name); got != want {
			t.Errorf("%q shows as %q", name, got)
		}
	}
}

// Proves E8: who refused may sign later; who signed has no step.
func TestMine_Steps(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, c := range map[string]struct {
		mine Mine
		want []string
	}{
		"open":            {Mine{Campaign: Campaign{State: Open}}, []string{"signature", "refusal"}},
		"refused":         {Mine{Campaign: Campaign{State: Open}, RefusedAt: &now}, []string{"signature"}},
		"signed":          {Mine{Campaign: Campaign{State: Open}, Signature: &Signature{}}, []string{}},
		"closed":          {Mine{Campaign: Campaign{State: Closed}}, []string{}},
		"refused, closed": {Mine{Campaign: Campaign{State: Closed}, RefusedAt: &now}, []string{}},
	} {
		if got := c.mine.Steps(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
