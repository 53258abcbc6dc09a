# Chapter & Verse. `make help` lists what can be made.

# Python 3.11 or later with its venv module; e.g. make chat PYTHON=python3.12
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)

# Where to find a CPU build of torch: the address of a package index, or empty for pip's usual one.
TORCH_INDEX ?=

# The folder of policies to index.
CORPUS ?= corpus

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
PACKAGES := constraints.txt pyproject.toml

# What tests need from Debian and this machine lacks; playwright's driver wants libatomic.
DEBIAN := $(if $(wildcard /usr/bin/chromium),,chromium) \
  $(if $(wildcard /usr/lib/*/libatomic.so.1 /usr/lib*/libatomic.so.1),,libatomic1) \
  $(if $(wildcard /usr/bin/tesseract),,tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd) \
  $(if $(wildcard /usr/lib/postgresql/*/bin/postgres),,postgresql)

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: chat
chat: index ## Install, index the policies and open the chat in a browser
	$(BIN)/verse chat

# Exit code 3 means that some file could not be read and was named: the others still answer.
.PHONY: index
index: $(VENV)/.installed ## Index the policies in corpus/
	$(BIN)/verse ingest $(CORPUS) || [ $$? -eq 3 ]

.PHONY: test
test: debian $(VENV)/.installed-dev ## Install what tests need and run them
	$(BIN)/python -m pytest -m "not heavy and not live"

.PHONY: test-all
test-all: debian $(VENV)/.installed-dev ## Run the load, fuzz, soak and viewport tests too
	$(BIN)/python -m pytest -m "(heavy or not heavy) and not live"

.PHONY: gate
gate: $(VENV)/.installed-dev ## Fail where the answers to dev questions got worse than recorded
	$(BIN)/verse eval gate

.PHONY: bench
bench: $(VENV)/.installed-dev ## Read damaged files, then measure speed as ratios taken in one run
	$(BIN)/python -m eval.fuzz
	$(BIN)/python -m eval.bench

.PHONY: screenshots
screenshots: debian $(VENV)/.installed-dev ## Take the pictures of every page in docs/screenshots anew
	$(BIN)/python tests/ui/screenshots.py

.PHONY: lint
lint: $(VENV)/.installed-dev ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: audit
audit: $(VENV)/.installed-dev ## Look for secrets in the files and known holes in what we depend on
	$(BIN)/python deploy/audit.py

.PHONY: clean
clean: ## Remove the virtual environment and caches; the index in .verse/ stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find $(wildcard assistant deploy docs eval ingest tests ui) -name __pycache__ -prune -exec rm -rf {} +

# Stamps are touched last: a step that failed has none, so the next make does it again.
# --clear, because a virtual environment without its stamp was left half-made.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Python 3.11 or later is needed and "$(PYTHON)" is not: install it, or name another with make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/debian-packages.sh python3-venv
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created $(PACKAGES)
	@rm -f $@
	@echo "Installing Chapter & Verse into $(VENV); the first time this downloads for some minutes."
ifneq ($(TORCH_INDEX),)
	$(PIP) install --constraint constraints.txt --extra-index-url $(TORCH_INDEX) torch
endif
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed $(PACKAGES)
	@rm -f $@
	@echo "Installing what tests and checks need into $(VENV)."
	$(PIP) install --constraint constraints.txt --editable '.[dev,ragas]'
	@touch $@

# Asked for before the long download, so that whoever lacks root or sudo learns it at once.
.PHONY: debian
debian:
	@$(if $(strip $(DEBIAN)),deploy/debian-packages.sh $(strip $(DEBIAN)))
