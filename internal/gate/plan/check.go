package plan

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// longest is how long a run may take. A master is told when to end it, which needs a number.
const longest = 365 * 24 * time.Hour

// A checker collects what cannot be, although each value by itself can.
type checker struct {
	plan     *Plan
	lookup   func(string) (string, bool)
	problems []error
}

// check names every mistake that would stop a run, as far as this machine can know it.
func (p *Plan) check(lookup func(string) (string, bool)) error {
	c := &checker{plan: p, lookup: lookup}
	c.masters()
	c.load()
	c.source()
	c.identity()
	c.parts()
	c.thresholds()
	c.outputs()
	return errors.Join(c.problems...)
}

// wrong notes a mistake in the value of a key, and where that stands.
func (c *checker) wrong(key, format string, args ...any) {
	err := fmt.Errorf("%s: %w", key, fmt.Errorf(format, args...))
	if origin := c.plan.origins[key]; origin != "" {
		err = fmt.Errorf("%s: %w", origin, err)
	}
	c.problems = append(c.problems, err)
}

func (c *checker) masters() {
	p := c.plan
	switch {
	case p.Master.URL == "" && p.Local.Worker == "":
		c.wrong("master.url", "no master: give the address of one that runs, or local.worker for one that the gate starts")
	case p.Master.URL != "" && p.Local.Worker != "":
		c.wrong("master.url", "either a master that runs already or a local one, not both")
	case p.Master.URL != "":
		c.url("master.url", string(p.Master.URL))
	default:
		c.local()
	}
	c.secret("master.password", p.Master.Password)
	c.headers("master.headers", p.Master.Headers)
	c.certificate("master", p.Master.Cert, p.Master.Key, p.Master.CA)
}

func (c *checker) local() {
	l := &c.plan.Local
	c.program("local.worker", string(l.Worker))
	c.program("local.locust", string(l.Locust))
	c.least("local.workers", int(l.Workers), 1)
	c.file("local.locustfile", l.Locustfile)
	if n := c.plan.Run.Workers; n != 0 && n != l.Workers {
		c.wrong("run.workers", "%d, but local.workers is %d: leave this out", n, l.Workers)
	}
}

func (c *checker) load() {
	r := &c.plan.Run
	c.least("run.users", int(r.Users), 1)
	c.least("run.workers", int(r.Workers), 0)
	if r.SpawnRate < 0 {
		c.wrong("run.spawn_rate", "%s: negative", r.SpawnRate.String())
	}
	if time.Duration(r.Duration) < time.Second {
		c.wrong("run.duration", "%v: at least a second is needed", time.Duration(r.Duration))
	}
	if time.Duration(r.Interval) < time.Second {
		c.wrong("run.interval", "%v: at least a second", time.Duration(r.Interval))
	}
	if end := c.plan.spawnSeconds() + time.Duration(r.Wait).Seconds() + time.Duration(r.WarmUp).Seconds() + time.Duration(r.Duration).Seconds(); end > longest.Seconds() {
		c.wrong("run.duration", "with run.spawn_rate, run.wait and run.warm_up it is longer than %v", longest)
	}
	if r.Host != "" {
		c.url("run.host", string(r.Host))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Arguments)) {
		if own, taken := swarmKeys()[destination(name)]; taken {
			c.wrong("run.arguments", "%s is %s", name, own)
		}
	}
	if r.StopTimeout > 0 && !c.plan.IsLocal() {
		c.wrong("run.stop_timeout", "a master that runs already has its own, --stop-timeout")
	}
}

func (c *checker) source() {
	s := &c.plan.Source
	for _, address := range s.Workers {
		c.url("source.workers", address)
	}
	if s.Prometheus != "" {
		c.url("source.prometheus", string(s.Prometheus))
	}
	switch kind := c.plan.FigureSource(); {
	case kind == record.SourceWorkers && !c.plan.IsLocal() && len(s.Workers) == 0:
		c.wrong("source.workers", "the figures are to come from the workers: where are they?")
	case kind == record.SourcePrometheus && s.Prometheus == "":
		c.wrong("source.prometheus", "the figures are to come from a Prometheus: where is it?")
	}
	c.secret("source.password", s.Password)
	c.headers("source.headers", s.Headers)
	c.certificate("source", s.Cert, s.Key, s.CA)
}

func (c *checker) identity() {
	i := &c.plan.Identity
	given := 0
	for _, is := range []bool{i.Version != "", len(i.VersionCommand) > 0, i.VersionURL != ""} {
		if is {
			given++
		}
	}
	if given > 1 {
		c.wrong("identity.version", "one of version, version_command and version_url is enough")
	}
	if i.VersionURL != "" {
		c.url("identity.version_url", string(i.VersionURL))
	}
	if len(i.VersionCommand) > 0 {
		c.program("identity.version_command", i.VersionCommand[0])
	}
	c.headers("identity.version_headers", i.VersionHeaders)
}

// parts are the values that cannot be more than all, or less than none.
func (c *checker) parts() {
	v, b := &c.plan.Validity, &c.plan.Baseline
	c.part("validity.users", v.Users)
	c.part("validity.cpu", v.CPU)
	c.part("validity.difference", v.Difference)
	c.part("baseline.failures_floor", b.FailuresFloor)
	c.least("validity.requests", int(v.Requests), 1)
	c.least("validity.lost_workers", int(v.LostWorkers), 0)
	if bool(b.Off) {
		if bool(b.Required) {
			c.wrong("baseline.required", "it is off as well")
		}
		return
	}
	c.least("baseline.runs", int(b.Runs), 1)
	if b.RateFloor < 0 {
		c.wrong("baseline.rate_floor", "%s: negative", b.RateFloor.String())
	}
	if b.Store == "" {
		c.wrong("baseline.store", "a folder is needed, or baseline.off")
	} else if info, err := os.Stat(string(b.Store)); err == nil && !info.IsDir() {
		c.wrong("baseline.store", "%s: no folder", b.Store)
	}
}

