"""Sums by period number, kept as single amounts and as runs of periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

Sums = defaultdict[Hashable, int]


class Ledger:
    """Integer sums of named columns for periods 0, 1, 2 ..."""

    def __init__(self) -> None:
        """Begin empty."""
        self._cells: dict[tuple[int, Hashable], int] = defaultdict(int)
        self._differences: dict[Hashable, dict[int, int]] = defaultdict(
            lambda: defaultdict(int)
        )

    def add(self, index: int, column: Hashable, amount: int = 1) -> None:
        """Add an amount in one period."""
        self._cells[index, column] += amount

    def add_run(self, first: int, past: int, column: Hashable, amount: int = 1) -> None:
        """Add an amount in every period from `first` up to, not including, `past`."""
        if first < past:
            self._differences[column][first] += amount
            self._differences[column][past] -= amount

    def settle(self, size: int) -> list[Sums]:
        """Return the sums of the first `size` periods; a missing column is 0.

        What was booked before period 0 is left out.
        """
        rows: list[Sums] = [defaultdict(int) for _ in range(size)]
        for (index, column), amount in self._cells.items():
            if 0 <= index < size:
                rows[index][column] += amount
        for column, differences in self._differences.items():
            running = 0
            for index in range(size):
                running += differences.get(index, 0)
                if running:
                    rows[index][column] += running
        return rows
