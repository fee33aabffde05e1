package feed

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Change is one public note as its recipient sees it.
type Change struct {
	ID         id.ID // the note's
	Seq        int64
	Tenant     int32
	Government id.ID
	Type       journal.Type
	Object     id.ID
	At         time.Time
}

// reader is whose feed is read, and by whom.
type reader struct {
	recipient id.ID
	scope     authz.Scope
}

// cursors seals places in feeds. A cursor belongs to one reader, whoever else
// speaks for the same body: a client of fewer governments was not shown what lay
// before it.
type cursors struct{ key []byte }

func newCursors(m *seal.Master) cursors { return cursors{m.Pepper("feed cursor")} }

const (
	cursorVersion byte = 1
	macSize            = 16
	cursorSize         = 1 + 8 + macSize
)

func (c cursors) mac(r reader, head []byte) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write(r.recipient[:])
	by := r.scope.Principal().ID
	h.Write(by[:])
	h.Write(head)
	return h.Sum(nil)[:macSize]
}

func (c cursors) write(r reader, seq int64) string {
	b := make([]byte, 9, cursorSize)
	b[0] = cursorVersion
	binary.BigEndian.PutUint64(b[1:], uint64(seq))
	return base64.RawURLEncoding.EncodeToString(append(b, c.mac(r, b)...))
}

func foreign() error {
	return fault.New(fault.Shape, "request.invalid").AtParameter("cursor", "cursor.not_yours")
}

func (c cursors) read(r reader, s string) (int64, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != cursorSize || b[0] != cursorVersion || !hmac.Equal(b[9:], c.mac(r, b[:9])) {
		return 0, foreign()
	}
	return int64(binary.BigEndian.Uint64(b[1:9])), nil
}

// tag names the content of a page without reading it: entries never change, so
// what was asked for and where the page ends say it all.
func (r reader) tag(after, end int64, limit int) string {
	var b bytes.Buffer
	b.Write(r.recipient[:])
	for _, t := range r.scope.Tenants() {
		_ = binary.Write(&b, binary.BigEndian, t)
	}
	_ = binary.Write(&b, binary.BigEndian, []int64{after, end, int64(limit)})
	sum := sha256.Sum256(b.Bytes())
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}
