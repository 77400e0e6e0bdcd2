// Package metrics shows what a worker counts to Prometheus: a Collector over the same
// counters that the master's reports are made of, and the server of its /metrics.
//
// Nothing here runs on the path of a request. A scrape reads the counters (internal/stats)
// and what the goroutines of the worker have published; it locks none of them out.
package metrics
