package blob

import (
	"fmt"

	"filippo.io/age"

	"github.com/netral-asn/netral/internal/platform/seal"
)

// stanza is the kind of recipient in the age header of our files.
const stanza = "netral-asn.id/seal"

// lock wraps and unwraps the data key of one file. The place binds the key, and
// with it every byte, to government and file.
type lock struct {
	master *seal.Master
	place  []string
}

func (s *Store) lock(o Object) lock {
	return lock{s.master, []string{"blob", prefix(o.Tenant), o.ID.String()}}
}

// Wrap is age.Recipient.
func (l lock) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	return []*age.Stanza{{Type: stanza, Body: l.master.Seal(fileKey, l.place...)}}, nil
}

// Unwrap is age.Identity.
func (l lock) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type == stanza {
			return l.master.Open(s.Body, l.place...)
		}
	}
	return nil, fmt.Errorf("%w: no key of ours in the header", age.ErrIncorrectIdentity)
}
