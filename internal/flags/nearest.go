package flags

import "fmt"

// unknown is the mistake that a flag of that name is, with the nearest one's name.
func (s *Set) unknown(name string) error {
	var names []string
	for f := range s.all {
		if f.Name != "" && f.Refused == "" {
			names = append(names, f.String())
		}
	}
	if best := Nearest(name, names); best != "" && len(name) > 2 {
		return fmt.Errorf("unknown flag: %s; did you mean %s?", name, best)
	}
	return fmt.Errorf("unknown flag: %s (see --help)", name)
}

// Nearest returns the one of the known names that a mistyped one probably means, or "" if
// none is near.
func Nearest(name string, known []string) string {
	best, distance := "", len(name)/2+1
	for _, k := range known {
		if d := editDistance(name, k); d < distance || d == distance && k < best {
			best, distance = k, d
		}
	}
	return best
}

// editDistance counts the insertions, deletions and changes that make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
