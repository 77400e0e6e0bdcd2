package usage

import (
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"
)

func TestCgroupQuota(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	tests := []struct {
		name string
		root fstest.MapFS
		want float64
	}{
		{"no control groups", fstest.MapFS{}, 0},
		{"v2 unlimited", fstest.MapFS{
			"proc/self/cgroup":      file("0::/\n"),
			"sys/fs/cgroup/cpu.max": file("max 100000\n"),
		}, 0},
		{"v2 half a core, as seen in a container", fstest.MapFS{
			"proc/self/cgroup":      file("0::/kubepods/pod1/c1\n"),
			"sys/fs/cgroup/cpu.max": file("50000 100000\n"),
		}, 0.5},
		{"v2 the parent is tighter", fstest.MapFS{
			"proc/self/cgroup":          file("0::/a/b\n"),
			"sys/fs/cgroup/a/cpu.max":   file("150000 100000\n"),
			"sys/fs/cgroup/a/b/cpu.max": file("400000 100000\n"),
		}, 1.5},
		{"v1", fstest.MapFS{
			"proc/self/cgroup":                      file("5:memory:/d\n4:cpu,cpuacct:/d\n"),
			"sys/fs/cgroup/cpu/d/cpu.cfs_quota_us":  file("200000\n"),
			"sys/fs/cgroup/cpu/d/cpu.cfs_period_us": file("100000\n"),
		}, 2},
		{"v1 unlimited", fstest.MapFS{
			"proc/self/cgroup":                    file("4:cpu:/\n"),
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  file("-1\n"),
			"sys/fs/cgroup/cpu/cpu.cfs_period_us": file("100000\n"),
		}, 0},
		{"garbage", fstest.MapFS{
			"proc/self/cgroup":      file("what\n0::/\n"),
			"sys/fs/cgroup/cpu.max": file("many few\n"),
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := cgroupQuota(tt.root); got != tt.want {
				t.Errorf("got %v cores, want %v", got, tt.want)
			}
		})
	}
}

// A process that spins says how busy it is, and what it holds. The time in which it does is a
// fake second, so that nothing hangs on how much of this machine it gets.
func TestMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := NewMeter()
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := m.CPU(); ok {
			t.Error("a share of no time")
		}
		spun := 0.0
		for spun < 0.2 {
			now, err := m.seconds()
			if err != nil {
				t.Fatal(err)
			}
			spun = now - m.used
		}
		<-time.After(time.Second)
		got, ok := m.CPU()
		if least := min(100*spun/Cores(), 100); !ok || got < least || got > 100 {
			t.Errorf("CPU = %v, %v after spinning, want %v at least", got, ok, least)
		}
		if _, ok := m.CPU(); ok {
			t.Error("a share of no time after one")
		}
		if got := m.Memory(); got < 1<<20 {
			t.Errorf("memory = %d bytes", got)
		}
		if Cores() <= 0 {
			t.Errorf("cores = %v", Cores())
		}
	})
}
