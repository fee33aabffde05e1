package authz

import "sort"

// Role is a dated grant's kind. Governments invent none.
type Role string

// The roles. PlatformAdmin runs the installation and sees no government's rows
// (T-15). Bawaslu and BKN are machines; OversightOfficer is a person of one of
// their offices, who looks after its machines and, in each government of its
// area, sees what they see.
const (
	PlatformAdmin      Role = "platform_admin"
	GovernmentAdmin    Role = "government_admin"
	AgencyOfficer      Role = "agency_officer"
	OPDOfficer         Role = "opd_officer"
	OPDHead            Role = "opd_head"
	TaskForceMember    Role = "task_force_member"
	Inspector          Role = "inspector"
	AuthorisedOfficial Role = "authorised_official"
	AppointingAuth     Role = "appointing_authority"
	IdentityCustodian  Role = "identity_custodian"
	Auditor            Role = "auditor"
	ProvinceOverseer   Role = "province_overseer"
	OversightOfficer   Role = "oversight_officer"
	ASN                Role = "asn"
	Bawaslu            Role = "bawaslu"
	BKN                Role = "bkn"
)

// Roles lists every role in the order documents print them.
var Roles = []Role{
	PlatformAdmin, GovernmentAdmin, AgencyOfficer, OPDOfficer, OPDHead, TaskForceMember, Inspector,
	AuthorisedOfficial, AppointingAuth, IdentityCustodian, Auditor, ProvinceOverseer, OversightOfficer, ASN, Bawaslu, BKN,
}

// Humans are the roles of people; the others are machines.
var Humans = Roles[:len(Roles)-2]

// NeedsSecondFactor tells the roles that read reports or cases or administer
// others: everybody's but that of a civil servant in own matters.
func NeedsSecondFactor(r Role) bool { return r != ASN && !machine(r) }

// enrolment is what a person may use who must bind a second factor first.
var enrolment = []Permission{"me.read", "me.totp"}

// machine reports whether a role is that of an oversight body's machines; its
// people have it in the body's area.
func machine(r Role) bool { return r == Bawaslu || r == BKN }

// ofMachines are what they have that people do not: feeds, endpoints and a record
// belong to one machine.
var ofMachines = []Permission{"change.read", "client.own", "webhook.read", "webhook.write"}

// told are what a machine may ask however narrow its scopes are: what it may do,
// and what is done about it.
var told = []Permission{"client.own", "client.read"}

// Reach is how far a permission goes inside a government.
type Reach int

// The reaches, from narrow to wide. Self is the caller's own record, Subtree
// the OPD named in the grant with all units under it, Whole the government.
const (
	Self Reach = iota + 1
	Subtree
	Whole
)

// Permission is a name that operations of the contract carry as x-permission.
type Permission string

// Public is the permission of operations open to everybody.
const Public Permission = "public"

type grantTable map[Role]Reach

// whole, subtree and self spell a row of the table below.
func whole(r ...Role) grantTable { return grantTable{}.add(Whole, r) }

func (t grantTable) subtree(r ...Role) grantTable { return t.add(Subtree, r) }
func (t grantTable) self(r ...Role) grantTable    { return t.add(Self, r) }

func (t grantTable) add(reach Reach, roles []Role) grantTable {
	for _, r := range roles {
		t[r] = max(t[r], reach)
	}
	return t
}

