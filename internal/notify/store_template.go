package notify

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
)

type editionRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	Kind      string    `gorm:"column:kind"`
	Language  string    `gorm:"column:language"`
	Edition   int32     `gorm:"column:edition"`
	Own       bool      `gorm:"column:own"`
	Subject   string    `gorm:"column:subject"`
	Text      string    `gorm:"column:text"`
	AccountID id.ID     `gorm:"column:account_id"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func (r editionRow) edition() Edition {
	return Edition{Number: r.Edition, Own: r.Own, Words: Template{r.Subject, r.Text}, Account: r.AccountID, Created: r.CreatedAt.UTC()}
}

// wording is what editions are of.
type wording struct {
	kind     string
	language lang.Lang
}

// editions reads all that the transaction's government has had, newest first.
func editions(tx *db.Tx) (map[wording][]Edition, error) {
	var rows []editionRow
	if err := tx.From("message_template").Order("kind, language, edition DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[wording][]Edition{}
	for _, r := range rows {
		w := wording{r.Kind, lang.Lang(r.Language)}
		out[w] = append(out[w], r.edition())
	}
	return out, nil
}

// insertEdition adds the next edition. Whoever adds it at the same time waits,
// and has seen what holds no more.
func insertEdition(tx *db.Tx, m MessageTemplate, e Edition) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	n, err := tx.InsertNew("message_template", "message_template_pkey", &editionRow{TenantID: tenant, Kind: m.Kind, Language: string(m.Language), Edition: e.Number,
		Own: e.Own, Subject: e.Words.Subject, Text: e.Words.Text, AccountID: e.Account, CreatedAt: e.Created})
	if err == nil && n == 0 {
		err = fault.New(fault.Stale, "request.stale")
	}
	return err
}

// ownWords are the government's own words for a kind; nil where the program's
// hold.
func ownWords(tx *db.Tx, kind string, l lang.Lang) (*Template, error) {
	var rows []editionRow
	err := tx.From("message_template").Where("kind = ? AND language = ?", kind, l).Order("edition DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 || !rows[0].Own {
		return nil, err
	}
	return &Template{rows[0].Subject, rows[0].Text}, nil
}
