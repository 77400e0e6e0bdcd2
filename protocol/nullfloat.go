package protocol

// A NullFloat is a float or Python's None, as sql.NullFloat64.
type NullFloat struct {
	Float64 float64
	Valid   bool // false means None
}

// nullFloat writes None for what is not valid and for what is not finite.
func (w *writer) nullFloat(f NullFloat) {
	if !f.Valid || !finite(f.Float64) {
		w.null()
		return
	}
	w.float(f.Float64)
}
