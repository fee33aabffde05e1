// Package migrations holds the numbered SQL files that are the only author of
// Netral's tables, checks, row policies and grants. Forward only.
package migrations

import "embed"

// FS holds the migrations in the order of their numbers.
//
//go:embed *.sql
var FS embed.FS
