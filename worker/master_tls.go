package worker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/hopperband/hopperband/internal/flags"
)

// masterTLS are the settings of TLS to a front before the master.
type masterTLS struct {
	on                        flags.Bool
	ca, cert, key, serverName flags.String
}

func (s *masterTLS) flags(group string) []flags.Flag {
	return []flags.Flag{
		{
			Name: "master-tls", Env: "HOPPERBAND_MASTER_TLS", Takes: flags.Switch, Value: &s.on, Group: group, Extra: true,
			Usage: "speak TLS, with a TLS front that stands before the master",
		},
		{
			Name: "master-tls-ca", Env: "HOPPERBAND_MASTER_TLS_CA", Value: &s.ca, Group: group, Extra: true,
			Usage: "PEM file with the CAs that may have signed the front's certificate; none is the system's",
		},
		{
			Name: "master-tls-cert", Env: "HOPPERBAND_MASTER_TLS_CERT", Value: &s.cert, Group: group, Extra: true,
			Usage: "PEM file with the worker's client certificate; it is read anew for each connection",
		},
		{
			Name: "master-tls-key", Env: "HOPPERBAND_MASTER_TLS_KEY", Value: &s.key, Group: group, Extra: true,
			Usage: "PEM file with the key of the client certificate",
		},
		{
			Name: "master-tls-server-name", Env: "HOPPERBAND_MASTER_TLS_SERVER_NAME", Value: &s.serverName, Group: group, Extra: true,
			Usage: "name in the front's certificate, if that is not the master's host",
		},
	}
}

// check names what cannot be, and every file that cannot be read.
func (s *masterTLS) check() error {
	_, err := s.config(&tls.Config{})
	return err
}

// config returns own, the program's, with the settings; nil is no TLS.
func (s *masterTLS) config(own *tls.Config) (*tls.Config, error) {
	if !s.on {
		if s.ca+s.cert+s.key+s.serverName != "" {
			return nil, errors.New("--master-tls-ca, -cert, -key and -server-name mean nothing without --master-tls")
		}
		return nil, nil
	}
	cfg := own.Clone()
	if cfg == nil {
		cfg = &tls.Config{}
	}
	if s.serverName != "" {
		cfg.ServerName = string(s.serverName)
	}
	var errs []error
	if s.ca != "" {
		cas, err := readCAs(string(s.ca))
		errs = append(errs, err)
		cfg.RootCAs = cas
	}
	if s.cert != "" || s.key != "" {
		read := clientCertificate(string(s.cert), string(s.key))
		_, err := read(nil)
		errs = append(errs, err)
		cfg.GetClientCertificate = read
	}
	return cfg, errors.Join(errs...)
}

func readCAs(path string) (*x509.CertPool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--master-tls-ca: %w", err)
	}
	cas := x509.NewCertPool()
	if !cas.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("--master-tls-ca: %s: no certificate in PEM form", path)
	}
	return cas, nil
}

// clientCertificate reads the files for each connection: a renewed certificate needs no
// restart.
func clientCertificate(cert, key string) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if cert == "" || key == "" {
			return nil, errors.New("--master-tls-cert and --master-tls-key belong together")
		}
		c, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("--master-tls-cert, --master-tls-key: %w", err)
		}
		return &c, nil
	}
}
