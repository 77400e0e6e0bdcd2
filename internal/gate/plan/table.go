package plan

import (
	"slices"
	"strings"

	"github.com/hopperband/hopperband/internal/flags"
)

// A setting is a key of the plan, a flag and a variable in one.
type setting struct {
	key   string // "run.users"
	value flags.Value
	usage string
}

// flag is the setting's name on the command line: those of the run go without the section.
func (s *setting) flag() string {
	return strings.NewReplacer(".", "-", "_", "-").Replace(strings.TrimPrefix(s.key, "run."))
}

// Variable is the name of the environment variable of a flag.
func Variable(flag string) string {
	return "HOPPERBAND_GATE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// section is the heading of the flag in the help.
func (s *setting) section() string {
	section, _, nested := strings.Cut(s.key, ".")
	if !nested {
		return "Plan"
	}
	return strings.ToUpper(section[:1]) + section[1:]
}

func (s *setting) takes() flags.Arity {
	switch s.value.(type) {
	case *flags.Bool:
		return flags.Switch
	case flags.List:
		return flags.Many
	}
	return flags.One
}

// settings is the table of all that can be set.
func (p *Plan) settings() []setting {
	return slices.Concat(p.where(), p.load(), p.figures(), p.judgement(), p.comparison())
}

func (p *Plan) where() []setting {
	m, l := &p.Master, &p.Local
	return []setting{
		{"name", &p.Name, "what the plan is called in reports"},
		{"master.url", &m.URL, "address of the web UI of a master that runs already, with the path of --web-base-path"},
		{"master.user", &m.User, "user name for basic authentication"},
		{"master.password", &m.Password, "where its password is: env:NAME or file:PATH"},
		{"master.headers", &m.Headers, "headers for each request to the master, and where their values are: env:NAME or file:PATH"},
		{"master.cert", &m.Cert, "file of a client certificate, PEM"},
		{"master.key", &m.Key, "file of its key, PEM"},
		{"master.ca", &m.CA, "file of the authorities that the master's certificate is checked against, PEM"},
		{"local.worker", &l.Worker, "program of a worker: the gate starts a master and such workers itself, and ends them"},
		{"local.workers", &l.Workers, "how many of them"},
		{"local.args", &l.Args, "further arguments for each of them"},
		{"local.locust", &l.Locust, "program of Locust"},
		{"local.locustfile", &l.Locustfile, "locustfile for the master; by default the one that the worker prints"},
		{"local.logs", &l.Logs, "folder for the logs of master and workers; by default none are kept"},
	}
}

func (p *Plan) load() []setting {
	r := &p.Run
	return []setting{
		{"run.users", &r.Users, "how many users"},
		{"run.spawn_rate", &r.SpawnRate, "how many of them start each second; 0 means all at once"},
		{"run.warm_up", &r.WarmUp, "how long all users run before the figures count"},
		{"run.duration", &r.Duration, "how long the figures count: the plateau"},
		{"run.host", &r.Host, "the target, such as https://staging.example.com; by default the master's own"},
		{"run.classes", &r.Classes, "user classes that take part; by default all"},
		{"run.tags", &r.Tags, "only tasks with one of these tags"},
		{"run.exclude_tags", &r.ExcludeTags, "only tasks with none of these tags"},
		{"run.arguments", &r.Arguments, "custom arguments of the locustfile"},
		{"run.stop_timeout", &r.StopTimeout, "how long users may finish their task at the end, of a local master"},
		{"run.workers", &r.Workers, "how many workers a master that runs already must have; 0 means those it has at the start"},
		{"run.wait", &r.Wait, "how long to wait for the workers, and for all users to run"},
		{"run.interval", &r.Interval, "how often to read the figures, and to say how it goes"},
	}
}

func (p *Plan) figures() []setting {
	s, i := &p.Source, &p.Identity
	return []setting{
		{"source.figures", &s.Figures, "where the figures come from: workers, prometheus, master; auto is the first that is known"},
		{"source.workers", &s.Workers, "addresses of the workers' metrics, such as http://worker-1:9646/metrics; those of a local run are known"},
		{"source.prometheus", &s.Prometheus, "address of a Prometheus that has the workers' metrics"},
		{"source.selector", &s.Selector, "labels that choose this master's workers there"},
		{"source.user", &s.User, "user name for basic authentication there"},
		{"source.password", &s.Password, "where its password is: env:NAME or file:PATH"},
		{"source.headers", &s.Headers, "headers for each request there, and where their values are: env:NAME or file:PATH"},
		{"source.cert", &s.Cert, "file of a client certificate, PEM"},
		{"source.key", &s.Key, "file of its key, PEM"},
		{"source.ca", &s.CA, "file of the authorities that certificates there are checked against, PEM"},
		{"identity.version", &i.Version, "version of what is tested"},
		{"identity.version_command", &i.VersionCommand, "command that prints it, before the run and after it"},
		{"identity.version_url", &i.VersionURL, "address that answers it, before the run and after it"},
		{"identity.version_field", &i.VersionField, "field of the JSON there, such as build.version; plain text is the version itself"},
		{"identity.version_headers", &i.VersionHeaders, "headers for the request there, and where their values are: env:NAME or file:PATH"},
		{"identity.environment", &i.Environment, "where it runs, such as staging; only runs in one environment are compared"},
		{"identity.branch", &i.Branch, "branch that is tested; found in the variables of GitHub, GitLab and Jenkins"},
		{"identity.target_branch", &i.TargetBranch, "branch that a pull or merge request goes to; found likewise"},
		{"identity.default_branch", &i.DefaultBranch, "main branch of the repository; found likewise"},
		{"identity.commit", &i.Commit, "commit that is tested; found likewise"},
		{"identity.request", &i.Change, "number of the pull or merge request; found likewise"},
		{"identity.build", &i.Link, "link to the pipeline's run; found likewise"},
	}
}

func (p *Plan) judgement() []setting {
	v := &p.Validity
	return []setting{
		{"validity.requests", &v.Requests, "fewest requests on the plateau"},
		{"validity.users", &v.Users, "fewest users that run, as a part of those wanted"},
		{"validity.lost_workers", &v.LostWorkers, "most workers that may get lost"},
		{"validity.cpu", &v.CPU, "most CPU that the busiest worker may use, as a part of what it may have"},
		{"validity.schedule_lag", &v.ScheduleLag, "latest that iterations may start, 99 of 100 of them, and that a gate beside its workers may wake up; longest that workers may wait for a CPU"},
		{"validity.missed", &v.Missed, "most iterations that may never start, as a part of the requests"},
		{"validity.difference", &v.Difference, "most requests that two sources may differ by beyond what is explained, as a part of all"},
		{"validity.allow_clock_steps", &v.AllowClockSteps, "a clock that jumps does not make the run invalid"},
		{"validity.allow_new_version", &v.AllowNewVersion, "a version that changes midway does not make the run invalid"},
		{"validity.require_facts", &v.RequireFacts, "a fact that no source knows makes the run invalid"},
		{"thresholds", &p.Thresholds, "what must hold, such as 'p95 < 250ms'; more in the plan's documentation"},
	}
}

func (p *Plan) comparison() []setting {
	b, o := &p.Baseline, &p.Output
	return []setting{
		{"baseline.store", &b.Store, "folder of the runs' records"},
		{"baseline.off", &b.Off, "do not compare, and keep nothing"},
		{"baseline.required", &b.Required, "fail without runs to compare with"},
		{"baseline.runs", &b.Runs, "how many passed runs to compare with"},
		{"baseline.percent", &b.Percent, "smallest difference that counts, as a part of the median"},
		{"baseline.time_floor", &b.TimeFloor, "smallest difference of response times that counts"},
		{"baseline.failures_floor", &b.FailuresFloor, "smallest difference of the part that failed that counts"},
		{"baseline.rate_floor", &b.RateFloor, "smallest difference of requests per second that counts"},
		{"baseline.names", &b.Names, "request names that decide besides the total, such as 'GET /items'; the others advise"},
		{"baseline.warned", &b.Warned, "runs that pass with a warning are compared with, too"},
		{"baseline.confirm", &b.Confirm, "run again before failing for a regression; with --baseline-confirm=false fail at once"},
		{"output.json", &o.JSON, "file for the report as JSON"},
		{"output.junit", &o.JUnit, "file for the checks as JUnit XML"},
		{"output.html", &o.HTML, "file for the report as one page with charts"},
		{"output.markdown", &o.Markdown, "file for the report as Markdown, such as a job's summary"},
		{"output.record", &o.Record, "file for the record of the run, as it is in the store"},
		{"output.remote_write_url", &o.RemoteWriteURL, "where to write the verdict for Prometheus, such as http://prometheus:9090/api/v1/write"},
		{"output.remote_write_config", &o.RemoteWriteConfig, "file with authentication and TLS for it, in Prometheus's format"},
		{"output.warn_exit", &o.WarnExit, "exit code of a run that passes with a warning"},
	}
}
