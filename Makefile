# `make help` lists the targets. `make run` and `make test` set up all that they need; Python 3.11 or newer is the only
# requirement.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests call sam by name, and its telemetry stays off.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0
# Tests start many processes, which would compile all modules again each time.
unexport PYTHONDONTWRITEBYTECODE
SOURCES := $(CURDIR):$(CURDIR)/layers/core:$(CURDIR)/cli:$(CURDIR)/local

.PHONY: help
help:
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-12s %s\n", $$1, $$2}'

# ---- Virtual environments --------------------------------------------------------------------------------------------

# requirements/NAME.txt is installed into .venv/NAME, and .venv/NAME.stamp says that this is done. `run` and `dev` share
# .venv itself: `make run` needs only the first. The pinned files name every package, so that pip resolves nothing.
FOLDER_run := $(VENV)
FOLDER_dev := $(VENV)
# Both play Lambda's runtime, so they need its version of Python.
RUNTIME_PYTHON := python3.13
PYTHON_runtime = $(RUNTIME_PYTHON)
PYTHON_ministack = $(RUNTIME_PYTHON)
# The project itself is installed where `imagestack` must be a command.
AFTER_run = $(PIP_INSTALL) --no-build-isolation --editable .

FOLDER = $(or $(FOLDER_$*),$(VENV)/$*)
PIP_INSTALL = $(FOLDER)/bin/python -m pip --quiet --disable-pip-version-check install --no-deps
IS_NEW_ENOUGH := import sys; sys.exit("Python 3.11 or newer is needed; this one is " + sys.version.split()[0] \
  + ". Name another with: make PYTHON=python3.13" if sys.version_info < (3, 11) else 0)

$(VENV)/%.stamp: requirements/%.txt
	@test -x $(FOLDER)/bin/python || $(or $(PYTHON_$*),$(PYTHON)) -c '$(IS_NEW_ENOUGH)'
	test -x $(FOLDER)/bin/python || $(or $(PYTHON_$*),$(PYTHON)) -m venv $(FOLDER)
	$(PIP_INSTALL) --require-hashes --requirement $<
	$(AFTER_$*)
	touch $@

$(VENV)/run.stamp: pyproject.toml
$(VENV)/dev.stamp: $(VENV)/run.stamp

# An environment that not every machine can have: $(1) is its name, $(2) says what is left out without it.
OPTIONAL = $(MAKE) --no-print-directory --silent $(VENV)/$(1).stamp || echo '*** NOT INSTALLED: $(2) ***' >&2

.PHONY: setup runtime clean
setup: $(VENV)/dev.stamp ## make the environment of developers

runtime: $(VENV)/runtime.stamp ## make the environment that plays Lambda's runtime

clean: ## remove all environments and builds
	rm -rf $(VENV) .aws-sam

# ---- Every day -------------------------------------------------------------------------------------------------------

.PHONY: run test test-quick lint audit edge tables screenshots
run: $(VENV)/run.stamp ## serve the whole stack on this machine: http://127.0.0.1:8080/
	$(BIN)/imagestack serve --port 8080

# Many tests wait for servers and processes, so there are two workers for each core.
WORKERS = $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
PYTEST = $(BIN)/python -m pytest
PARALLEL = -n $(WORKERS) --dist loadgroup

test: $(VENV)/dev.stamp ## run all tests that need no environment of their own
	$(PYTEST) $(PARALLEL)

# These tests wait for nothing, so one worker for each core is best.
test-quick: $(VENV)/dev.stamp ## run the tests to repeat after each change of layers/core
	$(PYTEST) -n auto tests/unit

lint: $(VENV)/dev.stamp ## run the linters and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint template.yaml
	$(BIN)/python -m tools.prose

# The detector of keywords is off, since words like "secret" are frequent here. Hashes of packages and ids in events are
# no secrets either. .checkov.yaml has the reasons for what is no mistake in the template.
NO_SECRETS = --disable-plugin KeywordDetector --exclude-files '\.(txt|png|jpg|svg)$$|package-lock\.json$$' \
  --exclude-lines '"(apiId|domainPrefix|receiptHandle|md5OfBody)":'
