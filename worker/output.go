package worker

import "io"

// An output is a writer that keeps its first error.
type output struct {
	to  io.Writer
	err error
}

// Write writes until something cannot be written.
func (o *output) Write(p []byte) (n int, err error) {
	if o.err == nil {
		n, o.err = o.to.Write(p)
	}
	return n, o.err
}
