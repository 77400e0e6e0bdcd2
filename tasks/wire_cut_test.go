package tasks_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// An answer that is cut off by a reset at any byte, or right behind the last one, ends alike
// for both transports.
func TestWireParityOfEveryReset(t *testing.T) {
	const answer = okHead + "A: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
	var end atomic.Int64
	host := bytewise(t, func(c net.Conn, _ *http.Request) bool {
		fmt.Fprint(c, answer[:end.Load()])
		if err := c.(*net.TCPConn).SetLinger(0); err != nil {
			t.Error(err)
		}
		return false
	})
	for n := range int64(len(answer) + 1) {
		end.Store(n)
		ours, stock := outcomes(t, host, "GET", ""), outcomes(t, host, "GET", "", tasks.HTTP2())
		if !slices.Equal(ours, stock) && !isReset(ours, stock) || (n == int64(len(answer))) != strings.Contains(ours[0], "<ok>") {
			t.Errorf("reset behind %q\nours:  %q\nstock: %q", answer[:n], ours, stock)
		}
	}
}

// isReset says whether outcomes differ as they may: the kernel tells of a reset once, and
// net/http, which asks twice in some places, takes it for an end of file there.
func isReset(ours, stock []string) bool {
	const reset = "GET x: read: connection reset by peer"
	return slices.Equal(ours, []string{reset, reset}) && strings.Contains(stock[0], "EOF") && strings.Contains(stock[1], "EOF")
}

// says starts a server that reads a little of what each connection says, answers it, and
// closes it, with a reset or without.
func says(t *testing.T, answer string, reset bool) string {
	return listen(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4<<10)) // a ClientHello
		_, _ = io.WriteString(c, answer)
		if reset {
			_ = c.(*net.TCPConn).SetLinger(0)
		}
	})
}

// cut passes connections on to addr, and the first n bytes of the answers back.
func cut(t *testing.T, addr string, n int64) string {
	return listen(t, func(c net.Conn) {
		there, err := net.Dial("tcp", addr)
		if err != nil {
			t.Error(err)
			return
		}
		defer there.Close()
		go func() { _, _ = io.Copy(there, c) }() // ends with the connection
		_, _ = io.CopyN(c, there, n)
	})
}

// What goes wrong with TLS goes wrong alike for both transports.
func TestWireParityOfTLSErrors(t *testing.T) {
	strict := secure(t, tls.RequireAndVerifyClientCert)
	modern := httptest.NewUnstartedServer(http.NotFoundHandler())
	modern.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	modern.Config.ErrorLog = quiet(t)
	modern.StartTLS()
	t.Cleanup(modern.Close)
	insecure := &tls.Config{InsecureSkipVerify: true}
	old := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}
	stranger := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, Certificates: strict.TLS.Certificates}
	known := x509.NewCertPool()
	known.AddCert(modern.Certificate())
	addr := modern.Listener.Addr().String()
	for _, tt := range []struct {
		name, host string
		config     *tls.Config
		want       string
	}{
		{"plain HTTP", says(t, okAnswer, false), insecure, "server gave HTTP response to HTTPS client"},
		{"closed", says(t, "", false), insecure, "EOF"},
		{"reset", says(t, "", true), insecure, "connection reset"},
		{"garbage", says(t, "\x16\x03\x03\x00\x04\x02\x00\x00\x00", false), insecure, "tls"},
		{"half a record", says(t, "\x16\x03\x03\x00", false), insecure, "EOF"},
		{"long record", says(t, "\x16\x03\x03\xff\xff", false), insecure, "tls"},
		{"alert", says(t, "\x15\x03\x03\x00\x02\x02\x28", false), insecure, "handshake failure"},
		{"unknown alert", says(t, "\x15\x03\x03\x00\x02\x02\xff", false), insecure, "alert"},
		{"cut in the hello", cut(t, addr, 50), insecure, "EOF"},
		{"cut behind the hello", cut(t, addr, 200), insecure, "EOF"},
		{"cut in the certificate", cut(t, addr, 700), insecure, "EOF"},
		{"old client", modern.URL, old, "protocol version"},
		{"unknown client", strict.URL, stranger, "tls"},
		{"no client certificate", strict.URL, old, "tls"},
		{"unknown authority", modern.URL, nil, "unknown authority"},
		{"another name", modern.URL, &tls.Config{RootCAs: known, ServerName: "shop.invalid"}, "not valid for the host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := strings.Replace(tt.host, "http:", "https:", 1)
			ours := outcomes(t, host, "GET", "", tasks.TLS(tt.config))
			stock := outcomes(t, host, "GET", "", tasks.TLS(tt.config), tasks.HTTP2())
			if !slices.Equal(ours, stock) || !strings.Contains(ours[0], tt.want) {
				t.Errorf("want %q\nours:  %q\nstock: %q", tt.want, ours, stock)
			}
		})
	}
}
