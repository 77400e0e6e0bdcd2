package worker

import (
	"math"

	"github.com/hopperband/hopperband/internal/usage"
)

// A cpuMeter tells the share of the available CPU in percent and the resident bytes.
type cpuMeter interface {
	read() (cpu float64, memory uint64)
}

// processMeter is the meter of this process.
type processMeter struct {
	meter *usage.Meter
	last  float64
}

func (p *processMeter) read() (float64, uint64) {
	if cpu, ok := p.meter.CPU(); ok {
		p.last = math.Round(10*cpu) / 10 // the Workers tab shows what it gets
	}
	return p.last, p.meter.Memory()
}
