package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// pieceBytes is the size of a piece; an upload and a reader hold a few of them
// in memory and no more.
const pieceBytes = 1 << 20

// spool keeps an upload in the database piece by piece, so that any replica's
// worker can take it. Each piece is a short transaction of its own: a slow
// client must not hold a connection. It tells the size.
func (s *Service) spool(ctx context.Context, iid id.ID, body io.Reader, limit int64) (int64, error) {
	var size int64
	buf := make([]byte, pieceBytes)
	for piece := 0; ; piece++ {
		n, err := io.ReadFull(body, buf)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, fault.New(fault.Shape, "request.body_unreadable").Because(err)
		}
		if size += int64(n); size > limit {
			return 0, fault.New(fault.TooLarge, "request.too_large")
		}
		if n > 0 {
			if err := s.db.Scratch(ctx, func(tx *db.Tx) error { return insertChunk(tx, iid, piece, buf[:n]) }); err != nil {
				return 0, err
			}
		}
		if n < pieceBytes {
			return size, nil
		}
	}
}

// discard forgets an upload, also when the request that brought it is over.
func (s *Service) discard(ctx context.Context, iid id.ID) error {
	return s.db.Scratch(context.WithoutCancel(ctx), func(tx *db.Tx) error { return deleteChunks(tx, iid) })
}

// spooled reads an upload back. It is an io.ReaderAt that keeps the last pieces.
type spooled struct {
	ctx  context.Context
	s    *Service
	iid  id.ID
	size int64

	mu   sync.Mutex
	kept [3]struct {
		piece int
		bytes []byte
	}
	next int
}

// ReadAt reads across pieces.
func (r *spooled) ReadAt(p []byte, at int64) (int, error) {
	done := 0
	for done < len(p) {
		pos := at + int64(done)
		if pos >= r.size {
			return done, io.EOF
		}
		b, err := r.piece(int(pos / pieceBytes))
		if err != nil {
			return done, err
		}
		from := int(pos % pieceBytes)
		if from >= len(b) {
			return done, fmt.Errorf("import %s: a piece is short: %w", r.iid, io.ErrUnexpectedEOF)
		}
		done += copy(p[done:], b[from:])
	}
	return done, nil
}

func (r *spooled) piece(n int) (b []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.kept {
		if k.bytes != nil && k.piece == n {
			return k.bytes, nil
		}
	}
	if err := r.s.db.Read(r.ctx, func(tx *db.Tx) error { b, err = readChunk(tx, r.iid, n); return err }); err != nil {
		return nil, fmt.Errorf("read a piece of the file: %w", err)
	}
	r.kept[r.next].piece, r.kept[r.next].bytes = n, b
	r.next = (r.next + 1) % len(r.kept)
	return b, nil
}
