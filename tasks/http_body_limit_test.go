package tasks_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// maxBody is how much of a body is kept.
const maxBody = 64 << 20

// A body without end fails its request, and takes no memory without end.
func TestHTTPEndlessBodies(t *testing.T) {
	zeros := make([]byte, 1<<20)
	bomb := bytes.Repeat(encode(t, openGzip, zeros), maxBody/len(zeros)+1)
	sent := make(chan int64, 1)
	host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bomb" {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb)
			return
		}
		n := int64(0)
		for err := error(nil); err == nil; n += int64(len(zeros)) {
			_, err = w.Write(zeros)
		}
		sent <- n
	}).URL
	const long = "response body exceeded N bytes; DiscardBody reads longer ones"
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		res := h.Get(ctx, "/endless")
		if n := <-sent; n < maxBody || n > 2*maxBody {
			t.Errorf("the server got rid of %d bytes", n)
		}
		if res.Body != nil || res.Length != 0 {
			t.Errorf("%d bytes kept, length %d", len(res.Body), res.Length)
		}
		h.Get(ctx, "/bomb")
		h.Get(ctx, "/endless", tasks.DiscardBody(), tasks.Timeout(100*time.Millisecond))
		return nil
	})
	wantLog(t, l, "GET /endless: "+long+"; GET /bomb: "+long+"; GET /endless: timeout")
}

// A part of a file is not decoded, as net/http does not: who asks for one puts it together.
func TestHTTPPartsAreNotDecoded(t *testing.T) {
	zipped := encode(t, openGzip, bytes.Repeat([]byte("hello"), 100))
	for _, status := range []int{http.StatusPartialContent, http.StatusOK} {
		host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Date"] = nil
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(status)
			w.Write(zipped[:10])
		}).URL
		visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
			req, err := http.NewRequestWithContext(ctx, "GET", host, nil)
			if err != nil {
				return err
			}
			req.Header.Set("Range", "bytes=0-9")
			var got [2]string
			for i, transport := range []http.RoundTripper{h, new(http.Transport)} {
				res, err := (&http.Client{Transport: transport}).Do(req)
				if err != nil {
					t.Error(err)
					continue
				}
				defer res.Body.Close()
				got[i] = outcome(res, err)
			}
			if got[0] != got[1] {
				t.Errorf("ours:  %q\nstock: %q", got[0], got[1])
			}
			res := h.Get(ctx, "/", tasks.Header("Range", "bytes=0-9"))
			if whole := status == http.StatusOK; (res.Err != nil) != whole || !whole && !bytes.Equal(res.Body, zipped[:10]) {
				t.Errorf("status %d: body %q, error %v", status, res.Body, res.Err)
			}
			return nil
		})
	}
}
