# `make` alone lists what there is. Nothing needs root, Node or Docker: Python 3.11, make and a package index do.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Of the tests. One more than the cores of a small machine, for some of them wait.
WORKERS ?= 3

export PIP_ROOT_USER_ACTION := ignore
export PIP_USER := 0
# The program is several processes: what Python compiled for one serves the others and the next start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test lint fmt messages bench lock clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/run.stamp ## Make .venv with the portal command in it

run: setup ## Start the portal on http://127.0.0.1:8000 (HOST and PORT choose the address)
	@$(BIN)/portal run

test: $(VENV)/dev.stamp ## Run every test, the browser's too, on databases of their own
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(VENV)/dev.stamp ## Check style, types, imports between modules, templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

fmt: $(VENV)/dev.stamp ## Put the code into the house's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: $(VENV)/dev.stamp ## Gather what is to be translated into portal/translations, and say what is missing
	@$(BIN)/python -m tests.house.messages

bench: $(VENV)/dev.stamp ## Measure, side by side with Flask-Admin and Django admin (takes a while)
	@$(PIP) install --require-hashes -r requirements/bench.txt
	$(BIN)/python -m bench

lock: $(VENV)/run.stamp ## Choose and pin the newest versions that pyproject.toml allows
	@$(PIP) install "uv>=0.13,<1"
	$(BIN)/python requirements/lock.py

clean: ## Remove .venv and what the tools left (never instance/, which holds your data)
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A folder that was moved has scripts in it that point to the old place: made anew.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "The portal needs Python 3.11 or newer, and $(PYTHON) is older. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Installing into $(VENV) (a minute the first time)"
	@test ! -f $(VENV)/home -o "$$(cat $(VENV)/home 2>/dev/null)" = "$(CURDIR)" || rm -rf $(VENV)
	@$(BIN)/python -c "" 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@echo "$(CURDIR)" > $(VENV)/home
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	@echo "Installing what tests and checks need"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
