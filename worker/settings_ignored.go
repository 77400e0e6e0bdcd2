package worker

import "github.com/hopperband/hopperband/internal/flags"

// ignored are Locust's flags and variables that mean nothing to a worker written in Go
// (locust/argument_parser.py, 2.47): they may be given, since masters and workers are often
// started with the same ones.
func (s *settings) ignored() []flags.Flag {
	return ignore(false,
		flags.Flag{Name: "locustfile", Short: "f", Env: "LOCUST_LOCUSTFILE", Value: &s.locustfile}, // "-" means something
		flags.Flag{Name: "headful", Env: "LOCUST_HEADFUL", Takes: flags.Switch},
		flags.Flag{Name: "autostart", Env: "LOCUST_AUTOSTART", Takes: flags.Switch},
		flags.Flag{Name: "autoquit", Env: "LOCUST_AUTOQUIT"},
		flags.Flag{Name: "web-host", Env: "LOCUST_WEB_HOST"},
		flags.Flag{Name: "web-host-display-name", Env: "LOCUST_WEB_HOST_DISPLAY_NAME"},
		flags.Flag{Name: "web-port", Short: "P", Env: "LOCUST_WEB_PORT"},
		flags.Flag{Name: "web-base-path", Env: "LOCUST_WEB_BASE_PATH"},
		flags.Flag{Name: "web-login", Env: "LOCUST_WEB_LOGIN", Takes: flags.Switch},
		flags.Flag{Name: "tls-cert", Env: "LOCUST_TLS_CERT"},
		flags.Flag{Name: "tls-key", Env: "LOCUST_TLS_KEY"},
		flags.Flag{Name: "class-picker", Env: "LOCUST_USERCLASS_PICKER", Takes: flags.Switch},
		flags.Flag{Name: "build-path", Env: "LOCUST_BUILD_PATH"},
		flags.Flag{Name: "master-bind-host", Env: "LOCUST_MASTER_BIND_HOST"},
		flags.Flag{Name: "master-bind-port", Env: "LOCUST_MASTER_BIND_PORT"},
		flags.Flag{Name: "expect-workers", Env: "LOCUST_EXPECT_WORKERS"},
		flags.Flag{Name: "expect-workers-max-wait", Env: "LOCUST_EXPECT_WORKERS_MAX_WAIT"},
		flags.Flag{Name: "enable-rebalancing", Takes: flags.Switch},
		flags.Flag{Name: "print-stats", Env: "LOCUST_PRINT_STATS", Takes: flags.Switch},
		flags.Flag{Name: "profile"},
		flags.Flag{Name: "otel", Env: "LOCUST_ENABLE_OPENTELEMETRY", Takes: flags.Switch},
		flags.Flag{Env: "LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP"},
		flags.Flag{Env: "LOCUST_PLAYWRIGHT"},
		flags.Flag{Env: "LOCUST_SKIP_MONKEY_PATCH"},
		flags.Flag{Env: "LOCUST_SKIP_URLLIB3_PATCH"},
	)
}

// plugins are the flags of locust-plugins (locust_plugins/__init__.py, 4.7). The variables
// that other programs have as well (PGHOST and the like) are left out.
func plugins() []flags.Flag {
	return ignore(true,
		flags.Flag{Name: "check-rps", Env: "LOCUST_CHECK_RPS"},
		flags.Flag{Name: "check-fail-ratio", Env: "LOCUST_CHECK_FAIL_RATIO"},
		flags.Flag{Name: "check-avg-response-time", Env: "LOCUST_CHECK_AVG_RESPONSE_TIME"},
		flags.Flag{Name: "timescale", Env: "LOCUST_TIMESCALE", Takes: flags.Switch},
		flags.Flag{Name: "grafana-url", Env: "LOCUST_GRAFANA_URL"},
		flags.Flag{Name: "pghost"}, flags.Flag{Name: "pgport"}, flags.Flag{Name: "pguser"}, flags.Flag{Name: "pgpassword"}, flags.Flag{Name: "pgdatabase"},
		flags.Flag{Name: "description", Env: "LOCUST_DESCRIPTION"},
		flags.Flag{Name: "override-plan-name", Env: "LOCUST_OVERRIDE_PLAN_NAME"},
		flags.Flag{Name: "iterations", Short: "i", Env: "LOCUST_ITERATIONS"},
		flags.Flag{Name: "console-stats-interval", Env: "LOCUST_CONSOLE_STATS_INTERVAL"},
		flags.Flag{Name: "ips", Env: "LOCUST_IPS"},
	)
}

func ignore(extra bool, all ...flags.Flag) []flags.Flag {
	for i := range all {
		all[i].Ignored, all[i].Extra = true, extra
	}
	return all
}

// refused are the flags of a master, and those that Locust refuses; the extra ones it no
// longer knows (it refused them up to 2.29).
func refused() []flags.Flag {
	return []flags.Flag{
		{Name: "master", Env: "LOCUST_MODE_MASTER", Takes: flags.Switch, Refused: "this program is a worker and cannot be a master; locust --master is one"},
		{Name: "slave", Takes: flags.Switch, Refused: "renamed to --worker"},
		{Name: "expect-slaves", Takes: flags.Switch, Refused: "renamed to --expect-workers"},
		{Name: "web-auth", Env: "LOCUST_WEB_AUTH", Refused: "replaced by --web-login"},
		{Name: "legacy-ui", Env: "LOCUST_LEGACY_UI", Takes: flags.Switch, Refused: "no longer supported by Locust"},
		{Name: "hatch-rate", Env: "LOCUST_HATCH_RATE", Refused: "renamed to --spawn-rate", Extra: true},
		{Name: "step-load", Takes: flags.Switch, Refused: "replaced by load shapes", Extra: true},
		{Name: "step-users", Takes: flags.Switch, Refused: "replaced by load shapes", Extra: true},
		{Name: "step-clients", Takes: flags.Switch, Refused: "replaced by load shapes", Extra: true},
		{Name: "step-time", Refused: "replaced by load shapes", Extra: true},
	}
}
