# Footnote's commands; `make help` lists them. Needs make and Python 3.11 or newer, nothing else.

.DEFAULT_GOAL := help
.PHONY: help ask test check format runtime dev lock wheel clean

# Another Python: make ask PYTHON=python3.12
export PYTHON

# The question reaches the program through the environment, so that quotes, apostrophes, dollar
# signs and backticks in it stay what they are; $(value) keeps make from reading it.
q ?= Why does China buy Ukrainian corn?
unexport q
export FOOTNOTE_MAKE_QUESTION := $(value q)

BIN := .venv/bin
DATA := .footnote
PYTEST_FLAGS ?=

help: ## list the commands
	@grep -E '^[a-z]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

# A refused article (exit 1) is named by `add`; the question is asked of the others all the same.
ask: runtime ## answer a question from articles/: make ask q="Why does China buy Ukrainian corn?"
	@$(BIN)/footnote add --data-dir $(DATA) articles > /dev/null || test $$? -eq 1
	@$(BIN)/footnote ask --data-dir $(DATA) -- "$$FOOTNOTE_MAKE_QUESTION"

test: dev ## run the whole test suite
	@$(BIN)/python -m pytest $(PYTEST_FLAGS)

check: dev ## style, types and the borders between the parts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

format: dev ## put the code into the project's style
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

runtime:
	@python=$$(tools/python.sh) && "$$python" tools/setup.py runtime

dev:
	@python=$$(tools/python.sh) && "$$python" tools/setup.py dev

lock: dev ## write requirements/ from pyproject.toml (upgrade=1 moves every pin to the newest)
	@$(BIN)/python tools/lock.py $(if $(upgrade),--upgrade)

wheel: dev ## build the package into dist/
	@$(BIN)/hatchling build --target wheel

clean: ## remove everything that the commands above made
	rm -rf .venv $(DATA) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
