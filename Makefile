# Netral. `make help` lists the targets.
.DEFAULT_GOAL := help
GO ?= go
BIN := bin/netral
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 30s

.PHONY: help build run test generate fresh lint vuln check smoke demo-bench verify bench proofs proof-walk clean

help: ## Lists the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

build: ## Builds bin/netral, one static program
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./cmd/netral

run: build ## Builds, starts with an embedded PostgreSQL, loads the demo programme on first start
	@$(BIN) postgres
	$(BIN) serve --demo

test: ## All tests on a real PostgreSQL, race detector on
	@$(GO) run ./cmd/netral postgres
	$(GO) test -race -timeout 25m ./...

generate: ## Generates api/ from openapi.yaml and prints the documents that come from the code
	$(GO) generate ./api/...
	$(GO) test ./internal/archtest ./cmd/netral -run 'Docs_|Settings_' -update >/dev/null

fresh: generate ## Fails when generated files are stale
	git diff --exit-code -- api docs
	test -z "$$(git status --porcelain -- api docs)"

bin/golangci-lint: tools/go.mod tools/go.sum
	@mkdir -p bin
	cd tools && $(GO) build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint

lint: bin/golangci-lint ## Formatting, vet and the linters of .golangci.yml
	test -z "$$(gofmt -l $$(git ls-files '*.go'))"
	$(GO) vet ./...
	bin/golangci-lint run ./...

# Without internet: GOVULNDB=file:///path/to/unpacked/database make vuln
vuln: ## Known vulnerabilities in what the program calls
	cd tools && $(GO) build -o ../bin/govulncheck golang.org/x/vuln/cmd/govulncheck
	bin/govulncheck $(if $(GOVULNDB),-db $(GOVULNDB)) ./...

check: fresh lint ## Generated files fresh, formatted, vetted, linted

smoke: build ## Starts the program as a new user would, waits until it is ready, stops it
	scripts/smoke.sh $(BIN)

demo-bench: build ## How long the demo takes to start: cold under 60 s, warm under 2 s
	STRICT=1 scripts/smoke.sh $(BIN)

verify: check test ## All that CI holds a change to, but the smoke test

BENCH := $(GO) test ./internal/importer -run '^$$' -benchtime 1x -timeout 2h

bench: ## Measures what must be fast, in small; prints NAME ratio lines, docs/performance.md explains them
	$(BENCH) -bench . -args -rows 100000

proofs: ## The same in full size, before a release
	$(BENCH) -bench . -args -rows 1000000

proof-walk: ## Walks 100,000 requests over the contract; SEED=n draws the same ones again
	$(GO) test ./internal/e2e -run TestContractWalk -v -timeout 2h -walk.requests 100000 -walk.seed $(or $(SEED),0) | grep -v 'INFO request'

clean: ## Removes what was built
	rm -rf bin dist
