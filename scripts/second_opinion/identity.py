"""Who is who: merged customers are their survivor, for all history."""

from __future__ import annotations

from collections.abc import Iterable

from second_opinion.raw_rows import Customer

LONGEST_CHAIN = 1024  # ten doublings


class Survivors:
    """Maps every customer id to the id of its survivor."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        """Read the links; a customer without one is its own survivor."""
        self._links = {
            row.customer_id: row.merged_into_customer_id
            for row in customers
            if row.merged_into_customer_id
        }
        self._known: dict[str, str] = {}

    def of(self, customer_id: str) -> str:
        """Survivor of a customer; itself in a circle or too long a chain."""
        if customer_id not in self._links:
            return customer_id
        if customer_id not in self._known:
            self._known[customer_id] = self._follow(customer_id)
        return self._known[customer_id]

    def _follow(self, customer_id: str) -> str:
        """Follow the links, at most 1,024 of them."""
        current = customer_id
        for _ in range(LONGEST_CHAIN):
            current = self._links[current]
            if current not in self._links:
                return current
        return customer_id
