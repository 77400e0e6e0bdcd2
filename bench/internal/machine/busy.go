package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ReadBusy returns for how long the given cores have been busy with processes, or taken away
// by the hypervisor, since the machine was started. Interrupts are left out: much of that
// time is in that of the processes already.
func ReadBusy(cores []int) (time.Duration, error) {
	text, err := os.ReadFile(filepath.Join(root, "stat"))
	if err != nil {
		return 0, fmt.Errorf("machine: %w", err)
	}
	return parseBusy(string(text), cores)
}

// parseBusy reads the lines "cpuN user nice system idle iowait irq softirq steal …" of
// /proc/stat (proc_stat(5)).
func parseBusy(text string, cores []int) (sum time.Duration, err error) {
	wanted := map[string]bool{}
	for _, core := range cores {
		wanted["cpu"+strconv.Itoa(core)] = true
	}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 9 || !wanted[f[0]] {
			continue
		}
		delete(wanted, f[0])
		for _, i := range []int{1, 2, 3, 8} {
			n, err := strconv.ParseInt(f[i], 10, 64)
			if err != nil {
				return 0, fmt.Errorf("machine: core %q: %w", line, err)
			}
			sum += time.Duration(n) * tick
		}
	}
	if len(wanted) > 0 {
		return 0, fmt.Errorf("machine: of the cores %v some are not there", cores)
	}
	return sum, nil
}
