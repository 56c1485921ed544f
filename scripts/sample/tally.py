"""Counts of what was drawn, so that an estimate can be held against the truth."""

import numpy as np

from sample import parameters as p
from sample.arrays import Flags, Floats, Integers
from sample.lives import Lives


class HazardTally:
    """Decisions to leave by channel, plan and tenure band, over all blocks."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._shape = (
            len(p.CHANNEL_SHARES),
            len(p.PLANS),
            len(p.TENURE_BAND_MONTHS),
        )
        cells = int(np.prod(self._shape))
        self._sums = np.zeros((4, cells), dtype=np.float64)

    def add(self, lives: Lives, band: Integers, chance: Floats, left: Flags) -> None:
        """Count billing intervals that are over by the end of the history."""
        key = np.ravel_multi_index((lives.channel, lives.plan, band), self._shape)
        weights = (np.ones(len(key)), lives.interval_months(), chance, left)
        for row, weight in enumerate(weights):
            self._sums[row] += np.bincount(
                key, weights=weight, minlength=self._sums.shape[1]
            )

    def rows(self) -> list[dict[str, str | int | float]]:
        """Return one record per channel, plan and band that occurred."""
        records: list[dict[str, str | int | float]] = []
        for cell in np.flatnonzero(self._sums[0]):
            channel, plan, band = np.unravel_index(int(cell), self._shape)
            intervals, months, expected, left = self._sums[:, cell]
            hazard = (
                p.BASE_MONTHLY_HAZARD
                * p.CHANNEL_HAZARD[channel]
                * p.PLAN_HAZARD[plan]
                * p.TENURE_HAZARD[band]
            )
            records.append(
                {
                    "acquisition_channel": (*p.CHANNELS, "unknown")[channel],
                    "plan_id": p.PLANS[plan],
                    "tenure_from_month": p.TENURE_BAND_MONTHS[band],
                    "monthly_hazard": round(hazard, 6),
                    "billing_intervals": int(intervals),
                    "months": round(float(months), 3),
                    "expected_decisions": round(float(expected), 3),
                    "decisions": int(left),
                }
            )
        return records
