# Every target works on a fresh clone: what it needs is installed first, and only once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(CURDIR)/tests/.tools
EXTENSION := vscode-extension
PAGES := tests/pages
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt
NPM := PATH="$(TOOLS)/node/bin:$$PATH" npm --loglevel=error --no-audit --no-fund

# Containers often set it; each of the many processes of a run would compile all of our modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test faults old-editor lint format vsix clean constraints

help: ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/.runtime ## Install the command at .venv/bin/helios, and a browser when there is none.
	@$(BIN)/helios setup

demo: setup ## Render the examples to renders/ with all cores.
	@$(BIN)/helios render examples --output renders/ --concurrency auto --overwrite
	@echo "The videos are in $(CURDIR)/renders"

test: setup lint ## Check everything and run all tests, the editor's too.
	@echo "Testing the extension's parts" && cd $(EXTENSION) && $(NPM) test --silent
	@$(BIN)/python tests/editor/setup_editor.py
	@$(BIN)/python tests/run.py

faults: $(VENV)/.test ## Disturb renders: N faults (100), chosen by SEED (1).
	@HELIOS_FAULTS=$(or $(N),100) HELIOS_FAULTS_SEED=$(or $(SEED),1) $(BIN)/python -m pytest tests/faults

old-editor: $(VENV)/.test ## Install a VS Code of 2024, and render in it.
	@$(BIN)/python tests/editor/setup_editor.py
	@PYTHONPATH=tests $(BIN)/python -m editor.old_editor
	@$(BIN)/python -m pytest tests/editor/test_old_editor.py

lint: $(VENV)/.test $(PAGES)/node_modules/.package-lock.json $(EXTENSION)/node_modules/.package-lock.json ## Lint, formats and types.
	@echo "Checking Python" && $(BIN)/ruff check --quiet && $(BIN)/ruff format --check --quiet && $(BIN)/mypy
	@echo "Checking TypeScript" && cd $(EXTENSION) && $(NPM) run --silent check && $(NPM) run --silent lint

format: $(VENV)/.test $(EXTENSION)/node_modules/.package-lock.json ## Rewrite the sources in the agreed format.
	@$(BIN)/ruff check --fix --quiet && $(BIN)/ruff format --quiet
	@cd $(EXTENSION) && $(NPM) run --silent format

vsix: $(VENV)/.test $(EXTENSION)/node_modules/.package-lock.json ## Package the extension as helios-renders.vsix.
	@PATH="$(TOOLS)/node/bin:$$PATH" sh scripts/package-extension.sh $(CURDIR)/$(BIN)/python $(CURDIR)/helios-renders.vsix

clean: ## Remove everything that was installed or made here, but not the renders.
	rm -rf $(VENV) $(TOOLS) tests/artifacts $(PAGES)/node_modules $(EXTENSION)/node_modules $(EXTENSION)/dist
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.vsix

constraints: ## Renew constraints.txt with the newest versions that fit together.
	@sh scripts/renew-constraints.sh $(PYTHON)

$(VENV)/.runtime: pyproject.toml constraints.txt
	@sh scripts/create-venv.sh "$(PYTHON)" $(VENV)
	@echo "Installing Helios Renders into $(VENV)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime
	@echo "Installing what the tests need into $(VENV)"
	@$(PIP) pip
	@$(PIP) --group test
	@touch $@

$(TOOLS)/node/bin/npm: $(VENV)/.test tests/tools/node.py
	@$(BIN)/python tests/tools/node.py

%/node_modules/.package-lock.json: %/package-lock.json | $(TOOLS)/node/bin/npm
	@echo "Installing the packages of $*"
	@cd $* && $(NPM) ci --ignore-scripts
	@touch $@
