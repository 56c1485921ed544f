"""Subscription lives: what one is, how it begins, what it costs.

A life is one stretch of a subscription from its first paid (or free) instant to its
end. A subscription that is revived under its id has several lives; one that goes on
under a new id, or changes its billing interval, begins a new life with a new anchor.
"""

from dataclasses import dataclass, fields

import numpy as np

from sample import parameters as p
from sample.arrays import (
    Columns,
    Flags,
    Floats,
    Integers,
    draw_between,
    draw_words,
    filled,
)
from sample.calendar_arithmetic import DAY, month_number

EVENT_TYPES = (
    "trial_started",
    "started",
    "changed",
    "renewed",
    "paused",
    "resumed",
    "past_due",
    "recovered",
    "cancel_requested",
    "ended",
)
UPGRADE, DOWNGRADE, MORE_SEATS, FEWER_SEATS, DISCOUNT = range(5)
TRIAL_STARTED, STARTED, CHANGED, RENEWED, PAUSED = range(5)
RESUMED, PAST_DUE, RECOVERED, CANCEL_REQUESTED, ENDED = range(5, 10)


@dataclass
class Lives:
    """Columns of equal length, one row per life; terms are those in force."""

    customer: Integers  # number
    channel: Integers
    subscription: Integers  # k of s0000001-k
    opener: Integers  # event type of the first priced event
    started_at: Integers  # anchor of the renewals
    tenure_from: Integers  # start of the tenure that the hazard reads
    interval: Integers
    interval_count: Integers
    price_percent: Integers  # of one month, for one billing interval
    plan: Integers
    quantity: Integers
    discount_percent: Integers
    currency: Integers

    def __len__(self) -> int:
        """Return the number of lives."""
        return len(self.customer)

    def select(self, rows: Integers | Flags) -> "Lives":
        """Return a copy of the named lives."""
        return Lives(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def unit_cents(self) -> Integers:
        """Return the price of one unit and billing interval, in cents."""
        factor = np.asarray(p.CURRENCY_PRICE_FACTORS)[self.currency]
        month = np.asarray(p.PLAN_MONTH_CENTS)[self.plan]
        cents = month * self.price_percent / 100 * factor
        return np.asarray(np.rint(cents), dtype=np.int64)

    def discount_cents(self) -> Integers:
        """Return the discount on one billing interval, in cents."""
        price = self.unit_cents() * self.quantity
        return price * self.discount_percent // 100

    def amount_cents(self) -> Integers:
        """Return what is paid for one billing interval, in cents."""
        return self.unit_cents() * self.quantity - self.discount_cents()

    def interval_months(self) -> Floats:
        """Return the length of the billing interval in months, days by the year."""
        months = np.asarray(p.INTERVAL_MONTHS)[self.interval]
        days = np.asarray(p.INTERVAL_DAYS)[self.interval]
        length = (months + days * 12 / 365.25) * self.interval_count
        return np.asarray(length, dtype=np.float64)


def new_lives(
    random: np.random.Generator,
    customers: Columns,
    started_at: Integers,
    plan: Integers,
) -> Lives:
    """Return lives that begin with `started`, with terms drawn for each.

    Args:
        random: Source of chance.
        customers: number, channel and currency of each.
        started_at: Anchors, one for each.
        plan: Plans; missing draws a paid one.

    """
    size = len(started_at)
    paid = draw_words(random, p.PAID_PLAN_SHARES, size)
    plan = np.where(plan < 0, paid, plan)
    discounts = draw_words(random, p.DISCOUNT_SHARES, size)
    lives = Lives(
        customer=customers["number"],
        channel=customers["channel"],
        subscription=filled(size, 1),
        opener=filled(size, STARTED),
        started_at=started_at,
        tenure_from=started_at,
        interval=filled(size),
        interval_count=filled(size),
        price_percent=filled(size),
        plan=plan,
        quantity=seats(random, plan),
        discount_percent=np.asarray(p.DISCOUNT_PERCENTS)[discounts],
        currency=customers["currency"],
    )
    is_free = plan == p.FREE
    terms = draw_words(random, [term[2] for term in p.TERMS], size)
    set_terms(lives, np.where(is_free, p.MONTHLY_TERM, terms))
    lives.discount_percent[is_free] = 0
    return lives


def seats(random: np.random.Generator, plan: Integers) -> Integers:
    """Return a number of seats that fits each plan."""
    bounds = np.asarray(p.PLAN_SEATS, dtype=np.int64)[plan]
    return draw_between(random, bounds[:, 0], bounds[:, 1])


def set_terms(lives: Lives, term: Integers) -> None:
    """Set interval, count and price of all lives to positions in `TERMS`."""
    lives.interval = np.asarray([t[0] for t in p.TERMS])[term]
    lives.interval_count = np.asarray([t[1] for t in p.TERMS])[term]
    percent = [round(t[3] * 100) for t in p.TERMS]
    lives.price_percent = np.asarray(percent)[term]


def change_terms(random: np.random.Generator, lives: Lives) -> Lives:
    """Return the same lives with another plan, quantity or discount.

    Free plans become paid; of the paid ones a few become free.
    """
    after = lives.select(np.arange(len(lives)))
    kind = draw_words(random, p.CHANGE_SHARES, len(lives))
    is_free = lives.plan == p.FREE
    up, down = is_free | (kind == UPGRADE), ~is_free & (kind == DOWNGRADE)
    top = len(p.PLANS) - 1
    after.plan = np.clip(lives.plan + up.astype(np.int64) - down, p.FREE, top)
    has_new_plan = after.plan != lives.plan
    after.quantity = np.where(has_new_plan, seats(random, after.plan), lives.quantity)
    step = draw_between(random, filled(len(lives), 1), 2 + lives.quantity // 3)
    more = ~has_new_plan & ((kind == MORE_SEATS) | up)
    fewer = ~has_new_plan & (kind == FEWER_SEATS)
    after.quantity = np.maximum(after.quantity + step * more - step * fewer, 1)
    no_effect = fewer & (after.quantity == lives.quantity)
    after.quantity[no_effect] += 1
    has_discount = lives.discount_percent > 0
    new_percent = np.where(has_discount, 0, 15)
    is_discount = ~is_free & (kind == DISCOUNT)
    after.discount_percent = np.where(is_discount, new_percent, lives.discount_percent)
    after.discount_percent[after.plan == p.FREE] = 0
    return after


def monthly_hazard(lives: Lives, instants: Integers) -> Floats:
    """Return the chance of deciding to leave within one month from each instant."""
    hazard = (
        p.BASE_MONTHLY_HAZARD
        * np.asarray(p.CHANNEL_HAZARD)[lives.channel]
        * np.asarray(p.PLAN_HAZARD)[lives.plan]
        * np.asarray(p.TENURE_HAZARD)[tenure_band(lives, instants)]
        * np.asarray(p.SEASON_HAZARD)[month_number(instants) % 12]
    )
    return np.asarray(np.minimum(hazard, p.HIGHEST_MONTHLY_HAZARD), dtype=np.float64)


def tenure_band(lives: Lives, instants: Integers) -> Integers:
    """Return the position in `TENURE_BAND_MONTHS` at each instant (30.4375 days)."""
    months = (instants - lives.tenure_from) / (30.4375 * DAY)
    bands = np.searchsorted(p.TENURE_BAND_MONTHS, months, side="right") - 1
    return np.asarray(bands, dtype=np.int64)
