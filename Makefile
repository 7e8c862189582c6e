# Commands for people. Everything runs in .venv, made from requirements.lock; nothing preinstalled is used.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PYTEST := $(BIN)/python -m pytest

.PHONY: help setup demo ui test test-long bench lock format clean

help:
	@echo "make demo       invents a small Kreis, runs every month, writes the report"
	@echo "make ui         warehouse and Dagster UI on 127.0.0.1:3000"
	@echo "make test       every check and test"
	@echo "make test-long  the long runs as well"
	@echo "make bench      benchmarks"
	@echo "make lock       resolves the dependencies anew into requirements.lock"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=")'
	@$(PYTHON) -m venv --clear $(VENV) || { echo "python3 cannot make a virtual environment; install its venv package (Debian: apt install python3-venv)." >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: setup
	$(BIN)/kim demo

ui: setup
	$(BIN)/kim ui

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	DAGSTER_DISABLE_TELEMETRY=1 $(BIN)/dg check defs
	$(PYTEST) -m "not long"

test-long: test
	$(PYTEST) -m long

bench: setup
	$(BIN)/python -m benchmarks

# Addresses stay out of the lock: it must install from any registry that serves the same files.
lock: setup
	$(BIN)/python -m piptools compile --quiet --all-extras --no-strip-extras --allow-unsafe --generate-hashes \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-annotate \
	  --output-file requirements.lock pyproject.toml

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	@if [ -x $(BIN)/kim ]; then $(BIN)/kim warehouse stop || true; fi
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
