package upload

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Complete makes the file of its parts, holds it against what was announced and
// has it scanned. All of that is done before the transaction begins.
func (s *Service) Complete(ctx context.Context, uid id.ID) (Upload, error) {
	u, err := s.Get(ctx, uid)
	if err != nil {
		return u, err
	}
	switch u.State {
	case Open:
		return s.whole(ctx, u)
	case Held:
		return s.release(ctx, u)
	case Refused:
		return u, malwareFound()
	}
	return u, nil
}

// whole turns the parts into the file.
func (s *Service) whole(ctx context.Context, u Upload) (Upload, error) {
	if err := u.whole(); err != nil {
		return u, err
	}
	o, err := s.join(ctx, u)
	if err != nil {
		if now, gerr := s.Get(ctx, u.ID); gerr == nil && now.Version != u.Version {
			err = now.changed() // a part was replaced, or somebody was first
		}
		return u, err
	}
	was := u
	if err = s.judge(ctx, &u, o); err == nil {
		u, err = s.settle(ctx, was, u, &o)
	}
	if err != nil {
		s.blobs.Discard(ctx, o)
	}
	if fault.Is(err, "upload.malware_found") {
		err = errors.Join(s.refuse(ctx, was), err)
	}
	return u, err
}

// join streams the parts into one file.
func (s *Service) join(ctx context.Context, u Upload) (blob.Object, error) {
	oids := make([]id.ID, 0, len(u.Parts))
	for _, p := range u.Parts {
		oids = append(oids, p.Blob)
	}
	var known map[id.ID]blob.Object
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) { known, err = blob.FindAllTx(tx, oids); return err }); err != nil {
		return blob.Object{}, err
	}
	r := &joined{open: func(p id.ID) (*blob.Reader, error) { return s.blobs.Open(ctx, known[p]) }, left: oids}
	defer r.close()
	return s.blobs.Put(ctx, u.Tenant, r)
}

// joined reads files one after the other.
type joined struct {
	open func(id.ID) (*blob.Reader, error)
	left []id.ID
	at   *blob.Reader
	r    io.Reader
}

func (j *joined) Read(b []byte) (int, error) {
	for {
		if j.at == nil {
			if len(j.left) == 0 {
				return 0, io.EOF
			}
			var err error
			if j.at, err = j.open(j.left[0]); err != nil {
				j.at = nil
				return 0, err
			}
			j.r, j.left = io.NewSectionReader(j.at, 0, j.at.Size), j.left[1:]
		}
		n, err := j.r.Read(b)
		if errors.Is(err, io.EOF) {
			j.close()
			err = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (j *joined) close() {
	if j.at != nil {
		_ = j.at.Close()
		j.at = nil
	}
}

// judge holds the file against what was announced and says where the upload
// stands then.
func (s *Service) judge(ctx context.Context, u *Upload, o blob.Object) error {
	if o.Size != u.File.Size || Digest(o.SHA256) != u.File.SHA256 {
		return fault.New(fault.Rule, "upload.digest_wrong").At("/sha256", "upload.digest_wrong")
	}
	r, err := s.blobs.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	if err := inspect(r, r.Size, u.File.MediaType); err != nil {
		return err
	}
	return s.scan(ctx, u, r)
}

// scan asks the scanner. While it cannot be reached nothing is let through.
func (s *Service) scan(ctx context.Context, u *Upload, r *blob.Reader) error {
	u.State, u.File.Scan = Complete, NotScanned
	if s.Scanner == nil {
		return nil
	}
	found, err := s.Scanner.Scan(ctx, io.NewSectionReader(r, 0, r.Size))
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		slog.Warn("a file waits: it could not be scanned", "upload", u.ID, "error", err)
		u.State, u.File.Scan = Held, ""
	case found:
		return malwareFound()
	default:
		u.File.Scan = Clean
	}
	return nil
}

// settle writes down where an upload stands now, unless it changed meanwhile. o
// is a file that is new.
func (s *Service) settle(ctx context.Context, was, now Upload, o *blob.Object) (Upload, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.still(tx, was); err != nil {
			return err
		}
		details := map[string]any{"state": now.State, "scan": now.File.Scan}
		if o != nil {
			if err := blob.RecordTx(tx, *o); err != nil {
				return err
			}
			if err := s.dropParts(tx, was); err != nil {
				return err
			}
			now.File.Blob, now.Parts = &o.ID, []Part{}
			details["size"], details["sha256"], details["sealed_sha256"] = o.Size, now.File.SHA256.String(), Digest(o.SealedSHA256).String()
		}
		now.Version = was.Version + 1
		if err := update(tx, now); err != nil {
			return err
		}
		return note(tx, "upload.completed", now, details)
	})
	return now, err
}

