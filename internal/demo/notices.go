package demo

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/page"
)

// tell lets people be told of a step on its own day.
func (l *loader) tell(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = l.app.Notices.Tell(ctx); err != nil {
			return err
		}
	}
	return nil
}

// unreadFor is how far back everybody has left something unread.
const unreadFor = 60 * 24 * time.Hour

// read lets everybody have read what is older.
func (l *loader) read(ctx context.Context) error {
	since, err := l.now(ctx)
	if err != nil {
		return err
	}
	since = since.Add(-unreadFor)
	return l.each(func(p *place) error {
		for _, a := range actors {
			if err := l.readAs(ctx, p.principal(a.role), since); err != nil {
				return err
			}
		}
		return nil
	})
}

// prefer lets the agency's officers have circulars in a digest on working days,
// and the nights to themselves.
func (l *loader) prefer(ctx context.Context) error {
	return l.each(func(p *place) error {
		scope, err := authz.Decide(p.principal(authz.AgencyOfficer), "me.write")
		if err != nil {
			return err
		}
		_, err = l.app.Notices.SetPreferences(authz.With(ctx, scope), notify.Preferences{Language: lang.Indonesian, Quiet: &notify.Quiet{From: 21 * 60, Until: 5 * 60},
			WorkingDaysOnly: true, DigestAt: 7 * 60, Timings: map[string]notify.Timing{"circular_issued": notify.Daily}}, []string{"circular_issued"})
		return err
	})
}

// word lets Kab. Tangerang tell of circulars in words of its own.
func (l *loader) word(ctx context.Context) error {
	p := l.kabTangerang()
	scope, err := authz.Decide(p.principal(authz.GovernmentAdmin), "message_template.write")
	if err != nil {
		return err
	}
	ctx = authz.With(ctx, scope)
	all, err := l.app.Notices.Templates(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Kind == "circular_issued" && m.Language == lang.Indonesian {
			_, err = l.app.Notices.SetTemplate(ctx, m.ID, notify.Template{Subject: "Surat edaran BKPSDM untuk Anda",
				Text: "Yth. Bapak/Ibu, {government} menerbitkan surat edaran yang ditujukan kepada Anda."})
			return err
		}
	}
	return nil
}

func (l *loader) readAs(ctx context.Context, p authz.Principal, since time.Time) error {
	scope, err := authz.Decide(p, "me.read")
	if err != nil {
		return err
	}
	ctx = authz.With(ctx, scope)
	told, _, err := l.app.Notices.List(ctx, lang.Indonesian, notify.Filter{}, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	for _, n := range told.Items {
		if n.At.Before(since) {
			return l.app.Notices.MarkAllRead(ctx, n.ID)
		}
	}
	return nil
}
