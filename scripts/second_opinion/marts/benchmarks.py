"""metrics_benchmark_comparison_by_period: our rates beside those of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from second_opinion.benchmarks import Benchmark
from second_opinion.money import ratio
from second_opinion.states import BASES

Row = dict[str, object]

CUSTOMER_RATES = ("customer_churn_rate", "customer_retention_rate")
KINDS = ("voluntary", "involuntary")
PERIOD = ("period_grain", "period_start_date", "next_period_start_date", "is_complete")


def _of_kind(row: Mapping[str, object], kind: str) -> float | None:
    """Share of the starting customers who churned for a kind of reason."""
    churned, starting = row[f"{kind}_churned_customers"], row["starting_customers"]
    if not isinstance(churned, int) or not isinstance(starting, int):
        return None
    return ratio(churned, starting)


def _own_rates(
    churn: Iterable[Row], mrr: Iterable[Row]
) -> dict[str, list[tuple[Row, object]]]:
    """Rows of the two marts by period with our rate, by name of the rate."""
    found: dict[str, list[tuple[Row, object]]] = {}
    for row in churn:
        basis = row["retention_basis"]
        prefix = "" if basis == BASES[0] else f"{basis}_"
        for name in CUSTOMER_RATES:
            found.setdefault(prefix + name, []).append((row, row[name]))
        if basis == BASES[0]:
            for kind in KINDS:
                name = f"{kind}_customer_churn_rate"
                found.setdefault(name, []).append((row, _of_kind(row, kind)))
    for row in mrr:
        for side in ("gross", "net"):
            for what in ("churn", "retention"):
                name = f"{side}_revenue_{what}_rate"
                found.setdefault(name, []).append((row, row[name]))
    return found


def benchmark_rows(
    churn: Iterable[Row], mrr: Iterable[Row], benchmarks: Iterable[Benchmark]
) -> list[Row]:
    """Rows of metrics_benchmark_comparison_by_period.

    Args:
        churn: Rows of metrics_customer_churn_by_period.
        mrr: Rows of metrics_mrr_by_period.
        benchmarks: Rows of the seed.

    """
    own = _own_rates(churn, mrr)
    rows: list[Row] = []
    for one in benchmarks:
        for period, rate in own.get(one.metric_name, []):
            grain = str(period["period_grain"])
            low, high = one.range_of(grain)
            is_rated = period["is_complete"] and isinstance(rate, float)
            row: Row = {name: period[name] for name in PERIOD}
            row |= {
                "metric_name": one.metric_name,
                "benchmark_id": one.benchmark_id,
                "industry": one.industry,
                "source": one.source,
                "source_year": one.source_year,
                "benchmark_low": low,
                "benchmark_high": high,
                "actual_rate": rate,
                "rating": one.rating(float(str(rate)), grain) if is_rated else None,
            }
            rows.append(row)
    return rows
