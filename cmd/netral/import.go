package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/importer"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/page"
)

type importCmd struct {
	File        string            `arg:"" help:"XLSX or CSV." type:"existingfile"`
	Government  string            `help:"Region code of the government, such as 36.03." required:"" placeholder:"CODE"`
	DryRun      bool              `help:"Compare only; nothing is changed."`
	Mode        string            `help:"all_or_nothing applies when no row is refused, accept_valid applies the good rows." enum:"all_or_nothing,accept_valid" default:"all_or_nothing"`
	OPD         string            `name:"opd" help:"Scope: code of the unit to which the people of the file belong." placeholder:"CODE"`
	Employment  []string          `help:"Scope: kinds of employment in the file." enum:"pns,cpns,pppk,pppk_part_time,non_asn" placeholder:"KIND"`
	ValidFrom   string            `help:"First day of what the file gives no day for (default: today)." placeholder:"YYYY-MM-DD"`
	Worksheet   string            `help:"Name of the worksheet (default: the first that is not hidden)." placeholder:"NAME"`
	Map         map[string]string `help:"Column by hand: its heading or letters, and the field." placeholder:"HEADING=FIELD" mapsep:"none"`
	CreateUnits bool              `help:"Create OPD that the file names and the registry does not know."`
	Refused     string            `help:"Where refused rows are written (default: beside the file)." placeholder:"FILE"`
	Language    string            `help:"Language of reasons: id or en." enum:"id,en" default:"id"`
}

// errRefused makes the exit code tell that nothing was applied.
var errRefused = errors.New("rows were refused, so nothing was applied (--mode accept_valid applies the others)")

func (c *importCmd) Run(ctx context.Context, g *Globals) error {
	store, err := g.storage().Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if _, err := db.Migrate(ctx, store.OwnerURL); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: store.AppURL, MaxConnections: 6})
	if err != nil {
		return err
	}
	defer d.Close()
	scoped, o, err := c.options(ctx, d)
	if err != nil {
		return explain(err)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	s := importer.NewService(d, nil, 0)
	bar, done := progressBar(os.Stderr)
	i, err := s.Run(scoped, importer.File{Name: filepath.Base(c.File), ReaderAt: f, Size: info.Size()}, o, bar)
	done()
	if err != nil {
		return explain(err)
	}
	return c.report(scoped, s, i)
}

// options finds the government and the unit by their codes.
func (c *importCmd) options(ctx context.Context, d *db.DB) (context.Context, importer.Options, error) {
	o := importer.Options{Mode: importer.Mode(c.Mode), Worksheet: c.Worksheet, EmploymentTypes: c.Employment, CreateUnits: c.CreateUnits, Mapping: map[string]importer.Field{}}
	if c.DryRun {
		o.Mode = importer.DryRun
	}
	for heading, field := range c.Map {
		o.Mapping[heading] = importer.Field(field)
	}
	var err error
	if c.ValidFrom != "" {
		if o.ValidFrom, err = day.Parse(c.ValidFrom); err != nil {
			return ctx, o, err
		}
	}
	var entry government.Entry
	if err := d.Read(authz.With(ctx, authz.ForSystem(authz.Platform)), func(tx *db.Tx) error {
		entry, err = government.EntryByCodeTx(tx, c.Government)
		return err
	}); err != nil {
		return ctx, o, fmt.Errorf("government %s: %w", c.Government, explain(err))
	}
	ctx = authz.With(ctx, authz.ForSystem(entry.Tenant))
	if c.OPD == "" {
		return ctx, o, nil
	}
	var tree []opd.Unit
	if err := d.Read(ctx, func(tx *db.Tx) error { tree, err = opd.TreeTx(tx); return err }); err != nil {
		return ctx, o, err
	}
	at := slices.IndexFunc(tree, func(u opd.Unit) bool { return u.Code == c.OPD })
	if at < 0 {
		return ctx, o, fmt.Errorf("there is no unit with the code %s", c.OPD)
	}
	o.OPD = &tree[at].ID
	return ctx, o, nil
}

// progressBar shows progress to a person at a terminal, and nothing to a file.
func progressBar(out *os.File) (show func(importer.Progress), done func()) {
	if !isTerminal(out) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(100, progressbar.OptionSetWriter(out), progressbar.OptionSetWidth(40), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetDescription("reading"))
	return func(p importer.Progress) {
		bar.Describe(fmt.Sprintf("%-9s %d rows", p.Phase, p.Rows))
		_ = bar.Set(p.Percent) // a terminal that cannot be written to is no reason to stop
	}, func() { _ = bar.Finish() }
}

// report says what came of the file and writes the refused rows.
func (c *importCmd) report(ctx context.Context, s *importer.Service, i importer.Import) error {
	n := i.Counts
	fmt.Printf("import %s: %s\n", i.ID, i.State)
	if i.Problem != "" {
		reason, remedy, _ := importer.Explain(lang.Lang(c.Language), i.Problem)
		return fmt.Errorf("%s (%s). %s", strings.TrimRight(reason, "."), at(i.ProblemLine), remedy)
	}
	fmt.Printf("rows %d: created %d, changed %d, moved %d, unchanged %d, refused %d; warned %d, passed over %d\n",
		n.Rows, n.Created, n.Changed, n.Moved, n.Unchanged, n.Refused, n.Warned, n.Skipped)
	if n.Units > 0 {
		fmt.Printf("units created: %d\n", n.Units)
	}
	if n.Retiring > 0 {
		fmt.Printf("past the age of retirement: %d\n", n.Retiring)
	}
	if n.Gone > 0 {
		fmt.Printf("in the scope and not in the file: %d (a proposal; nothing is done)\n", n.Gone)
	}
	if n.Refused > 0 {
		if err := c.writeRefused(ctx, s, i.ID); err != nil {
			return err
		}
	}
	if i.State == importer.Ready {
		fmt.Println("nothing was changed; apply it without --dry-run, or with POST /api/v1/imports/" + i.ID.String() + "/application")
	}
	if i.State == importer.RefusedAs {
		return errRefused
	}
	return nil
}

func at(line int) string {
	if line == 0 {
		return "the file as a whole"
	}
	return fmt.Sprintf("row %d", line)
}

// shown is how many refused rows are printed; all are in the file.
const shown = 10

func (c *importCmd) writeRefused(ctx context.Context, s *importer.Service, iid id.ID) (err error) {
	path := c.Refused
	if path == "" {
		path = strings.TrimSuffix(c.File, filepath.Ext(c.File)) + ".refused.xlsx"
	}
	p, _, err := s.Answers(ctx, iid, importer.AnswerFilter{Outcome: importer.RowRefused}, page.Request{Limit: shown})
	if err != nil {
		return err
	}
	for _, a := range p.Items {
		c.printAnswer(os.Stdout, a)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) // personal data
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := s.WriteRefused(ctx, f, iid, lang.Lang(c.Language)); err != nil {
		return err
	}
	fmt.Println("refused rows with reasons:", path)
	return nil
}

func (c *importCmd) printAnswer(out io.Writer, a importer.Answer) {
	for _, f := range a.Findings {
		if f.Severity == importer.Error {
			reason, _, _ := importer.Explain(lang.Lang(c.Language), f.Code)
			_, _ = fmt.Fprintf(out, "  row %d, %s: %s\n", a.Line, f.Field, reason)
		}
	}
}
