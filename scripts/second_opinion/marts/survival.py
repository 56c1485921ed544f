"""metrics_survival_by_tenure and its segment twin."""

from __future__ import annotations

from second_opinion.first_lives import TENURE_UNITS, first_life
from second_opinion.life_table import Life, life_table
from second_opinion.people import World
from second_opinion.segments import TOTAL, SegmentKey, founding_value

Row = dict[str, object]


def _lives(world: World, basis: str, unit: str) -> dict[SegmentKey, list[Life]]:
    """First lives of everybody, in total and by the segments of their first day."""
    lives: dict[SegmentKey, list[Life]] = {}
    for person in world.people:
        life = first_life(world, person, basis, unit)
        if life is None:
            continue
        names = world.policies.segment_names
        keys = [(name, founding_value(person, name, basis)) for name in names]
        for key in (TOTAL, *keys):
            lives.setdefault(key, []).append(life)
    return lives


def survival_rows(world: World, basis: str) -> tuple[list[Row], list[Row]]:
    """Rows of metrics_survival_by_tenure of one basis, and of its segment twin."""
    totals: list[Row] = []
    twins: list[Row] = []
    for unit in TENURE_UNITS:
        for key, lives in _lives(world, basis, unit).items():
            for one in life_table(lives):
                low, high = one.band
                row: Row = {
                    "retention_basis": basis,
                    "tenure_unit": unit,
                    "tenure": one.tenure,
                    "at_risk": one.at_risk,
                    "churned": one.churned,
                    "censored": one.censored,
                    "survival_rate": one.survival,
                    "survival_rate_low": low,
                    "survival_rate_high": high,
                    "standard_error": one.standard_error,
                    "hazard_rate": one.hazard,
                    "is_small_sample": one.at_risk < world.policies.small_sample_size,
                }
                if key == TOTAL:
                    totals.append(row)
                else:
                    names: Row = {"segment_name": key[0], "segment_value": key[1]}
                    twins.append(row | names)
    return totals, twins
