# Each target sets up what it needs: .venv and, by stamps in it, the packages of constraints.txt.
#
#   make study                      the whole three-stage study on drawn faces, in minutes
#   make study DATA=fer2013.csv     the reference study on your copy of FER2013, in hours
#   make test                       all tests
#   make test-core                  the recogniser's tests where PyTorch is not installed
#   make check                      style, types, layers
#   make fix                        mends the style
#   make bench                      the benchmarks
#   make docs                       docs/cli.md and docs/recipe.md again, from what they tell of, and the site into build/site

PYTHON ?= python3
DATA ?= drawn
RECIPE ?= $(if $(filter drawn,$(DATA)),quick,reference)
OUT ?= $(if $(filter drawn,$(DATA)),study,study-reference)

BIN := .venv/bin
FOR_STUDY := .venv/.for-study
FOR_DEV := .venv/.for-dev
CORE := .venv/core
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: study test test-core check fix bench docs

study: $(FOR_STUDY)
	$(BIN)/mimika study run $(RECIPE) --data "$(patsubst ~/%,$(HOME)/%,$(DATA))" --out "$(patsubst ~/%,$(HOME)/%,$(OUT))"

test: $(FOR_DEV)
	$(BIN)/python -m pytest -q -n 2

# What the core install and the makers of small test networks and pictures give is all that recognising may use.
test-core: $(CORE)/.ready
	! $(CORE)/bin/python -c 'import torch' 2>/dev/null
	$(CORE)/bin/python -m pytest -q tests/predict tests/cli/test_predict.py tests/cli/test_video.py src/mimika/predict
	$(CORE)/bin/mimika doctor

check: $(FOR_DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(FOR_DEV)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(FOR_DEV)
	for question in $(filter-out benchmarks/fine.py benchmarks/importing.py benchmarks/lessons.py,$(wildcard benchmarks/*.py)); do \
		$(BIN)/python $$question || exit 1; done

# The variable keeps the theme from announcing its successor at every build. --quiet would keep --strict from seeing warnings.
docs: $(FOR_DEV)
	$(BIN)/python docs/cli.py
	$(BIN)/python docs/recipe.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo 'The site: build/site/index.html'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'mimika needs Python 3.11 or later; name one: make PYTHON=/path/to/python3.11 …' >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

$(FOR_STUDY): pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing PyTorch and what else a study needs into .venv: a few minutes, once.'
	$(INSTALL) '.[train,wandb]'
	@touch $@

$(CORE)/.ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing the core without PyTorch into $(CORE).'
	$(BIN)/python -m venv $(CORE) || { rm -rf $(CORE); exit 1; }
	$(CORE)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--editable . pytest pytest-timeout hypothesis onnx scikit-image
	@touch $@

# What development needs includes what a study needs.
$(FOR_DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing everything that development needs into .venv: a few minutes, once.'
	$(INSTALL) '.[dev]'
	@touch $(FOR_STUDY) $@
