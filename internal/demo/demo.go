package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Programme joins the demo to a server: its files go to the folder demo of the
// data folder, its progress to out.
func Programme(dataDir string, out io.Writer) *app.Programme {
	l := &loader{dir: filepath.Join(dataDir, "demo"), out: out, began: time.Now()}
	return &app.Programme{
		Clear: func(ctx context.Context, ownerURL string) error {
			l.ownerURL = ownerURL
			return clear(ctx, ownerURL)
		},
		Load: func(ctx context.Context, a *app.App) ([]string, error) {
			l.app = a
			return l.load(ctx)
		},
	}
}

// loader fills a database.
type loader struct {
	app *app.App
	// ownerURL is the database as the role that owns the tables.
	ownerURL string
	dir      string
	out      io.Writer
	began    time.Time
	// places are the governments in the order of population.Codes.
	places []*place
}

// place is one government with what has been loaded of it.
type place struct {
	government.Government
	staff *population.Government
	cast  map[string]*population.Person // by handle
	ids   map[*population.Person]id.ID
	units map[*population.Unit]id.ID // below an OPD
}

// name is the name of something of the government's: "opd/36.03/dinkes".
func (p *place) name(kind, rest string) string { return kind + "/" + p.Code + "/" + rest }

// ref is the identifier that follows from a name.
func (p *place) ref(kind, rest string) id.ID { return id.ForName(p.name(kind, rest)) }

// person is the registry's identifier of an invented person.
func (p *place) person(q *population.Person) id.ID {
	v, ok := p.ids[q]
	if !ok {
		panic("demo: " + q.Position + " is not registered yet")
	}
	return v
}

// system is the context in which the program itself acts inside the government,
// with identifiers that follow from name.
func (p *place) system(ctx context.Context, name string) context.Context {
	return id.Named(authz.With(ctx, authz.ForSystem(p.Tenant)), name)
}

var errForeign = errors.New("this data folder holds governments that are not the demo's; give another one with --data")

func (l *loader) load(ctx context.Context) ([]string, error) {
	s, err := l.state(ctx)
	switch {
	case err != nil:
		return nil, err
	case s == foreign || s == interrupted: // interrupted here: another server loads just now
		return nil, errForeign
	case s == complete:
		return l.hints()
	}
	if err := l.walk(ctx); err != nil {
		return nil, err
	}
	l.say("loaded")
	return l.hints()
}

// walk does everything, day by day.
func (l *loader) walk(ctx context.Context) error {
	if err := l.mark(ctx, begun); err != nil {
		return err
	}
	for _, step := range l.steps() {
		if err := l.at(ctx, step.on, step.hour); err != nil {
			return err
		}
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s, %s: %w", step.on, step.what, err)
		}
		if err := l.analyse(ctx, step.filled); err != nil {
			return err
		}
		if err := l.tell(ctx); err != nil {
			return err
		}
		if !step.quiet {
			l.say(step.what)
		}
	}
	if err := l.at(ctx, Season, 9); err != nil {
		return err
	}
	if err := l.prefer(ctx); err != nil {
		return err
	}
	if err := l.word(ctx); err != nil {
		return err
	}
	if err := l.read(ctx); err != nil {
		return err
	}
	return l.mark(ctx, loaded)
}

// Season is the day that the clock of the demo shows once it is loaded.
var Season = day.New(2024, time.December, 2)

// step is what happened on a day.
type step struct {
	on   day.Day
	hour int
	what string
	do   func(context.Context) error
	// filled are tables that the step fills with thousands of rows.
	filled []string
	// quiet steps are not told one by one.
	quiet bool
}

// wib is the zone of all three governments.
var wib = must(time.LoadLocation("Asia/Jakarta"))

// must is for what is embedded in the program and so cannot fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// at moves the clock to an hour of a day.
func (l *loader) at(ctx context.Context, d day.Day, hour int) error {
	return l.app.DB.MoveClock(ctx, d.Start(wib).Add(time.Duration(hour)*time.Hour))
}

// say tells how far the load is.
func (l *loader) say(what string) {
	if l.out != nil {
		_, _ = fmt.Fprintf(l.out, "demo %5.1f s  %s\n", time.Since(l.began).Seconds(), what)
	}
}
