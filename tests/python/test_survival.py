"""Survival curves and lifetimes against lifelines and exact fractions.

Every kind of data is a value of one segment, so one build serves them all; the lives
are random, and their tenures are computed here from dates alone.
"""

import random
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, pvariance

import pytest
import survival_oracle as oracle
from project_build import Warehouse
from stories import customer_attributes, subscription_events
from survival_oracle import CurvePoint, is_close

AS_OF_DATE = date(2025, 7, 1)
FIRST_DATE = date(2022, 1, 31)
HORIZONS = (7, 12, 24, 36)
UNITS = ("day", "month")


@dataclass(frozen=True)
class Life:
    """The first span of a customer; one that did not end lasts beyond AS_OF_DATE."""

    customer_id: str
    kind: str
    started: date
    ended: date | None

    def tenure(self, unit: str) -> oracle.Life:
        """Return days or whole months up to the end, or to AS_OF_DATE; and which."""
        until = self.ended or AS_OF_DATE
        has_ended = self.ended is not None
        if unit == "day":
            return (until - self.started).days, has_ended
        months = 0
        while anniversary(self.started, months + 1) <= until:
            months += 1
        return months, has_ended


def anniversary(started: date, months: int) -> date:
    """Return the anchor plus so many months, or the last day of a shorter one."""
    year, month = divmod(started.year * 12 + started.month - 1 + months, 12)
    return date(year, month + 1, min(started.day, monthrange(year, month + 1)[1]))


def kinds() -> dict[str, list[tuple[date, date | None]]]:
    """Return starts and ends by kind of data."""
    draw = random.Random(5)  # noqa: S311 - the same lives every time

    def day(most: int) -> timedelta:
        return timedelta(days=draw.randint(0, most))

    def known(ended: date) -> date | None:
        return ended if ended < AS_OF_DATE else None

    staggered: list[tuple[date, date | None]] = []
    for _ in range(400):
        started = FIRST_DATE + day(1200)
        lasted = timedelta(days=int(draw.expovariate(1 / 250)) + 1)
        staggered.append((started, known(started + lasted)))
    staggered += [(AS_OF_DATE - timedelta(days=9) + day(8), None) for _ in range(7)]
    return {
        "staggered_entry": staggered,
        "no_churn": [(FIRST_DATE + day(900), None) for _ in range(40)],
        "all_churned": [
            (FIRST_DATE, FIRST_DATE + timedelta(days=1) + day(300)) for _ in range(50)
        ],
        "ties": [
            (FIRST_DATE, known(FIRST_DATE + timedelta(days=30 * draw.randint(1, 45))))
            for _ in range(300)
        ],
        "all_at_once": [(FIRST_DATE, date(2022, 2, 28)) for _ in range(5)],
        "one_who_stays": [(date(2024, 2, 29), None)],
        "one_who_leaves": [(date(2024, 2, 29), date(2025, 2, 28))],
    }


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    """Return the lives of all kinds."""
    return [
        Life(f"{kind}_{number}", kind, started, ended)
        for kind, spans in kinds().items()
        for number, (started, ended) in enumerate(spans)
    ]


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[[], Warehouse], lives: list[Life]) -> Warehouse:
    """Return a warehouse with these lives; half of those who left come back."""
    events = []
    for number, life in enumerate(lives):
        who = f"{life.customer_id} s1"
        events.append(f"{who} {life.started}T10:00 started 10")
        if life.ended:
            events.append(f"{who} {life.ended}T10:00 ended")
            if number % 2 and life.ended < date(2025, 5, 1):
                again = life.ended + timedelta(days=20)
                events.append(f"{who} {again}T10:00 started 10")
    warehouse = new_warehouse()
    warehouse.load_files(
        {
            "subscription_events.csv": subscription_events("\n".join(events)),
            "customer_attributes.csv": customer_attributes(
                "\n".join(f"{life.customer_id} kind {life.kind}" for life in lives)
            ),
        }
    )
    warehouse.build(
        {
            "as_of_date": AS_OF_DATE.isoformat(),
            "segment_names": ["kind"],
            "lifetime_horizon_months": HORIZONS[0],
        },
        "--select",
        "+metrics_survival_by_tenure",
        "+metrics_survival_by_tenure_and_segment",
        "+metrics_customer_lifetime_by_cohort",
    )
    return warehouse


def of_kind(lives: list[Life], kind: str, unit: str) -> list[oracle.Life]:
    """Return the tenures of one kind, or of all together."""
    return [life.tenure(unit) for life in lives if kind in ("all", life.kind)]


def curve(warehouse: Warehouse, unit: str, kind: str) -> list[CurvePoint]:
    """Return the curve of one kind, or of all together."""
    suffix, where = "", "where retention_basis = 'subscription' and tenure_unit = ?"
    if kind != "all":
        suffix = "_and_segment"
        where += f" and segment_name = 'kind' and segment_value = '{kind}'"
    rows = warehouse.query(
        "select tenure, at_risk, churned, censored, survival_rate, survival_rate_low, "
        "survival_rate_high, standard_error, hazard_rate "
        f"from marts.metrics_survival_by_tenure{suffix} {where} order by tenure",
        unit,
    )
    return [CurvePoint(*row) for row in rows]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("kind", ["all", *kinds()])
