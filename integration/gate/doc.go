// Package gate tests the gate with real masters, real workers and a target with knobs. Its
// tests have the build tag integration; `make test-gate` runs the short ones, `make
// gate-test` all of them.
package gate
