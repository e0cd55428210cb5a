// Package migrations holds the layout of the simulator's book, in goose's format.
package migrations

import "embed"

// FS has one file per version.
//
//go:embed *.sql
var FS embed.FS
