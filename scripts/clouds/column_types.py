"""Families of types, as a cloud tells them apart, and the columns of the raw tables."""

from loading.contract import TABLES
from loading.raw_schema import BOOKKEEPING, raw_columns
from sqlglot import exp, parse_one

from clouds.vocabulary import Cloud

# What macros/incremental/start_build.sql makes.
BUILD_TABLES = {
    "build_state": "fingerprint varchar, as_of_date date, first_date date",
    "built_loads": "load_id varchar",
    "built_survivors": "customer_id varchar, surviving_customer_id varchar",
    "built_rates": "currency varchar, month_start_date date, rate decimal(18, 10)",
    "built_seeds": "digest varchar",
    "build_touched": "customer_id varchar, log_name varchar, from_date date",
    "build_changes": "customer_id varchar",
    "build_runs": "invocation_id varchar",
}


def family(kind: exp.DataType | None, cloud: Cloud) -> str:
    """Return what a type is compared as; empty if it is not known."""
    if kind is None or kind.is_type("unknown", "null"):
        return ""
    # A datetime of BigQuery is no timestamp; on Snowflake all are instants in UTC.
    is_datetime = cloud.name == "bigquery" and not kind.is_type("timestamptz")
    families = (
        ("text", exp.DataType.TEXT_TYPES),
        ("float", exp.DataType.FLOAT_TYPES),
        ("integer", exp.DataType.INTEGER_TYPES),
        ("decimal", exp.DataType.NUMERIC_TYPES),
        ("date", {exp.DataType.Type.DATE}),
        ("datetime" if is_datetime else "timestamp", exp.DataType.TEMPORAL_TYPES),
    )
    for name, kinds in families:
        if kind.this in kinds:
            return name
    return str(kind.this.name).lower()


def is_number(name: str) -> bool:
    """Whether a family holds numbers."""
    return name in ("integer", "decimal", "float")


def source_types(table: str, stated: dict[str, str], cloud: Cloud) -> dict[str, str]:
    """Return the column types of a raw table, a build table or a seed.

    Args:
        table: Its name.
        stated: Types that a seed's YAML states, by column; empty for other tables.
        cloud: Whose names of types are wanted.

    """
    columns = BOOKKEEPING | BUILD_TABLES
    columns |= {table.name: raw_columns(table) for table in TABLES}
    if not stated:
        definition = parse_one(f"create table t ({columns[table]})", dialect="duckdb")
        stated = {
            column.name: column.args["kind"].sql("duckdb")
            for column in definition.find_all(exp.ColumnDef)
        }
    return {name: _name_there(kind.lower(), cloud) for name, kind in stated.items()}


def _name_there(kind: str, cloud: Cloud) -> str:
    """Return what the cloud calls a type of DuckDB or of a contract."""
    if cloud.name == "bigquery":
        plain = kind.split("(", maxsplit=1)[0].strip()
        text = {"varchar": "string", "text": "string"}
        numbers = {"decimal": "bignumeric", "float8": "float64", "double": "float64"}
        return {**text, **numbers, "bigint": "int64"}.get(plain, plain)
    return kind


def contract_family(kind: str, cloud: Cloud) -> str:
    """Return the family of a type that a mart's contract names."""
    return family(exp.DataType.build(_name_there(kind, cloud), cloud.name), cloud)
