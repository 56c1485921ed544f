"""Benchmarks of other companies, turned into the length of our periods."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from second_opinion.periods import MONTHS_OF


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One row of the seed `industry_benchmarks`; values are of `period_months`."""

    benchmark_id: str
    metric_name: str
    industry: str
    low_value: Decimal
    high_value: Decimal
    period_months: Decimal
    is_higher_better: bool
    source: str
    source_year: int

    def range_of(self, grain: str) -> tuple[float, float]:
        """Both ends for a period of a grain: who stays k times as long stays a^k."""
        exponent = MONTHS_OF[grain] / Fraction(self.period_months)
        ends = []
        for value in (self.low_value, self.high_value):
            if exponent == 1:
                ends.append(float(value))
            elif "retention" in self.metric_name:
                ends.append(float(value) ** float(exponent))
            else:
                ends.append(1 - float(1 - value) ** float(exponent))
        return ends[0], ends[1]

    def rating(self, rate: float, grain: str) -> str:
        """`within` includes both ends."""
        low, high = self.range_of(grain)
        if low <= rate <= high:
            return "within"
        return "better" if (rate > high) == self.is_higher_better else "worse"


def read_benchmarks(project: Path) -> tuple[Benchmark, ...]:
    """Return the rows of the seed; none if it is missing."""
    path = project / "seeds" / "industry_benchmarks.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return tuple(
            Benchmark(
                benchmark_id=row["benchmark_id"],
                metric_name=row["metric_name"],
                industry=row["industry"],
                low_value=Decimal(row["low_value"]),
                high_value=Decimal(row["high_value"]),
                period_months=Decimal(row["period_months"]),
                is_higher_better=row["is_higher_better"] == "true",
                source=row["source"],
                source_year=int(row["source_year"]),
            )
            for row in csv.DictReader(handle)
        )
