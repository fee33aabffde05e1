package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/lang"
)

type doctorCmd struct {
	masterFlag
	filesFlags
	mailFlags
	Demo       bool   `help:"The data is the demo's, where nobody needs a second factor and letters go to a folder." env:"NETRAL_DEMO"`
	Government string `help:"Region code of one government; default: the installation and all governments." placeholder:"CODE"`
	JSON       bool   `name:"json" help:"Print what GET /findings answers, for scripts."`
	Language   string `help:"Language of the texts: id or en." enum:"id,en" default:"id"`
}

// errSevere is the exit status of a set-up that loses a report or a deadline.
var errSevere = errors.New("something severe was found: a report or a deadline would be lost")

func (c *doctorCmd) Run(ctx context.Context, g *Globals) error {
	files, err := c.files(g)
	if err != nil {
		return err
	}
	carriers, err := c.outside().Carriers(c.Demo, g.dataDir())
	if err != nil {
		return err
	}
	var found []doctor.Examined
	err = withApp(ctx, g, c.masterFlag, func(a *app.App) error {
		found, err = a.Doctor.Examine(ctx, c.Government)
		return explain(err)
	}, func(a *app.Config) { a.Files, a.Demo, a.Carriers = files, c.Demo, carriers })
	if err != nil {
		return err
	}
	write := writeFindings
	if c.JSON {
		write = writeFindingsJSON
	}
	if err := write(os.Stdout, lang.Lang(c.Language), found); err != nil {
		return err
	}
	for _, e := range found {
		if e.Severe() {
			return errSevere
		}
	}
	return nil
}

// writeFindings prints for people.
func writeFindings(w io.Writer, l lang.Lang, found []doctor.Examined) error {
	for _, e := range found {
		place := "installation"
		if e.Code != "" {
			place = e.Code + " " + e.Name
		}
		if len(e.Findings) == 0 {
			if _, err := fmt.Fprintf(w, "%s: nothing found\n", place); err != nil {
				return err
			}
		}
		for _, f := range e.Findings {
			if _, err := fmt.Fprintf(w, "%s: %s: %s [%s]\n  %s\n  -> %s\n", place, f.Severity, f.Title(l), f.Code, f.Risk(l), f.Remedy(l)); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeFindingsJSON prints for scripts: one list of places, each as GET /findings
// shows it.
func writeFindingsJSON(w io.Writer, _ lang.Lang, found []doctor.Examined) error {
	out := make([]doctor.Printed, 0, len(found))
	for _, e := range found {
		out = append(out, e.Printed())
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
