"""Hypothesis strategies: answers to surveys, and what acquisition cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from second_opinion.moments import CURRENCIES
from second_opinion.raw_rows import (
    FIRST_LOADED_AT,
    AcquisitionCost,
    SurveyResponse,
)

# Scores at the edges of promoters, passives and detractors, and between them.
SCORES = {
    "nps": ("0", "6", "6.5", "7", "8", "8.9999", "9", "10", "10", None),
    "csat": ("1", "3", "3.9999", "4", "4.5", "5", None),
    "cancellation": (None, "1"),
}
CHANNELS = ("ads", "organic", "fairs", "unknown")
COSTS = ("0", "10", "99.9999", "1000")
LATER = FIRST_LOADED_AT + timedelta(days=1)


@st.composite
def _answer(
    draw: st.DrawFn, pool: list[datetime], customers: Sequence[str], number: int
) -> SurveyResponse:
    """Draw one answer."""
    survey_type = draw(st.sampled_from(("nps", "nps", "csat", "csat", "cancellation")))
    score = draw(st.sampled_from(SCORES[survey_type]))
    return SurveyResponse(
        response_id=f"r{number}",
        customer_id=draw(st.sampled_from(customers)),
        survey_type=survey_type,
        responded_at=draw(st.sampled_from(pool)),
        score=None if score is None else Decimal(score),
        reason_code=draw(st.sampled_from((None, "unused"))),
    )


@st.composite
def answers(
    draw: st.DrawFn, pool: list[datetime], customers: Sequence[str]
) -> list[SurveyResponse]:
    """Draw answers, several of one customer at one instant; some are corrected."""
    rows: list[SurveyResponse] = []
    # Their ids break ties, and "r10" comes before "r9".
    for number in draw(st.permutations(range(draw(st.integers(0, 11))))):
        row = draw(_answer(pool, customers, number))
        rows.append(row)
        if draw(st.integers(0, 5)) == 0:
            stale = draw(_answer(pool, customers, number))
            rows[-1] = replace(
                row, recorded_at=LATER, load_id="load_0002", loaded_at=LATER
            )
            given = draw(st.sampled_from((None, FIRST_LOADED_AT)))
            rows.append(replace(stale, recorded_at=given))
    return rows


@st.composite
def acquisition_costs(draw: st.DrawFn, pool: list[datetime]) -> list[AcquisitionCost]:
    """Draw costs; some were exported again by a later load, with another amount.

    The later row may leave the currency out, or name it for the first time: where that
    is the reporting currency it replaces the older row, else it is another cost.
    """
    days = st.sampled_from(pool).map(datetime.date)
    keys = st.tuples(days, st.sampled_from(CHANNELS))
    currencies = st.sampled_from((None, *CURRENCIES))
    amounts = st.sampled_from(COSTS).map(Decimal)
    rows: list[AcquisitionCost] = []
    for cost_date, channel in draw(st.lists(keys, max_size=10, unique=True)):
        row = AcquisitionCost(
            cost_date=cost_date,
            acquisition_channel=channel,
            amount=draw(amounts),
            currency=draw(currencies),
        )
        rows.append(row)
        if draw(st.integers(0, 3)) == 0:
            later = replace(row, amount=draw(amounts), currency=draw(currencies))
            rows.append(replace(later, load_id="load_0002", loaded_at=LATER))
    return rows
