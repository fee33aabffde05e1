package e2e

import (
	"io"
	"strings"
)

func reader(s string) io.Reader { return strings.NewReader(s) }
func long(n int) string         { return strings.Repeat("a", n) }
func nested(n int) string       { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
