"""What belongs to no customer: exchange rates and the cost of acquisition."""

import numpy as np

from sample import parameters as p
from sample.arrays import Columns, Integers, filled, happens, taken
from sample.calendar_arithmetic import DAY, add_months
from sample.settings import Settings

RATE_SCALE = 10**10
MONTHLY_DRIFT = 0.018


def generate_rates(settings: Settings) -> Columns:
    """Return exchange rates of the first of each month and of a few days in between.

    Returns:
        day (midnight, seconds), currency, rate (US dollars for one unit, times 10^10).

    """
    random = settings.random(0, "rates")
    starts = filled(settings.months + 1, settings.start)
    first_days = add_months(starts, np.arange(-1, settings.months, dtype=np.int64))
    between = first_days[happens(random, 0.2, len(first_days))] + 14 * DAY
    day = np.sort(np.concatenate([first_days, between]))
    parts = []
    for currency in range(1, len(p.CURRENCIES)):
        steps = random.normal(0, MONTHLY_DRIFT, len(day))
        rate = p.FIRST_RATES[currency] * np.exp(np.cumsum(steps) * 0.7)
        parts.append(
            {
                "day": day,
                "currency": filled(len(day), currency),
                "rate": np.rint(rate * RATE_SCALE).astype(np.int64),
            }
        )
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return taken(rows, np.lexsort((rows["currency"], rows["day"])))


def no_sign_ups(settings: Settings) -> Integers:
    """Return zeros of shape (days of the history, known channels)."""
    days = (settings.end - settings.start) // DAY
    return np.zeros((days, len(p.CHANNELS)), dtype=np.int64)


def count_sign_ups(settings: Settings, customers: Columns) -> Integers:
    """Return sign-ups by day of the history and known channel, shape (days, 6)."""
    counts = no_sign_ups(settings)
    known = customers["channel"] < len(p.CHANNELS)
    day = (customers["signed_up_at"][known] - settings.start) // DAY
    key = day * len(p.CHANNELS) + customers["channel"][known]
    counted = np.bincount(key, minlength=counts.size)
    return counted.reshape(counts.shape).astype(np.int64)


def generate_costs(settings: Settings, sign_ups: Integers) -> Columns:
    """Return what each bought channel cost, by day.

    Args:
        settings: The request.
        sign_ups: As from `count_sign_ups`, over all blocks.

    Returns:
        day (midnight, seconds), channel, amount (cents of US dollars, above 0).

    """
    random = settings.random(0, "costs")
    by_week = np.apply_along_axis(
        lambda column: np.convolve(column, np.ones(7) / 7, mode="same"), 0, sign_ups
    )
    noise = np.exp(random.normal(0, 0.15, sign_ups.shape))
    cents = np.rint(by_week * noise * np.asarray(p.CHANNEL_COST_CENTS)).astype(np.int64)
    day, channel = np.nonzero(cents)
    return {
        "day": settings.start + day.astype(np.int64) * DAY,
        "channel": channel.astype(np.int64),
        "amount": cents[day, channel],
    }
