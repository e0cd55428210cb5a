// Package migrations holds the schema of the main database: portable SQL, one
// file per step, numbered without gaps.
package migrations

import "embed"

// FS is every migration.
//
//go:embed *.sql
var FS embed.FS
