// Command bawaslu-poller follows the feed of a Bawaslu office (GET /changes) and
// writes a line of JSON for every change: the change, and the matter as it
// stands now. It keeps how far it has read in a file, so it may be stopped and
// killed at any time: a change is told at least once, those of one matter in
// their order, and none is lost.
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
	flag.BoolVar(&p.once, "once", false, "tell what there is and end")
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
		switch {
		case p.once && err != nil:
			os.Exit(1)
		case p.once || ctx.Err() != nil:
			return
		case err != nil:
			time.Sleep(5 * time.Second)
		}
	}
}

// patience is how many seconds the server may hold an answer that would be
// empty: what comes is told at once, and little is asked.
const patience = int32(25)

// place is how far we have read: behind which cursor, and what we told of the
// page that follows it.
type place struct {
	Cursor string   `json:"cursor"`
	Told   []string `json:"told"`
}

// line is what is written.
type line struct {
	Change client.Change      `json:"change"`
	Matter *client.CaseStatus `json:"matter,omitempty"`
}

type poller struct {
	id, secret, file string
	once             bool
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

// round tells page by page until there is nothing new.
func (p *poller) round(ctx context.Context) error {
	for {
		if err := p.signIn(ctx); err != nil {
			return err
		}
		changes, err := p.page(ctx)
		if err != nil {
			return err
		}
		for _, c := range changes.Items {
			if err := p.tell(ctx, c); err != nil {
				return err
			}
		}
		p.place = place{Cursor: changes.ResumeCursor}
		if err := p.save(); err != nil || len(changes.Items) == 0 {
			return err
		}
	}
}

func (p *poller) page(ctx context.Context) (*client.ChangeList, error) {
	params := &client.ListChangesParams{}
	if p.place.Cursor != "" {
		params.Cursor = &p.place.Cursor
	}
	if wait := patience; !p.once {
		params.Wait = &wait
	}
	a, err := p.netral.ListChangesWithResponse(ctx, params)
	if err != nil {
		return nil, err
	}
	if a.JSON200 == nil {
		return nil, fmt.Errorf("changes: %s: %s", a.Status(), a.Body)
	}
	return a.JSON200, nil
}

// tell writes a change with its matter. A matter that is out of our reach by now
// has no state for us; the change is told all the same.
func (p *poller) tell(ctx context.Context, c client.Change) error {
	if slices.Contains(p.place.Told, c.Id) {
		return nil
	}
	a, err := p.netral.GetCaseStatusWithResponse(ctx, c.Data.Id, nil)
	if err != nil {
		return err
	}
	if a.JSON200 == nil && a.StatusCode() != http.StatusNotFound {
		return fmt.Errorf("case status: %s: %s", a.Status(), a.Body)
	}
	if err := json.NewEncoder(os.Stdout).Encode(line{Change: c, Matter: a.JSON200}); err != nil {
		return err
	}
	p.place.Told = append(p.place.Told, c.Id)
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
