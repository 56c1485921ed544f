"""Revenue events of a block: subscription payments, shop orders, money sent back."""

import numpy as np

from sample import parameters as p
from sample.arrays import (
    MISSING,
    Columns,
    draw_between,
    draw_words,
    filled,
    happens,
    joined,
    taken,
)
from sample.calendar_arithmetic import DAY
from sample.event_log import CHARGEBACK, PAYMENT, REFUND
from sample.settings import Settings

PRODUCTS = 60
ORDERS_OF_A_BLOCK = 10_000_000


def generate_revenue(
    settings: Settings, block: int, customers: Columns, subscription_revenue: Columns
) -> Columns:
    """Return the revenue events of one block, in order of time.

    Args:
        settings: The request.
        block: Number of the block.
        customers: As from `generate_customers`.
        subscription_revenue: As from `EventLog.revenue`.

    Returns:
        customer (missing: guest), subscription (missing: shop), event_type,
        at, amount (cents), currency, order (number, or missing), product (or missing).

    """
    random = settings.random(block, "revenue")
    size = len(subscription_revenue["occurred_at"])
    shop = {"order_number": filled(size), "product": filled(size)}
    rows = joined(
        [subscription_revenue | shop, _orders(random, settings, block, customers)]
    )
    rows = joined([rows, *_sent_back(random, rows)])
    rows = taken(rows, rows["occurred_at"] < settings.end)
    return taken(rows, np.argsort(rows["occurred_at"], kind="stable"))


def _orders(
    random: np.random.Generator, settings: Settings, block: int, customers: Columns
) -> Columns:
    """Return one payment row per order, or several for an order in parts."""
    buyer = np.flatnonzero(happens(random, p.BUYER_SHARE, len(customers["number"])))
    since = customers["signed_up_at"][buyer]
    lifetime = random.exponential(p.BUYER_LIFETIME_DAYS * DAY, len(buyer))
    span = np.minimum(lifetime.astype(np.int64), settings.end - since)
    pace = random.gamma(2.0, p.ORDERS_PER_MONTH / 2, len(buyer))
    orders = random.poisson(pace * span / (30.4375 * DAY))
    row = np.repeat(buyer, orders)
    at = draw_between(random, np.repeat(since, orders), np.repeat(since + span, orders))
    customer = customers["number"][row]
    is_guest = happens(random, p.GUEST_SHARE, len(row))
    order = block * ORDERS_OF_A_BLOCK + np.arange(1, len(row) + 1)
    payments = 1 + draw_words(random, (0.86, 0.11, 0.03), len(row))
    part = np.repeat(np.arange(len(row)), payments)
    later = random.integers(0, 3 * 3600, len(part))
    is_first = np.diff(part, prepend=-1) != 0
    cents = np.rint(np.exp(random.normal(8.2, 0.7, len(part)))).astype(np.int64)
    cents[happens(random, 0.002, len(part))] = 0  # a free sample
    return {
        "customer": np.where(is_guest, MISSING, customer)[part],
        "subscription": filled(len(part)),
        "event_type": filled(len(part), PAYMENT),
        "occurred_at": at[part] + np.where(is_first, 0, later),
        "amount": cents,
        "currency": customers["currency"][row][part],
        "order_number": order[part],
        "product": random.integers(1, PRODUCTS + 1, len(part)),
    }


def _sent_back(random: np.random.Generator, rows: Columns) -> list[Columns]:
    """Return refunds (half of them in part) and chargebacks of some payments."""
    paid = np.flatnonzero((rows["event_type"] == PAYMENT) & (rows["amount"] > 0))
    drawn = random.random(len(paid))
    refunded = paid[drawn < p.REFUND_SHARE]
    charged_back = paid[drawn > 1 - p.CHARGEBACK_SHARE]
    refunds, chargebacks = taken(rows, refunded), taken(rows, charged_back)
    part = np.where(
        happens(random, 0.5, len(refunded)), 1.0, random.random(len(refunded))
    )
    refunds["amount"] = np.maximum((refunds["amount"] * part).astype(np.int64), 1)
    for columns, kind, days in ((refunds, REFUND, 30), (chargebacks, CHARGEBACK, 75)):
        size = len(columns["occurred_at"])
        wait = draw_between(random, filled(size, 3600), filled(size, days * DAY))
        columns["occurred_at"] = columns["occurred_at"] + wait
        columns["event_type"] = filled(size, kind)
    return [refunds, chargebacks]


def expected_rows(settings: Settings) -> int:
    """Return about how many revenue events there will be."""
    return int(settings.customers * settings.months * 0.6)
