package worker

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"
)

// newLogger returns the log that the settings ask for, on standard error or in a file and
// for the master's web UI, and what closes it. Without Locust's logging setup there are
// only warnings and errors, on standard error, which is Python's default
// (logging.lastResort).
func newLogger(s *settings, stderr io.Writer, logs *LogBuffer) (zerolog.Logger, func(), error) {
	if s.skipLogSetup {
		lines, queue := queued(s, stderr)
		return zerolog.New(lines).Level(zerolog.WarnLevel).With().Timestamp().Logger(), func() { _ = queue.Close() }, nil
	}
	out, closeFile := stderr, func() {}
	if s.logfile != "" {
		f, err := openLog(string(s.logfile))
		if err != nil {
			return zerolog.Logger{}, nil, fmt.Errorf("log file: %w", err)
		}
		out, closeFile = f, func() { _ = f.Close() }
	}
	lines, queue := queued(s, out)
	closeLog := func() {
		err := queue.Close()
		if !errors.Is(err, errLogStuck) {
			closeFile()
		}
		if err != nil && s.logfile != "" {
			fmt.Fprintln(stderr, err)
		}
	}
	return zerolog.New(zerolog.MultiLevelWriter(lines, logs)).Level(level(s.logLevel.Value)).With().Timestamp().Logger(), closeLog, nil
}

// queued is a writer of JSON lines to a log that may block, and the queue in front of it.
func queued(s *settings, out io.Writer) (io.Writer, *logQueue) {
	queue := newLogQueue(out, func(lost int) []byte {
		var line bytes.Buffer
		own := zerolog.New(formatted(s, &line, terminal(out))).With().Timestamp().Logger()
		own.Warn().Int("lines", lost).Msg("the log could not be written for a while: these lines of it are missing here")
		return line.Bytes()
	})
	return formatted(s, queue, terminal(out)), queue
}

// openLog opens a log file, in a directory that it makes if there is none (locust/log.py).
func openLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
}

// formatted is a writer that makes JSON lines pretty, if that is asked for.
func formatted(s *settings, out io.Writer, tty bool) io.Writer {
	if s.logFormat.Value == "pretty" || s.logFormat.Value == "auto" && tty {
		return zerolog.ConsoleWriter{Out: out, NoColor: !tty, TimeFormat: "15:04:05.000"}
	}
	return out
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
