// Package integration tests workers against real Locust masters. Its tests need the build
// tag integration and the environment variable LOCUST_VENV, a virtual environment with
// Locust; `make test-integration` sees to both.
package integration
