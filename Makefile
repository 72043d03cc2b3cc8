# Requires make and Python >= 3.11 with venv and pip. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAM_VENV := .venv-sam
CLIENTS_VENV := .venv-clients

# Where the environment forbids it to keep what it compiled, each of a test run's processes compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

.PHONY: venv
venv: $(VENV)/.project ## prepare .venv with the console script `linkgate`

# $(1): the environment, $(2): its requirements. uv is ten times as fast as pip, but ignores mirrors configured for pip.
define install
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Linkgate needs Python >= 3.11; name one: make PYTHON=python3.13 ...")'
	@echo "Installing $(2) into $(1). This happens once and takes about half a minute."
	@$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/python -m pip install $(PIP_FLAGS) -r requirements/installer.txt
	@VIRTUAL_ENV=$(1) $(1)/bin/uv pip install --no-config --quiet --no-deps --require-hashes -r $(2) || $(1)/bin/python -m pip install $(PIP_FLAGS) -r $(2)
	@echo "$(MADE_BY)" > $(1)/.requirements
endef
PIP_FLAGS := --quiet --disable-pip-version-check --no-deps --require-hashes

# The scripts and the editable install of an environment contain its path, so a copied or moved environment would run
# the original's code. Its stamp therefore has the path and the Python version, and a different stamp makes it anew.
MADE_BY := $(CURDIR) $(shell $(PYTHON) --version 2>&1)
ifneq "$(shell cat $(VENV)/.requirements 2>/dev/null)" "$(MADE_BY)"
.PHONY: $(VENV)/.requirements
endif
ifneq "$(shell cat $(SAM_VENV)/.requirements 2>/dev/null)" "$(MADE_BY)"
.PHONY: $(SAM_VENV)/.requirements
endif

ifneq "$(shell cat $(CLIENTS_VENV)/.requirements 2>/dev/null)" "$(MADE_BY)"
.PHONY: $(CLIENTS_VENV)/.requirements
endif

$(VENV)/.requirements: requirements/dev.txt requirements/installer.txt
	$(call install,$(VENV),requirements/dev.txt)

$(VENV)/.project: $(VENV)/.requirements pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run
run: venv ## run the whole system on this machine (arguments: make run ARGS="--port 8080")
	@exec $(BIN)/linkgate local $(ARGS)

.PHONY: dynamodb-local
dynamodb-local: ## run DynamoDB Local on port 8000, for `linkgate local --endpoint-url` (needs Java and npm)
	@exec $(PYTHON) -m tests.support.dynamodb_local

.PHONY: test
test: venv ## run all tests, or some: make test ARGS="-k one_of_forty" or ARGS=tests/model
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

.PHONY: quick
quick: venv ## run the tests that need neither a browser nor Java, but not the longest ones
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not slow" $(ARGS)

.PHONY: mutants
mutants: venv ## leave out each part of the conditions of the store, or change code (OF=tokens.py), and name what no test notices
	$(BIN)/python -m pytest -q $(if $(OF),$(MUTANTS_OF_CODE),-p tests.support.condition_mutants $(or $(ARGS),tests/store/test_rules.py))

# The tests of rules come last, so that their table is ready when mutants are tried.
MUTANTS_OF_CODE = -p tests.support.code_mutants $(OF:%=--mutants-in %) -m "not slow" $(or $(ARGS),tests/model tests/visits tests/delivery tests/history tests/store/test_rules.py)

.PHONY: signatures
signatures: venv ## compare 100,000 random signatures of requests to AWS with botocore's
	SIGNATURES=100000 $(BIN)/python -m pytest -q tests/aws/test_signature.py

.PHONY: races
races: venv ## judge races with many clients and histories, try all pairs of faults, and walk through many lives of links (needs Java)
	LINKGATE_RACES=full $(BIN)/python -m pytest -q --timeout 7200 $(or $(ARGS),tests/store/test_races.py tests/delivery/test_fault_pairs.py tests/visits/test_life_model.py)

.PHONY: chaos
chaos: venv ## load the runner for half an hour, break and kill it at random, and audit every link (ARGS="--minutes 5 --seed 7"; needs Java)
	$(BIN)/python -m tests.chaos $(ARGS)

# Workers pay for many tests; for a few, each would only collect all of them again.
WORKERS = $(if $(findstring -k,$(ARGS))$(findstring tests,$(ARGS)),0,auto)

.PHONY: check
check: format lint types imports template ## run all static checks; each is also a target

.PHONY: format
format: venv ## check that the code is formatted
	$(BIN)/ruff format --check .

.PHONY: lint
lint: venv ## check ruff's rules
	$(BIN)/ruff check .

.PHONY: types
types: venv ## check types with mypy
	$(BIN)/mypy

.PHONY: imports
imports: venv ## check that imports point downwards
	$(BIN)/lint-imports

.PHONY: openapi
openapi: venv ## write the descriptions of the API in docs from the code
	$(BIN)/linkgate openapi > docs/openapi.json
	$(BIN)/linkgate openapi --callers > docs/callers.openapi.json

.PHONY: texts
texts: venv ## write what CLDR says into the texts of each language, and put their keys in order
	$(BIN)/python -m tests.support.cldr

.PHONY: template
template: venv ## check template.yaml
	$(BIN)/cfn-lint template.yaml

