"""Answers to surveys as they count: the last of each customer in each period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from second_opinion.identity import Survivors
from second_opinion.periods import Periods
from second_opinion.raw_rows import SurveyResponse
from second_opinion.time_zone import ReportingZone


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with a score, of a surviving customer."""

    customer_id: str
    answered_at: datetime
    day: date
    response_id: str
    score: Decimal


def answers_by_survey(
    rows: Iterable[SurveyResponse],
    survivors: Survivors,
    zone: ReportingZone,
    as_of_date: date,
) -> dict[str, list[Answer]]:
    """Known answers by type of survey, in order; one without a score is none."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for row in rows:
        day = zone.date_of(row.responded_at)
        if row.score is None or day >= as_of_date:
            continue
        survivor = survivors.of(row.customer_id)
        answer = Answer(survivor, row.responded_at, day, row.response_id, row.score)
        found[row.survey_type].append(answer)
    for answers in found.values():
        answers.sort(key=lambda answer: (answer.answered_at, answer.response_id))
    return dict(found)


def last_scores(answers: Iterable[Answer], periods: Periods) -> list[list[Decimal]]:
    """For each period the last score of every customer who answered in it.

    Args:
        answers: In order.
        periods: From the first answer on.

    """
    last: list[dict[str, Decimal]] = [{} for _ in periods.starts]
    for answer in answers:
        last[periods.index_of(answer.day)][answer.customer_id] = answer.score
    return [list(scores.values()) for scores in last]
