package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"github.com/hopperband/hopperband/tasks"
)

func pair(name, value string) *dto.LabelPair { return &dto.LabelPair{Name: &name, Value: &value} }

// pairs are the labels of the series of requests that do not depend on the request: all
// series share them. They are never written to.
type pairs struct {
	method, name     string // labels' names
	node             *dto.LabelPair
	success, failure *dto.LabelPair
	reasons          [tasks.Reasons]*dto.LabelPair
}

func newPairs(nodeID string) *pairs {
	p := &pairs{
		method: "method", name: "name", node: pair("node_id", nodeID),
		success: pair("result", "success"), failure: pair("result", "failure"),
	}
	for r := range p.reasons {
		p.reasons[r] = pair("reason", tasks.Reason(r).String())
	}
	return p
}

// nameLabels are the labels of the series of one method and name, which can be filled again.
type nameLabels struct {
	methodPair, namePair dto.LabelPair
	method, name         string
	both                 [3]*dto.LabelPair // of all its series
	success, failure     [4]*dto.LabelPair // with a result
}

func (l *nameLabels) fill(p *pairs, method, name string) {
	l.method, l.name = method, name
	l.methodPair.Name, l.methodPair.Value = &p.method, &l.method
	l.namePair.Name, l.namePair.Value = &p.name, &l.name
	l.both = [3]*dto.LabelPair{&l.methodPair, &l.namePair, p.node}
	l.success = [4]*dto.LabelPair{&l.methodPair, &l.namePair, p.node, p.success}
	l.failure = [4]*dto.LabelPair{&l.methodPair, &l.namePair, p.node, p.failure}
}

// reason returns the labels with a reason.
func (l *nameLabels) reason(p *pairs, r int) []*dto.LabelPair {
	return append(l.both[:3:3], p.reasons[r])
}
