# Kept. `make help` lists what can be asked; `make demo` shows the product, `make test` proves it.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unversioned)

# One way to compile for everything that is not a test: the linters then find in Go's cache
# what the build has made, instead of compiling SQLite a second time.
PLAIN   := CGO_ENABLED=0 GOFLAGS="$(shell go env GOFLAGS) -trimpath -buildvcs=false"
# SQLite, translated from C, is 20 to 60 times slower under the race detector, which can
# find nothing in it that is ours.
RACE    := -race '-gcflags=modernc.org/...=-race=false -d=checkptr=0'

GO_FILES    = $(shell find . -name node_modules -prune -o -name '*.go' -print)
UI_SOURCES := $(shell find ui web/catalogue \( -name node_modules -o -name dist \) -prune -o -type f ! -name '*.go' -print 2>/dev/null)
UI_BUILT   := ui/dist/index.html
UI_READY   := ui/node_modules/.kept-lock.json
E2E_READY  := e2e/node_modules/.kept-lock.json

.PHONY: help test install lint lint-go lint-ui test-go test-ui test-e2e build demo run soak bench screenshots openapi fmt clean

help: ## list what can be asked
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

test: ## everything, from a fresh clone: installs, lints, builds, tests on both databases and in a browser
	@scripts/test

install: ## bring PostgreSQL, Chromium and the npm packages, if they are missing
	@scripts/install
	@$(MAKE) --no-print-directory $(UI_READY) $(E2E_READY)

%/node_modules/.kept-lock.json: %/package-lock.json
	@scripts/npm-install $*

# The linters and the test counter, at the versions of tools/go.mod.
.tools/.built: tools/go.mod tools/go.sum $(wildcard tools/*/*.go)
	@$(PLAIN) go build -C tools -o ../.tools/ tool ./...
	@touch $@

lint: lint-go lint-ui ## gofumpt, go vet, staticcheck; eslint, svelte-check, tsc

lint-go: .tools/.built
	@unformatted=$$(.tools/gofumpt -l $(GO_FILES)); \
	  if [ -n "$$unformatted" ]; then echo "not gofumpt's way (make fmt):"; echo "$$unformatted"; exit 1; fi
	$(PLAIN) go vet ./...
	$(PLAIN) .tools/staticcheck ./...
	go test -count=1 . # the rules of the house: it asks git and go list, which Go's cache can't see

lint-ui: $(UI_READY) $(E2E_READY)
	cd ui && npm run --silent lint && npm run --silent check
	cd e2e && npm run --silent check

test-go: .tools/.built build ## Go tests with the race detector, on SQLite and PostgreSQL
	@scripts/test-go $(RACE)

test-ui: $(UI_READY) $(UI_BUILT) ## the UI's unit and component tests, and the weight of what was built
	@mkdir -p test-results
	cd ui && CHROMIUM=$$(../scripts/chromium) npm test --silent -- \
	  --reporter=default --reporter=junit --outputFile.junit=../test-results/ui.xml

test-e2e: $(E2E_READY) build ## the whole program in a real browser
	@mkdir -p test-results
	cd e2e && CHROMIUM=$$(../scripts/chromium) KEPT_BIN=$(CURDIR)/bin/kept npm test --silent

build: $(UI_BUILT) ## bin/kept: one static binary with the UI in it
	@mkdir -p bin
	$(PLAIN) go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/kept ./cmd/kept

$(UI_BUILT): $(UI_READY) $(UI_SOURCES)
	cd ui && npm run --silent build
	@touch ui/dist/.gitkeep $@

demo: build ## the whole product with a week of Northlight Broadband, on http://localhost:8080 (RESET=1: anew)
	bin/kept demo --data ./demo-data $(if $(RESET),--reset)

run: build ## an empty desk on http://localhost:8080, with first-start setup
	bin/kept serve --data ./data

soak: .tools/.built build ## the kill test, at length: at least 200 kills on each database
	@KEPT_KILLS=$${KEPT_KILLS:-200} scripts/soak

bench: build ## the benchmarks of spec and docs/performance.md, on both databases
	@scripts/bench

screenshots: $(E2E_READY) build ## docs/images, from the demo
	cd e2e && CHROMIUM=$$(../scripts/chromium) KEPT_BIN=$(CURDIR)/bin/kept npm run --silent screenshots

openapi: ## write ui/openapi.json from the code, and the UI's client from it
	go test -count=1 ./web/api -run TestTheCommittedDocumentIsTheCodes -update
	cd ui && npm run --silent schema

fmt: .tools/.built $(UI_READY) ## format everything
	.tools/gofumpt -w $(GO_FILES)
	cd ui && npm run --silent format

clean: ## remove what was built, not what was installed nor any data
	rm -rf bin .tools test-results
	find ui/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true
