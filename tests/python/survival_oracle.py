"""What lifelines, and exact fractions, say about first lives."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isinf, sqrt

from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]
from lifelines.utils import (  # type: ignore[import-untyped]
    restricted_mean_survival_time,
)

TOLERANCE = 1e-9
HALF = Fraction(1, 2)

Life = tuple[int, bool]  # tenure; whether it ended there


@dataclass(frozen=True)
class CurvePoint:
    """One tenure of a survival curve that is to be judged."""

    tenure: int
    at_risk: int
    churned: int
    censored: int
    survival: float
    low: float
    high: float
    standard_error: float
    hazard: float


@dataclass(frozen=True)
class ExactPoint:
    """One tenure by the definition; `log_variance` is the variance of log survival."""

    tenure: int
    at_risk: int
    churned: int
    survival: Fraction
    log_variance: Fraction


def is_close(one: float, other: float) -> bool:
    """Whether two figures agree to 1e-9, of those above 1 relatively."""
    return abs(one - other) <= TOLERANCE * max(1.0, abs(other))


def exact_curve(lives: Sequence[Life]) -> list[ExactPoint]:
    """Count who is at risk anew at every tenure; Greenwood's sum in another form.

    d / (n (n - d)) is 1 / (n - d) - 1 / n; where all leave, the sum stays as it was.
    """
    survival, log_variance = Fraction(1), Fraction(0)
    points = []
    for tenure in sorted({0} | {tenure for tenure, _ in lives}):
        at_risk = sum(length >= tenure for length, _ in lives)
        churned = sum(length == tenure and ended for length, ended in lives)
        survival *= Fraction(at_risk - churned, at_risk)
        if churned < at_risk:
            log_variance += Fraction(1, at_risk - churned) - Fraction(1, at_risk)
        points.append(ExactPoint(tenure, at_risk, churned, survival, log_variance))
    return points


def exact_median(lives: Sequence[Life]) -> int | None:
    """Return the first tenure at which at most half are left, without rounding."""
    for point in exact_curve(lives):
        if point.survival <= HALF:
            return point.tenure
    return None


def exact_mean_and_error(lives: Sequence[Life], horizon: int) -> tuple[float, float]:
    """Restricted mean, and its error from the covariances of the curve with itself.

    The mean is the sum of S over the unit steps; Cov(S(s), S(t)) is S(s) S(t) times the
    variance of log S at the earlier of the two.
    """
    points = exact_curve(lives)
    steps = []
    for unit in range(horizon):
        known = [point for point in points if point.tenure <= unit]
        steps.append((known[-1].survival, known[-1].log_variance))
    variance, behind = Fraction(0), Fraction(0)
    for survival, log_variance in reversed(steps):
        variance += log_variance * survival * (survival + 2 * behind)
        behind += survival
    return float(behind), sqrt(variance)


def fitted(lives: Sequence[Life]) -> KaplanMeierFitter:
    """Fit lifelines' estimator; its bands are on the log(-log) scale."""
    durations = [tenure for tenure, _ in lives]
    ended = [has_ended for _, has_ended in lives]
    return KaplanMeierFitter().fit(durations, ended)


def lifelines_mean(lives: Sequence[Life], horizon: int) -> float:
    """Restricted mean as lifelines has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that a step function has steps
        return float(restricted_mean_survival_time(fitted(lives), horizon))


def assert_curve(lives: Sequence[Life], points: Sequence[CurvePoint]) -> int:
    """Check every cell of a curve against lifelines and fractions; return how many."""
    fitter = fitted(lives)
    table, curve = fitter.event_table, fitter.survival_function_
    bands = fitter.confidence_interval_
    exact = exact_curve(lives)
    assert [point.tenure for point in points] == [one.tenure for one in exact]
    for point, one in zip(points, exact, strict=True):
        counts = table.loc[point.tenure]
        assert point.at_risk == counts["at_risk"] == one.at_risk
        assert point.churned == counts["observed"] == one.churned
        assert point.censored == counts["censored"]
        survival = float(curve.loc[point.tenure].iloc[0])
        low, high = (float(value) for value in bands.loc[point.tenure])
        assert is_close(point.survival, survival), point
        assert is_close(point.survival, float(one.survival)), point
        assert is_close(point.low, low), point
        assert is_close(point.high, high), point
        assert is_close(point.hazard, one.churned / one.at_risk), point
        error = float(one.survival) * sqrt(one.log_variance)
        assert is_close(point.standard_error, error), point
    return 9 * len(points)


def assert_median(lives: Sequence[Life], found: int | None) -> None:
    """Check a median; lifelines errs where rounding lifts the curve above one half."""
    assert found == exact_median(lives)
    if all(point.survival != HALF for point in exact_curve(lives)):
        other = float(fitted(lives).median_survival_time_)
        assert (None if isinf(other) else other) == found