func (c *checker) thresholds() {
	kind, length := c.plan.FigureSource(), time.Duration(c.plan.Run.Duration)
	for _, t := range c.plan.Thresholds {
		window := time.Duration(t.Window)
		var err error
		switch {
		case window > length:
			err = fmt.Errorf("threshold %q: a window of %v in a run of %v", t.Check, window, length)
		case window > 0 && window < time.Duration(c.plan.Run.Interval):
			err = fmt.Errorf("threshold %q: a window of %v, but the figures are read every %v", t.Check, window, time.Duration(c.plan.Run.Interval))
		case kind == record.SourceMaster && window > 0:
			err = fmt.Errorf("threshold %q: the master's statistics know no window: read the workers' figures, or those of a Prometheus", t.Check)
		case kind == record.SourceMaster && bool(t.Stop) && t.threshold.Unit() == record.Seconds:
			err = fmt.Errorf("threshold %q: the master's statistics have times at the end only, so it cannot stop the run: read the workers' figures, or those of a Prometheus", t.Check)
		case kind == record.SourceMaster:
			err = t.threshold.Resolves(record.Locust)
		}
		if err != nil {
			c.problems = append(c.problems, fmt.Errorf("%s: %w", t.origin, err))
		}
	}
}

func (c *checker) outputs() {
	o := &c.plan.Output
	files := map[string]string{} // the keys that write them
	for _, f := range []struct {
		key  string
		name flags.String
	}{
		{"output.json", o.JSON}, {"output.junit", o.JUnit}, {"output.html", o.HTML}, {"output.markdown", o.Markdown}, {"output.record", o.Record},
	} {
		if f.name == "" {
			continue
		}
		path := filepath.Clean(string(f.name))
		info, err := os.Stat(path)
		device := err == nil && !info.Mode().IsRegular() // such as /dev/stdout, for all who like
		switch other := files[path]; {
		case err == nil && info.IsDir():
			c.wrong(f.key, "%s: a folder", f.name)
		case other != "" && !device:
			c.wrong(f.key, "%s: %s is written there", f.name, other)
		}
		files[path] = f.key
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			c.wrong(f.key, "%s: there is no folder %s", f.name, filepath.Dir(path))
		}
	}
	if o.RemoteWriteURL != "" {
		c.url("output.remote_write_url", string(o.RemoteWriteURL))
	}
	c.file("output.remote_write_config", o.RemoteWriteConfig)
	if o.WarnExit < 0 || o.WarnExit > 125 || slices.Contains([]int{1, 2, 3, 4, 5, 6, 7}, int(o.WarnExit)) {
		c.wrong("output.warn_exit", "%d: 0 or 8 to 125, since the others mean something else", o.WarnExit)
	}
}

func (c *checker) program(key, name string) {
	if _, err := exec.LookPath(name); err != nil {
		c.wrong(key, "%w", err)
	}
}

func (c *checker) part(key string, ratio Ratio) {
	if ratio > 1 {
		c.wrong(key, "%s: more than all", ratio.String())
	}
}

func (c *checker) least(key string, value, least int) {
	if value < least {
		c.wrong(key, "%d: at least %d is needed", value, least)
	}
}

func (c *checker) url(key, text string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		c.wrong(key, "not an address such as http://127.0.0.1:8089")
	case u.User != nil:
		c.wrong(key, "no user and password in an address: they have keys of their own")
	}
}

func (c *checker) secret(key string, s Secret) {
	if _, err := s.Read(c.lookup); err != nil {
		c.wrong(key, "%w", err)
	}
}

func (c *checker) headers(key string, s Secrets) {
	values, err := s.Read(c.lookup)
	if err != nil {
		c.wrong(key, "%w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !httpguts.ValidHeaderFieldValue(values[name]) {
			c.wrong(key, "%s: the value has several lines, or another control character", name)
		}
	}
}

func (c *checker) certificate(section string, cert, key, ca flags.String) {
	if (cert == "") != (key == "") {
		c.wrong(section+".cert", "cert and key go together")
	}
	known := len(c.problems)
	c.file(section+".cert", cert)
	c.file(section+".key", key)
	c.file(section+".ca", ca)
	if len(c.problems) > known || (cert == "") != (key == "") {
		return
	}
	c.loads(section+".cert", access.Config{CertFile: string(cert), KeyFile: string(key)})
	c.loads(section+".ca", access.Config{CAFile: string(ca)})
}

func (c *checker) loads(key string, with access.Config) {
	if _, err := with.Transport(); err != nil {
		c.wrong(key, "%w", err)
	}
}

func (c *checker) file(key string, path flags.String) {
	if path == "" {
		return
	}
	if info, err := os.Stat(string(path)); err != nil || info.IsDir() {
		c.wrong(key, "%s: no such file", path)
	}
}

// swarmKeys are what the form that starts a test has besides custom arguments, and the keys
// of a plan for that.
func swarmKeys() map[string]string {
	return map[string]string{
		"user_count": "run.users", "spawn_rate": "run.spawn_rate", "host": "run.host", "run_time": "run.duration",
		"user_classes": "run.classes", "tags": "run.tags", "exclude_tags": "run.exclude_tags",
	}
}
