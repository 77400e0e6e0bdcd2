package worker

import (
	"cmp"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
)

// metricSettings are the flags about metrics.
type metricSettings struct {
	address, webConfig, runID, testedVersion, environment flags.String
	profiling                                             flags.Bool
	linger                                                flags.Duration

	remoteWrite, remoteConfig flags.String
	remoteInterval            flags.Duration

	pluginVersion, pluginEnv flags.String // of locust-plugins
}

func newMetricSettings(cfg Config) metricSettings {
	return metricSettings{
		address: flags.String(cmp.Or(cfg.Metrics.Address, MetricsAuto)), webConfig: flags.String(cfg.Metrics.WebConfig),
		profiling: flags.Bool(cfg.Metrics.Profiling), linger: flags.Duration(max(0, cmp.Or(cfg.Metrics.Linger, defaultLinger))),
		remoteWrite: flags.String(cfg.Metrics.RemoteWrite), remoteConfig: flags.String(cfg.Metrics.RemoteWriteConfig),
		remoteInterval: flags.Duration(cfg.Metrics.RemoteWriteInterval),
		runID:          flags.String(cfg.RunID), testedVersion: flags.String(cfg.TestedVersion), environment: flags.String(cfg.Environment),
	}
}

func (s *metricSettings) apply(cfg *Config) {
	m := &cfg.Metrics
	m.Address, m.WebConfig, m.Profiling = string(s.address), string(s.webConfig), bool(s.profiling)
	if m.Linger = time.Duration(s.linger); m.Linger == 0 {
		m.Linger = -1
	}
	m.RemoteWrite, m.RemoteWriteConfig = string(s.remoteWrite), string(s.remoteConfig)
	m.RemoteWriteInterval = time.Duration(s.remoteInterval)
	cfg.RunID = string(s.runID)
	cfg.TestedVersion = string(cmp.Or(s.testedVersion, s.pluginVersion))
	cfg.Environment = string(cmp.Or(s.environment, s.pluginEnv))
}

func (s *metricSettings) flags() []flags.Flag {
	const group = "Metrics for Prometheus"
	return []flags.Flag{
		{
			Name: "metrics-address", Env: "HOPPERBAND_METRICS_ADDRESS", Value: &s.address, Group: group, Extra: true,
			Usage: "host:port to serve /metrics on; auto is :9646 or the next free port; off is nowhere",
		},
		{
			Name: "metrics-config", Env: "HOPPERBAND_METRICS_CONFIG", Value: &s.webConfig, Group: group, Extra: true,
			Usage: "web configuration file of Prometheus's exporter-toolkit: TLS, client certificates, passwords",
		},
		{
			Name: "metrics-pprof", Env: "HOPPERBAND_METRICS_PPROF", Takes: flags.Switch, Value: &s.profiling, Group: group, Extra: true,
			Usage: "serve /debug/pprof beside /metrics",
		},
		{
			Name: "metrics-linger", Env: "HOPPERBAND_METRICS_LINGER", Value: &s.linger, Group: group, Extra: true,
			Usage: "how long to stay at the end, at most, until who scrapes has the final values; 0s is not at all",
		},
		{
			Name: "remote-write-url", Env: "HOPPERBAND_REMOTE_WRITE_URL", Value: &s.remoteWrite, Group: group, Extra: true,
			Usage: "receiver of Prometheus's remote write (1.0) that the metrics are sent to at the end",
		},
		{
			Name: "remote-write-interval", Env: "HOPPERBAND_REMOTE_WRITE_INTERVAL", Value: &s.remoteInterval, Group: group, Extra: true,
			Usage: "send them at this interval as well; 0s is at the end only",
		},
		{
			Name: "remote-write-config", Env: "HOPPERBAND_REMOTE_WRITE_CONFIG", Value: &s.remoteConfig, Group: group, Extra: true,
			Usage: "file with authentication and TLS for that, as of Prometheus's HTTP clients: basic_auth, tls_config …",
		},
		{
			Name: "run-id", Env: "HOPPERBAND_RUN_ID", Value: &s.runID, Group: group, Extra: true,
			Usage: "name of the test run, where the master has no custom argument run_id",
		},
		{
			Name: "tested-version", Env: "HOPPERBAND_TESTED_VERSION", Value: &s.testedVersion, Group: group, Extra: true,
			Usage: "version that is tested, where the master has no custom argument tested_version",
		},
		{
			Name: "environment", Env: "HOPPERBAND_ENVIRONMENT", Value: &s.environment, Group: group, Extra: true,
			Usage: "environment that is tested, where the master has no custom argument environment",
		},
		{
			Name: "test-version", Env: "LOCUST_TEST_VERSION", Value: &s.pluginVersion, Group: group, Extra: true,
			Usage: "locust-plugins' name of --tested-version",
		},
		{
			Name: "test-env", Env: "LOCUST_TEST_ENV", Value: &s.pluginEnv, Group: group, Extra: true,
			Usage: "locust-plugins' name of --environment",
		},
	}
}
