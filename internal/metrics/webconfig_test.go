package metrics_test

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/hopperband/hopperband/internal/certtest"
	"github.com/hopperband/hopperband/internal/metrics"
)

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
	ca := certtest.NewCA(t, "ca")
	ca.File(dir)
	ca.Files(dir, ca.Issue(certtest.Leaf{Name: "worker", Hosts: []string{"127.0.0.1"}}))
	trusting := &tls.Config{RootCAs: ca.Pool()}
	known := &tls.Config{RootCAs: ca.Pool(), Certificates: []tls.Certificate{ca.Issue(certtest.Leaf{Name: "prometheus"})}}
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	const server = "tls_server_config:\n  cert_file: worker.pem\n  key_file: worker.key\n"
	const mutual = server + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n"
	passwords := "basic_auth_users:\n  prom: " + string(hash) + "\n"
	for name, tt := range map[string]struct {
		config   string
		scheme   string
		tls      *tls.Config
		user     string
		password string
		status   int // 0: no answer
	}{
		"nothing":                      {"", "http", nil, "", "", 200},
		"TLS":                          {server, "https", trusting, "", "", 200},
		"TLS spoken to plain":          {server, "http", nil, "", "", 400},
		"client without a certificate": {mutual, "https", trusting, "", "", 0},
		"client with a certificate":    {mutual, "https", known, "", "", 200},
		"password":                     {passwords, "http", nil, "prom", "secret", 200},
		"wrong password":               {passwords, "http", nil, "prom", "guess", 401},
		"no password":                  {passwords, "http", nil, "", "", 401},
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
	ca := certtest.NewCA(t, "ca")
	ca.Files(dir, ca.Issue(certtest.Leaf{Name: "worker"}))
	const server = "tls_server_config:\n  cert_file: worker.pem\n  key_file: "
	write(t, dir, "broken.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
	for name, tt := range map[string]struct{ config, want string }{
		"no YAML":             {"tls_server_config: [", "yaml"},
		"unknown field":       {"tls_server: {}\n", "tls_server"},
		"no such key":         {server + "nowhere.pem\n", "nowhere.pem"},
		"a key that is none":  {server + "broken.pem\n", "private key"},
		"an unreadable key":   {server + ".\n", "directory"},
		"certificate missing": {"tls_server_config:\n  cert_file: nowhere.pem\n  key_file: worker.key\n", "nowhere.pem"},
		"key left out":        {"tls_server_config:\n  cert_file: worker.pem\n", "key"},
		"plain password":      {"basic_auth_users:\n  prom: secret\n", "hash"},
		"unknown client auth": {server + "worker.key\n  client_auth_type: Sometimes\n", "Sometimes"},
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
			if err := l.Close(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the port was still taken: %v", err)
			}
		})
	}
	if err := metrics.CheckWebConfig(filepath.Join(dir, "none.yml")); err == nil || !strings.Contains(err.Error(), "none.yml") {
		t.Errorf("no such file: %v", err)
	}
}
