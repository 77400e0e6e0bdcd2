package worker

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// locustfileWithin is how long a master has to answer the request for its locustfile. It
// is asked once.
const locustfileWithin = 10 * time.Second

// askLocustfile asks for the master's locustfile, as a Python worker with -f - does
// (locust/argument_parser.py). Nothing waits for the answer.
func (w *worker) askLocustfile(now time.Time) {
	if !w.cfg.AskLocustfile || w.fileAsked {
		return
	}
	w.fileAsked, w.fileBy = true, now.Add(locustfileWithin)
	w.post(&protocol.LocustfileRequest{Version: "hopperband"}) // a master takes an empty one for an old worker
}

// missLocustfile goes on without the answer.
func (w *worker) missLocustfile(now time.Time) {
	if w.fileBy.IsZero() || now.Before(w.fileBy) {
		return
	}
	w.fileBy = time.Time{}
	w.log.Warn().Dur("after", locustfileWithin).Msg("going on without the master's locustfile: it has not sent it; masters before Locust 2.23 cannot")
}

// compareLocustfile says what the master's locustfile has, and which user classes only one
// side has. It is read as text, and never run.
func (w *worker) compareLocustfile(m *protocol.Locustfile) {
	w.fileBy = time.Time{}
	if m.Err != "" {
		w.log.Warn().Str("error", cut(m.Err, 500)).Msg("the master does not send its locustfile")
		return
	}
	var theirs []string
	urls := 0
	for _, f := range m.Files {
		if f.URL != "" {
			urls++
			w.log.Info().Str("url", cut(f.URL, 200)).Msg("the master's locustfile is elsewhere and is not fetched")
			continue
		}
		classes := userClassesOf(f.Contents)
		w.log.Info().Str("file", cut(f.Filename, 200)).Int("bytes", len(f.Contents)).Strs("user_classes", first(classes, 100)).
			Msg("got the master's locustfile, which is only compared and never run")
		if strings.ContainsAny(f.Filename, "/\\\x00") || f.Filename == "" {
			w.log.Warn().Str("file", cut(f.Filename, 200)).Msg("that is not the name of a file")
		}
		theirs = append(theirs, classes...)
	}
	if urls > 0 {
		return // what they have is not known
	}
	own := w.classNames()
	missing := slices.DeleteFunc(slices.Clone(theirs), func(name string) bool { return slices.Contains(own, name) })
	extra := slices.DeleteFunc(own, func(name string) bool { return slices.Contains(theirs, name) })
	if len(missing) > 0 {
		w.log.Warn().Strs("user_classes", first(missing, 100)).Msg("the master's locustfile has user classes that this worker does not have")
	}
	if len(extra) > 0 {
		w.log.Warn().Strs("user_classes", extra).Msg("this worker has user classes that the master's locustfile does not have: they get no users")
	}
}

// userClassesOf returns the names of the classes that a locustfile defines on its outermost
// level, whose base is called a user and that are not abstract. Python itself would know
// better, but that means to run it.
func userClassesOf(text string) (names []string) {
	head := regexp.MustCompile(`^class\s+(\w+)\s*\(([^)]*)`)
	abstract := regexp.MustCompile(`^\s+abstract\s*(:\s*bool\s*)?=\s*True\b`)
	last := "" // the class whose body this is
	for line := range strings.Lines(text) {
		if m := head.FindStringSubmatch(line); m != nil && strings.Contains(m[2], "User") {
			last = m[1]
			names = append(names, last)
		} else if line[0] != ' ' && line[0] != '\t' && strings.TrimSpace(line) != "" {
			last = ""
		}
		if last != "" && abstract.MatchString(line) {
			names, last = names[:len(names)-1], ""
		}
	}
	return names
}

// first returns at most n of them.
func first(names []string, n int) []string { return names[:min(n, len(names))] }