audit: $(VENV)/dev.stamp $(VENV)/checkov.stamp ## look for secrets, weak packages and mistakes in the template
	git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook $(NO_SECRETS)
	$(BIN)/python -m tools.audit_packages
	$(VENV)/checkov/bin/checkov --config-file .checkov.yaml

# The template holds copies of functions/edge and of the grammar.
edge: $(VENV)/dev.stamp ## copy the edge functions into the template, after a change of them or of the grammar
	$(BIN)/python -m tools.edge_code

tables: $(VENV)/dev.stamp ## write the tables of docs and console, after a change of a parameter or an option
	$(BIN)/python -m tools.tables

# The tests that look at the same pages take the pictures.
screenshots: $(VENV)/dev.stamp ## take the pictures of the docs
	SCREENSHOTS=1 $(PYTEST) tests/browser

# ---- End to end ------------------------------------------------------------------------------------------------------

# What `sam build` makes, in Lambda's runtime; the contracts of the stores on an S3 that checks signatures; and the
# deployment where identities are enforced. What this machine cannot run is skipped, loudly.
# `make e2e RUNTIME_PYTHON=PATH CORPUS=DIR`; `make soak REQUESTS=20000`.
CORPUS :=
REQUESTS := 20000
export E2E_PYTHON = $(VENV)/runtime/bin/python
export E2E_MINISTACK = $(VENV)/ministack/bin/ministack
export E2E_BUILD = .aws-sam/e2e
WITH_SEAWEEDFS = PYTHONPATH=$(SOURCES) PATH=$(CURDIR)/$(VENV)/seaweedfs/bin:$$PATH
THROUGH_FRONT = tests/local/test_edge.py tests/local/test_edge_attacks.py tests/local/test_edge_options.py

.PHONY: e2e e2e-runtime e2e-roles e2e-functions e2e-front e2e-build e2e-environments soak nightly
e2e: e2e-build ## test what `sam build` makes, in Lambda's runtime, with real roles
	@# The tests of roles wait for a server of their own most of the time.
	$(MAKE) --no-print-directory -j2 e2e-runtime e2e-roles
	$(MAKE) --no-print-directory e2e-functions

e2e-runtime:
	$(WITH_SEAWEEDFS) $(if $(CORPUS),CORPUS='$(CORPUS)') $(PYTEST) tests/e2e --ignore tests/e2e/test_roles.py \
	  tests/contract/test_derived_store.py tests/contract/test_original_store.py

e2e-roles:
	$(WITH_SEAWEEDFS) $(PYTEST) tests/e2e/test_roles.py

# All tests of the image function, with the function in the runtime.
e2e-functions:
	$(WITH_SEAWEEDFS) $(PYTEST) $(PARALLEL) -p tests.e2e.plugin tests/functions

e2e-front: e2e-build ## test the front over HTTP, with the function in Lambda's runtime
	@if test -x $(E2E_PYTHON); then \
	  $(WITH_SEAWEEDFS) SERVED_BY=tests.e2e.served $(PYTEST) $(PARALLEL) $(THROUGH_FRONT); fi

soak: e2e-build ## send thousands of requests through the function in Lambda's runtime
	$(WITH_SEAWEEDFS) $(BIN)/python -m tests.e2e.soak --requests $(REQUESTS)

# Long tables and random searches have a short form by default, and their long form here.
nightly: export LONG_TESTS = 1
nightly: ## run everything at length, about three hours: make nightly CORPUS=DIR
	$(MAKE) test e2e e2e-front soak
	$(MAKE) fuzz SECONDS=1800

e2e-build: e2e-environments
	@mkdir -p $(dir $(E2E_BUILD))
	@$(BIN)/sam build --build-dir $(E2E_BUILD) --parameter-overrides \
	  Architecture=$(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64) > $(E2E_BUILD).log 2>&1 || \
	  { cat $(E2E_BUILD).log >&2; exit 1; }

e2e-environments: $(VENV)/dev.stamp
	@$(call OPTIONAL,runtime,Lambda runtime; name a Python 3.13 with RUNTIME_PYTHON=PATH)
	@$(call OPTIONAL,seaweedfs,SeaweedFS)
	@$(call OPTIONAL,ministack,ministack)

# ---- Fuzzing and benchmarks ------------------------------------------------------------------------------------------

# Coverage-guided fuzzing of the code that reads bytes from outside. `make fuzz SECONDS=180 CORPUS=DIR`, where the folder
# has pictures to start with; .fuzz/found has what breaks something. atheris does not exist for every machine.
SECONDS := 60
TARGETS :=
.PHONY: fuzz bench
fuzz: ## fuzz, led by coverage: make fuzz SECONDS=180 CORPUS=DIR TARGETS=jpeg,png
	@if $(MAKE) --no-print-directory $(VENV)/fuzz.stamp; then \
	  PYTHONPATH=$(SOURCES) $(VENV)/fuzz/bin/python -m fuzz --seconds $(SECONDS) \
	  $(if $(CORPUS),--corpus '$(CORPUS)') $(if $(TARGETS),--targets '$(TARGETS)'); \
	else echo '*** SKIPPED: atheris cannot be installed here; nothing was fuzzed ***' >&2; fi

# The peers are in environments of their own; the comparison leaves out what cannot be installed, loudly.
# `python -m bench.peers --help` has all options.
PHOTOS :=
ROUNDS := 3
OPTIONS :=
bench: $(VENV)/bench.stamp ## compare with other software: make bench PHOTOS=DIR ROUNDS=5 OPTIONS='--widths 800'
	@$(call OPTIONAL,thumbor,thumbor; the comparison leaves it out)
	@test -e bench/peers/node_modules/.package-lock.json || npm ci --silent --prefix bench/peers || \
	  echo '*** NOT INSTALLED: sharp and ipx; the comparison leaves them out ***' >&2
	PYTHONPATH=$(SOURCES) $(VENV)/bench/bin/python -m bench.peers --rounds $(ROUNDS) \
	  $(if $(PHOTOS),--photos '$(PHOTOS)') $(OPTIONS)

# ---- Pinned packages -------------------------------------------------------------------------------------------------

# The .txt files come from the .in files, with hashes and without addresses of registries. dev is pinned first, since
# aws-sam-cli decides on the newest boto3, and the others follow it. `make lock UPGRADE=` keeps the versions, and adds or
# removes what the .in files do. bench/peers/package.json has the versions of what runs on Node.js.
UPGRADE := --upgrade
COMPILE = $(VENV)/lock/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate
LIKE_DEV := --constraint requirements/dev.txt
# Lambda's runtime brings boto3 with what it needs. The layer uses only cffi's backend, which needs no pycparser.
RUNTIME_BRINGS := botocore jmespath python-dateutil six urllib3
NOT_IN_LAYER := $(RUNTIME_BRINGS:%=--no-emit-package %) --no-emit-package pycparser
.PHONY: lock
lock: ## renew the pinned packages: make lock; make lock UPGRADE=
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet uv
	$(COMPILE) requirements/dev.in --output-file requirements/dev.txt
	for name in run bench runtime fuzz; do \
	  $(COMPILE) $(LIKE_DEV) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done
	for name in seaweedfs ministack thumbor checkov; do \
	  $(COMPILE) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done
	$(COMPILE) $(LIKE_DEV) $(NOT_IN_LAYER) requirements/layer-image.in \
	  --output-file layers/dependencies/requirements.txt
	@# The layer of the control plane lies on top of the other, which has typing-extensions.
	$(COMPILE) $(LIKE_DEV) --no-emit-package typing-extensions requirements/layer-control.in \
	  --output-file layers/dependencies/control.txt
