package flags

import "fmt"

// unknown is the mistake that a flag of that name is, with the nearest one's name.
func (s *Set) unknown(name string) error {
	best, distance := "", len(name)/2+1
	for f := range s.all {
		if f.Name == "" || f.Refused != "" {
			continue
		}
		if d := editDistance(name, f.String()); d < distance || d == distance && f.String() < best {
			best, distance = f.String(), d
		}
	}
	if best == "" || len(name) <= 2 {
		return fmt.Errorf("unknown flag: %s (see --help)", name)
	}
	return fmt.Errorf("unknown flag: %s; did you mean %s?", name, best)
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
