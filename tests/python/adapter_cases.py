"""What every macro of macros/adapters gives for crafted values, on every engine."""

from dataclasses import dataclass
from decimal import Decimal

# Vars under which the cases are rendered.
VARIABLES = {"reporting_timezone": "Europe/Paris"}
# Macros that say nothing in a query; the file that proves each of them.
PROVEN_ELSEWHERE = {
    "gather_statistics": "test_postgres_incremental.py",
    "get_test_sql": "test_postgres_incremental.py",
    "grant_marts": "test_postgres_marts.py",
    "plan_large_joins": "test_postgres_incremental.py",
    "ref": "test_publishing.py",
    "source": "test_publishing.py",
    "without_database": "test_publishing.py",
    # Tables and views of DuckDB.
    "build_in_place": "test_in_place.py",
    "build_whole_table": "test_in_place.py",
    "view": "test_in_place.py",
    # What a build that continues needs.
    "add_missing_column": "test_incremental.py",
    "continues_builds": "test_spark_cluster.py",
    "create_temporary_table": "test_incremental.py",
    "drop_table": "test_incremental.py",
    "drop_touched_rows": "test_incremental.py",
    "one_at_a_time": "test_incremental.py",
    "temporary_table": "test_incremental.py",
    # Engines that are compiled, not run: docs/clouds.md.
    "bigquery_type": "test_clouds.py",
    "cast": "test_clouds.py",
    "get_table_columns_and_constraints": "test_clouds.py",
    "load_csv_rows": "test_clouds.py",
    # What Spark needs to build at all.
    "create_csv_table": "test_spark_marts.py",
    "file_format_clause": "test_spark_marts.py",
    "spark_file_format": "test_spark_cluster.py",
    "list_relations_without_caching": "test_spark_cluster.py",
    "follow_links": "test_spark_marts.py",
    "register_raw": "test_spark_marts.py",
    "run_statement": "test_spark_marts.py",
    "unit": "test_spark_marts.py",
    # What refresh.py asks of Spark.
    "drop_schemas": "test_spark_refresh.py",
    "point_views": "test_spark_refresh.py",
}
MONEY, RATE = Decimal("12345678901234.5678"), Decimal("1.0123456789")


@dataclass(frozen=True)
class Case:
    """A call of a macro and what it must give.

    Attributes:
        macro: Name of the macro.
        call: An expression in Jinja.
        expected: An expression of the same type in plain SQL.

    """

    macro: str
    call: str
    expected: str


def _day(text: str) -> str:
    return f"cast('{text}' as date)"


def _time(text: str) -> str:
    return f"cast('{text}' as timestamp)"


def _decimal(text: object, scale: int) -> str:
    return f"cast('{text}' as decimal(38, {scale}))"


def _added(macro: str, start: str, count: int, expected: str) -> Case:
    as_date = f'cast({{{{ {macro}("{_day(start)}", {count}) }}}} as date)'
    as_time = f'{{{{ {macro}("{_time(start)}", {count}) }}}}'
    is_date = len(start) == len("2024-01-31")
    return Case(
        macro,
        as_date if is_date else as_time,
        _day(expected) if is_date else _time(expected),
    )


def _period(grain: str, expected: str, day: str = "2025-01-05") -> Case:
    call = f"""{{{{ start_of_period('{grain}', "{_day(day)}") }}}}"""
    return Case("start_of_period", call, _day(expected))


def _quotient(numerator: str, denominator: str, expected: str) -> Case:
    amount = _decimal(numerator, 8).replace("38", "28")
    call = f'{{{{ divide_half_up("{amount}", "{denominator}") }}}}'
    return Case("divide_half_up", call, expected)


def _whole_days(first: str, second: str, expected: int) -> Case:
    call = f'{{{{ whole_days_between("{_time(first)}", "{_time(second)}") }}}}'
    return Case("whole_days_between", call, str(expected))


def _days(first: str, last: str, measure: str, expected: str) -> Case:
    bounds = (
        f"(select {_day(first)} as first_date, {_day(last)} as last_date) as bounds"
    )
    series = f"""series_of_days('first_date', 'last_date', "{bounds}")"""
    call = f"(select {measure} from ({{{{ {series} }}}}) as days)"
    return Case("series_of_days", call, expected)


def _rounded(amount: str, expected: str) -> Case:
    call = f'{{{{ round_money("{_decimal(amount, 14)}") }}}}'
    return Case("round_money", call, _decimal(expected, 4))


def _local(instant: str, expected: str) -> Case:
    call = f'{{{{ to_reporting_time("{_time(instant)}") }}}}'
    return Case("to_reporting_time", call, _time(expected))


