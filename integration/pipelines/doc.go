// Package pipelines tests the files that `hopperband init` writes: in an empty folder, the
// steps of each pipeline run as they stand there, with a real master and a real target.
package pipelines
