package notify

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// GetMyNoticePreferences handles GET /me/notice-preferences.
func (h Handlers) GetMyNoticePreferences(ctx context.Context, _ api.GetMyNoticePreferencesRequestObject) (api.GetMyNoticePreferencesResponseObject, error) {
	p, err := h.s.Preferences(ctx)
	if err != nil {
		return nil, err
	}
	return api.GetMyNoticePreferences200JSONResponse{Body: h.toAPIPreferences(p), Headers: api.GetMyNoticePreferences200ResponseHeaders{ETag: wire.ETag(p.Version)}}, nil
}

// SetMyNoticePreferences handles PUT /me/notice-preferences.
func (h Handlers) SetMyNoticePreferences(ctx context.Context, in api.SetMyNoticePreferencesRequestObject) (api.SetMyNoticePreferencesResponseObject, error) {
	p, order, err := toPreferences(*in.Body)
	if err != nil {
		return nil, err
	}
	if p, err = h.s.SetPreferences(ctx, p, order); err != nil {
		return nil, err
	}
	return api.SetMyNoticePreferences200JSONResponse{Body: h.toAPIPreferences(p), Headers: api.SetMyNoticePreferences200ResponseHeaders{ETag: wire.ETag(p.Version)}}, nil
}

func toPreferences(b api.NoticePreferencesInput) (p Preferences, order []string, err error) {
	p = Preferences{Language: lang.Lang(b.Language), WorkingDaysOnly: b.WorkingDaysOnly, Timings: map[string]Timing{}}
	if p.DigestAt, err = parseClock(b.DigestAt); err != nil {
		return p, nil, err
	}
	if q := b.QuietHours; q != nil {
		p.Quiet = &Quiet{}
		if p.Quiet.From, err = parseClock(q.From); err != nil {
			return p, nil, err
		}
		if p.Quiet.Until, err = parseClock(q.Until); err != nil {
			return p, nil, err
		}
	}
	for _, t := range b.Timings {
		order = append(order, string(t.Kind))
		p.Timings[string(t.Kind)] = Timing(t.Timing)
	}
	return p, order, nil
}

func (h Handlers) toAPIPreferences(p Preferences) api.NoticePreferences {
	out := api.NoticePreferences{AccountId: p.Account.String(), Language: api.NoticeLanguage(p.Language), WorkingDaysOnly: p.WorkingDaysOnly, DigestAt: p.DigestAt.String(), Version: p.Version,
		Kinds: make([]api.NoticeKindPreference, 0, len(h.s.names))}
	if p.Quiet != nil {
		out.QuietHours = &api.QuietHours{From: p.Quiet.From.String(), Until: p.Quiet.Until.String()}
	}
	for _, name := range h.s.names {
		k := h.s.kinds[name]
		out.Kinds = append(out.Kinds, api.NoticeKindPreference{Kind: api.NoticeKind(name), Urgency: api.NoticeUrgency(k.Urgency), Timing: api.NoticeTiming(p.timing(k)),
			Timings: wire.Strings[api.NoticeTiming](timings[k.Urgency])})
	}
	return out
}
