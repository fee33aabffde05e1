package identity

import (
	"context"
	"strings"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// try is one attempt to sign in: the keys under which its failure counts.
type try struct{ pair, name, source string }

// attempt makes the keys of a name tried from where the request came from. They
// depend on what was typed alone, so a name nobody has is slowed down like any.
func (s *Service) attempt(ctx context.Context, n name) try {
	source, who := authn.AttemptOf(ctx).Source, n.email+string(n.nipHash)
	return try{pair: s.tallyKey("pair", who, source), name: s.tallyKey("name", who), source: s.tallyKey("source", source)}
}

// admit lets an attempt through or says how long to wait. It counts as failed
// until it succeeded, so that many at once are not let through together.
func (s *Service) admit(ctx context.Context, t try) error {
	now := s.now()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx)
		have, err := lockTallies(tx, now, t.pair, t.name)
		if err != nil {
			return err
		}
		pair, byName := have[t.pair], have[t.name]
		wait := pair.wait(now)
		if !pair.trusted(now) {
			source, err := tallyOf(tx, t.source)
			if err != nil {
				return err
			}
			wait = max(wait, byName.wait(now), source.wait(now))
		}
		if wait > 0 {
			return fault.New(fault.TooMany, "auth.wait").After(wait)
		}
		if err := saveTally(tx, t.pair, pair.failed(ofPair, now)); err != nil {
			return err
		}
		return saveTally(tx, t.name, byName.failed(ofName, now))
	})
}

// failed counts the failure against the source as well and hands the reason on.
// A source is counted afterwards: an office may have many at the door at once.
func (s *Service) failed(ctx context.Context, t try, reason error) error {
	now := s.now()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx)
		have, err := lockTallies(tx, now, t.source)
		if err != nil {
			return err
		}
		if err := saveTally(tx, t.source, have[t.source].failed(ofSource, now)); err != nil {
			return err
		}
		return sweepTallies(tx, now) // afterwards, or it would take the row just locked
	})
	if err != nil {
		return err
	}
	return reason
}

// succeededTx forgets the failures of a name, and knows the source from now on.
func (s *Service) succeededTx(tx *db.Tx, t try) error {
	now := s.now()
	have, err := lockTallies(tx, now, t.pair, t.name)
	if err != nil {
		return err
	}
	pair := have[t.pair].cleared()
	pair.trustedUntil = now.Add(trust)
	if err := saveTally(tx, t.pair, pair); err != nil {
		return err
	}
	return saveTally(tx, t.name, have[t.name].cleared())
}

// checkFactorTx holds a code of the second factor, or a recovery code, against
// a locked account. It gives the step to keep.
func (s *Service) checkFactorTx(tx *db.Tx, a Account, given string) (int64, error) {
	given = strings.ReplaceAll(strings.TrimSpace(given), " ", "")
	if given == "" {
		return 0, fault.New(fault.Shape, "auth.totp_needed").At("/totp", "auth.totp_needed")
	}
	wrong := fault.New(fault.Shape, "auth.totp_invalid").At("/totp", "auth.totp_invalid")
	if len(given) == 6 {
		step, ok, err := s.totpStep(a, a.totp, "totp_sealed", given, a.totpStep)
		if err != nil || !ok {
			return 0, orElse(err, wrong)
		}
		return step, nil
	}
	ok, err := useRecovery(tx, a.ID, s.recoveryHash(a.ID, given), s.now())
	if err != nil || !ok {
		return 0, orElse(err, wrong)
	}
	return a.totpStep, nil
}

// totpStep checks a code against a sealed secret.
func (s *Service) totpStep(a Account, sealed []byte, column, given string, last int64) (int64, bool, error) {
	secret, err := s.master.Open(sealed, "identity_account", a.ID.String(), column)
	if err != nil {
		return 0, false, err
	}
	step, ok := authn.CheckTOTP(string(secret), given, s.now(), last)
	return step, ok, nil
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
