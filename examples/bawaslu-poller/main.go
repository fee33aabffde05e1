// Command bawaslu-poller writes what became of the matters of a Bawaslu office
// as lines of JSON, one a change. It keeps how far it has read in a file, so it
// may be stopped and killed at any time: a change is told at least once, in
// order, and none is lost.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/netral-asn/netral/api/client"
)

func main() {
	var p poller
	server := flag.String("server", "http://127.0.0.1:8080", "address of the server")
	flag.StringVar(&p.id, "client-id", "", "identifier of the machine client")
	secret := flag.String("secret-file", "", "file with its secret")
	flag.StringVar(&p.file, "state", "poller.state.json", "file that keeps how far was read")
	every := flag.Duration("every", time.Minute, "how often to ask")
	once := flag.Bool("once", false, "ask once and end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := p.prepare(*server, *secret); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		err := p.round(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		if *once && err != nil {
			os.Exit(1)
		}
		if *once {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(*every):
		}
	}
}

// place is how far we have read: the last change we told, and what of that
// instant.
type place struct {
	Since time.Time `json:"since"`
	Told  []string  `json:"told"`
}

type poller struct {
	id, secret, file string
	netral           *client.ClientWithResponses
	token            string
	until            time.Time
	place            place
}

func (p *poller) prepare(server, secretFile string) error {
	b, err := os.ReadFile(secretFile)
	if err != nil {
		return err
	}
	p.secret = strings.TrimSpace(string(b))
	p.netral, err = client.NewClientWithResponses(server+"/api/v1", client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if p.token != "" {
			r.Header.Set("Authorization", "Bearer "+p.token)
		}
		return nil
	}))
	if err != nil {
		return err
	}
	b, err = os.ReadFile(p.file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(b, &p.place)
}

// signIn asks for a token when the present one is about to end.
func (p *poller) signIn(ctx context.Context) error {
	if time.Now().Before(p.until) {
		return nil
	}
	p.token = ""
	a, err := p.netral.IssueTokenWithFormdataBodyWithResponse(ctx, client.IssueTokenFormdataRequestBody{
		GrantType: client.ClientCredentials, ClientId: &p.id, ClientSecret: &p.secret})
	if err != nil {
		return err
	}
	if a.JSON200 == nil {
		return fmt.Errorf("sign in: %s: %s", a.Status(), a.Body)
	}
	p.token, p.until = a.JSON200.AccessToken, time.Now().Add(time.Duration(a.JSON200.ExpiresIn-60)*time.Second)
	return nil
}

// round tells everything new. updated_since takes in its own instant, so what
// was told of it is left out.
func (p *poller) round(ctx context.Context) error {
	if err := p.signIn(ctx); err != nil {
		return err
	}
	params := &client.ListCaseStatusesParams{}
	if since := p.place.Since; !since.IsZero() {
		params.UpdatedSince = &since
	}
	for {
		a, err := p.netral.ListCaseStatusesWithResponse(ctx, params)
		if err != nil {
			return err
		}
		if a.JSON200 == nil {
			return fmt.Errorf("case statuses: %s: %s", a.Status(), a.Body)
		}
		for _, s := range a.JSON200.Items {
			if err := p.tell(s); err != nil {
				return err
			}
		}
		if a.JSON200.NextCursor == nil {
			return nil
		}
		params.Cursor = a.JSON200.NextCursor
	}
}

func (p *poller) tell(s client.CaseStatus) error {
	key := fmt.Sprintf("%s %d", s.Id, s.Version)
	if slices.Contains(p.place.Told, key) {
		return nil
	}
	if err := json.NewEncoder(os.Stdout).Encode(s); err != nil {
		return err
	}
	if s.UpdatedAt.Equal(p.place.Since) {
		p.place.Told = append(p.place.Told, key)
	} else {
		p.place = place{Since: s.UpdatedAt, Told: []string{key}}
	}
	return p.save()
}

// save writes beside and moves into place: half a file is never read.
func (p *poller) save() error {
	b, err := json.Marshal(p.place)
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.file+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(p.file+".new", p.file)
}
