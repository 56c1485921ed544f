"""Survival curves against lifelines: ties, nobody or everybody left, one customer."""

from fractions import Fraction
from statistics import pvariance

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from second_opinion.life_table import LifeTableRow, life_table, median, restricted_mean
from survival_oracle import (
    CurvePoint,
    Life,
    assert_curve,
    assert_median,
    exact_mean_and_error,
    is_close,
    lifelines_mean,
)

HORIZONS = (1, 12, 24, 36)
thorough = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@st.composite
def many_lives(draw: st.DrawFn) -> list[Life]:
    """Draw lives of one kind: many ties or few, none ended, all, or some."""
    longest = draw(st.sampled_from((0, 1, 3, 12, 40, 400)))
    ended = draw(
        st.sampled_from((st.just(value=False), st.just(value=True), st.booleans()))
    )
    life = st.tuples(st.integers(0, longest), ended)
    size = draw(st.sampled_from((1, 2, 10, 60)))
    return draw(st.lists(life, min_size=size, max_size=size))


def point_of(row: LifeTableRow) -> CurvePoint:
    """Return a row of the second opinion as the oracle takes it."""
    low, high = row.band
    counts = (row.tenure, row.at_risk, row.churned, row.censored)
    return CurvePoint(*counts, row.survival, low, high, row.standard_error, row.hazard)


@thorough
@given(many_lives())
def test_the_second_opinion_agrees_with_lifelines(lives: list[Life]) -> None:
    """Curve, bands, median, restricted means and their errors, to 1e-9."""
    rows = life_table(lives)
    assert assert_curve(lives, [point_of(row) for row in rows]) > 0
    assert_median(lives, median(rows))
    for horizon in HORIZONS:
        mean, error = restricted_mean(rows, horizon)
        exact_mean, exact_error = exact_mean_and_error(lives, horizon)
        assert is_close(mean, lifelines_mean(lives, horizon))
        assert is_close(mean, exact_mean)
        assert is_close(error, exact_error)


@thorough
@given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
def test_without_censoring_the_error_is_that_of_a_mean(tenures: list[int]) -> None:
    """Then its square is the variance of the lives, cut at the horizon, over n."""
    rows = life_table((tenure, True) for tenure in tenures)
    for horizon in HORIZONS:
        cut = [Fraction(min(tenure, horizon)) for tenure in tenures]
        _, error = restricted_mean(rows, horizon)
        assert is_close(error**2, float(pvariance(cut) / len(cut)))
