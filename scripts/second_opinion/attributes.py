"""Attributes of customers over time, and the segments made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from second_opinion.identity import Survivors
from second_opinion.raw_rows import Customer, CustomerAttribute
from second_opinion.time_zone import ReportingZone

UNKNOWN = "unknown"
DIMENSION_COLUMNS = ("acquisition_channel", "country")

AttributeKey = tuple[str, str]  # surviving customer_id, attribute_name


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """A value and the instant (UTC) from which it holds; None: always."""

    valid_from: datetime | None
    value: str


class AttributeTrack:
    """One attribute of one customer: a step function of time."""

    def __init__(
        self, before: str, rows: list[AttributeRow], zone: ReportingZone
    ) -> None:
        """Take the value before the first row, and the rows in order."""
        self._before = before
        self._rows = rows
        self.days = [
            None if row.valid_from is None else zone.date_of(row.valid_from)
            for row in rows
        ]

    def change_days(self) -> list[date]:
        """Dates (reporting zone) on which the value may change."""
        return [day for day in self.days if day is not None]

    def before(self, edge: date) -> str:
        """Value just before the first instant of a date."""
        value = self._before
        for day, row in zip(self.days, self._rows, strict=True):
            if day is None or day < edge:
                value = row.value
        return value

    def at(self, instant: datetime) -> str:
        """Value in force at an instant."""
        value = self._before
        for row in self._rows:
            if row.valid_from is None or row.valid_from <= instant:
                value = row.value
        return value


def attribute_rows(
    attributes: Iterable[CustomerAttribute],
    survivors: Survivors,
    personal: Iterable[str],
) -> dict[AttributeKey, list[AttributeRow]]:
    """Rows of each surviving customer and name, in order of `valid_from`.

    Names in `personal` are left out, in small or capital letters.

    Of rows with one `valid_from` the survivor's own is read, else that of the
    smallest customer_id.
    """
    chosen: dict[tuple[AttributeKey, datetime | None], CustomerAttribute] = {}
    left_out = {name.lower() for name in personal}
    for row in attributes:
        if row.attribute_name.lower() in left_out:
            continue
        survivor = survivors.of(row.customer_id)
        key = ((survivor, row.attribute_name), row.valid_from)
        rival = chosen.get(key)
        if rival is None or _precedence(row, survivor) < _precedence(rival, survivor):
            chosen[key] = row
    found: dict[AttributeKey, list[AttributeRow]] = defaultdict(list)
    for (owner, valid_from), row in chosen.items():
        found[owner].append(AttributeRow(valid_from, row.attribute_value or UNKNOWN))
    for rows in found.values():
        rows.sort(key=lambda row: row.valid_from or datetime.min)
    return dict(found)


def _precedence(row: CustomerAttribute, survivor: str) -> tuple[bool, str]:
    """Put the survivor's own row first."""
    return row.customer_id != survivor, row.customer_id


def segment_tracks(
    customer: Customer | None,
    customer_id: str,
    names: Iterable[str],
    rows: dict[AttributeKey, list[AttributeRow]],
    zone: ReportingZone,
) -> dict[str, AttributeTrack]:
    """Tracks of one surviving customer for every segment that is an attribute."""
    tracks = {}
    for name in names:
        column = None
        if customer is not None and name in DIMENSION_COLUMNS:
            column = getattr(customer, name)
        own_rows = rows.get((customer_id, name), [])
        tracks[name] = AttributeTrack(column or UNKNOWN, own_rows, zone)
    return tracks
