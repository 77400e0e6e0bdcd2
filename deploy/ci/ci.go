// Package ci has the pipeline files that teams start from: `hopperband init` writes them.
package ci

import "embed"

// Files are the pipelines, each in the folder of its CI.
//
//go:embed github gitlab jenkins
var Files embed.FS
