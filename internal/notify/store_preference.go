package notify

import (
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
)

type preferenceRow struct {
	AccountID       id.ID     `gorm:"column:account_id"`
	Language        string    `gorm:"column:language"`
	QuietFrom       *Clock    `gorm:"column:quiet_from"`
	QuietUntil      *Clock    `gorm:"column:quiet_until"`
	WorkingDaysOnly bool      `gorm:"column:working_days_only"`
	DigestAt        Clock     `gorm:"column:digest_at"`
	Timings         string    `gorm:"column:timings"`
	Version         int32     `gorm:"column:version"`
	UpdatedAt       time.Time `gorm:"column:updated_at"`
}

func (r preferenceRow) preferences() (Preferences, error) {
	p := Preferences{Account: r.AccountID, Language: lang.Lang(r.Language), WorkingDaysOnly: r.WorkingDaysOnly, DigestAt: r.DigestAt, Version: r.Version}
	if r.QuietFrom != nil && r.QuietUntil != nil {
		p.Quiet = &Quiet{*r.QuietFrom, *r.QuietUntil}
	}
	return p, json.Unmarshal([]byte(r.Timings), &p.Timings)
}

func rowOf(p Preferences, now time.Time) (preferenceRow, error) {
	b, err := json.Marshal(p.Timings)
	r := preferenceRow{AccountID: p.Account, Language: string(p.Language), WorkingDaysOnly: p.WorkingDaysOnly, DigestAt: p.DigestAt, Timings: string(b),
		Version: p.Version, UpdatedAt: now}
	if p.Quiet != nil {
		r.QuietFrom, r.QuietUntil = &p.Quiet.From, &p.Quiet.Until
	}
	return r, err
}

// preferencesOf reads what accounts have chosen; who chose nothing is not in it.
func preferencesOf(tx *db.Tx, accounts ...id.ID) (map[id.ID]Preferences, error) {
	var rows []preferenceRow
	if err := tx.Platform("notice_preference").Where("account_id IN ?", accounts).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[id.ID]Preferences, len(rows))
	for _, r := range rows {
		p, err := r.preferences()
		if err != nil {
			return nil, err
		}
		out[r.AccountID] = p
	}
	return out, nil
}

// lockPreferences reads and locks what an account has chosen, and makes the row
// of who chose nothing so far.
func lockPreferences(tx *db.Tx, account id.ID) (Preferences, error) {
	first, err := rowOf(unchosen(account), tx.Now())
	if err != nil {
		return Preferences{}, err
	}
	if err := tx.Platform("notice_preference").Clauses(clause.OnConflict{DoNothing: true}).Create(&first).Error; err != nil {
		return Preferences{}, err
	}
	var r preferenceRow
	if err := db.First(tx.Platform("notice_preference").Where("account_id = ?", account).Clauses(db.ForUpdate("notice_preference")), &r); err != nil {
		return Preferences{}, err
	}
	if err := tx.Match(account, r.Version, true); err != nil {
		return Preferences{}, err
	}
	return r.preferences()
}

func updatePreferences(tx *db.Tx, p Preferences) error {
	r, err := rowOf(p, tx.Now())
	if err != nil {
		return err
	}
	return db.Changed(tx.Platform("notice_preference").Where("account_id = ?", p.Account).Select("*").Updates(&r))
}
