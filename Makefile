# Netral. `make help` lists the targets.
.DEFAULT_GOAL := help
GO ?= go
BIN := bin/netral
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 30s

PROOFS := proof-matrix proof-input proof-trace proof-programme proof-docs proof-demo proof-walk proof-feed proof-notices proof-uploads proof-mail proof-doctor proof-history

.PHONY: help build run test generate fresh contract clients proof-clients gate lint vuln check smoke demo-bench verify bench bench-case-status proofs $(PROOFS) clean

help: ## Lists the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

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

contract: ## Holds openapi.yaml to Redocly and Spectral; needs Node
	.ci/contract.sh

clients: build ## The example programs and Bawaslu's story against a demo server; needs Node
	.ci/clients.sh

proof-clients: ## Four generators take openapi.yaml as it is, what they make compiles under tsc --strict; needs Node
	.ci/generators.sh

gate: ## Fails when openapi.yaml breaks clients of the newest released version
	scripts/gate.sh

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

bench-case-status: ## Case status against the least program that can answer; not yet where it should be, see docs/performance.md
	$(GO) test ./internal/casestatus -run '^$$' -bench CaseStatus -benchtime 1x

proofs: $(PROOFS) ## All proofs, and the measurements in full size, before a release
	$(BENCH) -bench . -args -rows 1000000

PROOF := $(GO) test -count 1 -v

proof-matrix: ## Every operation as every role on own, other-unit, other-government and absent objects, each lock alone
	$(PROOF) ./internal/e2e -run 'Matrix'

proof-input: ## Every kind of bad input to every operation, broken files, forged tokens, slow clients
	$(PROOF) ./internal/e2e ./internal/platform/sheet ./internal/platform/authn -run 'BadInput|BadFiles|BodyBeyond|Refuse|Limits|Archive|Forged'

proof-programme: ## The whole programme through the generated client, everybody signed in
	$(PROOF) ./internal/e2e -run 'TestWalk'

proof-trace: ## The log holds nothing of a request; of a reporter no trace is anywhere
	$(PROOF) ./internal/e2e -run 'Logs|LeavesNoTrace'

proof-uploads: ## A file of 50 MB over HTTP, the server killed by -9 twice; hostile files, nothing readable on a disk
	$(PROOF) ./internal/e2e ./internal/platform/blob ./internal/platform/clamd -run 'TestUpload|TestKill_Upload|TestStore|TestBucket|TestScan'

proof-history: ## Who did what and when, without a word of reports or cases
	$(PROOF) ./internal/e2e ./internal/history -run 'History|Kinds'

proof-doctor: ## What would lose a report or a deadline is named, and gone once it is mended
	$(PROOF) ./internal/e2e ./cmd/netral -run Doctor

proof-docs: ## Swagger UI in headless Chromium: sign in, call, read the answer; the picture is kept in bin/proofs
	@mkdir -p bin/proofs
	$(PROOF) ./internal/e2e -run 'Docs' -artifacts -outputdir $(CURDIR)/bin/proofs

proof-demo: ## The demo's figures, and every example of the contract answered by it
	$(PROOF) ./internal/demo -run 'Programme'

proof-walk: SHELL := /bin/bash
proof-walk: .SHELLFLAGS := -o pipefail -c
proof-feed: ## 10,000 changes to pollers and webhooks, replicas, sender and pollers killed at random
	$(PROOF) ./internal/e2e -run TestKill -timeout 30m -feed.entries 10000

proof-notices: ## Who is told of what, once and never too much; 14,000 addressees in one statement
	$(PROOF) ./internal/notify ./internal/e2e -run 'Notice|Template|Unknown|Caused|Reminder'

proof-mail: ## 1,000 letters while the sender is killed by -9 and three of ten are refused; refusals, TLS, no content
	$(PROOF) ./internal/notify ./internal/identity ./internal/platform/carrier ./internal/app ./examples/gateway -run 'Letter|Delivery|SMTP|Gateway|Outbox|Outside|Preferences|Template_Check|NormalAddress'
	$(PROOF) ./internal/e2e -run 'TestMail|MessageTemplates|NoticePreferences' -timeout 30m -mail.count 1000

proof-walk: ## Walks 100,000 requests over the contract; SEED=n draws the same ones again
	$(GO) test ./internal/e2e -run TestContractWalk -v -timeout 2h -walk.requests 100000 -walk.seed $(or $(SEED),0) | grep -v 'INFO request'

clean: ## Removes what was built
	rm -rf bin dist
