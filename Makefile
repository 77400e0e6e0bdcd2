# Everything here needs Go, GNU make, and Python 3 with its venv module. Tests that need more,
# such as Chromium, are skipped without it; .ci/run installs it.
# `make help` lists the targets.

export GOTOOLCHAIN := local

GO     ?= go
PYTHON ?= python3

VENV      := $(CURDIR)/.venv
BIN       := $(CURDIR)/bin
BUILD     := $(CURDIR)/.build
STACK     := $(BUILD)/stack
LINT_VENV := $(BUILD)/lint-venv
LINTER    := $(BUILD)/golangci-lint
GOTESTSUM := $(BUILD)/gotestsum
# Modules beside the root's, so that what they need is not in ours.
MODULES   := bench tools/dashboards integration/stack integration/deploy
PLATFORMS := linux/arm64 darwin/arm64 darwin/amd64 windows/amd64

# What the programs are: those of the command and the examples, and the demo.
PROGRAMS := $(if $(wildcard cmd),./cmd/...) ./examples/... ./integration/demo

# The versions of Locust that masters are tested of: some older ones, and that of the venv.
OLD_LOCUSTS := 2.12.1 2.29.1 2.43.3
# Those that the gate can drive.
GATE_LOCUSTS := 2.29.1 2.43.3
NEW_LOCUST  := $(shell sed -n 's/^locust==//p' integration/requirements.txt)

# Rounds of the long test of workers that come and go.
CHURN     ?= 20
FUZZTIME  ?= 20s
BENCH     ?= .
BENCHTIME ?= 1s
# Arguments of bench-peers in place of its short set: see bench/.build/bench -help
PEERS     ?=
FORMAT    ?= standard-quiet
# Tests of real processes in real time fail when the machine lets one of them wait for long.
# What failed is run once more, by itself; both are said. A data race and a panic are final.
RERUN = $(GOTESTSUM) --format $(FORMAT) --rerun-fails=1 --rerun-fails-run-root-test --rerun-fails-abort-on-data-race
# The integration tests wait for most of their time: more of them at once than there are CPUs.
INTEGRATION = $(RERUN) --packages='$(1)' -- -tags integration -count=1 -timeout 15m -parallel 4 $(2)
GATE_RUNS ?= 20
# One of the integration tests, or several: make test-integration RUN='TestZeroLoss'
RUN       ?= .

# The image of a worker, the package that is in it, and what it says that it was built from.
IMAGE    ?= hopperband-worker
PROGRAM  ?= ./examples/quickstart
REVISION ?= $(or $(shell git describe --always --abbrev=40 --exclude='*' --dirty=-modified 2>/dev/null),unknown)

DEMO_USERS       ?= 10
DEMO_RUN_TIME    ?= 10s
DEMO_WEB_PORT    ?= 0
DEMO_MASTER_PORT ?= 0
DEMO := $(BIN)/demo -venv $(VENV) -bin $(BIN) -users $(DEMO_USERS) -run-time $(DEMO_RUN_TIME) -master-port $(DEMO_MASTER_PORT)


.DEFAULT_GOAL := help
.PHONY: help build image venv demo demo-ui test test-unit lint-venv test-integration test-gate gate-test gate-matrix venvs matrix matrix-short test-matrix churn leaks dashboards stack-test bench fuzz \
	lint lint-format lint-vet lint-golangci lint-platforms clean

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1#\2/p' $(MAKEFILE_LIST) | while IFS='#' read -r name text; do \
		printf '%-20s %s\n' "$$name" "$$text"; done

build: ## Build all programs into bin/.
	@mkdir -p $(BIN)
	@$(GO) build -o $(BIN)/ $(PROGRAMS)

image: ## Build the image of a worker with Docker (IMAGE=hopperband-worker PROGRAM=./examples/quickstart).
	docker build --tag $(IMAGE) --build-arg PROGRAM=$(PROGRAM) --build-arg REVISION=$(REVISION) .

venv: ## Make the virtual environment of Locust in .venv/, once.
	@$(PYTHON) integration/venv.py $(VENV) integration/requirements.txt

demo: build venv ## Run a load test of ten seconds and count whether a request was lost.
	@$(DEMO) -logs $(BUILD)/demo

demo-ui: build venv ## Start the same with Locust's web UI, until Ctrl-C.
	@$(DEMO) -logs $(BUILD)/demo-ui -web -web-port $(DEMO_WEB_PORT)

