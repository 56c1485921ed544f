"""Raw rows of a random history, spread over several loads."""

import random
from dataclasses import replace
from datetime import timedelta

from benchmarking.arrivals import EVENT_LOGS
from second_opinion.raw_rows import FIRST_LOADED_AT, LoadedRow, RawData
from second_opinion.reading import RAW_TABLES


def spread(data: RawData, loads: int, seed: int) -> RawData:
    """Give every row one of so many loads, by chance: rows come late, and in any order.

    Args:
        data: Rows of any loads.
        loads: How many loads there are; they are called load_01 and so on.
        seed: The same seed spreads the same rows alike.

    """
    chance = random.Random(seed)  # noqa: S311 - a draw, no secret
    # A row before all others would move the calendar, and so build everything anew.
    first_at = min(
        event.occurred_at for name in EVENT_LOGS for event in getattr(data, name)
    )
    # Most rows come first, as with a history that is loaded once and then kept fresh.
    weights = [4] + [1] * (loads - 1)

    def moved(row: LoadedRow) -> LoadedRow:
        (number,) = chance.choices(range(1, loads + 1), weights)
        if getattr(row, "occurred_at", None) == first_at:
            number = 1
        return replace(
            row,
            load_id=f"load_{number:02d}",
            loaded_at=FIRST_LOADED_AT + timedelta(hours=number),
        )

    spread_out = RawData()
    for name in RAW_TABLES:
        rows: list[LoadedRow] = getattr(spread_out, name)
        rows.extend(moved(row) for row in getattr(data, name))
    return spread_out
