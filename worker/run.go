package worker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/internal/usage"
	"github.com/hopperband/hopperband/tasks"
)

// Run connects to the master, runs the users that it asks for, and reports. It returns nil
// after the master's quit, and after ctx has ended: then it stops its users within the
// test's stop timeout, reports and says goodbye first.
//
// It returns an error before anything else happens if cfg or a class is wrong, and later
// if no master can be reached within cfg.ConnectTimeout or the master was silent for
// cfg.MasterHeartbeatTimeout.
func Run(ctx context.Context, cfg Config, classes ...*tasks.UserClass) error {
	if err := check(cfg, classes); err != nil {
		return err
	}
	cfg = cfg.withDefaults()
	e, err := cfg.openEndpoint()
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(newBallast())
	errs := make([]error, max(1, cfg.Processes))
	var workers sync.WaitGroup
	for i := range errs {
		workers.Go(func() { errs[i] = cfg.run(ctx, classes, e) })
	}
	workers.Wait()
	e.finish(ctx)
	return errors.Join(errs...)
}

// run is one worker.
func (cfg Config) run(ctx context.Context, classes []*tasks.UserClass, e *endpoint) error {
	nodeID, err := newNodeID()
	if err != nil {
		return err
	}
	meter, err := usage.NewMeter()
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	l := link.Start(context.WithoutCancel(ctx), link.Config{
		Addr: cfg.address(), NodeID: nodeID, Log: cfg.Log.With().Str("node_id", nodeID).Logger(), TLS: cfg.MasterTLS, MaxPause: cfg.ConnectInterval,
		Handled: func(messageType string) bool { return cfg.OnMessage[messageType] != nil },
	})
	w := newWorker(cfg, nodeID, l, &processMeter{meter: meter}, classes)
	defer w.hangUp()
	if err := e.show(w); err != nil {
		return err
	}
	return w.loop(ctx)
}

// check names everything that is wrong with what a program declares.
func check(cfg Config, classes []*tasks.UserClass) error {
	var errs []error
	if len(classes) == 0 {
		errs = append(errs, errors.New("worker: no user classes"))
	}
	errs = append(errs, tasks.Validate(classes...), cfg.check())
	return errors.Join(errs...)
}

func (cfg Config) check() error {
	errs := []error{cfg.Metrics.check()}
	if cfg.MasterPort < 0 || cfg.MasterPort > 65535 {
		errs = append(errs, fmt.Errorf("worker: master port %d: not in 1 to 65535", cfg.MasterPort))
	}
	if _, err := netip.ParseAddrPort(cfg.MasterHost); err == nil {
		errs = append(errs, fmt.Errorf("worker: master host %q: the port goes into --master-port", cfg.MasterHost))
	} else if strings.Count(cfg.MasterHost, ":") == 1 || strings.ContainsAny(cfg.MasterHost, "/ ") {
		errs = append(errs, fmt.Errorf("worker: master host %q: a host name or an address without a port is needed", cfg.MasterHost))
	}
	for _, pattern := range cfg.AllowHosts {
		if _, err := path.Match(pattern, ""); err != nil {
			errs = append(errs, fmt.Errorf("worker: allowed host %q (--allow-host): not a pattern such as *.example.com", pattern))
		}
	}
	for name, d := range map[string]int64{
		"connect timeout":          int64(cfg.ConnectTimeout),
		"connect interval":         int64(cfg.ConnectInterval),
		"master heartbeat timeout": int64(cfg.MasterHeartbeatTimeout),
		"max run time":             int64(cfg.MaxRunTime),
		"stop timeout":             int64(cfg.StopTimeout),
		"ready delay":              int64(cfg.ReadyDelay),
		"max names":                int64(cfg.MaxNames),
	} {
		if d < 0 {
			errs = append(errs, fmt.Errorf("worker: negative %s", name))
		}
	}
	return errors.Join(errs...)
}

// newNodeID is the identity of a worker: the master spreads users over hosts by what
// stands before the first "_" (locust/dispatch.py), so the host name comes first.
func newNodeID() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("worker: host name: %w", err)
	}
	const longest = 255 - 33 // a ZeroMQ identity has at most 255 bytes
	if len(host) > longest {
		host = host[:longest]
	}
	var uuid [16]byte
	if _, err := rand.Read(uuid[:]); err != nil {
		return "", fmt.Errorf("worker: node ID: %w", err)
	}
	uuid[6] = uuid[6]&0x0f | 0x40 // version 4
	uuid[8] = uuid[8]&0x3f | 0x80
	return strings.ToValidUTF8(host, "-") + "_" + hex.EncodeToString(uuid[:]), nil
}
