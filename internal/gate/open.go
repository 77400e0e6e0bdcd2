package gate

import (
	"fmt"
	"net"
	"time"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/local"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// localConfig is the master that the gate starts itself.
func (d *drive) localConfig() local.Config {
	l, r := &d.Plan.Local, &d.Plan.Run
	return local.Config{
		Worker: string(l.Worker), Workers: int(l.Workers), Args: l.Args,
		Env: []string{
			"HOPPERBAND_RUN_ID=" + d.run.ID, "HOPPERBAND_TESTED_VERSION=" + d.run.Identity.Version,
			"HOPPERBAND_ENVIRONMENT=" + d.run.Identity.Environment,
		},
		Locust: string(l.Locust), Locustfile: string(l.Locustfile), Host: string(r.Host),
		Classes: r.Classes, Tags: r.Tags, ExcludeTags: r.ExcludeTags, Arguments: r.Arguments,
		StopTimeout: time.Duration(r.StopTimeout), Logs: string(l.Logs),
	}
}

func (d *drive) masterAccess() (access.Config, error) {
	m := &d.Plan.Master
	password, err := m.Password.Read(d.Lookup)
	if err != nil {
		return access.Config{}, fmt.Errorf("master.password: %w", err)
	}
	headers, err := m.Headers.Read(d.Lookup)
	if err != nil {
		return access.Config{}, fmt.Errorf("master.headers: %w", err)
	}
	return access.Config{
		User: string(m.User), Password: password, Headers: headers,
		CertFile: string(m.Cert), KeyFile: string(m.Key), CAFile: string(m.CA),
	}, nil
}

// openSource makes the source of the figures.
func (d *drive) openSource() (source.Source, error) {
	s := &d.Plan.Source
	password, err := s.Password.Read(d.Lookup)
	if err != nil {
		return nil, fmt.Errorf("source.password: %w", err)
	}
	headers, err := s.Headers.Read(d.Lookup)
	if err != nil {
		return nil, fmt.Errorf("source.headers: %w", err)
	}
	with := access.Config{
		User: string(s.User), Password: password, Headers: headers,
		CertFile: string(s.Cert), KeyFile: string(s.Key), CAFile: string(s.CA),
	}
	switch d.Plan.FigureSource() {
	case record.SourceMaster:
		return source.NewMaster(d.master, d.address), nil
	case record.SourcePrometheus:
		return source.NewPrometheus(string(s.Prometheus), string(s.Selector), with)
	}
	addresses := []string(s.Workers)
	if d.local != nil {
		addresses = d.local.Metrics
	}
	return source.NewWorkers(addresses, net.DefaultResolver, with)
}

// newRecord is the record of a run that begins.
func (d *drive) newRecord(version string) *record.Run {
	r := &d.Plan.Run
	now := time.Now()
	run := &record.Run{Schema: record.Schema, ID: record.NewID(now), Identity: identity(d.Plan, d.Lookup)}
	run.Identity.Version, run.Identity.Gate, run.Identity.Started = version, d.Version, now
	run.Plan = record.Plan{
		Name: string(d.Plan.Name), Digest: d.Plan.Digest(), Users: int(r.Users), SpawnRate: d.Plan.SpawnRate(),
		WarmUpSeconds: time.Duration(r.WarmUp).Seconds(), DurationSeconds: time.Duration(r.Duration).Seconds(),
		Workers: d.Plan.ExpectedWorkers(), Host: string(r.Host), UserClasses: r.Classes,
	}
	return run
}

// finish puts what was seen into the record.
func (d *drive) finish(before, after string) {
	run, kind := d.run, d.Plan.FigureSource()
	if run.Identity.Ended.IsZero() {
		run.Identity.Ended = time.Now()
	}
	run.Plan.Workers = d.facts.expected
	run.Series = d.series
	if d.plateau != nil {
		run.Total, run.Names = d.plateau.Total, d.plateau.Names
	}
	run.Generator = d.facts.generator(run.Plan.Users, d.plateau, d.whole)
	run.Generator.VersionBefore, run.Generator.VersionAfter = before, after
	if d.problem != "" {
		run.Reconciled.Problem = d.problem
	}
	if kind == record.SourceMaster {
		for i := range run.Sources {
			run.Sources[i].Figures = true
		}
		return
	}
	from := d.source.Origin()
	from.Figures = true
	if d.whole != nil {
		from.Requests, from.Failures = d.whole.Total.Requests, d.whole.Total.Failures
	}
	run.Sources = append([]record.Source{from}, run.Sources...)
}
