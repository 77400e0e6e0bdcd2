// Package stack tests what is shipped to run load tests with: the compose file, the rules,
// alerts and dashboards. `make test` reads the files as the programs do that use them;
// `make stack-test` (build tag stack) starts all of it in a Docker engine of its own and
// runs a load test.
package stack
