package upload

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Upload is one file on its way in.
type Upload struct {
	ID             id.ID
	Tenant         int32
	GovernmentCode string
	State          State
	File           File
	PartSize       int64
	Parts          []Part
	Expires        time.Time
	Version        int32
}

// File is what a file is, as announced and, once whole, as held against that.
type File struct {
	// Blob is the whole file in the store, once it is there.
	Blob      *id.ID
	Name      string
	MediaType MediaType
	Size      int64
	SHA256    Digest
	Scan      Scan
}

// Part is one that arrived.
type Part struct {
	No     int32
	Blob   id.ID
	Size   int64
	SHA256 Digest
}

// Digest is a SHA-256.
type Digest [sha256.Size]byte

// ParseDigest reads a digest in hexadecimal.
func ParseDigest(s string) (d Digest, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, fault.New(fault.Shape, "request.invalid").At("/sha256", "field.invalid")
	}
	return Digest(b), nil
}

// parseContentDigest reads sha-256=:base64: (RFC 9530).
func parseContentDigest(s string) (d Digest, err error) {
	rest, _ := strings.CutPrefix(s, "sha-256=:")
	rest, closed := strings.CutSuffix(rest, ":")
	b, err := base64.StdEncoding.Strict().DecodeString(rest)
	if err != nil || !closed || len(b) != len(d) {
		return d, fault.New(fault.Shape, "request.invalid").AtParameter("Content-Digest", "field.invalid")
	}
	return Digest(b), nil
}

// String writes the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// State is where an upload stands.
type State string

// The states.
const (
	Open     State = "open"
	Held     State = "held"
	Complete State = "complete"
	Used     State = "used"
	Refused  State = "refused"
)

// Scan is what the virus scanner said.
type Scan string

// The answers; the empty one is none yet.
const (
	Clean      Scan = "clean"
	NotScanned Scan = "not_scanned"
)

// steps lists what its owner may do with an upload.
var steps = map[State][]string{
	Open:     {"part", "completion", "deletion"},
	Held:     {"completion", "deletion"},
	Complete: {"deletion"},
	Used:     {},
	Refused:  {"deletion"},
}

func (u Upload) steps() []string { return steps[u.State] }

const (
	// partSize is what every part but the last has: small enough for a bad line
	// to bring one through, and a quarter of the memory nobody needs, since parts
	// stream.
	partSize = 4 << 20
	// maxParts bounds the list of parts.
	maxParts = 10_000
	// kept is how long an upload waits to be used.
	kept = 24 * time.Hour
)

// partCount is how many parts the file has.
func (u Upload) partCount() int32 { return int32((u.File.Size + u.PartSize - 1) / u.PartSize) }

// sizeOf is how many bytes a part must have; 0 when there is no such part.
func (u Upload) sizeOf(no int32) int64 {
	count := u.partCount()
	switch {
	case no < 1 || no > count:
		return 0
	case no == count:
		return u.File.Size - int64(count-1)*u.PartSize
	}
	return u.PartSize
}

// takesParts refuses a part that has no place.
func (u Upload) takesParts(no int32) error {
	if u.State != Open {
		return fault.New(fault.Conflict, "upload.not_open").Allowing(u.steps())
	}
	if u.sizeOf(no) == 0 {
		return fault.New(fault.Rule, "upload.part_unknown").AtParameter("partNumber", "upload.part_unknown", "count", u.partCount())
	}
	return nil
}

// whole refuses an upload some of whose parts are missing.
func (u Upload) whole() error {
	if missing := int(u.partCount()) - len(u.Parts); missing > 0 {
		return fault.New(fault.Conflict, "upload.parts_missing", "count", missing).Allowing(u.steps())
	}
	return nil
}

// unusable says why an upload cannot be taken.
func (u Upload) unusable() error {
	switch u.State {
	case Complete:
		return nil
	case Used:
		return fault.New(fault.Rule, "upload.used")
	case Refused:
		return malwareFound()
	case Held:
		return fault.New(fault.Rule, "upload.held")
	}
	return fault.New(fault.Rule, "upload.not_complete")
}

func malwareFound() error { return fault.New(fault.Rule, "upload.malware_found") }

// changed says that an upload is not any more what somebody worked on.
func (u Upload) changed() error {
	return fault.New(fault.Conflict, "upload.changed").Allowing(u.steps())
}

// owner names whose an upload is. It is a text, so that one who has no account
// can later be told apart by a secret.
func owner(p authz.Principal) string { return string(p.Kind) + ":" + p.ID.String() }
