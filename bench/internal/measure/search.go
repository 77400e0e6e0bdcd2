package measure

import "math"

// A trial is how much of its core a generator needed for a number of users.
type trial struct {
	users int
	cores float64
}

// nextUsers returns the number of users to try next, so that the generator needs goal cores,
// by the two trials around the goal, or in proportion where there is none on one side. It
// returns 0 if nothing new is left to try.
func nextUsers(goal float64, tried []trial) int {
	below, above := trial{}, trial{users: math.MaxInt, cores: math.Inf(1)}
	for _, t := range tried {
		if t.cores <= goal && t.users > below.users {
			below = t
		}
		if t.cores > goal && t.users < above.users {
			above = t
		}
	}
	var next int
	switch {
	case above.users == math.MaxInt:
		next = int(float64(below.users) * min(3, goal/below.cores*1.05))
	case above.cores <= below.cores:
		next = (below.users + above.users) / 2
	default:
		share := (goal - below.cores) / (above.cores - below.cores)
		next = below.users + int(share*float64(above.users-below.users))
	}
	for _, t := range tried {
		if t.users == next {
			return 0
		}
	}
	return next
}

// nearest returns the index of the trial that came closest to the goal.
func nearest(goal float64, tried []trial) (best int) {
	for i, t := range tried {
		if math.Abs(t.cores-goal) < math.Abs(tried[best].cores-goal) {
			best = i
		}
	}
	return best
}
