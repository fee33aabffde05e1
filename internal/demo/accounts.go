package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// domains are where the e-mail addresses of a government's demo accounts lie;
// .example is nobody's.
var domains = map[string]string{"36.03": "kabtangerang.example", "36.71": "kotatangerang.example", "32.01": "kabbogor.example"}

// adminEmail and secondEmail are the addresses of who run the installation: two,
// since what takes anything from a watcher needs both.
const (
	adminEmail  = "platform_admin@netral.example"
	secondEmail = "platform_admin_2@netral.example"
)

func (a actor) email(p *place) string { return string(a.role) + "@" + domains[p.Code] }

// accounts opens one account a role and government. Officers get the password
// of this installation; a civil servant of the demo has none and signs in with
// a token of the command line.
func (l *loader) accounts(ctx context.Context) error {
	password, err := l.password()
	if err != nil {
		return err
	}
	if err := l.administrators(ctx, password); err != nil {
		return err
	}
	err = l.each(func(p *place) error {
		for _, a := range actors {
			if err := l.open(ctx, p, a); err != nil {
				return fmt.Errorf("account of %s: %w", a.role, err)
			}
		}
		return together(len(actors), func(i int) error {
			if actors[i].role == authz.ASN {
				return nil
			}
			_, err := l.app.Identity.Appoint(p.system(ctx, p.name("account", string(actors[i].role)+"/password")),
				identity.Appointment{Email: actors[i].email(p), Role: actors[i].role, Government: p.Code, Password: password})
			return err
		})
	})
	if err != nil {
		return err
	}
	p := l.kabTangerang() // a session, for the examples; nobody has its token
	_, err = l.app.Identity.Issue(id.Named(ctx, p.name("session", string(authz.AgencyOfficer))), p.account(authz.AgencyOfficer), p.ID)
	return err
}

// administrators are the accounts of who run the installation.
func (l *loader) administrators(ctx context.Context, password string) error {
	for _, a := range []struct{ email, account string }{
		{adminEmail, "account/platform_admin"},
		{secondEmail, "account/platform_admin_2"},
	} {
		if _, err := l.app.Identity.Appoint(id.Named(ctx, a.account),
			identity.Appointment{Email: a.email, Name: "Administrator Instalasi", Role: authz.PlatformAdmin, Password: password}); err != nil {
			return err
		}
	}
	return nil
}

// open makes the account, and the role as an act of its own, so that both have
// identifiers that follow from government and role.
func (l *loader) open(ctx context.Context, p *place, a actor) error {
	in := identity.NewAccount{Email: a.email(p), Active: true, Assurance: authz.BoundContact}
	if a.role == authz.AppointingAuth {
		in.Name = mandates[p.Code][1].holder // the acting head
	}
	if a.handle != "" {
		person := p.person(p.cast[a.handle])
		in.ASN = &person
	}
	if a.role == authz.ASN {
		in.Email, in.Assurance = "", authz.SheetCode
	}
	err := l.app.DB.Write(p.system(ctx, p.name("account", string(a.role))), func(tx *db.Tx) error {
		_, err := l.app.Identity.OpenTx(tx, in)
		return err
	})
	if err != nil || a.role == authz.ASN { // every civil servant's own right needs no grant
		return err
	}
	return l.app.DB.Write(p.system(ctx, p.name("grant", string(a.role))), func(tx *db.Tx) error {
		g := identity.Grant{Account: p.account(a.role), Tenant: p.Tenant, Role: a.role, From: day.New(2023, time.November, 6)}
		if a.unit != "" {
			unit := p.unitID(p.staff.Unit(a.unit))
			g.OPD = &unit
		}
		_, err := l.app.Identity.GiveTx(tx, g)
		return err
	})
}

// substitute lets the officer of the agency stand in for the personnel officer
// of Dinas Kesehatan for two weeks.
func (l *loader) substitute(ctx context.Context) error {
	p := l.kabTangerang()
	_, _, err := l.app.Identity.Substitute(p.as(ctx, authz.GovernmentAdmin, "grant.write", p.name("grant", "substitute")), p.ref("grant", "opd_officer"),
		p.account(authz.AgencyOfficer), day.New(2024, time.June, 3), day.New(2024, time.June, 14))
	return err
}

// password is that of the demo's officers on this installation: drawn at
// random on first use and kept in the demo's folder, never the same elsewhere.
func (l *loader) password() (string, error) {
	path := filepath.Join(l.dir, "password")
	kept, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	text := strings.ToLower(rand.Text())
	text = text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:20]
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return "", err
	}
	return text, os.WriteFile(path, []byte(text+"\n"), 0o600)
}

// hints tell who can sign in.
func (l *loader) hints() ([]string, error) {
	password, err := l.password()
	if err != nil {
		return nil, err
	}
	var roles []string
	for _, a := range actors {
		if a.role != authz.ASN {
			roles = append(roles, string(a.role))
		}
	}
	return []string{
		"Sign in as:  ROLE@kabtangerang.example (36.03), ROLE@kotatangerang.example (36.71), ROLE@kabbogor.example (32.01)",
		"             with ROLE " + strings.Join(roles[:5], ", ") + ",",
		"             " + strings.Join(roles[5:], ", ") + ";",
		"             as " + adminEmail + ", " + secondEmail + ";",
		"             as " + provinces[1].email() + " (36), " + officerEmail("36.03"),
		"Password:    " + password + "   (of this installation, kept in " + filepath.Join(l.dir, "password") + ")",
		"A token:     netral demo token --role agency_officer --government 36.03   (also --role asn, who has no password)",
		"The clock:   " + Season.String() + " when the programme had been loaded; it goes on from there",
	}, nil
}
