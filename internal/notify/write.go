package notify

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// written is the message of a delivery as it is right now.
type written struct {
	message carrier.Message
	// withheld says why nothing is sent.
	withheld string
	// members are the deliveries that a digest gathered, with why it does not
	// tell of one; nil where nobody looked.
	members map[id.ID]string
}

// write writes the message of a delivery, or says why there is none: rights are
// asked at the moment of sending (T-11).
func (s *Service) write(ctx context.Context, d Delivery) (w written, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		r, found, err := s.outside.Identity.ReceiverTx(tx, d.Address)
		if err != nil {
			return err
		}
		p, err := preferencesTx(tx, d.Account)
		if err != nil {
			return err
		}
		w.message = carrier.Message{ID: d.Message.String(), To: r.Value, Language: string(p.Language), Date: d.Created}
		var text letter
		switch {
		case !found:
			w.withheld = "address_gone"
		case d.Kind == codeKind && r.Code == "":
			w.withheld = "code_outdated"
		case d.Kind == codeKind:
			text = composeCode(p.Language, r.Code)
		case r.State != identity.Confirmed:
			w.withheld = "address_failing"
		case d.Kind == digestKind:
			text, err = s.digestLetter(tx, d, p.Language, &w)
		default:
			text, w.withheld, err = s.noticeLetter(tx, d, p.Language)
		}
		w.message.Subject, w.message.Text = text.subject, text.text
		return err
	})
	return w, err
}

// noticeLetter writes what is said of a notice to its reader.
func (s *Service) noticeLetter(tx *db.Tx, d Delivery, l lang.Lang) (letter, string, error) {
	t, err := wordsTx(tx, d.Kind, l)
	if err != nil {
		return letter{}, "", err
	}
	told, silent, err := s.readable(tx, d, l, *d.Notice)
	if err != nil || len(told) == 0 {
		return letter{}, silent[*d.Notice], err
	}
	place, err := placeName(tx, d.Tenant)
	return t.compose(d.Channel, l, place, s.outside.link(*d.Notice)), "", err
}

// digestLetter writes what is said of the notices that a digest gathered.
func (s *Service) digestLetter(tx *db.Tx, d Delivery, l lang.Lang, w *written) (letter, error) {
	all, err := gatheredBy(tx, d.ID)
	if err != nil {
		return letter{}, err
	}
	w.members = map[id.ID]string{}
	words := map[string]Template{}
	var notices []id.ID
	for _, m := range all {
		notices = append(notices, *m.Notice)
		if words[m.Kind], err = wordsTx(tx, m.Kind, l); err != nil {
			return letter{}, err
		}
	}
	told, silent, err := s.readable(tx, d, l, notices...)
	if err != nil {
		return letter{}, err
	}
	for _, m := range all {
		w.members[m.ID] = silent[*m.Notice]
	}
	if len(told) == 0 {
		w.withheld = "read"
		return letter{}, nil
	}
	place, err := placeName(tx, d.Tenant)
	return composeDigest(d.Channel, l, place, told, words), err
}

// readable are those of an account's notices that are unread and that it may see
// now, and of the others why they are not told.
func (s *Service) readable(tx *db.Tx, d Delivery, l lang.Lang, notices ...id.ID) (told []Notice, silent map[id.ID]string, err error) {
	silent = map[id.ID]string{}
	because := func(reason string) {
		for _, n := range notices {
			if silent[n] == "" && !slices.ContainsFunc(told, func(t Notice) bool { return t.ID == n }) {
				silent[n] = reason
			}
		}
	}
	p, found, err := s.outside.Identity.ReaderTx(tx, d.Account, d.Tenant)
	if err != nil || !found {
		because("account_closed")
		return nil, silent, err
	}
	scope, err := authz.Decide(p, "me.read")
	if err != nil {
		because("out_of_reach") // who may read nothing is told nothing
		return nil, silent, nil //nolint:nilerr // as said
	}
	if err := tx.Enter(scope); err != nil {
		return nil, nil, err
	}
	v := s.viewOf(tx, l)
	var rows []Notice
	if err := v.inNotices(func() (err error) { rows, err = findAll(tx, d.Account, notices); return err }); err != nil {
		return nil, nil, err
	}
	unread := slices.DeleteFunc(slices.Clone(rows), func(n Notice) bool { return n.Read != nil })
	if told, err = v.show(unread); err != nil {
		return nil, nil, err
	}
	for _, n := range unread {
		if !slices.ContainsFunc(told, func(t Notice) bool { return t.ID == n.ID }) {
			silent[n.ID] = "out_of_reach"
		}
	}
	because("read")
	return told, silent, nil
}
