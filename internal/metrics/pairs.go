package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/hopperband/hopperband/tasks"
)

// pair returns a label in one allocation.
func pair(name, value string) *dto.LabelPair {
	x := &struct {
		dto.LabelPair

		name, value string
	}{name: name, value: value}
	x.Name, x.Value = &x.name, &x.value
	return &x.LabelPair
}

// pairs are the labels of the series of requests that do not depend on the request: all
// series share them. They are never written to.
type pairs struct {
	node             *dto.LabelPair
	success, failure *dto.LabelPair
	reasons          [tasks.Reasons]*dto.LabelPair
}

func newPairs(nodeID string) *pairs {
	p := &pairs{node: pair("node_id", nodeID), success: pair("result", "success"), failure: pair("result", "failure")}
	for r := range p.reasons {
		p.reasons[r] = pair("reason", tasks.Reason(r).String())
	}
	return p
}

// of returns the labels of a series without a result or a reason: method, name and
// node_id. More labels may be appended, whose names come later.
func (p *pairs) of(method, name string) []*dto.LabelPair {
	ls := []*dto.LabelPair{pair("method", method), pair("name", name), p.node}
	return ls[:3:3]
}
