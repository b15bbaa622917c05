# Deskhand's commands. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run test check lock widget clean stock-rasa benchmark

PYTHON_OF_PROJECT := .venv/bin/python

help:
	@echo "make run      start everything (the first time it installs and trains: some minutes); Ctrl-C stops it"
	@echo "make test     all tests"
	@echo "make check    the fast ones: lint, types, who imports whom, contracts"
	@echo "make lock     write the lock files anew from requirements/*.in"
	@echo "make widget   build the chat for websites anew from web/ (needs Node)"
	@echo "make stock-rasa             install stock Rasa with TensorFlow beside, to compare with (3 GB)"
	@echo "make benchmark DATA=folder  measure both, for hours: benchmarks/README.md"
	@echo "make clean    delete what was made: environment, models, reports (not var/, which holds your data)"
	@echo
	@echo "Settings are environment variables: DESKHAND_PORT=8005 make run. All of them: docs/settings.md."

run:
	@tools/environment
	@exec .venv/bin/deskhand up

test:
	@tools/environment --dev
	@exec $(PYTHON_OF_PROJECT) tools/test.py

check:
	@tools/environment --dev
	@exec $(PYTHON_OF_PROJECT) tools/test.py --fast

lock:
	@tools/environment --dev
	@exec $(PYTHON_OF_PROJECT) tools/lock.py

widget:
	@cd web && npm ci && npm run build

stock-rasa:
	@tools/environment
	@exec $(PYTHON_OF_PROJECT) -m benchmarks.stock_rasa.build

benchmark:
	@tools/environment
	@$(PYTHON_OF_PROJECT) -m benchmarks.understanding --data "$(DATA)" $(OPTIONS)
	@$(if $(OPTIONS),,$(PYTHON_OF_PROJECT) -m benchmarks.policy)

clean:
	rm -rf .venv benchmarks/stock_rasa/.venv results .rasa .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	rm -f models/*.tar.gz models/trained-from.json
	find actions benchmarks deskhand tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
