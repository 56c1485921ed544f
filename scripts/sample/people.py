"""Customers of one block and the attributes kept about them."""

import numpy as np

from sample import parameters as p
from sample.arrays import (
    MISSING,
    Columns,
    Integers,
    draw_between,
    draw_words,
    filled,
    happens,
    joined,
)
from sample.calendar_arithmetic import DAY
from sample.settings import Settings

FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dario", "Emi", "Farid", "Greta", "Hugo", "Ines")
LAST_NAMES = ("Sample", "Example", "Specimen", "Placeholder", "Fixture", "Mockup")
SIZES = ("1-10", "11-50", "51-200", "201-1000", "1001+", "")
INDUSTRIES = ("software", "retail", "education", "health", "finance", "media", "")
ATTRIBUTES = ("company_size", "industry")

# Events by hour of the day, UTC, in parts of 114.
HOUR_PARTS = (
    *(1, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8),
    *(7, 8, 8, 8, 7, 6, 5, 5, 4, 3, 2, 2),
)
SEASON = 0.15
GROWTH = 0.6


def generate_customers(settings: Settings, block: int) -> Columns:
    """Return one row per customer of the block.

    Returns:
        number (from 1, over all blocks), signed_up_at, channel (the last position of
        `CHANNEL_SHARES` is not known), country, currency, has_email,
        merged_into (number or missing), is_exported (0: no row in `customers`).

    """
    random = settings.random(block, "customers")
    numbers = settings.numbers(block)
    size = len(numbers)
    country = draw_words(random, p.COUNTRY_SHARES, size)
    currency = np.asarray(p.COUNTRY_CURRENCY)[country]
    is_country_known = ~happens(random, p.UNKNOWN_COUNTRY_SHARE, size)
    return {
        "number": numbers,
        "signed_up_at": _sign_ups(random, settings, size),
        "channel": draw_words(random, p.CHANNEL_SHARES, size),
        "country": np.where(is_country_known, country, MISSING),
        "currency": currency,
        "has_email": (~happens(random, 0.03, size)).astype(np.int64),
        "merged_into": _merges(random, numbers),
        "is_exported": (~happens(random, p.NOT_EXPORTED_SHARE, size)).astype(np.int64),
    }


def generate_attributes(settings: Settings, block: int, customers: Columns) -> Columns:
    """Return rows of `customer_attributes`.

    Returns:
        number, attribute (position in `ATTRIBUTES`), value (position in `SIZES` or
        `INDUSTRIES`; the last is empty), valid_from (missing for `industry`),
        recorded_at.

    """
    random = settings.random(block, "attributes")
    size = len(customers["number"])
    industry_of = np.flatnonzero(happens(random, 0.7, size))
    sized = np.flatnonzero(happens(random, 0.75, size))
    value = draw_words(random, (0.4, 0.28, 0.17, 0.08, 0.04, 0.03), len(sized))
    valid_from = customers["signed_up_at"][sized] + 60
    parts = [
        _attribute_rows(
            customers["number"][industry_of],
            1,
            draw_words(
                random, (0.3, 0.2, 0.12, 0.12, 0.12, 0.11, 0.03), len(industry_of)
            ),
            filled(len(industry_of)),
            customers["signed_up_at"][industry_of] + 3600,
        )
    ]
    while len(sized):
        numbers = customers["number"][sized]
        parts.append(_attribute_rows(numbers, 0, value, valid_from, valid_from + 300))
        wait = 30 * DAY + random.exponential(700 * DAY, len(sized)).astype(np.int64)
        valid_from = (valid_from + wait) // DAY * DAY
        step = np.where(happens(random, 0.7, len(sized)), 1, -1)
        value = np.clip(value + step, 0, len(SIZES) - 1)
        stays = valid_from < settings.end
        sized, value, valid_from = sized[stays], value[stays], valid_from[stays]
    rows = joined(parts)
    order = np.lexsort((rows["valid_from"], rows["attribute"], rows["number"]))
    return {name: values[order] for name, values in rows.items()}


def random_time_of_day(random: np.random.Generator, size: int) -> Integers:
    """Return seconds since midnight, most of them in working hours UTC."""
    hours = draw_words(random, [part / 114 for part in HOUR_PARTS], size)
    return hours * 3600 + random.integers(0, 3600, size)


def _attribute_rows(
    numbers: Integers, attribute: int, value: Integers, at: Integers, recorded: Integers
) -> Columns:
    return {
        "number": numbers,
        "attribute": filled(len(numbers), attribute),
        "value": value,
        "valid_from": at,
        "recorded_at": recorded,
    }


def _sign_ups(random: np.random.Generator, settings: Settings, size: int) -> Integers:
    days = (settings.end - settings.start) // DAY
    day = np.arange(days)
    weight = 1 + GROWTH * day / days + SEASON * np.cos(2 * np.pi * day / 365.25)
    edges = np.cumsum(weight) / weight.sum()
    drawn = np.minimum(np.searchsorted(edges, random.random(size)), days - 1)
    signed_up_at = settings.start + drawn * DAY + random_time_of_day(random, size)
    return np.sort(signed_up_at.astype(np.int64))


def _merges(random: np.random.Generator, numbers: Integers) -> Integers:
    """Return whom each customer was merged into: always an earlier one, no circles."""
    size = len(numbers)
    merged_into = filled(size)
    rows = np.flatnonzero(happens(random, p.MERGED_SHARE, size))
    rows = rows[rows > 0]
    target = draw_between(random, np.zeros(len(rows), dtype=np.int64), rows)
    # A chain: into the customer that was itself merged just before.
    chained = np.flatnonzero(happens(random, p.MERGED_CHAIN_SHARE, len(rows)))
    chained = chained[chained > 0]
    target[chained] = rows[chained - 1]
    merged_into[rows] = numbers[target]
    return merged_into
