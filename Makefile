# Needs Python >= 3.11 with venv and pip, and make. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAM_VENV := .venv-sam

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

.PHONY: venv
venv: $(VENV)/.project ## prepare .venv with the console script `linkgate`

# $(1): the environment, $(2): its requirements. uv is ten times as fast as pip, but knows nothing of pip's configured mirrors.
define install
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Linkgate needs Python >= 3.11; name one: make PYTHON=python3.13 ...")'
	@echo "Installing $(2) into $(1). This happens once and takes about half a minute."
	@$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/python -m pip install $(PIP_FLAGS) -r requirements/installer.txt
	@VIRTUAL_ENV=$(1) $(1)/bin/uv pip install --quiet --no-deps --require-hashes -r $(2) || $(1)/bin/python -m pip install $(PIP_FLAGS) -r $(2)
	@echo "$(MADE_BY)" > $(1)/.requirements
endef
PIP_FLAGS := --quiet --disable-pip-version-check --no-deps --require-hashes

# An environment's scripts and its editable install name their folder: those of a copied or moved one run the original's
# code. So its stamp names the folder and the Python that made it, and an environment with another stamp is made anew.
MADE_BY := $(CURDIR) $(shell $(PYTHON) --version 2>&1)
ifneq "$(shell cat $(VENV)/.requirements 2>/dev/null)" "$(MADE_BY)"
.PHONY: $(VENV)/.requirements
endif
ifneq "$(shell cat $(SAM_VENV)/.requirements 2>/dev/null)" "$(MADE_BY)"
.PHONY: $(SAM_VENV)/.requirements
endif

$(VENV)/.requirements: requirements/dev.txt requirements/installer.txt
	$(call install,$(VENV),requirements/dev.txt)

$(VENV)/.project: $(VENV)/.requirements pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run
run: venv ## serve the whole system on this machine (arguments: make run ARGS="--port 8080")
	@exec $(BIN)/linkgate local $(ARGS)

.PHONY: dynamodb-local
dynamodb-local: ## the real DynamoDB Local on port 8000, for `linkgate local --endpoint-url` (needs Java and npm)
	@exec $(PYTHON) -m tests.support.dynamodb_local

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
ARCHITECTURE ?= arm64
SAM := PATH="$(CURDIR)/$(SAM_VENV)/bin:$$PATH" SAM_CLI_TELEMETRY=0 LAMBDA_ARCHITECTURE=$(ARCHITECTURE) sam

$(SAM_VENV)/.requirements: requirements/sam.txt requirements/installer.txt
	$(call install,$(SAM_VENV),requirements/sam.txt)

# Asked for before any work.
.PHONY: needs-docker needs-lambda-python needs-valgrind
needs-docker:
	@docker info >/dev/null 2>&1 || { echo "make $(MAKECMDGOALS) needs a Docker engine, and none answers to: docker info" >&2; exit 1; }
needs-lambda-python:
	@$(MAKE) --silent --no-print-directory -C layers/shared lambda-python
needs-valgrind:
	@command -v valgrind >/dev/null || { echo "make $(MAKECMDGOALS) needs valgrind, which was not found." >&2; exit 1; }

.PHONY: build
build: needs-lambda-python $(SAM_VENV)/.requirements ## sam build into .aws-sam/build (ARCHITECTURE=arm64 or x86_64; needs Python 3.13)
	$(SAM) build --parallel --parameter-overrides Architecture=$(ARCHITECTURE)

# Containers run on this machine's own processor.
HOST_ARCHITECTURE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)

.PHONY: sam-local
sam-local: needs-docker needs-lambda-python ## every sample event of the API through `sam local invoke` (needs Docker and Python 3.13)
	$(MAKE) build ARCHITECTURE=$(HOST_ARCHITECTURE)
	PYTHONPATH=.:layers/shared $(SAM_VENV)/bin/python -m local.sam_local

.PHONY: bench
bench: needs-valgrind needs-lambda-python venv ## measure the packaged functions beside yardsticks (needs valgrind and Python 3.13)
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
