"""Writing down what a publication reports, in `raw.published_figures`.

A figure is appended when it is new or other than last reported. Beside the figures of
the marts stand rows that explain changes: those of the mart `publication` (newest load,
day of the report, hashes of policies and of the project) and of the mart `arrivals`.
"""

import hashlib
import json
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
from second_opinion.variables import given_variables, project_variables

from refreshing.arrivals import arrivals_query
from refreshing.queries import Queries
from refreshing.tracked_figures import TRACKED_MARTS, TrackedMart
from refreshing.warehouse_file import base_tables

# Say when a report is made and where it lies, not what a number means.
NO_POLICIES = ("as_of_date", "schema_prefix")
PROJECT_PARTS = ("models/**/*.sql", "macros/**/*.sql", "seeds/*.csv")
ENGINE_PACKAGES = ("dbt-core", "duckdb")


def append_figures(
    connection: duckdb.DuckDBPyConnection,
    published_at: datetime,
    project: Path,
    vars_text: str,
) -> int:
    """Append what is new or changed since the last publication.

    Args:
        connection: The built candidate is open under the alias `warehouse`.
        published_at: Instant of the publication that is prepared.
        project: Root of the dbt project.
        vars_text: Vars of the build that differ from their defaults, YAML.

    Returns:
        Number of rows appended.

    """
    variables = project_variables(project) | given_variables(vars_text)
    _reported_so_far(connection)
    _reported_now(connection, _policy_hash(variables), _project_hash(project))
    if _has_publication_before(connection):
        timezone = str(variables.get("reporting_timezone") or "UTC")
        _append_arrivals(connection, published_at, timezone)
    return _append_changes(connection, published_at)


def count_restated(
    warehouse: Queries, published_at: datetime, marts: str = "marts"
) -> tuple[int, int]:
    """Return how many figures of closed periods are restated, and how many unexplained.

    Args:
        warehouse: The candidate, with `fct_restatements` just built.
        published_at: Instant of the publication that is prepared.
        marts: Name of its schema of marts.

    """
    ((restated, unexplained),) = warehouse.execute(
        "select count(*), sum(case when cause is null then 1 else 0 end) "
        f"from {marts}.fct_restatements where published_at = timestamp "
        f"'{published_at:%Y-%m-%d %H:%M:%S.%f}'"
    ).fetchall()
    return int(restated), int(unexplained or 0)


def _reported_so_far(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `so_far`: the last value of every figure."""
    connection.execute(
        "create or replace temp table so_far as "
        "select mart_name, row_key, column_name, "
        "arg_max({'text': value}, published_at).text as value "
        "from raw.published_figures where mart_name <> 'arrivals' group by all"
    )


def _reported_now(
    connection: duckdb.DuckDBPyConnection, policy: str, project: str
) -> None:
    """Make the temporary table `now`: every figure of the candidate that is known."""
    connection.execute(
        "create or replace temp table now (mart_name varchar, row_key varchar, "
        "column_name varchar, value varchar)"
    )
    present = base_tables(connection, "marts")
    for mart in TRACKED_MARTS:
        if mart.name in present:
            connection.execute(f"insert into now {_figures_query(mart)}")
    connection.execute(
        "insert into now select 'publication', '', unnest(['load_id', 'as_of_date', "
        "'policy', 'version']), unnest([(select max(load_id) from raw.loads "
        "where status = 'loaded'), (select cast(as_of_date as varchar) "
        "from intermediate.int_as_of_date), ?, ?])",
        [policy, project],
    )


def _figures_query(mart: TrackedMart) -> str:
    """Return SQL for the figures of one mart, one row each, nulls left out."""
    key = ", ".join(f"cast({name} as varchar)" for name in mart.key)
    columns = ", ".join(f"cast({name} as varchar) as {name}" for name in mart.columns)
    return f"""
    select '{mart.name}', row_key, column_name, value
    from (
        unpivot (
            select
                concat_ws('/', {key}) as row_key,
                {columns},
                case when is_complete then cast({mart.end} as varchar) end
                    as complete_since
            from marts.{mart.name}
        )
        on columns(* exclude (row_key)) into name column_name value value
    )
    """


def _has_publication_before(connection: duckdb.DuckDBPyConnection) -> bool:
    """Make the temporary table `before` and say whether there was a publication."""
    connection.execute(
        "create or replace temp table before as select "
        "max(value) filter (where column_name = 'load_id') as load_id, "
        "cast(max(value) filter (where column_name = 'as_of_date') as date) "
        "as as_of_date, (select max(published_at) from raw.published_figures) "
        "as published_at from so_far where mart_name = 'publication'"
    )
    found = connection.execute("select load_id from before").fetchone()
    return found is not None and found[0] is not None


def _append_arrivals(
    connection: duckdb.DuckDBPyConnection, published_at: datetime, timezone: str
) -> None:
    connection.execute(
        "insert into raw.published_figures "
        "select ?, (select value from now where column_name = 'load_id'), 'arrivals', "
        "figure_group || '/' || arrived_date, cause, cast(row_count as varchar) "
        f"from ({arrivals_query(connection, timezone)})",
        [published_at],
    )


def _append_changes(
    connection: duckdb.DuckDBPyConnection, published_at: datetime
) -> int:
    appended = connection.execute(
        "insert into raw.published_figures "
        "select ?, (select value from now where mart_name = 'publication' "
        "and column_name = 'load_id'), mart_name, row_key, column_name, now.value "
        "from now full join so_far using (mart_name, row_key, column_name) "
        "where now.value is distinct from so_far.value",
        [published_at],
    ).fetchone()
    return int(appended[0]) if appended else 0


def _policy_hash(variables: dict[str, object]) -> str:
    """Return a hash of all policies; what they are is in no file that people read."""
    policies = {
        name: value for name, value in variables.items() if name not in NO_POLICIES
    }
    text = json.dumps(policies, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _project_hash(project: Path) -> str:
    """Return a hash of models, macros, seeds, and of the versions of dbt and DuckDB."""
    digest = hashlib.sha256()
    for pattern in PROJECT_PARTS:
        for path in sorted(project.glob(pattern)):
            digest.update(path.relative_to(project).as_posix().encode())
            digest.update(path.read_bytes())
    for package in ENGINE_PACKAGES:
        digest.update(version(package).encode())
    return digest.hexdigest()
