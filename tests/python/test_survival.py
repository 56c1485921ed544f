"""Survival curves against the library lifelines, which shares nothing with the models.

Every kind of data is a value of one segment, so one build serves them all; the lives
are random, and their tenures are computed here from dates alone.
"""

import random
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]
from project_build import Warehouse
from stories import customer_attributes, subscription_events

AS_OF_DATE = date(2025, 7, 1)
FIRST_DATE = date(2022, 1, 31)
TOLERANCE = 1e-9
UNITS = ("day", "month")


@dataclass(frozen=True)
class Life:
    """The first span of a customer; one that did not end lasts beyond AS_OF_DATE."""

    customer_id: str
    kind: str
    started: date
    ended: date | None

    def tenure(self, unit: str) -> int:
        """Return days or whole months up to the end, or to AS_OF_DATE."""
        until = self.ended or AS_OF_DATE
        if unit == "day":
            return (until - self.started).days
        months = 0
        while anniversary(self.started, months + 1) <= until:
            months += 1
        return months


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
        {"as_of_date": AS_OF_DATE.isoformat(), "segment_names": ["kind"]},
        "--select",
        "+metrics_survival_by_tenure",
        "+metrics_survival_by_tenure_and_segment",
    )
    return warehouse


def fitted(lives: list[Life], unit: str) -> KaplanMeierFitter:
    """Return the estimate of lifelines."""
    return KaplanMeierFitter().fit(
        [life.tenure(unit) for life in lives],
        event_observed=[life.ended is not None for life in lives],
    )


def curve(warehouse: Warehouse, unit: str, kind: str) -> list[tuple[float, ...]]:
    """Return the curve of one kind, or of all together."""
    columns = (
        "tenure, at_risk, churned, censored, "
        "survival_rate, survival_rate_low, survival_rate_high"
    )
    where = "where retention_basis = 'subscription' and tenure_unit = ?"
    if kind == "all":
        return warehouse.query(
            f"select {columns} from marts.metrics_survival_by_tenure {where} "
            "order by tenure",
            unit,
        )
    return warehouse.query(
        f"select {columns} from marts.metrics_survival_by_tenure_and_segment {where} "
        "and segment_name = 'kind' and segment_value = ? order by tenure",
        unit,
        kind,
    )


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("kind", ["all", *kinds()])
def test_curve_and_bands_are_those_of_lifelines(
    kind: str,
    unit: str,
    built: Warehouse,
    lives: list[Life],
    record_cells: Callable[[str, int, int], None],
) -> None:
    """Rows, counts, rate and log-log bands, to 1e-9."""
    model = fitted([life for life in lives if kind in ("all", life.kind)], unit)
    rows = np.array(curve(built, unit, kind), dtype=float)
    table = model.event_table
    assert rows[:, 0].tolist() == table.index.tolist()
    assert rows[:, 1].tolist() == table["at_risk"].tolist()
    assert rows[:, 2].tolist() == table["observed"].tolist()
    assert rows[:, 3].tolist() == table["censored"].tolist()
    rate = model.survival_function_.to_numpy()[:, 0]
    bands = model.confidence_interval_.to_numpy()
    # Where the rate is 1 or 0 the definitions have the bands meet it.
    bands = np.where(((rate == 0) | (rate == 1))[:, None], rate[:, None], bands)
    expected = np.column_stack([rate, bands])
    difference = np.abs(rows[:, 4:] - expected)
    record_cells(
        f"survival, {kind}, {unit}", rows.size, int((difference > TOLERANCE).sum())
    )
    assert difference.max() <= TOLERANCE
    assert not np.isnan(expected).any()


def test_kinds_are_what_they_are_called(built: Warehouse) -> None:
    """The kinds have the edges that they stand for."""
    assert {row[4] for row in curve(built, "day", "no_churn")} == {1.0}
    assert curve(built, "day", "all_churned")[-1][4:] == (0.0, 0.0, 0.0)
    assert max(row[2] for row in curve(built, "day", "ties")) > 5
    assert curve(built, "month", "all_at_once")[-1][:5] == (1, 5, 5, 0, 0.0)
    assert curve(built, "month", "one_who_leaves")[-1][:5] == (12, 1, 1, 0, 0.0)
    assert [row[4] for row in curve(built, "day", "one_who_stays")] == [1.0, 1.0]
