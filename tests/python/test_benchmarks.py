"""Benchmarks in the length of every grain, and the ratings of complete periods."""

from math import isclose

import stories
from project_build import Warehouse

MART = ("--select", "+metrics_benchmark_comparison_by_period")
DAY, WEEK, YEAR = 12 / 365.25, 12 / 52, 12.0
# Ten customers, of whom one leaves in February and one in March; a buyer who is silent.
STORY = "\n".join(
    [
        *(f"c{number} s1 2024-01-05T12:00 started 10" for number in range(10)),
        "c0 s1 2024-02-10T12:00 ended reason_code=too_expensive",
        "c1 s1 2024-03-05T12:00 ended reason_code=payment_failed",
    ]
)
ORDERS = "buyer 2024-01-05T12:00 payment 10"


def ranges(warehouse: Warehouse, benchmark_id: str) -> dict[str, tuple[float, float]]:
    """Return low and high of a benchmark by grain."""
    rows = warehouse.query(
        "select distinct period_grain, benchmark_low, benchmark_high "
        "from marts.metrics_benchmark_comparison_by_period where benchmark_id = ?",
        benchmark_id,
    )
    assert len({row[0] for row in rows}) == len(rows)
    return {grain: (low, high) for grain, low, high in rows}


def ratings(warehouse: Warehouse, benchmark_id: str, grain: str) -> list[str]:
    """Return lines `period_start_date actual_rate rating`, in order."""
    rows = warehouse.query(
        "select period_start_date, actual_rate, rating "
        "from marts.metrics_benchmark_comparison_by_period "
        "where benchmark_id = ? and period_grain = ? order by period_start_date",
        benchmark_id,
        grain,
    )
    return [" ".join(stories.told(value) for value in row) for row in rows]


def test_benchmarks_in_every_length(warehouse: Warehouse) -> None:
    """Churn is turned by 1 - (1 - a)^k and retention by a^k.

    "k = months of the row / months of the source", a day being 12 / 365.25 of a month
    and a week 12 / 52; only complete periods are rated.
    """
    warehouse.load_files(
        {
            "subscription_events.csv": stories.subscription_events(STORY),
            "revenue_events.csv": stories.revenue_events(ORDERS),
        }
    )
    warehouse.build({"as_of_date": "2024-04-05"}, *MART)
    lengths = {"day": DAY, "week": WEEK, "month": 1.0, "quarter": 3.0, "year": YEAR}
    yearly = ranges(warehouse, "saas_quartiles")
    monthly = ranges(warehouse, "subscription_business")
    retention = ranges(warehouse, "saas_gross_retention_quartiles")
    assert yearly.keys() == monthly.keys() == retention.keys() == lengths.keys()
    for grain, months in lengths.items():
        for low_or_high, value in zip(yearly[grain], (0.05, 0.20), strict=True):
            assert isclose(low_or_high, 1 - (1 - value) ** (months / 12))
        for low_or_high, value in zip(retention[grain], (0.82, 0.95), strict=True):
            assert isclose(low_or_high, value ** (months / 12))
        assert isclose(monthly[grain][0], 1 - (1 - 0.041) ** months)
    assert yearly["year"] == (0.05, 0.2)
    assert monthly["month"] == (0.041, 0.041)
    # 5 % a month is 1/20; of ten customers 1/10 leaves, then of nine 1/9, then nobody.
    assert ratings(warehouse, "small_business", "month") == [
        "2024-01-01 - -",
        "2024-02-01 0.1 worse",
        f"2024-03-01 {1 / 9} worse",
        "2024-04-01 0.0 -",
    ]
    voluntary = ratings(warehouse, "subscription_business_voluntary", "month")
    assert voluntary[1:3] == ["2024-02-01 0.1 worse", "2024-03-01 0.0 better"]
    # The buyer falls silent on 4 April at noon, in an open month.
    assert ratings(warehouse, "e_commerce", "month")[2:] == [
        "2024-03-01 0.0 better",
        "2024-04-01 1.0 -",
    ]
    assert not ratings(warehouse, "chat_bot_audience", "month")
