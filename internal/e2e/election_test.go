package e2e

import (
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// city opens Kota Tangerang: the harness opens regencies.
func city(t *testing.T, s *harness.Server) government.Government {
	t.Helper()
	g, err := s.App.Governments.Create(authz.With(t.Context(), authz.ForSystem(authz.Platform)), government.Government{Code: "36.71", Name: "Kota Tangerang",
		Kind: "city", Zone: "Asia/Jakarta", HeadTitle: "Wali Kota", AgencyName: "BKPSDM"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// pilkada2024 is where the election of the pacts is read.
var pilkada2024 = "/elections/" + pilkada

func candidate(name, status, from string) map[string]any {
	return map[string]any{"contest": "mayor", "region_code": "36.71", "name": name, "status": status, "valid_from": from, "source": "Keputusan KPU"}
}

// Proves A4, X19: the phases of Pilkada 2024 at every frontier, each with the
// stage it is read from; outside the election there is none.
func TestElection_PhasesOfPilkada2024(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	officer := s.As(authz.AgencyOfficer, city(t, s))
	for on, want := range map[string]string{
		"2024-01-25": "", "2024-01-26": "before_determination:determination", "2024-09-21": "before_determination:determination",
		"2024-09-22": "after_determination:determination", "2024-09-25": "after_determination:determination campaign:campaign",
		"2024-11-23": "after_determination:determination campaign:campaign", "2024-11-24": "after_determination:determination quiet_period:quiet_period",
		"2024-11-26": "after_determination:determination quiet_period:quiet_period", "2024-11-27": "after_determination:determination voting:voting",
		"2024-11-28": "after_determination:determination after_voting:voting", "2025-02-21": "",
	} {
		var x struct {
			Phases []struct {
				Phase  string
				Name   struct{ ID string }
				Stages []struct{ Code string }
			}
			Effective []string `json:"effective_phases"`
		}
		officer.Get(pilkada2024 + "/phases?contest=mayor&on=" + on).Expect(200).Into(&x)
		var got []string
		for i, p := range x.Phases {
			got = append(got, p.Phase+":"+strings.TrimPrefix(p.Stages[0].Code, "pilkada_2024."))
			if p.Name.ID == "" || p.Name.ID == p.Phase || x.Effective[i] != p.Phase {
				t.Errorf("on %s: %+v", on, x)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("on %s: %v, want %s", on, got, want)
		}
	}
	officer.Get(pilkada2024+"/phases?on=2024-10-07&contest=president").ExpectCode(400, "request.invalid")
	officer.Get(pilkada2024+"/phases").ExpectCode(400, "request.invalid")
}

// Proves A4, K3-11: several elections stand side by side; a government sees the
// national ones with the contests its people vote in, and its own, which is
// unknown to others.
func TestElection_SeveralSideBySide(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a, b := s.Government("36.03", "Kabupaten Tangerang"), city(t, s)
	regency, mayor := s.As(authz.AgencyOfficer, a), s.As(authz.AgencyOfficer, b)
	list := regency.Get("/elections").Expect(200)
	if list.Len("items") != 2 || list.Text("items.0.code") != "pilkada_2024" || list.Text("items.1.code") != "pemilu_2024" ||
		list.Text("items.0.id") != pilkada || list.Len("items.1.contests") != 5 {
		t.Errorf("got %s", list.Body)
	}
	for c, want := range map[*harness.Caller]string{regency: "regent", mayor: "mayor"} {
		if got := c.Get(pilkada2024).Expect(200); got.Len("contests") != 2 || got.Text("contests.1.code") != want || got.Header.Get("ETag") != `"1"` {
			t.Errorf("got %s", got.Body)
		}
	}
	own := anElection(s, b)
	repeated := mayor.Get("/elections/" + own).Expect(200)
	if repeated.Text("code") != "36_71.psu_2025" || repeated.Text("national") != "false" || repeated.Text("allowed_steps") != `["stages","candidates"]` {
		t.Errorf("got %s", repeated.Body)
	}
	if mayor.Get("/elections").Expect(200).Len("items") != 3 || regency.Get("/elections").Expect(200).Len("items") != 2 {
		t.Error("an own election is not seen by its government alone")
	}
	regency.Get("/elections/"+own).ExpectCode(404, "request.not_found")
	regency.Get("/elections/"+own+"/candidates").ExpectCode(404, "request.not_found")
	body := map[string]any{"code": "psu_2025", "name": map[string]any{"id": "Lagi"}, "election_kind": "regional", "contests": []string{"mayor"},
		"starts_on": "2025-02-24", "voting_on": "2025-04-19", "ends_on": "2025-06-30", "source": map[string]any{"id": "KPU"}, "confidence": "high"}
	mayor.Post("/elections", body).ExpectCode(409, "election.exists")
	body["code"], body["ends_on"] = "psu_2026", "2025-01-01"
	mayor.Post("/elections", body).ExpectCode(422, "election.days_inverted")
	body["ends_on"], body["contests"] = "2025-06-30", []string{"president"}
	mayor.Post("/elections", body).ExpectCode(422, "election.contest_unfit")
	s.As(authz.GovernmentAdmin, b).Post("/elections", body).ExpectCode(403, "auth.not_permitted")

	// On one day the two elections of 2024 are in different phases.
	pemilu := "/elections/" + election.IDOf("pemilu_2024").String()
	if got := regency.Get(pemilu + "/phases?on=2024-02-12").Expect(200).Text("effective_phases"); got != `["after_determination","quiet_period"]` {
		t.Errorf("Pemilu: %s", got)
	}
	if got := regency.Get(pilkada2024 + "/phases?on=2024-02-12").Expect(200).Text("effective_phases"); got != `["before_determination"]` {
		t.Errorf("Pilkada: %s", got)
	}
}

// Proves X19, U2: a stage is corrected by closing and adding, for the own
// government alone; phases follow, the national entry stays.
func TestElection_StageCorrectedForOneGovernment(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a, b := s.Government("36.03", "Kabupaten Tangerang"), city(t, s)
	officer, neighbour := s.As(authz.AgencyOfficer, b), s.As(authz.AgencyOfficer, a)
	moved := func(to string) map[string]any {
		return map[string]any{"stage": "determination", "name": map[string]any{"id": "Penetapan setelah putusan"}, "effect": "determination",
			"starts_on": to, "ends_on": to, "legal_basis": "Keputusan KPU 412/2024", "source": map[string]any{"id": "salinan keputusan"}, "confidence": "high", "valid_from": "2024-09-20"}
	}
	phases := func(c *harness.Caller) string {
		return c.Get(pilkada2024 + "/phases?on=2024-09-23").Expect(200).Text("effective_phases")
	}
	added := officer.Post(pilkada2024+"/stages", moved("2024-09-24")).Expect(201)
	if added.Text("code") != "pilkada_2024.determination" || added.Text("national") != "false" || pilkada2024 != "/elections/"+added.Text("election_id") || added.Header.Get("Location") != "/api/v1/reference-data/election_stage/pilkada_2024.determination" {
		t.Errorf("got %s", added.Body)
	}
	if phases(officer) != `["before_determination"]` || phases(neighbour) != `["after_determination"]` {
		t.Errorf("own %s, neighbour %s", phases(officer), phases(neighbour))
	}
	officer.Post(pilkada2024+"/stages", moved("2024-09-23")).Expect(201) // wrong from the same day on: the first is withdrawn
	if phases(officer) != `["after_determination"]` {
		t.Errorf("own %s", phases(officer))
	}
	later := moved("2024-09-24")
	later["valid_from"] = "2024-10-01"
	officer.Post(pilkada2024+"/stages", later).Expect(201)
	history := officer.Get("/reference-data/election_stage/pilkada_2024.determination?on=2024-09-30").Expect(200)
	if history.Len("rows") != 4 || history.Text("in_force.data.ends_on") != "2024-09-23" || history.Text("in_force.valid_until") != "2024-09-30" {
		t.Errorf("got %s", history.Body)
	}
	stages := officer.Get(pilkada2024 + "/stages").Expect(200)
	own := 0
	for _, x := range stages.Value("items").([]any) {
		if x.(map[string]any)["national"] == false {
			own++
		}
	}
	if own != 1 || stages.Len("items") != neighbour.Get(pilkada2024+"/stages").Expect(200).Len("items") {
		t.Errorf("got %s", stages.Body)
	}
	bad := moved("2024-09-24")
	bad["ends_on"] = "2024-09-01"
	officer.Post(pilkada2024+"/stages", bad).ExpectCode(422, "election.days_inverted")
	bad["ends_on"], bad["contests"] = "2024-09-24", []string{"president"}
	officer.Post(pilkada2024+"/stages", bad).ExpectCode(422, "election.contest_unfit")
}

// Proves A4, X19: candidates with dated statuses, entered later as well, in an
// order that can be; a wrong step is 409 with the statuses that may follow.
func TestCandidate_DatedStatuses(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	b := city(t, s)
	officer := s.As(authz.AgencyOfficer, b)
	c := officer.Post(pilkada2024+"/candidates", candidate("Bambang Wiryawan", "prospective", "2024-07-15")).Expect(201)
	path := "/candidates/" + c.Text("id")
	if c.Header.Get("Location") != "/api/v1"+path || c.Text("statuses.0.recorded_later") != "true" || c.Text("allowed_steps") != `["update","determined","not_determined","withdrawn"]` {
		t.Errorf("got %s", c.Body)
	}
	status := func(status, from string) map[string]any {
		return map[string]any{"status": status, "valid_from": from, "source": "Keputusan KPU 405/2024"}
	}
	got := officer.Post(path+"/statuses", status("determined", "2024-09-22")).Expect(200)
	if got.Text("status") != "determined" || got.Text("version") != "2" || got.Text("allowed_steps") != `["update","withdrawn"]` {
		t.Errorf("got %s", got.Body)
	}
	wrong := officer.Post(path+"/statuses", status("prospective", "2024-10-01")).ExpectCode(409, "candidate.status_step")
	if wrong.Text("allowed_steps") != `["update","withdrawn"]` {
		t.Errorf("got %s", wrong.Body)
	}
	officer.Post(path+"/statuses", status("withdrawn", "2024-09-22")).ExpectCode(409, "candidate.status_same_day")
	officer.Post(path+"/statuses", status("withdrawn", "2999-01-01")).ExpectCode(422, "candidate.status_ahead")
	if got := officer.Patch(path, map[string]any{"number": 1, "deputy_name": "Laksmi Hapsari"}).Expect(200); got.Text("number") != "1" || got.Header.Get("ETag") != `"3"` {
		t.Errorf("got %s", got.Body)
	}
	officer.Post(pilkada2024+"/candidates", candidate("Rahmat Sanjaya", "withdrawn", "2024-07-15")).ExpectCode(409, "candidate.status_step")
	foreign := candidate("Capres", "prospective", "2024-07-15")
	foreign["contest"] = "president"
	officer.Post(pilkada2024+"/candidates", foreign).ExpectCode(422, "election.contest_unfit")
	officer.Post(pilkada2024+"/candidates", candidate("Rahmat Sanjaya", "determined", "2024-09-22")).Expect(201)
	first := officer.Get(pilkada2024 + "/candidates?contest=mayor&limit=1").Expect(200)
	second := officer.Get(pilkada2024 + "/candidates?contest=mayor&limit=1&cursor=" + first.Text("next_cursor")).Expect(200)
	if first.Text("items.0.name") != "Rahmat Sanjaya" || second.Text("items.0.id") != c.Text("id") || second.Text("next_cursor") != "" {
		t.Errorf("%s then %s", first.Body, second.Body)
	}
	for on, want := range map[string]string{"2024-07-14": "", "2024-09-21": "prospective", "2024-09-22": "determined"} {
		got := officer.Get(pilkada2024 + "/phases?on=" + on + "&candidate_id=" + c.Text("id")).Expect(200)
		if got.Text("candidate.status") != want || got.Text("contest") != "mayor" {
			t.Errorf("on %s: %s", on, got.Body)
		}
	}
	neighbour := s.As(authz.AgencyOfficer, s.Government("36.03", "Kabupaten Tangerang"))
	neighbour.Get(path).ExpectCode(404, "request.not_found")
	neighbour.Get(pilkada2024+"/phases?on=2024-10-07&candidate_id="+c.Text("id")).ExpectCode(404, "request.not_found")
	if n := neighbour.Get(pilkada2024 + "/candidates").Expect(200).Len("items"); n != 0 {
		t.Errorf("the neighbour sees %d candidates", n)
	}
}

// Proves X19, G3: a like for a prospective candidate is proposed as a matter of
// ethics, for a determined one as severe discipline, and the line is that
// candidate's own determination, which a court may move; nothing is decided.
func TestProposals_LineIsTheCandidatesDetermination(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	b := city(t, s)
	officer := s.As(authz.AgencyOfficer, b)
	add := func(status, from string) string {
		return officer.Post(pilkada2024+"/candidates", candidate("Calon", status, from)).Expect(201).Text("id")
	}
	early := add("prospective", "2024-07-15")
	officer.Post("/candidates/"+early+"/statuses", map[string]any{"status": "determined", "valid_from": "2024-09-22", "source": "KPU"}).Expect(200)
	late := add("prospective", "2024-07-15") // determined by a court after the others
	officer.Post("/candidates/"+late+"/statuses", map[string]any{"status": "determined", "valid_from": "2024-10-05", "source": "PTTUN"}).Expect(200)
	ask := func(on, who string) *harness.Answer {
		return officer.Post("/violation-proposals", map[string]any{"on": on, "election_id": pilkada, "candidate_id": who,
			"acts": []string{"like"}, "direction": "favours"}).Expect(200)
	}
	for _, c := range []struct{ on, who, class, level, phase string }{
		{"2024-09-10", early, "ethics", "moral", "before_determination"},
		{"2024-09-22", early, "discipline", "severe", "after_determination"},
		{"2024-10-01", late, "ethics", "moral", "before_determination"},
		{"2024-10-07", late, "discipline", "severe", "after_determination"},
	} {
		got := ask(c.on, c.who)
		if got.Text("items.0.class.code") != c.class || got.Text("items.0.sanction_level.code") != c.level || got.Text("phases.0") != c.phase ||
			got.Text("items.0.legal_basis") == "" || got.Text("items.0.class.name.id") == "" || got.Text("items.0.row_id") == "" {
			t.Errorf("on %s: %s", c.on, got.Body)
		}
	}
	// Without a record of the candidate the status may be stated; a spouse's campaign needs a fact.
	stated := officer.Post("/violation-proposals", map[string]any{"on": "2024-10-07", "candidate_status": "determined", "acts": []string{"like"}}).Expect(200)
	if stated.Text("items.0.class.code") != "discipline" || stated.Text("phases") != `["after_determination"]` {
		t.Errorf("got %s", stated.Body)
	}
	unknown := officer.Post("/violation-proposals", map[string]any{"on": "2024-10-07", "acts": []string{"like", "moonwalk"}}).ExpectCode(422, "reference.code_unknown")
	if unknown.Text("errors.0.pointer") != "/acts/1" {
		t.Errorf("got %s", unknown.Body)
	}
	officer.Post("/violation-proposals", map[string]any{"on": "2024-10-07", "candidate_id": early}).ExpectCode(422, "election.needed")
	other := anElection(s, b)
	officer.Post("/violation-proposals", map[string]any{"on": "2024-10-07", "election_id": other, "candidate_id": early}).ExpectCode(404, "request.not_found")
}
