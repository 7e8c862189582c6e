# Commands for people. Everything runs in .venv, made from requirements.lock; nothing preinstalled is used.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PYTEST := $(BIN)/python -m pytest
# Tests run in so many processes, each with a server of its own; `make test WORKERS=0` takes one.
WORKERS ?= 2

.PHONY: help setup demo ui test test-long bench bench-linkage bench-linkage-public bench-scale bench-attack bench-disclosure bench-intake bench-sealing bench-warehouse bench-report docs screenshots spark postgres15 chromium lint-contracts lock lock-contracts lock-peers format clean

help:
	@echo "make demo       invents a small Kreis, runs every month, writes the report"
	@echo "make ui         warehouse and Dagster UI on 127.0.0.1:3000"
	@echo "make test       every check and test"
	@echo "make test-long  the long runs as well"
	@echo "make bench      benchmarks"
	@echo "make bench-linkage  linkage against its peers (long); bench-linkage-public, bench-scale, bench-attack"
	@echo "make bench-disclosure  attacks on the published figures and on other ways to protect them"
	@echo "make bench-intake   reading and taking in, against pandas and the bare readers"
	@echo "make bench-sealing  a month of a whole Kreis sealed, opened at the hub, reopened"
	@echo "make bench-warehouse  36 months of a Kreis: history, restatement, indicators, queries (SCALES=.1,1)"
	@echo "make bench-report  36 months, 40 indicators, 10 towns: time and size of the report"
	@echo "make docs       writes the documentation as a site into site/"
	@echo "make screenshots  takes the pictures of UI and report anew (needs chromium)"
	@echo "make spark      adds the Spark engine of the linkage (KIM_LINK_ENGINE=spark)"
	@echo "make lint-contracts checks the contracts with the tool of the Open Data Contract Standard"
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

docs: setup
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --nitpicky -b html docs site
	@echo "Documentation  site/index.html"

screenshots: setup
	$(BIN)/python docs/screenshots/ui.py

# The Spark engine comes on top: 0.5 GB that only a Land needs. Tests under CI=true skip nothing.
SPARK := $(VENV)/spark-ready

# Tests that must hold on the oldest server we support are skipped without it, but never in CI.
postgres15:
	@test -x /usr/lib/postgresql/15/bin/initdb || [ "$(CI)" != true ] || { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql-15; } || { echo "PostgreSQL 15 is missing (Debian: apt install postgresql-15)." >&2; exit 1; }

# The pages are judged in a real browser.
chromium:
	@command -v chromium >/dev/null || [ "$(CI)" != true ] || { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium; } || { echo "Chromium is missing (Debian: apt install chromium)." >&2; exit 1; }

spark: $(SPARK)

$(SPARK): requirements-spark.lock $(READY)
	@command -v java >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends openjdk-17-jre-headless; } || { echo "Java 17 is missing (Debian: apt install openjdk-17-jre-headless)." >&2; exit 1; }
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes --no-deps --no-build-isolation -r requirements-spark.lock
	@touch $(SPARK)

# The standard's own tool reads the contracts in an environment of its own: it wants other versions.
CONTRACTS := .venv-contracts

$(CONTRACTS)/ready: requirements-contracts.lock
	$(PYTHON) -m venv --clear $(CONTRACTS)
	$(CONTRACTS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-contracts.lock
	@touch $(CONTRACTS)/ready

lint-contracts: $(CONTRACTS)/ready
	@for contract in sources/*.odcs.yaml; do $(CONTRACTS)/bin/datacontract lint "$$contract" || exit 1; done

ifeq ($(CI),true)
test: spark postgres15 chromium lint-contracts
endif

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	DAGSTER_DISABLE_TELEMETRY=1 $(BIN)/dg check defs
	$(PYTEST) -m "not long" -n $(WORKERS) --dist loadgroup --no-loadscope-reorder

test-long: test
	$(PYTEST) -m long

bench: setup
	$(BIN)/python -m benchmarks

PEERS := .venv-peers
PEERS_PYTHON ?= $(PYTHON)

$(PEERS)/ready: requirements-peers.lock
	@$(PEERS_PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "The peers need Python 3.11; set PEERS_PYTHON=")'
	$(PEERS_PYTHON) -m venv --clear $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-peers.lock
	@touch $(PEERS)/ready

bench-linkage: setup $(PEERS)/ready
	$(BIN)/python -m benchmarks.linkage county

bench-linkage-public: setup $(PEERS)/ready
	$(BIN)/python -m benchmarks.linkage public
	$(BIN)/python -m benchmarks.linkage corrupted

bench-scale: setup
	$(BIN)/python -m benchmarks.linkage scale

bench-attack: setup
	$(BIN)/python -m benchmarks.linkage attack

bench-disclosure: setup
	$(BIN)/python -m benchmarks.disclosure

bench-intake: setup
	$(BIN)/python -m benchmarks.intake

bench-sealing: setup
	$(BIN)/python -m benchmarks.sealing

SCALES ?= .1,1

bench-warehouse: setup
	$(BIN)/python -m benchmarks.warehouse --scales $(SCALES)

bench-report: setup
	$(BIN)/python -m benchmarks.report

# Addresses stay out of the lock: it must install from any registry that serves the same files.
lock: setup
	$(BIN)/python -m piptools compile --quiet --extra hub --extra ui --extra dev --no-strip-extras --allow-unsafe --generate-hashes \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-annotate \
	  --output-file requirements.lock pyproject.toml
	echo 'pyspark>=4.1,<4.2' | $(BIN)/python -m piptools compile --quiet --no-strip-extras --allow-unsafe --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-annotate \
	  --constraint requirements.lock --output-file requirements-spark.lock -

lock-peers: setup
	$(BIN)/python -m piptools compile --quiet --no-strip-extras --allow-unsafe --generate-hashes \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-annotate \
	  --output-file requirements-peers.lock benchmarks/peers/requirements.in

lock-contracts: setup
	echo 'datacontract-cli>=1.2.8,<2' | $(BIN)/python -m piptools compile --quiet --no-strip-extras --allow-unsafe --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-annotate \
	  --output-file requirements-contracts.lock -

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	@if [ -x $(BIN)/kim ]; then $(BIN)/kim warehouse stop || true; fi
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
