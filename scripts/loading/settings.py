"""What the loader takes from the project: vars, and the name of the file."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from loading.contract import nearest
from loading.errors import UsageError

DEFAULT_WAREHOUSE = "warehouse/dev.duckdb"
DEFAULT_SPARK_WAREHOUSE = "warehouse/spark"
PROJECT_FILE = Path(__file__).resolve().parents[2] / "dbt_project.yml"
# The vars that the loader reads: default, pattern, and the pattern in words, as in
# macros/settings/setting_rules.sql.
RULES = {
    "reporting_currency": ("USD", r"[A-Z]{3}", "three capital letters, such as USD"),
    "schema_prefix": ("", r"[a-z0-9_]*", "small letters, digits and underscores"),
}


@dataclass(frozen=True)
class Settings:
    """The vars of the project that loading depends on."""

    reporting_currency: str
    schema_prefix: str

    @property
    def raw_schema(self) -> str:
        """Name of the schema of the raw tables."""
        return f"{self.schema_prefix}raw"


def spark_warehouse_path() -> Path:
    """Return Spark's warehouse, which DBT_SPARK_WAREHOUSE names, else the default."""
    return Path(os.environ.get("DBT_SPARK_WAREHOUSE") or DEFAULT_SPARK_WAREHOUSE)


def warehouse_path() -> Path:
    """Return the DuckDB file that DBT_DUCKDB_PATH names, else the default."""
    return Path(os.environ.get("DBT_DUCKDB_PATH") or DEFAULT_WAREHOUSE)


def read_settings(
    given: str = "", *, currency: str | None = None, project_file: Path = PROJECT_FILE
) -> Settings:
    """Return the vars of the dbt project, or those that are given instead.

    Args:
        given: YAML mapping, as for `dbt build --vars`; vars that loading does not
            depend on are allowed in it.
        currency: The reporting currency, if it is given by itself.
        project_file: The project's `dbt_project.yml`, which may be missing.

    Raises:
        UsageError: One of the two is no YAML mapping, a var does not exist or its
            value is not allowed.

    """
    project = _mapping(_project_vars(project_file), f"{project_file.name}: vars")
    chosen = _mapping(_parsed(given, "--vars"), "--vars")
    known = tuple({**RULES, **project})
    for name in chosen:
        if name not in known:
            raise UsageError(
                f"--vars: no var is called {name!r}; the nearest known one is "
                f"{nearest(str(name), known)!r}"
            )
    values = {**project, **chosen}
    if currency is not None:
        values["reporting_currency"] = currency
    return Settings(**{name: _value(name, values) for name in RULES})


def _project_vars(project_file: Path) -> object:
    if not project_file.is_file():
        return None
    try:
        text = project_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{project_file.name}: cannot be read as YAML") from error
    return _mapping(_parsed(text, project_file.name), project_file.name).get("vars")


def _parsed(text: str, name: str) -> object:
    try:
        return yaml.safe_load(text)
    # A date that does not exist is a ValueError.
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"{name}: cannot be read as YAML") from error


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if value is not None and not isinstance(value, Mapping):
        raise UsageError(f"{name}: not a mapping of names to values")
    return value or {}


def _value(name: str, values: Mapping[str, object]) -> str:
    default, pattern, allowed = RULES[name]
    value = values.get(name)
    text = default if value is None else str(value)
    if not re.fullmatch(pattern, text):
        raise UsageError(f"the var {name} is {text!r}; allowed: {allowed}")
    return text
