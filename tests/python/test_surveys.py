"""NPS and CSAT from raw files, under the sentences of the definitions."""

import pytest
import stories
from project_build import SHARED, Warehouse

EXAMPLE = SHARED / "data" / "worked_examples" / "nps_csat_small"
MARTS = ("--select", "+metrics_nps_by_period", "+metrics_csat_by_period")
LONG_AGO = "someone s1 2024-03-10T12:00 started 10"


def results(warehouse: Warehouse, mart: str, columns: str, grain: str) -> list[str]:
    """Return lines `period_start_date value ...` of one grain, in order."""
    rows = warehouse.query(
        f"select period_start_date, {columns} from marts.{mart} "
        "where period_grain = ? order by period_start_date",
        grain,
    )
    return [" ".join(stories.told(value) for value in row) for row in rows]


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason=f"no folder {EXAMPLE}")
def test_the_worked_example(warehouse: Warehouse) -> None:
    """The two numbers of free_numbers.csv, which names no mart."""
    warehouse.load(EXAMPLE / "source")
    warehouse.build({"as_of_date": "2024-04-01"}, *MARTS)
    assert results(
        warehouse,
        "metrics_nps_by_period",
        "respondents, promoters, passives, detractors, nps",
        "month",
    ) == ["2024-03-01 5 3 1 1 0.4"]
    assert results(
        warehouse,
        "metrics_csat_by_period",
        "respondents, satisfied_respondents, csat",
        "month",
    ) == ["2024-03-01 4 2 0.5"]


def test_answers_before_the_first_event_and_merged_customers(
    warehouse: Warehouse,
) -> None:
    """Counted is the "last answer per customer and period".

    `old` was merged into `new`: its answer of January stands alone in January, and is
    replaced in the year. February has no answer, April is not known any more.
    """
    answers = """
        old 2024-01-31T23:59 nps 10
        new 2024-03-05T12:00 nps 3
        new 2024-03-06T12:00 nps          # opened, not answered
        other 2024-03-31T23:59 nps 7
        new 2024-04-01T00:00 nps 10
        other 2024-03-02T12:00 cancellation
    """
    warehouse.load_files(
        {
            "subscription_events.csv": stories.subscription_events(LONG_AGO),
            "customers.csv": stories.customers("old merged_into_customer_id=new"),
            "survey_responses.csv": stories.survey_responses(answers),
        }
    )
    warehouse.build({"as_of_date": "2024-04-01"}, *MARTS)
    columns = "respondents, promoters, passives, detractors, nps, is_complete"
    found = {
        grain: results(warehouse, "metrics_nps_by_period", columns, grain)
        for grain in ("month", "quarter", "year")
    }
    assert found == {
        "month": [
            "2024-01-01 1 1 0 0 1.0 True",
            "2024-02-01 0 0 0 0 - True",
            "2024-03-01 2 0 1 1 -0.5 True",
        ],
        "quarter": ["2024-01-01 2 0 1 1 -0.5 True"],
        "year": ["2024-01-01 2 0 1 1 -0.5 False"],
    }
    assert not warehouse.query("select * from marts.metrics_csat_by_period")


def test_a_day_of_answers_is_a_day_of_the_reporting_zone(warehouse: Warehouse) -> None:
    """An answer at 23:30 UTC is given on the next day in Paris."""
    warehouse.load_files(
        {
            "subscription_events.csv": stories.subscription_events(LONG_AGO),
            "survey_responses.csv": stories.survey_responses(
                "someone 2024-03-30T23:30 csat 4"
            ),
        }
    )
    variables = {"as_of_date": "2024-04-01", "reporting_timezone": "Europe/Paris"}
    warehouse.build(variables, *MARTS)
    assert results(
        warehouse, "metrics_csat_by_period", "respondents, csat, average_score", "day"
    ) == ["2024-03-31 1 1.0 4.0"]
