package worker

import (
	"math"
	"strings"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// ownOption says that a key of the master's parsed_options is one of Locust's own, of
// releases 2.2 to 2.47 (locust/argument_parser.py), and not an argument of the locustfile.
func ownOption(name string) bool {
	switch name {
	case "autoquit", "autostart", "build_path", "class_picker", "config", "config_users", "csv_prefix",
		"enable_rebalancing", "equal_weights", "exclude_tags", "exit_code_on_error", "expect_slaves",
		"expect_workers", "expect_workers_max_wait", "hatch_rate", "headful", "headless", "host", "html_file",
		"json", "json_file", "legacy_ui", "list_commands", "locustfile", "logfile", "loglevel", "master",
		"master_bind_host", "master_bind_port", "master_host", "master_port", "modern_ui", "num_users",
		"only_summary", "otel", "print_stats", "processes", "profile", "reset_stats", "run_time",
		"show_task_ratio", "show_task_ratio_json", "skip_log_setup", "slave", "spawn_rate",
		"stats_history_enabled", "step_clients", "step_load", "step_time", "step_users", "stop_timeout",
		"tags", "tls_cert", "tls_key", "user_classes", "users", "web_auth", "web_base_path", "web_host",
		"web_host_display_name", "web_login", "web_port", "worker":
		return true
	}
	return false
}

// customOptions are the custom arguments of the master's locustfile, and expect_workers,
// which Python workers take over as well (locust/runners.py). The whole of parsed_options
// holds secrets and is never logged.
func customOptions(parsed map[string]any) tasks.Options {
	custom := tasks.Options{}
	for name, v := range parsed {
		if !ownOption(name) || name == "expect_workers" {
			custom[name] = v
		}
	}
	return custom
}

// list returns the strings of a list. A master that was started without such an option
// has text in its place once the start form of the web UI names it (locust/web.py, swarm):
// its parts are parted by commas.
func list(v any) (out []string) {
	if text, ok := v.(string); ok {
		return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	}
	items, _ := v.([]any)
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// number returns an int or a float.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return 0, false
}

// seconds returns a number of seconds as a duration of at most a year, and 0 for anything
// else.
func seconds(v any) time.Duration {
	const year = 365 * 24 * 3600
	n, ok := number(v)
	if !ok || n <= 0 {
		return 0
	}
	return time.Duration(min(n, year) * float64(time.Second))
}
