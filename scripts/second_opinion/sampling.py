"""A seeded sample of customers, with every raw row that belongs to them."""

from __future__ import annotations

from random import Random

from second_opinion.identity import Survivors
from second_opinion.raw_rows import RawData


def sample_customers(raw: RawData, size: int, seed: int) -> tuple[RawData, set[str]]:
    """Draw surviving customers and keep their rows only.

    Args:
        raw: The rows that are read (newest versions).
        size: How many customers to draw, at most.
        seed: The same seed draws the same customers.

    Returns:
        The rows of the sample (all exchange rates), and the ids of the survivors.

    """
    survivors = Survivors(raw.customers)
    everybody = {survivors.of(row.customer_id) for row in raw.customers}
    everybody |= {survivors.of(row.customer_id) for row in raw.subscription_events}
    everybody |= {survivors.of(row.customer_id) for row in raw.activity_events}
    everybody |= {survivors.of(row.customer_id) for row in raw.customer_attributes}
    everybody |= {
        survivors.of(row.customer_id) for row in raw.revenue_events if row.customer_id
    }
    people = sorted(everybody)
    random = Random(seed)  # noqa: S311 - a sample, not a secret
    drawn = set(random.sample(people, min(size, len(people))))

    def is_drawn(customer_id: str | None) -> bool:
        return customer_id is not None and survivors.of(customer_id) in drawn

    kept = RawData(
        customers=[row for row in raw.customers if is_drawn(row.customer_id)],
        customer_attributes=[
            row for row in raw.customer_attributes if is_drawn(row.customer_id)
        ],
        subscription_events=[
            row for row in raw.subscription_events if is_drawn(row.customer_id)
        ],
        revenue_events=[row for row in raw.revenue_events if is_drawn(row.customer_id)],
        activity_events=[
            row for row in raw.activity_events if is_drawn(row.customer_id)
        ],
        exchange_rates=raw.exchange_rates,
    )
    return kept, drawn
