"""dbt against a BigQuery that only listens; run by the Python of `.venv-clouds`.

python fake_bigquery.py <file for what it heard> <arguments of dbt>
"""

import json
import sys
from pathlib import Path
from typing import Any

import agate  # type: ignore[import-untyped]
from dbt.adapters.bigquery import (  # type: ignore[import-not-found]
    BigQueryAdapter,
    BigQueryConnectionManager,
)
from dbt.adapters.bigquery.column import (  # type: ignore[import-not-found]
    BigQueryColumn,
)
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.cli.main import dbtRunner

# Types of seeds by table and column; statements; queries whose columns are asked for.
heard: dict[str, Any] = {"seeds": {}, "statements": [], "queries": []}


def _open(cls: type, connection: Any) -> Any:  # noqa: ANN401
    del cls
    connection.state, connection.handle = "open", object()
    return connection


def _load(self: Any, database: str, schema: str, table: str, *rest: Any) -> None:  # noqa: ANN401
    del database, schema
    rows, types, _ = rest
    fields = self._agate_to_schema(rows, types)
    heard["seeds"][table] = {field.name: field.field_type for field in fields}


def _execute(self: Any, sql: str, *rest: Any, **options: Any) -> Any:  # noqa: ANN401
    del self, rest, options
    heard["statements"].append(sql)
    return AdapterResponse("OK"), agate.Table([])


def _columns(self: Any, sql: str) -> list[Any]:  # noqa: ANN401
    del self
    heard["queries"].append(sql)
    return [BigQueryColumn("same", "STRING")]


BigQueryConnectionManager.open = classmethod(_open)
BigQueryConnectionManager.close = classmethod(lambda _, connection: connection)
BigQueryConnectionManager.execute = _execute
BigQueryAdapter.load_dataframe = _load
BigQueryAdapter.get_column_schema_from_query = _columns
for name, answer in {
    "list_schemas": [],
    "check_schema_exists": True,
    "create_schema": None,
    "list_relations_without_caching": [],
    "get_bq_table": None,
    "is_replaceable": True,
}.items():
    setattr(BigQueryAdapter, name, lambda *_, answer=answer, **__: answer)

ended = dbtRunner().invoke(sys.argv[2:])
Path(sys.argv[1]).write_text(json.dumps(heard), encoding="utf-8")
sys.exit(not ended.success)
