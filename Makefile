# The developer's menu. `make help` lists it.

# Any Python from 3.11 on; `make PYTHON=...` names another.
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
BIN := .venv/bin
PORT ?= 8765
.DEFAULT_GOAL := help
.PHONY: help setup web demo test test-web check format bench bench-month screenshots types clean

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.installed web  ## make .venv, install into it, build the front end

.venv/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Gatehealth needs Python 3.11 or later; none was found. Name one: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

web: .venv/.installed  ## build the front end, if it changed
	@$(BIN)/python web/build.py

demo: setup  ## a simulated Zuul, followed live in the browser: http://127.0.0.1:8765 (PORT=...)
	@$(BIN)/gatehealth demo --port $(PORT)

test: setup test-web  ## every test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

test-web: .venv/.installed  ## the front end's unit tests alone
	@$(BIN)/python web/build.py run --silent test

check: .venv/.installed  ## lint, type-check, hold the import directions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python web/build.py run --silent check

format: .venv/.installed  ## put code into the one format
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python web/build.py run --silent format

bench: setup  ## measure every budget; prints the table of docs/benchmarks.md
	@$(BIN)/python benchmarks/run.py

bench-month: setup  ## a month of the whole gate: 562 M results made, measured and removed; says first what it needs
	@$(BIN)/python benchmarks/month.py

screenshots: setup  ## every page, light and dark, into docs/images
	@$(BIN)/python tests/web/screenshots.py

types: .venv/.installed  ## web/openapi.json and the front end's types, from the API
	@$(BIN)/python -m gatehealth.api.openapi > web/openapi.json
	@$(BIN)/python web/build.py run --silent types

clean:  ## remove what was made
	@rm -rf .venv web/node_modules src/gatehealth/api/static demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
