// Package usage measures what this process uses of the CPU and the memory that it may use.
package usage

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// A Meter measures this process. It is used by one goroutine.
type Meter struct {
	process *process.Process
	cores   float64
	at      time.Time
	used    float64 // CPU seconds
}

// NewMeter returns a meter whose first CPU share counts from now.
func NewMeter() (*Meter, error) {
	p, err := process.NewProcess(int32(os.Getpid()))
	if err != nil {
		return nil, fmt.Errorf("usage: this process: %w", err)
	}
	m := &Meter{process: p, cores: Cores(), at: time.Now()}
	m.used, err = m.seconds()
	return m, err
}

// Cores is how many cores this process may keep busy: its cgroup's quota, which may be a
// fraction, or else GOMAXPROCS.
func Cores() float64 {
	procs := float64(runtime.GOMAXPROCS(0))
	if quota := cgroupQuota(os.DirFS("/")); quota > 0 {
		return min(quota, procs)
	}
	return procs
}

// CPU returns the share of the available CPU used since the last call, in percent from 0
// to 100. It is not ok within 100 ms of the last call, or if the system does not tell.
func (m *Meter) CPU() (percent float64, ok bool) {
	now := time.Now()
	elapsed := now.Sub(m.at).Seconds()
	if elapsed < 0.1 {
		return 0, false
	}
	used, err := m.seconds()
	if err != nil {
		return 0, false
	}
	percent = 100 * (used - m.used) / elapsed / m.cores
	m.at, m.used = now, used
	return min(max(percent, 0), 100), true
}

// Memory returns the resident memory in bytes, or 0 if the system does not tell.
func (m *Meter) Memory() uint64 {
	info, err := m.process.MemoryInfo()
	if err != nil {
		return 0
	}
	return info.RSS
}

func (m *Meter) seconds() (float64, error) {
	t, err := m.process.Times()
	if err != nil {
		return 0, fmt.Errorf("usage: CPU time of this process: %w", err)
	}
	return t.User + t.System, nil
}
