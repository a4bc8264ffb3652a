# Everything runs in .venv, which is made once and refreshed when pyproject.toml or constraints.txt change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install -q -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test lint test-slow golden bench fit hypotheses example-report mechanisms assurance constraints clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.run ## Compare the reform with the world without it, and policies with the reform
	$(BIN)/ttg compare scenarios/tr_as_implemented.yaml --baseline scenarios/pre_reform.yaml --out results
	$(BIN)/ttg compare scenarios/stop_start_funding.yaml scenarios/minister_promise.yaml \
		--baseline scenarios/tr_as_implemented.yaml --out results
	$(BIN)/ttg compare scenarios/housing_guarantee.yaml --baseline scenarios/tr_as_implemented.yaml --out results

test: lint ## All checks and all quick tests: what CI runs
	$(BIN)/pytest -n auto -m "not slow"

lint: $(VENV)/.dev ## Formatting, style, types and the direction of imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

test-slow: $(VENV)/.dev ## Studies that take minutes
	$(BIN)/pytest -n auto -m slow

golden: ## How to refresh the golden summaries after a meant change
	@echo 'After a change that is meant to move results, and only then (see CONTRIBUTING.md):'
	@echo '  $(BIN)/python -m tests.baseline.refresh --reason "what moved the results, and why that is right"'

bench: $(VENV)/.dev ## Measure speed and memory
	$(BIN)/python benchmarks/run.py

fit: $(VENV)/.run ## Fit both regimes to the calibration targets
	$(BIN)/python experiments/fit_regimes.py

hypotheses: $(VENV)/.run ## Say what testing all hypotheses will cost, then test them; a stopped run carries on
	$(BIN)/ttg hypotheses --out results/hypotheses --dry-run
	$(BIN)/ttg hypotheses --out results/hypotheses

EXAMPLE := fast_clearance steady_funding housing_guarantee whole_cohort_pbr all_barriers_removed

example-report: $(VENV)/.run ## Make docs/example-report: five policies against the reform, 30 runs of each
	rm -rf results/example
	$(BIN)/ttg report $(EXAMPLE:%=scenarios/%.yaml) --baseline scenarios/tr_as_implemented.yaml --replicates 30 --evidence-share \
		--out results/example
	rm -rf docs/example-report
	cp -r results/example/compare-*/report docs/example-report

mechanisms: $(VENV)/.run ## Make docs/mechanisms.md from the list of claims and rules
	$(BIN)/python -m ttg_sim.traceability docs/mechanisms.md

assurance: $(VENV)/.run ## Make the assurance pack in docs/assurance from the model itself
	$(BIN)/python -m ttg_sim.report.pack docs/assurance

constraints: $(VENV)/.made ## Pin the newest versions that fit pyproject.toml in constraints.txt
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip --disable-pip-version-check install -q '.[dev]'
	build/constraints/bin/python -m pip --disable-pip-version-check freeze --exclude ttg-sim > build/frozen.txt
	{ sed -n '/^#/p' constraints.txt; sed -n '/^[A-Za-z0-9._-]*==[^ ]*$$/p' build/frozen.txt; } > build/constraints.txt
	mv build/constraints.txt constraints.txt
	rm -rf build/constraints build/frozen.txt

clean: ## Remove .venv and caches; results/ stay
	rm -rf $(VENV) build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo 'ttg-sim needs Python 3.11 or newer: name one with make PYTHON=...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/.made
	$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.made
	$(INSTALL) -e '.[dev]'
	@touch $(VENV)/.run $@
