//go:build integration

package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// A contender is one of the workers that are compared.
type contender struct {
	name  string
	own   bool // it is our worker
	start func(s *scene, addr, locustfile string, args []string) *rig.Process
}

func contenders() []contender {
	return []contender{
		{"python", false, func(s *scene, addr, locustfile string, args []string) *rig.Process {
			return s.pythonWorker("worker", addr, locustfile, args...)
		}},
		{"ours", true, func(s *scene, addr, _ string, args []string) *rig.Process { return s.planWorker(addr, args...).Process }},
	}
}

// A recording is what one worker and its master said in one run of the plan.
type recording struct {
	own     bool   // it is our worker's
	version string // of Locust
	frames  []rig.Frame
	heard   bool      // the worker has left in time for its master
	views   []view    // of the web UI, where there is one
	rows    []rig.Row // the master's final table
	codes   [2]int    // exit codes of master and worker
}

// A view is what the master's web UI shows at one time.
type view struct {
	name               string
	stats, exceptions  any        // /stats/requests, /exceptions
	requests, failures [][]string // /stats/requests/csv, /stats/failures/csv
}

// A recorder is a worker behind a proxy before its master, whose run is being recorded.
type recorder struct {
	*scene
	master *rig.Master
	proxy  *rig.Proxy
	worker *rig.Process
	recording
}

// A stage is what a recorder is built of.
type stage struct {
	locustfile string // in testdata/differential
	since      string // the oldest Locust that can do it; "" is any
	master     rig.MasterConfig
	args       []string // of the worker
	target     bool
}

// newRecorder starts the parts in a directory of their own.
func newRecorder(t *testing.T, name string, c contender, st stage) *recorder {
	t.Helper()
	s := newScene(t, planLimit)
	if st.since != "" {
		s.needs(st.since, name)
	}
	s.dir = filepath.Join(s.dir, name)
	s.ok(os.MkdirAll(s.dir, 0o750))
	st.master.Locustfile = s.locustfileAt(st.locustfile)
	var target *rig.Target
	if st.target {
		target = s.target()
	}
	m := s.master(target, st.master)
	proxy := s.proxy(m)
	return &recorder{
		scene: s, master: m, proxy: proxy, recording: recording{own: c.own, version: s.version()},
		worker: c.start(s, proxy.Addr(), st.master.Locustfile, st.args),
	}
}

// headless starts a test that ends by its run time. It does not wait for that.
func headless(t *testing.T, c contender) *recorder {
	t.Helper()
	users := swarms()[0]
	return newRecorder(t, "headless", c, stage{locustfile: "plan.py", target: true, args: planClasses(), master: rig.MasterConfig{
		Users: users, SpawnRate: float64(users), RunTime: planRunTime, StopTimeout: planStopTimeout, ExpectWorkers: 1,
	}})
}

// planClasses are the user classes of plan.py. Our program has those of the other plays as well.
func planClasses() []string { return []string{"Messenger", "Reader"} }

// web starts and stops tests from the web UI, and ends the master when no test runs.
func web(t *testing.T, c contender) *recorder {
	t.Helper()
	r := newRecorder(t, "web", c, stage{
		locustfile: "plan.py", target: true, args: planClasses(), master: rig.MasterConfig{WebUI: true, StopTimeout: planStopTimeout},
	})
	api := r.master.API()
	r.afterTick()
	for _, users := range swarms() {
		r.ok(api.Swarm(r.ctx, rig.Swarm{Users: users}))
		r.see("running", func(st *rig.Stats) bool {
			return st.State == "running" && st.UserCount == users && st.Total().NumRequests == planRequests(users)
		})
		r.afterTick()
		r.ok(api.Stop(r.ctx))
		r.see("stopped", func(st *rig.Stats) bool {
			return st.State == "stopped" && st.UserCount == 0 && len(st.Workers) == 1 &&
				st.Total().NumRequests == planRequests(users)+int64(users)
		})
		r.afterTick()
	}
	r.next("heartbeat") // by then the report is confirmed, and the next one can be sent
	r.ok(r.master.Stop(r.ctx))
	return r
}

// afterTick waits for the next report. None follows by itself for three seconds, so that
// those around what is done next are not sent by chance.
func (r *recorder) afterTick() {
	r.t.Helper()
	r.next("stats")
}

// next waits for a message of the worker that comes from now on.
func (r *recorder) next(messageType string) {
	r.t.Helper()
	begin := time.Now()
	_, err := r.proxy.WaitFrame(r.ctx, func(f rig.Frame) bool {
		return f.From == rig.FromWorker && f.At.After(begin) && f.Is(messageType)
	})
	r.ok(err)
}

// see waits until the master's statistics are as wanted, and keeps what its web UI shows.
func (r *recorder) see(name string, ok func(*rig.Stats) bool) {
	r.t.Helper()
	api := r.master.API()
	_, err := api.WaitStats(r.ctx, ok)
	r.ok(err)
	v := view{name: name, stats: r.json("/stats/requests"), exceptions: r.json("/exceptions")}
	v.requests, err = api.RequestsCSV(r.ctx)
	r.ok(err)
	v.failures, err = api.FailuresCSV(r.ctx)
	r.ok(err)
	r.views = append(r.views, v)
}

func (r *recorder) json(path string) (v any) {
	r.t.Helper()
	b, err := r.master.API().Get(r.ctx, path)
	r.ok(err)
	r.ok(json.Unmarshal(b, &v))
	return v
}

// end waits for the end of master and worker, and returns the recording.
func (r *recorder) end() *recording {
	r.t.Helper()
	var err error
	r.codes[0], err = r.master.Wait(r.ctx)
	r.ok(err)
	r.codes[1], err = r.worker.Wait(r.ctx)
	r.ok(err)
	r.rows, err = r.master.Rows()
	r.ok(err)
	r.frames = r.proxy.Frames()
	r.heard = heard(r.master, r.frames)
	for _, f := range r.frames {
		if f.Err != nil {
			r.t.Errorf("message of the %v: %v", f.From, f.Err)
		}
	}
	return &r.recording
}
