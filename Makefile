# Every command that an operator or a contributor needs. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
export PYTHONPATH := .
export HF_HUB_OFFLINE ?= 1

.DEFAULT_GOAL := help
.PHONY: help install run test check format bench screenshots clean

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.tools: tests/requirements.txt $(VENV)/.app
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

$(VENV)/.peers: tests/bench/requirements.txt $(VENV)/.tools
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/bench/requirements.txt
	@touch $@

install: $(VENV)/.app ## create the environment

run: $(VENV)/.app ## build the demo catalogue once and open the studio (PORT=8501)
	$(BIN)/python -m core catalogue demo --if-missing
	$(BIN)/python -m streamlit run ui/asgi.py --server.port $(PORT)

test: $(VENV)/.tools ## set up and run every test, browser tests included
	$(BIN)/python -m pytest -n auto --dist loadfile -q

check: $(VENV)/.tools ## format, lint, types, architecture, and whether every test can be imported
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py
	$(BIN)/python -m pytest -q --collect-only -qq

format: $(VENV)/.tools ## write the format and the mends that ruff knows
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.peers ## measure quality and speed (BENCH="search themes recall" picks)
	$(BIN)/python -m tests.bench $(BENCH)

screenshots: $(VENV)/.tools ## make assets/screenshots from the studio at SHELFCRAFT_STUDIO_URL
	$(BIN)/python -m tests.e2e.make_screenshots

clean: ## remove the environment, the built catalogues and every cache
	rm -rf $(VENV) .shelfcraft .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