// permissions is the one table of who may do what; the documents are printed
// from it. One line a permission, by resource.
var permissions = map[Permission]grantTable{
	// governments and mandates
	"government.create": whole(PlatformAdmin),
	"government.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial,
		AppointingAuth, IdentityCustodian, Auditor, ProvinceOverseer, Bawaslu, BKN, OPDOfficer, OPDHead, ASN),
	"government.update":      whole(GovernmentAdmin),
	"application.decide":     whole(PlatformAdmin),
	"application.read":       whole(PlatformAdmin),
	"numbering.read":         whole(GovernmentAdmin, AgencyOfficer, Auditor),
	"numbering.take":         whole(GovernmentAdmin, AgencyOfficer),
	"numbering.write":        whole(GovernmentAdmin),
	"message_template.read":  whole(GovernmentAdmin, AgencyOfficer, Auditor),
	"message_template.write": whole(GovernmentAdmin),
	"mandate.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial,
		AppointingAuth, Auditor, ProvinceOverseer),
	"mandate.write": whole(GovernmentAdmin, AgencyOfficer),

	// units
	"opd.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth,
		Auditor).subtree(OPDOfficer, OPDHead),
	"opd.write": whole(GovernmentAdmin, AgencyOfficer),

	// persons
	"asn.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial,
		AppointingAuth).subtree(OPDOfficer, OPDHead).self(ASN),
	"asn.search":  whole(AgencyOfficer, TaskForceMember, Inspector).subtree(OPDOfficer, OPDHead),
	"asn.write":   whole(GovernmentAdmin, AgencyOfficer),
	"asn.absence": whole(AgencyOfficer).subtree(OPDOfficer),

	// identity
	"me.read":          whole(Humans...),
	"me.write":         whole(Humans...),
	"me.totp":          whole(Humans...),
	"account.read":     whole(PlatformAdmin, GovernmentAdmin),
	"account.write":    whole(PlatformAdmin, GovernmentAdmin),
	"grant.read":       whole(PlatformAdmin, GovernmentAdmin, Auditor),
	"grant.write":      whole(PlatformAdmin, GovernmentAdmin),
	"activation.print": whole(GovernmentAdmin, AgencyOfficer).subtree(OPDOfficer),
	"activation.issue": whole(GovernmentAdmin, AgencyOfficer).subtree(OPDOfficer),
	// Each sees the clients that concern them: the watched, the watchers, and who
	// watches over both. Secrets and keys are the office's own matter.
	"client.read":       whole(PlatformAdmin, GovernmentAdmin, Auditor, ProvinceOverseer, OversightOfficer, Bawaslu, BKN),
	"client.write":      whole(PlatformAdmin),
	"client.credential": whole(PlatformAdmin, OversightOfficer),
	"client.suspend":    whole(PlatformAdmin, GovernmentAdmin, OversightOfficer),
	"client.own":        whole(Bawaslu, BKN),

	// what is wrong with the set-up; never of a report or a case
	"history.read": whole(PlatformAdmin, GovernmentAdmin, Auditor),
	"finding.read": whole(PlatformAdmin, GovernmentAdmin, AgencyOfficer, Auditor),

	// organisations
	"organisation.read":  whole(Roles...),
	"organisation.write": whole(PlatformAdmin),

	// imports
	"import.read":  whole(GovernmentAdmin, AgencyOfficer).subtree(OPDOfficer),
	"import.write": whole(GovernmentAdmin, AgencyOfficer),

	// uploads: whoever files or handles something that files belong to, each their own
	"upload.write": whole(AgencyOfficer, TaskForceMember, Inspector, Bawaslu, BKN).subtree(OPDOfficer).self(ASN),

	// reference data and elections
	"reference.read": whole(Roles...),
	// Each writes its own: a government its rows, the installation the national ones.
	"reference.write": whole(GovernmentAdmin, AgencyOfficer, PlatformAdmin),
	"election.read": whole(GovernmentAdmin, AgencyOfficer, OPDOfficer, OPDHead, TaskForceMember, Inspector, AuthorisedOfficial,
		AppointingAuth, IdentityCustodian, Auditor, ProvinceOverseer, ASN, Bawaslu, BKN),
	"election.write": whole(AgencyOfficer),

	// circulars
	"circular.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth,
		Auditor).subtree(OPDOfficer, OPDHead).self(ASN),
	"circular.write":       whole(AgencyOfficer),
	"circular.issue":       whole(AgencyOfficer, AuthorisedOfficial, AppointingAuth),
	"circular.coverage":    whole(AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth).subtree(OPDOfficer, OPDHead),
	"circular.record":      whole(AgencyOfficer).subtree(OPDOfficer),
	"circular.acknowledge": grantTable{}.self(ASN),

	// events
	"event.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth,
		Auditor).subtree(OPDOfficer, OPDHead),
	"event.write":      whole(AgencyOfficer),
	"event.attendance": whole(AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth).subtree(OPDOfficer, OPDHead),
	"event.record":     whole(AgencyOfficer).subtree(OPDOfficer),
	"event.own":        grantTable{}.self(ASN),

	// pacts
	"pact.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth,
		Auditor, ProvinceOverseer).subtree(OPDOfficer, OPDHead),
	"pact.write":           whole(AgencyOfficer),
	"pact.approve":         whole(AgencyOfficer, AuthorisedOfficial, AppointingAuth),
	"pact.obligation_read": whole(AgencyOfficer, TaskForceMember).subtree(OPDOfficer, OPDHead),
	"pact.sign":            grantTable{}.self(ASN),
	"pact.record_paper":    whole(AgencyOfficer).subtree(OPDOfficer),
	"pact.signature_read":  whole(AgencyOfficer, Inspector, Auditor).subtree(OPDOfficer, OPDHead).self(ASN),
	"pact.strike":          whole(AgencyOfficer),
	"pact.refusal_read":    whole(AgencyOfficer),

	// coachings
	"coaching.read":  whole(AgencyOfficer).subtree(OPDOfficer, OPDHead),
	"coaching.write": whole(AgencyOfficer).subtree(OPDOfficer),
	"coaching.own":   grantTable{}.self(ASN),

	// referrals: what an office of Bawaslu sends
	"referral.write": whole(Bawaslu),
	"referral.read":  whole(Bawaslu),

	// reports: government administrators have none of these (T-15)
	"report.create":   whole(AgencyOfficer, TaskForceMember, Inspector).subtree(OPDOfficer).self(ASN),
	"report.read":     whole(AgencyOfficer, TaskForceMember, Inspector).subtree(OPDOfficer).self(ASN),
	"report.message":  whole(AgencyOfficer, TaskForceMember, Inspector).subtree(OPDOfficer).self(ASN),
	"report.withdraw": whole(AgencyOfficer, TaskForceMember, Inspector).subtree(OPDOfficer).self(ASN),
	"report.verify":   whole(AgencyOfficer, TaskForceMember, Inspector),
	"report.assign":   whole(AgencyOfficer, TaskForceMember, Inspector),

	// task forces
	"taskforce.read": whole(GovernmentAdmin, AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth,
		Auditor, ProvinceOverseer),
	"taskforce.write": whole(AgencyOfficer),

	// recommendations
	"recommendation.read": whole(AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth, Auditor,
		ProvinceOverseer),
	"recommendation.write": whole(AgencyOfficer, TaskForceMember),

	// cases
	"case.read": whole(AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth).self(ASN, OPDOfficer, OPDHead),
	"case.open": whole(AgencyOfficer, TaskForceMember, Inspector),
	// the direct superior must summon and examine
	"case.examine":   whole(AgencyOfficer, TaskForceMember, Inspector).self(ASN, OPDOfficer, OPDHead),
	"case.recommend": whole(AgencyOfficer, TaskForceMember, Inspector),
	"case.note":      whole(AgencyOfficer, TaskForceMember, Inspector),
	"case.assign":    whole(AgencyOfficer, Inspector),
	"case.decide":    whole(AgencyOfficer, AuthorisedOfficial, AppointingAuth),
	"case.close":     whole(AgencyOfficer, AuthorisedOfficial, AppointingAuth),
	"case.reopen":    whole(Inspector, AuthorisedOfficial, AppointingAuth),

	// sanctions
	"sanction.read":   whole(AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth).self(ASN, OPDOfficer, OPDHead),
	"sanction.impose": whole(AgencyOfficer, AuthorisedOfficial, AppointingAuth),
	"sanction.handle": whole(AgencyOfficer),

	// deadlines: each clock also asks for the right to read what it runs for
	"deadline.read": whole(AgencyOfficer, TaskForceMember, Inspector, AuthorisedOfficial, AppointingAuth, Auditor, ProvinceOverseer),
	// not for those whose time it is: they ask, others grant
	"deadline.change": whole(AgencyOfficer, TaskForceMember, Inspector),

	// case statuses
	"casestatus.read": whole(Bawaslu, BKN, ProvinceOverseer),

	// changes: of the body's own matters, or for a government's own systems
	"change.read": whole(GovernmentAdmin, AgencyOfficer, Bawaslu, BKN),

	// webhooks: endpoints that are told of the same
	"webhook.read":  whole(GovernmentAdmin, AgencyOfficer, Bawaslu, BKN),
	"webhook.write": whole(GovernmentAdmin, Bawaslu, BKN),
}

// assured are what an account opened with a printed code may not do until more
// is bound to it: whoever picked up the slip could be anybody, and an own case
// or an examination record is for nobody else.
var assured = []Permission{"case.read", "case.examine", "sanction.read"}

// Permissions lists every permission, sorted.
func Permissions() []Permission {
	out := make([]Permission, 0, len(permissions))
	for p := range permissions {
		out = append(out, p)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// ReachOf tells how far a role's permission goes, 0 when it has none.
func ReachOf(r Role, p Permission) Reach { return permissions[p][r] }

// Known reports whether the permission is in the table (or Public).
func Known(p Permission) bool { return p == Public || permissions[p] != nil }
