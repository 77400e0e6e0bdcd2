package rig

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
)

func TestReadFrame(t *testing.T) {
	long := bytes.Repeat([]byte{7}, 300)
	longFrame := append(binary.BigEndian.AppendUint64([]byte{flagLong}, 300), long...)
	tests := []struct {
		name string
		wire []byte
		body []byte
	}{
		{"short", []byte{0, 2, 'h', 'i'}, []byte("hi")},
		{"empty", []byte{0, 0}, nil},
		{"long", longFrame, long},
		{"command", []byte{flagCommand, 1, 'x'}, []byte("x")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := bufio.NewReader(bytes.NewReader(append(test.wire, "rest"...)))
			raw, body, err := readFrame(r)
			if err != nil || !bytes.Equal(raw, test.wire) || !bytes.Equal(body, test.body) {
				t.Errorf("%v, %v, %v; want %v, %v", raw, body, err, test.wire, test.body)
			}
			if rest, _ := io.ReadAll(r); string(rest) != "rest" {
				t.Errorf("rest %q", rest)
			}
		})
	}
}

func TestReadFrameFails(t *testing.T) {
	huge := binary.BigEndian.AppendUint64([]byte{flagLong}, maxFrame+1)
	for name, wire := range map[string][]byte{"cut head": {0}, "cut body": {0, 5, 'x'}, "huge": huge} {
		if _, _, err := readFrame(bufio.NewReader(bytes.NewReader(wire))); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, _, err := readFrame(bufio.NewReader(bytes.NewReader(nil))); !errors.Is(err, io.EOF) {
		t.Errorf("end of the stream: %v, want io.EOF", err)
	}
}