test: test-unit test-integration test-gate ## Run all tests.

test-unit: lint-venv $(GOTESTSUM) ## Run the tests of the packages, with the race detector.
	$(RERUN) --packages=./... -- -race
	$(GO) test -run '^Test(Noise|Disturbed)$$' ./internal/gate/verdict
	@set -e; for module in $(MODULES); do echo "testing $$module"; LINT_VENV=$(LINT_VENV) $(GO) test -C $$module -count=1 ./...; done # the cache does not see files beside a module

lint-venv: # what lints pipelines
	@mkdir -p $(BUILD)
	@$(PYTHON) integration/venv.py $(LINT_VENV) integration/deploy/requirements.txt

test-integration: venv $(GOTESTSUM) ## Run the tests against real Locust masters (RUN='a pattern').
	LOCUST_VENV=$(VENV) $(call INTEGRATION,./integration,-run '$(RUN)')

test-gate: venv $(GOTESTSUM) ## Run the short tests of the gate and its pipelines with real masters (RUN='a pattern').
	LOCUST_VENV=$(VENV) $(call INTEGRATION,./integration/gate ./integration/pipelines,-short -run '$(RUN)')

gate-test: venv ## Run all tests of the gate, and GATE_RUNS (20) unchanged runs in a row (15 minutes).
	LOCUST_VENV=$(VENV) GATE_RUNS=$(GATE_RUNS) $(GO) test -tags integration -count=1 -timeout 40m -parallel 4 -v -run '$(RUN)' ./integration/gate

venvs: venv
	@for version in $(OLD_LOCUSTS); do \
		$(PYTHON) integration/venv.py $(VENV)-$$version integration/requirements-$$version.txt & making="$$making $$!"; \
	done; for one in $$making; do wait $$one || exit 1; done

matrix: venvs $(GOTESTSUM) ## Run all of them against each version of Locust, and the gate's (25 minutes).
	@set -e; for version in $(OLD_LOCUSTS); do \
		echo "Locust $$version"; LOCUST_VENV=$(VENV)-$$version $(call INTEGRATION,./integration,-run '$(RUN)'); \
	done
	LOCUST_VENV=$(VENV) $(call INTEGRATION,./integration,-run '$(RUN)')
	@set -e; for version in $(GATE_LOCUSTS); do \
		echo "the gate, Locust $$version"; LOCUST_VENV=$(VENV)-$$version $(call INTEGRATION,./integration/gate,-short -run '$(RUN)'); \
	done

gate-matrix: venvs $(GOTESTSUM) ## Run some tests of the gate against each version of Locust that it knows.
	@set -e; for venv in $(addprefix $(VENV)-,$(filter-out 2.12.%,$(OLD_LOCUSTS))) $(VENV); do \
		echo "$$venv"; LOCUST_VENV=$$venv $(call INTEGRATION,./integration/gate,-short -run 'TestPass|TestSignals|TestLostWorker'); \
	done

matrix-short: FORMAT = standard-verbose
matrix-short: venvs $(GOTESTSUM) ## Run one short test against each version of Locust.
	LOCUST_VENV=$(VENV) LOCUST_MATRIX='$(foreach v,$(OLD_LOCUSTS),$(v)=$(VENV)-$(v)) $(NEW_LOCUST)=$(VENV)' \
		$(call INTEGRATION,./integration,-run '^TestAllMasters$$')

test-matrix: matrix-short

leaks: ## 10 000 users that come and go: none of their connections, descriptors and goroutines stays.
	HOPPERBAND_USERS=10000 $(GO) test -count=1 -timeout 5m -v -run '^TestWireLeaksNothing$$' ./tasks

churn: venv ## Run a test whose workers come, go and are cut off, for CHURN rounds (20; 3 minutes).
	LOCUST_VENV=$(VENV) LOCUST_CHURN=$(CHURN) $(GO) test -tags integration -count=1 -timeout 40m -v -run '^TestChurn$$' ./integration

# Static binaries that are the same wherever they are built.
STATIC := CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags=-s

# Prometheus without the service discoveries that the stack does not use: half the time.
$(STACK)/prometheus: tools/prometheus/go.mod
	@echo "building Prometheus 3 and promtool, once (five minutes)"
	@mkdir -p $(STACK)
	@cd tools/prometheus && $(STATIC) -tags netgo,remove_all_sd,enable_dns_sd -o $(STACK)/ tool
	@touch $@

