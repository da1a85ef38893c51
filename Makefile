# Every task is one command. `make` by itself lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install install-tests web build run test bench format nightly clean

# The compiler cache then serves every checkout of this project, wherever it lies.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

LISTEN ?= 127.0.0.1:8545
DATA ?= .data/devnet
DAY ?= 60s
FUZZ_SECONDS ?= 60

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

install:
	@tools/install.sh

install-tests:
	@tools/install.sh tests

build/release/build.ninja: CMakePresets.json
	@cmake --preset release

web/dist/index.html: $(shell find web/src web/public -type f) web/index.html web/package-lock.json \
                     web/vite.config.ts web/svelte.config.js
	@echo "building: the web app"
	@npm run --silent --prefix web build

web: install web/dist/index.html ## build the web app, which the program then holds

build: web build/release/build.ninja ## install what is missing and build the program
	@ninja -C build/release thaw_program

run: build ## start a devnet in the foreground; LISTEN=, DATA=, DAY= change it
	@mkdir -p $(DATA)
	@exec build/release/thaw devnet --listen $(LISTEN) --data $(DATA) --day $(DAY)

test: install-tests web/dist/index.html ## install, build and run every test; ends with the number passed and failed
	@python3 tools/test.py --fuzz-seconds $(FUZZ_SECONDS)

bench: web ## measure beside anvil, PostgreSQL and the limit, and write docs/performance.md
	@tools/install.sh bench
	@python3 tools/bench.py $(if $(ONLY),--only $(ONLY))

format: install-tests ## bring all code into the house's shape
	@git ls-files -co --exclude-standard '*.hpp' '*.cpp' | xargs clang-format-14 -i
	@cd tests/e2e && npx prettier --log-level warn --write '*.mjs'
	@npm run --silent --prefix web format

nightly: install-tests ## sanitizers, Clang, long fuzzing, many kills; hours
	@python3 tools/nightly.py

clean: ## forget everything built; .data stays
	@rm -rf build web/dist
