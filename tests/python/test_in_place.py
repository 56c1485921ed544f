"""Tables and views of DuckDB are replaced in one transaction, or stay as they were."""

from collections.abc import Callable

import duckdb
import pytest
from project_build import Warehouse
from stories import activity_events

STORY = """
    ada 2025-03-01 login
    ada 2025-03-20 login
    """
EXISTING = (
    "select table_name, table_type from information_schema.tables "
    "where table_schema in ('staging', 'intermediate', 'marts')"
)


@pytest.fixture
def built(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return a small warehouse with every model."""
    warehouse = new_warehouse()
    warehouse.load_files({"activity_events.csv": activity_events(STORY)})
    warehouse.build({})
    return warehouse


def change(warehouse: Warehouse, statement: str) -> None:
    """Run a statement outside of dbt."""
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute(statement)


def test_a_model_that_fails_leaves_its_old_rows(built: Warehouse) -> None:
    """A table and a view; nothing half made or renamed is left behind."""
    rows = "select count(*) from intermediate.int_periods"
    relations = sorted(built.query(EXISTING))
    found = built.query(rows)
    assert found > [(0,)]
    change(
        built,
        "create or replace table intermediate.int_as_of_date as "
        "select 'not a day' as as_of_date, 'nor an instant' as as_of_at, "
        "'nor this' as first_date",
    )
    change(built, "alter table raw.customers rename column signed_up_at to came_at")
    for model in ("int_periods", "stg_customers"):
        ended = built.try_build({}, "--select", model)
        assert [failure.partition(":")[0] for failure in ended.failures] == [model]
    assert built.query(rows) == found
    assert sorted(built.query(EXISTING)) == relations


def test_a_view_and_a_table_change_places(built: Warehouse) -> None:
    """A model that was stored in another way is replaced by what it is now."""
    relations = sorted(built.query(EXISTING))
    change(built, "drop view staging.stg_customers")
    change(built, "create table staging.stg_customers as select 1 as customer_id")
    change(built, "drop table intermediate.int_periods")
    change(built, "create view intermediate.int_periods as select 1 as period_index")
    built.build({})
    assert sorted(built.query(EXISTING)) == relations
    assert built.query("select count(*) from staging.stg_customers") == [(0,)]