# Its module has the sources of the web UI only, and wants it built: a copy gets an empty one.
$(STACK)/alertmanager: tools/alertmanager/go.mod
	@echo "building Alertmanager and amtool, once"
	@rm -rf $(STACK)/src && mkdir -p $(STACK)/src
	@cp -R --no-preserve=mode "$$($(GO) -C tools/alertmanager list -m -f '{{.Dir}}' github.com/prometheus/alertmanager)/." $(STACK)/src
	@mkdir -p $(STACK)/src/ui/app/dist && touch $(STACK)/src/ui/app/dist/index.html
	@cp tools/alertmanager/go.mod $(STACK)/alertmanager.mod && cp tools/alertmanager/go.sum $(STACK)/alertmanager.sum
	@$(GO) mod edit -replace github.com/prometheus/alertmanager=$(STACK)/src $(STACK)/alertmanager.mod
	@cd tools/alertmanager && $(STATIC) -modfile $(STACK)/alertmanager.mod -o $(STACK)/ tool
	@touch $@

$(STACK)/docker-compose: tools/compose/go.mod
	@echo "building docker compose, once"
	@mkdir -p $(STACK)
	@cd tools/compose && $(STATIC) -o $@ github.com/docker/compose/v2/cmd
	@touch $@

stack-test: venv $(STACK)/prometheus $(STACK)/alertmanager $(STACK)/docker-compose ## Start the whole stack in Docker, load it, watch alerts (Linux, root, 20 minutes).
	@for program in dockerd docker busybox ip; do command -v $$program >/dev/null || { \
		echo "$$program is missing: apt-get install docker.io busybox-static iproute2" >&2; exit 1; }; done
	@$(STATIC) -o $(STACK)/ ./deploy/probe ./integration/stackworker
	@cp go.mod go.sum $(STACK)/ && $(GO) -C $(STACK) mod download # which the build of an image does again, offline
	@$(GO) test -C integration/stack -tags stack -c -o $(STACK)/stack.test .
	cd integration/stack && STACK_BIN=$(STACK) LOCUST_VENV=$(VENV) unshare --net --mount \
		sh -c 'ip link set lo up && exec $(STACK)/stack.test -test.v -test.failfast -test.timeout 1h -test.run "$(RUN)"'

dashboards: ## Write the Grafana dashboards of deploy/grafana anew.
	$(GO) run -C tools/dashboards . $(CURDIR)/deploy/grafana/dashboards

bench: ## Run the benchmarks (BENCH='a pattern', BENCHTIME=1s).
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -benchtime $(BENCHTIME) ./...

bench-peers: venv ## Measure beside other load generators for docs/performance.md (Linux, 25 minutes).
	@mkdir -p bench/.build
	@$(GO) build -C bench -o .build/bench .
	@cd bench && .build/bench -venv $(VENV) $(PEERS)

fuzz: ## Run each fuzz target for FUZZTIME (20s).
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

lint: lint-format lint-vet lint-golangci lint-platforms ## Check format, vet, golangci-lint, and all platforms.

lint-format:
	@unformatted=$$(gofmt -l $(wildcard */)); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi

lint-vet:
	$(GO) vet -tags integration ./...
	@set -e; for module in $(MODULES); do $(GO) vet -C $$module -tags stack ./...; done

lint-golangci: $(LINTER)
	$(LINTER) run ./...
	@set -e; for module in $(MODULES); do (cd $$module && $(LINTER) run --build-tags stack ./...); done

lint-platforms:
	@set -e; for platform in $(PLATFORMS); do \
		echo "building for $$platform"; \
		CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/} $(GO) build ./...; \
	done

# The tools are a module of their own, so that what they need is not in ours. The first build
# of the linter takes some minutes.
$(LINTER): tools/go.mod tools/go.sum
	@mkdir -p $(BUILD)
	@echo "building golangci-lint, once"
	@$(GO) build -C tools -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

$(GOTESTSUM): tools/go.mod tools/go.sum
	@mkdir -p $(BUILD)
	@echo "building gotestsum, once"
	@$(GO) build -C tools -o $@ gotest.tools/gotestsum
	@touch $@

clean: ## Remove all that was built, the virtual environment too.
	rm -rf $(BIN) $(BUILD) bench/.build $(VENV) $(VENV).lock $(foreach v,$(OLD_LOCUSTS),$(VENV)-$(v) $(VENV)-$(v).lock)
