# What a person types. `make test` is the whole proof; `make test-go` needs Go alone.

GO            ?= go
GOFUMPT       ?= mvdan.cc/gofumpt@v0.12.0
GOLANGCI_LINT ?= github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# Programs that the tests need beside Go, and where Debian keeps them.
CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome))
INITDB   ?= $(firstword $(wildcard /usr/lib/postgresql/*/bin/initdb /usr/local/bin/initdb /usr/bin/initdb))

# Node projects of the tests, once they are there.
NODE_PROJECTS := $(patsubst %/package-lock.json,%,$(wildcard test/*/package-lock.json))

# Two packages at once: each starts databases and browsers of its own.
TEST_FLAGS ?= -p 2 -timeout 12m

# What the binary says of itself, and for whom it is built.
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
BUILD     := $(GO) build -trimpath -ldflags '-s -w -X tillway/internal/telemetry.version=$(VERSION)'

.PHONY: build demo deps test test-go cross release lint bench fuzz soak generate format-check

build: ## The binary, without cgo
	CGO_ENABLED=0 $(BUILD) -o bin/tillway ./cmd/tillway

demo: ## A server, a store, a checkout link, and a receiver that verifies what it gets
	$(GO) run ./cmd/tillway demo

# Only what is missing is installed, and only root can install: anyone else is
# told what to ask for.
deps: ## Install PostgreSQL, Chromium, PHP, Java and the npm clients that the tests use
	@missing=''; \
	[ -n '$(INITDB)' ] || missing="$$missing postgresql"; \
	[ -n '$(CHROMIUM)' ] || missing="$$missing chromium"; \
	for program in curl openssl; do command -v $$program >/dev/null || missing="$$missing $$program"; done; \
	command -v php >/dev/null || missing="$$missing php-cli"; \
	command -v javac >/dev/null || missing="$$missing default-jdk-headless"; \
	python3 -c 'import cryptography' 2>/dev/null || missing="$$missing python3-cryptography"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" != 0 ]; then \
			echo "missing:$$missing — install with: sudo apt-get install$$missing" >&2; exit 1; \
		fi; \
		echo "installing$$missing"; \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	fi
	@for project in $(NODE_PROJECTS); do \
		if [ ! -e $$project/node_modules/.package-lock.json ] || \
		   [ $$project/package-lock.json -nt $$project/node_modules/.package-lock.json ]; then \
			echo "npm ci in $$project"; \
			(cd $$project && npm ci --no-audit --no-fund) || exit 1; \
		fi; \
	done

format-check:
	@unformatted="$$($(GO) run $(GOFUMPT) -l $(wildcard cmd internal test))" || exit 1; \
	if [ -n "$$unformatted" ]; then \
		echo "not formatted (go run $(GOFUMPT) -w .):" >&2; echo "$$unformatted" >&2; exit 1; \
	fi

test: deps format-check cross ## Every test; under 15 minutes on two cores
	$(GO) vet ./...
	$(GO) test $(TEST_FLAGS) ./...

# The end-to-end and conformance suites need a browser and npm; everything else
# runs on SQLite alone and says so.
test-go: ## The tests that need nothing but Go
	$(GO) vet ./...
	@echo 'SQLite only: tests on PostgreSQL, in a browser and with npm clients are left out (make test runs them)'
	TILLWAY_TEST_GO_ONLY=1 $(GO) test $(TEST_FLAGS) $$($(GO) list ./... | grep -v -E '/test/(e2e|conformance)(/|$$)')

# Every platform compiles; nothing is kept. The first time takes minutes, later
# ones only what has changed.
cross: ## Build for Linux, macOS and Windows, to see that it works
	@for platform in $(PLATFORMS); do \
		echo "build for $$platform"; \
		CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/} $(GO) build -o /dev/null ./cmd/tillway || exit 1; \
	done

# The same source, version and Go give the same bytes (-trimpath), so that the
# sums can be checked by building again.
release: ## Binaries for all platforms with their checksums, in dist/
	rm -rf dist && mkdir -p dist
	@for platform in $(PLATFORMS); do \
		os=$${platform%/*}; arch=$${platform#*/}; suffix=; [ $$os != windows ] || suffix=.exe; \
		echo "build tillway $(VERSION) for $$platform"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(BUILD) -o dist/tillway_$(VERSION)_$${os}_$$arch$$suffix ./cmd/tillway || exit 1; \
	done
	cp LICENSE CHANGELOG.md packaging/systemd/tillway.service dist/
	cd dist && sha256sum * > SHA256SUMS

lint: format-check ## What the reviewers would say
	$(GO) run $(GOLANGCI_LINT) run ./...

bench: ## The figures of docs/performance.md, beside the machine's own limits
	$(GO) run ./test/bench

FUZZ_TIME ?= 1m

# One after another: each uses every core. A new target is found by its name.
fuzz: ## Every fuzz target for FUZZ_TIME each
	@set -e; grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z0-9]+' internal | while IFS=: read -r file _ target; do \
		echo "fuzz $${target#func } in $$(dirname $$file) for $(FUZZ_TIME)"; \
		$(GO) test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZ_TIME) ./$$(dirname $$file); \
	done

soak: deps fuzz ## The long tests: fuzzing, fifty kills, long scenarios
	TILLWAY_SOAK=1 $(GO) test -p 1 -timeout 120m -count 1 ./test/... ./internal/store/...

generate: ## Generated code, from its sources
	$(GO) generate ./...
