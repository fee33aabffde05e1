package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/demo"
	"github.com/netral-asn/netral/internal/platform/authz"
)

type demoCmd struct {
	Token demoTokenCmd `cmd:"" help:"Print an access token for somebody of the demo programme. Refused where the data is not the demo's."`
}

type demoTokenCmd struct {
	masterFlag
	Role       string `help:"Whose token: a role of the demo's accounts, for instance agency_officer, opd_officer or asn." required:"" placeholder:"ROLE"`
	Government string `help:"Region code: 36.03, 36.71 or 32.01; none for platform_admin." placeholder:"CODE"`
	Addr       string `help:"Address of the running demo server; when given, the token is tried there." placeholder:"ADDR"`
}

func (c *demoTokenCmd) Run(ctx context.Context, g *Globals) error {
	if _, err := os.Stat(filepath.Join(g.dataDir(), "postgres")); g.DatabaseURL == "" && errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s holds no data: start netral serve --demo first, and give the same --data", g.dataDir())
	}
	return withApp(ctx, g, c.masterFlag, func(a *app.App) error {
		token, err := demo.Token(ctx, a, authz.Role(c.Role), c.Government)
		if err != nil {
			return explain(err)
		}
		if c.Addr != "" {
			if err := try(ctx, c.Addr, token); err != nil {
				return err
			}
		}
		fmt.Println(token)
		return nil
	})
}

// try asks the server with the token, so that nobody copies one that another
// installation printed.
func try(ctx context.Context, addr, token string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/api/v1/governments?limit=1", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no server answers at %s: start it with netral serve --demo --addr %[1]s", addr)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusUnauthorized {
		return fmt.Errorf("the server at %s does not know this token: give the same --data as it has", addr)
	}
	return nil
}
