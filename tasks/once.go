package tasks

// loopOnce runs each task of s once. It returns what loop does, and nil at the end of a
// nested set.
func (u *User) loopOnce(s *set) error {
	for i := range s.steps {
		if !u.ready() {
			return StopUser
		}
		st := &s.steps[i]
		u.current.Store(st)
		u.once(st.task.name())
		switch u.judge(s, st, u.perform(st, nil)) {
		case stopUser:
			return StopUser
		case leaveSet:
			return nil
		}
	}
	if s.name == "" {
		return StopUser
	}
	return nil
}
