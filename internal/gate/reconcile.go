package gate

import (
	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// reconcile holds what the workers counted over the whole run against what the master has.
// The master may have what was resent twice, and does not have what was not reported.
func reconcile(kind string, whole *source.Totals, master *locust.Table) record.Reconciled {
	r := record.Reconciled{Kinds: [2]string{kind, record.SourceMaster}}
	if kind == record.SourceMaster || whole == nil || master == nil {
		return r
	}
	r.Compared = true
	r.Requests = [2]int64{whole.Total.Requests, master.Total.Requests}
	r.Failures = [2]int64{whole.Total.Failures, master.Total.Failures}
	r.Explained = whole.Resent + whole.Unreported
	return r
}
