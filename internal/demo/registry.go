package demo

import "context"

// registry enlists the cast and imports everybody else from the files.
func (l *loader) registry(ctx context.Context) error {
	return l.each(func(p *place) error {
		if err := l.enlist(ctx, p); err != nil {
			return err
		}
		return l.learn(ctx, p)
	})
}
