package notify

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// timely gives those of the claimed deliveries that go now, and puts the others
// where their readers want them: to another hour, into a digest, or nowhere.
func (s *Service) timely(tx *db.Tx, due []Delivery) (now []Delivery, err error) {
	accounts := make([]id.ID, 0, len(due))
	for _, d := range due {
		if s.plannable(d) {
			accounts = append(accounts, d.Account)
		}
	}
	chosen, err := preferencesOf(tx, accounts...)
	if err != nil || len(chosen) == 0 {
		return due, err
	}
	zone, calendar, err := local(tx)
	if err != nil {
		return nil, err
	}
	var digests []gathering
	for _, d := range due {
		p, chose := chosen[d.Account]
		if !chose || !s.plannable(d) {
			now = append(now, d)
			continue
		}
		switch to := p.plan(s.kinds[d.Kind], d.Created, tx.Now(), zone, calendar.IsWorkingDay); {
		case to.Unwanted:
			err = withhold(tx, d.ID, "unwanted")
		case to.Digest:
			digests = append(digests, gathering{digestID(d.Address, to.At), d, to.At})
		case to.At.After(tx.Now()):
			err = postpone(tx, d.ID, to.At)
		default:
			now = append(now, d)
		}
		if err != nil {
			return nil, err
		}
	}
	// Digests are locked in one order, whoever else gathers for them.
	slices.SortFunc(digests, func(a, b gathering) int { return strings.Compare(a.digest.String(), b.digest.String()) })
	for _, g := range digests {
		if err := gather(tx, g); err != nil {
			return nil, err
		}
	}
	return now, nil
}

// plannable reports whether the reader's choice matters: codes are waited for,
// digests were planned, and what concerns the account as a whole is an alarm.
func (s *Service) plannable(d Delivery) bool {
	return d.Kind != codeKind && d.Kind != digestKind && d.Tenant != authz.Platform && s.kinds[d.Kind].Urgency != Alarm
}

// local are the zone and the days off of the transaction's government, as they
// are known today.
func local(tx *db.Tx) (*time.Location, catalog.Calendar, error) {
	zone, err := government.ZoneTx(tx)
	if err != nil {
		return nil, catalog.Calendar{}, err
	}
	calendar, err := catalog.CalendarAsOfTx(tx, tx.Today(zone))
	return zone, calendar, err
}

// gathering puts a delivery into the digest of an instant.
type gathering struct {
	digest   id.ID
	delivery Delivery
	at       time.Time
}

// digestID follows from the address and the instant, so that whoever gathers for
// them means the same digest.
func digestID(address id.ID, at time.Time) (out id.ID) {
	sum := sha256.Sum256([]byte(address.String() + " digest " + at.UTC().Format(time.RFC3339)))
	copy(out[:], sum[:])
	return out
}
