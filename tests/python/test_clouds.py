"""Snowflake and BigQuery: the project compiles, and holds nothing that they reject."""

import json
import os
import re
import subprocess
from pathlib import Path

import check_clouds
import pytest
from clouds.compiled import Compiled, Statement, compile_project
from clouds.errors import CloudError
from clouds.findings import Finding
from clouds.reading import read_project
from clouds.vocabulary import BIGQUERY, CLOUDS, SNOWFLAKE, Cloud
from project_build import PROJECT

FAKE_BIGQUERY = Path(__file__).with_name("fake_bigquery.py")
EVENTS = ("nothing", "raw", "subscription_events")
RATES = ("nothing", "raw", "exchange_rates")
FROM = "from nothing.raw.subscription_events as events"
JOINED = f"{FROM} cross join nothing.raw.exchange_rates as rates"
# Statements that a cloud rejects or reads otherwise, and what must be said of each.
DENIED_BY_BOTH = {
    f"select count(*) filter (where quantity > 1) as a {FROM}": "filter",
    f"select distinct on (event_id) event_id {FROM}": "distinct on",
    f"select event_id::text as a {FROM}": "::",
    f"select event_id {FROM} where event_id ilike 'a'": "ilike",
    f"select event_id {FROM} qualify row_number() over (order by 1) = 1": "qualify",
    f"select quantity, count(*) as a {FROM} group by all": "group by all",
    f"select * except (event_id) {FROM}": "* except",
    f"select event_id {FROM} union select event_id {FROM}": "union",
    f"select event_id {FROM} except distinct select event_id {FROM}": "except",
    f"select lag(event_id ignore nulls) over (order by event_id) as a {FROM}": (
        "ignore nulls"
    ),
    f"select percentile_cont(0.5) within group (order by quantity) as a {FROM}": (
        "within group"
    ),
    f"select occurred_at + interval '1' day as a {FROM}": "interval arithmetic",
    f"select extract(epoch from occurred_at) as a {FROM}": "extract(epoch)",
    f"select extract(week from occurred_at) as a {FROM}": "extract(week)",
    f"select event_id as rows {FROM}": "the name rows",
    "with current as (select 1 as a) select a from current": "the name current",
    f"select interval_count % 2 as a {FROM}": "%",
    f"select interval_count / 2 as a {FROM}": "integer / integer",
    f"select unit_amount / quantity as a {FROM}": "decimal / decimal",
    f"select greatest(unit_amount, quantity) as a {FROM}": "greatest()",
    f"select median(quantity) as a {FROM}": "median()",
    f"select any_value(event_id) as a {FROM}": "any_value()",
    f"select date_part('day', occurred_at) as a {FROM}": "date_part()",
    f"select event_id {FROM} where exists (select 1 as a)": "exists",
    f"select upper(event_id) as event_id {FROM} group by event_id": "group by event_id",
    f"select events.event_id {FROM} left join nothing.raw.exchange_rates as rates "
    "on events.occurred_at > rates.loaded_at": "outer join without an equality",
    f"select events.event_id {JOINED} where occurred_at > rate_date": (
        "comparison of date and timestamp"
    ),
    f"select coalesce(occurred_at, rate_date) as a {JOINED}": (
        "coalesce of date and timestamp"
    ),
    f"select case when true then event_id else 0 end as a {FROM}": (
        "case of integer and text"
    ),
    f"select case event_id when 1 then 2 end as a {FROM}": (
        "comparison of integer and text"
    ),
    f"select event_id {FROM} where quantity in ('1')": "comparison of decimal and text",
    f"select event_id {FROM} where quantity between '1' and '2'": (
        "comparison of decimal and text"
    ),
    f"select event_id as a {FROM} union all select 1 as a {FROM}": (
        "union in a of integer and text"
    ),
    "select rate_date - rate_date as a from nothing.raw.exchange_rates": (
        "sub of date and date"
    ),
    f"select occurred_at + 1 as a {FROM}": "add of timestamp and integer",
    f"select 'a\\d' as a {FROM}": "'a\\d'",
    "with recursive a as (select 1 as b) select b from a": "with recursive",
    f"select cast(event_id as varchar(10)) as a {FROM}": "cast to varchar(10)",
    f"select no_such_column {FROM}": "the whole statement",
    "select (from": "the whole statement",
    "delete from nothing.raw.subscription_events": "delete without where",
}
DENIED_BY_BIGQUERY = {
    f"select 'it''s' as a {FROM}": "the whole statement",
    f"select cast(quantity as decimal(18, 4)) as a {FROM}": "cast to decimal(18,4)",
    f"select cast(quantity as numeric) as a {FROM}": "cast to numeric",
    f"select cast(quantity as double precision) as a {FROM}": (
        "cast to double precision"
    ),
    f"select cast(event_id as text) as a {FROM}": "cast to text",
    f"select cast(event_id as varchar) as a {FROM}": "cast to varchar",
    f"select `event_id` {FROM}": "quoted event_id",
    f"select split_part(event_id, '-', 1) as a {FROM}": "split_part()",
    f"select event_id {FROM} union select event_id {FROM}": "the whole statement",
    f"select generate_series(1, 2) as a {FROM}": "generate_series()",
    f"select sum(quantity) over (partition by cast(quantity as float64)) as a {FROM}": (
        "partition by a float"
    ),
    f"select event_id {FROM} where datetime(occurred_at, 'UTC') > occurred_at": (
        "comparison of datetime and timestamp"
    ),
}
DENIED_BY_SNOWFLAKE = {
    f"select 'it''s' as a {FROM}": "'it''s'",
    f"select sum(quantity) over a as b {FROM} window a as (order by event_id)": (
        "window clause"
    ),
    f"select interval_count & 1 as a {FROM}": "&",
    f"select bit_or(interval_count) as a {FROM}": "bit_or()",
    f"select sum(unit_amount * rate) as a {JOINED}": "product of decimals",
    f"select cast(quantity as float64) as a {FROM}": "cast to float64",
    f'select "event_id" {FROM}': "quoted event_id",
    f"select timestamp_diff(occurred_at, occurred_at, day) as a {FROM}": (
        "timestamp_diff()"
    ),
    "select a from (values (1), (2)) as t (a)": "values",
}
# What looks like one of the above and is right.
ALLOWED = (
    f"select count(distinct event_id) as a, count(*) as b {FROM}",
    f"select event_id {FROM} union all select event_id {FROM}",
    f"select event_id {FROM} union distinct select event_id {FROM}",
    f"select interval_count, max(quantity) as a {FROM} group by interval_count",
    f"select case when quantity > 1 then null else event_id end as a {FROM}",
    f"select max(quantity) over (partition by event_id order by rate) as a {JOINED}",
    "select 'with \\'quotes\\' and \\\\' as a",
)


