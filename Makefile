# Every target first sets up what it needs and is missing (.ci/setup.py); a second run finds everything there.
.DEFAULT_GOAL := help
.PHONY: help demo run test check bench soak faults mutants clean setup-demo setup-run setup-test setup-check setup-bench

PYTHON := .venv/bin/python
# The tests start hundreds of programs: none compiles its modules anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

demo: setup-demo ## the kiosk in its simulated world: window and dock; without a display a tour in build/tour
	@$(PYTHON) -m kiosk demo

run: setup-run ## the kiosk alone, with the reader and the central service of kiosk.ini
	@$(PYTHON) -m kiosk run --config kiosk.ini

test: setup-test ## all tests; one of them: make test ARGS="tests/kiosk/ui -k format"
	@$(PYTHON) -m pytest -n 3 --dist loadgroup $(ARGS)

check: setup-check ## style, types, layers, catalogues
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@build/uv/bin/uv lock --check --offline --no-config --quiet --python $(PYTHON) \
	|| { echo "uv.lock is not that of pyproject.toml: build/uv/bin/uv lock --no-config" >&2; exit 1; }
	@$(PYTHON) -m pytest -q tests/kiosk/ui/test_catalogues.py

bench: setup-bench ## how fast, how small, against a bare script, a bare window and Chromium: build/bench.json; ARGS="start touch"
	@$(PYTHON) -m tests.bench $(ARGS)

soak: setup-test ## visits on end with faults mixed in; growth is a failure: build/soak.json; ARGS="--visits 200 --seed 1"
	@$(PYTHON) -m tests.soak $(ARGS)

faults: setup-test ## all that is broken on purpose, as a matrix (build/faults.json), and every long test
	@$(PYTHON) -m pytest -n 3 --dist loadgroup -q -m "fault or long" --faults build/faults.json $(ARGS)

mutants: setup-test ## breaks named rules one at a time; each must make a test fail
	@$(PYTHON) -m tests.mutants

clean: ## removes what was made here; Debian packages stay
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache
	find kiosk drivers tests assets -name __pycache__ -prune -exec rm -rf {} +
	rm -f assets/locale/*/LC_MESSAGES/kiosk.mo

setup-demo setup-run setup-test setup-check setup-bench: setup-%:
	@python3 .ci/setup.py $*
