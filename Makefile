# `make demo` and `make test` do everything on a fresh machine; both set up .venv first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test test-browser soak lint setup docs clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[all]' --group dev
	touch $@

demo: setup
	sh scripts/demo.sh $(BIN)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n 2 -m 'not browser and not soak' tests
	@if [ -f ../shared/contract_check.py ]; then $(BIN)/python ../shared/contract_check.py $(BIN)/loomroute; fi

test-browser: setup
	$(BIN)/pytest -m browser tests

soak: setup
	$(BIN)/pytest -m soak tests

docs: setup
	$(BIN)/python -m typer flows.cli.app utils docs --name loomroute --output docs/cli.md

clean:
	rm -rf $(VENV) .demo build dist
