package event

import "github.com/netral-asn/netral/internal/workitem"

// WorkItems is what events ask of people: to come, and of the agency to say that an
// event was held and to see to what a meeting agreed.
func WorkItems() []workitem.Source {
	return []workitem.Source{
		{Kind: "event_invitation", Permission: "event.own", Find: invitationsAhead},
		{Kind: "event_holding", Permission: "event.write", Find: unheld},
		{Kind: "event_action_point", Permission: "event.write", Find: pointsOpen},
	}
}

// CheckingIn is what a person does with the own invitation.
const CheckingIn Step = "check_in"
