package main

import (
	"errors"
	"flag"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"
)

// settings are what can be turned on the shop, by flags and while it runs.
type settings struct {
	delay   time.Duration
	jitter  time.Duration
	failing float64
	stall   time.Duration
	version string

	stalled time.Time // the end of the stall
}

// flags are the settings as flags; a form that is posted to /knobs has the same names.
func (s *settings) flags(set *flag.FlagSet) {
	set.DurationVar(&s.delay, "delay", s.delay, "how long each page takes at least")
	set.DurationVar(&s.jitter, "jitter", s.jitter, "how much longer it takes at most, at random")
	set.Float64Var(&s.failing, "error-rate", s.failing, "the share of pages that fail with 503, 0 to 1")
	set.DurationVar(&s.stall, "stall", s.stall, "answer nothing for so long, from now on, once")
	set.StringVar(&s.version, "version", s.version, "what /version answers")
}

// check also begins the stall.
func (s *settings) check() error {
	if s.delay < 0 || s.jitter < 0 || s.stall < 0 || !(0 <= s.failing && s.failing <= 1) {
		return errors.New("times are never negative, the error rate is between 0 and 1")
	}
	s.stalled = time.Now().Add(s.stall)
	return nil
}

// wait is how long a page that is asked for now has to wait.
func (s *settings) wait() time.Duration {
	d := s.delay
	if s.jitter > 0 {
		d += rand.N(s.jitter)
	}
	return d + max(0, time.Until(s.stalled))
}

// knobs turn the settings of a shop that is open.
type knobs struct{ now atomic.Pointer[settings] }

func newKnobs(s settings) *knobs {
	var k knobs
	k.now.Store(&s)
	return &k
}

// before puts the delay and the failures before a page.
func (k *knobs) before(page http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := k.now.Load()
		pause(r, s.wait())
		if rand.Float64() < s.failing {
			http.Error(w, "as was asked for", http.StatusServiceUnavailable)
			return
		}
		page(w, r)
	}
}

// turn changes the settings that the posted form names, and leaves the others.
func (k *knobs) turn(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	next := *k.now.Load()
	end := next.stalled
	next.stall = 0
	var set flag.FlagSet
	next.flags(&set)
	for name := range r.PostForm {
		if err := set.Set(name, r.PostForm.Get(name)); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	if err := next.check(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !r.PostForm.Has("stall") {
		next.stalled = end
	}
	k.now.Store(&next)
	k.show(w, r)
}

func (k *knobs) show(w http.ResponseWriter, _ *http.Request) {
	s := *k.now.Load()
	var set flag.FlagSet
	s.flags(&set)
	values := map[string]string{}
	set.VisitAll(func(f *flag.Flag) { values[f.Name] = f.Value.String() })
	answer(w, values)
}

func (k *knobs) version(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]string{"version": k.now.Load().version})
}

// pause waits, unless the user goes: then there is nobody to answer.
func pause(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}
