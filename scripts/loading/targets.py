"""The warehouses that a load can write into, by the name of their dbt target."""

from loading.duckdb_warehouse import DuckDbWarehouse
from loading.errors import UsageError
from loading.profile import profile_target
from loading.settings import spark_warehouse_path, warehouse_path
from loading.spark_warehouse import SparkWarehouse
from loading.warehouse import Warehouse

# A cluster reads the files that a session would.
SPARK_TARGETS = ("spark", "spark_cluster")
TARGETS = ("duckdb", "postgres", *SPARK_TARGETS)


def open_warehouse(target: str, *, raw_schema: str, memory_limit: str) -> Warehouse:
    """Return the warehouse of a target, to be opened by `with`.

    Args:
        target: One of TARGETS.
        raw_schema: Name of the schema of the raw tables.
        memory_limit: What DuckDB may use before it spills to disk.

    Raises:
        UsageError: The target is not known, not configured, or not installed.

    """
    if target == "duckdb":
        return DuckDbWarehouse(
            warehouse_path(), raw_schema=raw_schema, memory_limit=memory_limit
        )
    if target in SPARK_TARGETS:
        return SparkWarehouse(
            spark_warehouse_path(), raw_schema=raw_schema, memory_limit=memory_limit
        )
    if target != "postgres":
        raise UsageError(
            f"--target {target}: not known, the loader writes to {', '.join(TARGETS)}"
        )
    # The base install has no client for a server.
    try:
        from loading.postgres_warehouse import PostgresWarehouse  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "--target postgres: its client is not installed, see requirements-postgres"
        ) from error
    return PostgresWarehouse(
        profile_target(target), raw_schema=raw_schema, memory_limit=memory_limit
    )
