// Package idempotency makes writes safe to repeat: who sends the same request
// with the same Idempotency-Key again gets the first answer again, and the
// effect stands once. The record is written in the effect's own transaction, so
// that there is one exactly when the effect was committed (T-50). What failed
// leaves no record and may be tried again.
//
// A key belongs to its caller, or on public operations to whoever knows it, and
// to one operation. Neither key nor answer can be read in the database: the key
// is kept as a keyed hash, the answer sealed under a key derived from it, since
// answers may hold secrets that are shown once.
package idempotency

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Kept is how long an answer can be had again.
const Kept = 24 * time.Hour

// Request is one request with a key.
type Request struct {
	Key       string
	Operation string
	// Fingerprint tells the request's target and body; it is asked for at the
	// first write, when a streamed body has been read.
	Fingerprint func() []byte
}

// Answer is what was answered.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// Keeper keeps answers.
type Keeper struct {
	db     *db.DB
	master *seal.Master
}

// NewKeeper joins the keeper to the database and the master key.
func NewKeeper(d *db.DB, m *seal.Master) *Keeper { return &Keeper{db: d, master: m} }

// Once does what the request asks for unless it was done before under the same
// key, and tells whether the answer is the earlier one. Another body under the
// key is a fault of kind Rule; a request still running under it, Conflict.
func (k *Keeper) Once(ctx context.Context, r Request, do func(context.Context) (Answer, error)) (a Answer, replayed bool, err error) {
	of := k.record(ctx, r)
	var earlier *Answer
	first := func(tx *db.Tx) error {
		if earlier, err = of.find(tx); err != nil {
			return err
		}
		if earlier != nil {
			return errReplay
		}
		return nil
	}
	err = k.db.Together(ctx, first, func(tx *db.Tx) error { return of.keep(tx, a) }, func(ctx context.Context) (err error) {
		a, err = do(ctx)
		return err
	})
	if errors.Is(err, errReplay) {
		return *earlier, true, nil
	}
	return a, false, err
}

var errReplay = errors.New("idempotency: answered before")

// record is where one key's answer is kept.
type record struct {
	Request
	public bool
	hash   []byte
	sealed *seal.Master
}

func (k *Keeper) record(ctx context.Context, r Request) record {
	scope, _ := authz.From(ctx)
	p := scope.Principal()
	whole := strings.Join([]string{string(p.Kind), p.ID.String(), r.Operation, r.Key}, "\x00")
	own, err := seal.New(k.master.KeyedHash("idempotency answer", whole))
	if err != nil {
		panic("idempotency: a keyed hash is a key: " + err.Error())
	}
	return record{Request: r, public: p.Kind == authz.Anyone, hash: k.master.KeyedHash("idempotency record", whole), sealed: own}
}

type row struct {
	TenantID    int32     `gorm:"column:tenant_id"`
	KeyHash     []byte    `gorm:"column:key_hash"`
	Fingerprint []byte    `gorm:"column:fingerprint"`
	Answer      []byte    `gorm:"column:answer"`
	ExpiresAt   time.Time `gorm:"column:expires_at"`
}

// find gives the answer kept under the key. It takes the key for the rest of
// the transaction, so that a second request does not even begin.
func (r record) find(tx *db.Tx) (*Answer, error) {
	var got struct{ Taken bool }
	lock := int64(binary.BigEndian.Uint64(r.hash)) // any 64 bits will do
	err := tx.SQL(`SELECT pg_try_advisory_xact_lock(@lock) AS taken`, map[string]any{"lock": lock}).Scan(&got).Error
	if err != nil {
		return nil, err
	}
	if !got.Taken {
		return nil, fault.New(fault.Conflict, "request.key_in_use").After(time.Second)
	}
	var have row
	found, err := db.Found(tx.From("idempotency_record").Where("key_hash = ? AND expires_at > clock_timestamp()", r.hash), &have)
	if err != nil || !found {
		return nil, err
	}
	if subtle.ConstantTimeCompare(have.Fingerprint, r.Fingerprint()) == 0 {
		return nil, fault.New(fault.Rule, "request.key_reused")
	}
	plain, err := r.sealed.Open(have.Answer, place...)
	if err != nil {
		return nil, err
	}
	var a Answer
	return &a, json.Unmarshal(plain, &a)
}

var place = []string{"idempotency_record", "answer"}

// keep writes the answer down. The record of what the public sends carries the
// day only (T-03).
func (r record) keep(tx *db.Tx, a Answer) error {
	plain, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("idempotency: %w", err)
	}
	expires := time.Now().UTC().Add(Kept)
	if r.public {
		expires = expires.Add(Kept).Truncate(Kept)
	}
	if _, err := tx.Exec(`DELETE FROM idempotency_record WHERE tenant_id IN @tenants AND key_hash = @hash`, map[string]any{"hash": r.hash}); err != nil {
		return err
	}
	return tx.Insert("idempotency_record", &row{TenantID: tx.Scope().Desk(), KeyHash: r.hash, Fingerprint: r.Fingerprint(),
		Answer: r.sealed.Seal(plain, place...), ExpiresAt: expires})
}

// Sweep forgets what has expired in one government.
func (k *Keeper) Sweep(ctx context.Context) error {
	return k.db.Scratch(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM idempotency_record WHERE tenant_id IN @tenants AND expires_at <= clock_timestamp()`, map[string]any{})
		return err
	})
}
