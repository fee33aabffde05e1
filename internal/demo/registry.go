package demo

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// registry SCRATCH
func (l *loader) registry(ctx context.Context) error {
	return l.each(func(p *place) error {
		if err := l.enlist(ctx, p); err != nil {
			return err
		}
		err := l.app.DB.Write(p.system(ctx, "xxx"+p.Code), func(tx *db.Tx) error {
			var rows, facts [][]any
			for _, q := range p.staff.People {
				if _, known := p.ids[q]; known {
					continue
				}
				v := tx.NewID()
				p.ids[q] = v
				var nip, rank, pt *string
				var sup *id.ID
				if q.NIP != "" {
					nip, rank, pt = &q.NIP, &q.Rank, &q.PositionType
				}
				if q.Superior != nil {
					s := p.ids[q.Superior]
					sup = &s
					facts = append(facts, []any{p.Tenant, v, "superior", q.PositionSince.Time(), nil, nil, nil, s, false, tx.Now()})
				}
				rows = append(rows, []any{p.Tenant, v, q.Name, asn.NameKey(q.Name), q.TitleFront, q.TitleBack, nip, q.Sex, q.BirthPlace, q.Birth.Time(), "", "", q.Employment, rank, q.Position, pt, p.unitID(q.Unit), sup, "active", "active", 1, tx.Now(), tx.Now()})
				facts = append(facts, []any{p.Tenant, v, "position", q.PositionSince.Time(), pt, q.Position, p.unitID(q.Unit), nil, false, tx.Now()})
			}
			for _, x := range []struct {
				t    string
				cols []string
				rows [][]any
			}{{"asn", []string{"tenant_id", "id", "name", "name_key", "title_front", "title_back", "nip", "sex", "birth_place", "birth_date", "email", "phone", "employment_type", "rank_code", "position_title", "position_type", "opd_id", "superior_id", "legal_status", "state", "version", "created_at", "updated_at"}, rows},
				{"asn_fact", []string{"tenant_id", "asn_id", "aspect", "valid_from", "valid_until", "value", "title", "opd_id", "superior_id", "recorded_later", "created_at"}, nil}} {
				if x.t == "asn_fact" {
					for _, f := range facts {
						x.rows = append(x.rows, []any{f[0], f[1], f[2], f[3], f[4], f[4:5][0], f[5], f[6], f[7], f[8], f[9]})
					}
					for i, f := range facts {
						x.rows[i] = []any{f[0], f[1], f[2], f[3], nil, f[4], f[5], f[6], f[7], f[8], f[9]}
					}
				}
				if _, err := tx.Conn().Exec(ctx, "CREATE TEMP TABLE s_"+x.t+" (LIKE "+x.t+") ON COMMIT DROP"); err != nil {
					return err
				}
				if _, err := tx.Conn().CopyFrom(ctx, pgx.Identifier{"s_" + x.t}, x.cols, pgx.CopyFromRows(x.rows)); err != nil {
					return err
				}
				if _, err := tx.Conn().Exec(ctx, "INSERT INTO "+x.t+" SELECT * FROM s_"+x.t); err != nil {
					return err
				}
			}
			return journal.Note(tx, journal.Entry{Action: "x.y", Object: "x", ObjectID: p.ID})
		})
		if err != nil {
			return err
		}
		return nil
	})
}
