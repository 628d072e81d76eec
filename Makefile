# Thin on purpose: the verbs are `.venv/bin/python manage.py …`; here is only how a fresh machine gets there.

PYTHON ?= python3
PORT ?= 8000
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt

# pip >= 22.3 installs into another interpreter, so that neither ensurepip nor python3-venv is needed.
PIP = $$($(BIN)/python -m pip --version >/dev/null 2>&1 && echo "$(BIN)/python -m pip" || echo "$(PYTHON) -m pip --python $(BIN)/python")
INSTALL = $(PIP) install --quiet --disable-pip-version-check --constraint constraints.txt
# pyproject.toml is the one list of dependencies; this prints those of the extras named.
WANTED = $(BIN)/python config/requirements.py

.DEFAULT_GOAL := help
.PHONY: help venv demo up test check format snapshots screenshots

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Vitrine needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)
	@$(PYTHON) -m pip --python $(BIN)/python --version >/dev/null 2>&1 \
		|| $(BIN)/python -m ensurepip >/dev/null 2>&1 \
		|| { rm -rf $(VENV); echo "Vitrine needs pip 22.3 or newer for $(PYTHON)"; exit 1; }

$(VENV)/.base: $(PINS) | $(BIN)/python
	@echo "Installing what the demo needs (once, about 90 MB) …"
	@$(INSTALL) $$($(WANTED) embedded)
	@touch $@

$(VENV)/.dev: $(PINS) | $(BIN)/python
	@echo "Installing what tests and checks need (once) …"
	@$(INSTALL) $$($(WANTED) embedded s3 dev)
	@touch $@ $(VENV)/.base

venv: $(VENV)/.base ## make .venv with what the demo needs

demo: $(VENV)/.base ## load the demo catalog once and serve it on PORT (8000)
	@PORT=$(PORT) STOP_WITH_PARENT=1 exec $(BIN)/python manage.py demo

up: $(VENV)/.base ## serve what is there, without the demo
	@PORT=$(PORT) STOP_WITH_PARENT=1 exec $(BIN)/python manage.py up

test: $(VENV)/.dev ## run every test
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

check: $(VENV)/.dev ## lint, types, layers, templates, migrations, snapshots
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet .
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py snapshots --check

format: $(VENV)/.dev ## lay out the code and mend what the linter can
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

snapshots: $(VENV)/.dev ## write docs/api: OpenAPI and SDL as the code has them
	$(BIN)/python manage.py snapshots

screenshots: $(VENV)/.dev ## take docs/screenshots anew (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots
