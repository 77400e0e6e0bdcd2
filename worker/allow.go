package worker

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// allows returns an error unless a target host is among the allowed ones.
func (cfg Config) allows(host string) error {
	if len(cfg.AllowHosts) == 0 || host == "" {
		return nil
	}
	u, err := url.Parse(host)
	if err != nil || u.Host == "" {
		return fmt.Errorf("worker: target host %q: not a URL such as http://host:port, and hosts are limited by --allow-host", host)
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
	return fmt.Errorf("worker: target host %q: not allowed on this worker; --allow-host has %s", host, strings.Join(cfg.AllowHosts, ", "))
}

// checkClock warns once of a session whose master has another time: the rates that it
// shows are wrong then (locust/stats.py looks at seconds, 12 s back).
func (w *worker) checkClock(now time.Time, m *protocol.Spawn) {
	const bearable = time.Second
	there := time.UnixMicro(int64(m.Timestamp * 1e6))
	off := now.Sub(there)
	if off.Abs() <= bearable || w.master.clockWarned {
		return
	}
	w.master.clockWarned = true
	w.log.Warn().Str("ahead_by", off.Round(time.Millisecond).String()).
		Msg("the clocks of master and worker differ: the master will show wrong rates")
}
