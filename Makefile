# `make run` and `make test` set up all that they need; Python 3.11 or newer is the only requirement.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# sam is called by tests too: by name, and silently.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: run setup test screenshots lint edge lock bench clean

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
	$(BIN)/sam validate --lint --region us-east-1

# After a change in functions/edge or of the grammar: the template holds copies of both.
edge: $(VENV)/dev.stamp
	$(BIN)/python -m local.edge_code

# The pinned files name every package, so pip resolves nothing. They are made from the .in files; hashes stay, registry addresses do not. dev is pinned first, since
# aws-sam-cli decides on the newest boto3, and the others follow it. The Lambda runtime brings boto3 and what it needs.
# `make lock UPGRADE=` leaves the versions as they are, and adds or removes what the .in files do.
UPGRADE := --upgrade
COMPILE = $(VENV)/lock/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate
RUNTIME_BRINGS = botocore jmespath python-dateutil six urllib3
lock:
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet uv
	$(COMPILE) requirements/dev.in --output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt requirements/run.in --output-file requirements/run.txt
	$(COMPILE) --constraint requirements/dev.txt $(RUNTIME_BRINGS:%=--no-emit-package %) \
	  layers/dependencies/requirements.in --output-file layers/dependencies/requirements.txt

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
