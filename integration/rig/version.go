package rig

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Version returns the version of Locust in a virtual environment, such as "2.47.0".
func Version(venv string) (string, error) {
	const prefix, suffix = "locust-", ".dist-info"
	pattern := filepath.Join(venv, "lib", "python3*", "site-packages", prefix+"[0-9]*"+suffix)
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("rig: version of Locust in %s: %d matches of %s, want one", venv, len(found), pattern)
	}
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), prefix), suffix), nil
}

// Older reports whether a version comes before another one, by their numbers.
func Older(version, than string) bool {
	a, b := strings.Split(version, "."), strings.Split(than, ".")
	for i := range min(len(a), len(b)) {
		x, _ := strconv.Atoi(a[i]) // what is no number comes first, as a pre-release does
		y, _ := strconv.Atoi(b[i])
		if x != y {
			return x < y
		}
	}
	return len(a) < len(b)
}
