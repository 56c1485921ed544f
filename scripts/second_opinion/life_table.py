"""Kaplan-Meier: how many of those still there at a tenure go on, from first lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf, log, sqrt

from second_opinion.money import WILSON_Z

# Survival is a product of floats: 5 of 10 left may read 0.5000000000000001.
ROUNDING = 1e-12

Life = tuple[int, bool]  # tenure in days or months; whether it ended there


@dataclass(frozen=True, slots=True)
class LifeTableRow:
    """One tenure; `greenwood` is the variance of survival over its square."""

    tenure: int
    at_risk: int
    churned: int
    censored: int
    survival: float
    greenwood: float

    @property
    def hazard(self) -> float:
        """Share of those at risk who leave at this tenure."""
        return self.churned / self.at_risk

    @property
    def standard_error(self) -> float:
        """Greenwood's; 0 where nobody is left, as there is nothing to be unsure of."""
        return self.survival * sqrt(self.greenwood) if self.survival else 0.0

    @property
    def band(self) -> tuple[float, float]:
        """95 % band on the scale of log(-log survival); the rate itself at 0 and 1."""
        if not 0 < self.survival < 1:
            return self.survival, self.survival
        spread = WILSON_Z * sqrt(self.greenwood) / -log(self.survival)
        return self.survival ** exp(spread), self.survival ** exp(-spread)


def life_table(lives: Iterable[Life]) -> list[LifeTableRow]:
    """Rows at tenure 0 and at every tenure at which somebody left or was censored.

    Who is censored at a tenure is still at risk there. No lives, no rows.
    """
    counts = Counter(lives)
    at_risk = counts.total()
    if at_risk == 0:
        return []
    survival, greenwood = 1.0, 0.0
    rows = []
    for tenure in sorted({0} | {tenure for tenure, _ in counts}):
        churned, censored = counts[tenure, True], counts[tenure, False]
        staying = at_risk - churned
        survival *= staying / at_risk
        greenwood += churned / (at_risk * staying) if staying else inf
        rows.append(
            LifeTableRow(tenure, at_risk, churned, censored, survival, greenwood)
        )
        at_risk = staying - censored
    return rows


def median(rows: Iterable[LifeTableRow]) -> int | None:
    """Return the first tenure at which half or fewer are left; None if never."""
    for row in rows:
        if row.survival <= 0.5 + ROUNDING:
            return row.tenure
    return None


def area(rows: list[LifeTableRow], first: float, past: float) -> float:
    """Area under the survival curve between two tenures; 1 before the first row.

    After the last row the curve goes on level.
    """
    edges = [row.tenure for row in rows] + [inf]
    total = 0.0
    for row, ends in zip(rows, edges[1:], strict=True):
        begins, finishes = max(row.tenure, first), min(ends, past)
        total += row.survival * max(finishes - begins, 0)
    return total


def restricted_mean(rows: list[LifeTableRow], horizon: int) -> tuple[float, float]:
    """Mean tenure up to a horizon, and its standard error.

    Each loss costs the area that lies behind it: Greenwood's terms are weighted by its
    square.
    """
    variance = 0.0
    for row in rows:
        staying = row.at_risk - row.churned
        if row.tenure < horizon and row.churned and staying:
            behind = area(rows, row.tenure, horizon)
            variance += behind**2 * row.churned / (row.at_risk * staying)
    return area(rows, 0, horizon), sqrt(variance)
