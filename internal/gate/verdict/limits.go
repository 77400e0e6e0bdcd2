package verdict

// Limits say when a run is valid: begin with DefaultLimits.
type Limits struct {
	MinRequests     int64   // on the plateau
	MaxCPU          float64 // of the busiest worker, 1 is all that it may use
	MaxScheduleLag  float64 // p99 in seconds, of the wake-ups of a gate beside its workers, and of the waits for a CPU
	MaxMissed       float64 // missed iterations as a part of the requests
	MinUsers        float64 // users reached as a part of those wanted
	MaxDifference   float64 // of two sources beyond what is explained, as a part of the requests
	LostWorkers     int     // that may be lost
	AllowClockSteps bool
	AllowNewVersion bool // what is tested may change its version midway
	RequireFacts    bool // what no source knows makes the run invalid
}

// DefaultLimits returns the limits that hold unless a plan says otherwise.
func DefaultLimits() Limits {
	return Limits{
		MinRequests: 100, MaxCPU: 0.9, MaxScheduleLag: 0.05, MaxMissed: 0.01,
		MinUsers: 1, MaxDifference: 0.001,
	}
}