# aws-sam-cli pins packages that the others upgrade, so it has its own environment.
ARCHITECTURE ?= arm64
SAM := PATH="$(CURDIR)/$(SAM_VENV)/bin:$$PATH" SAM_CLI_TELEMETRY=0 LAMBDA_ARCHITECTURE=$(ARCHITECTURE) sam

$(SAM_VENV)/.requirements: requirements/sam.txt requirements/installer.txt
	$(call install,$(SAM_VENV),requirements/sam.txt)

# A test makes a client with it. The generator needs another typer than the command line, so it has its own environment.
$(CLIENTS_VENV)/.requirements: requirements/clients.txt requirements/installer.txt
	$(call install,$(CLIENTS_VENV),requirements/clients.txt)

# These checks run before any work.
.PHONY: needs-docker needs-lambda-python needs-valgrind
needs-docker:
	@docker info >/dev/null 2>&1 || { echo "make $(MAKECMDGOALS) needs a Docker engine, and none answers to: docker info" >&2; exit 1; }
needs-lambda-python:
	@$(MAKE) --silent --no-print-directory -C layers/shared lambda-python
needs-valgrind:
	@command -v valgrind >/dev/null || { echo "make $(MAKECMDGOALS) needs valgrind, which was not found." >&2; exit 1; }

.PHONY: build
build: needs-lambda-python $(SAM_VENV)/.requirements ## run sam build into .aws-sam/build (ARCHITECTURE=arm64 or x86_64; needs Python 3.13)
	$(SAM) build --parallel --parameter-overrides Architecture=$(ARCHITECTURE)

# Containers run on this machine's own processor.
HOST_ARCHITECTURE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)

.PHONY: sam-local
sam-local: needs-docker needs-lambda-python ## run every sample event of the API through `sam local invoke` (needs Docker and Python 3.13)
	$(MAKE) build ARCHITECTURE=$(HOST_ARCHITECTURE)
	PYTHONPATH=.:layers/shared $(SAM_VENV)/bin/python -m local.sam_local

.PHONY: bench
bench: needs-valgrind needs-lambda-python venv ## measure the packaged functions and the yardsticks (needs valgrind and Python 3.13)
	PYTHONPATH=.:layers/shared $(BIN)/python -m benchmarks.run

# Each deployment is a release with a name of its own, because what serves changes only with it (template.yaml, Release).
STACK ?= linkgate
DEPLOY = $(SAM) deploy --stack-name $(STACK) --no-fail-on-empty-changeset $(if $(CI),--no-confirm-changeset) \
	--parameter-overrides Architecture=$(ARCHITECTURE) Release=$$release

.PHONY: needs-region
needs-region:
	@[ -n "$$AWS_REGION$$AWS_DEFAULT_REGION" ] || grep -qs '^ *region *=' samconfig.toml "$${AWS_CONFIG_FILE:-$$HOME/.aws/config}" \
		|| { echo "make $(MAKECMDGOALS) needs a region: set AWS_REGION, such as AWS_REGION=eu-west-1 make $(MAKECMDGOALS)" >&2; exit 1; }

.PHONY: deploy
deploy: needs-lambda-python needs-region build ## build and deploy (STACK=linkgate PARAMETERS="MailFrom=links@example.com ..."; see docs/deploy.md)
	@# Protected from deletion, the table of a first deployment that failed would have to be removed by hand.
	@release=$$(date -u +%Y%m%dT%H%M%SZ) && \
	{ $(SAM) list stack-outputs --stack-name $(STACK) >/dev/null 2>&1 || $(DEPLOY) DeletionProtection=false $(PARAMETERS); } && \
	$(DEPLOY) DeletionProtection=true $(PARAMETERS)
	@echo "Next: make venv && .venv/bin/linkgate doctor --stack $(STACK)"

# These are requirements files with hashes, because a lock file would contain download addresses.
PIN = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate
COMPILE = $(PIN) --python-version 3.11

.PHONY: lock
lock: venv ## resolve and pin all dependencies again (ARGS=--upgrade to upgrade them)
	$(COMPILE) $(ARGS) pyproject.toml --output-file layers/shared/requirements.txt
	$(COMPILE) $(ARGS) --group forms --output-file layers/shared/requirements-forms.txt
	$(COMPILE) $(ARGS) --group receipts --output-file layers/shared/requirements-receipts.txt
	$(COMPILE) $(ARGS) --group sign-in --output-file layers/shared/requirements-sign-in.txt
	$(COMPILE) $(ARGS) --constraints layers/shared/requirements.txt --constraints layers/shared/requirements-forms.txt --constraints layers/shared/requirements-receipts.txt --constraints layers/shared/requirements-sign-in.txt pyproject.toml --group dev --output-file requirements/dev.txt
	$(COMPILE) $(ARGS) --constraints requirements/dev.txt --group installer --output-file requirements/installer.txt
	$(COMPILE) $(ARGS) --group sam --output-file requirements/sam.txt
	$(COMPILE) $(ARGS) --group clients --output-file requirements/clients.txt
	$(PIN) $(ARGS) --python-version 3.13 --constraints layers/shared/requirements.txt benchmarks/requirements.in --output-file benchmarks/requirements.txt
