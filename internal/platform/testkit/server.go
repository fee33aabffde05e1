package testkit

import (
	"errors"
	"os"
)

var errNoServer = errors.New("no PostgreSQL server for tests")

// server tells the superuser address of the server tests use.
func server() (string, error) {
	if s := os.Getenv("NETRAL_TEST_DATABASE_URL"); s != "" {
		return s, nil
	}
	return "", errNoServer
}
