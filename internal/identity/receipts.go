package identity

import (
	"context"

	"github.com/netral-asn/netral/internal/platform/attest"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// IssuerTx is who issues what is signed, an address.
func (s *Service) IssuerTx(tx *db.Tx) (string, error) {
	issuer, err := readIssuer(tx)
	if issuer == "" {
		issuer = s.keys.issuer()
	}
	return issuer, err
}

// AttestTx signs a document of a type with the newest key for receipts, which it
// makes when there is none.
func (s *Service) AttestTx(tx *db.Tx, typ string, claims any) (string, error) {
	r, found, err := newestReceiptKey(tx)
	if err != nil {
		return "", err
	}
	if !found {
		if r, err = s.firstReceiptKeyTx(tx); err != nil {
			return "", err
		}
	}
	b, err := s.keys.master.Open(r.Sealed, "identity_receipt_key", r.KID)
	if err != nil {
		return "", err
	}
	key, err := attest.ReadKey(r.KID, b)
	if err != nil {
		return "", err
	}
	return key.Sign(typ, claims)
}

// firstReceiptKeyTx makes the first key, one caller at a time. It is the
// installation's act, whoever asked for a receipt.
func (s *Service) firstReceiptKeyTx(tx *db.Tx) (r receiptKeyRow, err error) {
	mine := tx.Scope()
	if err := tx.Enter(authz.ForSystem(authz.Platform)); err != nil {
		return r, err
	}
	if err := lockKeys(tx); err != nil {
		return r, err
	}
	r, found, err := newestReceiptKey(tx)
	if err == nil && !found {
		r, err = s.makeReceiptKeyTx(tx)
	}
	if err != nil {
		return r, err
	}
	return r, tx.Enter(mine)
}

func (s *Service) makeReceiptKeyTx(tx *db.Tx) (r receiptKeyRow, err error) {
	key, err := attest.NewKey()
	if err != nil {
		return r, err
	}
	b, err := key.Bytes()
	if err != nil {
		return r, err
	}
	r = receiptKeyRow{KID: key.ID, Sealed: s.keys.master.Seal(b, "identity_receipt_key", key.ID), Public: key.Public(), CreatedAt: s.now()}
	if err := insertReceiptKey(tx, r); err != nil {
		return r, err
	}
	return r, noteReceiptKey(tx, "receipt_key.created", r.KID)
}

func noteReceiptKey(tx *db.Tx, action, kid string) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: "receipt_key", ObjectID: id.ForName(kid), Details: map[string]any{"kid": kid}})
}

// RotateReceiptKeys draws a new key for receipts. What the present ones signed
// verifies on, except under one that is revoked since others may know it.
func (s *Service) RotateReceiptKeys(ctx context.Context, revoke string) (kid string, err error) {
	err = s.db.Write(platform(ctx), func(tx *db.Tx) error {
		if err := lockKeys(tx); err != nil {
			return err
		}
		if revoke != "" {
			if err := revokeReceiptKey(tx, revoke, s.now()); err != nil {
				return err
			}
			if err := noteReceiptKey(tx, "receipt_key.revoked", revoke); err != nil {
				return err
			}
		}
		r, err := s.makeReceiptKeyTx(tx)
		kid = r.KID
		return err
	})
	return kid, err
}

// ReceiptKeys are the public keys with which receipts are verified, newest last.
func (s *Service) ReceiptKeys(ctx context.Context) (out attest.JWKS, err error) {
	out.Keys = []attest.JWK{}
	err = s.db.Read(platform(ctx), func(tx *db.Tx) error {
		rows, err := receiptKeys(tx)
		for _, r := range rows {
			out.Keys = append(out.Keys, attest.NewJWK(r.KID, r.Public, r.RevokedAt))
		}
		return err
	})
	return out, err
}
