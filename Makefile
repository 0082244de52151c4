# Every target in one line; `make` alone lists them. PORT, DATA_DIR, DATABASE_URL … are read from the environment.
PYTHON ?= python3
VENV := .venv/bin
COMPILE = $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help run setup worker test check bench requirements messages

help:      ## list the targets
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run:       ## set up and start everything on http://127.0.0.1:8000 (PORT=… another port, DEMO=0 an empty database)
	@$(PYTHON) config/setup.py port
	@$(VENV)/python -m config.run

setup:     ## the environment only: packages, browser libraries, translations
	@$(PYTHON) config/setup.py

worker:    ## a further Celery worker (DATABASE_URL and CELERY_BROKER_URL name what it works for)
	@$(PYTHON) config/setup.py
	@$(VENV)/python -m config.worker

test:      ## the whole test suite (ARGS=… for pytest, such as ARGS="tests/config -x")
	@$(PYTHON) config/setup.py dev
	$(VENV)/python -m pytest -n auto --dist loadfile $(ARGS)

check:     ## ruff, format, types, imports, migrations, deployment, translations, known vulnerabilities
	@$(PYTHON) config/setup.py dev
	@$(VENV)/python -m config.checks

bench:     ## the ratios of quality.md, measured in one run
	@$(PYTHON) config/setup.py dev
	$(VENV)/python -m tests.bench

messages:  ## gather texts to translate into locale/ (MERGE="a.json b.json" fills translations in)
	@$(PYTHON) config/setup.py dev
	$(VENV)/python -m config.messages update
	$(if $(MERGE),$(VENV)/python -m config.messages merge $(MERGE))

requirements: ## pin the dependencies of pyproject.toml anew, with hashes (UPGRADE=--upgrade takes newer ones)
	@$(PYTHON) config/setup.py dev
	$(COMPILE) --output-file requirements/base.txt pyproject.toml
	$(COMPILE) --output-file requirements/dev.txt --extra dev pyproject.toml
	$(COMPILE) --extra node pyproject.toml | awk '/^[^ ]/ { kept = /^nodejs/ } kept' > requirements/node.txt
