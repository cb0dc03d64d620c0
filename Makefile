# Every command of the project; CONTRIBUTING.md says which test category is which.

SWIFT ?= swift
PYTHON := .run/venv/bin/python
PRODUCTS := antiphon-control-plane antiphon-worker
# Colours are a compiler flag: with them, a build in a terminal and one in a pipe would each undo the other's.
PLAIN := --no-color-diagnostics
# Tests of these modules use real sockets, processes, files and clocks: one after another, so that none starves the next.
REAL_MODULES := EventLoops|Redis|HTTPClient|Tenancy|HTTPServer|ControlPlaneAPI|ControlPlane|Transport|Providers|Lifecycle|ServerTools
REAL_TIME := ^(($(REAL_MODULES))Tests\.|SessionsTests\.PhraseDirectoryTests/)

.PHONY: help setup setup-tests build run demo test test-swift test-system conformance fuzz bench latency lint format clean

help: ## What there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## Install what running needs: Debian packages, voice activity weights
	@deploy/setup/setup

setup-tests: ## Install what tests and the demo need besides: Debian packages, Python environment
	@deploy/setup/setup --tests

build: setup ## Build the two servers, optimised
	@for product in $(PRODUCTS); do $(SWIFT) build $(PLAIN) -c release --product $$product || exit 1; done

run: build ## Start everything on this machine, until Ctrl-C
	@exec deploy/dev/run

demo: build setup-tests ## Speak a human recording to Antiphon and hear the answer
	@exec $(PYTHON) deploy/demo/demo.py

test: test-swift test-system ## Run every test

test-swift: setup-tests ## Unit and integration tests
	@$(SWIFT) build $(PLAIN) --build-tests
	@$(SWIFT) test $(PLAIN) --skip-build --skip '$(REAL_TIME)'
	@$(SWIFT) test $(PLAIN) --skip-build --no-parallel --filter '$(REAL_TIME)'

test-system: build setup-tests ## The real processes, against wire-level fake providers
	@$(PYTHON) -m pytest Tests/Conformance Tests/System Tests/Clients

conformance: build setup-tests ## The 90 checks on the protocol, and other clients; writes Tests/Conformance/REPORT.md
	@$(PYTHON) Tests/Conformance/install.py || true
	@$(PYTHON) Tests/Conformance/run.py

# How many inputs `make fuzz` makes: frames for each decoder, request heads and pieces of messages; frames to whole sessions of
# each shape. FUZZ_SEED makes others.
FUZZ_CASES ?= 6000000
FUZZ_SESSION_CASES ?= 500000
FUZZING := -c release -Xswiftc -enable-testing --scratch-path .build/fuzz

fuzz: setup-tests ## Random input by the million to all that reads what clients send, optimised
	@$(SWIFT) build $(PLAIN) $(FUZZING) --build-tests
	@FUZZ_CASES=$(FUZZ_CASES) FUZZ_SESSION_CASES=$(FUZZ_SESSION_CASES) \
		nice $(SWIFT) test $(PLAIN) $(FUZZING) --skip-build --no-parallel --filter FuzzTests

bench: setup-tests ## Measure against the budgets, optimised
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement Tests/requirements-bench.txt
	@$(SWIFT) run $(PLAIN) -c release Benchmarks

# How many sessions `make latency` holds at once, and how many turns in each.
LATENCY_SESSIONS ?= 4
LATENCY_TURNS ?= 25

latency: build setup-tests ## Percentiles of the parts of a turn, over real sockets and providers with set delays
	@$(PYTHON) Tests/System/latency.py --sessions $(LATENCY_SESSIONS) --turns $(LATENCY_TURNS)

lint: setup-tests ## Formatting and the rules of the project
	@$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
	@$(PYTHON) deploy/ci/lint.py

format: ## Format all Swift sources in place
	@$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

clean: ## Remove everything built; keys, Redis data and logs in .run stay
	@rm -rf .build
