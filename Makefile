# Two commands do everything: `make demo` and `make test`. Both install into .venv first.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: install demo test lint format types contracts schema validate bench clean

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(INSTALLED)
	$(BIN)/turncoat demo --out runs/demo

test: lint types contracts
	$(BIN)/python -m pytest -n 2

lint: $(INSTALLED)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks

types: $(INSTALLED)
	$(BIN)/mypy

contracts: $(INSTALLED)
	$(BIN)/lint-imports

format: $(INSTALLED)
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

schema: $(INSTALLED)
	$(BIN)/turncoat scenario schema > src/turncoat/catalog/schema/scenario.schema.json.part
	mv src/turncoat/catalog/schema/scenario.schema.json.part src/turncoat/catalog/schema/scenario.schema.json

validate: $(INSTALLED)
	$(BIN)/python benchmarks/validate.py
	$(BIN)/python benchmarks/validate_correction.py
	$(BIN)/python benchmarks/validate_tests.py
	$(BIN)/python benchmarks/awareness.py
	$(BIN)/python benchmarks/recover.py

bench: $(INSTALLED)
	$(BIN)/python benchmarks/render.py
	$(BIN)/python benchmarks/bench.py

clean:
	rm -rf .venv runs .mypy_cache .ruff_cache .pytest_cache .hypothesis
