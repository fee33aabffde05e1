package identity

import (
	"time"

	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// need is how many people of a government must be able to do something, each
// with an account of their own.
type need struct {
	code       doctor.Code
	severity   doctor.Severity
	permission authz.Permission
	persons    int
	// about is where the people work; one of another need tells it when there is
	// nobody at all.
	about doctor.About
	some  bool
}

// needs is who must be there. One handler of reports is none when the report is
// about that handler (T-12); a text that two must approve waits for ever for the
// second.
var needs = []need{
	{code: "report.handler_missing", severity: doctor.Severe, permission: "report.verify", persons: 1, about: doctor.Government},
	{code: "report.handlers_few", severity: doctor.Warning, permission: "report.verify", persons: 2, about: doctor.Government, some: true},
	{code: "case.decider_missing", severity: doctor.Severe, permission: "case.decide", persons: 1, about: doctor.Government},
	{code: "pact_text.approvers_few", severity: doctor.Severe, permission: "pact.approve", persons: 2, about: doctor.Government},
	{code: "government.admin_missing", severity: doctor.Warning, permission: "account.write", persons: 1, about: doctor.Government},
	{code: "client.approvers_few", severity: doctor.Warning, permission: "client.write", persons: 2, about: doctor.Installation},
}

// keyAge is how old the key that signs access tokens may become.
const keyAge = 180 * 24 * time.Hour

// Findings is what may be wrong with accounts, roles and keys.
func (s *Service) Findings() []doctor.Check {
	out := []doctor.Check{
		{Code: "report.inspector_missing", Severity: doctor.Warning, About: doctor.Government, Operation: "grantRole", Find: inspectorMissing},
		{Code: "account.code_expired", Severity: doctor.Warning, About: doctor.Government, Operation: "renewAccountCode", Find: codesExpired},
		{Code: "account.code_expired", Severity: doctor.Warning, About: doctor.Installation, Operation: "renewAccountCode", Find: codesExpired},
		{Code: "client.credential_expiring", Severity: doctor.Warning, About: doctor.Installation, Operation: "createClientSecret", Find: credentialsExpiring},
		{Code: "signing_key.old", Severity: doctor.Warning, About: doctor.Installation, Command: "netral admin rotate-keys", Find: s.keyOld},
	}
	for _, n := range needs {
		out = append(out, doctor.Check{Code: n.code, Severity: n.severity, About: n.about, Operation: "grantRole", Find: n.find})
	}
	for _, about := range []doctor.About{doctor.Government, doctor.Installation} {
		out = append(out, doctor.Check{Code: "account.second_factor_missing", Severity: doctor.Warning, About: about, Find: s.factorsMissing})
	}
	return out
}

func (n need) find(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
	have, err := peopleWhoMay(tx, n.permission, q.Today)
	return doctor.Once(have < n.persons && (have > 0 || !n.some), fault.Params{"count": have, "needed": n.persons}), err
}

// inspectorMissing: reports about the personnel agency itself, whose officers
// handle the others, have no other way.
func inspectorMissing(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
	have, err := holders(tx, []string{string(authz.Inspector)}, q.Today)
	return doctor.Once(have == 0, nil), err
}

// factorsMissing counts who must still bind a second factor, and until then can
// do nothing.
func (s *Service) factorsMissing(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
	if s.demo {
		return nil, nil
	}
	n, err := withoutFactor(tx, q.Today)
	return doctor.Counted(n), err
}

func codesExpired(tx *db.Tx, _ doctor.Question) ([]doctor.Found, error) {
	n, err := expiredCodes(tx)
	return doctor.Counted(n), err
}

func credentialsExpiring(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
	rows, err := clientsExpiring(tx, q.Today, q.Soon)
	out := make([]doctor.Found, 0, len(rows))
	for _, r := range rows {
		out = append(out, doctor.Found{Object: r.ID, Path: "/clients/" + r.ID.String(), Params: fault.Params{"day": r.Last}})
	}
	return out, err
}

func (s *Service) keyOld(tx *db.Tx, _ doctor.Question) ([]doctor.Found, error) {
	since, err := newestKey(tx)
	if err != nil || since.IsZero() {
		return nil, err
	}
	return doctor.Once(s.now().Sub(since) > keyAge, fault.Params{"count": int(s.now().Sub(since).Hours() / 24)}), nil
}
