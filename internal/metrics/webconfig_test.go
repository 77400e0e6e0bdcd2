package metrics_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/hopperband/hopperband/internal/metrics"
)

// certify writes a certificate for 127.0.0.1 that signs itself, and its key.
func certify(t *testing.T, dir string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile = write(t, dir, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	keyFile = write(t, dir, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	return certFile, keyFile
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWebConfig(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := certify(t, dir)
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	server := "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n"
	pool := x509.NewCertPool()
	text, err := os.ReadFile(certFile)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		config   string
		scheme   string
		tls      *tls.Config
		user     string
		password string
		status   int // 0: no answer
	}{
		"nothing":             {"", "http", nil, "", "", 200},
		"TLS":                 {server, "https", &tls.Config{RootCAs: pool}, "", "", 200},
		"TLS spoken to plain": {server, "http", nil, "", "", 400},
		"client without a certificate": {
			server + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: cert.pem\n", "https", &tls.Config{RootCAs: pool}, "", "", 0,
		},
		"client with a certificate": {
			server + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: cert.pem\n", "https",
			&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}}, "", "", 200,
		},
		"password":       {"basic_auth_users:\n  prom: " + string(hash) + "\n", "http", nil, "prom", "secret", 200},
		"wrong password": {"basic_auth_users:\n  prom: " + string(hash) + "\n", "http", nil, "prom", "guess", 401},
		"no password":    {"basic_auth_users:\n  prom: " + string(hash) + "\n", "http", nil, "", "", 401},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, metrics.ServerConfig{WebConfig: write(t, dir, "web.yml", tt.config)})
			client := &http.Client{Transport: &http.Transport{TLSClientConfig: tt.tls, DisableKeepAlives: true}}
			req, _ := http.NewRequest(http.MethodGet, tt.scheme+"://"+s.Addr().String()+"/metrics", nil)
			if tt.user != "" {
				req.SetBasicAuth(tt.user, tt.password)
			}
			res, err := client.Do(req)
			status := 0
			if err == nil {
				status = res.StatusCode
				res.Body.Close()
			}
			if status != tt.status {
				t.Errorf("status %d, want %d (%v)", status, tt.status, err)
			}
		})
	}
}

// What is wrong is named before anything is served.
func TestBadWebConfig(t *testing.T) {
	dir := t.TempDir()
	certify(t, dir)
	server := "tls_server_config:\n  cert_file: cert.pem\n  key_file: "
	write(t, dir, "broken.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
	for name, tt := range map[string]struct{ config, want string }{
		"no YAML":             {"tls_server_config: [", "yaml"},
		"unknown field":       {"tls_server: {}\n", "tls_server"},
		"no such key":         {server + "nowhere.pem\n", "nowhere.pem"},
		"a key that is none":  {server + "broken.pem\n", "private key"},
		"certificate missing": {"tls_server_config:\n  cert_file: nowhere.pem\n  key_file: key.pem\n", "nowhere.pem"},
		"key left out":        {"tls_server_config:\n  cert_file: cert.pem\n", "key"},
		"plain password":      {"basic_auth_users:\n  prom: secret\n", "hash"},
		"unknown client auth": {server + "key.pem\n  client_auth_type: Sometimes\n", "Sometimes"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, dir, "web.yml", tt.config)
			err := metrics.CheckWebConfig(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%v, want %q and the file", err, tt.want)
			}
			l, err := metrics.Listen("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := metrics.Serve(l, metrics.ServerConfig{WebConfig: path}); err == nil {
				t.Error("it is served")
			}
			if again, err := metrics.Listen(l.Addr().String()); err != nil {
				t.Errorf("the port is still taken: %v", err)
			} else {
				again.Close()
			}
		})
	}
	if err := metrics.CheckWebConfig(filepath.Join(dir, "none.yml")); err == nil || !strings.Contains(err.Error(), "none.yml") {
		t.Errorf("no such file: %v", err)
	}
}
