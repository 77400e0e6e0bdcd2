package worker

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/certtest"
)

func TestMasterTLSSettings(t *testing.T) {
	dir := t.TempDir()
	ca := certtest.NewCA(t, "ca")
	leaf := ca.Issue(certtest.Leaf{Name: "worker"})
	cert, key := ca.Files(dir, leaf)
	cas := ca.File(dir)
	own := &tls.Config{ServerName: "own", MinVersion: tls.VersionTLS13}
	for _, tt := range []struct {
		name string
		own  *tls.Config
		args string
		env  map[string]string
		ok   func(*tls.Config) bool
	}{
		{"none", nil, "", nil, func(c *tls.Config) bool { return c == nil }},
		{"alone", nil, "--master-tls", nil, func(c *tls.Config) bool {
			return c.RootCAs == nil && c.GetClientCertificate == nil && c.ServerName == ""
		}},
		{"variable", nil, "", map[string]string{"HOPPERBAND_MASTER_TLS": "on", "HOPPERBAND_MASTER_TLS_SERVER_NAME": "m"}, func(c *tls.Config) bool { return c.ServerName == "m" }},
		{"CA", nil, "--master-tls --master-tls-ca " + cas, nil, func(c *tls.Config) bool { return c.RootCAs.Equal(ca.Pool()) }},
		{"client certificate", nil, "--master-tls --master-tls-cert " + cert + " --master-tls-key " + key, nil, func(c *tls.Config) bool {
			got, err := c.GetClientCertificate(nil)
			return err == nil && got.Leaf.Equal(leaf.Leaf)
		}},
		{"program's own", own, "", nil, func(c *tls.Config) bool { return c.ServerName == "own" }},
		{"program's own with another name", own, "--master-tls-server-name m", nil, func(c *tls.Config) bool {
			return c.ServerName == "m" && c.MinVersion == tls.VersionTLS13 && own.ServerName == "own"
		}},
		{"program's own switched off", own, "--master-tls=no", nil, func(c *tls.Config) bool { return c == nil }},
	} {
		if got, err := configured(t, Config{MasterTLS: tt.own}, tt.args, tt.env); err != nil || !tt.ok(got.MasterTLS) {
			t.Errorf("%s: %+v, %v", tt.name, got.MasterTLS, err)
		}
	}
}

// A certificate that was renewed is used for the next connection.
func TestClientCertificateIsReadAnew(t *testing.T) {
	dir := t.TempDir()
	ca := certtest.NewCA(t, "ca")
	cert, key := ca.Files(dir, ca.Issue(certtest.Leaf{Name: "worker"}))
	cfg, err := configured(t, Config{}, "--master-tls --master-tls-cert "+cert+" --master-tls-key "+key, nil)
	if err != nil {
		t.Fatal(err)
	}
	renewed := ca.Issue(certtest.Leaf{Name: "worker"})
	ca.Files(dir, renewed)
	if got, err := cfg.MasterTLS.GetClientCertificate(nil); err != nil || !got.Leaf.Equal(renewed.Leaf) {
		t.Errorf("not the renewed certificate, %v", err)
	}
}

func TestMasterTLSMistakes(t *testing.T) {
	dir := t.TempDir()
	ca := certtest.NewCA(t, "ca")
	cert, _ := ca.Files(dir, ca.Issue(certtest.Leaf{Name: "worker"}))
	_, wrongKey := ca.Files(dir, ca.Issue(certtest.Leaf{Name: "other"}))
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string][]string{
		"--master-tls-ca " + empty:                                                           {"--master-tls-ca", "without --master-tls"},
		"--master-tls=false --master-tls-server-name x":                                      {"-server-name", "without --master-tls"},
		"--master-tls --master-tls-ca /no/ca.pem":                                            {"--master-tls-ca", "/no/ca.pem", "no such file"},
		"--master-tls --master-tls-ca " + empty:                                              {"--master-tls-ca", empty, "no certificate"},
		"--master-tls --master-tls-cert " + cert:                                             {"--master-tls-key", "belong together"},
		"--master-tls --master-tls-key " + wrongKey:                                          {"--master-tls-cert", "belong together"},
		"--master-tls --master-tls-cert /no/a.pem --master-tls-key " + wrongKey:              {"/no/a.pem", "no such file"},
		"--master-tls --master-tls-cert " + cert + " --master-tls-key " + wrongKey:           {"--master-tls-key", "does not match"},
		"--master-tls --master-tls-ca /no/ca.pem --master-tls-cert x --master-tls-key /no/k": {"/no/ca.pem", "open x"},
	} {
		code, out, stderr := call(args, nil, worksFor("Shopper", time.Second))
		if code != 2 || out != "" {
			t.Errorf("%s: exit code %d, %q", args, code, out)
		}
		for _, words := range want {
			if !strings.Contains(stderr, words) {
				t.Errorf("%s: %q is not in %q", args, words, stderr)
			}
		}
	}
}
