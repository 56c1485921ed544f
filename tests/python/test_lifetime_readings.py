"""The restricted mean is right where 1 / churn is wrong: a panel watched for 12 years.

The panel is the column High End of Fader and Hardie (2007), Table 1: the share still
there after 0 to 12 years, here of 1,000 people who all began on one day. The figures
are those of docs/definitions.md; `pytest -s` prints them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from math import sqrt
from statistics import fmean, pvariance

import pytest
from project_build import PROJECT, Warehouse
from stories import subscription_events

LEFT_OVER = (1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394)
# Whole years that are known, by as_of_date.
KNOWN_YEARS = {date(2001, 2, 1): 1, date(2004, 2, 1): 4, date(2012, 2, 1): 12}
HORIZON_YEARS = (1, 2, 3)

Reading = Mapping[str, float | None]


def story() -> str:
    """Return the panel: a yearly plan of 120 from 15 January 2000 on."""
    lines = []
    for year in range(1, len(LEFT_OVER)):
        for person in range(LEFT_OVER[year], LEFT_OVER[year - 1]):
            lines.append(f"p{person} s 2000-01-15T12:00 started 120")
            lines.append(f"p{person} s {2000 + year}-01-15T12:00 ended")
    for person in range(LEFT_OVER[-1]):
        lines.append(f"p{person} s 2000-01-15T12:00 started 120")
    return "\n".join(lines).replace("started 120", "started 120 billing_interval=year")


@pytest.fixture(scope="module")
def readings(new_warehouse: Callable[[], Warehouse]) -> dict[date, Reading]:
    """Return the row over everybody, as of each date."""
    warehouse = new_warehouse()
    warehouse.load_files({"subscription_events.csv": subscription_events(story())})
    found: dict[date, Reading] = {}
    for as_of_date in KNOWN_YEARS:
        warehouse.build(
            {"as_of_date": as_of_date.isoformat(), "segment_names": []},
            "--select",
            "+metrics_customer_lifetime_by_cohort",
        )
        found[as_of_date] = warehouse.row(
            "select * from marts.metrics_customer_lifetime_by_cohort "
            "where retention_basis = 'subscription' and period_grain = 'all'"
        )
    return found


def still_there_by_naive_reading(naive_months: float, months: int) -> float:
    """Return the share left after so many months if churn were the same at all ages.

    A mean of m whole months has a chance of 1 / (1 + m) to leave in any of them.
    """
    return float((naive_months / (1 + naive_months)) ** months)


def test_restricted_means_are_those_of_the_published_table(
    readings: dict[date, Reading],
) -> None:
    """Years lived within the horizon, by hand from the table; null beyond the data.

    Nobody is censored before the horizon, so the error is that of a plain mean.
    """
    for as_of_date, known in KNOWN_YEARS.items():
        row = readings[as_of_date]
        for years in HORIZON_YEARS:
            name = f"restricted_mean_months_{12 * years}"
            if years > known:
                assert row[name] is None
                assert row[f"{name}_standard_error"] is None
                continue
            months = [
                12 * min(years, sum(person < left for left in LEFT_OVER[1:]) + 1)
                for person in range(LEFT_OVER[0])
            ]
            error = sqrt(pvariance(months) / len(months))
            assert row[name] == pytest.approx(12 * sum(LEFT_OVER[:years]) / 1000)
            assert row[name] == pytest.approx(fmean(months), abs=1e-9)
            assert row[f"{name}_standard_error"] == pytest.approx(error, abs=1e-9)


def test_naive_reading_grows_with_the_age_of_the_panel(
    readings: dict[date, Reading],
) -> None:
    """The same people, 92, 96 and 142 months; the restricted mean never moves."""
    naive = []
    for as_of_date, known in KNOWN_YEARS.items():
        months = 12 * sum(LEFT_OVER[:known])
        row = readings[as_of_date]
        assert row["naive_lifetime_months"] == pytest.approx(
            months / (LEFT_OVER[0] - LEFT_OVER[known])
        )
        naive.append(months / (LEFT_OVER[0] - LEFT_OVER[known]))
    assert naive == sorted(naive)
    assert naive[-1] > 1.5 * naive[0]
    means = {
        row["restricted_mean_months_36"]
        for as_of_date, row in readings.items()
        if KNOWN_YEARS[as_of_date] >= HORIZON_YEARS[-1]
    }
    assert len({round(mean, 9) for mean in means if mean}) == 1


def test_naive_reading_loses_customers_who_are_still_there(
    readings: dict[date, Reading],
) -> None:
    """After 12 years 39.4 % are there; 1 / churn of the first years says about 21 %."""
    published = LEFT_OVER[-1] / LEFT_OVER[0]
    for as_of_date in list(KNOWN_YEARS)[:2]:
        naive = readings[as_of_date]["naive_lifetime_months"]
        assert naive is not None
        assert still_there_by_naive_reading(naive, 144) < 0.6 * published


def test_page_has_these_figures(readings: dict[date, Reading]) -> None:
    """Every line of the table in docs/definitions.md, as built here."""
    page = (PROJECT / "docs" / "definitions.md").read_text(encoding="utf-8")
    lines = []
    for as_of_date, row in readings.items():
        naive = row["naive_lifetime_months"]
        assert naive is not None
        shown = [
            "null" if value is None else f"{value:.2f} ± {1.96 * (error or 0):.2f}"
            for value, error in (
                (row[name], row[f"{name}_standard_error"])
                for name in (f"restricted_mean_months_{12 * y}" for y in HORIZON_YEARS)
            )
        ]
        median = row["median_lifetime_months"]
        share = still_there_by_naive_reading(naive, 144)
        cells = (
            as_of_date.isoformat(),
            *shown,
            "null" if median is None else str(median),
            f"{naive:.1f}",
            f"{share:.1%}".replace("%", " %"),
        )
        line = f"| {' | '.join(cells)} |"
        print(line)
        lines.append(line)
    assert not [line for line in lines if line not in page]