def test_curve_and_bands_are_those_of_lifelines(
    kind: str,
    unit: str,
    built: Warehouse,
    lives: list[Life],
    record_cells: Callable[[str, int, int], None],
) -> None:
    """Rows, counts, rate, log-log bands, error and hazard, to 1e-9."""
    cells = oracle.assert_curve(of_kind(lives, kind, unit), curve(built, unit, kind))
    record_cells(f"survival, {kind}, {unit}", cells, 0)


@pytest.mark.parametrize("kind", ["all", *kinds()])
def test_restricted_means_are_those_of_lifelines(
    kind: str, built: Warehouse, lives: list[Life]
) -> None:
    """Mean by lifelines, error by the covariances of the curve with itself, to 1e-9.

    A horizon has a row exactly if somebody was watched for so long, or the curve is 0.
    """
    found = {
        horizon: (mean, error)
        for horizon, mean, error in built.query(
            "select horizon_months, restricted_mean_months, "
            "restricted_mean_standard_error from intermediate.int_restricted_lifetimes "
            "where period_grain = 'all' and segment_value = ?",
            kind,
        )
    }
    tenures = of_kind(lives, kind, "month")
    longest = max(tenure for tenure, _ in tenures)
    is_over = all(has_ended for tenure, has_ended in tenures if tenure == longest)
    assert sorted(found) == [one for one in HORIZONS if is_over or longest >= one]
    for horizon, (mean, error) in found.items():
        assert is_close(mean, oracle.lifelines_mean(tenures, horizon))
        expected = oracle.exact_mean_and_error(tenures, horizon)
        assert is_close(mean, expected[0])
        assert is_close(error, expected[1])


def test_error_without_censoring_is_that_of_a_plain_mean(
    built: Warehouse, lives: list[Life]
) -> None:
    """With every end known, a restricted mean is the mean of the shortened tenures."""
    rows = built.query(
        "select horizon_months, restricted_mean_months, restricted_mean_standard_error "
        "from intermediate.int_restricted_lifetimes where segment_value = 'all_churned'"
    )
    tenures = [tenure for tenure, _ in of_kind(lives, "all_churned", "month")]
    assert len(rows) == len(HORIZONS)
    for horizon, mean, error in rows:
        shortened = [min(tenure, horizon) for tenure in tenures]
        assert is_close(mean, fmean(shortened))
        assert is_close(error, sqrt(pvariance(shortened) / len(shortened)))


def test_discounting_values_each_month_at_its_beginning(
    built: Warehouse, lives: list[Life]
) -> None:
    """The sum of survival at month k times 1.1 to the power of -k / 12, to 1e-9."""
    rows = built.query(
        "select horizon_months, discounted_mean_months "
        "from intermediate.int_restricted_lifetimes "
        "where period_grain = 'all' and segment_value = 'staggered_entry'"
    )
    points = oracle.exact_curve(of_kind(lives, "staggered_entry", "month"))
    assert len(rows) == len(HORIZONS)
    for horizon, found in rows:
        survival = {point.tenure: float(point.survival) for point in points}
        for month in range(1, horizon):
            survival.setdefault(month, survival[month - 1])
        expected = sum(
            survival[month] * 1.1 ** (-month / 12) for month in range(horizon)
        )
        assert is_close(found, expected)


@pytest.mark.parametrize("grain", ["year", "all"])
def test_cohorts_have_the_lifetimes_of_their_customers(
    grain: str, built: Warehouse, lives: list[Life]
) -> None:
    """Counts, median and the naive reading: all months lived / those who left."""
    rows = built.query(
        "select cohort_start_date, cohort_customers, churned_customers, "
        "censored_customers, median_lifetime_months, longest_observed_months, "
        "naive_lifetime_months, lifetime_null_reason "
        "from marts.metrics_customer_lifetime_by_cohort where period_grain = ?",
        grain,
    )
    cohorts: dict[date, list[oracle.Life]] = {}
    for life in lives:
        start = FIRST_DATE if grain == "all" else date(life.started.year, 1, 1)
        cohorts.setdefault(start, []).append(life.tenure("month"))
    assert {row[0] for row in rows} == set(cohorts)
    for start, customers, churned, censored, median, longest, naive, reason in rows:
        tenures = cohorts[start]
        lost = sum(has_ended for _, has_ended in tenures)
        assert (customers, churned) == (len(tenures), lost)
        assert censored == customers - churned
        oracle.assert_median(tenures, median)
        assert longest == max(tenure for tenure, _ in tenures)
        assert is_close(naive, sum(tenure for tenure, _ in tenures) / lost)
        assert reason == (None if longest >= 36 else "too_few_months")


def test_kinds_are_what_they_are_called(built: Warehouse) -> None:
    """The kinds have the edges that they stand for."""
    assert {point.survival for point in curve(built, "day", "no_churn")} == {1.0}
    last = curve(built, "day", "all_churned")[-1]
    assert (last.survival, last.low, last.high, last.standard_error) == (0, 0, 0, 0)
    assert max(point.churned for point in curve(built, "day", "ties")) > 5
    last = curve(built, "month", "all_at_once")[-1]
    assert (last.tenure, last.at_risk, last.churned, last.survival) == (1, 5, 5, 0)
    last = curve(built, "month", "one_who_leaves")[-1]
    assert (last.tenure, last.at_risk, last.churned, last.survival) == (12, 1, 1, 0)
    assert [one.survival for one in curve(built, "day", "one_who_stays")] == [1, 1]
