# Netral. `make help` lists the targets.
.DEFAULT_GOAL := help
GO ?= go
BIN := bin/netral
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: help build run test generate lint verify bench proofs clean

help: ## Lists the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

build: ## Builds bin/netral, one static program
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./cmd/netral

run: build ## Builds, starts with an embedded PostgreSQL, loads the demo programme on first start
	$(BIN) serve --demo

test: ## All tests on a real PostgreSQL, race detector on
	@$(GO) run ./cmd/netral postgres
	$(GO) test -race ./...

generate: ## Generates api/ from openapi.yaml
	$(GO) generate ./api/...

verify: ## What CI holds a change to: generated files fresh, vet, lint, tests
	$(MAKE) generate && git diff --exit-code -- api && test -z "$$(git status --porcelain -- api)"
	$(GO) vet ./...
	test -z "$$(gofmt -l . )"
	$(MAKE) test

clean: ## Removes what was built
	rm -rf bin dist
