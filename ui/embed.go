// Package ui holds the built desk, for the binary. It knows nothing of how it is served.
package ui

import "embed"

// Dist is the build's output, under "dist". Before the first build it holds no page.
//
//go:embed all:dist
var Dist embed.FS
