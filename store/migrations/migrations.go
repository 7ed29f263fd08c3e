// Package migrations holds the schema as numbered SQL files, one template set for both databases.
package migrations

import "embed"

// Files are the templates, run once each in order.
//
//go:embed *.sql
var Files embed.FS
