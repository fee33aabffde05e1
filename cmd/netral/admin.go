package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/seal"
)

type adminCmd struct {
	MasterKey  masterKeyCmd   `cmd:"" help:"Print a new master key for NETRAL_MASTER_KEY."`
	Create     adminCreateCmd `cmd:"" help:"Open an administrator's account, the first one of an installation for instance, and give the role."`
	RotateKeys rotateKeysCmd  `cmd:"" help:"Draw a new key for signing access tokens; the old one verifies until its last token has expired. With --receipts the key for receipts."`
}

type masterKeyCmd struct{}

func (masterKeyCmd) Run() error {
	_, err := fmt.Println(seal.Generate())
	return err
}

// masterFlag is the master key of commands that touch secrets.
type masterFlag struct {
	MasterKey string `help:"Master key in base64; unset means the file in the data folder (embedded PostgreSQL only)." env:"NETRAL_MASTER_KEY" placeholder:"KEY"`
}

// withIdentity opens the database, a running embedded one too, and gives the
// accounts.
func withIdentity(ctx context.Context, g *Globals, m masterFlag, f func(*identity.Service) error) error {
	return withApp(ctx, g, m, func(a *app.App) error { return f(a.Identity) })
}

// withApp opens the database, a running embedded one too, and builds all parts
// on it.
func withApp(ctx context.Context, g *Globals, m masterFlag, f func(*app.App) error, more ...func(*app.Config)) error {
	storage := g.storage()
	store, err := storage.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if _, err := db.Migrate(ctx, store.OwnerURL); err != nil {
		return err
	}
	master, err := storage.Master(m.MasterKey)
	if err != nil {
		return err
	}
	c := app.Config{Database: db.Config{URL: store.AppURL, MaxConnections: 4}, Version: version, Master: master, KeyBesideData: m.MasterKey == ""}
	for _, change := range more {
		change(&c)
	}
	a, err := app.New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	return f(a)
}

type adminCreateCmd struct {
	masterFlag
	Email        string `help:"E-mail address to sign in with." required:"" placeholder:"ADDRESS"`
	Name         string `help:"Name of the person (default: the address)." placeholder:"NAME"`
	Role         string `help:"platform_admin runs the installation, government_admin one government." enum:"platform_admin,government_admin" default:"platform_admin"`
	Government   string `help:"Region code of the government, for government_admin." placeholder:"CODE"`
	PasswordFile string `help:"File with the first password; without it and without NETRAL_ADMIN_PASSWORD a one-time code is printed." placeholder:"FILE"`
	Password     string `help:"First password; better by NETRAL_ADMIN_PASSWORD_FILE." env:"NETRAL_ADMIN_PASSWORD" hidden:""`
}

func (c *adminCreateCmd) Run(ctx context.Context, g *Globals) error {
	if (c.Role == string(authz.GovernmentAdmin)) != (c.Government != "") {
		return errors.New("--role government_admin needs --government CODE, platform_admin none")
	}
	password, err := c.password()
	if err != nil {
		return err
	}
	return withIdentity(ctx, g, c.masterFlag, func(s *identity.Service) error {
		done, err := s.Appoint(ctx, identity.Appointment{Email: c.Email, Name: c.Name, Role: authz.Role(c.Role), Government: c.Government, Password: password})
		if err != nil {
			return explain(err)
		}
		fmt.Printf("%s may now sign in as %s.\n", c.Email, c.Role)
		if done.Code != "" {
			fmt.Printf("One-time code: %s (until %s)\nThe person sets the password with it: POST /api/v1/auth/activation {\"code\": \"...\", \"password\": \"...\"}\n",
				done.Code, done.ExpiresAt.Format("2006-01-02 15:04 MST"))
		}
		fmt.Println("At the first sign-in a second factor must be bound: POST /api/v1/me/totp")
		return nil
	})
}

func (c *adminCreateCmd) password() (string, error) {
	if c.PasswordFile == "" {
		return c.Password, nil
	}
	b, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return "", err
	}
	if len(b) == 0 {
		return "", errors.New("the password file is empty")
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

type rotateKeysCmd struct {
	masterFlag
	Receipts bool   `help:"The key that signs receipts instead; what it signed verifies on."`
	Revoke   string `help:"Stop this key at once; what was signed with it is worth nothing any more." placeholder:"KID"`
}

func (c *rotateKeysCmd) Run(ctx context.Context, g *Globals) error {
	return withIdentity(ctx, g, c.masterFlag, func(s *identity.Service) error {
		rotate := s.RotateKeys
		if c.Receipts {
			rotate = s.RotateReceiptKeys
		}
		kid, err := rotate(ctx, c.Revoke)
		if err != nil {
			return explain(err)
		}
		fmt.Println("new key:", kid)
		return nil
	})
}
