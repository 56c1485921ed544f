"""How lives end, and one billing interval of some of them."""

from dataclasses import dataclass

import numpy as np

from sample.arrays import Flags, Integers, draw_between, draw_words
from sample.lives import Lives

(
    STILL_OPEN,
    LEFT,
    NOT_PAID,
    LEFT_PAUSE,
    FRAUD,
    NEW_ID,
    NEW_INTERVAL,
) = range(7)
ENDINGS = (
    *("still_open", "decided_to_leave", "payment_not_recovered", "pause_not_resumed"),
    *("fraud", "renewed_under_new_id", "new_billing_interval"),
)


@dataclass
class Ends:
    """How each life ended: position in `ENDINGS`, instant (far future: open), why."""

    kind: Integers
    at: Integers
    reason: Integers


@dataclass
class Step:
    """One billing interval of some lives: `[begin, finish)` of those at `rows`."""

    rows: Integers
    begin: Integers
    finish: Integers
    lives: Lives

    def within(self, random: np.random.Generator, part: float = 1.0) -> Integers:
        """Return an instant inside the (first part of the) interval of each."""
        length = ((self.finish - self.begin) * part).astype(np.int64)
        return draw_between(random, self.begin + 60, self.begin + length - 60)

    def select(self, chosen: Flags) -> "Step":
        """Return the step for some of the lives."""
        return Step(
            self.rows[chosen],
            self.begin[chosen],
            self.finish[chosen],
            self.lives.select(chosen),
        )


def draw_reasons(
    random: np.random.Generator, shares: dict[int, float], size: int
) -> Integers:
    """Return reasons (positions in `REASONS`, or missing) drawn with these shares."""
    words = np.asarray(list(shares), dtype=np.int64)
    return words[draw_words(random, list(shares.values()), size)]
