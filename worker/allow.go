package worker

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// allows returns an error unless a target host is among the allowed ones.
func (cfg Config) allows(host string) error {
	if len(cfg.AllowHosts) == 0 || host == "" {
		return nil
	}
	u, err := url.Parse(host)
	if err != nil || u.Host == "" {
		return fmt.Errorf("worker: target host %q: not a URL such as http://host:port, and hosts are limited by --allow-host", shown(host))
	}
	name, address := strings.ToLower(u.Hostname()), strings.ToLower(u.Host)
	if slices.ContainsFunc(cfg.AllowHosts, func(pattern string) bool {
		pattern = strings.ToLower(pattern)
		byName, _ := path.Match(pattern, name)
		byAddress, _ := path.Match(pattern, address)
		return byName || byAddress
	}) {
		return nil
	}
	return fmt.Errorf("worker: target host %q: not allowed on this worker; --allow-host has %s", shown(host), strings.Join(cfg.AllowHosts, ", "))
}

// shown is a target host as people may see it: without its password, also where that keeps the
// host from being a URL.
func shown(host string) string {
	u, err := url.Parse(host)
	at := strings.LastIndexByte(host, '@')
	switch {
	case err == nil && u.User != nil:
		return u.Redacted()
	case at >= 0 && (err != nil || u.Host == ""):
		return "xxxxx" + host[at:]
	}
	return host
}
