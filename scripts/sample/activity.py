"""What customers do in the app: steady, fewer at weekends, falling before an end."""

import numpy as np

from sample import parameters as p
from sample.arrays import Columns, Flags, Integers, draw_words, happens, taken
from sample.calendar_arithmetic import DAY, is_weekend
from sample.people import random_time_of_day
from sample.settings import Settings
from sample.subscriptions import History

VISITOR_DAYS = 45.0


def generate_activity(
    settings: Settings, block: int, customers: Columns, history: History
) -> Columns:
    """Return the activity events of one block, in order of time.

    Args:
        settings: The request; its `activity_per_month` scales the rows.
        block: Number of the block.
        customers: As from `generate_customers`.
        history: Its lives are when people use the product.

    Returns:
        customer, name (position in `ACTIVITY_NAMES`), at.

    """
    random = settings.random(block, "activity")
    lives, ends = history.lives, history.ends
    first = customers["number"][0]
    since = customers["signed_up_at"]
    visit = random.exponential(VISITOR_DAYS * DAY, len(since)).astype(np.int64)
    customer = np.concatenate([customers["number"], lives.customer])
    begin = np.concatenate([since, lives.started_at])
    finish = np.concatenate([since + visit, ends.at])
    # The first look at the product fades too, but nobody leaves at its end.
    does_leave = np.concatenate([np.zeros(len(since), dtype=np.bool_), ends.at < 2**61])
    pace = random.gamma(1.2, settings.activity_per_month / 1.2, len(since))
    length = np.minimum(finish, settings.end) - begin
    events = random.poisson(pace[customer - first] * length / (30.4375 * DAY))
    span = np.repeat(np.arange(len(events)), events)
    day = (begin[span] + random.random(len(span)) * length[span]).astype(np.int64)
    stays = happens(random, _intensity(day, finish[span], does_leave[span]), len(span))
    span, day = span[stays], day[stays]
    at = day // DAY * DAY + random_time_of_day(random, len(span))
    at = np.clip(at, begin[span], np.minimum(finish[span], settings.end) - 1)
    order = np.argsort(at, kind="stable")
    rows = {
        "customer": customer[span],
        "name": draw_words(random, p.ACTIVITY_SHARES, len(span)),
        "occurred_at": at,
    }
    return taken(rows, order)


def _intensity(
    at: Integers, finish: Integers, does_leave: Flags
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    left = np.clip((finish - at) / (p.ACTIVITY_FALL_DAYS * DAY), 0, 1)
    fall = p.ACTIVITY_LEFT_AT_END + (1 - p.ACTIVITY_LEFT_AT_END) * left
    weekend = np.where(is_weekend(at), p.WEEKEND_ACTIVITY, 1.0)
    return np.where(does_leave, fall, 1.0) * weekend


def expected_rows(settings: Settings) -> int:
    """Return about how many activity events there will be."""
    return int(settings.customers * settings.months * settings.activity_per_month * 0.3)
