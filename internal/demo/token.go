package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Token gives an access token for the demo's account of a role in a government.
// Where the programme is not loaded it refuses: nobody gets a token of a real
// installation this way.
func Token(ctx context.Context, a *app.App, role authz.Role, government string) (string, error) {
	if _, err := sandbox(ctx, a); err != nil {
		return "", err
	}
	if known := roles(); !slices.Contains(known, string(role)) {
		return "", fmt.Errorf("--role must be one of: %s", strings.Join(known, ", "))
	}
	if role == authz.PlatformAdmin {
		return a.Identity.Issue(ctx, id.ForName("account/platform_admin"), id.Nil)
	}
	if known := where(role); !slices.Contains(known, government) {
		return "", fmt.Errorf("--government must be one of the demo's for this role: %s", strings.Join(known, ", "))
	}
	switch role {
	case authz.Bawaslu, authz.BKN:
		return a.Identity.IssueMachine(ctx, id.ForName(clientOf(role, government)))
	case authz.OversightOfficer:
		return a.Identity.Issue(ctx, id.ForName("account/"+government+"/"+string(role)), id.Nil)
	}
	return a.Identity.Issue(ctx, id.ForName("account/"+government+"/"+string(role)), id.ForName("government/"+government))
}

// roles are those that Token knows.
func roles() []string {
	out := []string{string(authz.PlatformAdmin)}
	for _, a := range actors {
		out = append(out, string(a.role))
	}
	return append(out, string(authz.ProvinceOverseer), string(authz.OversightOfficer), string(authz.Bawaslu), string(authz.BKN))
}
