# Every verb sets up what it needs: Python 3.11 or newer, make and git are enough to start with.
# STACK chooses the stack (default: emulator, which needs no account); ARGS are passed on.

STACK  ?= emulator
PYTHONS = provider tests tools stacks bench docs __main__.py hatch_build.py
LOCK    = --quiet --upgrade --universal --python-version 3.11 --no-annotate --generate-hashes --no-header
BIN     = .venv/bin
# Hundreds of processes import the package: each compiles it anew where nothing may be kept of that.
PYTEST  = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 3 --dist worksteal
SUDO    = $(if $(filter 0,$(shell id -u)),,sudo)

.DEFAULT_GOAL := help
.PHONY: help setup packages up preview refresh destroy env emulator check fix test test-long docs breaks messages calls browser install build try bench performance lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv, install everything, find or get a Pulumi CLI (seconds when done before)
	@python=$$(tools/find-python) && "$$python" -m tools.setup

packages:
	@python=$$(tools/find-python) && "$$python" -m tools.setup --packages-only

up: setup ## show what would change, then change it
	@$(BIN)/python -m tools.stack up --stack $(STACK) $(ARGS)

preview: setup ## show what `make up` would change
	@$(BIN)/python -m tools.stack preview --stack $(STACK) $(ARGS)

refresh: setup ## read the live state into the stack's state
	@$(BIN)/python -m tools.stack refresh --stack $(STACK) $(ARGS)

destroy: setup ## delete what the stack has made, and release what it has adopted
	@$(BIN)/python -m tools.stack destroy --stack $(STACK) $(ARGS)

env: setup ## print what plain pulumi commands need: eval "$(make -s env)"
	@$(BIN)/python -m tools.shell_env --stack $(STACK)

emulator: packages ## serve the emulator on this machine
	@$(BIN)/modelarts-emulator serve $(ARGS)

check: packages ## format, lint, types, import contracts, dependencies, spelling, documentation
	@echo "ruff format: layout";            $(BIN)/ruff format --check --quiet .
	@echo "ruff check: lint";               $(BIN)/ruff check --quiet .
	@echo "mypy: types";                    $(BIN)/mypy --no-error-summary $(PYTHONS)
	@echo "import-linter: who may import whom"; $(BIN)/lint-imports --no-logo
	@echo "deptry: declared dependencies"
	@$(BIN)/deptry provider/pulumi_modelarts
	@$(BIN)/deptry --config tools/modelarts-emulator/pyproject.toml provider/modelarts_emulator
	@echo "typos: spelling";                $(BIN)/typos
	@echo "sphinx: pages, links, reference"; $(BIN)/python -m tools.documentation
	@echo "Everything checked is in order."

fix: packages ## format, and repair what the linter can repair
	@$(BIN)/ruff check --fix --show-fixes .
	@$(BIN)/ruff format .

test: ## run the tests; those that need a CLI are skipped, loudly, where none can be had
	@python=$$(tools/find-python) && "$$python" -m tools.setup --without-cli-if-need-be
	@$(PYTEST) $(ARGS)

test-long: ## run what is long by nature: every SDK and Python, properties with many examples
	@python=$$(tools/find-python) && "$$python" -m tools.setup --without-cli-if-need-be
	@$(PYTEST) --long --durations=25 --durations-min=20 $(ARGS)

docs: packages ## make the documentation as a site, and print where it is
	@$(BIN)/python -m tools.documentation

browser: ## install the browser that some tests need, where there is none (Debian and the like)
	@python=$$(tools/find-python) && $(SUDO) env PYTHONDONTWRITEBYTECODE=1 "$$python" -m tools.chromium

breaks: packages ## break the emulator on purpose, and see every case of the manifest fail (minutes)
	@$(BIN)/python -m tools.broken_emulator $(ARGS)

messages: packages ## write docs/messages.md anew: every message, as it is said
	@$(BIN)/python -m tools.messages

calls: packages ## write docs/calls.md anew: every call of every operation, and why
	@$(BIN)/python -m tools.calls

install: packages ## install other versions into .venv: make install PACKAGES="pulumi==3.216.0"
	@$(BIN)/uv pip install --python $(BIN)/python $(PACKAGES)

build: packages ## build both distributions into dist/
	@$(BIN)/python -m tools.distributions build $(ARGS)

try: packages ## install what `make build` has built where there is nothing else, and run the example there
	@$(BIN)/python -m tools.distributions try $(ARGS)

bench: setup ## measure, as ratios within one run
	@$(BIN)/python -m bench $(ARGS)

performance: packages ## write tables and charts of docs/performance.md anew, from bench/records
	@$(BIN)/python -m tools.performance

lock: packages ## renew the versions and hashes that set-ups install
	@$(BIN)/uv pip compile $(LOCK) tools/modelarts-emulator/pyproject.toml --group dev -o tools/constraints.txt