def found(cloud: Cloud, sql: str) -> set[str]:
    """Return what is denied in one statement."""
    statement = Statement("crafted", sql, None, {})
    compiled = Compiled((statement,), {EVENTS: {}, RATES: {}})
    return {finding.construct for finding in read_project(compiled, cloud)}


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
def test_denied_constructs_are_found(cloud: Cloud) -> None:
    """Each in a statement that was made for it."""
    own = DENIED_BY_BIGQUERY if cloud is BIGQUERY else DENIED_BY_SNOWFLAKE
    missed = [
        (sql, construct, found(cloud, sql))
        for sql, construct in (DENIED_BY_BOTH | own).items()
        if construct not in found(cloud, sql)
    ]
    assert not missed


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
def test_what_is_right_is_not_denied(cloud: Cloud) -> None:
    """Otherwise people stop reading the list."""
    assert not [(sql, found(cloud, sql)) for sql in ALLOWED if found(cloud, sql)]


@pytest.fixture(scope="module", params=list(CLOUDS.values()), ids=list(CLOUDS))
def compiled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Cloud, Compiled]:
    """Return the whole project, compiled for a cloud."""
    cloud: Cloud = request.param
    folder = tmp_path_factory.mktemp(cloud.name)
    return cloud, compile_project(cloud, check_clouds.DBT, folder)


def test_nothing_is_denied(compiled: tuple[Cloud, Compiled]) -> None:
    """Every model, data test and hook; marts have the types of their contract."""
    cloud, project = compiled
    marts = [statement for statement in project.statements if statement.contract]
    tests = [statement for statement in project.statements if not statement.relation]
    assert len(marts) > 30
    assert len(tests) > 300
    assert not read_project(project, cloud)


def test_a_broken_model_is_noticed(compiled: tuple[Cloud, Compiled]) -> None:
    """Also where only a type that comes from another model shows that it is broken."""
    cloud, project = compiled
    breaks = {
        "metrics_nps_by_period": ("select * from", "select * except (nps) from"),
        "stg_exchange_rates": (
            "        rate_date,",
            "        cast(rate_date as timestamp) as rate_date,",
        ),
        "fct_orders": ("as order_number", "/ 2 as order_number"),
    }
    statements = [
        Statement(
            each.name,
            each.sql.replace(*breaks.get(each.name, ("", ""))),
            each.relation,
            each.contract,
        )
        for each in project.statements
    ]
    broken = Compiled(tuple(statements), project.sources)
    names = {finding.statement for finding in read_project(broken, cloud)}
    assert {"metrics_nps_by_period", "int_exchange_rates", "fct_orders"} <= names


def test_bigquery_is_told_types_of_its_own(tmp_path: Path) -> None:
    """Of every column of a seed and of a contract; a table states no types at all."""
    heard = tmp_path / "heard.json"
    ended = subprocess.run(
        [
            *(str(check_clouds.DBT.with_name("python")), str(FAKE_BIGQUERY)),
            *(str(heard), "build", "--target", "bigquery", "--quiet"),
            *("--select", "resource_type:seed", "path:models/marts"),
            *("--exclude", "resource_type:test", "resource_type:unit_test"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(tmp_path), "--log-path", str(tmp_path)),
        ],
        env=os.environ | BIGQUERY.environment | {"DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ended.returncode, ended.stdout + ended.stderr
    said = json.loads(heard.read_text(encoding="utf-8"))
    seeds = {kind for seed in said["seeds"].values() for kind in seed.values()}
    assert {"STRING"} < seeds <= {"STRING", "BOOLEAN", "INTEGER", "BIGNUMERIC"}
    assert {"churn_reasons", "industry_benchmarks"} <= set(said["seeds"])
    contracts = [sql for sql in said["queries"] if "limit 0" in sql]
    kinds = set(re.findall(r"cast\(null as (\S+)\) as", "".join(contracts)))
    assert {"float64", "bignumeric", "date"} <= kinds
    assert {kind.lower() for kind in kinds} <= BIGQUERY.types
    tables = [
        " ".join(sql.split())
        for sql in said["statements"]
        if "create or replace table" in sql
    ]
    assert len(tables) > 30
    assert not [sql for sql in tables if not re.search(r"` OPTIONS\(\) as \(", sql)]


def test_wrong_use_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cloud that is not known, and an environment that is not there."""
    assert check_clouds.main(["--cloud", "azure"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert check_clouds.main(["--dbt", str(tmp_path / "dbt")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "make environment-clouds" in said
    with pytest.raises(CloudError):
        compile_project(SNOWFLAKE, tmp_path / "dbt", tmp_path)
    assert Finding("a", "b", "c") < Finding("a", "c", "b")
