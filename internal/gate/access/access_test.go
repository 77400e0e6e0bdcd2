package access_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/access"
)

// certificate makes one for 127.0.0.1, signed by itself, and its files.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pool = x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret), pool
}

func TestClientCertificate(t *testing.T) {
	cert, key, pool := certificate(t)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		_, _ = w.Write([]byte(user + "/" + password + "/" + r.Header.Get("X-Token")))
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	server.StartTLS()
	defer server.Close()
	ask := func(c access.Config) (string, error) {
		transport, err := c.Transport()
		if err != nil {
			t.Fatal(err)
		}
		resp, err := (&http.Client{Transport: transport}).Get(server.URL)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		b := make([]byte, 100)
		n, _ := resp.Body.Read(b)
		return string(b[:n]), nil
	}
	full := access.Config{
		User: "ci", Password: "pw", Headers: map[string]string{"X-Token": "t"}, CertFile: cert, KeyFile: key, CAFile: cert,
	}
	if got, err := ask(full); got != "ci/pw/t" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
	if _, err := ask(access.Config{CAFile: cert}); err == nil {
		t.Error("the server took a request without a client certificate")
	}
	if _, err := ask(access.Config{CertFile: cert, KeyFile: key}); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: error %v", err)
	}
}

func TestBadFiles(t *testing.T) {
	cert, _, _ := certificate(t)
	for _, c := range []access.Config{
		{CertFile: cert}, {CertFile: cert, KeyFile: cert}, {CAFile: "/nowhere"}, {CAFile: "access_test.go"},
	} {
		if _, err := c.Transport(); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

// The header Host is the host that is asked for, as virtual hosts want it.
func TestHost(t *testing.T) {
	var host string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { host = r.Host }))
	defer server.Close()
	transport, err := access.Config{Headers: map[string]string{"host": "locust.internal"}}.Transport()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: transport}).Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if host != "locust.internal" {
		t.Errorf("asked for %q", host)
	}
}
