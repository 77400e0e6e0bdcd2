package tasks

import (
	"bufio"
	"compress/gzip"
	"io"
	"sync"
)

const (
	readBuffer  = 4 << 10
	writeBuffer = 1 << 10
	maxKept     = 64 << 10 // a write buffer that has grown larger is not kept
)

// spare holds the buffers that no request uses, so that ten thousand users of whom a few
// hundred are in a request have a few hundred buffers.
//
//nolint:gochecknoglobals // it is memory, no state: what it holds changes no behaviour.
var spare struct{ readers, writers, gzips, blocks, calls, answers sync.Pool }

// A block is what is read at a time.
type block [readBuffer]byte

func takeBlock() *block {
	if b, ok := spare.blocks.Get().(*block); ok {
		return b
	}
	return new(block)
}

func giveBlock(b *block) { spare.blocks.Put(b) }

// takeReader returns a buffer that reads r.
func takeReader(r io.Reader) *bufio.Reader {
	if b, ok := spare.readers.Get().(*bufio.Reader); ok {
		b.Reset(r)
		return b
	}
	return bufio.NewReaderSize(r, readBuffer)
}

func giveReader(b *bufio.Reader) {
	b.Reset(nil)
	spare.readers.Put(b)
}

// takeWriter returns an empty buffer to append to.
func takeWriter() *[]byte {
	if b, ok := spare.writers.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, writeBuffer)
	return &b
}

func giveWriter(b *[]byte) {
	if cap(*b) > maxKept {
		return
	}
	*b = (*b)[:0]
	spare.writers.Put(b)
}

// takeGzip returns a reader to be reset.
func takeGzip() *gzip.Reader {
	if z, ok := spare.gzips.Get().(*gzip.Reader); ok {
		return z
	}
	return new(gzip.Reader)
}

func giveGzip(z *gzip.Reader) { spare.gzips.Put(z) }
