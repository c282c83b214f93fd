# Lilium. `make` alone lists what can be asked for; each target brings what it needs (see scripts/).
#
#   PROFILE=dev   builds and runs without optimisation: longer answers, shorter builds
#   ARGS="..."    is passed on to the command or to cargo test
#
# Settings of the shop itself (PORT, DATABASE_URL, ...) are environment variables: see .env.example.

SHELL := /bin/bash
export PATH := $(CURDIR)/.tools/node/bin:$(CURDIR)/.tools/redis/bin:$(PATH):$(HOME)/.cargo/bin

PROFILE ?= release
CARGO_TARGET_DIR ?= target
LILIUM := $(CARGO_TARGET_DIR)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/lilium

.DEFAULT_GOAL := help
.PHONY: help run test prove bench build check seed doctor tools graphiql tables clean-data postgres deny

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: postgres build ## Start a shop with demo data on http://localhost:8000; Ctrl-C stops it
	@exec $(LILIUM) serve --demo $(ARGS)

# Needless where DATABASE_URL names a server.
postgres:
	@scripts/bring-postgres.sh --for-server

test: ## Run every test there is, and say what had to be skipped
	@scripts/test.sh $(ARGS)

prove: ## Prove the release build: the long forms of tests, faults under load, stock clients, raw frames
	@scripts/prove.sh $(ARGS)

bench: ## Measure the release build; ARGS=--write keeps the tables in docs/PERFORMANCE.md
	@scripts/bench.sh $(ARGS)

build: ## Build the program with GraphiQL inside
	@scripts/need-rust.sh
	@scripts/bring-graphiql.sh || true
	cargo build --locked --profile $(PROFILE)

check: ## Check format, lints and documentation, warnings denied
	@scripts/need-rust.sh
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items

deny: ## Check the crates: licences, bans, sources, advisories
	@scripts/deny.sh

seed: postgres build ## Fill the shop: make seed ARGS="--products 10000"
	@exec $(LILIUM) seed $(ARGS)

doctor: build ## Look over the shop and all that it depends on
	@exec $(LILIUM) doctor $(ARGS)

tools: ## Bring PostgreSQL, Redis and Node without building anything
	@scripts/bring-postgres.sh && scripts/bring-redis.sh && scripts/bring-node.sh

graphiql: ## Bring GraphiQL's files from npm into web/graphiql/dist
	@scripts/bring-graphiql.sh

tables: ## Write src/platform/db/tables.rs from the migrated database of DATABASE_URL (needs diesel's command line)
	diesel print-schema > src/platform/db/tables.rs

clean-data: ## Remove the embedded database: the next start makes a new shop
	@scripts/clean-data.sh
