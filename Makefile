# Two commands matter: `make run` and `make test`. Both set themselves up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
HARDWARE := $(VENV)/.hardware

# The arrays are small: more threads only wait for each other.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help run trial-sound test need-root test-root lint check faults bench lock prompts screenshots clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zgoda needs Python 3.11 or newer; set PYTHON=…"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# PyAudio is built here, against headers that only users and testers of sound cards need.
$(HARDWARE): requirements-hardware.lock $(READY)
	./tests/system-packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements-hardware.lock
	@touch $@

run: $(READY) ## a trial: recorder, keeper and panel on the simulated line
	$(BIN)/zgoda run --data data

trial-sound: $(HARDWARE) ## one call over PyAudio and a serial port, with no hardware; STAY=1 goes on
	./tests/system-packages
	$(BIN)/python -m tests.rig $(if $(STAY),--stay)

lint: $(READY) ## ruff, mypy, import contracts
	$(BIN)/ruff format --check appliance web tests benchmarks
	$(BIN)/ruff check appliance web tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(HARDWARE) ## everything that guards main
	./tests/system-packages
	$(MAKE) lint
	./tests/run

need-root:
	@[ "$$(id -u)" = 0 ] || { echo "These tests start processes of other users, which only root can: sudo make test-root" >&2; exit 2; }

test-root: need-root $(HARDWARE) ## the tests that need root: other users' processes, namespaces
	./tests/system-packages
	$(BIN)/pytest -m root

faults: $(READY) ## kill processes, fill disks, simulate a day; writes docs/faults.md (half an hour)
	ZGODA_FAULTS_PAGE=docs/faults.md $(BIN)/pytest -m faults tests/faults

bench: $(READY) ## every figure beside its target and its peers, into docs/benchmarks.md; PART="keys …" only some
	-@./benchmarks/peers/install
	@$(BIN)/python benchmarks/box/cold.py $(VENV)
	$(BIN)/python -m benchmarks --write $(PART); short=$$?; \
	$(if $(PART),,$(BIN)/python -m benchmarks.pictures;) exit $$short

screenshots: $(READY) ## the documentation's pictures, of the real panel
	./tests/system-packages
	$(BIN)/python -m tests.browser.screenshots

# Extras keep their names: older pips ignore a pin without the extra.
LOCKED := uv pip compile --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header --no-annotate
EXTRA := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["hardware"], sep="\n")

lock: ## renew both lock files (needs uv)
	$(LOCKED) --extra dev --output-file requirements.lock pyproject.toml
	python3 -c '$(EXTRA)' | $(LOCKED) --constraint requirements.lock --output-file requirements-hardware.lock -

prompts: $(READY) ## render the shipped prompts again (needs espeak-ng)
	$(BIN)/python -m appliance.prompts.render

clean: ## forget the environment and the trial's data
	rm -rf $(VENV) data
