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
	"github.com/netral-asn/netral/internal/platform/day"
)

type demoCmd struct {
	Clock demoClockCmd `cmd:"" help:"Tell or move the clock of the demo, so that a deadline passes; a running server follows at once. Refused where the data is not the demo's."`
	Reset demoResetCmd `cmd:"" help:"Throw the demo's data away and load it anew at the next start. Refused where the data is not the demo's."`
	Token demoTokenCmd `cmd:"" help:"Print an access token for somebody of the demo programme. Refused where the data is not the demo's."`
}

type demoClockCmd struct {
	masterFlag
	To string `help:"Day that the clock is to show from now on; without it only told." placeholder:"YYYY-MM-DD"`
}

func (c *demoClockCmd) Run(ctx context.Context, g *Globals) error {
	return withDemo(ctx, g, c.masterFlag, func(a *app.App) error {
		var now time.Time
		var err error
		if c.To == "" {
			now, err = demo.Now(ctx, a)
		} else {
			var to day.Day
			if to, err = day.Parse(c.To); err != nil {
				return fmt.Errorf("--to: %w", err)
			}
			now, err = demo.MoveClock(ctx, a, to)
		}
		if err != nil {
			return explain(err)
		}
		fmt.Println(now.Format(time.RFC1123))
		return nil
	})
}

type demoResetCmd struct{ masterFlag }

func (c *demoResetCmd) Run(ctx context.Context, g *Globals) error {
	return withDemo(ctx, g, c.masterFlag, func(a *app.App) error {
		if err := demo.Discard(ctx, a); err != nil {
			return explain(err)
		}
		fmt.Println("At its next start netral serve --demo throws the data away and loads it anew.")
		return nil
	})
}

// withDemo runs fn on the data of a demo server, running or not.
func withDemo(ctx context.Context, g *Globals, m masterFlag, fn func(*app.App) error) error {
	if _, err := os.Stat(filepath.Join(g.dataDir(), "postgres")); g.DatabaseURL == "" && errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s holds no data: start netral serve --demo first, and give the same --data", g.dataDir())
	}
	return withApp(ctx, g, m, fn)
}

type demoTokenCmd struct {
	masterFlag
	Role       string `help:"Whose token: a role of the demo's accounts, for instance agency_officer, opd_officer or asn." required:"" placeholder:"ROLE"`
	Government string `help:"Region code: 36.03, 36.71 or 32.01; none for platform_admin." placeholder:"CODE"`
	Addr       string `help:"Address of the running demo server; when given, the token is tried there." placeholder:"ADDR"`
}

func (c *demoTokenCmd) Run(ctx context.Context, g *Globals) error {
	return withDemo(ctx, g, c.masterFlag, func(a *app.App) error {
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
