package link_test

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/certtest"
	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

// A front is the TLS front before a scripted master.
type front struct {
	*master
	config *tls.Config
}

// acceptTLS takes the next connection and shakes hands, TLS first.
func (f *front) acceptTLS() *peer {
	f.t.Helper()
	return shake(f.t, tls.Server(f.connect(), f.config), 1)
}

// turnAway ends the next connections as a front does that does not want them, until the
// test's end.
func (f *front) turnAway() {
	go func() {
		for {
			c, err := f.ln.Accept()
			if err != nil {
				return
			}
			s := tls.Server(c, f.config)
			_ = s.SetDeadline(time.Now().Add(patience))
			_ = s.Handshake()
			_ = c.Close()
		}
	}()
}

// A session in TLS is as one without: reports are confirmed, and the end is clean.
func TestTLSSession(t *testing.T) {
	ca := certtest.NewCA(t, "ca")
	f := &front{listen(t), &tls.Config{
		Certificates: []tls.Certificate{ca.Issue(certtest.Leaf{Name: "front", Hosts: []string{"127.0.0.1"}})},
		ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(),
	}}
	o := own(t, link.Config{Addr: f.addr(), TLS: &tls.Config{
		RootCAs: ca.Pool(), Certificates: []tls.Certificate{ca.Issue(certtest.Leaf{Name: "worker"})},
	}})
	p := f.acceptTLS()
	session := expect[link.Connected](o).Session
	o.Post(session, &protocol.ClientReady{})
	if m := p.message(); m.Type() != "client_ready" {
		t.Fatalf("got %s", m.Type())
	}
	p.send(&protocol.Ack{})
	expect[link.Message](o)
	o.PostReport(session, 7, &protocol.Stats{})
	if m := p.message(); m.Type() != "stats" {
		t.Fatalf("got %s", m.Type())
	}
	p.command("PONG", p.ping())
	if c := expect[link.Confirmed](o); c.Report != 7 {
		t.Errorf("confirmed %d", c.Report)
	}
	go func() { _, _ = p.rest() }()
	if err := o.Close(t.Context()); err != nil {
		t.Errorf("closing: %v", err)
	}
}

// A front that goes does not mean that the master has: its dial is refused, and the master
// behind it may be the same.
func TestTLSFrontGoes(t *testing.T) {
	ca := certtest.NewCA(t, "ca")
	f := &front{listen(t), &tls.Config{Certificates: []tls.Certificate{ca.Issue(certtest.Leaf{Name: "front", Hosts: []string{"127.0.0.1"}})}}}
	o := own(t, link.Config{Addr: f.addr(), TLS: &tls.Config{RootCAs: ca.Pool()}})
	p := f.acceptTLS()
	expect[link.Connected](o)
	_ = f.ln.Close()
	_ = p.conn.Close()
	expect[link.Down](o)
	if d := expect[link.Down](o); d.Refused || d.Session != 0 || !strings.Contains(d.Err.Error(), "refused") {
		t.Errorf("down as %+v", d)
	}
}

// Whatever is wrong with certificates is one line that says what to do.
func TestTLSReasons(t *testing.T) {
	ca, other := certtest.NewCA(t, "ca"), certtest.NewCA(t, "other")
	good := ca.Issue(certtest.Leaf{Name: "front", Hosts: []string{"127.0.0.1", "localhost"}})
	expired := ca.Issue(certtest.Leaf{Name: "old", Hosts: []string{"127.0.0.1"}, NotAfter: time.Now().Add(-time.Hour)})
	stranger := other.Issue(certtest.Leaf{Name: "stranger"})
	for _, tt := range []struct {
		name          string
		front, worker *tls.Config
		words         []string
	}{
		{"unknown CA", &tls.Config{}, &tls.Config{RootCAs: other.Pool()}, []string{`signed by "CN=ca"`, "no CA known here", "--master-tls-ca"}},
		{"no CA", &tls.Config{}, &tls.Config{RootCAs: x509.NewCertPool()}, []string{"no CA known here"}},
		{"wrong name", &tls.Config{}, &tls.Config{RootCAs: ca.Pool(), ServerName: "master"}, []string{"localhost, 127.0.0.1", `"master"`, "--master-tls-server-name"}},
		{"expired", &tls.Config{Certificates: []tls.Certificate{expired}}, &tls.Config{RootCAs: ca.Pool()}, []string{"valid from", "clock"}},
		{
			"no client certificate", &tls.Config{ClientAuth: tls.RequireAnyClientCert}, &tls.Config{RootCAs: ca.Pool()},
			[]string{"wants a client certificate", "--master-tls-cert", "--master-tls-key"},
		},
		{
			"client certificate of another CA", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool()},
			&tls.Config{RootCAs: ca.Pool(), GetClientCertificate: always(stranger)},
			[]string{"refuses this worker's client certificate", "unknown certificate authority"},
		},
		{
			"no client certificate, TLS 1.2", &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, &tls.Config{RootCAs: ca.Pool()},
			[]string{"client certificate", "--master-tls-cert"},
		},
		{"other versions", &tls.Config{MinVersion: tls.VersionTLS13}, &tls.Config{RootCAs: ca.Pool(), MaxVersion: tls.VersionTLS12}, []string{"protocol version"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &front{listen(t), tt.front}
			if f.config.Certificates == nil {
				f.config.Certificates = []tls.Certificate{good}
			}
			f.turnAway()
			o := own(t, link.Config{Addr: f.addr(), TLS: tt.worker})
			for range 3 {
				if d := expect[link.Down](o); d.Session != 0 {
					t.Fatalf("down as %+v", d)
				}
			}
			o.wantWarning(f.addr(), tt.words)
		})
	}
}

// always gives a certificate, also to a front that does not know its CA.
func always(c tls.Certificate) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
}

// A master itself, which speaks first, and a peer that says nothing are no TLS fronts.
func TestTLSOfOthers(t *testing.T) {
	plain, silent := listen(t), listen(t)
	go func() {
		for {
			c, err := plain.ln.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write(append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3}, make([]byte, 53)...))
			defer c.Close()
		}
	}()
	for _, tt := range []struct {
		words  string
		peer   *master
		within time.Duration
	}{{"does not speak TLS", plain, patience}, {"no answer to the TLS handshake", silent, time.Second}} {
		o := own(t, link.Config{Addr: tt.peer.addr(), TLS: &tls.Config{}, Handshake: tt.within})
		expect[link.Down](o)
		expect[link.Down](o)
		o.wantWarning(tt.peer.addr(), []string{tt.words})
	}
}

// wantWarning checks the one warning that a link has logged.
func (o *owner) wantWarning(addr string, words []string) {
	o.t.Helper()
	lines := o.log.lines("warn")
	if len(lines) != 1 {
		o.t.Fatalf("log %q, want one line", lines)
	}
	for _, want := range append(words, "cannot reach master "+addr, "trying again") {
		if !strings.Contains(lines[0], want) {
			o.t.Errorf("%q is not in %q", want, lines[0])
		}
	}
}
