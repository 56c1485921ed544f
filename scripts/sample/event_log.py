"""Where the events of subscriptions, and the payments for them, are collected."""

from sample.arrays import (
    MISSING,
    Columns,
    Flags,
    Integers,
    filled,
    joined,
    taken,
)
from sample.lives import Lives

PAYMENT, REFUND, CHARGEBACK, PAYMENT_FAILED = range(4)
REVENUE_TYPES = ("payment", "refund", "chargeback", "payment_failed")
PRICE_COLUMNS = (
    *("plan", "interval", "interval_count", "quantity", "unit", "discount"),
    "currency",
)


class EventLog:
    """Rows in the order in which they were decided, not of time."""

    def __init__(self) -> None:
        """Begin without rows."""
        self._events: list[Columns] = []
        self._revenue: list[Columns] = []

    def add(
        self,
        event_type: int | Integers,
        lives: Lives,
        at: Integers,
        *,
        known_at: Integers | None = None,
        period_end: Integers | None = None,
        reason: Integers | None = None,
        has_price: bool = False,
    ) -> None:
        """Add one event per life.

        Args:
            event_type: One for all, or one each.
            lives: Whose events; their terms are those written with a price.
            at: When each happens.
            known_at: When each is recorded; an `ended` may be known before it happens.
            period_end: The `current_period_end` of each; None: none.
            reason: The reason of each, or missing; None: none.
            has_price: Whether the rows carry the price (`started`, `changed`).

        """
        size = len(lives)
        rows = {
            "customer": lives.customer,
            "subscription": lives.subscription,
            "event_type": filled(size, event_type)
            if isinstance(event_type, int)
            else event_type,
            "occurred_at": at,
            "known_at": at if known_at is None else known_at,
            "period_end": filled(size) if period_end is None else period_end,
            "reason": filled(size) if reason is None else reason,
        }
        price = (
            _price(lives) if has_price else dict.fromkeys(PRICE_COLUMNS, filled(size))
        )
        self._events.append(rows | price)

    def add_revenue(self, revenue_type: int, lives: Lives, at: Integers) -> None:
        """Add one payment (or failed one, ...) of the price in force per life."""
        amount = lives.amount_cents()
        is_due = amount > 0
        self._revenue.append(
            {
                "customer": lives.customer[is_due],
                "subscription": lives.subscription[is_due],
                "event_type": filled(int(is_due.sum()), revenue_type),
                "occurred_at": at[is_due],
                "amount": amount[is_due],
                "currency": lives.currency[is_due],
            }
        )

    def events(self, end: int) -> Columns:
        """Return the events that are known before `end` (seconds since 1970)."""
        return _before(self._events, "known_at", end)

    def revenue(self, end: int) -> Columns:
        """Return the payments, refunds, ... before `end` (seconds since 1970)."""
        return _before(self._revenue, "occurred_at", end)


def _before(parts: list[Columns], name: str, end: int) -> Columns:
    return joined([taken(part, part[name] < end) for part in parts])


def _price(lives: Lives) -> Columns:
    def given(values: Integers, is_given: Flags) -> Integers:
        rows = values.copy()
        rows[~is_given] = MISSING
        return rows

    # Copies: the terms in `lives` move on, what was written down does not.
    discount = lives.discount_cents()
    return {
        "plan": lives.plan.copy(),
        "interval": lives.interval.copy(),
        # The contract's defaults are left out: 1 and 0.
        "interval_count": given(lives.interval_count, lives.interval_count > 1),
        "quantity": lives.quantity.copy(),
        "unit": lives.unit_cents(),
        "discount": given(discount, discount > 0),
        "currency": lives.currency.copy(),
    }
