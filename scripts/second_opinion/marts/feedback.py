"""metrics_nps_by_period and metrics_csat_by_period."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import sqrt

from second_opinion.answers import last_scores
from second_opinion.money import WILSON_Z, rate_with_interval, ratio
from second_opinion.people import World
from second_opinion.periods import GRAINS, Periods

Row = dict[str, object]

PROMOTER, DETRACTOR, SATISFIED = 9, 6, 4


def nps_figures(scores: list[Decimal]) -> Row:
    """Columns of one period; the band is that of a difference of two shares."""
    total = len(scores)
    promoters = sum(score >= PROMOTER for score in scores)
    detractors = sum(score <= DETRACTOR for score in scores)
    net = ratio(promoters - detractors, total)
    row: Row = {
        "respondents": total,
        "promoters": promoters,
        "passives": total - promoters - detractors,
        "detractors": detractors,
        "nps": net,
        "nps_low": None,
        "nps_high": None,
    }
    if net is not None:
        # Each score is worth 1, 0 or -1: its variance is the mean square less net^2.
        variance = Fraction(promoters + detractors, total)
        variance -= Fraction(promoters - detractors, total) ** 2
        half = WILSON_Z * sqrt(variance / total)
        row |= {"nps_low": net - half, "nps_high": net + half}
    return row


def csat_figures(scores: list[Decimal]) -> Row:
    """Columns of one period."""
    total = len(scores)
    satisfied = sum(score >= SATISFIED for score in scores)
    row: Row = {
        "respondents": total,
        "satisfied_respondents": satisfied,
        "average_score": float(sum(map(Fraction, scores)) / total) if total else None,
    }
    return row | rate_with_interval("csat", satisfied, total)


def feedback_rows(world: World, survey_type: str) -> list[Row]:
    """Rows of the mart of one type of survey, `nps` or `csat`."""
    answers = world.answers.get(survey_type, [])
    if not answers:
        return []
    figures = nps_figures if survey_type == "nps" else csat_figures
    rows: list[Row] = []
    for grain in GRAINS:
        as_of_date = world.policies.as_of_date
        periods = Periods.covering(grain, answers[0].day, as_of_date)
        for index, scores in enumerate(last_scores(answers, periods)):
            is_small = len(scores) < world.policies.small_sample_size
            row = periods.columns(index) | figures(scores)
            rows.append(row | {"is_small_sample": is_small})
    return rows
