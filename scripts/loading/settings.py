"""What the loader takes from the project: the reporting currency and the file."""

import os
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from loading.errors import UsageError

DEFAULT_WAREHOUSE = "warehouse/dev.duckdb"
DEFAULT_CURRENCY = "USD"
PROJECT_FILE = Path(__file__).resolve().parents[2] / "dbt_project.yml"


def warehouse_path() -> Path:
    """Return the DuckDB file that DBT_DUCKDB_PATH names, else the default."""
    return Path(os.environ.get("DBT_DUCKDB_PATH") or DEFAULT_WAREHOUSE)


def reporting_currency(project_file: Path = PROJECT_FILE) -> str:
    """Return the var `reporting_currency` of the dbt project, USD without one.

    Raises:
        UsageError: The project file is there but cannot be read.

    """
    if not project_file.is_file():
        return DEFAULT_CURRENCY
    try:
        project = yaml.safe_load(project_file.read_text(encoding="utf-8")) or {}
        currency = (project.get("vars") or {}).get("reporting_currency")
    except (OSError, AttributeError, yaml.YAMLError) as error:
        raise UsageError(f"{project_file.name}: cannot be read as YAML") from error
    return str(currency or DEFAULT_CURRENCY)
