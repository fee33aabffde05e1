package authn

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// cost of one hash.
type cost struct {
	memoryKiB uint32
	passes    uint32
	lanes     uint8
}

// present is what new hashes cost: the least that OWASP and T-31 allow, since
// 14,000 people may sign in on one morning.
var present = cost{memoryKiB: 19 * 1024, passes: 2, lanes: 1}

// ceiling bounds what a stored hash may ask for, so that a row cannot take all
// memory.
var ceiling = cost{memoryKiB: 256 * 1024, passes: 16, lanes: 8}

const (
	saltSize = 16
	hashSize = 32
)

// Hasher hashes and checks passwords with argon2id. At most one hash per
// worker runs at a time and a bounded number waits; more are refused at once,
// so that sign-in cannot be used to exhaust the machine (T-31).
type Hasher struct {
	running chan struct{}
	waiting chan struct{}
	cost    cost
	dummy   string
}

// NewHasher makes a hasher for so many hashes at once and so many waiting.
func NewHasher(workers, queue int) *Hasher {
	h := &Hasher{running: make(chan struct{}, max(workers, 1)), waiting: make(chan struct{}, max(workers, 1)+max(queue, 0)), cost: present}
	h.dummy = encode(h.cost, randomBytes(saltSize), randomBytes(hashSize))
	return h
}

// Hash gives a password's hash in PHC form.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	done, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := randomBytes(saltSize)
	return encode(h.cost, salt, derive(password, salt, h.cost)), nil
}

// Check reports whether the password has the hash, and whether the hash should
// be made anew because today's cost is another. An empty hash stands for an
// account that is not there: the work is the same, the answer no (T-30).
func (h *Hasher) Check(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	absent := phc == ""
	if absent {
		phc = h.dummy
	}
	c, salt, want, err := decode(phc)
	if err != nil {
		return false, false, err
	}
	done, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	same := subtle.ConstantTimeCompare(derive(password, salt, c), want) == 1
	return same && !absent, c != h.cost, nil
}

// enter waits for a free worker; a full queue is 429 at once.
func (h *Hasher) enter(ctx context.Context) (done func(), err error) {
	select {
	case h.waiting <- struct{}{}:
	default:
		return nil, fault.New(fault.TooMany, "request.too_many").After(2 * time.Second)
	}
	select {
	case h.running <- struct{}{}:
		return func() { <-h.running; <-h.waiting }, nil
	case <-ctx.Done():
		<-h.waiting
		return nil, ctx.Err()
	}
}

func derive(password string, salt []byte, c cost) []byte {
	return argon2.IDKey([]byte(password), salt, c.passes, c.memoryKiB, c.lanes, hashSize)
}

func encode(c cost, salt, hash []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memoryKiB, c.passes, c.lanes,
		b.EncodeToString(salt), b.EncodeToString(hash))
}

var errHash = errors.New("authn: a stored password hash cannot be read")

func decode(phc string) (c cost, salt, hash []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memoryKiB, &c.passes, &c.lanes); err != nil || n != 3 {
		return c, nil, nil, errHash
	}
	if c.memoryKiB > ceiling.memoryKiB || c.passes > ceiling.passes || c.lanes > ceiling.lanes || c.passes == 0 || c.lanes == 0 {
		return c, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, errHash
	}
	if hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(hash) != hashSize {
		return c, nil, nil, errHash
	}
	return c, salt, hash, nil
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return b
}
