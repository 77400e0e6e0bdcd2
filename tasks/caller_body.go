package tasks

import (
	"errors"
	"io"
	"net/http"
)

var errCount = errors.New("request body: Read returned an impossible count")

// A callerBody is the body of a request that the caller made. Long ones are read in goroutines
// where a panic of it would be the end of the process; here it is an error of the request.
type callerBody struct{ io.ReadCloser }

// guardBody makes the body of req, and each that it can give anew, a callerBody.
func guardBody(req *http.Request) {
	if !hasBody(req) {
		return
	}
	req.Body = callerBody{req.Body}
	again := req.GetBody
	if again == nil {
		return
	}
	req.GetBody = func() (body io.ReadCloser, err error) {
		defer rescue(&err)
		if body, err = again(); err != nil || body == nil {
			return body, err
		}
		return callerBody{body}, nil
	}
}

// Read implements io.Reader.
func (b callerBody) Read(p []byte) (n int, err error) {
	defer rescue(&err)
	if n, err = b.ReadCloser.Read(p); n < 0 || n > len(p) {
		return 0, errCount
	}
	return n, err
}

// Close implements io.Closer.
func (b callerBody) Close() (err error) {
	defer rescue(&err)
	return b.ReadCloser.Close()
}
