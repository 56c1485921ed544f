"""Survival curves against lifelines: ties, nobody or everybody left, one customer.

SURVIVAL_CURVES in the environment says how many random curves of the mart are compared
(default 200); see docs/testing.md.
"""

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import pvariance

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from project_build import Warehouse
from second_opinion.life_table import LifeTableRow, life_table, median, restricted_mean
from second_opinion.raw_rows import Customer, RawData, SubscriptionEvent
from survival_oracle import (
    CurvePoint,
    Life,
    assert_curve,
    assert_median,
    exact_mean_and_error,
    is_close,
    lifelines_mean,
)

CURVES = int(os.environ.get("SURVIVAL_CURVES", "200"))
AS_OF_DATE = date(2025, 3, 31)
ONE_DAY = timedelta(days=1)
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


# -- the mart: every curve is a channel of its own, all in one build ------------------


@dataclass(frozen=True)
class Customership:
    """The first and only span of a customer; None: still there at AS_OF_DATE."""

    channel: str
    started: date
    ended: date | None

    def life(self, unit: str) -> Life:
        """Return the tenure in days or whole months, counted one by one."""
        until = self.ended or AS_OF_DATE
        if unit == "day":
            return (until - self.started).days, self.ended is not None
        months = 0
        while anniversary(self.started, months + 1) <= until:
            months += 1
        return months, self.ended is not None


def anniversary(started: date, months: int) -> date:
    """Return the same day so many months on, or the last day of a shorter month."""
    year, month = divmod(started.year * 12 + started.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - ONE_DAY).day
    return date(year, month + 1, min(started.day, last))


def random_channel(draw: Random, channel: str) -> list[Customership]:
    """Draw customers: one or many, few tenures or many, none, some or all gone."""
    size = draw.choice((1, 1, 2, 5, 20, 60))
    longest = draw.choice((1, 3, 31, 60, 400, 1500))
    share_gone = draw.choice((0.0, 0.2, 0.7, 1.0))
    latest = draw.choice((1, 40, 800))  # 1: all who left began on as few days
    found = []
    for _ in range(size):
        tenure = timedelta(days=draw.randint(0, longest))
        if draw.random() < share_gone:
            started = AS_OF_DATE - tenure - timedelta(days=draw.randint(1, latest))
            found.append(Customership(channel, started, started + tenure))
        else:
            started = AS_OF_DATE - max(tenure, ONE_DAY)
            found.append(Customership(channel, started, None))
    return found


def raw_data(many: list[Customership]) -> RawData:
    """Write customers and subscriptions; who left is there for two hours at least."""
    raw = RawData()
    for number, one in enumerate(many):
        who = f"c{number}"
        raw.customers.append(Customer(customer_id=who, acquisition_channel=one.channel))
        raw.subscription_events.append(
            SubscriptionEvent(
                event_id=f"{who}-started",
                customer_id=who,
                subscription_id="s",
                event_type="started",
                occurred_at=datetime.combine(one.started, time(10)),
                billing_interval="month",
                unit_amount=Decimal(10),
            )
        )
        if one.ended is not None:
            ended_at = datetime.combine(one.ended, time(12))
            started = raw.subscription_events[-1]
            raw.subscription_events.append(
                replace(
                    started,
                    event_id=f"{who}-ended",
                    event_type="ended",
                    occurred_at=ended_at,
                    billing_interval=None,
                    unit_amount=None,
                )
            )
    return raw


@pytest.fixture(scope="module")
def channels() -> dict[str, list[Customership]]:
    """Return the customers by channel, the same every time."""
    draw = Random(11)  # noqa: S311 - a sample, not a secret
    names = [f"channel {number}" for number in range(CURVES)]
    return {name: random_channel(draw, name) for name in names}


@pytest.fixture(scope="module")
def built(
    new_warehouse: Callable[[], Warehouse], channels: dict[str, list[Customership]]
) -> Warehouse:
    """Return a warehouse with all channels."""
    warehouse = new_warehouse()
    warehouse.write(raw_data([one for many in channels.values() for one in many]))
    warehouse.build(
        {
            "as_of_date": AS_OF_DATE.isoformat(),
            "segment_names": ["acquisition_channel"],
        },
        "--select",
        "+metrics_survival_by_tenure_and_segment",
        "+metrics_customer_lifetime_by_cohort",
    )
    return warehouse


@pytest.mark.parametrize("unit", ["day", "month"])
def test_random_curves_of_the_mart(
    unit: str,
    built: Warehouse,
    channels: dict[str, list[Customership]],
    record_cells: Callable[[str, int, int], None],
) -> None:
    """Every channel's curve agrees with lifelines, and its errors with fractions."""
    points: dict[str, list[CurvePoint]] = defaultdict(list)
    for channel, *figures in built.query(
        "select segment_value, tenure, at_risk, churned, censored, survival_rate,"
        " survival_rate_low, survival_rate_high, standard_error, hazard_rate"
        " from marts.metrics_survival_by_tenure_and_segment"
        " where retention_basis = 'subscription' and tenure_unit = ? order by tenure",
        unit,
    ):
        points[channel].append(CurvePoint(*figures))
    assert points.keys() == channels.keys()
    cells = 0
    for channel, many in channels.items():
        cells += assert_curve([one.life(unit) for one in many], points[channel])
    record_cells(f"{len(channels)} random curves by {unit}", cells, 0)


def cohorts(many: list[Customership]) -> dict[tuple[str, date], list[Life]]:
    """Return lives in months by grain and first day of the cohort, and of all."""
    found: dict[tuple[str, date], list[Life]] = defaultdict(list)
    first = min(one.started for one in many)
    for one in many:
        day, life = one.started, one.life("month")
        found["all", first].append(life)
        found["week", day - timedelta(days=day.weekday())].append(life)
        found["month", day.replace(day=1)].append(life)
        found["quarter", date(day.year, (day.month - 1) // 3 * 3 + 1, 1)].append(life)
        found["year", date(day.year, 1, 1)].append(life)
    return found


def test_lifetimes_of_the_mart(
    built: Warehouse,
    channels: dict[str, list[Customership]],
    record_cells: Callable[[str, int, int], None],
) -> None:
    """Median, restricted means and their errors of every cohort, or null unknown."""
    expected = cohorts([one for many in channels.values() for one in many])
    means = [(12, 4), (24, 6), (36, 8)]
    rows = built.query(
        "select period_grain, cohort_start_date, longest_observed_months,"
        " median_lifetime_months,"
        " restricted_mean_months_12, restricted_mean_months_12_standard_error,"
        " restricted_mean_months_24, restricted_mean_months_24_standard_error,"
        " restricted_mean_months_36, restricted_mean_months_36_standard_error"
        " from marts.metrics_customer_lifetime_by_cohort"
        " where retention_basis = 'subscription'"
    )
    assert len(rows) == len(expected)
    for row in rows:
        lives = expected[row[0], row[1]]
        longest = max(tenure for tenure, _ in lives)
        assert row[2] == longest
        assert_median(lives, row[3])
        is_over = all(ended for tenure, ended in lives if tenure == longest)
        for horizon, column in means:
            if longest < horizon and not is_over:
                assert row[column : column + 2] == (None, None)
                continue
            mean, error = exact_mean_and_error(lives, horizon)
            assert is_close(row[column], mean), row
            assert is_close(row[column], lifelines_mean(lives, horizon)), row
            assert is_close(row[column + 1], error), row
    record_cells(f"{len(rows)} lifetimes by cohort", 8 * len(rows), 0)
