# Everything a developer or a visitor needs; `make` alone tells.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CAMERA ?= sim:
AREA ?= all
MINUTES ?= 30
NPM_STAMP := node_modules/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench soak fuzz clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

demo: $(VENV)/.ready ## server, set (simulated) and laptop on this machine; CAMERA=sim:stamped for the delay stamp
	@CAMERA=$(CAMERA) $(BIN)/python -m config.demo

test: $(VENV)/.ready-dev $(NPM_STAMP) ## all tests, with real browsers, sockets and serial lines
	@config/install/packages.sh chromium libjs-pdf ip nft turnserver shellcheck pulseaudio pactl postgres
	@$(BIN)/python -m pytest

lint: $(VENV)/.ready-dev $(NPM_STAMP) ## style and types of Python and JavaScript
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@for page in thuis kiosk buddy; do npx --no-install tsc --project config/tsc/$$page.json || exit 1; done

bench: $(VENV)/.ready-dev ## measure against the peers; AREA=join runs one area; leaves bench/latest.json
	@config/install/packages.sh chromium libjs-pdf ip nft tesseract turnserver pulseaudio pactl faketime espeak-ng debootstrap systemd-nspawn postgres
	@$(BIN)/python -m bench $(AREA)

soak: $(VENV)/.ready-dev ## 50 minutes: a lesson, an attack on the server, a million packets at a lesson
	@config/install/packages.sh chromium libjs-pdf
	@status=0; for part in soak soak_attack soak_packets; do $(BIN)/python -m bench.$$part || status=1; done; exit $$status

fuzz: $(VENV)/.ready-dev ## rubbish into every parser, half an hour each; MINUTES=1 for less
	@$(BIN)/python -m tests.fuzz $(MINUTES)

clean: ## remove what these commands made
	rm -rf $(VENV) node_modules .demo build *.egg-info

$(VENV)/.ready: pyproject.toml
	@config/install/packages.sh venv
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

$(NPM_STAMP): package.json
	@config/install/packages.sh npm
	@npm install --no-package-lock --no-audit --no-fund --silent
	@touch $@
