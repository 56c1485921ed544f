"""What is asked of the generator, checked."""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample.arrays import Integers
from sample.calendar_arithmetic import DAY, add_months

BLOCK_CUSTOMERS = 50_000
MOST_CUSTOMERS = 9_999_999
MOST_MONTHS = 240
EARLIEST_START = date(1971, 1, 1)


class SampleError(Exception):
    """The request cannot be met; the text is one sentence for the user."""


@dataclass(frozen=True)
class Settings:
    """One history: `[start, end)` in seconds since 1970, midnight to midnight UTC."""

    customers: int
    months: int
    seed: int
    end_date: date
    activity_per_month: float

    def __post_init__(self) -> None:
        """Check every value.

        Raises:
            SampleError: A value is out of range.

        """
        if not 1 <= self.customers <= MOST_CUSTOMERS:
            raise SampleError(f"--customers must be from 1 to {MOST_CUSTOMERS:,}.")
        if not 1 <= self.months <= MOST_MONTHS:
            raise SampleError(f"--months must be from 1 to {MOST_MONTHS}.")
        if self.seed < 0:
            raise SampleError("--seed must be 0 or more.")
        if not (
            math.isfinite(self.activity_per_month) and self.activity_per_month >= 0
        ):
            raise SampleError("--activity-per-month must be a number from 0.")
        if self.start < (EARLIEST_START - date(1970, 1, 1)).days * DAY:
            raise SampleError(f"The history must not begin before {EARLIEST_START}.")

    @property
    def end(self) -> int:
        """First instant after the history."""
        return (self.end_date - date(1970, 1, 1)).days * DAY

    @property
    def start(self) -> int:
        """First instant of the history."""
        end = np.array([self.end], dtype=np.int64)
        return int(add_months(end, np.array([-self.months]))[0])

    @property
    def blocks(self) -> int:
        """Number of blocks of `BLOCK_CUSTOMERS`, each drawn by itself."""
        return math.ceil(self.customers / BLOCK_CUSTOMERS)

    def numbers(self, block: int) -> Integers:
        """Return the customer numbers of a block, from 1 over all blocks."""
        first = block * BLOCK_CUSTOMERS
        last = min(first + BLOCK_CUSTOMERS, self.customers)
        return np.arange(first + 1, last + 1, dtype=np.int64)

    def random(self, block: int, part: str) -> np.random.Generator:
        """Return the source of chance of one part of one block, named as you like.

        Parts do not share chance: more activity leaves the subscriptions as they are.
        """
        return np.random.default_rng([self.seed, block, *part.encode()])
