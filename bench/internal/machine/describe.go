package machine

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Describe returns the machine in a few words: processor, cores, memory, kernel, Go.
func Describe() string {
	cores := strconv.Itoa(runtime.NumCPU())
	return fmt.Sprintf("%s, %s cores, %s, Linux %s, %s", field("/proc/cpuinfo", "model name"), cores, memory(),
		strings.TrimSpace(read("/proc/sys/kernel/osrelease")), runtime.Version())
}

func memory() string {
	kb, err := strconv.ParseFloat(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB"), 64)
	if err != nil {
		return "unknown memory"
	}
	return fmt.Sprintf("%.0f GiB", kb/(1<<20))
}

// field returns the first value of a "name : value" line, "unknown" if there is none.
func field(file, name string) string {
	for line := range strings.Lines(read(file)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func read(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return string(text)
}

// Load returns the load average of the last minute, 0 if it is not known.
func Load() float64 {
	load, _, _ := strings.Cut(read("/proc/loadavg"), " ")
	n, _ := strconv.ParseFloat(load, 64)
	return n
}
