package protocol

// SpawningComplete says how many users of each class run, after each Spawn; classes with
// no users are listed, too. Sent by an unregistered worker it ends the receive loop of
// masters up to 2.46.4 (locust/runners.py). Append fails if a class has a name that
// Locust reserves, "__datetime__" or "__ObjectId__".
type SpawningComplete struct {
	UserClassesCount map[string]int // sent with its sum, user_count
}

// Type returns "spawning_complete".
func (*SpawningComplete) Type() string { return "spawning_complete" }

func (m *SpawningComplete) appendData(w *writer) {
	w.object(2)
	w.userClasses(m.UserClassesCount)
}

func (m *SpawningComplete) readData(r *reader) error {
	return r.fields(required("user_classes_count", userClasses(&m.UserClassesCount)))
}
