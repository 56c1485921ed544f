"""Survey responses of a block: NPS, satisfaction after support, and farewells."""

import numpy as np

from sample.arrays import (
    MISSING,
    Columns,
    Integers,
    draw_between,
    draw_seconds,
    draw_words,
    filled,
    happens,
    joined,
    taken,
)
from sample.calendar_arithmetic import DAY
from sample.endings import LEFT
from sample.settings import Settings
from sample.subscriptions import History

SURVEY_TYPES = ("nps", "csat", "cancellation")
NPS, CSAT, CANCELLATION = range(3)
COMMENTS = (
    "Works well for us.",
    "Too slow, and too dear.",
    'Asked twice for an "export", never got one.',
    "Nous avons changé d'outil.",
    "Fine.\nMostly.",
)
NPS_SHARES = (0.02, 0.02, 0.03, 0.04, 0.05, 0.07, 0.09, 0.16, 0.20, 0.18, 0.14)
UNHAPPY_NPS_SHARES = (0.08, 0.07, 0.08, 0.1, 0.11, 0.13, 0.14, 0.12, 0.09, 0.05, 0.03)
CSAT_SHARES = (0.05, 0.07, 0.15, 0.40, 0.33)
RESPONSE_SHARE = 0.25
FAREWELL_SHARE = 0.35


def generate_surveys(settings: Settings, block: int, history: History) -> Columns:
    """Return the survey responses of one block, in order of time.

    Returns:
        customer, survey_type, at, score (missing for farewells), reason (position in
        `REASONS`, farewells only), comment (position in `COMMENTS`, or missing).

    """
    random = settings.random(block, "surveys")
    lives, ends = history.lives, history.ends
    finish = np.minimum(ends.at, settings.end)
    asked = []
    for number in range(6):
        at = lives.started_at + (60 + 180 * number) * DAY
        rows = np.flatnonzero(happens(random, RESPONSE_SHARE, len(lives)))
        at = at[rows] + draw_seconds(random, 2, len(rows))
        leaves_soon = ends.at[rows] < at + 120 * DAY
        happy, unhappy = (
            draw_words(random, shares, len(rows))
            for shares in (NPS_SHARES, UNHAPPY_NPS_SHARES)
        )
        score = np.where(leaves_soon, unhappy, happy)
        response = _responses(random, lives.customer[rows], NPS, at, score)
        asked.append(taken(response, at < finish[rows]))
    helped = np.flatnonzero(happens(random, 2 * RESPONSE_SHARE, len(lives)))
    at = draw_between(random, lives.started_at[helped], finish[helped])
    score = 1 + draw_words(random, CSAT_SHARES, len(helped))
    asked.append(_responses(random, lives.customer[helped], CSAT, at, score))
    said = happens(random, FAREWELL_SHARE, len(lives)) & (ends.kind == LEFT)
    at = ends.at[said] + draw_seconds(random, 1, int(said.sum()))
    customer = lives.customer[said]
    farewell = _responses(random, customer, CANCELLATION, at, filled(len(at)))
    asked.append(farewell | {"reason": ends.reason[said]})
    responses = joined(asked)
    responses = taken(responses, responses["occurred_at"] < settings.end)
    return taken(responses, np.argsort(responses["occurred_at"], kind="stable"))


def _responses(
    random: np.random.Generator,
    customer: Integers,
    survey_type: int,
    at: Integers,
    score: Integers,
) -> Columns:
    size = len(customer)
    comment = draw_words(random, (0.06, 0.06, 0.06, 0.06, 0.06, 0.70), size)
    return {
        "customer": customer,
        "survey_type": filled(size, survey_type),
        "occurred_at": at,
        "score": score,
        "reason": filled(size),
        "comment": np.where(comment == len(COMMENTS), MISSING, comment),
    }
