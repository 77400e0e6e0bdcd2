package worker

import (
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"
)

// newLogger returns the log that the settings ask for, on standard error or in a file and
// for the master's web UI, and what closes it.
func newLogger(s *settings, stderr io.Writer, logs *LogBuffer) (zerolog.Logger, func(), error) {
	out, closeLog := stderr, func() {}
	if s.logfile != "" {
		f, err := os.OpenFile(s.logfile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return zerolog.Logger{}, nil, fmt.Errorf("log file: %w", err)
		}
		out, closeLog = f, func() { _ = f.Close() }
	}
	if pretty(s.logFormat.Value, out) {
		out = zerolog.ConsoleWriter{Out: out, NoColor: !terminal(out), TimeFormat: "15:04:05.000"}
	}
	return zerolog.New(zerolog.MultiLevelWriter(out, logs)).Level(level(s.logLevel.Value)).With().Timestamp().Logger(), closeLog, nil
}

func pretty(format string, out io.Writer) bool {
	return format == "pretty" || format == "auto" && terminal(out)
}

func terminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// level turns Locust's word into zerolog's.
func level(name string) zerolog.Level {
	switch name {
	case "DEBUG":
		return zerolog.DebugLevel
	case "WARNING":
		return zerolog.WarnLevel
	case "ERROR":
		return zerolog.ErrorLevel
	case "CRITICAL":
		return zerolog.FatalLevel
	}
	return zerolog.InfoLevel
}