// still locks an upload that must not have changed since it was read.
func (s *Service) still(tx *db.Tx, was Upload) error {
	if err := enter(tx, was); err != nil {
		return err
	}
	u, err := s.names.read(tx, tx.From("upload").Where("id = ? AND expires_at > ?", was.ID, tx.Now()), true)
	if err != nil {
		return err
	}
	if u.Version != was.Version {
		return u.changed()
	}
	return nil
}

func (s *Service) dropParts(tx *db.Tx, u Upload) error {
	if err := deleteParts(tx, u.ID); err != nil {
		return err
	}
	oids := make([]id.ID, 0, len(u.Parts))
	for _, p := range u.Parts {
		oids = append(oids, p.Blob)
	}
	return s.blobs.ForgetTx(tx, oids...)
}

// refuse drops the bytes of what holds malware. It stands although the request
// is refused, so it is a transaction of its own.
func (s *Service) refuse(ctx context.Context, was Upload) error {
	return s.db.Scratch(ctx, func(tx *db.Tx) error {
		if err := s.still(tx, was); err != nil {
			return err
		}
		now := was
		now.State, now.File.Blob, now.File.Scan, now.Version = Refused, nil, "", was.Version+1
		if err := update(tx, now); err != nil {
			return err
		}
		if err := deleteParts(tx, was.ID); err != nil {
			return err
		}
		if err := s.blobs.ForgetTx(tx, was.files()...); err != nil {
			return err
		}
		return note(tx, "upload.refused", now, map[string]any{"reason": "malware"})
	})
}

// release has a held upload scanned again.
func (s *Service) release(ctx context.Context, u Upload) (Upload, error) {
	var o blob.Object
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) { o, err = blob.FindTx(tx, *u.File.Blob); return err }); err != nil {
		return u, err
	}
	r, err := s.blobs.Open(ctx, o)
	if err != nil {
		return u, err
	}
	defer func() { _ = r.Close() }()
	was := u
	switch err := s.scan(ctx, &u, r); {
	case fault.Is(err, "upload.malware_found"):
		return was, errors.Join(s.refuse(ctx, was), err)
	case err != nil || u.State == Held:
		return was, err
	}
	return s.settle(ctx, was, u, nil)
}

// sweepBatch bounds what one sweep looks at in a government.
const sweepBatch = 200

// Sweep removes the uploads of one government whose time is over and has those
// scanned again that are held.
func (s *Service) Sweep(ctx context.Context) error {
	var waiting []Upload
	err := s.db.Scratch(ctx, func(tx *db.Tx) error {
		gone, err := over(tx, sweepBatch)
		if err != nil {
			return err
		}
		for _, r := range gone {
			u := Upload{ID: r.ID, State: State(r.State), File: File{Blob: r.BlobID}}
			if u.Parts, err = parts(tx, r.ID); err != nil {
				return err
			}
			if err := s.removeTx(tx, u); err != nil {
				return err
			}
		}
		rows, err := held(tx, sweepBatch)
		for _, r := range rows {
			u, uerr := s.names.upload(r)
			err = errors.Join(err, uerr)
			waiting = append(waiting, u)
		}
		return err
	})
	for _, u := range waiting {
		if _, serr := s.release(ctx, u); serr != nil && !fault.Is(serr, "upload.malware_found") {
			err = errors.Join(err, serr)
		}
	}
	return err
}
