"""The second opinion on lives, voices, trials and benchmarks: examples by hand."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import isclose

import pytest
from second_opinion.benchmarks import Benchmark
from second_opinion.costs import known_costs, total
from second_opinion.life_table import Life, life_table, median, restricted_mean
from second_opinion.marts.decomposition import Base, effects
from second_opinion.marts.feedback import csat_figures, nps_figures
from second_opinion.marts.lifetime import lifetime_figures
from second_opinion.money import EXACT, RateBook
from second_opinion.periods import whole_months
from second_opinion.policies import Policies
from second_opinion.raw_rows import (
    AcquisitionCost,
    RawData,
    RevenueEvent,
    SubscriptionEvent,
    SurveyResponse,
)
from second_opinion.recompute import Row, recompute

POLICIES = Policies(as_of_date=date(2024, 7, 1))
STARTED = SubscriptionEvent(
    event_id="e1",
    customer_id="a",
    subscription_id="s",
    event_type="started",
    occurred_at=datetime(2024, 1, 12, 12),
    billing_interval="month",
    unit_amount=Decimal(10),
)


def event(number: int, kind: str, instant: datetime) -> SubscriptionEvent:
    """Return an event of the same subscription."""
    return replace(STARTED, event_id=f"e{number}", event_type=kind, occurred_at=instant)


def of_month(rows: list[Row], day: date, start: str) -> Row:
    """Return the only monthly row of a period or cohort."""
    (row,) = (
        row for row in rows if row["period_grain"] == "month" and row[start] == day
    )
    return row


def test_half_leave_then_half_of_the_rest() -> None:
    """Of 16, 8 leave after 2 months, 4 after 3; 2 are censored there, 2 later."""
    lives = [(2, True)] * 8 + [(3, True)] * 4 + [(3, False)] * 2 + [(9, False)] * 2
    rows = life_table(lives)
    assert [row.tenure for row in rows] == [0, 2, 3, 9]
    assert [row.at_risk for row in rows] == [16, 16, 8, 2]
    assert [row.survival for row in rows] == [1, 0.5, 0.25, 0.25]
    assert median(rows) == 2
    # Two months of everybody, one of half of them, nine of a quarter.
    assert restricted_mean(rows, 12)[0] == 2 + 0.5 + 9 * 0.25
    # Behind month 2 lie 2.75 months, behind month 3 2.25.
    variance = 2.75**2 * 8 / (16 * 8) + 2.25**2 * 4 / (8 * 4)
    assert isclose(restricted_mean(rows, 12)[1] ** 2, variance)


def test_half_left_after_rounding_is_half() -> None:
    """9/10 * 8/9 * 7/8 * 6/7 * 5/6 is one half, whatever floats make of it."""
    lives = [(tenure, True) for tenure in range(1, 11)]
    assert median(life_table(lives)) == 5


@pytest.mark.parametrize(
    ("ended", "months"),
    [("2023-02-27", 0), ("2023-02-28", 1), ("2023-03-30", 1), ("2023-03-31", 2)],
)
def test_whole_months_count_from_the_anchor(ended: str, months: int) -> None:
    """One month after 31 January is the last day of February."""
    assert whole_months(date(2023, 1, 31), date.fromisoformat(ended)) == months


def test_nps_and_csat_of_the_worked_example() -> None:
    """Five last answers 10, 9, 8, 6, 9: 0.4; of 5, 4, 3 and 1 half are satisfied."""
    nps = nps_figures([Decimal(score) for score in (10, 9, 8, 6, 9)])
    assert (nps["promoters"], nps["passives"], nps["detractors"]) == (3, 1, 1)
    assert nps["nps"] == 0.4
    csat = csat_figures([Decimal(score) for score in (5, 4, 3, 1)])
    assert (csat["csat"], csat["average_score"]) == (0.5, 3.25)


def test_the_last_answer_of_a_customer_counts() -> None:
    """2, then 9; an answer without a score is none; ids break ties."""
    days = (2, 20, 20, 25)
    rows = [
        SurveyResponse(
            response_id=f"r{number}",
            customer_id="e",
            survey_type="nps",
            responded_at=datetime(2024, 3, day),
            score=score,
        )
        for number, (day, score) in enumerate(
            zip(days, (Decimal(2), Decimal(0), Decimal(9), None), strict=True)
        )
    ]
    marts = recompute(RawData(survey_responses=rows), POLICIES)
    nps = marts["metrics_nps_by_period"]
    march = of_month(nps, date(2024, 3, 1), "period_start_date")
    assert (march["respondents"], march["nps"]) == (1, 1.0)
    april = of_month(nps, date(2024, 4, 1), "period_start_date")
    assert (april["respondents"], april["nps"], april["nps_low"]) == (0, None, None)


def test_effects_of_the_worked_example() -> None:
    """Of 6.25 points plan a's rate gives +15.625, plan b's -9.375; the mix cancels."""
    totals = Base(16, 5), Base(16, 6)
    plan_a = effects(Base(12, 3), Base(8, 4), *totals)
    plan_b = effects(Base(4, 2), Base(8, 2), *totals)
    assert plan_a == (Fraction(-1, 128), Fraction(5, 32))
    assert plan_b == (Fraction(1, 128), Fraction(-3, 32))
    assert sum(plan_a) + sum(plan_b) == Fraction(1, 16)
    # A value that was empty takes the rate of the other period: no rate effect.
    assert effects(Base(0, 0), Base(8, 4), *totals) == (Fraction(5, 64), Fraction(0))
    assert effects(Base(0, 0), Base(8, 4), Base(0, 0), totals[1]) is None


def test_a_benchmark_of_a_year_becomes_one_of_a_month() -> None:
    """5 % a year is 0.43 % a month; retention the other way round; ends are within."""
    churn = Benchmark(
        "b",
        "customer_churn_rate",
        "SaaS",
        *(Decimal("0.05"), Decimal("0.07"), Decimal(12)),
        is_higher_better=False,
        source="",
        source_year=2024,
    )
    assert isclose(churn.range_of("month")[0], 0.0042653, abs_tol=1e-7)
    assert churn.range_of("year") == (0.05, 0.07)
    rates = (0.04, 0.05, 0.07, 0.08)
    ratings = ["better", "within", "within", "worse"]
    assert [churn.rating(rate, "year") for rate in rates] == ratings
    stay = replace(
        churn,
        metric_name="gross_revenue_retention_rate",
        low_value=Decimal("0.82"),
        high_value=Decimal("0.95"),
        is_higher_better=True,
    )
    assert isclose(stay.range_of("quarter")[0], 0.82**0.25)
    assert stay.rating(0.99, "year") == "better"


@pytest.mark.parametrize(
    ("as_of_date", "eligible", "within"),
    [(date(2024, 2, 9), 0, 0), (date(2024, 2, 10), 1, 1), (date(2024, 7, 1), 1, 1)],
)
def test_a_trial_converts_in_a_window_that_is_past(
    as_of_date: date, eligible: int, within: int
) -> None:
    """Tried on 10 January at noon, customer two days later; 30 days * 24 h."""
    trial = event(0, "trial_started", datetime(2024, 1, 10, 12))
    raw = RawData(subscription_events=[trial, STARTED])
    marts = recompute(raw, replace(POLICIES, as_of_date=as_of_date))
    rows = marts["metrics_trial_conversion_by_cohort"]
    row = of_month(rows, date(2024, 1, 1), "cohort_start_date")
    assert row["median_days_to_conversion"] == 2
    assert row["converted_customers"] == 1
    assert row["eligible_customers"] == eligible
    assert row["converted_within_customers"] == within


def test_a_trial_after_the_start_is_none_and_an_open_one_is_open() -> None:
    """`trial_started` after `started` has no effect."""
    late = event(2, "trial_started", datetime(2024, 2, 10, 12))
    marts = recompute(RawData(subscription_events=[STARTED, late]), POLICIES)
    assert marts["metrics_trial_conversion_by_cohort"] == []
    marts = recompute(RawData(subscription_events=[late]), POLICIES)
    rows = marts["metrics_trial_conversion_by_cohort"]
    row = of_month(rows, date(2024, 2, 1), "cohort_start_date")
    assert (row["open_trial_customers"], row["converted_customers"]) == (1, 0)


def test_a_customer_period_shows_both_edges_and_what_was_paid() -> None:
    """Active from January to March, paid in June: no row for April and May."""
    ended = event(2, "ended", datetime(2024, 3, 10, 12))
    paid = RevenueEvent(
        event_id="r1",
        customer_id="a",
        event_type="payment",
        occurred_at=datetime(2024, 6, 5),
        amount=Decimal(7),
    )
    raw = RawData(subscription_events=[STARTED, ended], revenue_events=[paid])
    rows = recompute(raw, POLICIES)["fct_customer_periods"]
    shown = [(str(row["period_start_date"]), row["movement_type"]) for row in rows]
    assert shown == [
        ("2024-01-01", "new"),
        ("2024-02-01", None),
        ("2024-03-01", "churn"),
        ("2024-06-01", None),
    ]
    assert [row["ending_mrr"] for row in rows] == [10, 10, 0, 0]
    assert [row["order_count"] for row in rows] == [0, 0, 0, 1]


def spending(day: date, amount: int) -> AcquisitionCost:
    """Return a cost of a channel that nobody came from."""
    return AcquisitionCost(
        cost_date=day, acquisition_channel="fairs", amount=Decimal(amount)
    )


def subscription(
    number: int, started: datetime, ended: datetime | None
) -> list[SubscriptionEvent]:
    """Return the life of one customer at 10 a month."""
    first = replace(
        STARTED,
        event_id=f"s{number}",
        customer_id=f"c{number}",
        occurred_at=started,
    )
    if ended is None:
        return [first]
    last = replace(first, event_id=f"t{number}", event_type="ended", occurred_at=ended)
    return [first, last]


def test_a_cost_told_again_with_its_currency_is_the_same_cost() -> None:
    """A missing currency is the reporting currency, in the key too."""
    cost = spending(date(2024, 1, 2), 10)
    later = datetime(2024, 8, 1)
    again = replace(cost, amount=Decimal(25), currency="USD", loaded_at=later)
    rates = RateBook([], "USD", "fixed_rate", POLICIES.as_of_date)
    assert total(known_costs([cost, again], POLICIES, rates)) == 25 * EXACT


def test_a_cohort_pays_back_when_its_margin_reaches_the_cost() -> None:
    """100 spent, 4 come; 60, 60, 40 and 40 at half the margin: back in month 4."""
    raw = RawData(acquisition_costs=[spending(date(2024, 1, 2), 100)])
    for number in range(4):
        raw.subscription_events += subscription(number, datetime(2024, 1, 9), None)
    for month, amount in ((1, 60), (2, 60), (3, 40), (4, 40)):
        raw.revenue_events.append(
            RevenueEvent(
                event_id=f"p{month}",
                customer_id="c1",
                event_type="payment",
                occurred_at=datetime(2024, month, 20),
                amount=Decimal(amount),
                subscription_id="s",
            )
        )
    marts = recompute(raw, replace(POLICIES, gross_margin=Decimal("0.5")))
    rows = [
        row
        for row in marts["metrics_lifetime_value_by_cohort"]
        if (row["retention_basis"], row["period_grain"]) == ("subscription", "month")
    ]
    assert [row["realised_ltv"] for row in rows] == [15, 30, 40, 50, 50, 50]
    assert [row["ltv_to_cac_ratio"] for row in rows] == [0.3, 0.6, 0.8, 1, 1, 1]
    assert [row["payback_months"] for row in rows] == [None, None, None, 4, 4, 4]
    assert {row["customer_acquisition_cost"] for row in rows} == {25}


def test_value_of_everybody_from_the_last_six_months() -> None:
    """Ten at every start, one leaves and one comes each month: 10 * 0.8 / 10 % = 80."""
    raw = RawData(acquisition_costs=[spending(date(2024, 2, 20), 60)])
    for number in range(16):
        month = max(number - 9, 0)  # 0: December, with nine others
        started = datetime(2024, month, 5) if month else datetime(2023, 12, 5)
        ended = datetime(2024, number + 1, 15) if number < 6 else None
        raw.subscription_events += subscription(number, started, ended)
    policies = replace(POLICIES, gross_margin=Decimal("0.8"), lifetime_horizon_months=2)
    rows = recompute(raw, policies)["metrics_lifetime_value_by_segment"]
    (row,) = (row for row in rows if row["segment_name"] == "all")
    assert row["starting_customers_6_months"] == 60
    assert row["churned_customers_6_months"] == 6
    assert row["average_revenue_per_customer"] == 10
    assert isclose(float(str(row["simple_ltv"])), 80)
    # After one whole month 1 of 15 leaves; the last to come has not lived one.
    survival = 8 * (1 + 14 / 15)
    assert isclose(float(str(row["survival_ltv"])), survival)
    discounted = 8 * (1 + 14 / 15 * 1.1 ** (-1 / 12))
    assert isclose(float(str(row["discounted_survival_ltv"])), discounted)
    # Five came since February, for 60.
    assert row["customer_acquisition_cost"] == 12
    assert isclose(float(str(row["ltv_to_cac_ratio"])), 80 / 12)
    assert row["payback_months"] == 1.5


@pytest.mark.parametrize(
    ("lives", "reason"),
    [
        ([(40, False)], "no_churn"),
        ([(3, True), (5, False)], "too_few_months"),
        ([(3, True), (40, False), (40, False)], "median_not_reached"),
        ([(3, True), (5, True)], None),
    ],
)
def test_a_lifetime_says_why_a_figure_is_missing(
    lives: list[Life], reason: str | None
) -> None:
    """A curve that has come down to 0 is known at every horizon."""
    figures = lifetime_figures(lives, 30)
    assert figures["lifetime_null_reason"] == reason
    if reason is None:
        assert figures["restricted_mean_months_36"] == 4
        assert figures["naive_lifetime_months"] == 4