CASES = (
    _added("add_days", "2024-02-28", 2, "2024-03-01"),
    _added("add_days", "2024-03-01", -1, "2024-02-29"),
    _added("add_days", "2024-02-28 23:59:59.123456", 1, "2024-02-29 23:59:59.123456"),
    _added("add_months", "2024-01-31", 1, "2024-02-29"),
    _added("add_months", "2024-01-31", 2, "2024-03-31"),
    _added("add_months", "2024-01-31", -2, "2023-11-30"),
    _added("add_months", "2024-01-31 12:00:00.5", 13, "2025-02-28 12:00:00.5"),
    Case(
        "days_between",
        f"""{{{{ days_between("{_day("2024-02-28")}", "{_day("2024-03-01")}") }}}}""",
        "2",
    ),
    Case(
        "days_between",
        f"""{{{{ days_between("{_day("2024-03-01")}", "{_day("2023-03-01")}") }}}}""",
        "-366",
    ),
    _rounded("0.00005", "0.0001"),
    _rounded("-0.00005", "-0.0001"),
    _rounded("0.00004999999999", "0"),
    _rounded("9998.99995", "9999"),
    _rounded("-9999.00004999999999", "-9999"),
    _rounded("9999.00005", "9999.0001"),
    _rounded("123456789012345678.99995", "123456789012345679"),
    _quotient("10", "3", _decimal("3.3333", 4)),
    _quotient("20", "3", _decimal("6.6667", 4)),
    # Halves, which a float would not know as such.
    _quotient("0.00010000", "2", _decimal("0.0001", 4)),
    _quotient("0.00009999", "2", _decimal("0.0000", 4)),
    _quotient("2.00030000", "6", _decimal("0.3334", 4)),
    _quotient("9999999999.99995000", "1", _decimal("10000000000", 4)),
    _quotient("1", "cast(nullif(0, 0) as integer)", "null"),
    Case("has_bit", "{{ has_bit('cast(6 as bigint)', 2) }}", "true"),
    Case("has_bit", "{{ has_bit('cast(5 as bigint)', 2) }}", "false"),
    Case(
        "merged_bits",
        "(select {{ merged_bits('bits') }} from (select cast(1 as bigint) as bits "
        "union all select cast(5 as bigint) as bits) as given)",
        "5",
    ),
    Case(
        "in_reporting_currency",
        f"""{{{{ in_reporting_currency(
            "cast('{MONEY}' as decimal(18, 4))", "cast('{RATE}' as decimal(18, 10))"
        ) }}}}""",
        _decimal(MONEY * RATE, 14),
    ),
    _days("2024-02-28", "2024-03-01", "count(*)", "3"),
    _days("2024-02-28", "2024-03-01", "max(date_day)", _day("2024-03-01")),
    _days("2024-03-02", "2024-03-01", "count(*)", "0"),
    # In Cairo, where the Postgres client lives, the 26th has no midnight.
    _days("2024-04-25", "2024-04-27", "count(*)", "3"),
    _days("2024-04-26", "2024-04-26", "min(date_day)", _day("2024-04-26")),
    _period("day", "2025-01-05"),
    _period("week", "2024-12-30"),
    _period("week", "2025-01-06", day="2025-01-06"),
    _period("month", "2025-01-01"),
    _period("quarter", "2024-10-01", day="2024-12-31"),
    _period("year", "2024-01-01", day="2024-12-31"),
    Case("split_part", "{{ dbt.split_part(\"'a/b'\", \"'/'\", 2) }}", "'b'"),
    Case("text_digest", "{{ text_digest(\"'abc'\") }}", str(0x900150983CD24FB)),
    Case(
        "text_digest",
        "case when {{ text_digest(\"'a'\") }} = {{ text_digest(\"'A'\") }} "
        "then 1 else 0 end",
        "0",
    ),
    Case(
        "text_literal",
        r"""{{ text_literal("it's \\ here") }}""",
        "'it' || chr(39) || 's ' || chr(92) || ' here'",
    ),
    _local("2024-07-01 22:30:00", "2024-07-02 00:30:00"),
    _local("2024-12-31 23:00:00", "2025-01-01 00:00:00"),
    # The hour that comes twice: two instants, one wall clock.
    _local("2024-10-27 00:30:00", "2024-10-27 02:30:00"),
    _local("2024-10-27 01:30:00", "2024-10-27 02:30:00"),
    Case("type_decimal", "cast('1.2345' as {{ type_decimal(19, 4) }})", "1.2345"),
    Case(
        "type_money", f"cast('{MONEY}' as {{{{ type_money() }}}})", _decimal(MONEY, 4)
    ),
    Case(
        "type_money_sum",
        "cast('123456789012345678901234.5678' as {{ type_money_sum() }})",
        _decimal("123456789012345678901234.5678", 4),
    ),
    Case(
        "type_exchange_rate",
        f"cast('{RATE}' as {{{{ type_exchange_rate() }}}})",
        _decimal(RATE, 10),
    ),
    # With 32 bits the two would be equal.
    Case(
        "type_rate",
        "case when cast('1.0000000001' as {{ type_rate() }}) "
        "> cast('1' as {{ type_rate() }}) then 1 else 0 end",
        "1",
    ),
    _whole_days("2024-01-01 00:00:00", "2024-01-02 23:59:59.999999", 1),
    _whole_days("2024-01-01 00:00:00", "2024-01-03 00:00:00", 2),
    _whole_days("2024-01-01 12:00:00.5", "2024-01-01 12:00:00.5", 0),
)


def query(cases: tuple[Case, ...]) -> str:
    """Return a query in Jinja: one row per case, its number and 1 if it is right."""
    selects = []
    for number, case in enumerate(cases):
        test = "is null" if case.expected == "null" else f"= {case.expected}"
        selects.append(
            f"select {number} as case_number, "
            f"case when ({case.call}) {test} then 1 else 0 end as is_right"
        )
    return "\nunion all\n".join(selects)
