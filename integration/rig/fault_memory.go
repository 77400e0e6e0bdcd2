package rig

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// PeakMemory returns the most memory that the process has had resident since its start, in
// bytes. It needs Linux (/proc/PID/status, VmHWM) and a process that still runs.
func (p *Process) PeakMemory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return 0, fmt.Errorf("rig: memory of %s: %w", p.name, err)
	}
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "VmHWM:" {
			continue
		}
		kib, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("rig: memory of %s: %w", p.name, err)
		}
		return kib << 10, nil
	}
	return 0, fmt.Errorf("rig: memory of %s: no VmHWM in its status", p.name)
}
