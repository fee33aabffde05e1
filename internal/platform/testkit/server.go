package testkit

import (
	"errors"
	"fmt"

	"github.com/netral-asn/netral/internal/platform/pgembed"
	"github.com/netral-asn/netral/internal/platform/pgembed/pgtest"
)

// errNoServer is the one reason for which tests may be skipped at a desk: the
// machine has no PostgreSQL. A server that does not start is a failure.
var errNoServer = errors.New("no PostgreSQL server for tests")

// server tells the superuser address of the server that tests use.
func server() (string, error) {
	s, err := pgtest.Shared()
	var missing *pgembed.MissingError
	if errors.As(err, &missing) {
		return "", fmt.Errorf("%w: %w", errNoServer, err)
	}
	return s, err
}
