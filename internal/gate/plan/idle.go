package plan

import (
	"fmt"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Idle says which of the keys that were given make no difference, where each stands, and why.
// They are no mistakes. What belongs to a master that a flag or a variable has put out of use
// is not named: who does that knows.
func (p *Plan) Idle() []string {
	var all []string
	for _, s := range p.settings() {
		origin, given := p.origins[s.key]
		if why := p.idle(s.key); given && why != "" {
			all = append(all, fmt.Sprintf("%s: %s is not used: %s", origin, s.key, why))
		}
	}
	return all
}

// idle is why a key makes no difference, "" if it makes one.
func (p *Plan) idle(key string) string {
	section, _, _ := strings.Cut(key, ".")
	_, switched := p.origins[map[bool]string{true: "master.url", false: "local.worker"}[p.IsLocal()]]
	switch kind := p.FigureSource(); {
	case switched:
	case section == "local" && !p.IsLocal():
		return "there is no local.worker"
	case section == "master" && p.IsLocal(), key == "source.workers" && p.IsLocal():
		return "the gate starts master and workers by itself"
	case key == "source.workers" && kind != record.SourceWorkers, key == "source.prometheus" && kind != record.SourcePrometheus:
		return "source.figures is " + kind
	}
	return ""
}
