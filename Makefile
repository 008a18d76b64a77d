# Three commands matter: `make run` (the window), `make talk` (hear the starter pack answer in a terminal) and `make test`.
# Each sets everything up first.

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
# An index with CPU-only builds of torch, for Linux without a GPU: make talk TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
export VENV TORCH_INDEX

.PHONY: talk run test journeys pictures tools lint format lock setup clean

talk: setup
	$(BIN)/cslm talk $(ARGS)

# The window; or, with ARGS, a command: make run ARGS="doctor"
run: setup
	$(BIN)/cslm $(ARGS)

test: setup
	$(BIN)/python -m pytest $(ARGS)

# The whole application with a virtual screen, microphone and loudspeaker: a table of what each journey gave.
journeys: setup tools
	$(BIN)/python -m tests.journeys $(ARGS)

# The pictures of the window that the README and reviews look at, in the folder OUT: make pictures OUT=pictures
OUT ?= pictures
pictures: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m app.window.screenshots $(OUT)

tools:
	@bash packaging/setup.sh tools

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Chooses the versions anew and writes requirements.lock.
lock:
	bash packaging/setup.sh lock

setup:
	@bash packaging/setup.sh

clean:
	rm -rf $(VENV) $(VENV).lock build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find app cslm_core trainer tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +
