package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/netral-asn/netral/internal/importer"
)

// registry enlists the cast and imports everybody else from the files, as an
// agency does.
func (l *loader) registry(ctx context.Context) error {
	return l.each(func(p *place) error {
		if err := l.enlist(ctx, p); err != nil {
			return err
		}
		for i, f := range lists[p.Code] {
			name := "import/" + p.Code // the first one's; further files are named after themselves
			if i > 0 {
				name += "/" + f.name
			}
			if err := l.bring(p.system(ctx, name), f); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
		return l.learn(ctx, p)
	})
}

// bring imports one file; every row must be good.
func (l *loader) bring(ctx context.Context, f file) (err error) {
	in, err := os.Open(filepath.Join(l.dir, f.name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	made, err := l.app.Imports.Run(ctx, importer.File{Name: f.name, ReaderAt: in, Size: info.Size()},
		importer.Options{Mode: importer.AllOrNothing, EmploymentTypes: f.scope}, nil)
	if err != nil {
		return err
	}
	if made.State != importer.Applied {
		return fmt.Errorf("the import ended as %s: %+v", made.State, made.Counts)
	}
	return nil
}
