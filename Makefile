# make build: a fresh clone to finished marts. make test: everything checked.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
BIN := .venv/bin
SAMPLE := warehouse/sample
export DBT_DUCKDB_PATH ?= warehouse/dev.duckdb
export DBT_PROFILES_DIR := $(CURDIR)
export DO_NOT_TRACK := 1

.PHONY: help environment environment-dev environment-postgres environment-benchmark \
	environment-spark environment-spark-cluster environment-iceberg environment-clouds \
	postgres-server postgres-driver java sample build lint clouds test lock clean

help:
	@echo "make build   environment, sample data, load, dbt build into $(DBT_DUCKDB_PATH)"
	@echo "make test    linters and every test"
	@echo "make lint    sqlfluff, ruff and mypy alone"
	@echo "make clouds  compile for Snowflake and BigQuery offline, and read what comes out"
	@echo "make environment-postgres   adds what the target postgres needs"
	@echo "make environment-benchmark  adds what scripts/benchmark.py compares with"
	@echo "make environment-spark   adds what the target spark needs"
	@echo "make environment-spark-cluster   .venv-cluster, for scripts/spark_cluster.py"
	@echo "make environment-iceberg   adds what its option --iceberg needs"
	@echo "make lock    resolve the pinned dependencies anew"
	@echo "make clean   remove what was built (the environment stays)"

# One environment; each list of pins is installed, and compiled to bytecode, once.
.venv/.base: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile \
		--require-hashes --requirement requirements.lock
	$(BIN)/python -m compileall -q -j 0 .venv/lib || true
	touch $@

.venv/.dev: requirements-dev.lock .venv/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile \
		--require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m compileall -q -j 0 .venv/lib || true
	touch $@

.venv/.postgres: requirements-postgres.lock .venv/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-postgres.lock
	touch $@

.venv/.benchmark: requirements-benchmark.lock .venv/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-benchmark.lock
	touch $@

# Apart, because the adapters want other versions; what is left out of the lock is not
# missed by a compiler, so its gaps are not looked at either.
.venv-clouds/.installed: requirements-clouds.lock
	test -x .venv-clouds/bin/python || $(PYTHON) -m venv .venv-clouds
	.venv-clouds/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-compile --no-deps --require-hashes --requirement requirements-clouds.lock
	.venv-clouds/bin/python -m compileall -q -j 0 .venv-clouds/lib || true
	touch $@

.venv/.spark: requirements-spark.lock .venv/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-spark.lock
	touch $@

# The cluster's PySpark is another one than that of the session: no room for both.
.venv-cluster/.installed: requirements-spark-cluster.lock
	test -x .venv-cluster/bin/python || $(PYTHON) -m venv .venv-cluster
	.venv-cluster/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-spark-cluster.lock
	touch $@

.venv-cluster/.iceberg: requirements-iceberg.lock .venv-cluster/.installed
	.venv-cluster/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-iceberg.lock
	touch $@

environment: .venv/.base
environment-dev: .venv/.dev
environment-postgres: .venv/.postgres
environment-benchmark: .venv/.benchmark
environment-clouds: .venv-clouds/.installed
environment-spark: .venv/.spark
environment-spark-cluster: .venv-cluster/.installed
environment-iceberg: .venv-cluster/.iceberg postgres-driver

# Tests start a server of their own; Debian's package has one.
postgres-server:
	compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null \
		|| command -v postgres > /dev/null \
		|| (apt-get update -qq && apt-get install -qq --yes postgresql)

# The catalog of Iceberg is kept in Postgres.
postgres-driver:
	test -e /usr/share/java/postgresql.jar \
		|| (apt-get update -qq && apt-get install -qq --yes libpostgresql-jdbc-java)

# Spark runs on it.
java:
	command -v java > /dev/null \
		|| (apt-get update -qq && apt-get install -qq --yes openjdk-17-jre-headless)

$(SAMPLE)/.complete: .venv/.base scripts/generate_sample.py $(wildcard scripts/sample/*.py)
	rm -rf $(SAMPLE)
	$(BIN)/python scripts/generate_sample.py $(SAMPLE) --customers 5000 --months 36 --seed 1
	touch $@

sample: $(SAMPLE)/.complete

# Unit tests say nothing about data; `make test` and a plain `dbt build` run them too.
build: sample
	$(BIN)/python scripts/load_raw.py $(SAMPLE)
	$(BIN)/dbt build --exclude-resource-type unit_test

# The templater opens a database, though it asks it nothing: one of its own.
lint: .venv/.dev
	mkdir -p warehouse
	$(BIN)/ruff check scripts tests
	$(BIN)/ruff format --check scripts tests
	$(BIN)/mypy
	DBT_DUCKDB_PATH=warehouse/lint.duckdb $(BIN)/sqlfluff lint models tests

clouds: .venv/.dev environment-clouds
	$(BIN)/python scripts/check_clouds.py

# These take as long as all others together, and run beside them: dbt keeps one of two
# cores busy. Their output follows when both are done.
BESIDE := $(patsubst %,tests/python/test_%.py,adapter_macros benchmarks clouds data_folders \
	data_quality in_place incremental inputs peer_defects postgres_incremental \
	postgres_loading postgres_marts postgres_refresh spark_cluster spark_loading \
	spark_marts spark_refresh surveys trials)
PYTEST = $(BIN)/python -m pytest $(PYTEST_OPTIONS)

test: lint postgres-server java environment-clouds
	@mkdir -p logs
	@$(PYTEST) $(BESIDE) > logs/pytest_beside.log 2>&1 & beside=$$!; \
	trap "kill $$beside" INT TERM; \
	$(PYTEST) $(addprefix --ignore=,$(BESIDE)); first=$$?; \
	wait $$beside; second=$$?; \
	cat logs/pytest_beside.log; \
	[ $$first -eq 0 ] && [ $$second -eq 0 ]

# Everything is resolved together first, so that extras never pull versions apart.
PINS := uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header \
	--no-strip-extras --no-annotate

# A connection needs these, a compiler does not: 400 MB.
UNUSED_BY_COMPILERS := boto3 botocore db-dtypes google-cloud-aiplatform google-genai \
	jupyter-core keyring nbformat numpy pandas pandas-gbq pip pyarrow s3transfer \
	secretstorage setuptools traitlets

lock:
	$(PINS) requirements.in requirements-postgres.in requirements-benchmark.in \
		requirements-spark.in requirements-dev.in -o requirements-dev.lock
	$(PINS) requirements.in -c requirements-dev.lock -o requirements.lock
	$(PINS) requirements.in requirements-postgres.in -c requirements-dev.lock \
		-o requirements-postgres.lock
	$(PINS) requirements.in requirements-benchmark.in -c requirements-dev.lock \
		-o requirements-benchmark.lock
	$(PINS) requirements-clouds.in $(addprefix --no-emit-package ,$(UNUSED_BY_COMPILERS)) \
		-o requirements-clouds.lock
	$(PINS) requirements.in requirements-spark.in -c requirements-dev.lock \
		-o requirements-spark.lock
	$(PINS) requirements-spark-cluster.in -o requirements-spark-cluster.lock
	$(PINS) requirements-iceberg.in -o requirements-iceberg.lock

clean:
	rm -rf target logs warehouse dbt_packages .pytest_cache .mypy_cache .ruff_cache
