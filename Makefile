# Two commands matter: `make run` and `make test`. Both set themselves up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The arrays are small: more threads only wait for each other.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help run trial-sound test lint check faults bench lock prompts screenshots clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zgoda needs Python 3.11 or newer; set PYTHON=…"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## a trial: recorder, keeper and panel on the simulated line
	$(BIN)/zgoda run --data data

trial-sound: $(READY) ## one call over PyAudio and a serial port, with no hardware; STAY=1 goes on
	./tests/system-packages
	$(BIN)/python -m tests.rig $(if $(STAY),--stay)

lint: $(READY) ## ruff, mypy, import contracts
	$(BIN)/ruff format --check appliance web tests benchmarks
	$(BIN)/ruff check appliance web tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(READY) ## everything that guards main
	./tests/system-packages
	$(MAKE) lint
	$(BIN)/pytest

faults: $(READY) ## kill real processes at random moments; writes docs/faults.md (minutes)
	ZGODA_FAULTS_PAGE=docs/faults.md $(BIN)/pytest -m faults tests/faults

bench: $(READY) ## every figure beside its target and its peers
	$(BIN)/python -m benchmarks

screenshots: $(READY) ## the documentation's pictures, of the real panel
	./tests/system-packages
	$(BIN)/python -m tests.browser.screenshots

lock: ## renew requirements.lock (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra dev --no-header --no-annotate --output-file requirements.lock pyproject.toml

prompts: $(READY) ## render the shipped prompts again (needs espeak-ng)
	$(BIN)/python -m appliance.prompts.render

clean: ## forget the environment and the trial's data
	rm -rf $(VENV) data
