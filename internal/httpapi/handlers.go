package httpapi

import (
	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/application"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/casestatus"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/circular"
	"github.com/netral-asn/netral/internal/coaching"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/event"
	"github.com/netral-asn/netral/internal/feed"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/history"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/importer"
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/pact"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/referral"
	"github.com/netral-asn/netral/internal/report"
	"github.com/netral-asn/netral/internal/sanction"
	"github.com/netral-asn/netral/internal/taskforce"
	"github.com/netral-asn/netral/internal/upload"
	"github.com/netral-asn/netral/internal/vocabulary"
	"github.com/netral-asn/netral/internal/webhook"
	"github.com/netral-asn/netral/internal/workitem"
)

// Aliases give the embedded handlers their field names.
type (
	governmentH     = government.Handlers
	applicationH    = application.Handlers
	opdH            = opd.Handlers
	asnH            = asn.Handlers
	circularH       = circular.Handlers
	eventH          = event.Handlers
	coachingH       = coaching.Handlers
	organisationH   = organisation.Handlers
	pactH           = pact.Handlers
	catalogH        = catalog.Handlers
	electionH       = election.Handlers
	referralH       = referral.Handlers
	reportH         = report.Handlers
	recommendationH = recommendation.Handlers
	taskforceH      = taskforce.Handlers
	identityH       = identity.Handlers
	importerH       = importer.Handlers
	uploadH         = upload.Handlers
	casefileH       = casefile.Handlers
	sanctionH       = sanction.Handlers
	casestatusH     = casestatus.Handlers
	deadlineH       = deadline.Handlers
	workitemH       = workitem.Handlers
	doctorH         = doctor.Handlers
	notifyH         = notify.Handlers
	historyH        = history.Handlers
	webhookH        = webhook.Handlers
	feedH           = feed.Handlers
	vocabularyH     = vocabulary.Handlers
)

// Services are what the handlers stand on, one a resource.
type Services struct {
	Governments     *government.Service
	Applications    *application.Service
	OPD             *opd.Service
	ASN             *asn.Service
	Circulars       *circular.Service
	Events          *event.Service
	Coachings       *coaching.Service
	Organisations   *organisation.Service
	Pacts           *pact.Service
	Catalog         *catalog.Service
	Elections       *election.Service
	Referrals       *referral.Service
	Reports         *report.Service
	Recommendations *recommendation.Service
	TaskForces      *taskforce.Service
	Identity        *identity.Service
	Imports         *importer.Service
	Uploads         *upload.Service
	Cases           *casefile.Service
	Sanctions       *sanction.Service
	CaseStatuses    *casestatus.Service
	Deadlines       *deadline.Service
	WorkItems       *workitem.Service
	Doctor          *doctor.Service
	Notices         *notify.Service
	History         *history.Service
	Webhooks        *webhook.Service
	Feed            *feed.Service
}

// Handlers are all operations of the contract: a missing or doubled method
// does not compile.
type Handlers struct {
	governmentH
	applicationH
	opdH
	asnH
	identityH
	importerH
	uploadH
	circularH
	eventH
	coachingH
	organisationH
	casefileH
	sanctionH
	casestatusH
	deadlineH
	feedH
	pactH
	catalogH
	electionH
	referralH
	reportH
	recommendationH
	taskforceH
	workitemH
	doctorH
	notifyH
	historyH
	webhookH
	vocabularyH
}

var _ api.StrictServerInterface = Handlers{}

// NewHandlers joins the resources' handlers.
func NewHandlers(s Services) Handlers {
	var h Handlers
	h.governmentH = government.NewHandlers(s.Governments)
	h.applicationH = application.NewHandlers(s.Applications)
	h.opdH = opd.NewHandlers(s.OPD)
	h.asnH = asn.NewHandlers(s.ASN)
	h.importerH = importer.NewHandlers(s.Imports)
	h.uploadH = upload.NewHandlers(s.Uploads)
	h.identityH = identity.NewHandlers(s.Identity)
	h.circularH = circular.NewHandlers(s.Circulars)
	h.eventH = event.NewHandlers(s.Events)
	h.coachingH = coaching.NewHandlers(s.Coachings)
	h.deadlineH = deadline.NewHandlers(s.Deadlines)
	h.organisationH = organisation.NewHandlers(s.Organisations)
	h.casefileH = casefile.NewHandlers(s.Cases)
	h.sanctionH = sanction.NewHandlers(s.Sanctions)
	h.casestatusH = casestatus.NewHandlers(s.CaseStatuses)
	h.feedH = feed.NewHandlers(s.Feed)
	h.pactH = pact.NewHandlers(s.Pacts)
	h.catalogH = catalog.NewHandlers(s.Catalog)
	h.electionH = election.NewHandlers(s.Elections)
	h.referralH = referral.NewHandlers(s.Referrals)
	h.reportH = report.NewHandlers(s.Reports)
	h.recommendationH = recommendation.NewHandlers(s.Recommendations)
	h.taskforceH = taskforce.NewHandlers(s.TaskForces)
	h.doctorH = doctor.NewHandlers(s.Doctor)
	h.workitemH = workitem.NewHandlers(s.WorkItems)
	h.notifyH = notify.NewHandlers(s.Notices)
	h.historyH = history.NewHandlers(s.History)
	h.webhookH = webhook.NewHandlers(s.Webhooks)
	return h
}
