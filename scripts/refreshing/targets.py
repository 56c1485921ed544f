"""Where each target of profiles.yml is published."""

import importlib.util
import os
import re
import shutil
from pathlib import Path

from loading.profile import profile_target
from loading.settings import read_settings, spark_warehouse_path

from refreshing.dbt_session import PROJECT
from refreshing.errors import UsageError
from refreshing.file_place import FilePlace
from refreshing.folder import PublishFolder
from refreshing.place import CANDIDATE, Place

TARGETS = ("duckdb", "postgres", "spark")
# Below the publish folder: what a refresh keeps on this machine whose versions are
# schemas elsewhere.
PRIVATE_FOLDERS = {"postgres": ".postgres", "spark": ".spark"}
# With the name of a version, a longer one would not fit into the name of a schema.
LONGEST_PREFIX = 20


def check_target(target: str, vars_text: str, *, full_refresh: bool) -> None:
    """Refuse a target that is not known, and what makes no sense for one.

    Args:
        target: What `--target` says.
        vars_text: Vars that differ from their defaults, as YAML.
        full_refresh: Everything is to be built anew.

    Raises:
        UsageError: One sentence on what to change.

    """
    if target not in TARGETS:
        raise UsageError(
            f"--target {target}: not known, refresh.py publishes {', '.join(TARGETS)}"
        )
    prefix = read_settings(vars_text).schema_prefix
    if target == "duckdb" and prefix:
        raise UsageError("schema_prefix: a published file has no need of it; leave it")
    if target == "spark":
        _check_spark(full_refresh=full_refresh)
    # Its schemas could be taken for those of another one.
    if prefix.endswith(CANDIDATE):
        raise UsageError(f"schema_prefix: the end {CANDIDATE} is for candidates")
    if len(prefix) > LONGEST_PREFIX:
        raise UsageError(
            f"schema_prefix: {LONGEST_PREFIX} letters at most, for refresh"
        )


def place_of(target: str, folder: Path, vars_text: str, memory_limit: str) -> Place:
    """Return where the versions of a target are.

    Args:
        target: One that `check_target` knows.
        folder: What `--publish-to` names, an absolute path.
        vars_text: Vars that differ from their defaults, as YAML.
        memory_limit: What DuckDB may use before it spills to disk.

    Raises:
        UsageError: What the target needs is not installed or not configured.

    """
    if target == "duckdb":
        return FilePlace(PublishFolder(folder), memory_limit)
    prefix = read_settings(vars_text).schema_prefix
    if target == "spark":
        return _spark_place(folder, prefix, vars_text, memory_limit)
    # The base install has no client for a server.
    try:
        from refreshing.server.place import ServerPlace  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "--target postgres: its client is not installed, see requirements-postgres"
        ) from error
    profile = profile_target(target, PROJECT)
    private = _private_folder(folder, target, f"{prefix}{profile['dbname']}")
    return ServerPlace(profile, prefix, private, memory_limit)


def _spark_place(folder: Path, prefix: str, vars_text: str, memory_limit: str) -> Place:
    from refreshing.spark.place import SparkPlace  # noqa: PLC0415 - other targets do not

    warehouse = spark_warehouse_path().absolute()
    private = _private_folder(folder, "spark", f"{prefix}{warehouse.name}")
    return SparkPlace(warehouse, prefix, private, memory_limit, vars_text)


def _check_spark(*, full_refresh: bool) -> None:
    if full_refresh:
        raise UsageError("--full-refresh: on Spark every build is whole; leave it")
    file_format = os.environ.get("DBT_SPARK_FILE_FORMAT") or "parquet"
    if file_format != "parquet":
        raise UsageError(
            f"DBT_SPARK_FILE_FORMAT is {file_format}: refresh.py publishes Parquet only"
        )
    if importlib.util.find_spec("pyspark") is None:
        raise UsageError(
            "--target spark: PySpark is not installed, see requirements-spark"
        )
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise UsageError("--target spark: Spark needs Java 17, which is not installed")


def _private_folder(folder: Path, target: str, name: str) -> Path:
    return folder / PRIVATE_FOLDERS[target] / re.sub(r"\W", "_", name)
