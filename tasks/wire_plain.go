package tasks

import (
	"net/http"
	"net/url"
	"slices"
)

// Classes of bytes.
const (
	inToken = 1 << iota // may be in a method and in a header's key (RFC 9110, 5.6.2)
	inHost              // may be in a host with a port
	inValue             // may be in a header's value
	inURI               // may be in a request line
)

// byteClasses has the classes of each byte.
//
//nolint:gochecknoglobals // it is a table, as constant as Go lets it be.
var byteClasses = [256]byte{
	0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	4, 13, 12, 13, 13, 13, 13, 13, 12, 12, 13, 13, 12, 15, 15, 12,
	15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 12, 12, 12, 12, 12,
	12, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
	15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 12, 14, 13, 15,
	13, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
	15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 12, 13, 12, 13, 0,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
}

// consistsOf says whether all bytes of s are of a class.
func consistsOf[T string | []byte](s T, class byte) bool {
	for i := range len(s) {
		if byteClasses[s[i]]&class == 0 {
			return false
		}
	}
	return true
}

// isPlain says whether w can send req. What is no request at all is not plain either.
func isPlain(req *http.Request) bool {
	return req.URL != nil && req.Header != nil && req.Cancel == nil && //nolint:staticcheck // net/http still honours it
		req.TransferEncoding == nil && req.Trailer == nil && req.RequestURI == "" && (req.Body != nil || req.ContentLength == 0) &&
		isPlainURL(req.URL) && consistsOf(req.Host, inHost) && isPlainMethod(req) && isPlainHeader(req.Header)
}

func isPlainURL(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Opaque == "" &&
		u.Host != "" && u.Host[0] != ':' && consistsOf(u.Host, inHost) && consistsOf(u.RawQuery, inURI)
}

func isPlainMethod(req *http.Request) bool {
	if req.Method == "" || req.Method == http.MethodConnect || !consistsOf(req.Method, inToken) {
		return false
	}
	return bodyLength(req) >= 0 || !slices.Contains(bodiless(), req.Method)
}

// bodiless returns the methods whose bodies net/http probes before it believes in them.
func bodiless() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodDelete, http.MethodOptions, "PROPFIND", "SEARCH"}
}

func isPlainHeader(h http.Header) bool {
	for key, values := range h {
		if key == "" || !consistsOf(key, inToken) {
			return false
		}
		for _, v := range values {
			if !consistsOf(v, inValue) {
				return false
			}
		}
	}
	return true
}

// bodyLength returns the length of req's body in bytes, or -1 if it is unknown.
func bodyLength(req *http.Request) int64 {
	switch {
	case !hasBody(req):
		return 0
	case req.ContentLength > 0:
		return req.ContentLength
	}
	return -1
}
