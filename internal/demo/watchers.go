package demo

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/application"
	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// province reads what its regencies and cities do; it keeps no staff here.
type province struct{ code, name, seat, domain string }

var provinces = []province{
	{"32", "Provinsi Jawa Barat", "Jalan Diponegoro Nomor 22, Bandung", "jabarprov.example"},
	{"36", "Provinsi Banten", "Jalan Syekh Nawawi Al-Bantani, Serang", "bantenprov.example"},
}

// provinceCodes are where a province_overseer is to be found.
func provinceCodes() (out []string) {
	for _, p := range provinces {
		out = append(out, p.code)
	}
	return out
}

// email is the address of an account outside the three governments.
func (p province) email() string { return string(authz.ProvinceOverseer) + "@" + p.domain }

func officerEmail(code string) string {
	return string(authz.OversightOfficer) + "@bawaslu-" + domains[code]
}

// overProvinces opens the spaces of the provinces, each with its overseer.
func (l *loader) overProvinces(ctx context.Context) error {
	password, err := l.password()
	if err != nil {
		return err
	}
	for _, p := range provinces {
		g, err := l.app.Governments.Create(id.Named(installation(ctx), "government/"+p.code), government.Government{Code: p.code, Name: p.name, Kind: "province",
			Zone: "Asia/Jakarta", HeadTitle: "Gubernur", AgencyName: "Badan Kepegawaian Daerah", Address: p.seat})
		if err != nil {
			return err
		}
		in := identity.Appointment{Email: p.email(), Name: "Pengawas Provinsi", Role: authz.ProvinceOverseer, Government: g.Code, Password: password}
		if _, err := l.app.Identity.Appoint(id.Named(ctx, "account/"+p.code+"/"+string(authz.ProvinceOverseer)), in); err != nil {
			return err
		}
	}
	return nil
}

// officers are people of the Bawaslu offices, who look after its machines and
// read what they read. They sign in without a government, as the office does.
func (l *loader) officers(ctx context.Context) error {
	password, err := l.password()
	if err != nil {
		return err
	}
	for _, code := range population.Codes() {
		name, office := "account/"+code+"/"+string(authz.OversightOfficer), id.ForName("organisation/bawaslu-"+code)
		var opened identity.Account
		err := l.app.DB.Write(id.Named(installation(ctx), name), func(tx *db.Tx) (err error) {
			opened, err = l.app.Identity.OpenTx(tx, identity.NewAccount{Name: "Petugas Bawaslu " + population.NameOf(code), Email: officerEmail(code), Active: true,
				Assurance: authz.BoundContact})
			return err
		})
		if err != nil {
			return err
		}
		err = l.app.DB.Write(id.Named(installation(ctx), "grant/"+code+"/"+string(authz.OversightOfficer)), func(tx *db.Tx) error {
			_, err := l.app.Identity.GiveTx(tx, identity.Grant{Account: opened.ID, Tenant: authz.Platform, Role: authz.OversightOfficer, Organisation: &office, From: day.New(2024, time.July, 1)})
			return err
		})
		if err != nil {
			return err
		}
		in := identity.Appointment{Email: officerEmail(code), Role: authz.OversightOfficer, Password: password}
		if _, err := l.app.Identity.Appoint(id.Named(ctx, name+"/password"), in); err != nil {
			return err
		}
	}
	return nil
}

// keyOf adds the key that BKN's client signs its assertions with
// (private_key_jwt); the private half lies in the demo's folder, to be tried.
func (l *loader) keyOf(ctx context.Context, client id.ID) error {
	key, err := l.privateKey()
	if err != nil {
		return err
	}
	until := day.New(2026, time.June, 30)
	_, _, err = l.app.Identity.AddKey(id.Named(installation(ctx), "key/bkn"), client, authn.NewJWK("bkn-1", &key.PublicKey), &until)
	return err
}

// privateKey is drawn on first use and never the same elsewhere.
func (l *loader) privateKey() (*rsa.PrivateKey, error) {
	path := filepath.Join(l.dir, "bkn-client.pem")
	kept, err := os.ReadFile(path)
	if err == nil {
		block, _ := pem.Decode(kept)
		if block == nil {
			return nil, errors.New(path + " holds no key")
		}
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return nil, err
	}
	return key, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), 0o600)
}

// applicant is a city that wants to join; its letter is on the way.
func (l *loader) applicant(ctx context.Context) error {
	_, _, err := l.app.Applications.Submit(id.Named(authz.With(ctx, authz.ForPublic(authz.Platform)), "application/36.72"), application.Application{
		Wanted: government.Government{Code: "36.72", Name: "Kota Cilegon", Kind: "city", Zone: "Asia/Jakarta", HeadTitle: "Wali Kota", AgencyName: agency},
		Letter: "800.1/2214-BKPSDM/2024", LetterOn: day.New(2024, time.November, 25),
		Applicant: application.Applicant{Name: "Yuli Handayani", Position: "Kepala Bidang Penilaian Kinerja dan Disiplin", Email: "yuli.handayani@cilegon.example", Phone: "0254-000000"}})
	return err
}

// where tells in which governments a role is to be found.
func where(r authz.Role) []string {
	if r == authz.ProvinceOverseer {
		return provinceCodes()
	}
	return slices.Clone(population.Codes())
}
