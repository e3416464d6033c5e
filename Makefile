# Each target does its own set-up and does nothing twice: the stamps below know what is installed.
PYTHON ?= python3
VENV   := .venv/$(notdir $(PYTHON))
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test tests lint types laws bench evals lock clean

run: $(VENV)/.run
	@$(BIN)/resync-bot demo

# The types are checked beside the tests: each uses what the other leaves of two cores.
test: lint laws
	@$(MAKE) --no-print-directory -j2 types tests

tests: $(VENV)/.dev
	@$(BIN)/python -m pytest

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

laws: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench $(WHAT)

# Puts the questions of tests/evals to the language model of LLM_MODEL; WHAT="--interpreter" to the built-in one.
evals: $(VENV)/.dev
	@$(BIN)/python -m tests.evals $(WHAT)

# Writes both locks anew from pyproject.toml: names, versions and hashes only, no address.
LOCK := uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
        --no-emit-find-links --python-version 3.11
lock:
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.run: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "Adding the test tools to $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
