# What a person calls: `make run` to see it, `make test` before a change goes out. `make help` lists the rest.
#
# Everything a target needs is made when it is missing and left alone when it is current, so that the second
# call is quick. Settings: HOST, PORT for run; ARGS, WORKERS for the tests; PYTHON for the machine's Python.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 5000
WORKERS ?= 4
ARGS ?=

bin := .venv/bin
packages := app.py core accounts region dialog workshops concept pages
sentences := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
pytest := $(bin)/python -m pytest --numprocesses=$(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help install run test test-postgres check bench bench-live bench-matching screenshots example meaning messages lock clean
.PHONY: environment test-environment test-needs frontend
.DELETE_ON_ERROR:

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Who serves may not be allowed to write beside the program, or may have told Python not to.
install: environment frontend $(sentences) ## Set up what serving needs; for a server, see docs/operate.md
	@$(bin)/python -m compileall -q $(packages) migrations

run: install ## Set up what is missing, load the demo and serve it (PORT=, HOST=)
	@DEMO=1 exec $(bin)/vielstimmig run-demo --host "$(HOST)" --port "$(PORT)"

# Whatever the caller told Python: hundreds of processes begin in the tests, and each would compile it all again.
test test-postgres: export PYTHONDONTWRITEBYTECODE :=

test: test-needs test-environment frontend $(sentences) ## Run all tests, with Chromium (ARGS="-k dots")
	$(pytest) $(ARGS)

# What knows no database is the same on both, and so are the tools and the rules of the house.
test-postgres: test-environment frontend $(sentences) ## Run all but the browser tests on a private PostgreSQL
	$(bin)/python -m tools.postgres $(pytest) -m "not browser and not without_database" \
		--ignore=tests/tools --ignore=tests/architecture $(ARGS)

check: test-environment ## Look at code, types, imports, templates, static files and texts
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports --no-logo
	$(bin)/djlint templates --lint --quiet
	$(bin)/python -m tools.check_templates
	$(bin)/python -m tools.check_static
	$(bin)/python -m tools.check_text
	$(bin)/python -m tools.messages --check de

bench: test-environment frontend $(sentences) ## Measure the ratios of docs/performance.md and write them there
	$(bin)/python -m tools.bench $(ARGS)

# The servers of others are no part of the program: ARGS="--peers DIR" says where they are (tools/bench_live).
bench-live: test-environment frontend $(sentences) ## Measure live pages beside other servers (ARGS="--watchers 60")
	$(bin)/python -m tools.bench_live $(ARGS)

bench-matching: test-environment ## Measure the proposals of offers for needs, and write docs/performance.md
	$(bin)/python -m tools.bench_matching $(ARGS)

screenshots: test-needs test-environment frontend $(sentences) ## Take the pictures in docs/screenshots anew
	$(bin)/python -m tools.screenshots $(ARGS)

example: install ## Write the demonstration's concept into docs/example anew
	$(bin)/python -m tools.example

meaning: environment ## Install the encoder for MEANING=1 (docs/matching.md)
	@$(PYTHON) -m tools.environment run meaning

messages: test-environment ## Bring the catalogues in translations/ up to date (ARGS="--new tr")
	$(bin)/python -m tools.messages $(ARGS)

lock: environment ## Pin requirements/*.in anew (ARGS=--upgrade)
	$(bin)/python -m tools.lock $(ARGS)

clean: ## Remove what can be made again; the data in var/ stays
	rm -rf .venv static/vendor node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis test-results
	find $(filter-out app.py,$(packages)) tests tools migrations -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	rm -f $(sentences)

# ------------------------------------------------------------------------------------------------ what is made

# Both look at the content of the locks, and at whether the checkout was moved; current, they take 0.05 s.
environment:
	@$(PYTHON) -m tools.environment run

test-environment:
	@$(PYTHON) -m tools.environment run test

test-needs:
	@$(PYTHON) -m tools.system chromium postgres nginx

# The build looks at its inputs itself and is done at once when nothing changed.
frontend: environment
	@$(bin)/python tools/frontend/build.py

%.mo: %.po | environment
	@$(bin)/python -m tools.messages --compile $<
