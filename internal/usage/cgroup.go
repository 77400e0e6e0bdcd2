package usage

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// cgroupQuota returns how many cores the tightest CPU quota among this process's control
// groups allows, or 0 without one. It knows both versions of the kernel's interface
// (Documentation/admin-guide/cgroup-v2.rst, cpu.max; scheduler/sched-bwc.rst).
func cgroupQuota(root fs.FS) float64 {
	groups, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0
	}
	tightest := 0.0
	for line := range strings.Lines(string(groups)) {
		// hierarchy:controllers:path
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		for _, dir := range ancestors(parts[2]) {
			var quota float64
			switch {
			case parts[1] == "":
				quota = quotaV2(root, path.Join("sys/fs/cgroup", dir))
			case strings.Contains(","+parts[1]+",", ",cpu,"):
				quota = quotaV1(root, path.Join("sys/fs/cgroup/cpu", dir))
			}
			if quota > 0 && (tightest == 0 || quota < tightest) {
				tightest = quota
			}
		}
	}
	return tightest
}

// ancestors returns a group and all above it. A quota of any of them binds; inside a
// container the path from the host is not there, and only the root is.
func ancestors(group string) []string {
	dirs := []string{"."}
	for dir := strings.Trim(group, "/"); dir != "" && dir != "."; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
	}
	return dirs
}

func quotaV2(root fs.FS, dir string) float64 {
	fields := read(root, path.Join(dir, "cpu.max"))
	if len(fields) != 2 {
		return 0
	}
	return ratio(fields[0], fields[1])
}

func quotaV1(root fs.FS, dir string) float64 {
	quota := read(root, path.Join(dir, "cpu.cfs_quota_us"))
	period := read(root, path.Join(dir, "cpu.cfs_period_us"))
	if len(quota) != 1 || len(period) != 1 {
		return 0
	}
	return ratio(quota[0], period[0])
}

func read(root fs.FS, name string) []string {
	b, err := fs.ReadFile(root, name)
	if err != nil {
		return nil
	}
	return strings.Fields(string(b))
}

// ratio returns quota / period, or 0 for "max", -1 and anything else that is no quota.
func ratio(quota, period string) float64 {
	q, errQ := strconv.ParseFloat(quota, 64)
	p, errP := strconv.ParseFloat(period, 64)
	if errQ != nil || errP != nil || q <= 0 || p <= 0 {
		return 0
	}
	return q / p
}
