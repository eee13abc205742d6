# The commands of this project. `make run` and `make test` need nothing but CPython 3.10 and what this repository holds.
PYTHON ?= python3.10
CONFIG ?= config.yml
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MODEL := models/defensoria.tar.gz
MODEL_SOURCES := $(CONFIG) domain.yml $(shell find data defensoria/language -name '*.yml' -o -name '*.py' -o -name '*.csv')

export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONWARNINGS := ignore
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test faults shell train lint eval flow audit bench bench-desk bench-scale replay pictures lock browser clean

run: $(STAMP) $(MODEL)
	@exec $(BIN)/python -m defensoria run

shell: $(STAMP) $(MODEL)
	@exec $(BIN)/python -m defensoria shell

train: $(STAMP)
	$(BIN)/rasa train --config $(CONFIG) --fixed-model-name defensoria

test: $(STAMP) $(MODEL) lint
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

# Breaks the running system in every way it must survive. Minutes; the small disk of one test needs root.
faults: $(STAMP) $(MODEL)
	$(BIN)/python -m pytest -m faults tests/faults

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m defensoria.review check

# What designers and defenders review: the quality report, and the flow of the triage as a diagram.
eval: $(STAMP) $(MODEL)
	$(BIN)/python -m defensoria.review.evaluation

flow: $(STAMP)
	$(BIN)/python -m defensoria.review flow

# Known flaws of the exact packages, from the public databases: needs the internet. What weighs is in docs/seguranca.md.
audit: $(STAMP)
	$(BIN)/uv tool run pip-audit --requirement requirements.lock --require-hashes --disable-pip

# What a message costs, beside plain Rasa on the same dialogue. About a minute: make bench BENCH=--short
bench: $(STAMP) $(MODEL)
	$(BIN)/python -m bench.speed $(BENCH)

# What a page costs with two hundred attendants at the desk. Longer: make bench-desk BENCH="--seconds 300"
bench-desk: $(STAMP)
	$(BIN)/python -m bench.attendants $(BENCH)

# One worker and two on PostgreSQL and Redis, and one killed under load. Needs Debian's postgresql, redis-server, nginx.
bench-scale: $(STAMP) $(MODEL)
	$(BIN)/python -m bench.scale $(BENCH)

# The afternoon of 12 September 2022 in ten minutes, against the whole system.
# A small one: make replay REPLAY="--conversations 300 --messages 477 --minutes 1"
replay: $(STAMP) $(MODEL)
	$(BIN)/python -m bench.replay $(REPLAY)

# The pictures of README and guides, taken anew by the test that goes from the phone to the desk and back.
pictures: $(STAMP) $(MODEL)
	SCREENSHOTS=docs/imagens $(BIN)/python -m pytest tests/system/test_pages.py

# Debian's browser and servers, for the tests of the pages, of the store and of deploy/. Without them those are skipped.
browser:
	command -v chromium >/dev/null && command -v redis-server >/dev/null && ls /usr/lib/postgresql/*/bin/initdb /usr/sbin/nginx >/dev/null 2>&1 || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium postgresql redis-server nginx-light; }

# The exact packages, with hashes, from what pyproject.toml asks for.
lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-header --no-annotate \
	  --python-version 3.10 --output-file requirements.lock

clean:
	rm -rf $(VENV) var .rasa models/*.tar.gz

$(STAMP): requirements.lock requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null || \
	  { echo "CPython 3.10 is needed and '$(PYTHON)' is not it. Install it (pyenv install 3.10.13) or say where it is: make PYTHON=/path/to/python3.10"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --requirement requirements-uv.lock
	@# uv takes seconds where pip takes minutes; pip is there for who reaches packages only as pip is configured to.
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.lock || \
	  $(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	@# `rasa test` reads test conversations from every folder below this one: Rasa's sample bot has some of its own.
	rm -f $(VENV)/lib/python3.10/site-packages/rasa/cli/initial_project/tests/test_stories.yml
	@touch $@

$(MODEL): $(STAMP) $(MODEL_SOURCES)
	$(BIN)/rasa train --config $(CONFIG) --fixed-model-name defensoria
	@touch $@
